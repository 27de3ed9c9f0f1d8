/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-error.h"
#include "samspill-multipart.h"

#include <string.h>

/* What was heard, as text: "<0 type|name>bytes</>" a part. */
static gboolean
begin_cb (GHashTable *headers, guint depth, gpointer data, GError **error)
{
  const char *type = g_hash_table_lookup (headers, "content-type");
  const char *disposition = g_hash_table_lookup (headers, "content-disposition");
  g_autofree char *name = disposition != NULL ? samspill_header_dup_parameter (disposition, "filename") : NULL;

  g_string_append_printf (data, "<%u %s|%s>", depth, type != NULL ? type : "-", name != NULL ? name : "-");
  return TRUE;
}

static gboolean
data_cb (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  g_assert_cmpuint (length, >, 0);
  g_string_append_len (data, (const char *)bytes, (gssize)length);
  return TRUE;
}

static gboolean
end_cb (gpointer data, GError **error)
{
  g_string_append (data, "</>");
  return TRUE;
}

static const SamspillMultipartFuncs FUNCS = { begin_cb, data_cb, end_cb };

/* In pieces of `step` bytes, after a first of `first`. NULL: refused. */
static char *
hear (const char *type, const char *text, gsize length, gsize first, gsize step)
{
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (SamspillMultipartReader) reader = samspill_multipart_reader_new (type, &FUNCS, heard, NULL);
  gsize at = MIN (first, length);

  if (reader == NULL || !samspill_multipart_reader_feed (reader, (const guint8 *)text, at, NULL))
    return NULL;
  for (; at < length; at += step)
    {
      /* A copy of its own, so that reading beyond it is seen. */
      g_autofree guint8 *piece = g_memdup2 (text + at, MIN (step, length - at));

      if (!samspill_multipart_reader_feed (reader, piece, MIN (step, length - at), NULL))
        return NULL;
    }
  return samspill_multipart_reader_end (reader, NULL) ? g_strdup (heard->str) : NULL;
}

static const char RELATED[] = "--abc\r\n"
                              "Content-Type: application/json\r\n\r\n"
                              "{\"_id\":\"x\"}\r\n"
                              "--abc \t\r\n"
                              "Content-Disposition: attachment;\r\n filename=\"a \\\"b\\\".txt\"\r\n"
                              "CONTENT-TYPE: text/plain\r\n\r\n"
                              "one\r\n--ab\r\n--\r\n\r\n--abcd no, it is \r\r\n"
                              "--abc\r\n\r\n"
                              "\r\n--abc\r\n"
                              "X: y\r\n\r\n"
                              "--abc--\r\nepilogue --abc";
static const char RELATED_HEARD[] = "<0 application/json|->{\"_id\":\"x\"}</>"
                                    "<0 text/plain|a \"b\".txt>one\r\n--ab\r\n--\r\n</>";

static const char MIXED[] = "preamble\r\n--out\r\n"
                            "Content-Type: multipart/related; boundary=\"in: ner\"\r\n\r\n"
                            "--in: ner\r\nContent-Type: application/json\r\n\r\n{}"
                            "\r\n--in: ner\r\nContent-Type: multipart/related; boundary=z\r\n\r\n--z not ours\r\n"
                            "--in: ner--\r\n"
                            "--out\r\nContent-Type: application/json; error=\"true\"\r\n\r\n{\"missing\":\"1-x\"}\r\n"
                            "--out--";
static const char MIXED_HEARD[] = "<0 multipart/related; boundary=\"in: ner\"|->"
                                  "<1 application/json|->{}</><1 multipart/related; boundary=z|->--z not ours</></>"
                                  "<0 application/json; error=\"true\"|->{\"missing\":\"1-x\"}</>";

static void
test_every_split (void)
{
  static const char CLEAN[] =
      "--abc\r\nContent-Type: application/json\r\n\r\n{\"_id\":\"x\"}\r\n--abc \t\r\n"
      "Content-Disposition: attachment;\r\n filename=\"a \\\"b\\\".txt\"\r\n"
      "CONTENT-TYPE: text/plain\r\n\r\none\r\n--ab\r\n--\r\n\r\n--abc\r\n\r\n\r\n--abc\r\nX: y\r\n\r\n--abc--\r\nend";
  static const char CLEAN_HEARD[] = "<0 application/json|->{\"_id\":\"x\"}</>"
                                    "<0 text/plain|a \"b\".txt>one\r\n--ab\r\n--\r\n</><0 -|-></><0 -|-></>";
  const struct
  {
    const char *type, *text, *heard;
  } cases[] = {
    { "multipart/related; boundary=abc", CLEAN, CLEAN_HEARD },
    { "Multipart/Mixed;type=x ; boundary=\"out\"", MIXED, MIXED_HEARD },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].text);

      for (gsize first = 0; first <= length; first++)
        {
          g_autofree char *heard = hear (cases[i].type, cases[i].text, length, first, G_MAXUINT16);

          g_assert_cmpstr (heard, ==, cases[i].heard);
        }
      for (gsize step = 1; step < 20; step++)
        {
          g_autofree char *heard = hear (cases[i].type, cases[i].text, length, 0, step);

          g_assert_cmpstr (heard, ==, cases[i].heard);
        }
    }
}

/* A boundary is a whole line; one that only begins like it is refused rather than guessed at. */
static void
test_nearly_a_boundary (void)
{
  g_autofree char *heard = hear ("multipart/related; boundary=abc", RELATED, strlen (RELATED), 0, 7);

  g_assert_null (heard);
  g_assert_true (g_str_has_prefix (RELATED_HEARD, "<0 application/json"));
}

static void
test_cut (void)
{
  /* The closing boundary ends two bytes before the end. */
  for (gsize length = 0; length < strlen (MIXED); length++)
    {
      g_autofree char *heard = hear ("multipart/mixed; boundary=out", MIXED, length, 0, 11);

      g_assert_null (heard);
    }
}

static void
test_bad (void)
{
  const char *types[] = {
    "application/json", "multipart/mixed", "multipart/related; boundary=",
    "multipart/related; boundary=\"0123456789012345678901234567890123456789012345678901234567890123456789x\""
  };
  const char *texts[] = { "--b\r\nno colon\r\n\r\nx\r\n--b--",
                          "--b\r\n: x\r\n\r\nx\r\n--b--",
                          "--b\r\nX: \xff\r\n\r\n\r\n--b--",
                          "--bx\r\n\r\nx\r\n--b--",
                          "--b-x",
                          "" };
  g_autoptr (GString) endless = g_string_new ("--b\r\n");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (samspill_multipart_reader_new (types[i], &FUNCS, NULL, &error));
      g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_MULTIPART);
    }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (hear ("multipart/related; boundary=b", texts[i], strlen (texts[i]), 0, 3));
  for (guint i = 0; i < 3000; i++)
    g_string_append (endless, "X: yz\r\n");
  g_string_append (endless, "\r\n\r\n--b--");
  g_assert_null (hear ("multipart/related; boundary=b", endless->str, endless->len, 0, 1000));
}

static void
test_parameters (void)
{
  const struct
  {
    const char *header, *name, *value;
  } cases[] = {
    { "form-data; name=\"a;b\"; filename=c", "filename", "c" },
    { "form-data; name=\"a;b\"; filename=c", "NAME", "a;b" },
    { "attachment; filename = \"\\\"æ\\\\\"", "filename", "\"æ\\" },
    { "attachment; xfilename=1;filename", "filename", NULL },
    { "attachment;;filename=\"open", "filename", "open" },
    { "filename=x", "filename", NULL },
    { "a; b==c", "b", "=c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *value = samspill_header_dup_parameter (cases[i].header, cases[i].name);

      g_assert_cmpstr (value, ==, cases[i].value);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/multipart/same-wherever-it-is-cut", test_every_split);
  g_test_add_func ("/base/multipart/nearly-a-boundary-is-refused", test_nearly_a_boundary);
  g_test_add_func ("/base/multipart/cut-message-is-refused", test_cut);
  g_test_add_func ("/base/multipart/bad-messages-are-refused", test_bad);
  g_test_add_func ("/base/multipart/parameters-of-headers", test_parameters);
  return g_test_run ();
}
