/* The characters of sepa.h, and the countries. */
#include "app/payout/sepa.h"
#include "base/str.h"
#include "io/latin.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"
#define ALLOWED LETTERS DIGITS "/-?:().,'+ "

/* What stands for an ASCII character that banks do not pass on; a blank for those that are not here. */
static char stand_in(char c)
{
    static const char of[] = "&;_[]{}<>\"`@!", by[] = "+,-()()()''a.";
    const char *at = c ? strchr(of, c) : NULL;

    static_assert(sizeof(of) == sizeof(by), "one for each");
    return at ? by[at - of] : ' ';
}

struct writing {
    char *out;
    size_t n, max;
    bool lost; /* a letter that could not be written */
};

/* No blank at the beginning or twice, and no slash: banks take two of them for a code of their own. */
static void put(struct writing *w, char c)
{
    char before = w->n ? w->out[w->n - 1] : ' ';

    if (w->n == w->max || (c == ' ' && before == ' ') || (c == '/' && (before == '/' || w->n == 0)))
        return;
    w->out[w->n++] = c;
}

static void write_all(struct arena *a, const char *text, size_t max_bytes, struct writing *w)
{
    *w = (struct writing){ .out = arena_alloc(a, max_bytes + 1), .max = max_bytes };
    for (const char *at = latin_of(a, text); *at;) {
        unsigned c = latin_next(&at);
        w->lost |= c >= 0x80 && latin_is_letter(c);
        put(w, c >= 0x80 ? ' ' : strchr(ALLOWED, (int)c) && c ? (char)c : stand_in((char)c));
    }
    while (w->n && strchr(" /", w->out[w->n - 1]))
        w->n--;
    w->out[w->n] = 0;
}

char *sepa_text(struct arena *a, const char *text, size_t max_bytes)
{
    struct writing w;

    write_all(a, text, max_bytes, &w);
    return w.out;
}

bool sepa_writes(struct arena *a, const char *text, const char **as)
{
    struct writing w;

    write_all(a, text, SEPA_NAME_MAX_BYTES, &w);
    *as = w.out;
    for (const char *at = text; *at;)
        w.lost |= latin_is_guess(latin_next(&at));
    return !w.lost && strpbrk(w.out, LETTERS) != NULL;
}

/* EPC409-09, "EPC List of SEPA Scheme Countries": the IBAN codes of its 41 countries, and Gibraltar's.
 * Other territories have the codes of their countries: Guernsey, Jersey, the Isle of Man; the French
 * overseas departments and territories; Åland; Azores, Madeira; Canaries, Ceuta, Melilla. */
static const char eea[] =
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT"
    " RO SE SI SK ";
static const char others[] = "AD AL CH GB GI MC MD ME MK RS SM VA ";

static bool is_in(const char *list, const char *iban)
{
    const char code[] = { iban[0], iban[0] ? iban[1] : 0, ' ', 0 };

    return strlen(code) == 3 && strstr(list, code) != NULL;
}

bool sepa_reaches(const char *iban) { return is_in(eea, iban) || is_in(others, iban); }
bool sepa_in_eea(const char *iban) { return is_in(eea, iban); }
