/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-place.h"

#include <glib/gi18n.h>

#include "samspill-format.h"

#define BIT(filter) (1u << SAMSPILL_FILTER_##filter)

/* clang-format off */
static const SamspillPlace places[] = {
  { "home", N_("Home"), "user-home-symbolic", NULL, 0, NULL, NULL, NULL, NULL },
  { "needs", N_("Needs"), "emoji-flags-symbolic", "need", BIT (OURS) | BIT (COMMONS) | BIT (SHIPPED) | BIT (SAMPLE) | BIT (ALL),
    "win.new-need", N_("New need"), N_("You have no needs yet"),
    N_("A need is a problem worth solving, in your own words and without a solution. A few questions help you to write it.") },
  { "pitches", N_("Proposals"), "emoji-objects-symbolic", "pitch", BIT (OURS) | BIT (COMMONS) | BIT (SAMPLE) | BIT (ALL),
    "win.new-pitch", N_("Log a proposal"), N_("You have no proposals yet"),
    N_("What startups propose, to a need or on their own. Log one that you heard, or drop an answered form here.") },
  { "cases", N_("Cases"), "starred-symbolic", "case", BIT (COMMONS) | BIT (SHIPPED) | BIT (SAMPLE) | BIT (ALL),
    NULL, NULL, N_("No cases here"),
    N_("What others have tried, and what came of it.") },
  { "programmes", N_("Programmes"), "view-list-bullet-symbolic", "programme", 0,
    NULL, NULL, N_("No programmes here"),
    N_("Schemes that a municipality or a startup can use.") },
  { "trash", N_("Trash"), "user-trash-symbolic", NULL, 0,
    NULL, NULL, N_("The trash is empty"),
    N_("What you delete stays here for 30 days and can be restored.") },
};

static const struct { const char *name, *label; } filters[SAMSPILL_N_FILTERS] = {
  { "ours", NC_("list filter", "Ours") },
  { "commons", NC_("list filter", "Commons") },
  { "shipped", NC_("list filter: came with the program", "Shipped") },
  { "sample", NC_("list filter", "Samples") },
  { "all", NC_("list filter", "All") },
};
/* clang-format on */

const char *
samspill_filter_get_name (SamspillFilter filter)
{
  return filters[filter].name;
}

const char *
samspill_filter_get_label (SamspillFilter filter)
{
  const char *context = filter == SAMSPILL_FILTER_SHIPPED ? "list filter: came with the program" : "list filter";

  return g_dpgettext2 (NULL, context, filters[filter].label);
}

SamspillFilter
samspill_filter_from_name (const char *name)
{
  for (guint i = 0; i < SAMSPILL_N_FILTERS; i++)
    if (g_strcmp0 (name, filters[i].name) == 0)
      return i;

  return SAMSPILL_FILTER_ALL;
}

const SamspillPlace *
samspill_places_list (guint *n_places)
{
  *n_places = G_N_ELEMENTS (places);

  return places;
}

const SamspillPlace *
samspill_place_lookup (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_strcmp0 (name, places[i].name) == 0)
      return &places[i];

  return NULL;
}

const SamspillPlace *
samspill_place_for_type (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (type != NULL && g_strcmp0 (type, places[i].type) == 0)
      return &places[i];

  return &places[0];
}

gboolean
samspill_place_has_list (const SamspillPlace *place)
{
  return place != &places[0];
}

gboolean
samspill_place_is_trash (const SamspillPlace *place)
{
  return g_str_equal (place->name, "trash");
}

char *
samspill_place_dup_count (const SamspillPlace *place, gint64 count)
{
  g_autofree char *number = samspill_format_integer (count);
  const gulong n = (gulong)count;

  if (g_strcmp0 (place->type, "need") == 0)
    return g_strdup_printf (ngettext ("%s need", "%s needs", n), number);
  if (g_strcmp0 (place->type, "pitch") == 0)
    return g_strdup_printf (ngettext ("%s proposal", "%s proposals", n), number);
  if (g_strcmp0 (place->type, "case") == 0)
    return g_strdup_printf (ngettext ("%s case", "%s cases", n), number);
  if (g_strcmp0 (place->type, "programme") == 0)
    return g_strdup_printf (ngettext ("%s programme", "%s programmes", n), number);

  return g_strdup_printf (ngettext ("%s record", "%s records", n), number);
}

char *
samspill_place_dup_search (const SamspillPlace *place, gint64 count)
{
  g_autofree char *counted = samspill_place_dup_count (place, count);

  /* Translators: in the search field of a list; %s is "12 needs" */
  return g_strdup_printf (_ ("Search %s"), counted);
}

SamspillQuery *
samspill_place_dup_query (const SamspillPlace *place, SamspillProfile *profile, SamspillFilter filter, const char *text)
{
  SamspillQuery *query = samspill_query_new ();
  const SamspillIdentity *identity = samspill_profile_get_identity (profile);

  if (!(place->filters & (1u << filter)))
    filter = SAMSPILL_FILTER_ALL;
  if (text != NULL && *text != '\0')
    query->text = g_strdup (text);
  query->type = g_strdup (place->type);
  query->trashed = samspill_place_is_trash (place);
  query->order = query->text != NULL ? SAMSPILL_ORDER_RELEVANCE : SAMSPILL_ORDER_CHANGED;

  /* Ours is by owner, not by space: a proposal that we logged and a need of the organisation are both ours. */
  if (filter == SAMSPILL_FILTER_OURS && identity != NULL)
    query->owners = g_strdupv (identity->owners);
  else if (filter == SAMSPILL_FILTER_COMMONS)
    query->spaces = g_strdupv ((char *[]){ (char *)"commons", NULL });
  else if (filter == SAMSPILL_FILTER_SHIPPED)
    query->spaces = g_strdupv ((char *[]){ (char *)"shipped", NULL });
  else if (filter == SAMSPILL_FILTER_SAMPLE)
    query->spaces = g_strdupv ((char *[]){ (char *)"sample", NULL });

  return query;
}
