/* What people search for, as tables: words, what is asked of the server, and misspelt words. */
#include "app/search.h"
#include "check.h"

static struct arena *a;

static void check_queries(void)
{
    static const struct {
        const char *query, *all, *some;
    } rows[] = {
        { "", "", "" },
        { " +-><()~*\"@%_\\'; ", "", "" },
        { "astro", "+__astro*", "__astro*" },
        { "Go in C", "+__go +__in +__c", "__go __in __c" },
        { "+night* -sky (\"the\")", "+__night* +__sky* +__the*", "__night* __sky* __the*" },
        { "don't stop_me", "+__don* +__t +__stop* +__me", "__don* __t __stop* __me" },
        { "Äpfel Москва", "+__Äpfel* +__Москва*", "__Äpfel* __Москва*" },
        { "हिन्दी गीत", "+__हिन्दी* +__गीत*", "__हिन्दी* __गीत*" },
        { "日本go語", "+__日 +__本 +__go +__語", "__日 __本 __go __語" },
        { "a b c d e f g h i j k l", "+__a +__b +__c +__d +__e +__f +__g +__h +__i +__j",
          "__a __b __c __d __e __f __g __h __i __j" },
        { "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee fff",
          "+__aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd* +__fff*",
          "__aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd* __fff*" },
        { "cut \xc3", "+__cut*", "__cut*" },
        { "cut\xe4\xb8off", "+__cut* +__off*", "__cut* __off*" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct word_list words = search_words(a, rows[i].query, QUERY_WORDS_MAX);
        CHECK_STR(search_boolean(a, &words, true), rows[i].all);
        CHECK_STR(search_boolean(a, &words, false), rows[i].some);
    }
}

static void check_index(void)
{
    CHECK_STR(search_tokens(a, "The night sky, a C# film"), "__the __night __sky __a __c __film");
    CHECK_STR(search_tokens(a, "!?"), "");
    CHECK_STR(search_grams(a, "Sky c"), "_sk sky ky_ _c_");
    CHECK_STR(search_grams(a, "Äß"), "_Äß Äß_");
    CHECK_STR(search_grams(a, ""), "");
}

static void check_nearest(void)
{
    static const struct {
        const char *word, *nearest; /* NULL: none */
    } rows[] = {
        { "gardening", "gardening" },  /* it is there */
        { "garde", "garde" },          /* it begins one */
        { "gardenning", "gardening" }, /* one too many */
        { "astronmy", "astronomy" },   /* one missing */
        { "asrtonomy", "astronomy" },  /* two swapped */
        { "astranomi", "astronomy" },  /* two changed, in a long word */
        { "astranomique", NULL },      /* too many */
        { "musci", "music" },          /* short words: one swap */
        { "muzik", NULL },             /* but not two changes */
        { "go", NULL },                /* too short to be misspelt */
        { "фильмы", "фильм" },         /* letters, not bytes */
        { "xqzzt", NULL },
    };
    struct word_list known = search_words(a, "Gardening astronomy music фильм go", 100);

    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *got = search_nearest(rows[i].word, &known);
        CHECK_STR(got ? got : "-", rows[i].nearest ? rows[i].nearest : "-");
    }
}

int main(void)
{
    a = arena_new(1 << 20);
    check_queries();
    check_index();
    check_nearest();
    arena_free(a);
    return check_done("unit_search");
}
