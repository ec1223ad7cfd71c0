/*
 * agent: a User-Agent header in words a person knows: "Firefox on Windows". It says what the sender
 * claims to be and is good for recognising one's own devices, for nothing else.
 */
#ifndef PAGES_AGENT_H
#define PAGES_AGENT_H
#include "base/arena.h"

const char *agent_words(struct arena *a, const char *user_agent);
#endif
