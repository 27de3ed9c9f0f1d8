/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-save FOLDER JSON: revise one record again and again; a line of milliseconds for each save that became durable.
 */
#include "samspill-profile.h"

#define SAVES 300

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillProfile) profile = NULL;
  g_autoptr (SamspillRecord) record = NULL;

  if (argc != 3)
    return 2;
  profile = samspill_profile_open (argv[1], &error);
  if (profile == NULL)
    g_error ("%s", error->message);
  record = samspill_record_from_json (argv[2], -1, &error);
  if (record == NULL)
    g_error ("%s", error->message);
  samspill_record_complete (record, "bench");

  for (guint i = 0; i < SAVES; i++)
    {
      g_autofree char *problem = g_strdup_printf ("Vi mister %u %% av vannet på veien til abonnentene.", i);
      gint64 begin = g_get_monotonic_time ();

      samspill_record_set_string (record, "problem", problem);
      if (!samspill_profile_save (profile, NULL, record, &error))
        g_error ("%s", error->message);
      g_print ("%.3f\n", (double)(g_get_monotonic_time () - begin) / 1000.0);
    }
  samspill_profile_close (profile);

  return 0;
}
