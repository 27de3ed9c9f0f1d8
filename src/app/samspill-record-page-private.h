/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-conversation.h"
#include "samspill-draft.h"
#include "samspill-field-block.h"
#include "samspill-links.h"
#include "samspill-margin.h"
#include "samspill-peek.h"
#include "samspill-publish.h"
#include "samspill-record-body.h"
#include "samspill-record-page.h"
#include "samspill-related.h"
#include "samspill-remarks.h"
#include "samspill-subjects-editor.h"

G_BEGIN_DECLS

typedef enum
{
  SAMSPILL_PAGE_READING,
  SAMSPILL_PAGE_EDITING,
  SAMSPILL_PAGE_ASKING, /* the conversation */
} SamspillPageMode;

/* What the blue button can do for a record of ours. */
typedef enum
{
  SAMSPILL_PUBLISH_NOT,     /* it cannot be published: of another kind, not ours, not begun */
  SAMSPILL_PUBLISH_FIRST,
  SAMSPILL_PUBLISH_UPDATE,  /* published; changed since */
  SAMSPILL_PUBLISH_CURRENT,
} SamspillPublishWay;

/* Where a record stands between this computer and the others; NULL until it has been looked at. */
typedef struct _SamspillPageState SamspillPageState;
struct _SamspillPageState
{
  SamspillPublication *publication; /* nullable: its kind is not published */
  SamspillRecordSync sync;          /* of the record where it lies */
  SamspillRecordSync publication_sync;
  char *reason;        /* why it was not accepted; nullable */
  char *refused_space; /* where; nullable */
  guint leaves;
};


/* The page itself (samspill-record-page.c), how a record is shown in it (-view.c), what can be done with it (-actions.c),
 * where it stands between this computer and the others (-sync.c), what
 * is done about that (-publish.c). */
struct _SamspillRecordPage
{
  AdwBin parent_instance;

  AdwOverlaySplitView *split;
  GtkStack *stack;
  AdwBanner *banner;
  AdwBanner *versions_banner;
  GtkScrolledWindow *scroller;
  AdwClamp *clamp;
  GtkBox *column;
  GtkLabel *eyebrow;
  GtkLabel *saved;
  GtkWidget *state_box;
  GtkImage *state_icon;
  GtkLabel *state_label;
  GtkWidget *why_button;
  AdwBin *title_bin;
  AdwBin *subjects_bin;
  AdwBin *body_bin;
  AdwBin *related_bin;
  AdwBin *named_bin;
  AdwBin *links_bin;
  AdwBin *margin_bin;
  AdwBin *conversation_bin;
  AdwBin *peek_bin;
  GtkWidget *history_group;
  AdwStatusPage *failure;

  SamspillFieldBlock *title;
  SamspillSubjectsEditor *subjects;
  SamspillRecordBody *body;
  SamspillRelated *related;
  SamspillLinks *named;
  SamspillLinks *links;
  SamspillMargin *margin;
  SamspillConversation *conversation;
  SamspillPeek *peek;
  SamspillRemarks *remarks;

  SamspillProfile *profile;
  SamspillStanding *standing; /* nullable */
  SamspillPageState *state;
  gboolean is_looking; /* at the state, on another thread */
  gboolean look_again;
  char *wanted_action; /* nullable: as soon as the state is known */
  SamspillRecord *record; /* the draft's where there is one */
  SamspillDraft *draft;   /* NULL: it cannot be written */
  char *space;
  char *id;
  gboolean is_new;
  gboolean is_trashed;
  gboolean wants_questions; /* what is being loaded is gone on with in the conversation */
  SamspillPageMode mode;
  gboolean is_wide;
  gboolean is_scrolled;
  GCancellable *cancellable;
  AdwToast *undo_toast; /* nullable: "Moved to the trash" while it is there; Ctrl+Z presses its button */
  GSimpleActionGroup *actions;
  GMenuModel *menu;
};

gboolean samspill_record_page_is         (SamspillRecordPage *self, const char *type); /* FALSE where there is no record */
/* The widgets that a template cannot make: they want the profile. */
void samspill_record_page_add_parts     (SamspillRecordPage *self);
void samspill_record_page_show_saved     (SamspillRecordPage *self);
void samspill_record_page_show_fields    (SamspillRecordPage *self);
/* The margin is there or not: the width, the mode or the record is another. */
void samspill_record_page_update_margin  (SamspillRecordPage *self);
void samspill_record_page_set_mode       (SamspillRecordPage *self, SamspillPageMode mode);
/* Tells the window that title, menu or buttons are others now. */
void samspill_record_page_notify_header  (SamspillRecordPage *self);
void samspill_record_page_say            (SamspillRecordPage *self, const char *text);
void samspill_record_page_add_actions    (SamspillRecordPage *self);
void samspill_record_page_update_actions (SamspillRecordPage *self);
/* Reads the record again from the store: a file came, or an earlier version. */
void samspill_record_page_reload         (SamspillRecordPage *self);
/* The record lies in another space now (it was shared): the same page, read from there. */
void samspill_record_page_moved          (SamspillRecordPage *self);
/* What Ctrl+Z presses while it is shown. */
void samspill_record_page_set_undo_toast (SamspillRecordPage *self, AdwToast *toast);

/* samspill-record-page-sync.c */
void               samspill_page_state_free             (SamspillPageState *state);
void               samspill_record_page_look_at_state   (SamspillRecordPage *self);
SamspillPublishWay samspill_record_page_get_publish_way (SamspillRecordPage *self);
gboolean           samspill_record_page_can_share       (SamspillRecordPage *self);
gboolean           samspill_record_page_has_versions    (SamspillRecordPage *self);
gboolean           samspill_record_page_is_refused      (SamspillRecordPage *self);

/* samspill-record-page-publish.c */
void               samspill_record_page_add_sync_actions (SamspillRecordPage *self);

G_END_DECLS
