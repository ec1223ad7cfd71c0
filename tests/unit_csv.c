/* Rows of comma-separated text: what RFC 4180 allows, how banks deviate from it, what is
 * refused. */
#include "base/csv.h"
#include "base/sb.h"
#include "base/str.h"
#include "check.h"

/* The rows as "line:field|field", one a line; "!" where the text is not CSV. */
static const char *rows_of(struct arena *a, const char *text)
{
    struct sb o = { .a = a };
    struct csv_row row;
    struct csv c;
    enum rc rc;

    csv_begin(&c, text);
    while ((rc = csv_next(&c, a, &row)) == RC_OK)
        for (size_t i = 0; i < row.n; i++)
            sb_addf(&o, "%s%s%s", i ? "|" : arena_printf(a, "%" PRId64 ":", c.line), row.fields[i],
                    i + 1 == row.n ? "\n" : "");
    if (rc == RC_INVALID)
        SB_LIT(&o, "!");
    return o.buf ? o.buf : "";
}

static const struct {
    const char *text, *want;
} texts[] = {
    { "", "" },
    { "\n\r\n", "" },
    { "a,b\n1,2\n", "1:a|b\n2:1|2\n" },
    { "a,b\r\n1,2", "1:a|b\n2:1|2\n" },
    { "\xef\xbb\xbf"
      "a;b\n1,5;2\n",
      "1:a|b\n2:1,5|2\n" },
    { "\"a;;;\",b,c\n", "1:a;;;|b|c\n" },
    { "a,b\n\"x,\"\"y\"\"\",\"two\nlines\"\n,last\n", "1:a|b\n2:x,\"y\"|two\nlines\n4:|last\n" },
    { "a,\n,,\n", "1:a|\n2:||\n" },
    { "one\n", "1:one\n" },
    { "a\n\"open", "1:a\n!" },
    { "a\n\"x\"y\n", "1:a\n!" },
    { "a\nx\"y\n", "1:a\n!" },
};

static struct arena *a;

static void check_texts(void)
{
    for (size_t i = 0; i < COUNT(texts); i++)
        CHECK_STR(rows_of(a, texts[i].text), texts[i].want);
}

static void check_many_fields(void)
{
    char many[CSV_FIELDS_MAX + 1];

    memset(many, ',', sizeof(many) - 1);
    many[sizeof(many) - 1] = 0;
    CHECK_STR(rows_of(a, many), "!"); /* one field too many */
    many[sizeof(many) - 2] = 0;
    CHECK(strlen(rows_of(a, many)) > 1);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_texts),
        CASE(check_many_fields),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(1 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_csv");
}
