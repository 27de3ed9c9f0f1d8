/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-error.h"

G_DEFINE_QUARK (samspill - base - error - quark, samspill_base_error)
