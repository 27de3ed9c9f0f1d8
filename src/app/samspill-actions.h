/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  /* An accelerator of the whole window. */
  SAMSPILL_ACCEL_WINDOW,
  /* A key that must first mean what it means in a text field (Ctrl+Z, Delete): the widget that it belongs to handles
   * it; here it is only listed. */
  SAMSPILL_ACCEL_LOCAL,
} SamspillAccelScope;

/* Everything that a person can do: the one table behind accelerators, the shortcuts dialog and the command palette. */
typedef struct
{
  const char *action;           /* detailed: "win.new-need" */
  const char *accels[4];        /* ended by NULL; the first is shown */
  SamspillAccelScope scope;
  const char *title;            /* msgid */
  const char *group;            /* msgid of the group in the shortcuts dialog */
} SamspillActionEntry;

/* Ended by { NULL }. Groups stand together. Static. */
const SamspillActionEntry *samspill_actions_list  (void);
/* Registers the accelerators of the window's scope. */
void                       samspill_actions_apply (GtkApplication *application);
/* Adds the LOCAL accelerators of actions that begin with `prefix` ("page.") to `widget`, in `phase`. */
void                       samspill_actions_add_local (GtkWidget *widget, const char *prefix, GtkPropagationPhase phase);

G_END_DECLS
