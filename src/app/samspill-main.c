/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-application.h"
#include "samspill-language.h"

int
main (int argc, char **argv)
{
  g_autoptr (SamspillApplication) application = NULL;

  samspill_language_set_up ();
  application = samspill_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
