/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SAMSPILL_PERSONAL_BIRTH_NUMBER,
  SAMSPILL_PERSONAL_TELEPHONE,
  SAMSPILL_PERSONAL_EMAIL,
} SamspillPersonalKind;

typedef struct
{
  SamspillPersonalKind kind;
  glong start, end; /* code points */
} SamspillPersonalData;

/* What in a text points at a person, in the order of the text. (element-type SamspillPersonalData) (transfer full) */
GArray *samspill_find_personal_data (const char *text);

G_END_DECLS
