/*
 * qr: QR codes (libqrencode).
 */
#ifndef IO_QR_H
#define IO_QR_H
#include "base/arena.h"

/* The dark squares as the path of an SVG of `side` by `side` units, with the border that readers need
 * around it. RC_TOO_LARGE: the text does not fit into a code. */
struct qr {
    int64_t side;
    const char *path;
};
MUST_USE enum rc qr_make(struct arena *a, const char *text, struct qr *out);
#endif
