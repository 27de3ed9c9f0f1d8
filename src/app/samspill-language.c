/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-language.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <locale.h>
#include <stdlib.h>

/* GTK has few strings in Nynorsk and none in Northern Sámi, libadwaita none in either: the nearest language that a
 * reader knows stands in, not English. */
static const struct
{
  const char *code;
  const char *languages;
  const char *locales[3];
} languages[] = {
  { "nb", "nb:nn", { "nb_NO.UTF-8", "nn_NO.UTF-8" } },
  { "nn", "nn:nb", { "nn_NO.UTF-8", "nb_NO.UTF-8" } },
  { "se", "se:nb:nn", { "se_NO.UTF-8", "nb_NO.UTF-8" } },
  { "en", "en", { NULL } },
};

static const char *current = "en";

static gboolean
locale_has_messages (void)
{
  const char *locale = setlocale (LC_MESSAGES, NULL);

  /* gettext ignores LANGUAGE in these. */
  return locale != NULL && !g_str_equal (locale, "C") && !g_str_equal (locale, "POSIX") &&
         !g_str_has_prefix (locale, "C.");
}

static void
use_language (guint index)
{
  current = languages[index].code;
  g_setenv ("LANGUAGE", languages[index].languages, TRUE);
  for (guint i = 0; languages[index].locales[i] != NULL; i++)
    if (setlocale (LC_ALL, languages[index].locales[i]) != NULL)
      return;

  /* No Norwegian locale on this computer: the words come all the same as long as the locale is not C. */
  if (!locale_has_messages ())
    for (guint i = 0; i < 2; i++)
      if (setlocale (LC_MESSAGES, i == 0 ? "en_GB.UTF-8" : "en_US.UTF-8") != NULL)
        return;
}

static gboolean
find_language (const char *name, guint *index)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_has_prefix (name, languages[i].code) && !g_ascii_isalpha (name[2]))
      return (*index = i), TRUE;
  if (g_str_has_prefix (name, "no") && !g_ascii_isalpha (name[2]))
    return (*index = 0), TRUE;

  return FALSE;
}

void
samspill_language_set_up (void)
{
  g_autoptr (GSettings) settings = g_settings_new (SAMSPILL_APPLICATION_ID);
  g_autofree char *setting = g_settings_get_string (settings, "language");
  const char *directory = g_getenv ("SAMSPILL_LOCALEDIR");
  const char *const *names;
  guint index;

  setlocale (LC_ALL, "");
  gtk_disable_setlocale ();

  if (find_language (setting, &index))
    use_language (index);
  else if (locale_has_messages ())
    {
      /* LANGUAGE as the system has it, but with the fallbacks above for its first language that we speak. */
      names = g_get_language_names ();
      for (guint i = 0; names[i] != NULL; i++)
        if (find_language (names[i], &index))
          {
            current = languages[index].code;
            g_setenv ("LANGUAGE", languages[index].languages, TRUE);
            break;
          }
    }

  bindtextdomain (GETTEXT_PACKAGE, directory != NULL ? directory : SAMSPILL_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

const char *
samspill_language_get (void)
{
  return current;
}
