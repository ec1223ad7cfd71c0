/*
 * chart: figures over time as columns, the picture that views/chart.html draws.
 */
#ifndef PAGES_CHART_H
#define PAGES_CHART_H
#include "pages/frame.h"
#include "views/models/chart.h"

/* Columns for n values (>= 0), side by side; the highest fills the picture. Fewer than CHART_PLACES
 * columns are placed at its right end. */
enum { CHART_PLACES = 12 };
struct chart chart_of(struct arena *a, const int64_t *values, const char *const *labels, size_t n);
#endif
