/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * SamspillApplication:
 *
 * The program: its options, the profile that it opens, the actions of "app".
 */
#define SAMSPILL_TYPE_APPLICATION (samspill_application_get_type ())
G_DECLARE_FINAL_TYPE (SamspillApplication, samspill_application, SAMSPILL, APPLICATION, AdwApplication)

SamspillApplication *samspill_application_new (void);

G_END_DECLS
