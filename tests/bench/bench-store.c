/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-store FOLDER NUMBER: what the store does with so many documents as a peer sends them, in answers of _bulk_get
 * of 2,000 in memory. A line for each work: its name, documents, seconds by the clock, seconds of CPU. Making the
 * answers is not counted. */
#include <sqlite3.h>
#include <string.h>
#include <time.h>

#include "samspill-wire.h"

#define BATCH 2000

typedef enum
{
  KIND_NEED,
  KIND_FLAT,
} Kind;

typedef struct
{
  double wall, cpu;
} Clock;

static double
seconds (clockid_t id)
{
  struct timespec now;

  clock_gettime (id, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
start (Clock *clock)
{
  clock->wall -= seconds (CLOCK_MONOTONIC);
  clock->cpu -= seconds (CLOCK_PROCESS_CPUTIME_ID);
}

static void
stop (Clock *clock)
{
  clock->wall += seconds (CLOCK_MONOTONIC);
  clock->cpu += seconds (CLOCK_PROCESS_CPUTIME_ID);
}

static void
report (const char *name, guint n, const Clock *clock)
{
  g_print ("%s %u %.6f %.6f\n", name, n, clock->wall, clock->cpu);
}

/* Spreads numbers over all 64 bits, each once. */
static guint64
scatter (guint64 x)
{
  x += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static void
append_id (GString *out, guint i, gboolean is_random)
{
  guint64 high = is_random ? scatter (i) : G_GUINT64_CONSTANT (0x0193600000007000) + ((guint64)i << 16);

  g_string_append_printf (out, "need:310000000:%08x-%04x-%04x-8a00-%012" G_GINT64_MODIFIER "x", (guint)(high >> 32),
                          (guint)(high >> 16 & 0xffff), (guint)(high & 0xffff), scatter (i) >> 16);
}

/* About 1.15 KB, as a need is. */
static void
append_need (GString *out, guint i)
{
  g_string_append_printf (
      out,
      "\"type\":\"need\",\"schema\":1,\"owner\":\"310000000\",\"created\":{\"at\":\"2026-03-0%uT08:15:30Z\",\"by\":"
      "\"7f3a\"},\"changed\":{\"at\":\"2026-03-1%uT09:01:12Z\",\"by\":\"7f3a\"},\"lang\":\"nb\",\"title\":\"Hvordan "
      "kan "
      "vi finne lekkasjer i vannettet før de koster oss vann og penger nummer %u?\",\"problem\":\"Kommunen mister om "
      "lag "
      "%u prosent av drikkevannet på veien fra renseanlegget til abonnentene. Lekkasjene oppdages først når noen "
      "melder "
      "fra om vann i kjelleren, og da har de ofte stått i "
      "månedsvis.\",\"affected\":[\"innbyggere\",\"driftsoperatører\","
      "\"brannvesenet\"],\"waiting\":\"Hver måned koster anslagsvis %u 000 kroner i pumping og "
      "rensing.\",\"measures\":["
      "{\"name\":\"Lekkasjeandel\",\"now\":38.5,\"target\":25,\"how\":\"Nattmåling i soner\"},{\"name\":\"Tid fra "
      "brudd "
      "til funn\",\"now\":90,\"target\":7,\"how\":\"Driftslogg\"}],\"tried\":\"Lytting med stav og korrelator, to "
      "ganger "
      "i året.\",\"limits\":\"Ingen graving i gågata før 1. september.\",\"money\":{\"from\":300000,\"to\":1200000,"
      "\"currency\":\"NOK\"},\"subjects\":[\"vann\",\"avløp\",\"sensorer\"],\"cpv\":[\"38421000\",\"71800000\"],"
      "\"phase\":\"exploring\",\"tags\":[\"vann\",\"lekkasje\",\"målere\"]",
      i % 9 + 1, i % 9, i, 20 + i % 30, i % 900 + 10);
}

/* As in the benchmark of PouchDB: nothing to read. */
static void
append_flat (GString *out, guint i)
{
  gsize before;

  g_string_append_printf (out, "\"n\":%u,\"text\":\"", i);
  before = out->len;
  g_string_set_size (out, before + 900);
  memset (out->str + before, 'x', 900);
  g_string_append_c (out, '"');
}

static void
append_digest (GString *out, guint i, guint number)
{
  g_string_append_printf (out, "%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", scatter (i * 4 + number),
                          scatter (i + 77));
}

/* An answer of _bulk_get with the documents `first` to `first + n`. */
static void
make_answer (GString *out, guint first, guint n, guint number, Kind kind, gboolean is_random)
{
  g_string_assign (out, "{\"results\":[");
  for (guint i = first; i < first + n; i++)
    {
      g_string_append (out, i > first ? ",{\"id\":\"" : "{\"id\":\"");
      append_id (out, i, is_random);
      g_string_append (out, "\",\"docs\":[{\"ok\":{\"_id\":\"");
      append_id (out, i, is_random);
      g_string_append_printf (out, "\",\"_rev\":\"%u-", number);
      append_digest (out, i, number);
      g_string_append_printf (out, "\",\"_revisions\":{\"start\":%u,\"ids\":[", number);
      for (guint at = number; at > 0; at--)
        {
          g_string_append (out, at < number ? ",\"" : "\"");
          append_digest (out, i, at);
          g_string_append_c (out, '"');
        }
      g_string_append (out, "]},");
      (kind == KIND_NEED ? append_need : append_flat) (out, i);
      g_string_append (out, "}}]}");
    }
  g_string_append (out, "]}");
}

static SamspillStore *
open_store (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  SamspillStore *store = samspill_store_open (path, SAMSPILL_STORE_OPEN_DEFAULT, &error);

  if (store == NULL || !samspill_store_ensure_space (store, "commons", &error))
    g_error ("%s", error->message);
  return store;
}

static gboolean
read_row (const SamspillWireRow *row, gpointer data)
{
  SamspillWireDocument **at = data;
  g_autoptr (GError) error = NULL;

  if (!samspill_wire_document_read (*at, row->text, row->length, &error))
    g_error ("%s", error->message);
  (*at)++;
  return TRUE;
}

static void
write_answer (SamspillStore *store, const GString *answer, Clock *scan, Clock *all)
{
  SamspillWireDocument documents[BATCH] = { 0 }, *at = documents;
  GError *refusals[BATCH];
  g_autoptr (GError) error = NULL;
  guint n, written;

  start (all);
  start (scan);
  if (!samspill_wire_foreach_in_bulk_get (answer->str, answer->len, read_row, &at, &error))
    g_error ("%s", error->message);
  stop (scan);
  n = (guint)(at - documents);
  if (!samspill_store_write_many (store, "commons", documents, n, refusals, &written, &error) || written != n)
    g_error ("%s", error != NULL ? error->message : "some were refused");
  start (scan);
  for (guint i = 0; i < n; i++)
    samspill_wire_document_clear (&documents[i]);
  stop (scan);
  stop (all);
}

static void
write_all (SamspillStore *store, const char *name, guint n, guint number, Kind kind, gboolean is_random)
{
  g_autoptr (GString) answer = g_string_sized_new (4 * 1024 * 1024);
  g_autofree char *scan_name = g_strconcat (name, "-scan", NULL);
  Clock scan = { 0 }, all = { 0 };

  for (guint first = 0; first < n; first += BATCH)
    {
      make_answer (answer, first, MIN (BATCH, n - first), number, kind, is_random);
      write_answer (store, answer, &scan, &all);
    }
  report (name, n, &all);
  report (scan_name, n, &scan);
}

/* The least that SQLite does to keep the same bytes under the same ids with the same guarantees. */
static void
write_floor (const char *folder, guint n)
{
  g_autofree char *path = g_build_filename (folder, "floor.db", NULL);
  g_autoptr (GString) id = g_string_new (NULL), body = g_string_new (NULL);
  Clock clock = { 0 };
  sqlite3_stmt *insert;
  sqlite3 *db;

  if (sqlite3_open (path, &db) != SQLITE_OK ||
      sqlite3_exec (db,
                    "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                    "PRAGMA wal_autocheckpoint = 4000;"
                    "CREATE TABLE t (n INTEGER PRIMARY KEY, id TEXT UNIQUE, body TEXT)",
                    NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  sqlite3_prepare_v2 (db, "INSERT INTO t (id, body) VALUES (?1, ?2)", -1, &insert, NULL);
  for (guint i = 0; i < n; i++)
    {
      g_string_truncate (id, 0);
      append_id (id, i, FALSE);
      g_string_assign (body, "{");
      append_need (body, i);
      g_string_append_c (body, '}');
      start (&clock);
      if (i % BATCH == 0)
        sqlite3_exec (db, "BEGIN", NULL, NULL, NULL);
      sqlite3_bind_text (insert, 1, id->str, -1, SQLITE_STATIC);
      sqlite3_bind_text (insert, 2, body->str, (int)body->len, SQLITE_STATIC);
      if (sqlite3_step (insert) != SQLITE_DONE)
        g_error ("%s", sqlite3_errmsg (db));
      sqlite3_reset (insert);
      if (i % BATCH == BATCH - 1 || i == n - 1)
        sqlite3_exec (db, "COMMIT", NULL, NULL, NULL);
      stop (&clock);
    }
  sqlite3_finalize (insert);
  sqlite3_close (db);
  report ("floor", n, &clock);
}

static void
read_some (SamspillStore *store, guint n)
{
  g_autoptr (GString) id = g_string_new (NULL), out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Clock clock = { 0 };

  start (&clock);
  for (guint i = 0; i < n; i++)
    {
      g_string_truncate (id, 0);
      g_string_truncate (out, 0);
      append_id (id, (guint)(scatter (i) % n), FALSE);
      if (!samspill_store_append_wire (store, "commons", id->str, NULL, SAMSPILL_WIRE_DEFAULT, NULL, out, &error))
        g_error ("%s", error->message);
    }
  stop (&clock);
  report ("get", n, &clock);
}

typedef struct
{
  SamspillStore *store;
  GString *out;
  guint n;
  gboolean with_documents;
} Feed;

static gboolean
take_change (gint64 seq, const char *id, const char *const *leaves, gboolean deleted, gpointer data)
{
  Feed *feed = data;
  g_autoptr (GError) error = NULL;

  feed->n++;
  if (!feed->with_documents)
    return TRUE;
  if (feed->out->len > 4 * 1024 * 1024)
    g_string_truncate (feed->out, 0);
  if (!samspill_store_append_wire (feed->store, "commons", id, leaves[0], SAMSPILL_WIRE_REVISIONS, NULL, feed->out,
                                   &error))
    g_error ("%s", error->message);
  return TRUE;
}

static void
read_feed (SamspillStore *store, const char *name, gboolean with_documents)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Feed feed = { store, out, 0, with_documents };
  Clock clock = { 0 };

  start (&clock);
  if (!samspill_store_begin_read (store, &error) ||
      !samspill_store_foreach_in_feed (store, "commons", 0, TRUE, FALSE, take_change, &feed, &error))
    g_error ("%s", error->message);
  samspill_store_end_read (store);
  stop (&clock);
  report (name, feed.n, &clock);
}

static void
ask_missing (SamspillStore *store, guint n)
{
  g_autoptr (GString) id = g_string_new (NULL), rev = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Clock clock = { 0 };

  start (&clock);
  if (!samspill_store_begin_read (store, &error))
    g_error ("%s", error->message);
  for (guint i = 0; i < n; i++)
    {
      const char *revs[] = { NULL, NULL };
      g_auto (GStrv) missing = NULL;

      g_string_truncate (id, 0);
      append_id (id, i, FALSE);
      g_string_assign (rev, "1-");
      append_digest (rev, i, 1);
      revs[0] = rev->str;
      missing = samspill_store_get_missing (store, "commons", id->str, revs, NULL, &error);
      if (missing == NULL || missing[0] != NULL)
        g_error ("a revision is missing");
    }
  samspill_store_end_read (store);
  stop (&clock);
  report ("missing", n, &clock);
}

static void
edit_some (SamspillStore *store, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Clock clock = { 0 };

  for (guint i = 0; i < n; i++)
    {
      g_auto (SamspillWireDocument) document = { 0 };
      g_autoptr (GError) error = NULL;
      g_autofree char *rev = NULL;

      g_string_printf (text, "{\"_id\":\"put-%u\",", i);
      append_need (text, i);
      g_string_append_c (text, '}');
      start (&clock);
      if (!samspill_wire_document_read (&document, text->str, text->len, &error) ||
          (rev = samspill_store_write (store, "commons", &document, TRUE, &error)) == NULL)
        g_error ("%s", error->message);
      stop (&clock);
    }
  report ("put", n, &clock);
}

/* As a client of the registry saves many: the store makes the revisions. */
static void
edit_many (SamspillStore *store, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Clock clock = { 0 };

  for (guint i = 0; i < n; i++)
    {
      g_auto (SamspillWireDocument) document = { 0 };
      g_autoptr (GError) error = NULL;
      g_autofree char *rev = NULL;

      g_string_printf (text, "{\"_id\":\"many-%08u\",", i);
      append_need (text, i);
      g_string_append_c (text, '}');
      start (&clock);
      if (i % BATCH == 0)
        samspill_store_begin (store, NULL);
      if (!samspill_wire_document_read (&document, text->str, text->len, &error) ||
          (rev = samspill_store_write (store, "commons", &document, TRUE, &error)) == NULL)
        g_error ("%s", error->message);
      if ((i % BATCH == BATCH - 1 || i == n - 1) && !samspill_store_commit (store, &error))
        g_error ("%s", error->message);
      stop (&clock);
    }
  report ("edits", n, &clock);
}

int
main (int argc, char **argv)
{
  g_autoptr (SamspillStore) ordered = NULL, random = NULL, flat = NULL;
  guint n;

  if (argc != 3 || (n = (guint)g_ascii_strtoull (argv[2], NULL, 10)) == 0)
    return 2;
  write_floor (argv[1], n);
  ordered = open_store (argv[1], "ordered");
  write_all (ordered, "insert", n, 1, KIND_NEED, FALSE);
  ask_missing (ordered, n);
  read_some (ordered, n);
  read_feed (ordered, "feed", FALSE);
  read_feed (ordered, "feed-documents", TRUE);
  write_all (ordered, "second", n, 2, KIND_NEED, FALSE);
  edit_some (ordered, 1000);
  edit_many (ordered, n);
  flat = open_store (argv[1], "flat");
  write_all (flat, "insert-flat", n, 1, KIND_FLAT, FALSE);
  random = open_store (argv[1], "random");
  write_all (random, "insert-random", n, 1, KIND_NEED, TRUE);
  return 0;
}
