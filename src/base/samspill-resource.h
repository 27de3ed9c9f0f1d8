/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file that is compiled into one of our libraries. `linked` is what that library's `…_get_resource ()` gave: calling it is
 * what keeps the resource in a program that links the library. It may be NULL and is not looked into: GLib registers static
 * resources when they are first wanted, and a second thread that asks meanwhile is given NULL, while the global look-up
 * waits. (transfer full), NULL where there is no such file. Thread-safe. */
GBytes *samspill_resource_lookup (const GResource *linked, const char *path);

G_END_DECLS
