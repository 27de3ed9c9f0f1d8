/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can be undone in a record: a step is one member before and after, as JSON text, NULL where it was absent. Typing in
 * one member with pauses under two seconds is one step. The last hundred are kept. */
typedef struct _SamspillSteps SamspillSteps;

typedef struct
{
  char *member;
  char *before; /* nullable */
  char *after;  /* nullable */
  gint64 at_us; /* monotonic */
} SamspillStep;

SamspillSteps      *samspill_steps_new      (void);
void                samspill_steps_free     (SamspillSteps *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillSteps, samspill_steps_free)
void                samspill_steps_push     (SamspillSteps *self, const char *member, const char *before, const char *after, gint64 now_us);
void                samspill_steps_break    (SamspillSteps *self); /* the next push begins a step of its own */
void                samspill_steps_clear    (SamspillSteps *self);
gboolean            samspill_steps_can_undo (const SamspillSteps *self);
gboolean            samspill_steps_can_redo (const SamspillSteps *self);
const SamspillStep *samspill_steps_undo     (SamspillSteps *self); /* nullable; borrowed until the next push */
const SamspillStep *samspill_steps_redo     (SamspillSteps *self);

G_END_DECLS
