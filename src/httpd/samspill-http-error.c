/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-http-server.h"

G_DEFINE_QUARK (samspill - http - error - quark, samspill_http_error)
