/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SAMSPILL_BASE_ERROR:
 *
 * What is wrong with something that was read from outside: bytes, ids, numbers. The message is translated, says what is
 * wrong and where, and can be shown to a person as it stands.
 */
#define SAMSPILL_BASE_ERROR (samspill_base_error_quark ())
GQuark samspill_base_error_quark (void);

typedef enum
{
  SAMSPILL_BASE_ERROR_INVALID_ID,
  SAMSPILL_BASE_ERROR_INVALID_ORGANISATION_NUMBER,
  SAMSPILL_BASE_ERROR_INVALID_UTF8,
  SAMSPILL_BASE_ERROR_INVALID_JSON,
  SAMSPILL_BASE_ERROR_DUPLICATE_KEY,
  SAMSPILL_BASE_ERROR_INVALID_NUMBER,
  SAMSPILL_BASE_ERROR_TOO_DEEP,
  SAMSPILL_BASE_ERROR_TOO_LARGE,
  SAMSPILL_BASE_ERROR_INVALID_ADDRESS,
  SAMSPILL_BASE_ERROR_INVALID_MULTIPART,
} SamspillBaseError;

G_END_DECLS
