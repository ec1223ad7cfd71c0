/*
 * token: what a program gets after signing up or logging in.
 */
#ifndef MODELS_TOKEN_H
#define MODELS_TOKEN_H
#include "web/html.h"

struct token_page {
    const char *token, *csrf;
    int64_t expires_ms;
};

JSON_VIEW(token, struct token_page);
#endif
