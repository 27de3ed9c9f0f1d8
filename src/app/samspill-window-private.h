/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-home-page.h"
#include "samspill-places.h"
#include "samspill-record-list.h"
#include "samspill-record-page.h"
#include "samspill-window.h"

G_BEGIN_DECLS

typedef enum
{
  SAMSPILL_CLOSE_NOT,
  SAMSPILL_CLOSE_SAVING, /* what is written is being saved, or the person is asked */
  SAMSPILL_CLOSE_NOW,
} SamspillCloseState;

struct _SamspillWindow
{
  AdwApplicationWindow parent_instance;

  GtkStack *root_stack;
  AdwStatusPage *failure_page;
  GtkButton *rescue_button;
  AdwBin *first_run_bin;
  AdwOverlaySplitView *outer;
  SamspillPlaces *places;
  AdwToastOverlay *content_overlay;
  GtkStack *content_stack;
  SamspillHomePage *home_page;
  AdwNavigationSplitView *inner;
  AdwNavigationPage *list_navigation;
  SamspillRecordList *record_list;
  AdwNavigationPage *page_navigation;
  AdwToolbarView *page_view;
  AdwWindowTitle *page_title;
  GtkMenuButton *menu_button;
  GtkWidget *edit_button;
  AdwBin *primary_bin;
  GtkButton *primary_button;
  GtkButton *bottom_button;
  AdwBanner *read_only_banner;
  AdwToastOverlay *page_overlay;
  GtkStack *page_stack;
  AdwBin *page_bin;

  GSettings *settings;
  SamspillProfile *profile;
  SamspillStanding *standing; /* nullable: a profile that can only be read is sent nowhere */
  gint64 news_told_us;        /* until then news were told; 0: none has been looked at */
  gboolean password_asked;
  gboolean is_first_fetch;    /* just connected: what comes now is not news, it has been there */
  SamspillRecordPage *record_page;
  const SamspillPlace *place;
  GtkWidget *kept_focus;     /* weak */
  guint frames_to_keep;
  SamspillCloseState close_state;
  GListModel *waiting_files; /* given before the profile was open */
};

/* samspill-window.c */
void samspill_window_show_place    (SamspillWindow *self, const SamspillPlace *place);
void samspill_window_enter_place   (SamspillWindow *self, const SamspillPlace *place); /* the focus goes there too */
void samspill_window_fold_places   (SamspillWindow *self); /* where they lie over the rest */
void samspill_window_close_record  (SamspillWindow *self); /* it is going away: its neighbour is next */

/* samspill-window-actions.c */
void samspill_window_add_actions         (SamspillWindow *self);
void samspill_window_set_actions_enabled (SamspillWindow *self, gboolean is_enabled);

/* samspill-window-close.c */
void samspill_window_save_and_close (SamspillWindow *self); /* asks where something cannot be saved */

/* samspill-window-sync.c */
void     samspill_window_add_sync_actions (SamspillWindow *self);
void     samspill_window_connect          (SamspillWindow *self, const char *space); /* nullable */
/* FALSE: there is nothing to send, or no way; else the window closes itself when it is done or has waited enough. */
gboolean samspill_window_flush_and_close  (SamspillWindow *self);

G_END_DECLS
