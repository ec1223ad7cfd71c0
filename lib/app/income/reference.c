#include "app/income/reference.h"
#include "base/str.h"

enum { SYMBOLS = 32, SYMBOL_BITS = 5 };

static int check_of(const int digits[REFERENCE_DIGITS])
{
    int p = SYMBOLS;

    for (int i = 0; i < REFERENCE_DIGITS; i++) {
        int s = (p + digits[i]) % SYMBOLS;
        p = 2 * (s ? s : SYMBOLS) % (SYMBOLS + 1);
    }
    return (SYMBOLS + 1 - p) % SYMBOLS;
}

static const char *written(struct arena *a, const int digits[REFERENCE_DIGITS])
{
    char text[REFERENCE_DIGITS + 1] = "";

    for (int i = 0; i < REFERENCE_DIGITS; i++)
        text[i] = STR_BASE32[digits[i]];
    return arena_printf(a, "OVS-%s-%c", text, STR_BASE32[check_of(digits)]);
}

const char *reference_of(struct arena *a, int64_t checkout_id)
{
    int digits[REFERENCE_DIGITS];

    assert(checkout_id > 0 && checkout_id <= REFERENCE_MAX);
    for (int i = REFERENCE_DIGITS; i-- > 0; checkout_id >>= SYMBOL_BITS)
        digits[i] = (int)(checkout_id & (SYMBOLS - 1));
    return written(a, digits);
}

/* Read the digits and the check symbol after "OVS". */
static bool read_symbols(const char *s, int digits[REFERENCE_DIGITS], int *check)
{
    for (int n = 0; n <= REFERENCE_DIGITS; s++) {
        if (*s == '-' || *s == ' ')
            continue;
        int value = str_base32_value(*s);
        if (value < 0)
            return false;
        *(n < REFERENCE_DIGITS ? &digits[n] : check) = value;
        n++;
    }
    return true;
}

const char *reference_find_other(struct arena *a, const char *text, const char *than)
{
    int digits[REFERENCE_DIGITS], check = 0;

    for (const char *s = text; (s = strcasestr(s, "OVS")) != NULL; s++)
        if (read_symbols(s + 3, digits, &check) && check == check_of(digits)) {
            const char *found = written(a, digits);
            if (!str_eq(found, than))
                return found;
        }
    return NULL;
}

const char *reference_find(struct arena *a, const char *text)
{
    return reference_find_other(a, text, NULL);
}
