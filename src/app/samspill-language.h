/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The language of the program: the setting "language", else the system's. Call samspill_language_set_up () before
 * anything else in main: it sets LANGUAGE and the locale, and tells GTK to leave both alone. */
void        samspill_language_set_up (void);
/* "nb", "nn", "se" or "en": what is on the screen now. */
const char *samspill_language_get    (void);

G_END_DECLS
