#include "io/latin.h"
#include "base/log.h"
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

/* Bulgarian ъ is a vowel; the soft sign is left out of names, as in passports. */
static const char rules[] = "::NFKC;"
                            "\\u044C > ; \\u042C > ; \\u044A > a; \\u042A > A;"
                            "::Russian-Latin/BGN; ::Greek-Latin/UNGEGN; ::Any-Latin;"
                            "::NFD; ::[:Mn:] Remove; ::NFC;"
                            "\\u0259 > e; \\u018F > E;"
                            "::Latin-ASCII;";

enum { UNITS_MAX = LATIN_MAX_BYTES * 4 }; /* no rule makes more of a character */

static UTransliterator *transliterator(void)
{
    static UTransliterator *made;
    UErrorCode error = U_ZERO_ERROR;
    UParseError where;
    UChar text[sizeof(rules)];

    if (made)
        return made;
    u_uastrcpy(text, rules);
    made = utrans_openU(u"ovs", -1, UTRANS_FORWARD, text, -1, &where, &error);
    if (U_FAILURE(error))
        log_error("ICU does not know how to transliterate: %s", u_errorName(error));
    return U_FAILURE(error) ? made = NULL : made;
}

static bool is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return *text == 0;
}

const char *latin_of(struct arena *a, const char *text)
{
    UChar *units = arena_array(a, UChar, UNITS_MAX);
    char *out = arena_alloc(a, UNITS_MAX + 1);
    size_t n = strnlen(text, LATIN_MAX_BYTES);
    UErrorCode error = U_ZERO_ERROR;
    int32_t length, end;
    UTransliterator *t;

    if (is_ascii(text) || (t = transliterator()) == NULL)
        return text;
    u_strFromUTF8WithSub(units, UNITS_MAX, &length, text, (int32_t)n, 0xFFFD, NULL, &error);
    end = length;
    utrans_transUChars(t, units, &length, UNITS_MAX, 0, &end, &error);
    u_strToUTF8WithSub(out, UNITS_MAX, NULL, units, length, 0xFFFD, NULL, &error);
    return U_FAILURE(error) ? text : out;
}

unsigned latin_next(const char **at)
{
    const uint8_t *s = (const uint8_t *)*at;
    int32_t i = 0;
    UChar32 c;

    U8_NEXT(s, i, -1, c);
    *at += i;
    return c < 0 ? 0xFFFD : (unsigned)c;
}

bool latin_is_letter(unsigned c) { return u_isalnum((UChar32)c); }

bool latin_is_guess(unsigned c)
{
    UErrorCode code = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript((UChar32)c, &code);

    return script == USCRIPT_HAN || script == USCRIPT_ARABIC || script == USCRIPT_HEBREW;
}
