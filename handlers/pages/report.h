/*
 * report: the pages on which somebody tells the site about something, and sees what became of it.
 */
#ifndef PAGES_REPORT_H
#define PAGES_REPORT_H
#include "pages/frame.h"
#include "views/models/report.h"

/* What the fields video, comment and channel name; RC_NOT_FOUND: nothing that the viewer may see, and with
 * *named false: none of them was sent. */
MUST_USE enum rc report_subject_of(struct req *r, struct subject *out, bool *named);

/* The step that comes next. `s` is NULL when nothing was named. */
struct report_page report_page_of(struct req *r, const struct subject *s);

/* The path of /report for what an address of this site, as typed, shows; "": it shows nothing that can be
 * reported. */
const char *report_path_of(struct req *r, const char *typed);

MUST_USE enum rc report_state_of(struct req *r, struct report_state_page *page);
#endif
