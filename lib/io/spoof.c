#include "io/spoof.h"
#include "base/log.h"
#include "base/sb.h"
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

enum {
    ZWNJ = 0x200C,
    ZWJ = 0x200D,
    GROWTH_MAX = 18, /* U+FDFA becomes 18 characters; nothing becomes more */
    TEXT_MAX_BYTES = SPOOF_MAX_BYTES * GROWTH_MAX,
    NAME_MAX_BYTES = 120, /* of a character's name */
};

/* A text as code points, of which 0 follows the last. */
struct points {
    UChar32 *at;
    size_t n;
};

static struct points points_of(struct arena *a, const char *text)
{
    int32_t n = (int32_t)strnlen(text, TEXT_MAX_BYTES), i = 0;
    struct points out = { arena_array(a, UChar32, (size_t)n + 1), 0 };

    while (i < n) {
        U8_NEXT_OR_FFFD((const uint8_t *)text, i, n, out.at[out.n]);
        out.n++;
    }
    return out;
}

static void put(struct sb *o, UChar32 c)
{
    uint8_t bytes[U8_MAX_LENGTH];
    UBool failed = false;
    int32_t n = 0;

    U8_APPEND(bytes, n, U8_MAX_LENGTH, (uint32_t)c, failed);
    if (!failed)
        sb_add(o, (const char *)bytes, (size_t)n);
}

/* Of ICU's transformations, which work on UTF-16. */
typedef int32_t transformation(const UChar *in, int32_t n, UChar *out, int32_t max,
                               UErrorCode *error);

static int32_t compose(const UChar *in, int32_t n, UChar *out, int32_t max, UErrorCode *error)
{
    return unorm2_normalize(unorm2_getNFCInstance(error), in, n, out, max, error);
}

static int32_t compatible(const UChar *in, int32_t n, UChar *out, int32_t max, UErrorCode *error)
{
    return unorm2_normalize(unorm2_getNFKCInstance(error), in, n, out, max, error);
}

static int32_t decompose(const UChar *in, int32_t n, UChar *out, int32_t max, UErrorCode *error)
{
    return unorm2_normalize(unorm2_getNFDInstance(error), in, n, out, max, error);
}

static int32_t fold(const UChar *in, int32_t n, UChar *out, int32_t max, UErrorCode *error)
{
    return u_strFoldCase(out, max, in, n, U_FOLD_CASE_DEFAULT, error);
}

static const char *transform(struct arena *a, const char *text, transformation *how)
{
    int32_t bytes = (int32_t)strnlen(text, TEXT_MAX_BYTES), max = (bytes + 1) * GROWTH_MAX, n;
    UChar *in = arena_array(a, UChar, (size_t)bytes + 1), *out = arena_array(a, UChar, (size_t)max);
    char *result = arena_alloc(a, (size_t)max * 3);
    UErrorCode error = U_ZERO_ERROR;

    u_strFromUTF8WithSub(in, bytes + 1, &n, text, bytes, 0xFFFD, NULL, &error);
    n = how(in, n, out, max, &error);
    u_strToUTF8WithSub(result, max * 3, NULL, out, n, 0xFFFD, NULL, &error);
    return U_FAILURE(error) ? text : result;
}

static USpoofChecker *checker(void)
{
    static USpoofChecker *made;
    UErrorCode error = U_ZERO_ERROR;

    if (made)
        return made;
    made = uspoof_open(&error);
    uspoof_setChecks(made, USPOOF_RESTRICTION_LEVEL | USPOOF_MIXED_NUMBERS, &error);
    uspoof_setRestrictionLevel(made, USPOOF_MODERATELY_RESTRICTIVE);
    if (U_FAILURE(error))
        log_error("ICU does not know which characters look alike: %s", u_errorName(error));
    return made;
}

static const char *skeleton(struct arena *a, const char *text)
{
    int32_t max = ((int32_t)strnlen(text, TEXT_MAX_BYTES) + 1) * GROWTH_MAX;
    char *out = arena_alloc(a, (size_t)max + 1);
    UErrorCode error = U_ZERO_ERROR;

    uspoof_getSkeletonUTF8(checker(), 0, text, -1, out, max, &error);
    return U_FAILURE(error) ? text : out;
}

const char *spoof_compose(struct arena *a, const char *text)
{
    struct points p = points_of(a, arena_strn(a, text, strnlen(text, SPOOF_MAX_BYTES)));
    struct sb out = { .a = a };

    for (size_t i = 0; i < p.n; i++)
        put(&out, u_charType(p.at[i]) == U_SPACE_SEPARATOR ? ' ' : p.at[i]);
    return transform(a, out.buf ? out.buf : "", compose);
}

/* What is no name */

static bool is_mark(UChar32 c) { return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0; }

static bool is_word(UChar32 c) { return u_isalnum(c) || is_mark(c) || c == ZWJ || c == ZWNJ; }

static bool is_pictograph(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC); }

static bool is_selector(UChar32 c) { return c == 0xFE0E || c == 0xFE0F; }

/* Joiners are letters' business in these scripts: they choose between forms that mean other things. */
static bool is_joining_script(UChar32 c)
{
    static const UScriptCode scripts[] = {
        USCRIPT_ARABIC,     USCRIPT_SYRIAC,    USCRIPT_MONGOLIAN, USCRIPT_NKO,
        USCRIPT_DEVANAGARI, USCRIPT_BENGALI,   USCRIPT_TAMIL,     USCRIPT_GURMUKHI,
        USCRIPT_GUJARATI,   USCRIPT_ORIYA,     USCRIPT_TELUGU,    USCRIPT_KHMER,
        USCRIPT_KANNADA,    USCRIPT_MALAYALAM, USCRIPT_SINHALA,   USCRIPT_INHERITED,
    };
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(c, &error);

    for (size_t i = 0; i < COUNT(scripts); i++)
        if (scripts[i] == script)
            return true;
    return false;
}

static bool joins(const struct points *p, size_t i)
{
    size_t before = i;

    if (i == 0 || i + 1 >= p->n)
        return false;
    if ((u_isalpha(p->at[i - 1]) || is_mark(p->at[i - 1])) && !is_selector(p->at[i - 1]) &&
        is_joining_script(p->at[i - 1]))
        return u_isalpha(p->at[i + 1]);
    while (before > 1 && (is_selector(p->at[before - 1]) ||
                          u_hasBinaryProperty(p->at[before - 1], UCHAR_EMOJI_MODIFIER)))
        before--;
    return p->at[i] == ZWJ && is_pictograph(p->at[before - 1]) && is_pictograph(p->at[i + 1]);
}

/* A flag of a region: a black flag, its letters as tags, and the tag that ends it. */
static bool is_flag_tag(const struct points *p, size_t i)
{
    size_t from = i, to = i;

    while (from > 0 && p->at[from] >= 0xE0020 && p->at[from] <= 0xE007F)
        from--;
    while (to + 1 < p->n && p->at[to + 1] >= 0xE0020 && p->at[to + 1] <= 0xE007F)
        to++;
    return p->at[from] == 0x1F3F4 && p->at[to] == 0xE007F && p->at[i] >= 0xE0020 &&
           p->at[i] <= 0xE007F;
}

/* Nothing is seen of these, although Unicode does not say so. */
static bool is_blank(UChar32 c) { return c == 0x2800 || c == 0xFFFC || c == 0x1D159; }

static const char *why_not(const struct points *p, size_t i)
{
    UChar32 c = p->at[i];

    if (c == ZWJ || c == ZWNJ)
        return joins(p, i) ? NULL : "the invisible";
    if (is_selector(c))
        return i > 0 && u_hasBinaryProperty(p->at[i - 1], UCHAR_EMOJI) ? NULL : "the invisible";
    if (is_flag_tag(p, i))
        return NULL;
    if (u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL))
        return "the control of direction";
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || is_blank(c))
        return "the invisible";
    switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR: return "the control";
    case U_UNASSIGNED:
    case U_SURROGATE: return "the unassigned";
    case U_PRIVATE_USE_CHAR: return "the private";
    default: return c == 0xFFFD ? "the unreadable" : NULL;
    }
}

/* "U+202E (right-to-left override)" */
static const char *name_of(struct arena *a, UChar32 c)
{
    UErrorCode error = U_ZERO_ERROR;
    char name[NAME_MAX_BYTES] = "";

    u_charName(c, U_EXTENDED_CHAR_NAME, name, sizeof(name), &error);
    for (char *s = name; *s; s++)
        *s = u_tolower(*s) < 0x80 ? (char)u_tolower(*s) : *s;
    if (U_FAILURE(error) || name[0] == 0 || name[0] == '<')
        return arena_printf(a, "U+%04X", (unsigned)c);
    return arena_printf(a, "U+%04X (%s)", (unsigned)c, name);
}

static const char *fault_of_characters(struct arena *a, const struct points *p)
{
    size_t marks = 0;

    for (size_t i = 0; i < p->n; i++) {
        const char *why = why_not(p, i);
        if (why)
            return arena_printf(a, "A name cannot contain %s character %s.", why,
                                name_of(a, p->at[i]));
        marks = is_mark(p->at[i]) && !is_selector(p->at[i]) ? marks + 1 : 0;
        if (marks > SPOOF_MARKS_MAX)
            return arena_printf(a, "A letter of a name can have at most %d marks: %s is too many.",
                                SPOOF_MARKS_MAX, name_of(a, p->at[i]));
        if (marks && (i == 0 || p->at[i - 1] == ' ') && p->at[i] != 0x20E3)
            return arena_printf(a, "In a name, the mark %s has to stand on a letter.",
                                name_of(a, p->at[i]));
    }
    return NULL;
}

/* The first character of a word that is of another script than its first one. */
static UChar32 other_script(const UChar32 *word, size_t n)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode first = USCRIPT_COMMON;

    for (size_t i = 0; i < n; i++) {
        UScriptCode script = uscript_getScript(word[i], &error);
        if (script == USCRIPT_COMMON || script == USCRIPT_INHERITED)
            continue;
        if (first == USCRIPT_COMMON)
            first = script;
        if (script != first)
            return word[i];
    }
    return word[n - 1];
}

static const char *fault_of_word(struct arena *a, const UChar32 *word, size_t n)
{
    UErrorCode error = U_ZERO_ERROR;
    struct sb text = { .a = a };

    for (size_t i = 0; i < n; i++)
        put(&text, word[i]);
    if (uspoof_checkUTF8(checker(), text.buf, (int32_t)text.len, NULL, &error) == 0)
        return NULL;
    return arena_printf(
        a, "A word of a name has to be in one script: %s does not belong to the others.",
        name_of(a, other_script(word, n)));
}

const char *spoof_fault(struct arena *a, const char *text)
{
    struct points p = points_of(a, text);
    const char *fault = fault_of_characters(a, &p);
    bool visible = false;

    for (size_t i = 0, n; fault == NULL && i < p.n; i += n) {
        n = 1;
        visible = visible || u_isgraph(p.at[i]);
        if (!is_word(p.at[i]))
            continue;
        while (is_word(p.at[i + n])) /* a 0 follows the last */
            n++;
        fault = fault_of_word(a, p.at + i, n);
    }
    return fault || visible ? fault : "A name has to have something that can be seen.";
}

/* What looks alike */

static const char *letters_of(struct arena *a, const char *text)
{
    struct points p = points_of(a, transform(a, text, compatible));
    struct sb out = { .a = a };

    for (size_t i = 0; i < p.n; i++)
        if (u_isalnum(p.at[i]) || (is_mark(p.at[i]) && !is_selector(p.at[i])))
            put(&out, p.at[i]);
    return out.len ? out.buf : text;
}

struct skeletons spoof_skeletons(struct arena *a, const char *text)
{
    const char *letters = letters_of(a, text);

    return (struct skeletons){
        .exact = transform(a, skeleton(a, letters), fold),
        .folded = transform(a, skeleton(a, transform(a, letters, fold)), fold),
    };
}

/* Is there a letter after this digit, before the word ends? */
static bool is_within_word(const struct points *p, size_t i)
{
    while (i < p->n && u_isdigit(p->at[i]))
        i++;
    return i < p->n && u_isalpha(p->at[i]);
}

static bool is_like_letter(UChar32 c) { return c == '@' || c == '$' || c == '!' || c == '|'; }

/* One kind of character for all that are read as it. */
static char read_as(char c)
{
    static const char from[] = "i1!|0345@$7", to[] = "llllaeaasst";
    const char *at = c ? strchr(from, c) : NULL;

    if (c == '0')
        return 'o';
    return at ? to[at - from] : c;
}

static void add_word(struct arena *a, struct sb *o, const char *word)
{
    const char *s = transform(a, skeleton(a, transform(a, word, fold)), fold);

    if (o->len)
        sb_str(o, " ");
    for (; *s; s++)
        sb_add(o, &(char){ read_as(*s) }, 1);
}

const char *spoof_words(struct arena *a, const char *text)
{
    struct points p = points_of(a, transform(a, transform(a, text, compatible), decompose));
    struct sb out = { .a = a }, word = { .a = a };
    bool lower = false;

    for (size_t i = 0; i <= p.n; i++) {
        UChar32 c = p.at[i];
        if (is_mark(c) || c == ZWJ || c == ZWNJ)
            continue;
        bool part = u_isalpha(c) || (u_isdigit(c) && is_within_word(&p, i)) ||
                    (word.len && is_like_letter(c) && u_isalpha(p.at[i + 1]));
        if (word.len && (!part || (lower && u_isupper(c)))) {
            add_word(a, &out, word.buf);
            word = (struct sb){ .a = a };
        }
        if (part)
            put(&word, c);
        else if (u_isdigit(c))
            sb_addf(&out, out.len && !u_isdigit(i ? p.at[i - 1] : 0) ? " %c" : "%c",
                    (char)('0' + u_charDigitValue(c)));
        lower = u_islower(c);
    }
    return out.buf ? out.buf : "";
}
