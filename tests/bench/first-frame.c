/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loaded before any GTK program (LD_PRELOAD), this says when its first frame was painted, and can scroll the longest
 * list and say what each frame cost. It hangs on gtk_window_present (), which every GTK program calls.
 *
 * SAMSPILL_BENCH_START   CLOCK_MONOTONIC in microseconds, taken just before the program was started
 * SAMSPILL_BENCH_OUT     file to write to: a line "first-frame MICROSECONDS", then a line "frame MICROSECONDS" a frame
 * SAMSPILL_BENCH_SCROLL  number of frames to scroll by 60 pixels each; 0: end after the first frame */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gtk/gtk.h>
#include <unistd.h>

#define PIXELS_A_FRAME 60
#define ROWS_TO_WAIT_FOR 10000
#define LONGEST_WAIT_US (60 * G_USEC_PER_SEC)

static FILE *out;
static guint frames_left;
static gint64 before_paint_us;
static gint64 first_frame_us;
static GtkAdjustment *adjustment;

static GtkWidget *
find_list (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LIST_VIEW (widget) && gtk_widget_get_mapped (widget))
    {
      GtkSelectionModel *model = gtk_list_view_get_model (GTK_LIST_VIEW (widget));
      if (model != NULL && g_list_model_get_n_items (G_LIST_MODEL (model)) >= ROWS_TO_WAIT_FOR)
        return widget;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_list (child);

  return found;
}

static void
finish (int status)
{
  fclose (out);
  _exit (status);
}

static void
before_paint_cb (GdkFrameClock *clock, gpointer data)
{
  before_paint_us = g_get_monotonic_time ();
}

static gboolean
tick_cb (GtkWidget *window, GdkFrameClock *clock, gpointer data)
{
  if (adjustment == NULL)
    {
      GtkWidget *list = find_list (window);
      if (list != NULL)
        adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
      else if (g_get_monotonic_time () - first_frame_us > LONGEST_WAIT_US)
        finish (3);
    }
  if (adjustment != NULL)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + PIXELS_A_FRAME);

  return G_SOURCE_CONTINUE;
}

static void
after_paint_cb (GdkFrameClock *clock, GtkWidget *window)
{
  gint64 now = g_get_monotonic_time ();

  if (first_frame_us == 0)
    {
      const char *start = g_getenv ("SAMSPILL_BENCH_START");
      first_frame_us = now;
      fprintf (out, "first-frame %" G_GINT64_FORMAT "\n", now - g_ascii_strtoll (start, NULL, 10));
      if (frames_left == 0)
        finish (0);
      gtk_widget_add_tick_callback (window, tick_cb, NULL, NULL);
      return;
    }
  if (adjustment == NULL)
    return;
  fprintf (out, "frame %" G_GINT64_FORMAT "\n", now - before_paint_us);
  if (--frames_left == 0)
    finish (0);
}

G_MODULE_EXPORT void
gtk_window_present (GtkWindow *window)
{
  static void (*present) (GtkWindow *window);

  if (present == NULL)
    *(void **)&present = dlsym (RTLD_NEXT, "gtk_window_present");
  if (out == NULL && g_getenv ("SAMSPILL_BENCH_OUT") != NULL)
    {
      const char *scroll = g_getenv ("SAMSPILL_BENCH_SCROLL");
      GdkFrameClock *clock;

      out = fopen (g_getenv ("SAMSPILL_BENCH_OUT"), "w");
      frames_left = scroll != NULL ? (guint)g_ascii_strtoull (scroll, NULL, 10) : 0;
      gtk_widget_realize (GTK_WIDGET (window));
      clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
      g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), NULL);
      g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), window);
    }
  present (window);
}
