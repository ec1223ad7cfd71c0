/*
 * agent: turns a User-Agent header into words people know: "Firefox on Windows". It is what the
 * sender claims to be: good for recognising one's own devices and for nothing else.
 */
#ifndef PAGES_AGENT_H
#define PAGES_AGENT_H
#include "base/arena.h"

const char *agent_words(struct arena *a, const char *user_agent);
#endif
