/* Searching, as tables: words, the query sent to the server, which words were meant, and the order
 * of what is found. */
#include "app/catalogue/search_rank.h"
#include "app/catalogue/search_spell.h"
#include "base/str.h"
#include "check.h"

static struct arena *a;

static void check_folding(void)
{
    static const struct {
        const char *text, *tokens;
    } rows[] = {
        { "The night sky, a C# film", "__the __night __sky __a __c __film" },
        { "!? \xf0\x9f\x9a\x80", "" },
        { "Café CAFÉ cafe\xcc\x81", "__cafe __cafe __cafe" },
        { "Zürich STRASSE straße", "__zurich __strasse __strasse" },
        { "Smørrebrød Æsop Œuvre Łódź Đà", "__smorrebrod __aesop __oeuvre __lodz __da" },
        { "ﬁlm Ｆｉｌｍ ½", "__film __film __12" },
        { "ПРИВЕТ Ёлка йод", "__привет __елка __иод" },
        { "ΚΑΛΗΜΈΡΑ Καλημέρας", "__καλημερα __καλημερασ" },
        { "أغاني تَعَلَّم ســلام", "__اغاني __تعلم __سلام" },
        { "שָׁלוֹם", "__שלום" },
        { "हिन्दी गीत", "__हिन्दी __गीत" },
        { "日本go語 ガが", "__日 __本 __go __語 __ガ __が" },
        { "か\xe3\x82\x99 ﾗｰ", "__が __ラ __ー" },
        { "한국의 한국", "__한국의 __한국" },
        { "𠮷野", "__x20bb7 __野" },
        { "М'ясо м’ясо м\xca\xbcясо мясо", "__мясо __мясо __мясо __мясо" },
        { "вивчаємо 'слово' об'єкт", "__вивчаємо __слово __обєкт" },
        { "ผัดไทย 2031", "__ผัด __ไทย __2031" },
        { "ປະເທດລາວgo", "__ປະເທດ __ລາວ __go" },
        { "don't DON’T l'eau d'or rock'n'roll I'm 'so' it's",
          "__dont __dont __l __eau __d __or __rock __n __roll __i __m __so __its" },
        { "stop_me now-or-never", "__stop __me __now __or __never" },
        { "mil\xc2\xadky \xcc\x81 x", "__milky __x" },
        { "cut \xc3", "__cut" },
        { "cut\xe4\xb8off", "__cut __off" },
        { "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee fff",
          "__aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd __fff" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(search_tokens(a, rows[i].text), rows[i].tokens);
    CHECK_STR(search_grams(a, "Sky c"), "_sk sky ky_ _c_");
    CHECK_STR(search_grams(a, "Äß"), "_as ass ss_");
    CHECK_STR(search_grams(a, "мир"), "_ми мир ир_");
    CHECK_STR(search_grams(a, ""), "");
    CHECK_STR(search_lower(a, "ÉCOLE Мир"), "école мир");
}

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
        { "日本", "+__日 +__本", "__日 __本" },
        { "한국", "+__한국*", "__한국*" },
        { "a b c d", "+__a +__b +__c", "__a __b __c" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct word_list words = search_words(a, rows[i].query, 3);
        CHECK_STR(search_boolean(a, &words, true), rows[i].all);
        CHECK_STR(search_boolean(a, &words, false), rows[i].some);
    }
}

static struct vocabulary known(const char *text)
{
    struct word_list words = search_words(a, text, 1000);
    return search_vocabulary(a, &words);
}

static void check_spelling(void)
{
    static const struct {
        const char *typed, *meant;
    } rows[] = {
        { "gardening", "gardening" },       /* it is there */
        { "garde", "garde" },               /* it begins one */
        { "gardenning", "gardening" },      /* one too many */
        { "Astronmy", "astronomy" },        /* one missing */
        { "asrtonomy", "astronomy" },       /* two swapped */
        { "astranomi", "astronomy" },       /* two changed, in a long word */
        { "astranomique", "astranomique" }, /* too many */
        { "musci", "music" },               /* short words: one swap */
        { "muzik", "muzik" },               /* but not two changes */
        { "gj", "gj" },                     /* too short to be misspelt */
        { "фильмы", "фильм" },              /* letters, not bytes */
        { "ФИЛМ", "фильм" },                /* whatever the case */
        { "cafés", "café" },                /* shown with its accent */
        { "berries", "berry" },             /* another ending */
        { "time lapse", "timelapse" },      /* joined */
        { "milkyway", "milky way" },        /* divided */
        { "skywatch", "sky watchers" },     /* ... before the beginning of a word */
        { "the gardenning muisc", "the gardening music" },
        { "xqzzt", "xqzzt" },
        { "日木", "日木" },
    };
    struct vocabulary words = known("Gardening astronomy music фильм go the Café berry timelapse"
                                    " milky way sky watchers 日本");

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct word_list typed = search_words(a, rows[i].typed, 10);
        struct word_list meant = search_respell(a, &typed, &words);
        CHECK_STR(search_same(&typed, &meant) ? rows[i].typed : search_join(a, &meant),
                  rows[i].meant);
    }
}

/* What was found is questioned only in favour of a better known word. */
static void check_doubt(void)
{
    struct vocabulary words = known("gardenning gardening gardening gardening horse house house"
                                    " house timelapse time time lapse lapse berry berry berries");
    static const struct {
        const char *typed;
        size_t found;
        const char *meant;
    } rows[] = {
        { "gardenning", 1, "gardening" }, { "gardenning", 3, "gardenning" },
        { "gardening", 1, "gardening" },  { "horse", 1, "house" },
        { "horse", 2, "house" },          { "timelapse", 1, "time lapse" },
        { "timelapse", 2, "timelapse" },  { "berries", 1, "berries" },
        { "goose", 0, "goose" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct word_list typed = search_words(a, rows[i].typed, 10);
        struct word_list meant = search_doubt(a, &typed, &words, rows[i].found);
        CHECK_STR(search_join(a, &meant), rows[i].meant);
    }
}

static struct hit hit(int64_t id, const char *title, const char *tags, const char *creator,
                      bool all, int64_t points)
{
    return (struct hit){ .video = { .id = id },
                         .title = search_tokens(a, title),
                         .tags = search_tokens(a, tags),
                         .creator = search_tokens(a, creator),
                         .all = all,
                         .points = points };
}

static void check_order(void)
{
    struct hit hits[] = {
        hit(1, "An hour of sun", "", "Ada", false, 9000),       /* lacks both */
        hit(2, "Rain", "", "Night Owl", true, 100),             /* with the creator's name */
        hit(3, "Sounds", "night, rain", "Ada", true, 90),       /* tags alone */
        hit(4, "Sounds of the night", "rain", "Ada", true, 80), /* title and tag */
        hit(5, "Rainy nights", "", "Ada", true, 70),            /* beginnings */
        hit(6, "Rain in the night", "", "Ada", true, 60),       /* the other way round */
        hit(7, "All night rain", "", "Ada", true, 50),          /* side by side */
        hit(8, "Night rain", "", "Ada", true, 40),              /* nothing else */
        hit(9, "Sounds", "", "Ada", true, 99999),               /* in the description */
        hit(10, "Night rain", "", "Ada", true, 41),             /* watched more */
        hit(11, "The night is long", "", "Ada", false, 5),      /* lacks one */
    };
    static const int64_t wanted[] = { 10, 8, 7, 6, 5, 4, 3, 2, 9, 11, 1 };
    struct hit_list list = { hits, COUNT(hits) };
    struct word_list words = search_words(a, "night rain", 10);

    search_rank(a, &words, &list);
    for (size_t i = 0; i < COUNT(wanted); i++)
        CHECK_INT(list.items[i].video.id, wanted[i]);
    CHECK(search_has_whole("__ada __lovelace", &(struct word_list){ words.items, 0 }));
    CHECK(search_has_whole(search_tokens(a, "Rain at night"), &words));
    CHECK(!search_has_whole(search_tokens(a, "Rainy night"), &words));
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_folding), CASE(check_queries), CASE(check_spelling),
        CASE(check_doubt),   CASE(check_order),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(1 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_search");
}
