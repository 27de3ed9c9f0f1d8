/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry.h"

G_DEFINE_QUARK (samspill - registry - error - quark, samspill_registry_error)
