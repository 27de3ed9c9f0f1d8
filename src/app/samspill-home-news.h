/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-standing.h"

G_BEGIN_DECLS

/**
 * SamspillHomeNews:
 *
 * On home: what must be seen to (two versions, not accepted), and what others did while one was away. Each group is there
 * only when it has something.
 */
#define SAMSPILL_TYPE_HOME_NEWS (samspill_home_news_get_type ())
G_DECLARE_FINAL_TYPE (SamspillHomeNews, samspill_home_news, SAMSPILL, HOME_NEWS, GtkBox)

GtkWidget *samspill_home_news_new          (void);
void       samspill_home_news_set_standing (SamspillHomeNews *self, SamspillStanding *standing);

G_END_DECLS
