/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A copy of exactly these bytes, so that AddressSanitizer sees who reads behind them. */
static inline char *
fuzz_text (const uint8_t *data, size_t size)
{
  return size > 0 ? (char *)g_memdup2 (data, size) : g_new0 (char, 1);
}

G_END_DECLS
