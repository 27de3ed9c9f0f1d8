/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-sync-clock.h"

static gint64
real_now (gpointer data)
{
  return g_get_monotonic_time ();
}

static gboolean
real_wait (gint64 us, GCancellable *cancellable, gpointer data)
{
  GPollFD fd;
  gint64 end = g_get_monotonic_time () + us;

  if (!g_cancellable_make_pollfd (cancellable, &fd))
    {
      g_usleep ((gulong)us);
      return !g_cancellable_is_cancelled (cancellable);
    }
  for (gint64 left = us; left > 0 && !g_cancellable_is_cancelled (cancellable); left = end - g_get_monotonic_time ())
    g_poll (&fd, 1, (int)(left / 1000 + 1));
  g_cancellable_release_fd (cancellable);
  return !g_cancellable_is_cancelled (cancellable);
}

static double
real_random (gpointer data)
{
  return g_random_double ();
}

const SamspillSyncClock samspill_sync_clock_real = { real_now, real_wait, real_random, NULL };

gint64
samspill_sync_clock_back_off (const SamspillSyncClock *self, guint attempt, gint64 first_us, gint64 most_us)
{
  gint64 whole = first_us;

  for (; attempt > 0 && whole < most_us; attempt--)
    whole *= 2;
  whole = MIN (whole, most_us);
  return whole / 2 + (gint64)((double)whole / 2 * self->random (self->data));
}
