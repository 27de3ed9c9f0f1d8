/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-field-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "samspill-format.h"

struct _SamspillFieldRow
{
  AdwEntryRow parent_instance;

  char *path;
  const SamspillField *field;
  SamspillRecord *record;
  GtkWidget *unit;
  GtkWidget *advice;  /* beneath the text: why it was not taken */
  gboolean is_unread; /* what stands here could not be read, and is in no record */
  gboolean loading;
  gboolean writing;
};

G_DEFINE_FINAL_TYPE (SamspillFieldRow, samspill_field_row, ADW_TYPE_ENTRY_ROW)

enum
{
  EDITED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean
is_number (SamspillFieldRow *self)
{
  return self->field->kind == SAMSPILL_FIELD_INTEGER || self->field->kind == SAMSPILL_FIELD_MONEY;
}

/* "3.000" has a point between thousands, "1.5" one before a fraction. */
static gboolean
is_decimal_point (const char *at)
{
  gsize n = 0;

  while (g_ascii_isdigit (at[1 + n]))
    n++;
  return n > 0 && n != 3;
}

static gboolean
has_digit (const char *text)
{
  return strpbrk (text, "0123456789") != NULL;
}

/* What stands after a number may multiply it. Another number there makes it two: which is meant nobody can tell. */
static gboolean
read_factor (const char *rest, double *factor)
{
  static const struct
  {
    const char *word;
    double factor;
  } words[] = { { "tusen", 1e3 }, { "mill", 1e6 }, { "mrd", 1e9 } };

  *factor = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strncasecmp (rest, words[i].word, strlen (words[i].word)) == 0)
      *factor = words[i].factor;
  return !has_digit (rest);
}

gboolean
samspill_number_from_typed (const char *typed, gint64 *value)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  const char *at = typed;
  char *end = NULL;
  double number;
  double factor;

  /* "ca. 6000": the words before it are no part of the number; a minus would be. */
  for (; *at != '\0' && !g_ascii_isdigit (*at); at++)
    if (*at == '-' || g_str_has_prefix (at, "\342\210\222"))
      return FALSE;
  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_isdigit (c) && c < 128)
        g_string_append_unichar (digits, c);
      else if ((c == ',' || (c == '.' && is_decimal_point (at))) && strchr (digits->str, '.') == NULL)
        g_string_append_c (digits, '.');
      else if (!g_unichar_isspace (c) && c != '.')
        break;
    }
  if (digits->len == 0 || !read_factor (at, &factor))
    return FALSE;
  number = g_ascii_strtod (digits->str, &end) * factor;
  if (*end != '\0' || number > 9007199254740992.0)
    return FALSE;
  *value = (gint64)llround (number);
  return TRUE;
}

char *
samspill_date_from_typed (const char *typed)
{
  int a, b, c;
  char rest;

  if (sscanf (typed, "%4d-%2d-%2d%c", &a, &b, &c, &rest) == 3)
    return g_date_valid_dmy ((GDateDay)c, (GDateMonth)b, (GDateYear)a) ? g_strdup_printf ("%04d-%02d-%02d", a, b, c)
                                                                       : NULL;
  if (sscanf (typed, "%4d-%2d%c", &a, &b, &rest) == 2)
    return a >= 1000 && b >= 1 && b <= 12 ? g_strdup_printf ("%04d-%02d", a, b) : NULL;
  if (sscanf (typed, "%2d.%*[ ]%2d.%*[ ]%4d%c", &c, &b, &a, &rest) == 3 ||
      sscanf (typed, "%2d.%2d.%4d%c", &c, &b, &a, &rest) == 3)
    return c > 0 && b > 0 && a >= 1000 && g_date_valid_dmy ((GDateDay)c, (GDateMonth)b, (GDateYear)a)
               ? g_strdup_printf ("%04d-%02d-%02d", a, b, c)
               : NULL;
  if (sscanf (typed, "%2d.%4d%c", &b, &a, &rest) == 2)
    return a >= 1000 && b >= 1 && b <= 12 ? g_strdup_printf ("%04d-%02d", a, b) : NULL;
  if (sscanf (typed, "%4d%c", &a, &rest) == 1 && a >= 1000)
    return g_strdup_printf ("%04d", a);
  return NULL;
}

char *
samspill_date_to_typed (const char *iso)
{
  int year, month, day;

  switch (sscanf (iso, "%4d-%2d-%2d", &year, &month, &day))
    {
    case 3:
      return g_strdup_printf ("%d.%d.%d", day, month, year);
    case 2:
      return g_strdup_printf ("%d.%d", month, year);
    default:
      return g_strdup (iso);
    }
}

static char *
dup_shown (SamspillFieldRow *self)
{
  if (self->record == NULL || !samspill_record_has (self->record, self->path))
    return g_strdup ("");
  if (is_number (self))
    return samspill_format_integer (samspill_record_get_integer (self->record, self->path, 0));
  if (self->field->kind == SAMSPILL_FIELD_DATE)
    {
      const char *iso = samspill_record_get_string (self->record, self->path);

      return gtk_editable_get_editable (GTK_EDITABLE (self)) ? samspill_date_to_typed (iso)
                                                             : samspill_format_date (iso);
    }
  if (self->field->kind == SAMSPILL_FIELD_STRINGS)
    {
      g_auto (GStrv) strings = samspill_record_dup_strings (self->record, self->path);

      return g_strjoinv (", ", strings);
    }
  return g_strdup (samspill_record_get_string (self->record, self->path));
}

static const char *
advice_for (SamspillFieldRow *self)
{
  return is_number (self) ? _ ("Write a number, for example 6000") : _ ("Write a date, for example 15.3.2027");
}

static void
show_advice (SamspillFieldRow *self, gboolean is_shown)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (self));

  if (is_shown)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  gtk_widget_set_visible (self->advice, is_shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  is_shown ? gtk_label_get_text (GTK_LABEL (self->advice)) : "", -1);
}

static void
show (SamspillFieldRow *self)
{
  g_autofree char *text = dup_shown (self);

  self->loading = TRUE;
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self)), text))
    gtk_editable_set_text (GTK_EDITABLE (self), text);
  self->loading = FALSE;
  self->is_unread = FALSE;
  show_advice (self, FALSE);
}

/* Not at the first letter of "ca. 6000": only when the person has gone on. */
static void
left_cb (SamspillFieldRow *self)
{
  if (self->is_unread)
    show_advice (self, TRUE);
}

static gboolean
write_value (SamspillFieldRow *self, const char *text)
{
  if (*text == '\0')
    {
      samspill_record_remove (self->record, self->path);
    }
  else if (is_number (self))
    {
      gint64 value;

      if (!samspill_number_from_typed (text, &value))
        return FALSE;
      samspill_record_set_integer (self->record, self->path, value);
    }
  else if (self->field->kind == SAMSPILL_FIELD_DATE)
    {
      g_autofree char *iso = samspill_date_from_typed (text);

      if (iso == NULL)
        return FALSE;
      samspill_record_set_string (self->record, self->path, iso);
    }
  else if (self->field->kind == SAMSPILL_FIELD_STRINGS)
    {
      g_auto (GStrv) parts = g_strsplit (text, ",", -1);
      g_autoptr (GPtrArray) strings = g_ptr_array_new ();

      for (guint i = 0; parts[i] != NULL; i++)
        if (*g_strstrip (parts[i]) != '\0')
          g_ptr_array_add (strings, parts[i]);
      g_ptr_array_add (strings, NULL);
      samspill_record_set_strings (self->record, self->path, (const char *const *)strings->pdata);
    }
  else
    {
      samspill_record_set_string (self->record, self->path, text);
    }
  return TRUE;
}

static void
changed_cb (SamspillFieldRow *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self))));
  gboolean taken;

  if (self->loading || self->record == NULL)
    return;
  self->writing = TRUE;
  taken = write_value (self, text);
  self->writing = FALSE;
  self->is_unread = !taken;
  if (!taken)
    return;
  show_advice (self, FALSE);
  g_signal_emit (self, signals[EDITED], 0);
}

static void
samspill_field_row_dispose (GObject *object)
{
  SamspillFieldRow *self = SAMSPILL_FIELD_ROW (object);

  g_clear_object (&self->record);
  G_OBJECT_CLASS (samspill_field_row_parent_class)->dispose (object);
}

static void
samspill_field_row_finalize (GObject *object)
{
  g_free (SAMSPILL_FIELD_ROW (object)->path);
  G_OBJECT_CLASS (samspill_field_row_parent_class)->finalize (object);
}

static void
samspill_field_row_class_init (SamspillFieldRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = samspill_field_row_dispose;
  object_class->finalize = samspill_field_row_finalize;
  signals[EDITED] =
      g_signal_new ("edited", SAMSPILL_TYPE_FIELD_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* AdwEntryRow has no line beneath its text: it gets one. */
static void
add_advice (SamspillFieldRow *self)
{
  GtkListBoxRow *row = GTK_LIST_BOX_ROW (self);
  g_autoptr (GtkWidget) entry = g_object_ref (gtk_list_box_row_get_child (row));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_add_css_class (box, "advised");
  gtk_list_box_row_set_child (row, NULL);
  gtk_box_append (GTK_BOX (box), entry);
  self->advice = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, "visible", FALSE, "margin-start", 12,
                               "margin-end", 12, "margin-bottom", 9, NULL);
  gtk_widget_add_css_class (self->advice, "caption");
  gtk_widget_add_css_class (self->advice, "error");
  gtk_box_append (GTK_BOX (box), self->advice);
  gtk_list_box_row_set_child (row, box);
}

static void
samspill_field_row_init (SamspillFieldRow *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  add_advice (self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_editable_set_editable (GTK_EDITABLE (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "reading");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  g_signal_connect (self, "changed", G_CALLBACK (changed_cb), NULL);
}

GtkWidget *
samspill_field_row_new (const char *path, const SamspillField *field)
{
  SamspillFieldRow *self = g_object_new (SAMSPILL_TYPE_FIELD_ROW, "title", _ (field->label), NULL);
  const char *unit = field->unit;

  self->path = g_strdup (path);
  self->field = field;
  gtk_label_set_text (GTK_LABEL (self->advice), advice_for (self));
  if (is_number (self))
    adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (self), GTK_INPUT_PURPOSE_FREE_FORM);
  if (field->max_length > 0 && field->kind == SAMSPILL_FIELD_STRING)
    adw_entry_row_set_max_length (ADW_ENTRY_ROW (self), (int)MIN (field->max_length, G_MAXUINT16));
  if (field->kind == SAMSPILL_FIELD_MONEY && unit == NULL)
    unit = N_ ("kroner");
  if (unit != NULL)
    {
      self->unit = gtk_label_new (_ (unit));
      gtk_widget_add_css_class (self->unit, "dimmed");
      adw_entry_row_add_suffix (ADW_ENTRY_ROW (self), self->unit);
    }
  if (field->help != NULL)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ (field->help));
  return GTK_WIDGET (self);
}

const char *
samspill_field_row_get_path (SamspillFieldRow *self)
{
  g_return_val_if_fail (SAMSPILL_IS_FIELD_ROW (self), NULL);
  return self->path;
}

void
samspill_field_row_set_record (SamspillFieldRow *self, SamspillRecord *record)
{
  gboolean is_same;

  g_return_if_fail (SAMSPILL_IS_FIELD_ROW (self));
  is_same = self->record != NULL && record != NULL &&
            g_strcmp0 (samspill_record_get_id (self->record), samspill_record_get_id (record)) == 0;
  g_set_object (&self->record, record);
  /* What the person is typing right now is not replaced by its tidier form, and what could not be read stays until it
   * is mended. */
  if (self->writing || (is_same && self->is_unread))
    return;
  show (self);
}

void
samspill_field_row_set_editing (SamspillFieldRow *self, gboolean editing)
{
  g_return_if_fail (SAMSPILL_IS_FIELD_ROW (self));
  gtk_editable_set_editable (GTK_EDITABLE (self), editing);
  if (editing)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "reading");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "reading");
  show (self);
}
