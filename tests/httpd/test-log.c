/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include "samspill-http-private.h"

/* Nothing that names a person, a record or what was looked for stands in a log. */
static void
test_paths (void)
{
  const struct
  {
    const char *path, *logged;
  } cases[] = {
    { "/", "/" },
    { "", "/" },
    { "/_session", "/_session" },
    { "/commons/_changes", "/commons/_changes" },
    { "/team-310000000/_bulk_docs", "/team-…/_bulk_docs" },
    { "/joint-0197c0de-0000-7000-8000-000000000000", "/joint-…" },
    { "/kari-nordmann/x", "/{db}/{id}" },
    { "/karinordmann/x", "/{db}/{id}" },
    { "/Kari%20N/x", "/{db}/{id}" },
    { "/commons/need:310000000:0197c0de", "/commons/need:…" },
    { "/commons/need%3A310000000%3A0197c0de", "/commons/need:…" },
    { "/_users/org.couchdb.user:kari", "/_users/{id}" },
    { "/commons/kari:nordmann", "/commons/{id}" },
    { "/commons/a%zz", "/commons/{id}" },
    { "/commons/kari.nordmann@example.no", "/commons/{id}" },
    { "/commons/need:1:2/S%C3%B8knad%20Kari.pdf", "/commons/need:…/{file}" },
    { "/commons/need:1:2/a/b", "/commons/need:…/{file}/{file}" },
    { "/commons/_design/rules/_view/kari", "/commons/_design/{id}/{file}/{file}" },
    { "/commons/_local/abc", "/commons/_local/{id}" },
    { "/\x1b[2J/\n", "/{db}/{id}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *logged = samspill_http_log_path (cases[i].path);

      g_assert_cmpstr (logged, ==, cases[i].logged);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/httpd/log/paths-name-nobody", test_paths);
  return g_test_run ();
}
