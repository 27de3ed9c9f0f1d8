/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a record was not accepted, for a person to read. What the rules of our registry say (data/rules) is said in the
 * language of the program; what another server says is given as it said it. */
char *samspill_refusal_dup_text (const char *reason);

G_END_DECLS
