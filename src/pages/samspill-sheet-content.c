/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-sheet-content.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-format.h"
#include "samspill-subject.h"
#include "samspill-words.h"

#define MAX_FIGURES 4
#define MAX_SUBJECTS 3
#define MAX_FACT_LENGTH 150 /* characters: what is longer wants the wide column */

static void
block_free (SamspillBlock *block)
{
  g_free (block->text);
  g_free (block->link);
  g_clear_pointer (&block->rows, g_ptr_array_unref);
  g_free (block);
}

static void
fact_free (SamspillFact *fact)
{
  g_free (fact->label);
  g_free (fact->value);
  g_free (fact->unit);
  g_free (fact);
}

void
samspill_sheet_content_free (SamspillSheetContent *self)
{
  if (self == NULL)
    return;
  g_free (self->lang);
  g_free (self->letterhead);
  g_free (self->kind);
  g_free (self->eyebrow);
  g_free (self->title);
  g_free (self->footer);
  g_ptr_array_unref (self->figures);
  g_ptr_array_unref (self->facts);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

char **
samspill_split_paragraphs (const char *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    {
      g_strstrip (*line);
      if (**line != '\0')
        g_strv_builder_add (builder, *line);
    }
  return g_strv_builder_end (builder);
}

static const char *
words (SamspillSheetContent *self, const char *msgid)
{
  return samspill_words (self->lang, msgid);
}

static SamspillBlock *
add_block (SamspillSheetContent *self, SamspillBlockKind kind, const char *text)
{
  SamspillBlock *block = g_new0 (SamspillBlock, 1);

  block->kind = kind;
  block->text = g_strdup (text);
  g_ptr_array_add (self->blocks, block);
  return block;
}

static void
add_section (SamspillSheetContent *self, const char *heading, const char *text)
{
  g_auto (GStrv) paragraphs = samspill_split_paragraphs (text);

  if (paragraphs[0] == NULL)
    return;
  add_block (self, SAMSPILL_BLOCK_HEADING, heading);
  for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++)
    add_block (self, SAMSPILL_BLOCK_PARAGRAPH, *paragraph);
}

static void
add_fact_to (GPtrArray *facts, const char *label, char *value, const char *unit)
{
  SamspillFact *fact;

  if (value == NULL || *value == '\0')
    {
      g_free (value);
      return;
    }
  fact = g_new0 (SamspillFact, 1);
  fact->label = g_strdup (label);
  fact->value = value;
  fact->unit = g_strdup (unit);
  g_ptr_array_add (facts, fact);
}

/* An object's member as text: a string as it stands, an integer as Norwegians write it. */
static char *
member_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return samspill_format_integer (json_node_get_int (node));
  return NULL;
}

static JsonArray *
array_field (SamspillRecord *record, const char *field)
{
  JsonNode *node = samspill_record_get_node (record, field);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
array_object (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
field_label (SamspillSheetContent *self, SamspillRecord *record, const char *name)
{
  const SamspillType *type = samspill_record_get_schema (record);
  const SamspillField *field = type != NULL ? samspill_type_field (type, name) : NULL;

  return field != NULL ? words (self, field->label) : name;
}

static const char *
choice_label (SamspillSheetContent *self, SamspillRecord *record, const char *name)
{
  const SamspillType *type = samspill_record_get_schema (record);
  const SamspillField *field = type != NULL ? samspill_type_field (type, name) : NULL;
  const char *value = samspill_record_get_string (record, name);
  const char *label = field != NULL ? samspill_field_choice_label (field, value) : NULL;

  return label != NULL ? words (self, label) : value;
}

/* "4,2 mill. kroner" as value and unit of a card. */
static void
add_money_figure (SamspillSheetContent *self, const char *label, gint64 kroner, const char *unit)
{
  g_autofree char *money = samspill_format_money_in (self->lang, kroner);
  char *space = strrchr (money, ' ');

  if (space != NULL)
    *space = '\0';
  add_fact_to (self->figures, label, g_strdup (money), unit);
}

static void
add_measure_figure (SamspillSheetContent *self, JsonArray *measures)
{
  JsonObject *first = measures != NULL && json_array_get_length (measures) > 0 ? array_object (measures, 0) : NULL;
  g_autofree char *now = first != NULL ? member_text (first, "now") : NULL;
  g_autofree char *target = first != NULL ? member_text (first, "target") : NULL;
  g_autofree char *what = first != NULL ? member_text (first, "what") : NULL;

  if (target == NULL || *target == '\0' || g_utf8_strlen (target, -1) > 16)
    return;
  if (now != NULL && *now != '\0' && g_utf8_strlen (now, -1) <= 12)
    add_fact_to (self->figures, words (self, N_ ("Wished effect")), g_strdup_printf ("%s → %s", now, target), what);
  else
    add_fact_to (self->figures, words (self, N_ ("Wished effect")), g_strdup (target), what);
}

static void
add_need_figures (SamspillSheetContent *self, SamspillRecord *need)
{
  gint64 count = samspill_record_get_integer (need, "affected.count", 0);
  gint64 cost = samspill_record_get_integer (need, "cost_nok", 0);
  gint64 loss = samspill_record_get_integer (need, "largest_loss_nok", 0);
  gint64 weeks = samspill_record_get_integer (need, "largest_loss_weeks", 0);

  if (count > 0)
    add_fact_to (self->figures, words (self, N_ ("Who is affected")), samspill_format_integer (count),
                 samspill_record_get_string (need, "affected.who"));
  else
    add_fact_to (self->facts, words (self, N_ ("Who is affected")),
                 g_strdup (samspill_record_get_string (need, "affected.who")), NULL);
  if (cost > 0)
    add_money_figure (self, words (self, N_ ("Cost today")), cost, words (self, N_ ("kroner a year")));
  add_measure_figure (self, array_field (need, "measures"));
  if (loss > 0)
    {
      g_autofree char *unit = NULL;

      if (weeks > 0)
        unit = weeks == 1 ? g_strdup (words (self, N_ ("kroner and 1 week")))
                          : g_strdup_printf (words (self, N_ ("kroner and %d weeks")), (int)weeks);
      add_money_figure (self, words (self, N_ ("Largest loss we accept")), loss,
                        unit != NULL ? unit : words (self, N_ ("kroner")));
    }
}

static char **
measure_row (JsonObject *measure, const char *lang)
{
  static const char *const members[] = { "what", "now", "target", "how", "by" };
  GStrvBuilder *builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autofree char *text = member_text (measure, members[i]);

      if (text != NULL && g_str_equal (members[i], "by"))
        {
          g_autofree char *date = samspill_format_date_in (lang, text);
          g_strv_builder_add (builder, date);
        }
      else
        g_strv_builder_add (builder, text != NULL ? text : "");
    }
  return g_strv_builder_unref_to_strv (builder);
}

static void
add_measures (SamspillSheetContent *self, SamspillRecord *need)
{
  JsonArray *measures = array_field (need, "measures");
  SamspillBlock *block;
  const char *header[] = { words (self, N_ ("We measure")), words (self, N_ ("Now")),
                           words (self, N_ ("Target")),     words (self, N_ ("How we measure it")),
                           words (self, N_ ("By")),         NULL };

  if (measures == NULL || json_array_get_length (measures) == 0)
    return;
  block = add_block (self, SAMSPILL_BLOCK_TABLE, NULL);
  block->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  g_ptr_array_add (block->rows, g_strdupv ((char **)header));
  for (guint i = 0; i < json_array_get_length (measures); i++)
    {
      JsonObject *measure = array_object (measures, i);

      if (measure != NULL)
        g_ptr_array_add (block->rows, measure_row (measure, self->lang));
    }
}

/* The names of bodies or suppliers: an array of strings, or of objects with a name. */
static char *
join_names (SamspillRecord *record, const char *field)
{
  JsonArray *array = array_field (record, field);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        {
          g_autofree char *name = member_text (json_node_get_object (node), "name");
          if (name != NULL)
            g_strv_builder_add (builder, name);
        }
      else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (node));
    }
  names = g_strv_builder_end (builder);
  return g_strjoinv (", ", names);
}

static char *
years_text (SamspillRecord *record)
{
  gint64 start = samspill_record_get_integer (record, "years.start", 0);
  gint64 end = samspill_record_get_integer (record, "years.end", 0);

  if (start == 0)
    start = samspill_record_get_integer (record, "year", 0);
  if (start == 0 && end == 0)
    return NULL;
  if (start != 0 && end != 0 && start != end)
    return g_strdup_printf ("%d–%d", (int)start, (int)end);
  return g_strdup_printf ("%d", (int)(start != 0 ? start : end));
}

/* Fields that a special part of the page has shown already, or that say nothing on paper. */
static gboolean
is_shown_elsewhere (const SamspillField *field)
{
  static const char *const elsewhere[] = { "title",
                                           "name",
                                           "cost_nok",
                                           "largest_loss_nok",
                                           "largest_loss_weeks",
                                           "title_in_source",
                                           "need",
                                           "phase",
                                           "tags",
                                           "confidence",
                                           "country",
                                           "year",
                                           "case",
                                           "about",
                                           "heard",
                                           "status",
                                           "media_type",
                                           "size",
                                           "kind",
                                           NULL };

  return (field->flags & SAMSPILL_FIELD_ENVELOPE) != 0 || g_strv_contains (elsewhere, field->name);
}

/* Short answers about owner, money and terms stand beside the text, where a reader looks for them. */
static gboolean
is_beside (SamspillRecord *record, const SamspillField *field)
{
  static const char *const groups[] = { "ownership", "more", "terms", NULL };
  const char *text = samspill_record_get_string (record, field->name);

  return field->group != NULL && g_strv_contains (groups, field->group) && strchr (text, '\n') == NULL &&
         g_utf8_strlen (text, -1) <= MAX_FACT_LENGTH;
}

static void
add_plain_field (SamspillSheetContent *self, SamspillRecord *record, const SamspillField *field)
{
  const char *label = words (self, field->label);

  switch (field->kind)
    {
    case SAMSPILL_FIELD_TEXT:
      if (is_beside (record, field))
        add_fact_to (self->facts, label, g_strdup (samspill_record_get_string (record, field->name)), NULL);
      else
        add_section (self, label, samspill_record_get_string (record, field->name));
      break;
    case SAMSPILL_FIELD_STRING:
      add_fact_to (self->facts, label, g_strdup (samspill_record_get_string (record, field->name)), NULL);
      break;
    case SAMSPILL_FIELD_CHOICE:
      add_fact_to (self->facts, label, g_strdup (choice_label (self, record, field->name)), NULL);
      break;
    case SAMSPILL_FIELD_DATE:
      add_fact_to (self->facts, label,
                   samspill_format_date_in (self->lang, samspill_record_get_string (record, field->name)), NULL);
      break;
    case SAMSPILL_FIELD_INTEGER:
      if (samspill_record_has (record, field->name))
        {
          g_autofree char *number = samspill_format_integer (samspill_record_get_integer (record, field->name, 0));
          const char *unit = field->unit != NULL ? words (self, field->unit) : "";

          add_fact_to (self->facts, label, g_strstrip (g_strdup_printf ("%s %s", number, unit)), NULL);
        }
      break;
    case SAMSPILL_FIELD_MONEY:
      if (samspill_record_has (record, field->name))
        add_fact_to (self->facts, label,
                     samspill_format_money_in (self->lang, samspill_record_get_integer (record, field->name, 0)), NULL);
      break;
    case SAMSPILL_FIELD_STRINGS:
      if (samspill_record_has (record, field->name))
        {
          g_auto (GStrv) strings = samspill_record_dup_strings (record, field->name);

          add_block (self, SAMSPILL_BLOCK_HEADING, label);
          for (char **string = strings; *string != NULL; string++)
            add_block (self, SAMSPILL_BLOCK_ITEM, *string);
        }
      break;
    case SAMSPILL_FIELD_BOOLEAN:
    case SAMSPILL_FIELD_ID:
    case SAMSPILL_FIELD_OBJECT:
    case SAMSPILL_FIELD_OBJECTS:
    case SAMSPILL_FIELD_ANY:
      break;
    }
}

/* Objects are shown where they have a shape that we know; the rest of a record goes by its schema. */
static void
add_object_field (SamspillSheetContent *self, SamspillRecord *record, const SamspillField *field)
{
  if (g_str_equal (field->name, "measures"))
    add_measures (self, record);
  else if (g_str_equal (field->name, "buyers") || g_str_equal (field->name, "owners") ||
           g_str_equal (field->name, "suppliers"))
    add_fact_to (self->facts, words (self, field->label), join_names (record, field->name), NULL);
  else if (g_str_equal (field->name, "years"))
    add_fact_to (self->facts, words (self, field->label), years_text (record), NULL);
  else if (g_str_equal (field->name, "method"))
    {
      add_fact_to (self->facts, words (self, field->label), g_strdup (choice_label (self, record, "method.code")),
                   NULL);
      add_section (self, words (self, field->label), samspill_record_get_string (record, "method.text"));
    }
  else if (g_str_equal (field->name, "outcome"))
    {
      g_autofree char *as_of =
          samspill_format_date_in (self->lang, samspill_record_get_string (record, "outcome.as_of"));

      add_fact_to (self->figures, words (self, field->label), g_strdup (choice_label (self, record, "outcome.status")),
                   as_of != NULL && *as_of != '\0' ? as_of : NULL);
      add_section (self, words (self, field->label), samspill_record_get_string (record, "outcome.text"));
    }
  else if (g_str_equal (field->name, "supplier"))
    {
      add_fact_to (self->facts, words (self, field->label),
                   g_strdup (samspill_record_get_string (record, "supplier.name")), NULL);
      add_fact_to (self->facts, field_label (self, record, "supplier.role"),
                   g_strdup (samspill_record_get_string (record, "supplier.role")), NULL);
    }
}

static void
add_fields (SamspillSheetContent *self, SamspillRecord *record)
{
  const SamspillType *type = samspill_record_get_schema (record);

  for (const SamspillField *field = type != NULL ? type->fields : NULL; field != NULL && field->name != NULL; field++)
    {
      if (is_shown_elsewhere (field))
        continue;
      if (field->kind == SAMSPILL_FIELD_OBJECT || field->kind == SAMSPILL_FIELD_OBJECTS ||
          g_str_equal (field->name, "suppliers") || g_str_equal (field->name, "owners"))
        add_object_field (self, record, field);
      else
        add_plain_field (self, record, field);
    }
}

/* One fact alone is no column: it becomes part of the text, which then has the whole width. */
static void
move_fact_into_text (SamspillSheetContent *self)
{
  const SamspillFact *fact = g_ptr_array_index (self->facts, 0);

  add_section (self, fact->label, fact->value);
  g_ptr_array_set_size (self->facts, 0);
}

static void
add_similar (SamspillSheetContent *self, const SamspillPageContext *context)
{
  if (context == NULL || context->similar == NULL || context->similar[0] == NULL)
    return;
  add_block (self, SAMSPILL_BLOCK_HEADING, words (self, N_ ("Who had it before")));
  for (const char *const *line = context->similar; *line != NULL; line++)
    add_block (self, SAMSPILL_BLOCK_ITEM, *line);
}

static void
add_sources (SamspillSheetContent *self, SamspillRecord *record)
{
  JsonArray *sources = array_field (record, "sources");

  if (sources == NULL || json_array_get_length (sources) == 0)
    return;
  add_block (self, SAMSPILL_BLOCK_HEADING, words (self, N_ ("Sources")));
  for (guint i = 0; i < json_array_get_length (sources); i++)
    {
      JsonObject *source = array_object (sources, i);
      g_autofree char *title = source != NULL ? member_text (source, "title") : NULL;
      g_autofree char *publisher = source != NULL ? member_text (source, "publisher") : NULL;
      g_autofree char *url = source != NULL ? member_text (source, "url") : NULL;
      g_autofree char *date = source != NULL ? member_text (source, "date") : NULL;
      g_autofree char *day = date != NULL ? samspill_format_date_in (self->lang, date) : NULL;
      g_autofree char *line = NULL;
      SamspillBlock *block;

      if (title == NULL && url == NULL)
        continue;
      line = g_strdup_printf ("%s%s%s%s%s", title != NULL ? title : url, publisher != NULL ? ". " : "",
                              publisher != NULL ? publisher : "", day != NULL ? ", " : "", day != NULL ? day : "");
      block = add_block (self, SAMSPILL_BLOCK_NOTE, line);
      if (url != NULL && (g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://")))
        block->link = g_steal_pointer (&url);
    }
}

static char *
make_eyebrow (SamspillSheetContent *self, SamspillRecord *record)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) los = samspill_record_dup_strings (record, "subjects.los");
  g_auto (GStrv) parts = NULL;

  for (guint i = 0; i < MAX_SUBJECTS && los[i] != NULL; i++)
    {
      const char *label = samspill_subject_label (los[i], self->lang);

      if (label != NULL)
        g_strv_builder_add (builder, label);
    }
  if (samspill_record_has (record, "phase"))
    g_strv_builder_add (builder, choice_label (self, record, "phase"));
  parts = g_strv_builder_end (builder);
  return parts[0] != NULL ? g_strjoinv (" · ", parts) : NULL;
}

static char *
make_footer (SamspillSheetContent *self, SamspillRecord *record, const SamspillPageContext *context)
{
  /* The last part of an id is enough to find the record again, and short enough to be read out on the telephone. */
  const char *id = samspill_record_get_id (record);
  const char *reference = id != NULL && strrchr (id, '-') != NULL ? strrchr (id, '-') + 1 : id;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;

  if (context != NULL && context->space_label != NULL)
    g_strv_builder_add (builder, context->space_label);
  if (context != NULL && context->printed != NULL)
    {
      g_autofree char *printed = g_strdup_printf (words (self, N_ ("Printed %s")), context->printed);
      g_strv_builder_add (builder, printed);
    }
  if (context != NULL && context->contact != NULL && *context->contact != '\0')
    {
      g_autofree char *contact = g_strdup_printf (words (self, N_ ("Ask: %s")), context->contact);
      g_strv_builder_add (builder, contact);
    }
  if (reference != NULL)
    {
      g_autofree char *text = g_strdup_printf (words (self, N_ ("Ref. %s")), reference);
      g_strv_builder_add (builder, text);
    }
  parts = g_strv_builder_end (builder);
  return g_strjoinv (" · ", parts);
}

SamspillSheetContent *
samspill_sheet_content_new (SamspillRecord *record, const SamspillPageContext *context)
{
  SamspillSheetContent *self = g_new0 (SamspillSheetContent, 1);
  const SamspillType *type = samspill_record_get_schema (record);

  g_return_val_if_fail (SAMSPILL_IS_RECORD (record), NULL);

  self->lang = g_strdup (samspill_record_get_lang (record));
  self->figures = g_ptr_array_new_with_free_func ((GDestroyNotify)fact_free);
  self->facts = g_ptr_array_new_with_free_func ((GDestroyNotify)fact_free);
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify)block_free);
  self->title = g_strdup (samspill_record_get_title (record));
  if (*self->title == '\0')
    {
      g_free (self->title);
      self->title = g_strdup (words (self, N_ ("Without a title")));
    }
  self->kind = g_strdup (type != NULL ? words (self, type->label) : samspill_record_get_record_type (record));
  self->eyebrow = make_eyebrow (self, record);
  self->footer = make_footer (self, record, context);
  if (context != NULL)
    self->letterhead = g_strdup (context->letterhead != NULL ? context->letterhead : context->owner_name);

  if (g_strcmp0 (samspill_record_get_record_type (record), "need") == 0)
    add_need_figures (self, record);
  add_fields (self, record);
  if (self->facts->len == 1)
    move_fact_into_text (self);
  add_similar (self, context);
  add_sources (self, record);
  if (self->figures->len > MAX_FIGURES)
    g_ptr_array_set_size (self->figures, MAX_FIGURES);
  return self;
}
