/*
 * exposure: how often a video was recommended to members.
 */
#ifndef MODELS_EXPOSURE_H
#define MODELS_EXPOSURE_H
#include "app/discovery/exposure.h"
#include "views/models/chart.h"
#include "web/html.h"

struct exposure_view {
    bool possible; /* everybody may see it, so it can be recommended */
    int64_t shown, opened, opened_bp;
    int64_t unproven_percent;  /* share of the recommendations that new videos get */
    struct chart chart;        /* of the latest days */
    struct exposure_days days; /* those days on which it was shown */
};
#endif
