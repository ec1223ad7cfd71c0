/*
 * mail: whether this site sends mail, by the setting `mail`.
 */
#ifndef IO_MAIL_H
#define IO_MAIL_H
#include "base/base.h"

/* False: nothing is queued or sent, and pages say what to do instead. */
bool mail_is_on(void);
#endif
