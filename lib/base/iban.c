#include "base/iban.h"
#include "base/str.h"

enum { CODE_AND_LENGTH = 4 };

/* The IBAN registry (SWIFT, release 99): country and length. */
static const char countries[] =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24"
    "FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32"
    "LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24"
    "RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

static size_t length_for(const char *iban)
{
    for (const char *c = countries; *c; c += CODE_AND_LENGTH)
        if (c[0] == iban[0] && c[1] == iban[1])
            return (size_t)(c[2] - '0') * 10 + (size_t)(c[3] - '0');
    return 0;
}

/* ISO 7064 mod 97,10: the first four characters go to the end, letters are 10 to 35. */
static unsigned mod_97(const char *iban, size_t n)
{
    unsigned rest = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned c = (unsigned char)iban[(i + 4) % n];
        rest = c <= '9' ? rest * 10 + (c - '0') : rest * 100 + (c - 'A' + 10);
        rest %= 97;
    }
    return rest;
}

bool iban_ok(struct arena *a, const char *typed, const char **plain)
{
    char *iban = arena_alloc(a, IBAN_MAX_BYTES + 1);
    size_t n = 0;

    for (; *typed; typed++) {
        if (*typed == ' ')
            continue;
        if (n == IBAN_MAX_BYTES)
            return false;
        iban[n++] = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;
    }
    *plain = iban;
    return n > 4 && str_only(iban, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") &&
           n == length_for(iban) && strspn(iban + 2, "0123456789") >= 2 && mod_97(iban, n) == 1;
}
