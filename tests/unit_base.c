/* Text checks, formats and the config parser: the edges. */
#include "base/conf.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"
#include "check.h"

static struct arena *a;

static const struct {
    const char *in;
    size_t n;
    bool lines, want;
} texts[] = {
    { "plain", 5, false, true },
    { "na\xc3\xafve \xf0\x9f\x8e\xac", 11, false, true },
    { "two\nlines", 9, false, false },
    { "two\nlines", 9, true, true },
    { "nul\0inside", 10, true, false },
    { "\x1b[31m", 5, true, false },
    { "\x7f", 1, true, false },
    { "\xc2\x85", 2, true, false },         /* C1 control */
    { "\xc0\xaf", 2, true, false },         /* overlong */
    { "\xe0\x80\xaf", 3, true, false },     /* overlong */
    { "\xed\xa0\x80", 3, true, false },     /* surrogate */
    { "\xf4\x90\x80\x80", 4, true, false }, /* beyond U+10FFFF */
    { "\xe2\x82", 2, true, false },         /* cut */
    { "\xff", 1, true, false },
};

static const struct {
    const char *in;
    int64_t min, max;
    bool ok;
    int64_t want;
} numbers[] = {
    { "0", 0, 9, true, 0 },
    { "-5", -9, 9, true, -5 },
    { "10", 0, 9, false, 0 },
    { "+1", 0, 9, false, 0 },
    { " 1", 0, 9, false, 0 },
    { "1 ", 0, 9, false, 0 },
    { "0x1", 0, 9, false, 0 },
    { "", 0, 9, false, 0 },
    { "-", -9, 9, false, 0 },
    { "9223372036854775807", 0, INT64_MAX, true, INT64_MAX },
    { "9223372036854775808", 0, INT64_MAX, false, 0 },
    { "99999999999999999999999", 0, INT64_MAX, false, 0 },
};

static const struct {
    int64_t minor;
    const char *currency, *want;
} sums[] = {
    { 999, "EUR", "9.99 EUR" },         { 5, "EUR", "0.05 EUR" },
    { -120, "EUR", "-1.20 EUR" },       { 500, "JPY", "500 JPY" },
    { 12345, "PYG", "12345 PYG" },      { 12345, "UGX", "12345 UGX" },
    { 12345, "RWF", "12345 RWF" },      { 12345, "IQD", "12.345 IQD" },
    { 12345, "LYD", "12.345 LYD" },     { 12345, "CLF", "1.2345 CLF" },
    { -5, "UYW", "-0.0005 UYW" },       { 12345, "XTS", "123.45 XTS" },
    { 1234567, "KWD", "1234.567 KWD" }, { INT64_MIN, "JPY", "-9223372036854775808 JPY" },
};

static const struct {
    const char *text, *currency;
    int64_t want; /* -1: refused */
} amounts[] = {
    { "9.99", "EUR", 999 },
    { "9,99", "EUR", 999 },
    { "10", "EUR", 1000 },
    { "0.5", "EUR", 50 },
    { "0", "EUR", 0 },
    { "500", "JPY", 500 },
    { "12345", "PYG", 12345 },
    { "123.4", "RWF", -1 },
    { "12.345", "IQD", 12345 },
    { "12,3456", "LYD", -1 },
    { "1.2345", "CLF", 12345 },
    { "1,5", "UYW", 15000 },
    { "1.23456", "UYW", -1 },
    { "1.234", "KWD", 1234 },
    { "10000.00", "EUR", -1 },
    { "9.999", "EUR", -1 },
    { "5.0", "JPY", -1 },
    { ".99", "EUR", -1 },
    { "9.", "EUR", -1 },
    { "-9.99", "EUR", -1 },
    { "1.000,00", "EUR", -1 },
    { "", "EUR", -1 },
    { "9.9 ", "EUR", -1 },
    { "9,9.9", "EUR", -1 },
    { "99999999999999999999999999999", "EUR", -1 },
};

static const struct {
    const char *text;
    int64_t want; /* -1: refused */
} dates[] = {
    { "1970-01-01", 0 },
    { "2026-11-22", INT64_C(1795305600000) },
    { "2028-02-29", INT64_C(1835395200000) },
    { "2026-02-29", -1 },
    { "2026-13-01", -1 },
    { "2026-1-1", -1 },
    { "1969-12-31", -1 },
    { "22.11.2026", -1 },
    { "", -1 },
    { "2026-11-2x", -1 },
};

static const struct {
    const char *text, *wrong; /* NULL: accepted */
} configs[] = {
    { "", NULL },
    { "# nothing\n\nsite_name = Tiny Tube\nprice_minor=1\n", NULL },
    { "site_nam = x\n", "line 1: unknown key site_nam" },
    { "\nprice_minor = -1\n", "line 2: price_minor does not take \"-1\", but 0 to 100000000:" },
    { "price_minor = 9.99\n", "line 1: price_minor does not take \"9.99\"" },
    { "currency = EUX\n", "there is no currency EUX in ISO 4217" },
    { "currency = eur\n", "there is no currency eur in ISO 4217" },
    { "currency = XAU\n", "there is no currency XAU in ISO 4217" },
    { "cache = redis\n", "line 1: cache does not take \"redis\", but none or memcached:" },
    { "site_name\n", "line 1 is not `key = value`" },
};

static void check_formats(void)
{
    CHECK_STR(fmt_hms(a, 0), "0:00");
    CHECK_STR(fmt_hms(a, 245999), "4:05");
    CHECK_STR(fmt_hms(a, 3723000), "1:02:03");
    CHECK_STR(fmt_hms(a, -1), "0:00");
    CHECK_STR(fmt_count(a, 999), "999");
    CHECK_STR(fmt_count(a, 12399), "12.3K");
    CHECK_STR(fmt_count(a, 999999), "999K");
    CHECK_STR(fmt_count(a, 4560000), "4.5M");
    CHECK_STR(fmt_bytes(a, 1234567), "1.2 MB");
    CHECK_STR(fmt_iso(a, 1795365859000), "2026-11-22T16:44:19Z");
    CHECK_STR(fmt_ago(a, 1000, 1000), "just now");
    CHECK_STR(fmt_ago(a, 0, 3600000), "1 hour ago");
    CHECK_STR(fmt_ago(a, 0, 3 * 86400000), "3 days ago");
    CHECK_STR(fmt_ago(a, 5000, 0), "just now");
    for (size_t i = 0; i < COUNT(sums); i++)
        CHECK_STR(fmt_money(a, sums[i].minor, sums[i].currency), sums[i].want);
}

static void check_readers(void)
{
    for (size_t i = 0; i < COUNT(amounts); i++) {
        int64_t minor = -1;
        if (fmt_read_amount(amounts[i].text, amounts[i].currency, 999999, &minor) != RC_OK)
            minor = -1;
        CHECK_INT(minor, amounts[i].want);
    }
    for (size_t i = 0; i < COUNT(dates); i++) {
        int64_t ms = -1;
        if (fmt_read_date(dates[i].text, &ms) != RC_OK)
            ms = -1;
        CHECK_INT(ms, dates[i].want);
    }
}

static void check_config(void)
{
    for (size_t i = 0; i < COUNT(configs); i++) {
        struct problem why = { NULL, "" };
        struct conf c;
        enum rc rc = conf_parse(a, configs[i].text, &c, &why);
        CHECK_INT(rc, configs[i].wrong ? RC_INVALID : RC_OK);
        if (configs[i].wrong)
            CHECK_STR(arena_strn(a, why.text, MIN_OF(strlen(why.text), strlen(configs[i].wrong))),
                      configs[i].wrong);
    }
}

static void check_texts(void)
{
    for (size_t i = 0; i < COUNT(texts); i++)
        CHECK(str_is_text(texts[i].in, texts[i].n, texts[i].lines) == texts[i].want);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        int64_t v = 0;
        enum rc rc = str_to_i64(numbers[i].in, strlen(numbers[i].in), numbers[i].min,
                                numbers[i].max, &v);
        CHECK_INT(rc == RC_OK, numbers[i].ok);
        CHECK_INT(v, numbers[i].want);
    }
}

static void check_codes(void)
{
    char *bytes;
    size_t n;

    CHECK_STR(str_clean(a, "  a \n b\t", false), "a b");
    CHECK_STR(str_clean(a, "\r\na\r\n b\n\n", true), "a\n b");
    /* an override, an embedding with its end, isolates with and without a partner */
    CHECK_STR(str_clean(a,
                        "a\xe2\x80\xae"
                        "b\xe2\x80\xab"
                        "c\xe2\x80\xac",
                        false),
              "abc");
    CHECK_STR(str_clean(a,
                        "a\xe2\x81\xa7"
                        "b\xe2\x81\xa9 c",
                        false),
              "a\xe2\x81\xa7"
              "b\xe2\x81\xa9 c");
    CHECK_STR(str_clean(a,
                        "a\xe2\x81\xa7"
                        "b",
                        false),
              "ab");
    CHECK_STR(str_clean(a,
                        "a\xe2\x81\xa9"
                        "b",
                        false),
              "ab");
    CHECK_STR(str_clean(a,
                        "a\xe2\x81\xa6\n\xe2\x81\xa9"
                        "b",
                        true),
              "a\nb");
    CHECK_STR(str_clean(a, "\xe2\x80\x8f\xd7\x90 \xe2\x80\x93 \xe2\x82\xac", false),
              "\xe2\x80\x8f\xd7\x90 \xe2\x80\x93 \xe2\x82\xac");
    CHECK_INT((int64_t)str_chars("na\xc3\xafve"), 5);
    CHECK_STR(str_base64url(a, "\xfb\xff\xfe", 3), "-__-");
    CHECK(str_unbase64(a, "aGk=", 4, &bytes, &n) == RC_OK && n == 2);
    CHECK_STR(bytes, "hi");
    CHECK(str_unbase64(a, "aG*=", 4, &bytes, &n) == RC_INVALID);
    CHECK_STR(str_base32(a, "\x00\x44\x32\x14\xc7", 5), "01234567");
    CHECK_STR(str_base32(a, "\xff\xff", 2), "ZZZG");
    CHECK_STR(str_base32(a, "", 0), "");
    for (int i = 0; i < 32; i++)
        CHECK_INT(str_base32_value(STR_BASE32[i]), i);
    CHECK_INT(str_base32_value('o'), 0);
    CHECK_INT(str_base32_value('l'), 1);
    CHECK_INT(str_base32_value('z'), 31);
    CHECK_INT(str_base32_value('U'), -1);
    CHECK_INT(str_base32_value(0), -1);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_texts),   CASE(check_codes),  CASE(check_formats),
        CASE(check_readers), CASE(check_config),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(1 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_base");
}
