/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SamspillPackage:
 *
 * The zip file of an OpenDocument package, its files stored as they stand. Our own, since ODF 1.3 part 2 section 3.3 wants
 * the first file stored without a data descriptor, which libarchive's zip writer always adds (and LibreOffice then refuses
 * the file). Files of a few kilobytes; at most 65,535 of them and 4 GiB in all. Not thread-safe.
 */
typedef struct _SamspillPackage SamspillPackage;

SamspillPackage *samspill_package_new    (void);
/* path: ASCII. Takes the bytes. */
void             samspill_package_add    (SamspillPackage *self, const char *path, GBytes *bytes);
/* Ends the package and frees it. (transfer full) */
GBytes          *samspill_package_finish (SamspillPackage *self);

G_END_DECLS
