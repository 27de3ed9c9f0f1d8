/* SPDX-License-Identifier: GPL-3.0-or-later */

/* forslag.html: the need and a form in one file that a founder opens in any browser, without network. What it gives
 * back is read by samspill_reply_parse(). The file carries no address to send to and may reach none: its policy forbids
 * it. */

#include "samspill-page-private.h"

#include <glib/gi18n-lib.h>

#include "samspill-words.h"

typedef enum
{
  INPUT_LINE,
  INPUT_EMAIL,
  INPUT_NUMBER, /* an organisation number */
  INPUT_TEXT,
  INPUT_LIST, /* one a line */
  INPUT_MATURITY,
  INPUT_PRICE_MODEL,
} InputKind;

typedef struct
{
  const char *name; /* as in the reply file */
  InputKind kind;
  gboolean is_required;
  int max_length; /* characters */
  const char *label;
  const char *help; /* nullable */
} Input;

static const Input proposal_inputs[] = {
  { "title", INPUT_LINE, TRUE, 140, N_ ("Your proposal in one sentence"),
    N_ ("As you would say it to a neighbour. Leave out the product name.") },
  { "problem", INPUT_TEXT, TRUE, 3000, N_ ("Which part of the problem does it take away?"),
    N_ ("Use the municipality's own words from the need above.") },
  { "for_whom", INPUT_TEXT, FALSE, 1500, N_ ("Who will notice the difference?"), NULL },
  { "how", INPUT_TEXT, TRUE, 4000, N_ ("How does it work?"),
    N_ ("Plain words. What does a person do on an ordinary day, and what happens then?") },
  { "maturity", INPUT_MATURITY, FALSE, 0, N_ ("How far have you come?"), NULL },
  { "evidence", INPUT_TEXT, FALSE, 3000, N_ ("What have you seen that shows that it works?"),
    N_ ("Figures and who measured them. “Tried with one customer only” is a good answer.") },
  { "references", INPUT_LIST, FALSE, 1500, N_ ("Who uses it or has tried it? One on each line."),
    N_ ("Organisations, not persons.") },
  { "pilot", INPUT_TEXT, FALSE, 3000, N_ ("What would a small trial take?"),
    N_ ("Weeks, hours of the municipality's people, equipment, what it costs, and when you would both stop.") },
  { "price_model", INPUT_PRICE_MODEL, FALSE, 0, N_ ("How is it paid for?"), NULL },
  { "price", INPUT_TEXT, FALSE, 1500, N_ ("What does it cost, roughly?"),
    N_ ("The order of magnitude is enough. This is not an offer and binds nobody.") },
  { "rights", INPUT_TEXT, FALSE, 2000, N_ ("Who owns what is made, and who may use it further?"), NULL },
  { "security", INPUT_TEXT, FALSE, 2000, N_ ("Which data do you need, and how are they kept?"), NULL },
};

static const Input supplier_inputs[] = {
  { "supplier.name", INPUT_LINE, TRUE, 200, N_ ("Name of the business"), NULL },
  { "supplier.orgnr", INPUT_NUMBER, FALSE, 11, N_ ("Organisation number"),
    N_ ("Nine digits. Leave it empty if you are not registered yet.") },
  { "supplier.role", INPUT_LINE, FALSE, 120, N_ ("Your role"), N_ ("For example: manager. We do not need your name.") },
  { "supplier.email", INPUT_EMAIL, TRUE, 200, N_ ("E-mail address for an answer"),
    N_ ("An address of the business rather than of a person.") },
};

static const struct
{
  const char *value;
  const char *label;
} maturities[] = {
  { "2", N_ ("An idea that we have thought through") },    { "4", N_ ("Tried by ourselves") },
  { "6", N_ ("A prototype tried with users") },            { "7", N_ ("In trial use with one customer") },
  { "8", N_ ("Finished and in use with one or a few") },   { "9", N_ ("In ordinary use with several") },
}, price_models[] = {
  { "subscription", N_ ("Subscription") },
  { "licence", N_ ("Licence, paid once") },
  { "per-use", N_ ("Paid by use") },
  { "fixed", N_ ("Fixed price") },
  { "development", N_ ("Must be developed first") },
  { "other", N_ ("In another way") },
};

/* Texts that stand between the inputs or come from the script; the key is their name in the page. */
static const struct
{
  const char *key;
  const char *text;
} texts[] = {
  { "heading", N_ ("Send a proposal") },
  { "intro",
    N_ ("You need no account and no network. Fill in what you can, save the file, and send it by e-mail to the one "
        "who sent you this page. What you write is kept in this browser until you save it.") },
  { "secrets",
    N_ ("The municipality reads all of it. Others may ask to see what a public body has received. Write "
        "“business secret” in front of what would harm you if a competitor read it, and leave out what is not "
        "needed now.") },
  { "no-award",
    N_ ("A proposal is part of a dialogue with the market. It is not an offer, and no contract comes of it without "
        "an open competition.") },
  { "about-proposal", N_ ("The proposal") },
  { "about-you", N_ ("About you") },
  { "required", N_ ("must be filled in") },
  { "choose", N_ ("Choose") },
  { "save", N_ ("Save the proposal as a file") },
  { "clear", N_ ("Start again") },
  { "clear-sure", N_ ("Delete all that you have written here?") },
  { "missing", N_ ("Something is missing. Fill in the fields that are marked, and save again.") },
  { "error-required", N_ ("This must be filled in.") },
  { "error-email", N_ ("This is not an e-mail address. It should look like post@business.example.") },
  { "error-orgnr", N_ ("This is not an organisation number. Check the nine digits, or leave it empty.") },
  { "done", N_ ("The file is saved, usually in the folder for downloads. Send it by e-mail to the one who sent you "
                "this page.") },
  { "copy", N_ ("If no file came: copy the text below and paste it into the e-mail.") },
  { "copy-label", N_ ("The proposal as text") },
  { "language", N_ ("Language of the form") },
  { "noscript",
    N_ ("The form needs JavaScript to make the file. The need above can be read without it: answer by e-mail.") },
};

static const char *const languages[][2] = { { "nb", "Bokmål" }, { "nn", "Nynorsk" }, { "en", "English" } };

/* An element whose text the script may change to another language: `key` is looked up in the table of texts. */
static void
write_text (SamspillMarkup *markup, const char *element, const char *lang, const char *key, const char *msgid,
            const char *css_class)
{
  samspill_markup_leaf (markup, element, samspill_words (lang, msgid), "data-text", key, "class", css_class, NULL);
}

static const char *
find_text (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (texts[i].key, key))
      return texts[i].text;
  g_return_val_if_reached ("");
}

static void
write_options (SamspillMarkup *markup, const char *lang, InputKind kind)
{
  gsize n = kind == INPUT_MATURITY ? G_N_ELEMENTS (maturities) : G_N_ELEMENTS (price_models);

  samspill_markup_leaf (markup, "option", samspill_words (lang, find_text ("choose")), "value", "", "data-text",
                        "choose", NULL);
  for (gsize i = 0; i < n; i++)
    {
      const char *value = kind == INPUT_MATURITY ? maturities[i].value : price_models[i].value;
      const char *label = kind == INPUT_MATURITY ? maturities[i].label : price_models[i].label;
      g_autofree char *key = g_strdup_printf ("option.%s", value);

      samspill_markup_leaf (markup, "option", samspill_words (lang, label), "value", value, "data-text", key, NULL);
    }
}

static void
write_control (SamspillMarkup *markup, const Input *input, const char *lang)
{
  g_autofree char *id = g_strdup_printf ("f-%s", input->name);
  g_autofree char *described = g_strdup_printf ("e-%s%s%s", input->name, input->help != NULL ? " h-" : "",
                                                input->help != NULL ? input->name : "");
  g_autofree char *length = g_strdup_printf ("%d", input->max_length);
  const char *required = input->is_required ? "true" : NULL;

  switch (input->kind)
    {
    case INPUT_TEXT:
    case INPUT_LIST:
      samspill_markup_leaf (markup, "textarea", "", "id", id, "name", input->name, "rows", "4", "maxlength", length,
                            "aria-required", required, "aria-describedby", described, NULL);
      break;
    case INPUT_MATURITY:
    case INPUT_PRICE_MODEL:
      samspill_markup_open (markup, "select", "id", id, "name", input->name, "aria-describedby", described, NULL);
      write_options (markup, lang, input->kind);
      samspill_markup_close (markup);
      break;
    case INPUT_LINE:
    case INPUT_EMAIL:
    case INPUT_NUMBER:
      samspill_markup_leaf (
          markup, "input", NULL, "id", id, "name", input->name, "type", input->kind == INPUT_EMAIL ? "email" : "text",
          "inputmode", input->kind == INPUT_NUMBER ? "numeric" : NULL, "maxlength", length, "autocomplete",
          input->kind == INPUT_EMAIL ? "email" : "off", "aria-required", required, "aria-describedby", described, NULL);
      break;
    }
}

static void
write_input (SamspillMarkup *markup, const Input *input, const char *lang)
{
  g_autofree char *id = g_strdup_printf ("f-%s", input->name);
  g_autofree char *error_id = g_strdup_printf ("e-%s", input->name);
  g_autofree char *help_id = g_strdup_printf ("h-%s", input->name);
  g_autofree char *label_key = g_strdup_printf ("label.%s", input->name);
  g_autofree char *help_key = g_strdup_printf ("help.%s", input->name);

  samspill_markup_open (markup, "div", "class", "field", NULL);
  samspill_markup_open (markup, "label", "for", id, NULL);
  write_text (markup, "span", lang, label_key, input->label, NULL);
  if (input->is_required)
    {
      samspill_markup_text (markup, " ");
      write_text (markup, "em", lang, "required", find_text ("required"), "quiet");
    }
  samspill_markup_close (markup);
  if (input->help != NULL)
    samspill_markup_leaf (markup, "p", samspill_words (lang, input->help), "id", help_id, "class", "help", "data-text",
                          help_key, NULL);
  write_control (markup, input, lang);
  samspill_markup_leaf (markup, "p", "", "id", error_id, "class", "error", NULL);
  samspill_markup_close (markup);
}

static void
write_inputs (SamspillMarkup *markup, const char *lang, const char *legend, const Input *inputs, gsize n_inputs)
{
  samspill_markup_open (markup, "fieldset", NULL);
  write_text (markup, "legend", lang, legend, find_text (legend), NULL);
  for (gsize i = 0; i < n_inputs; i++)
    write_input (markup, &inputs[i], lang);
  samspill_markup_close (markup);
}

static void
add_member (JsonBuilder *builder, const char *key, const char *lang, const char *msgid)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, samspill_words (lang, msgid));
}

static void
add_inputs (JsonBuilder *builder, const char *lang, const Input *inputs, gsize n_inputs)
{
  for (gsize i = 0; i < n_inputs; i++)
    {
      g_autofree char *label_key = g_strdup_printf ("label.%s", inputs[i].name);
      g_autofree char *help_key = g_strdup_printf ("help.%s", inputs[i].name);

      add_member (builder, label_key, lang, inputs[i].label);
      if (inputs[i].help != NULL)
        add_member (builder, help_key, lang, inputs[i].help);
    }
}

static void
add_texts (JsonBuilder *builder, const char *lang)
{
  json_builder_set_member_name (builder, lang);
  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    add_member (builder, texts[i].key, lang, texts[i].text);
  add_inputs (builder, lang, proposal_inputs, G_N_ELEMENTS (proposal_inputs));
  add_inputs (builder, lang, supplier_inputs, G_N_ELEMENTS (supplier_inputs));
  for (gsize i = 0; i < G_N_ELEMENTS (maturities); i++)
    {
      g_autofree char *key = g_strdup_printf ("option.%s", maturities[i].value);
      add_member (builder, key, lang, maturities[i].label);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (price_models); i++)
    {
      g_autofree char *key = g_strdup_printf ("option.%s", price_models[i].value);
      add_member (builder, key, lang, price_models[i].label);
    }
  json_builder_end_object (builder);
}

/* What the script reads: the need that is answered, and all texts in three languages. */
static char *
make_data (SamspillRecord *need, const char *lang)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "need");
  json_builder_add_string_value (builder, samspill_record_get_id (need));
  json_builder_set_member_name (builder, "need_title");
  json_builder_add_string_value (builder, samspill_record_get_title (need));
  json_builder_set_member_name (builder, "lang");
  json_builder_add_string_value (builder, lang);
  json_builder_set_member_name (builder, "texts");
  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    add_texts (builder, languages[i][0]);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* Nothing is loaded, nothing is sent, and only our own script runs (CSP level 3, hash sources). */
static char *
make_policy (const char *script)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autofree char *base64 = NULL;

  g_checksum_update (checksum, (const guchar *)script, -1);
  g_checksum_get_digest (checksum, digest, &length);
  base64 = g_base64_encode (digest, length);
  return g_strdup_printf ("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'; base-uri 'none'; "
                          "form-action 'none'",
                          base64);
}

static void
write_head (SamspillMarkup *markup, const SamspillSheetContent *content, const char *script)
{
  g_autofree char *policy = make_policy (script);
  g_autofree char *page_style = samspill_page_dup_resource ("page.css");
  g_autofree char *form_style = samspill_page_dup_resource ("form.css");

  samspill_markup_open (markup, "head", NULL);
  samspill_markup_leaf (markup, "meta", NULL, "charset", "utf-8", NULL);
  samspill_markup_leaf (markup, "meta", NULL, "http-equiv", "Content-Security-Policy", "content", policy, NULL);
  samspill_markup_leaf (markup, "meta", NULL, "name", "viewport", "content", "width=device-width, initial-scale=1",
                        NULL);
  samspill_markup_leaf (markup, "meta", NULL, "name", "referrer", "content", "no-referrer", NULL);
  samspill_markup_leaf (markup, "title", content->title, NULL);
  samspill_markup_open (markup, "style", NULL);
  samspill_markup_raw (markup, page_style);
  samspill_markup_raw (markup, form_style);
  samspill_markup_close (markup);
  samspill_markup_close (markup);
}

static void
write_languages (SamspillMarkup *markup, const char *lang)
{
  samspill_markup_open (markup, "div", "class", "languages", "role", "group", "aria-label",
                        samspill_words (lang, find_text ("language")), "data-label", "language", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    samspill_markup_leaf (markup, "button", languages[i][1], "type", "button", "lang", languages[i][0], "data-lang",
                          languages[i][0], "aria-pressed", g_str_equal (lang, languages[i][0]) ? "true" : "false",
                          NULL);
  samspill_markup_close (markup);
}

static void
write_form (SamspillMarkup *markup, const char *lang)
{
  samspill_markup_open (markup, "section", "id", "form-part", "aria-labelledby", "form-heading", "lang", lang, NULL);
  samspill_markup_leaf (markup, "h2", samspill_words (lang, find_text ("heading")), "id", "form-heading", "data-text",
                        "heading", NULL);
  write_languages (markup, lang);
  samspill_markup_open (markup, "noscript", NULL);
  samspill_markup_leaf (markup, "p", samspill_words (lang, find_text ("noscript")), "class", "box", NULL);
  samspill_markup_close (markup);
  write_text (markup, "p", lang, "intro", find_text ("intro"), NULL);
  write_text (markup, "p", lang, "secrets", find_text ("secrets"), "box");
  write_text (markup, "p", lang, "no-award", find_text ("no-award"), NULL);
  samspill_markup_open (markup, "form", "id", "form", "novalidate", "novalidate", NULL);
  write_inputs (markup, lang, "about-proposal", proposal_inputs, G_N_ELEMENTS (proposal_inputs));
  write_inputs (markup, lang, "about-you", supplier_inputs, G_N_ELEMENTS (supplier_inputs));
  samspill_markup_leaf (markup, "p", "", "id", "message", "role", "status", NULL);
  samspill_markup_open (markup, "p", "class", "buttons", NULL);
  samspill_markup_leaf (markup, "button", samspill_words (lang, find_text ("save")), "type", "submit", "data-text",
                        "save", NULL);
  samspill_markup_leaf (markup, "button", samspill_words (lang, find_text ("clear")), "type", "button", "id", "clear",
                        "class", "plain", "data-text", "clear", NULL);
  samspill_markup_close (markup);
  samspill_markup_close (markup);
  samspill_markup_open (markup, "div", "id", "result", "hidden", "hidden", NULL);
  samspill_markup_leaf (markup, "label", samspill_words (lang, find_text ("copy")), "for", "text", "data-text", "copy",
                        NULL);
  samspill_markup_leaf (markup, "textarea", "", "id", "text", "rows", "8", "readonly", "readonly", NULL);
  samspill_markup_close (markup);
  samspill_markup_close (markup);
}

GBytes *
samspill_page_render_reply_form (SamspillRecord *need, const SamspillSheetContent *content)
{
  SamspillMarkup *markup = samspill_markup_new (SAMSPILL_MARKUP_HTML);
  const char *lang = g_str_equal (content->lang, "nn") || g_str_equal (content->lang, "en") ? content->lang : "nb";
  g_autofree char *script = samspill_page_dup_resource ("form.js");
  g_autofree char *data = make_data (need, lang);

  samspill_markup_raw (markup, "<!doctype html>\n");
  samspill_markup_open (markup, "html", "lang", content->lang, NULL);
  write_head (markup, content, script);
  samspill_markup_open (markup, "body", NULL);
  samspill_markup_open (markup, "main", NULL);
  samspill_page_write_article (markup, content);
  write_form (markup, lang);
  samspill_markup_close (markup);
  samspill_markup_open (markup, "script", "type", "application/json", "id", "data", NULL);
  samspill_markup_json (markup, data);
  samspill_markup_close (markup);
  samspill_markup_open (markup, "script", NULL);
  samspill_markup_raw (markup, script);
  return samspill_markup_finish (markup);
}
