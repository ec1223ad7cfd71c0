#include "io/cert.h"
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* Whole days from now until the time; negative when it is over. */
static bool days_until(const ASN1_TIME *end, int64_t now_ms, int64_t *days)
{
    ASN1_TIME *now = ASN1_TIME_set(NULL, (time_t)(now_ms / 1000));
    int d = 0, s = 0;
    bool known = now && ASN1_TIME_diff(&d, &s, now, end);

    ASN1_TIME_free(now);
    *days = s < 0 ? d - 1 : d;
    return known;
}

enum rc cert_look(const char *path, const char *host, int64_t now_ms, int64_t *days_left,
                  bool *names_host)
{
    FILE *f = fopen(path, "r");

    if (f == NULL)
        return RC_NOT_FOUND;
    X509 *cert = PEM_read_X509(f, NULL, NULL, NULL);
    fclose(f);
    if (cert == NULL)
        return RC_INVALID;
    bool known = days_until(X509_get0_notAfter(cert), now_ms, days_left);
    *names_host = X509_check_host(cert, host, 0, 0, NULL) == 1 ||
                  X509_check_ip_asc(cert, host, 0) == 1;
    X509_free(cert);
    return known ? RC_OK : RC_INVALID;
}
