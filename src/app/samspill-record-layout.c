/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-layout.h"

#include <glib/gi18n.h>

/* clang-format off */
static const SamspillLayoutPart need_parts[] = {
  { SAMSPILL_LAYOUT_PROSE, "problem" },
  { SAMSPILL_LAYOUT_FIGURES },
  { SAMSPILL_LAYOUT_PROSE, "frequency" },
  { SAMSPILL_LAYOUT_PROSE, "cost" },
  { SAMSPILL_LAYOUT_PROSE, "wished_effect" },
  { SAMSPILL_LAYOUT_MEASURES },
  { SAMSPILL_LAYOUT_PROSE, "limits" },
  { SAMSPILL_LAYOUT_PROSE, "tried_before" },
  { SAMSPILL_LAYOUT_PROSE, "loss_text" },
  { SAMSPILL_LAYOUT_PROSE, "rights" },
  { SAMSPILL_LAYOUT_PROSE, "route_to_purchase" },
  { SAMSPILL_LAYOUT_PROSE, "dates" },
  { SAMSPILL_LAYOUT_PROSE, "status.text" },
  { SAMSPILL_LAYOUT_FACT, "owner_role" },
  { SAMSPILL_LAYOUT_FACT, "deadline" },
  { SAMSPILL_LAYOUT_FACT, "why" },
  { SAMSPILL_LAYOUT_FACT, "phase" },
  { SAMSPILL_LAYOUT_NAMES, "owners" },
  { SAMSPILL_LAYOUT_FACT, "title_in_source" },
  { SAMSPILL_LAYOUT_FACT, "status.code" },
  { SAMSPILL_LAYOUT_FACT, "status.as_of" },
  { SAMSPILL_LAYOUT_SOURCES },
  { SAMSPILL_LAYOUT_END },
};
static const SamspillLayoutPart pitch_parts[] = {
  { SAMSPILL_LAYOUT_PROSE, "problem" },
  { SAMSPILL_LAYOUT_PROSE, "for_whom" },
  { SAMSPILL_LAYOUT_FIGURES },
  { SAMSPILL_LAYOUT_PROSE, "how" },
  { SAMSPILL_LAYOUT_PROSE, "evidence" },
  { SAMSPILL_LAYOUT_PROSE, "pilot" },
  { SAMSPILL_LAYOUT_PROSE, "price" },
  { SAMSPILL_LAYOUT_PROSE, "rights" },
  { SAMSPILL_LAYOUT_PROSE, "security" },
  { SAMSPILL_LAYOUT_FACT, "supplier.name" },
  { SAMSPILL_LAYOUT_FACT, "heard_at" },
  { SAMSPILL_LAYOUT_FACT, "heard_where" },
  { SAMSPILL_LAYOUT_FACT, "supplier.orgnr" },
  { SAMSPILL_LAYOUT_FACT, "supplier.role" },
  { SAMSPILL_LAYOUT_FACT, "supplier.email" },
  { SAMSPILL_LAYOUT_FACT, "references" },
  { SAMSPILL_LAYOUT_FACT, "price_model" },
  { SAMSPILL_LAYOUT_FACT, "status" },
  { SAMSPILL_LAYOUT_END },
};
static const SamspillLayoutPart case_parts[] = {
  { SAMSPILL_LAYOUT_OUTCOME },
  { SAMSPILL_LAYOUT_PROSE, "learned" },
  { SAMSPILL_LAYOUT_PROSE, "problem" },
  { SAMSPILL_LAYOUT_PROSE, "wished_effect" },
  { SAMSPILL_LAYOUT_PROSE, "method.text" },
  { SAMSPILL_LAYOUT_FIGURES },
  { SAMSPILL_LAYOUT_FACT, "method.code" },
  { SAMSPILL_LAYOUT_NAMES, "suppliers" },
  { SAMSPILL_LAYOUT_NAMES, "buyers" },
  { SAMSPILL_LAYOUT_PROSE, "buyers_note" },
  { SAMSPILL_LAYOUT_SOURCES },
  { SAMSPILL_LAYOUT_END },
};
static const SamspillLayoutPart programme_parts[] = {
  { SAMSPILL_LAYOUT_PROSE, "what" },
  { SAMSPILL_LAYOUT_PROSE, "for_whom" },
  { SAMSPILL_LAYOUT_PROSE, "gives" },
  { SAMSPILL_LAYOUT_FIGURES },
  { SAMSPILL_LAYOUT_PROSE, "status.text" },
  { SAMSPILL_LAYOUT_NAMES, "owners" },
  { SAMSPILL_LAYOUT_FACT, "status.code" },
  { SAMSPILL_LAYOUT_FACT, "status.as_of" },
  { SAMSPILL_LAYOUT_SOURCES },
  { SAMSPILL_LAYOUT_END },
};
static const SamspillLayoutPart organisation_parts[] = {
  { SAMSPILL_LAYOUT_PROSE, "what" },
  { SAMSPILL_LAYOUT_FIGURES },
  { SAMSPILL_LAYOUT_FACT, "kind" },
  { SAMSPILL_LAYOUT_FACT, "orgnr" },
  { SAMSPILL_LAYOUT_FACT, "municipality_number" },
  { SAMSPILL_LAYOUT_FACT, "county" },
  { SAMSPILL_LAYOUT_FACT, "homepage" },
  { SAMSPILL_LAYOUT_END },
};
static const struct { const char *type; const SamspillLayoutPart *parts; } layouts[] = {
  { "need", need_parts },
  { "pitch", pitch_parts },
  { "case", case_parts },
  { "programme", programme_parts },
  { "organisation", organisation_parts },
};
/* clang-format on */

const SamspillLayoutPart *
samspill_record_layout (const char *type)
{
  static const SamspillLayoutPart nothing[] = { { SAMSPILL_LAYOUT_END } };

  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++)
    if (g_str_equal (layouts[i].type, type))
      return layouts[i].parts;
  return nothing;
}
