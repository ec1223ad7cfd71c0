#include "io/digest.h"
#include "base/str.h"
#include <openssl/evp.h>

struct digest {
    EVP_MD_CTX *context;
};

static void drop(void *d) { EVP_MD_CTX_free(((struct digest *)d)->context); }

struct digest *digest_new(struct arena *a, const char *name)
{
    const EVP_MD *type = str_eq(name, "sha1")     ? EVP_sha1()
                         : str_eq(name, "sha256") ? EVP_sha256()
                                                  : NULL;
    struct digest *d = arena_alloc(a, sizeof(*d));

    if (type == NULL)
        return NULL;
    d->context = EVP_MD_CTX_new();
    int ready = d->context && EVP_DigestInit_ex(d->context, type, NULL);
    assert(ready);
    arena_defer(a, drop, d);
    return d;
}

void digest_add(struct digest *d, const void *bytes, size_t n)
{
    int added = EVP_DigestUpdate(d->context, bytes, n);
    assert(added);
}

bool digest_is(struct digest *d, const void *expected, size_t n)
{
    unsigned char value[EVP_MAX_MD_SIZE];
    unsigned value_n;

    int ended = EVP_DigestFinal_ex(d->context, value, &value_n);
    assert(ended);
    return n == value_n && memcmp(value, expected, n) == 0;
}
