/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-actions.h"

#include <glib/gi18n.h>

/* clang-format off */
static const SamspillActionEntry entries[] = {
  { "win.find",             { "<Control>k" },                  SAMSPILL_ACCEL_WINDOW, N_("Find or do anything"),    N_("General") },
  { "win.search",           { "<Control>f" },                  SAMSPILL_ACCEL_WINDOW, N_("Search this list"),       N_("General") },
  { "win.next-pane",        { "F6" },                          SAMSPILL_ACCEL_WINDOW, N_("Next pane"),              N_("General") },
  { "win.previous-pane",    { "<Shift>F6" },                   SAMSPILL_ACCEL_WINDOW, N_("Previous pane"),          N_("General") },
  { "win.sync-now",         { "F5" },                          SAMSPILL_ACCEL_WINDOW, N_("Sync now"),               N_("General") },
  { "win.connect",          { NULL },                          SAMSPILL_ACCEL_WINDOW, N_("Connect to the commons"), N_("General") },
  { "win.saved",            { "<Control>s" },                  SAMSPILL_ACCEL_WINDOW, N_("Is it saved?"),           N_("General") },
  { "app.preferences",      { "<Control>comma" },              SAMSPILL_ACCEL_WINDOW, N_("Preferences"),            N_("General") },
  { "app.shortcuts",        { "<Control>question", "F1" },     SAMSPILL_ACCEL_WINDOW, N_("Keyboard shortcuts"),     N_("General") },
  { "app.about",            { NULL },                          SAMSPILL_ACCEL_WINDOW, N_("About Samspill"),         N_("General") },
  { "app.quit",             { "<Control>q" },                  SAMSPILL_ACCEL_WINDOW, N_("Quit"),                   N_("General") },

  { "win.new-need",         { "<Control>n" },                  SAMSPILL_ACCEL_WINDOW, N_("New need"),               N_("Write") },
  { "win.new-pitch",        { "<Control><Shift>n" },           SAMSPILL_ACCEL_WINDOW, N_("Log a proposal that I heard"), N_("Write") },
  { "win.import",           { "<Control>o" },                  SAMSPILL_ACCEL_WINDOW, N_("Import a file"),          N_("Write") },
  { "page.edit",            { "F2" },                          SAMSPILL_ACCEL_WINDOW, N_("Edit"),                   N_("Write") },
  { "page.undo",            { "<Control>z" },                  SAMSPILL_ACCEL_LOCAL,  N_("Undo"),                   N_("Write") },
  { "page.redo",            { "<Control><Shift>z" },           SAMSPILL_ACCEL_LOCAL,  N_("Redo"),                   N_("Write") },

  { "page.print",           { "<Control>p" },                  SAMSPILL_ACCEL_WINDOW, N_("Print"),                  N_("Hand round") },
  { "page.export-pdf",      { NULL },                          SAMSPILL_ACCEL_WINDOW, N_("Save as PDF"),            N_("Hand round") },
  { "page.export-odt",      { NULL },                          SAMSPILL_ACCEL_WINDOW, N_("Save for a word processor"), N_("Hand round") },
  { "page.export-html",     { NULL },                          SAMSPILL_ACCEL_WINDOW, N_("Save as a web page"),     N_("Hand round") },
  { "page.reply-form",      { "<Control>e" },                  SAMSPILL_ACCEL_WINDOW, N_("Form for founders"),      N_("Hand round") },
  { "page.add-file",        { "<Control><Shift>a" },           SAMSPILL_ACCEL_WINDOW, N_("Add a file"),             N_("Hand round") },
  { "page.history",         { "<Control>h" },                  SAMSPILL_ACCEL_WINDOW, N_("Earlier versions"),       N_("Hand round") },
  { "page.share",           { NULL },                          SAMSPILL_ACCEL_WINDOW, N_("Share with colleagues"),  N_("Hand round") },
  { "page.publish",         { NULL },                          SAMSPILL_ACCEL_WINDOW, N_("Publish or update"),      N_("Hand round") },
  { "page.withdraw",        { NULL },                          SAMSPILL_ACCEL_WINDOW, N_("Withdraw what is published"), N_("Hand round") },
  { "page.versions",        { NULL },                          SAMSPILL_ACCEL_WINDOW, N_("Look at the two versions"), N_("Hand round") },
  { "page.trash",           { "Delete" },                      SAMSPILL_ACCEL_LOCAL,  N_("Move to the trash"),      N_("Hand round") },

  { "win.enter-place::home",      { "<Alt>1" },                      SAMSPILL_ACCEL_WINDOW, N_("Home"),                   N_("Places") },
  { "win.enter-place::needs",     { "<Alt>2" },                      SAMSPILL_ACCEL_WINDOW, N_("Needs"),                  N_("Places") },
  { "win.enter-place::pitches",   { "<Alt>3" },                      SAMSPILL_ACCEL_WINDOW, N_("Proposals"),              N_("Places") },
  { "win.enter-place::cases",     { "<Alt>4" },                      SAMSPILL_ACCEL_WINDOW, N_("Cases"),                  N_("Places") },
  { "win.enter-place::programmes", { "<Alt>5" },                     SAMSPILL_ACCEL_WINDOW, N_("Programmes"),             N_("Places") },
  { "win.enter-place::trash",     { "<Alt>6" },                      SAMSPILL_ACCEL_WINDOW, N_("Trash"),                  N_("Places") },
  { NULL },
};
/* clang-format on */

const SamspillActionEntry *
samspill_actions_list (void)
{
  return entries;
}

void
samspill_actions_apply (GtkApplication *application)
{
  for (const SamspillActionEntry *entry = entries; entry->action != NULL; entry++)
    if (entry->scope == SAMSPILL_ACCEL_WINDOW && entry->accels[0] != NULL)
      gtk_application_set_accels_for_action (application, entry->action, entry->accels);
}

void
samspill_actions_add_local (GtkWidget *widget, const char *prefix, GtkPropagationPhase phase)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, phase);
  for (const SamspillActionEntry *entry = entries; entry->action != NULL; entry++)
    {
      if (entry->scope != SAMSPILL_ACCEL_LOCAL || !g_str_has_prefix (entry->action, prefix))
        continue;

      for (guint i = 0; entry->accels[i] != NULL; i++)
        gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                              gtk_shortcut_new (gtk_shortcut_trigger_parse_string (entry->accels[i]),
                                                                gtk_named_action_new (entry->action)));
    }
  gtk_widget_add_controller (widget, controller);
}
