/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The property table that the generator makes from data/schema/TYPE.json. Static data, never freed, thread-safe.
 * Texts (label, help, why, good, bad) are English msgids in the gettext domain; a reader passes them through _(). */

typedef enum
{
  SAMSPILL_FIELD_STRING,      /* one line */
  SAMSPILL_FIELD_TEXT,        /* paragraphs */
  SAMSPILL_FIELD_INTEGER,     /* within 2^53 */
  SAMSPILL_FIELD_MONEY,       /* whole kroner */
  SAMSPILL_FIELD_DATE,        /* YYYY, YYYY-MM or YYYY-MM-DD */
  SAMSPILL_FIELD_CHOICE,      /* one of choices */
  SAMSPILL_FIELD_STRINGS,     /* array of strings */
  SAMSPILL_FIELD_ID,          /* id of another record */
  SAMSPILL_FIELD_OBJECT,      /* shaped by `fields` */
  SAMSPILL_FIELD_OBJECTS,     /* array of such */
  SAMSPILL_FIELD_BOOLEAN,
  SAMSPILL_FIELD_ANY,
} SamspillFieldKind;

typedef enum
{
  SAMSPILL_FIELD_NONE = 0,
  SAMSPILL_FIELD_REQUIRED = 1 << 0,      /* put and import want it */
  SAMSPILL_FIELD_FOR_HANDING = 1 << 1,   /* wanted before it is handed round */
  SAMSPILL_FIELD_FOR_PUBLISHING = 1 << 2,
  SAMSPILL_FIELD_INTERNAL = 1 << 3,      /* never in a publication */
  SAMSPILL_FIELD_ENVELOPE = 1 << 4,
} SamspillFieldFlags;

typedef struct
{
  const char *value;   /* in the record */
  const char *label;   /* msgid */
} SamspillChoice;

typedef struct _SamspillField SamspillField;
struct _SamspillField
{
  const char *name;
  SamspillFieldKind kind;
  SamspillFieldFlags flags;
  const char *label;        /* msgid */
  const char *help;         /* msgid, nullable: what to write, and why we ask */
  const char *good;         /* msgid, nullable: a good example */
  const char *bad;          /* msgid, nullable: a bad example */
  const char *unit;         /* msgid, nullable */
  const char *group;        /* name of an editor group (SamspillGroup), nullable */
  guint search_weight;      /* 0: not in the full text */
  gsize max_length;         /* characters, or elements of an array; 0: not bounded on its own */
  gint64 minimum, maximum;  /* of integers */
  const char *pattern;      /* regular expression for the whole of a string, nullable */
  const SamspillChoice *choices;   /* of a choice, or of an integer where each value has a name; ended by { NULL, NULL } */
  const SamspillField *fields;     /* of objects; ended by { NULL } */
};

/* One step of the conversation, one block of the page. */
typedef struct
{
  const char *name;       /* "problem" … */
  const char *title;      /* msgid: heading on the page */
  const char *question;   /* msgid: asked in the conversation; NULL in types that are not written in one */
  const char *why;        /* msgid, nullable */
  const char *good;       /* msgid, nullable: a good example */
  const char *bad;        /* msgid, nullable: a bad example */
} SamspillGroup;

typedef struct
{
  const char *type;               /* "need" */
  const char *label;              /* msgid, singular */
  const char *label_plural;       /* msgid */
  int version;                    /* `schema` in the envelope */
  const SamspillField *fields;    /* ended by { NULL } ; envelope included */
  const SamspillGroup *groups;    /* ended by { NULL } */
} SamspillType;

const SamspillType  *samspill_type_lookup (const char *type);               /* nullable */
const char * const  *samspill_type_list   (void);                           /* names, NULL-terminated */
const SamspillField *samspill_type_field  (const SamspillType *type, const char *name); /* nullable; "subjects.los" descends */
const SamspillGroup *samspill_type_group  (const SamspillType *type, const char *name); /* nullable */
const char          *samspill_field_choice_label (const SamspillField *field, const char *value); /* msgid, nullable */

G_END_DECLS
