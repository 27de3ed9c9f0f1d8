/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

#include "samspill-cli.h"
#include "samspill-error.h"
#include "samspill-format.h"
#include "samspill-json-text.h"

#define INDEX_WAIT_US (10 * 60 * G_USEC_PER_SEC)

struct _CliLine
{
  GString *text;
};

void
cli_print (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fputs (text, stdout);
}

CliExit
cli_complain (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
  fprintf (stderr, "samspillctl: %s\n", text);
  return CLI_FAILED;
}

CliExit
cli_fail (GError *error)
{
  cli_complain ("%s", error->message);
  g_error_free (error);
  return CLI_FAILED;
}

gboolean
cli_flush (void)
{
  return fflush (stdout) == 0 && !ferror (stdout);
}

CliLine *
cli_line_new (void)
{
  CliLine *line = g_new0 (CliLine, 1);

  line->text = g_string_new ("{");
  return line;
}

static void
add_member (CliLine *line, const char *name, const char *value)
{
  g_string_append_printf (line->text, "%s\"%s\":%s", line->text->len > 1 ? "," : "", name, value);
}

void
cli_line_string (CliLine *line, const char *name, const char *value)
{
  if (value == NULL)
    return;

  g_autofree char *quoted = samspill_json_quote (value);
  add_member (line, name, quoted);
}

void
cli_line_integer (CliLine *line, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  add_member (line, name, text);
}

void
cli_line_number (CliLine *line, const char *name, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  add_member (line, name, g_ascii_formatd (text, sizeof text, "%.3f", value));
}

void
cli_line_boolean (CliLine *line, const char *name, gboolean value)
{
  add_member (line, name, value ? "true" : "false");
}

void
cli_line_print (CliLine *line)
{
  cli_print ("%s}\n", line->text->str);
  g_string_free (line->text, TRUE);
  g_free (line);
}

static GBytes *
read_stdin (gsize most, GError **error)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 part[8192];
  gssize length;

  while ((length = g_input_stream_read (stream, part, sizeof part, NULL, error)) > 0)
    {
      g_byte_array_append (all, part, (guint)length);
      if (all->len > most)
        {
          g_autofree char *size = samspill_format_bytes (most);
          g_set_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE,
                       _ ("What was sent to the command is larger than %s. Send less at a time."), size);
          return NULL;
        }
    }
  return length == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&all)) : NULL;
}

GBytes *
cli_read (const char *path, gsize most, GError **error)
{
  if (g_str_equal (path, "-"))
    return read_stdin (most, error);

  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  return samspill_read_file (file, most, NULL, error);
}

gboolean
cli_write (const char *path, GBytes *bytes, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  if (!g_str_equal (path, "-"))
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
      return g_file_replace_contents (file, data, length, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, error);
    }
  if (fwrite (data, 1, length, stdout) == length && cli_flush ())
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("The result could not be written: %s"),
               g_strerror (errno));
  return FALSE;
}

const char *
cli_text_argument (const char *argument, GError **error)
{
  if (g_utf8_validate (argument, -1, NULL))
    return argument;
  g_set_error_literal (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_UTF8,
                       _ ("An argument is not UTF-8. Set the terminal to UTF-8 and try again."));
  return NULL;
}

gboolean
cli_wait_for_index (Cli *cli, GError **error)
{
  gint64 seq = samspill_store_get_last_seq (samspill_profile_get_store (cli->profile));

  if (samspill_index_wait (samspill_profile_get_index (cli->profile), seq, INDEX_WAIT_US))
    return TRUE;
  g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_FAILED,
                       _ ("The search index is not ready. Run “samspillctl rebuild” and try again."));
  return FALSE;
}
