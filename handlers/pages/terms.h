/*
 * terms: what the site promises about money.
 */
#ifndef PAGES_TERMS_H
#define PAGES_TERMS_H
#include "pages/frame.h"
#include "views/models/terms.h"

/* The terms that follow from the current configuration. */
struct terms terms_now(void);
#endif
