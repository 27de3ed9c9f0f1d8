/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include "samspill-wire.h"

#define MAX_IDLE_READERS 4

static const char SQL_READER[] = "PRAGMA query_only = ON; PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY;";
static const char SQL_BEGIN_READ[] = "BEGIN";
static const char SQL_END_READ[] = "COMMIT";

/* A look at a store that this thread keeps between samspill_store_begin_read() and _end_read(). */
typedef struct _Pin Pin;
struct _Pin
{
  Pin *next;
  SamspillStore *store;           /* not a reference: the caller of begin_read has one */
  SamspillConnection *connection; /* NULL: it was begun in a transaction, the writer serves */
  guint depth;
};

static GPrivate pins; /* of the thread, the latest first; each call of begin_read is answered by one of end_read */

static gboolean
run_sql (SamspillConnection *connection, const char *sql, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, sql, error);

  return statement != NULL && samspill_statement_run (statement, error);
}

static gboolean
is_writing (SamspillStore *store)
{
  return g_atomic_pointer_get (&store->writer_thread) == g_thread_self ();
}

static Pin *
find_pin (SamspillStore *store)
{
  Pin *pin = g_private_get (&pins);

  while (pin != NULL && pin->store != store)
    pin = pin->next;
  return pin;
}

static SamspillConnection *
take (SamspillStore *store, gboolean is_single, GError **error)
{
  g_autoptr (SamspillConnection) connection = NULL;

  g_mutex_lock (&store->readers_lock);
  if (store->readers->len > 0)
    connection = g_ptr_array_steal_index_fast (store->readers, store->readers->len - 1);
  g_mutex_unlock (&store->readers_lock);
  if (connection == NULL)
    {
      connection = samspill_connection_open (store->path, SQLITE_OPEN_READONLY, store->is_immutable, error);
      if (connection == NULL || !samspill_connection_execute (connection, SQL_READER, error))
        return NULL;
    }
  return is_single || run_sql (connection, SQL_BEGIN_READ, error) ? g_steal_pointer (&connection) : NULL;
}

static void
give_back (SamspillStore *store, SamspillConnection *connection)
{
  g_autoptr (SamspillConnection) owned = connection;

  if (!sqlite3_get_autocommit (connection->db) && !run_sql (connection, SQL_END_READ, NULL))
    return;
  g_mutex_lock (&store->readers_lock);
  if (store->readers->len < MAX_IDLE_READERS)
    g_ptr_array_add (store->readers, g_steal_pointer (&owned));
  g_mutex_unlock (&store->readers_lock);
}

static gboolean
begin (SamspillReader *self, SamspillStore *store, gboolean is_single, GError **error)
{
  Pin *pin;

  if (is_writing (store))
    {
      *self = (SamspillReader){ store, store->writer, FALSE };
      return TRUE;
    }
  pin = find_pin (store);
  if (pin != NULL && pin->connection != NULL)
    {
      *self = (SamspillReader){ store, pin->connection, FALSE };
      return TRUE;
    }
  *self = (SamspillReader){ store, take (store, is_single, error), TRUE };
  return self->connection != NULL;
}

gboolean
samspill_reader_begin (SamspillReader *self, SamspillStore *store, GError **error)
{
  return begin (self, store, FALSE, error);
}

gboolean
samspill_reader_begin_single (SamspillReader *self, SamspillStore *store, GError **error)
{
  return begin (self, store, TRUE, error);
}

void
samspill_reader_end (SamspillReader *self)
{
  if (self->connection != NULL && self->is_pooled)
    give_back (self->store, g_steal_pointer (&self->connection));
}

/**
 * samspill_store_begin_read:
 * @self: a store
 * @error: return location for an error
 *
 * Until samspill_store_end_read() all reads of this thread see the store as it was now, and cost less. Inside a
 * transaction of this thread they see that. Keep it short: as long as it lasts, the log of writes cannot be emptied.
 */
gboolean
samspill_store_begin_read (SamspillStore *self, GError **error)
{
  Pin *pin;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);

  pin = find_pin (self);
  if (pin == NULL)
    {
      SamspillConnection *connection = is_writing (self) ? NULL : take (self, FALSE, error);

      if (connection == NULL && !is_writing (self))
        return FALSE;
      pin = g_new0 (Pin, 1);
      pin->next = g_private_get (&pins);
      pin->store = self;
      pin->connection = connection;
      g_private_set (&pins, pin);
    }
  pin->depth++;
  return TRUE;
}

void
samspill_store_end_read (SamspillStore *self)
{
  Pin *pin, *first;

  g_return_if_fail (SAMSPILL_IS_STORE (self));

  pin = find_pin (self);
  g_return_if_fail (pin != NULL);
  if (--pin->depth > 0)
    return;
  first = g_private_get (&pins);
  if (first == pin)
    g_private_set (&pins, pin->next);
  else
    {
      while (first->next != pin)
        first = first->next;
      first->next = pin->next;
    }
  if (pin->connection != NULL)
    give_back (self, pin->connection);
  g_free (pin);
}
