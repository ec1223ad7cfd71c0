#include "io/breaks.h"
#include "base/log.h"
#include <unicode/ubrk.h>
#include <unicode/utext.h>

bool breaks_needed(int32_t c)
{
    return (c >= 0x0e01 && c <= 0x0eff) || (c >= 0x1000 && c <= 0x109f) ||
           (c >= 0x1780 && c <= 0x17ff);
}

/* One for the life of the process: opening it reads the rules. */
static UBreakIterator *iterator(void)
{
    static UBreakIterator *made;
    static bool tried;
    UErrorCode error = U_ZERO_ERROR;

    if (tried)
        return made;
    tried = true;
    made = ubrk_open(UBRK_WORD, "th", NULL, 0, &error);
    if (U_FAILURE(error)) {
        log_error("ICU knows no words: %s", u_errorName(error));
        made = NULL;
    }
    return made;
}

size_t breaks_first(const char *text, size_t n)
{
    UText utext = UTEXT_INITIALIZER;
    UErrorCode error = U_ZERO_ERROR;
    UBreakIterator *words = iterator();
    int32_t end = UBRK_DONE;

    if (!words)
        return n;
    utext_openUTF8(&utext, text, (int64_t)n, &error);
    ubrk_setUText(words, &utext, &error);
    if (U_SUCCESS(error))
        end = ubrk_following(words, 0);
    utext_close(&utext);
    return end == UBRK_DONE ? n : (size_t)end;
}
