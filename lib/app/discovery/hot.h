/*
 * hot: makes the lists of videos that are popular now, and of those too new to tell. Both for all
 * videos and for each category, as lists of app/catalogue/recommend.h.
 *
 * Hot        good signals per day, by a bound that holds even with few signals.
 *            Each row of feedback is a trial of age t and counts d = 2^-(t / HOT_HALF_LIFE_DAYS);
 *            its evidence (reco/feedback.h), 0 for a dislike, says how good it was. With n the sum
 *            of d and p the mean evidence,
 *
 *                score = n * W(p, n) / D
 *
 *            W is the lower bound of the Wilson score interval for z = 1.96 (E. B. Wilson,
 *            "Probable inference, the law of succession, and statistical inference", JASA 22,
 *            1927): for one like out of one it is only 0.21, for a thousand out of a thousand
 *            0.996. D is the integral of d over the days since the video was published, at least
 *            HOT_LEAST_DAYS: a new video is measured by its own few days, and so it can rise.
 *
 * Unproven   less than UNPROVEN_DAYS old, viewed fewer than UNPROVEN_VIEWS times and offered fewer
 *            than UNPROVEN_SHOWN times. In the order of 2^-(age / UNPROVEN_HALF_LIFE_DAYS) times a
 *            draw from Beta(opened + 1, shown - opened + 1): Thompson sampling (W. R. Thompson, "On
 *            the likelihood that one unknown probability exceeds another", Biometrika 25, 1933).
 *            The draw depends on video and day: a day's lists are the same in every run.
 *
 * Tables     reads exposure.
 */
#ifndef DISCOVERY_HOT_H
#define DISCOVERY_HOT_H
#include "app/discovery/learn_read.h"
#include "app/catalogue/recommend.h"

#define HOT_HALF_LIFE_DAYS      14.0
#define HOT_LEAST_DAYS          1.0
#define UNPROVEN_HALF_LIFE_DAYS 3.0
enum { UNPROVEN_DAYS = 14, UNPROVEN_VIEWS = 50, UNPROVEN_SHOWN = 200 };

/* Put the lists of all videos (id 0) and of each category that has any. `a` is used for this call
 * only and may be reset afterwards. */
MUST_USE enum rc hot_put(struct list_writer *w, struct arena *a, const struct learn_input *in,
                         const struct reading *how, int64_t now_ms);
MUST_USE enum rc hot_put_unproven(struct list_writer *w, struct arena *a,
                                  const struct learn_input *in, int64_t now_ms);

/* The formulas; for tests. */
double hot_wilson(double mean, double n);
double hot_draw(int64_t video, int64_t day, int64_t opened, int64_t shown);
#endif
