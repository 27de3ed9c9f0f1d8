/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-draft.h"
#include "samspill-error.h"
#include "samspill-id.h"
#include "samspill-json-text.h"

G_BEGIN_DECLS

#define SAMSPILL_SPACE_MINE "mine"
#define SAMSPILL_SPACE_SAMPLE "sample"
#define SAMSPILL_SPACE_SHIPPED "shipped"
#define SAMSPILL_SPACE_COMMONS "commons"

struct _SamspillProfile
{
  GObject parent_instance;

  char *folder;
  SamspillStore *store;
  SamspillIndex *index;
  char *read_only_reason;

  GMutex lock; /* guards the four below: worker threads read them */
  char *account;
  SamspillIdentity *identity;
  GHashTable *owner_names;
  gboolean owner_names_fresh;

  GThreadPool *writer;    /* one thread: writes happen in the order they were asked for */
  GThreadPool *fetcher;   /* one thread: files that are taken in from elsewhere, which may lie on a slow disk or share */
  GPtrArray *drafts;      /* borrowed; a draft takes itself out */
  GThread *upkeep;
  GCancellable *upkeep_cancellable;
  GSource *day_source;
  gboolean closed;
};

/* Runs `work` on the thread that writes. Takes the reference of `task`. */
void     samspill_profile_queue             (SamspillProfile *self, GTask *task, GTaskThreadFunc work);
/* The same on the thread that takes files in: nothing that is written waits for it. */
void     samspill_profile_queue_fetching    (SamspillProfile *self, GTask *task, GTaskThreadFunc work);
/* Where the profile in `folder` lies; NULL: the user's own. */
char    *samspill_profile_dup_place         (const char *folder);
char    *samspill_profile_dup_account       (SamspillProfile *self);
/* The organisation that new records get; NULL before the first run. */
char    *samspill_profile_dup_first_owner   (SamspillProfile *self);
void     samspill_profile_read_identity     (SamspillProfile *self);
void     samspill_profile_forget_owner_names (SamspillProfile *self);

gboolean samspill_space_is_writable         (const char *space);
int      samspill_space_rank                (const char *space); /* the order of samspill_profile_load */
gboolean samspill_profile_check_writable    (SamspillProfile *self, const char *space, GError **error);
/* Whether the computer's clock can be trusted with a date: what is written with a date of 1970 sorts wrong for ever. */
gboolean samspill_profile_check_clock       (gint64 now_us, GError **error);
/* A store error in words of the profile, where there are such. Returns FALSE, so that a caller can return it. */
gboolean samspill_profile_take_error        (GError **error, GError *taken);
/* The first space, in the order of samspill_profile_load, that has the record; NULL without error: none. */
char    *samspill_profile_find_space        (SamspillProfile *self, const char *id, GError **error);

/* Blocking pieces of a draft's life, for any thread. */
typedef struct
{
  char *space;
  char *id;
  char *base;       /* in: the revision that is edited, nullable; out: the one that it stands on now */
  GBytes *body;
  char *written;    /* in and out: checksum of the working copy that we know of, nullable */
  char *by;         /* in: account; nullable */
  gboolean apart;   /* in and out: another program edits the record too; ours goes to a leaf of its own */
  gboolean commit;  /* in: make a revision of it */
  gboolean discard; /* in: with commit: nothing was ever written in it, take it away */
} SamspillCopy;
void     samspill_copy_clear                (SamspillCopy *copy);
gboolean samspill_copy_store                (SamspillStore *store, SamspillCopy *copy, GError **error);
/* Makes a revision of the working copy that lies in the store, if there is one; by: account. */
gboolean samspill_copy_commit_stored        (SamspillStore *store, const char *space, const char *id, const char *by, GError **error);
/* Whether nobody has built on the revision, and it is no tombstone. */
gboolean samspill_copy_is_on_leaf           (SamspillStore *store, const char *space, const char *id, const char *base);
/* The id of a revision that is put beside others on `base` (NULL: on nothing). */
char    *samspill_revision_beside (const char *base, GBytes *body);
/* The first revision of a document in a space whose text is kept; NULL: none. */
char    *samspill_find_beginning  (SamspillStore *store, const char *space, const char *id);
gboolean samspill_bodies_are_same           (GBytes *one, GBytes *other);

/* Called by the profile on its drafts. */
void     samspill_draft_look_again          (SamspillDraft *self);
gboolean samspill_draft_commit              (SamspillDraft *self, GError **error);

char    *samspill_profile_find_data         (const char *name);
/* Sorted; the JSON files of a folder in the program's data. (transfer full) (element-type GFile) */
GPtrArray *samspill_profile_list_data       (const char *folder);
gboolean samspill_profile_update_shipped    (SamspillProfile *self, GError **error);

/* Upkeep: what is done once a day and at open, on a thread of its own. */
gboolean samspill_profile_backup_today      (SamspillProfile *self, gboolean *made, GCancellable *cancellable, GError **error);
gboolean samspill_profile_empty_trash       (SamspillProfile *self, GDateTime *now, GCancellable *cancellable, GError **error);
void     samspill_profile_commit_old_copies (SamspillProfile *self);

/* Width and height from the first bytes of a PNG, JPEG, GIF or WebP. FALSE: none of these, or cut short. */
typedef struct
{
  const char *media_type;
  guint64 width, height;
} SamspillPicture;
gboolean samspill_picture_read              (const guint8 *data, gsize length, SamspillPicture *picture);

G_END_DECLS
