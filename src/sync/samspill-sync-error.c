/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-peer.h"

G_DEFINE_QUARK (samspill - sync - error - quark, samspill_sync_error)
