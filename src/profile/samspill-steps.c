/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-steps.h"

#define MOST_STEPS 100
#define PAUSE_US (2 * G_USEC_PER_SEC)

struct _SamspillSteps
{
  GPtrArray *steps;
  guint done; /* so many of them stand; what is behind them can be redone */
  gboolean broken;
};

static void
step_free (SamspillStep *step)
{
  g_free (step->member);
  g_free (step->before);
  g_free (step->after);
  g_free (step);
}

SamspillSteps *
samspill_steps_new (void)
{
  SamspillSteps *self = g_new0 (SamspillSteps, 1);

  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify)step_free);
  return self;
}

void
samspill_steps_free (SamspillSteps *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->steps);
  g_free (self);
}

void
samspill_steps_clear (SamspillSteps *self)
{
  g_ptr_array_set_size (self->steps, 0);
  self->done = 0;
}

void
samspill_steps_break (SamspillSteps *self)
{
  self->broken = TRUE;
}

static gboolean
continues_last (SamspillSteps *self, const char *member, gint64 now_us)
{
  if (self->broken || self->done == 0)
    return FALSE;

  const SamspillStep *last = self->steps->pdata[self->done - 1];
  return g_str_equal (last->member, member) && now_us - last->at_us < PAUSE_US;
}

void
samspill_steps_push (SamspillSteps *self, const char *member, const char *before, const char *after, gint64 now_us)
{
  gboolean continues = self->done == self->steps->len && continues_last (self, member, now_us);

  g_ptr_array_set_size (self->steps, (gint)self->done);
  self->broken = FALSE;
  if (continues)
    {
      SamspillStep *last = self->steps->pdata[self->done - 1];
      g_free (last->after);
      last->after = g_strdup (after);
      last->at_us = now_us;
      return;
    }

  SamspillStep *step = g_new0 (SamspillStep, 1);
  step->member = g_strdup (member);
  step->before = g_strdup (before);
  step->after = g_strdup (after);
  step->at_us = now_us;
  g_ptr_array_add (self->steps, step);
  if (self->steps->len > MOST_STEPS)
    g_ptr_array_remove_index (self->steps, 0);
  self->done = self->steps->len;
}

gboolean
samspill_steps_can_undo (const SamspillSteps *self)
{
  return self->done > 0;
}

gboolean
samspill_steps_can_redo (const SamspillSteps *self)
{
  return self->done < self->steps->len;
}

const SamspillStep *
samspill_steps_undo (SamspillSteps *self)
{
  if (!samspill_steps_can_undo (self))
    return NULL;
  self->broken = TRUE;
  return self->steps->pdata[--self->done];
}

const SamspillStep *
samspill_steps_redo (SamspillSteps *self)
{
  if (!samspill_steps_can_redo (self))
    return NULL;
  self->broken = TRUE;
  return self->steps->pdata[self->done++];
}
