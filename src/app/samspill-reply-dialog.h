/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/* Called in the main thread when the proposal was kept: where it lies now. */
typedef void (*SamspillReplyKept) (const char *space, const char *id, gpointer data);

/* Shows what a reply file says (plain text) and which need it answers, and asks before it is kept. Takes `reply`.
 * `data` must outlive the dialog. */
void samspill_reply_dialog_present (GtkWidget *parent, SamspillProfile *profile, SamspillReply *reply,
                                    SamspillReplyKept kept, gpointer data);

G_END_DECLS
