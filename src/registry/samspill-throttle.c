/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-throttle.h"

#include <string.h>

#include <gio/gio.h>

#define MAX_BUCKETS 50000
#define KNOWN_US (30 * G_TIME_SPAN_DAY)

typedef struct
{
  double burst;
  double a_second;
} Bound;

static const Bound of_address = { .burst = 10, .a_second = 0.1 };
static const Bound of_name = { .burst = 30, .a_second = 0.5 };

typedef struct
{
  const Bound *bound;
  double left;
  gint64 at_us;
} Bucket;

struct _SamspillThrottle
{
  GHashTable *buckets; /* "a…": an address, "n…": a name */
  GHashTable *known;   /* "name\naddress" → when it signed in last */
};

SamspillThrottle *
samspill_throttle_new (void)
{
  SamspillThrottle *self = g_new0 (SamspillThrottle, 1);

  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
samspill_throttle_free (SamspillThrottle *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->buckets);
  g_hash_table_unref (self->known);
  g_free (self);
}

/* Who has one address of IPv6 has the 2^64 beside it too. */
static char *
dup_network (const char *address)
{
  g_autoptr (GInetAddress) parsed = address != NULL ? g_inet_address_new_from_string (address) : NULL;

  if (parsed == NULL || g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV6)
    return g_strdup (address != NULL ? address : "");
  guint8 bytes[16];
  memcpy (bytes, g_inet_address_to_bytes (parsed), sizeof bytes);
  static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  if (memcmp (bytes, mapped, sizeof mapped) != 0)
    memset (bytes + 8, 0, 8);
  g_autoptr (GInetAddress) network = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);
  return g_inet_address_to_string (network);
}

static void
fill (Bucket *bucket, gint64 now_us)
{
  double seconds = (double)MAX (now_us - bucket->at_us, 0) / G_USEC_PER_SEC;

  bucket->left = MIN (bucket->left + seconds * bucket->bound->a_second, bucket->bound->burst);
  bucket->at_us = MAX (now_us, bucket->at_us);
}

/* A full bucket says nothing. If a flood of addresses leaves too many that are not full, the emptier half is kept:
 * those are whom it is about. */
static void
make_room (SamspillThrottle *self, gint64 now_us)
{
  for (double keep_below = 1; g_hash_table_size (self->buckets) >= MAX_BUCKETS; keep_below /= 2)
    {
      GHashTableIter iter;
      Bucket *bucket;
      g_hash_table_iter_init (&iter, self->buckets);
      while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&bucket))
        {
          fill (bucket, now_us);
          if (bucket->left >= bucket->bound->burst * keep_below || keep_below < 0.1)
            g_hash_table_iter_remove (&iter);
        }
    }
}

static Bucket *
find_bucket (SamspillThrottle *self, const Bound *bound, char kind, const char *name, gint64 now_us)
{
  g_autofree char *key = g_strdup_printf ("%c%s", kind, name);
  Bucket *bucket = g_hash_table_lookup (self->buckets, key);

  if (bucket == NULL)
    {
      bucket = g_new0 (Bucket, 1);
      *bucket = (Bucket){ .bound = bound, .left = bound->burst, .at_us = now_us };
      g_hash_table_insert (self->buckets, g_steal_pointer (&key), bucket);
    }
  fill (bucket, now_us);
  return bucket;
}

static gboolean
is_known (SamspillThrottle *self, const char *network, const char *name, gint64 now_us)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", name, network);
  const gint64 *at_us = g_hash_table_lookup (self->known, key);

  return at_us != NULL && now_us - *at_us < KNOWN_US;
}

static guint
wait_for (const Bucket *bucket)
{
  return bucket->left >= 1 ? 0 : (guint)((1 - bucket->left) / bucket->bound->a_second) + 1;
}

guint
samspill_throttle_ask (SamspillThrottle *self, const char *address, const char *name, gint64 now_us)
{
  g_autofree char *network = dup_network (address);

  make_room (self, now_us);
  Bucket *by_address = find_bucket (self, &of_address, 'a', network, now_us);
  Bucket *by_name = find_bucket (self, &of_name, 'n', name, now_us);
  gboolean known = is_known (self, network, name, now_us);
  guint seconds = wait_for (by_address);
  if (seconds == 0 && !known)
    seconds = wait_for (by_name);
  if (seconds > 0)
    return seconds;
  by_address->left -= 1;
  if (!known)
    by_name->left -= 1;
  return 0;
}

void
samspill_throttle_right (SamspillThrottle *self, const char *address, const char *name, gint64 now_us)
{
  g_autofree char *network = dup_network (address);
  Bucket *by_address = find_bucket (self, &of_address, 'a', network, now_us);

  by_address->left = MIN (by_address->left + 1, by_address->bound->burst);
  if (!is_known (self, network, name, now_us))
    {
      Bucket *by_name = find_bucket (self, &of_name, 'n', name, now_us);
      by_name->left = MIN (by_name->left + 1, by_name->bound->burst);
    }
  if (g_hash_table_size (self->known) >= MAX_BUCKETS)
    g_hash_table_remove_all (self->known);
  g_hash_table_replace (self->known, g_strdup_printf ("%s\n%s", name, network), g_memdup2 (&now_us, sizeof now_us));
}
