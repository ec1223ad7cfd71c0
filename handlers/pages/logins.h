/*
 * logins: log-ins in words: device, network, when it was used last.
 */
#ifndef PAGES_LOGINS_H
#define PAGES_LOGINS_H
#include "views/models/sessions.h"
#include "web/session.h"

struct session_rows logins_of(struct req *r, const struct session_list *list);
#endif
