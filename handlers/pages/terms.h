/*
 * terms: what the site promises about money.
 */
#ifndef PAGES_TERMS_H
#define PAGES_TERMS_H
#include "pages/frame.h"
#include "views/models/terms.h"

/* The terms that the configuration in force makes. */
struct terms terms_now(void);
#endif
