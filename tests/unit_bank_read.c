/* Files of banks: every file of tests/data/bank, and of ../shared/cases/bank where that is, is read
 * as the .want beside it says; amounts, dates and spellings; files of attackers. */
#include "app/income/bank_parse.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"
#include "check.h"
#include <glob.h>

static struct arena *a;

static const char *slurp(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    char *bytes = arena_alloc(a, BANK_FILE_MAX_BYTES);

    if (f == NULL)
        return NULL;
    *n = fread(bytes, 1, BANK_FILE_MAX_BYTES - 1, f);
    fclose(f);
    return bytes;
}

static const char *written(const struct bank_file *f)
{
    static const char *const sorts[] = { "", " fee", " interest" };
    struct sb o = { .a = a };

    sb_addf(&o, "%s\n", f->format);
    for (size_t i = 0; i < f->n; i++) {
        const struct bank_entry *e = &f->entries[i];
        sb_addf(&o, "%" PRId64 ": ", e->line);
        if (e->wrong || e->pending)
            sb_addf(&o, "%s\n", e->wrong ? e->wrong : "pending");
        else
            sb_addf(&o, "%.10s %s%s|%s|%s|%s|%s|%s|%s\n", fmt_iso(a, e->on_ms),
                    fmt_money(a, e->amount_minor, e->currency), sorts[e->sort], e->account,
                    e->bank_ref, e->end_to_end, e->name, e->iban, e->text);
    }
    for (size_t i = 0; i < f->n_closings; i++)
        sb_addf(&o, "closing %s %.10s %s\n", f->closings[i].account,
                fmt_iso(a, f->closings[i].on_ms),
                fmt_money(a, f->closings[i].minor, f->closings[i].currency));
    return o.buf;
}

static void reads_as_wanted(const char *path, const char *want_path)
{
    struct bank_how how = { .currency = "EUR", .columns = "" };
    struct problem why = { NULL, NULL };
    struct bank_file f;
    size_t n, want_n, columns_n;
    const char *bytes = slurp(path, &n), *want = slurp(want_path, &want_n);
    const char *stem = arena_strn(a, path, (size_t)(strrchr(path, '.') - path));
    const char *columns = slurp(arena_printf(a, "%s.columns", stem), &columns_n);

    if (columns)
        how.columns = columns;
    CHECK(bytes != NULL);
    enum rc rc = bank_read(a, bytes, n, &how, &f, &why);
    const char *got = rc == RC_OK ? written(&f) : arena_printf(a, "%s\n", why.text);
    if (want == NULL)
        printf("%s is missing; it would be:\n%s", want_path, got);
    CHECK_STR(got, want ? want : "");
    arena_reset(a);
}

static void reads_all(const char *pattern)
{
    glob_t found;

    if (glob(pattern, 0, NULL, &found) != 0) {
        CHECK_SKIP(pattern, "there are no such files");
        return;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *path = arena_str(a, found.gl_pathv[i]), *name = strrchr(path, '/') + 1;
        const char *dot = strrchr(name, '.');
        if (!str_eq(dot, ".want") && !str_eq(dot, ".columns"))
            reads_as_wanted(path,
                            arena_printf(a, "tests/data/bank/%.*s.want", (int)(dot - name), name));
    }
    globfree(&found);
}

static void files(void)
{
    reads_all("tests/data/bank/*.*");
    reads_all("../shared/cases/bank/*.*");
}

enum { NO = -1 };
static const struct {
    const char *text;
    int64_t either, comma, point; /* NO: refused */
} amounts[] = {
    { "9.99", 999, NO, 999 },
    { "9,99", 999, 999, NO },
    { "1.234,56", 123456, 123456, NO },
    { "1,234.56", 123456, NO, 123456 },
    { "1'234.56", 123456, NO, 123456 },
    { "1\u2019234,56", 123456, 123456, NO },
    { "1 234,56", 123456, 123456, NO },
    { "1\u00a0234,56", 123456, 123456, NO },
    { "1.234.567,89", 123456789, 123456789, NO },
    { "1.234.567", 123456700, 123456700, NO },
    { "1,234,567", 123456700, NO, 123456700 },
    { "1.234", NO, 123400, NO },
    { "1,234", NO, NO, 123400 },
    { "0.990", 99, NO, 99 },
    { "12.9900", 1299, NO, 1299 },
    { "12.991", NO, 1299100, NO },
    { "12.9901", NO, NO, NO },
    { "5", 500, 500, 500 },
    { "1009,9", 100990, 100990, NO },
    { " 12,99 ", 1299, 1299, NO },
    { "12,99 EUR", 1299, 1299, NO },
    { "EUR 12,99", 1299, 1299, NO },
    { "12,99 eur", 1299, 1299, NO },
    { "12,99\u00a0€", 1299, 1299, NO },
    { "€12.99", 1299, NO, 1299 },
    { "12,99 USD", NO, NO, NO },
    { "EUR 12,99 EUR", NO, NO, NO },
    { "+9.99", 999, NO, 999 },
    { "9,99+", 999, 999, NO },
    { "1.0012,99", NO, NO, NO },
    { "1,0012.99", NO, NO, NO },
    { "1.00,99", NO, NO, NO },
    { "1.234'567,89", NO, NO, NO },
    { "1,2,3", NO, NO, NO },
    { "12,34,567.00", NO, NO, NO },
    { "1234.567,89", NO, NO, NO },
    { "12,", NO, NO, NO },
    { ",99", NO, NO, NO },
    { "", NO, NO, NO },
    { "-", NO, NO, NO },
    { "EUR", NO, NO, NO },
    { "1 2", NO, NO, NO },
    { "0x10", NO, NO, NO },
    { "1e3", NO, NO, NO },
    { "--5", NO, NO, NO },
    { "-5-", NO, NO, NO },
    { "99999999999999999999", NO, NO, NO },
    { "10000000000.01", NO, NO, NO },
};

static void amounts_are_read_for_certain(void)
{
    for (size_t i = 0; i < COUNT(amounts); i++) {
        const int64_t want[] = { amounts[i].either, amounts[i].comma, amounts[i].point };
        for (enum bank_decimal d = BANK_EITHER; d <= BANK_POINT; d++) {
            int64_t got = NO;
            if (bank_amount(a, amounts[i].text, "EUR", d, &got) != RC_OK)
                got = NO;
            if (got != want[d])
                printf("\"%s\", decimal %d\n", amounts[i].text, (int)d);
            CHECK_INT(got, want[d]);
        }
    }
    static const char *const out[] = { "-12,99",     "12,99-",     "- 12,99", "\u221212,99",
                                       "-12,99 EUR", "EUR -12,99", "12,99 -" };
    int64_t minor;
    for (size_t i = 0; i < COUNT(out); i++)
        CHECK(bank_amount(a, out[i], "EUR", BANK_EITHER, &minor) == RC_OK && minor == -1299);
    CHECK(bank_amount(a, "500", "JPY", BANK_EITHER, &minor) == RC_OK && minor == 500);
    CHECK(bank_amount(a, "1.500", "KWD", BANK_POINT, &minor) == RC_OK && minor == 1500);
    CHECK(bank_amount(a, "500.5", "JPY", BANK_EITHER, &minor) == RC_INVALID);
}

static const struct {
    const char *text, *clear, *day_first, *month_first; /* NULL: refused */
} days[] = {
    { "2028-01-02", "2028-01-02", "2028-01-02", "2028-01-02" },
    { "20280102", "2028-01-02", "2028-01-02", "2028-01-02" },
    { "2028-01-02T10:00:00+01:00", "2028-01-02", "2028-01-02", "2028-01-02" },
    { "2028-01-02 10:00:00", "2028-01-02", "2028-01-02", "2028-01-02" },
    { "02.01.28", "2028-01-02", "2028-01-02", "2028-01-02" },
    { "02.01.2028", "2028-01-02", "2028-01-02", "2028-01-02" },
    { "2.1.2028", "2028-01-02", "2028-01-02", "2028-01-02" },
    { "01/02/2028", NULL, "2028-02-01", "2028-01-02" },
    { "13/01/2028", NULL, "2028-01-13", NULL },
    { "02-01-2028", NULL, "2028-01-02", "2028-02-01" },
    { "2028/01/02", "2028-01-02", "2028-01-02", "2028-01-02" },
    { "31.02.2028", NULL, NULL, NULL },
    { "29.02.2027", NULL, NULL, NULL },
    { "02.01", NULL, NULL, NULL },
    { "02.01/28", NULL, NULL, NULL },
    { "1.2.3.4", NULL, NULL, NULL },
    { "280102", NULL, NULL, NULL },
    { "0.1.2028", NULL, NULL, NULL },
    { "heute", NULL, NULL, NULL },
    { "", NULL, NULL, NULL },
};

static void dates_say_which_is_the_day(void)
{
    for (size_t i = 0; i < COUNT(days); i++) {
        const char *const want[] = { days[i].clear, days[i].day_first, days[i].month_first };
        for (enum bank_day_form f = BANK_CLEAR; f <= BANK_MONTH_FIRST; f++) {
            int64_t ms;
            bool read = bank_day(days[i].text, f, &ms) == RC_OK;
            CHECK_STR(read ? arena_printf(a, "%.10s", fmt_iso(a, ms)) : "refused",
                      want[f] ? want[f] : "refused");
        }
    }
}

static bool same(const char *x, const char *y)
{
    return bank_folds_same(bank_fold(a, x), bank_fold(a, y)) &&
           bank_folds_same(bank_fold(a, y), bank_fold(a, x));
}

static void spellings(void)
{
    CHECK(same("Jörg Müller", "JOERG  MUELLER"));
    CHECK(same("Jörg Müller", "Jo\u0308rg Mu\u0308ller"));
    CHECK(same("Jörg Müller", "Jorg Muller"));
    CHECK(same("Jörg Müller", "J?rg M?ller"));
    CHECK(same("Jörg Müller", "J\ufffd\ufffdrg M\ufffdller"));
    CHECK(same("Straße", "STRASSE"));
    CHECK(same("OVS-00001H-T, thank you!", "ovs 00001h t thank you"));
    CHECK(same("Анна", "АННА"));
    CHECK(!same("x", "y"));
    CHECK(!same("Anna", "Anne"));
    CHECK(!same("order 1", "order 11"));
    CHECK(!same("", "x"));
    CHECK(!same("J?rg", "Georg M"));
    CHECK(same("????????????????????????????????????????????????", "aaaa"));
}

/* The answer to a file of these bytes. */
static const char *answer(const char *bytes, size_t n)
{
    struct bank_how how = { .currency = "EUR", .columns = "" };
    struct problem why = { NULL, NULL };
    struct bank_file f;

    return bank_read(a, bytes, n, &how, &f, &why) == RC_OK ? written(&f) : why.text;
}

static const char *repeated(const char *text, size_t times)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < times; i++)
        sb_str(&o, text);
    return o.buf;
}

static void attackers(void)
{
    static const char bomb[] =
        "<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>"
        "<Document><BkToCstmrStmt><Stmt>&b;</Stmt></BkToCstmrStmt></Document>";
    static const char *const heads[] = { "date,amount,currency,text\n2028-01-02,9.99,EUR,",
                                         "<Document><BkToCstmrStmt><Stmt><Ntry><AddtlNtryInf>" };

    CHECK(strstr(answer(bomb, strlen(bomb)), "document type"));
    const char *deep = arena_printf(a, "<Document><BkToCstmrStmt>%s", repeated("<Ntry>", 30));
    CHECK(strstr(answer(deep, strlen(deep)), "too deep"));
    CHECK(strstr(answer("<html/>", 7), "not a statement"));
    CHECK(strstr(answer("<Document>", 10), "cannot be read"));
    CHECK(strstr(answer("a\0b", 3), "not text"));
    CHECK(strstr(answer("\xff\xfe\x00\xd8", 4), "not text"));
    CHECK(strstr(answer("\xef\xbb\xbf\xff", 4), "not text"));
    CHECK(strstr(answer("", 0), "is empty"));
    CHECK(strstr(answer("\r\n \n", 4), "is empty"));
    CHECK(strstr(answer("%PDF-1.7\n", 9), "PDF"));
    CHECK(strstr(answer("PK\003\004\024\000", 6), "archive"));
    CHECK(strstr(answer("hello\nworld\n", 12), "No format"));
    for (size_t i = 0; i < COUNT(heads); i++) {
        const char *wide = arena_printf(a, "%s%s", heads[i], repeated("x", 100000));
        CHECK(strlen(answer(wide, strlen(wide))) < 1000);
    }
    const char *many = arena_printf(a, "date,amount,currency,text\n%s",
                                    repeated("2028-01-02,9.99,EUR,x\n", BANK_LINES_MAX + 1));
    CHECK(strstr(answer(many, strlen(many)), "more than 20000 lines"));
    const char *open = "date,amount,currency,text\n2028-01-02,9.99,EUR,a\n2028-01-02,1,EUR,\"b\n";
    CHECK(strstr(answer(open, strlen(open)), "3: is not CSV"));
    arena_reset(a);
}

/* The first doubt about a file, or "". */
static const char *doubt(const char *text)
{
    struct bank_how how = { "EUR", "", "AT61 1904 3002 3457 3201" };
    struct problem why = { NULL, NULL };
    struct bank_file f;

    CHECK(bank_read(a, text, strlen(text), &how, &f, &why) == RC_OK);
    CHECK(f.n_doubts < 2);
    return f.n_doubts ? f.doubts[0] : "";
}

static void wrong_files(void)
{
#define OURS  "AT611904300234573201"
#define OTHER "DE89370400440532013000"
#define CAMT(iban)                                                                                 \
    "<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>" iban "</IBAN></Id></Acct><Ntry><Amt Ccy="    \
    "\"EUR\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2028-01-02</Dt></BookgDt></Ntry>"      \
    "</Stmt></BkToCstmrStmt></Document>"
#define MT(iban)  ":20:S\n:25:" iban "\n:60F:C280220EUR0,00\n:61:2802200220C1,11NTRFNONREF\n"
#define CSV(iban) "Konto;" iban "\n\ndate;amount;currency;text\n2028-01-02;1,00;EUR;a\n"
    CHECK_STR(doubt(CAMT(OURS)), "");
    CHECK(strstr(doubt(CAMT(OTHER)), OTHER));
    CHECK_STR(doubt(MT(OURS) ":62F:C280220EUR1,11\n-\n"), "");
    CHECK(strstr(doubt(MT(OTHER) ":62F:C280220EUR1,11\n-\n"), OTHER));
    CHECK(strstr(doubt(MT(OURS)), "ends in the middle"));
    CHECK_STR(doubt(CSV(OURS)), "");
    CHECK(strstr(doubt(CSV(OTHER)), OTHER));
    CHECK_STR(doubt(CSV("1234567")), ""); /* who knows what a bank calls it */

    const char *cut = CSV(OURS) "2028-01-02;2,5";
    CHECK(strstr(answer(cut, strlen(cut)), "5: is cut off"));
    const char *whole = CSV(OURS) "2028-01-02;2,50;EUR\n";
    CHECK(strstr(answer(whole, strlen(whole)), "5: 2028-01-02 2.50 EUR"));
    arena_reset(a);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = { CASE(files),
                                               CASE(amounts_are_read_for_certain),
                                               CASE(dates_say_which_is_the_day),
                                               CASE(spellings),
                                               CASE(attackers),
                                               CASE(wrong_files) };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new((size_t)512 << 20);
    check_run();
    arena_free(a);
    return check_done("bank_read");
}
