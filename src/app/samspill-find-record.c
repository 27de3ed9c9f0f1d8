/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-find-record.h"

SamspillRow *
samspill_find_record (SamspillProfile *profile, const char *near, const char *id)
{
  SamspillIndex *index = samspill_profile_get_index (profile);
  const SamspillIdentity *identity = samspill_profile_get_identity (profile);
  g_autoptr (GPtrArray) spaces = g_ptr_array_new_with_free_func (g_free);
  SamspillRow *row = NULL;

  g_return_val_if_fail (id != NULL, NULL);

  if (near != NULL)
    g_ptr_array_add (spaces, g_strdup (near));
  g_ptr_array_add (spaces, g_strdup ("mine"));
  for (guint i = 0; identity != NULL && identity->owners != NULL && identity->owners[i] != NULL; i++)
    g_ptr_array_add (spaces, g_strconcat ("team-", identity->owners[i], NULL));
  g_ptr_array_add (spaces, g_strdup ("sample"));
  g_ptr_array_add (spaces, g_strdup ("commons"));
  g_ptr_array_add (spaces, g_strdup ("shipped"));
  for (guint i = 0; row == NULL && i < spaces->len; i++)
    row = samspill_index_get_row_by_id (index, g_ptr_array_index (spaces, i), id);
  return row;
}
