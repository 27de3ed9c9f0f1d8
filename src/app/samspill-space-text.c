/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-space-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "samspill-format.h"
#include "samspill-record-text.h"

#define TEAM "team-"

static gboolean
is_team (const char *space)
{
  return g_str_has_prefix (space, TEAM);
}

static gboolean
is_joint (const char *space)
{
  return g_str_has_prefix (space, "joint-");
}

char *
samspill_space_dup_title (SamspillProfile *profile, const char *space)
{
  g_autofree char *owner = NULL;

  if (!is_team (space))
    return g_strdup (samspill_space_label (space));
  owner = samspill_profile_dup_owner_name (profile, space + strlen (TEAM));

  /* Translators: a space and whose it is: "Internal, Lillevik kommune" */
  return g_strdup_printf (_ ("%s, %s"), samspill_space_label (space), owner);
}

char *
samspill_space_dup_readers (SamspillProfile *profile, const char *space)
{
  g_autofree char *owner = NULL;

  if (g_str_equal (space, "commons"))
    return g_strdup (_ ("Everyone who is signed in to the commons reads it, and so does the public."));
  if (is_joint (space))
    return g_strdup (_ ("Those who work on it in the municipalities that take part read it."));
  if (!is_team (space))
    return g_strdup (_ ("Only you, on this computer."));
  owner = samspill_profile_dup_owner_name (profile, space + strlen (TEAM));

  /* Translators: %s is a municipality */
  return g_strdup_printf (_ ("Only colleagues in %s read it."), owner);
}

char *
samspill_space_dup_contents (const char *space)
{
  if (g_str_equal (space, "commons"))
    return g_strdup (_ ("What you publish is sent, and what others publish is fetched."));
  if (is_joint (space))
    return g_strdup (_ ("What the partners write together is sent and fetched."));
  if (is_team (space))
    return g_strdup (_ ("What you share with colleagues is sent, and what they share is fetched."));

  return g_strdup (_ ("Nothing is sent."));
}

char *
samspill_space_dup_host (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL)
    return g_strdup (url != NULL ? url : "");
  if (g_uri_get_port (uri) > 0)
    return g_strdup_printf ("%s:%d", host, g_uri_get_port (uri));

  return g_strdup (host);
}

static char *
dup_waiting (gint64 pending)
{
  g_autofree char *number = samspill_format_integer (pending);

  return g_strdup_printf (ngettext ("%s waits for the network", "%s wait for the network", (gulong)pending), number);
}

static char *
dup_running (const SamspillSpaceSync *sync)
{
  g_autofree char *number = NULL;

  if (sync->to_fetch > 0)
    {
      number = samspill_format_integer (sync->to_fetch);
      return g_strdup_printf (_ ("Fetching, %s left"), number);
    }
  if (sync->pending > 0)
    {
      number = samspill_format_integer (sync->pending);
      return g_strdup_printf (_ ("Sending, %s left"), number);
    }

  return g_strdup (_ ("Looking for news"));
}

static char *
dup_sent (const SamspillSpaceSync *sync)
{
  g_autoptr (GDateTime) at = sync->last_us > 0 ? g_date_time_new_from_unix_local_usec (sync->last_us) : NULL;
  g_autofree char *clock = at != NULL ? samspill_format_clock (at) : NULL;

  if (clock == NULL)
    return g_strdup (_ ("Everything is sent"));

  /* Translators: %s is a time of the day, "10.42" */
  return g_strdup_printf (_ ("Everything is sent, %s"), clock);
}

char *
samspill_space_sync_dup_state (const SamspillSpaceSync *sync)
{
  if (sync->refused > 0)
    {
      g_autofree char *number = samspill_format_integer (sync->refused);
      g_autofree char *text =
          g_strdup_printf (ngettext ("%s was not accepted", "%s were not accepted", (gulong)sync->refused), number);

      if (sync->state == SAMSPILL_SYNC_PAUSED)
        return g_strdup_printf ("%s · %s", text, _ ("Paused"));
      return g_steal_pointer (&text);
    }
  switch (sync->state)
    {
    case SAMSPILL_SYNC_OFF:
      return g_strdup (sync->endpoint != NULL ? _ ("Turned off: stays on this computer") : _ ("On this computer only"));
    case SAMSPILL_SYNC_RUNNING:
      return dup_running (sync);
    case SAMSPILL_SYNC_WAITING:
      return sync->pending > 0 ? dup_waiting (sync->pending) : g_strdup (_ ("Waits for the network"));
    case SAMSPILL_SYNC_PAUSED:
      return g_strdup (_ ("Paused"));
    case SAMSPILL_SYNC_NEEDS_PASSWORD:
      return g_strdup (_ ("The password is missing"));
    case SAMSPILL_SYNC_FAILED:
      return g_strdup (_ ("Could not be sent"));
    default:
      return dup_sent (sync);
    }
}

const char *
samspill_space_icon (const char *space)
{
  if (g_str_equal (space, "commons"))
    return "network-workgroup-symbolic";
  if (is_team (space) || is_joint (space))
    return "system-users-symbolic";

  return "computer-symbolic";
}

char *
samspill_sync_error_dup_advice (const GError *error)
{
  if (error == NULL)
    return g_strdup ("");
  if (error->domain != SAMSPILL_SYNC_ERROR)
    return g_strdup (error->message);
  switch (error->code)
    {
    case SAMSPILL_SYNC_ERROR_OFFLINE:
      return g_strdup (
          _ ("There is no way to it now. What you write is safe here, and is sent when the network is back."));
    case SAMSPILL_SYNC_ERROR_UNAUTHORIZED:
      return g_strdup (_ ("The name or the password is not right. Ask whoever gave them to you."));
    case SAMSPILL_SYNC_ERROR_FORBIDDEN:
      return g_strdup (_ ("Your account may not come in here. Ask whoever runs it to let you in."));
    case SAMSPILL_SYNC_ERROR_NOT_FOUND:
      return g_strdup (_ ("There is nothing for this at the address. Check it, or ask whoever runs it."));
    case SAMSPILL_SYNC_ERROR_BUSY:
      return g_strdup (_ ("It is busy. It is tried again by itself."));
    case SAMSPILL_SYNC_ERROR_TLS:
      return g_strdup (
          _ ("The connection is not safe, so nothing was sent. The address must begin with https:// and have "
             "a valid certificate; tell whoever runs it."));
    case SAMSPILL_SYNC_ERROR_CLOCK:
      return g_strdup (_ ("The clock of this computer is wrong. Set it right, and it goes on by itself."));
    case SAMSPILL_SYNC_ERROR_PROTOCOL:
      return g_strdup (_ ("Something else answers there, or the answer was cut. It is tried again by itself."));
    case SAMSPILL_SYNC_ERROR_INVALID:
      return g_strdup (_ ("That is no address. It looks like https://felles.example.no"));
    default:
      return g_strdup (error->message);
    }
}
