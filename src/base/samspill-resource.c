/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-resource.h"

GBytes *
samspill_resource_lookup (const GResource *linked, const char *path)
{
  (void)linked;
  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}
