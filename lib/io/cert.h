/*
 * cert: what a file of certificates for TLS is good for (OpenSSL).
 */
#ifndef IO_CERT_H
#define IO_CERT_H
#include "base/base.h"

/* The first certificate of a PEM file: until when it is valid, and whether it names this host.
 * RC_NOT_FOUND: the file cannot be read. RC_INVALID: there is no certificate in it. */
MUST_USE enum rc cert_look(const char *path, const char *host, int64_t now_ms, int64_t *days_left,
                           bool *names_host);
#endif
