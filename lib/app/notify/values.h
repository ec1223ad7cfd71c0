/*
 * values: the values of a notice as the text that its row keeps: `name=value`, one a line, in the
 * order of NOTICE_VALUES; the lines of a value after its first begin with a tab.
 */
#ifndef NOTIFY_VALUES_H
#define NOTIFY_VALUES_H
#include "app/notify/notify.h"

enum notice_shown { PLAIN, TYPED, LINES, VIDEOS };

/* Values that are NULL are left out; control characters become blanks, and what is longer than
 * NOTICE_..._MAX_CHARS is cut. */
char *notice_values_write(struct arena *a, const struct notice_values *values);

/* Back again; a value that is not there is NULL, and a name that is unknown is skipped. */
void notice_values_read(struct arena *a, const char *text, struct notice_values *out);
#endif
