/* What the escapers let through, in each place of a page, and what html_lines() makes of text. */
#include "check.h"
#include "web/html.h"

#define FFFD "\xef\xbf\xbd"
#define REL  "\" rel=\"nofollow noopener ugc\">"

typedef void escaper(struct sb *, const char *);

static const struct {
    escaper *escape;
    const char *in, *want;
} escapes[] = {
    { html_text, "plain \t\n text", "plain \t\n text" },
    { html_text, "<a href='x'>\"&amp;\"", "&lt;a href=&#39;x&#39;&gt;&quot;&amp;amp;&quot;" },
    { html_text, "</script><script>", "&lt;/script&gt;&lt;script&gt;" },
    { html_text, "äöü € \xf0\x9f\x98\x80", "äöü € \xf0\x9f\x98\x80" },
    { html_text, NULL, "" },
    { html_text, "a\x01\x0b\x1f\x7f!", "a" FFFD FFFD FFFD FFFD "!" },
    { html_text, "\xc2\x85", FFFD FFFD },                   /* a C1 control */
    { html_text, "\x80<", FFFD "&lt;" },                    /* a byte that continues nothing */
    { html_text, "\xc3<b>", FFFD "&lt;b&gt;" },             /* a lead byte must not swallow the < */
    { html_text, "\xe2\x82", FFFD FFFD },                   /* cut short */
    { html_text, "\xc0\xbc", FFFD FFFD },                   /* < in two bytes */
    { html_text, "\xed\xa0\x80", FFFD FFFD FFFD },          /* a surrogate */
    { html_text, "\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD }, /* beyond U+10FFFF */
    { html_text, "\xff\xfe", FFFD FFFD },
    { html_text, "\xef\xbf\xbe\xef\xbf\xbf", FFFD FFFD FFFD FFFD FFFD FFFD }, /* no characters */
    { html_text, "\xef\xbf\xbd]]>", FFFD "]]&gt;" },

    { html_url, "/p/1.jpg?a=1&b=\"2'", "/p/1.jpg?a=1&amp;b=&quot;2&#39;" },
    { html_url, "/", "/" },
    { html_url, "http://x.example/", "http://x.example/" },
    { html_url, "HTTPS://x.example/ä", "HTTPS://x.example/ä" },
    { html_url, "//evil.example/", "#blocked" },
    { html_url, "/\\evil.example/", "#blocked" },
    { html_url, "/\t/evil.example/", "#blocked" }, /* browsers drop the tab */
    { html_url, "/\n/evil.example/", "#blocked" },
    { html_url, "\\/evil.example/", "#blocked" },
    { html_url, " /x", "#blocked" },
    { html_url, "javascript:alert(1)", "#blocked" },
    { html_url, "JaVaScRiPt:alert(1)", "#blocked" },
    { html_url, "java\nscript:alert(1)", "#blocked" },
    { html_url, "\x01javascript:alert(1)", "#blocked" },
    { html_url, "data:text/html,<script>", "#blocked" },
    { html_url, "vbscript:x", "#blocked" },
    { html_url, "blob:https://x/1", "#blocked" },
    { html_url, "http:evil.example", "#blocked" },
    { html_url, "x.jpg", "#blocked" },
    { html_url, "", "#blocked" },
    { html_url, NULL, "#blocked" },

    { html_part, "aZ09-._~", "aZ09-._~" },
    { html_part, "a b/c?d&e=f#g%h+i", "a%20b%2Fc%3Fd%26e%3Df%23g%25h%2Bi" },
    { html_part, "javascript:alert('1')", "javascript%3Aalert%28%271%27%29" },
    { html_part, "ä\xff\n", "%C3%A4%EF%BF%BD%0A" },
    { html_part, "\xc3", "%EF%BF%BD" },
    { html_part, NULL, "" },

    { html_json, "plain ä", "\"plain ä\"" },
    { html_json, "\"\\\n\r\t", "\"\\\"\\\\\\n\\r\\t\"" },
    { html_json, "</script><!--", "\"\\u003c/script>\\u003c!--\"" },
    { html_json,
      "a\xe2\x80\xa8"
      "b\xe2\x80\xa9"
      "c\xe2\x80\xaa",
      "\"a\\u2028b\\u2029c\xe2\x80\xaa\"" },
    { html_json, "\x01\x7f\xff", "\"" FFFD FFFD FFFD "\"" },
    { html_json, NULL, "\"\"" },
};

static const struct {
    const char *in, *want;
} lines[] = {
    { "", "" },
    { " \n\r\n\t\n", "" },
    { "one", "<p>one</p>\n" },
    { "one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>\n" },
    { "\r\none\r\n\r\n\r\n two \r\n", "<p>one</p>\n<p> two</p>\n" },
    { "<script>alert('x')</script>", "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</p>\n" },
    { "see http://a.example/x.",
      "<p>see <a href=\"http://a.example/x" REL "http://a.example/x</a>.</p>\n" },
    { "(HTTPS://a.example/)",
      "<p>(<a href=\"HTTPS://a.example/" REL "HTTPS://a.example/</a>)</p>\n" },
    { "https://a.example/b_(c)!?",
      "<p><a href=\"https://a.example/b_(c)" REL "https://a.example/b_(c)</a>!?</p>\n" },
    { "https://a.example/?x=1&y='2',\nnext",
      "<p><a href=\"https://a.example/?x=1&amp;y=&#39;2" REL
      "https://a.example/?x=1&amp;y=&#39;2</a>&#39;,<br>\nnext</p>\n" },
    { "\"https://a.example/\"",
      "<p>&quot;<a href=\"https://a.example/" REL "https://a.example/</a>&quot;</p>\n" },
    { "„https://a.example/“",
      "<p>„<a href=\"https://a.example/" REL "https://a.example/</a>“</p>\n" },
    { "https://a.example/ä\xc2\xbb",
      "<p><a href=\"https://a.example/ä" REL "https://a.example/ä</a>\xc2\xbb</p>\n" },
    { "https://a.example/\"onclick=\"x",
      "<p><a href=\"https://a.example/" REL "https://a.example/</a>&quot;onclick=&quot;x</p>\n" },
    { "http://a.example<b>",
      "<p><a href=\"http://a.example" REL "http://a.example</a>&lt;b&gt;</p>\n" },
    { "http://a.example/\xff.",
      "<p><a href=\"http://a.example/" REL "http://a.example/</a>" FFFD ".</p>\n" },
    { "http://a http://b",
      "<p><a href=\"http://a" REL "http://a</a> <a href=\"http://b" REL "http://b</a></p>\n" },
    { "(https://a.example/b_(c))",
      "<p>(<a href=\"https://a.example/b_(c)" REL "https://a.example/b_(c)</a>)</p>\n" },
    { "https:// http://... http://?x xhttp://a",
      "<p>https:// http://... http://?x xhttp://a</p>\n" },
    { "javascript:alert(1) //x data:x", "<p>javascript:alert(1) //x data:x</p>\n" },
    { "\xff", "<p>" FFFD "</p>\n" },
};

static struct arena *a;

static void check_numbers(void)
{
    struct sb o = { .a = a };

    HTML_TEXT(&o, INT64_MIN);
    SB_LIT(&o, " ");
    HTML_ATTR(&o, UINT64_MAX);
    SB_LIT(&o, " ");
    HTML_JSON(&o, (size_t)7);
    SB_LIT(&o, " ");
    HTML_PART(&o, -1);
    SB_LIT(&o, " ");
    HTML_JSON(&o, (bool)true);
    HTML_TEXT(&o, ((struct html){ "<b>", 3 }));
    CHECK_STR(o.buf, "-9223372036854775808 18446744073709551615 7 -1 true<b>");
}

static void check_data_block(const char *json, const char *want)
{
    struct sb in = { .a = a };

    sb_str(&in, json);
    struct html h = html_data_block(a, &in);
    CHECK_STR(h.s, want);
    CHECK(h.n == strlen(h.s));
}

#define BLOCK(json) "<script type=\"application/ld+json\">" json "</script>"

static void check_data_blocks(void)
{
    check_data_block("{\"a\": [1, \"ä \xf0\x9f\x98\x80\"]}",
                     BLOCK("{\"a\": [1, \"ä \xf0\x9f\x98\x80\"]}"));
    check_data_block("{\"</script><!--<script>\": \"a&lt;b-->]]>\"}",
                     BLOCK("{\"\\u003c/script\\u003e\\u003c!--\\u003cscript\\u003e\": "
                           "\"a\\u0026lt;b--\\u003e]]\\u003e\"}"));
    check_data_block("\"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\"",
                     BLOCK("\"\\u2028\\u2029\xe2\x80\xaa\""));
    check_data_block("\"\xe2\x80", BLOCK("\"\xe2\x80")); /* cut short: no byte beyond the end */
}

static void check_conditions(void)
{
    char array[4] = "";
    const char *none = NULL;
    struct html empty = { "", 0 };

    CHECK(!HTML_IS(array) && !HTML_IS(none) && !HTML_IS(empty));
    CHECK(!HTML_IS(0) && !HTML_IS((size_t)0) && !HTML_IS((bool)false));
    array[0] = '0';
    CHECK(HTML_IS(array) && HTML_IS("x") && HTML_IS(-1) && HTML_IS(INT64_C(1) << 40));
}

static void check_escapes(void)
{
    for (size_t i = 0; i < COUNT(escapes); i++) {
        struct sb o = { .a = a };
        escapes[i].escape(&o, escapes[i].in);
        CHECK_STR(o.buf ? o.buf : "", escapes[i].want);
    }
}

static void check_lines(void)
{
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct html h = html_lines(a, lines[i].in);
        CHECK_STR(h.s, lines[i].want);
        CHECK_INT((int64_t)h.n, (int64_t)strlen(h.s));
    }
    CHECK_STR(html_lines(a, NULL).s, "");
}

/* In a video of 1:02:03. */
static void check_about(void)
{
#define AT(s) "<a href=\"/watch/AAAAAAAAAA1?t=" s "\" data-seek=\"" s "\">"
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "1:23 the cat", AT("83") "1:23</a> the cat" },
        { "(0:00), 00:05.", "(" AT("0") "0:00</a>), " AT("5") "00:05</a>." },
        { "1:02:03\n01:00:00", AT("3723") "1:02:03</a><br>\n" AT("3600") "01:00:00</a>" },
        { "1:02:04 and 99:59", "1:02:04 and 99:59" }, /* after the end */
        { "1:2 1:234 123:45 1:60 a1:23 1:23b 1:23:4 10:1:23:45 3.1:23",
          "1:2 1:234 123:45 1:60 a1:23 1:23b 1:23:4 10:1:23:45 3.1:23" },
        { "https://x.example/1:23 <1:23>",
          "<a href=\"https://x.example/1:23" REL
          "https://x.example/1:23</a> &lt;" AT("83") "1:23</a>&gt;" },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(html_about(a, rows[i].in, "/watch/AAAAAAAAAA1", 3723000).s,
                  arena_printf(a, "<p dir=\"auto\">%s</p>\n", rows[i].want));
    CHECK_STR(html_about(a, "", "/", 1).s, "");
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_escapes),     CASE(check_lines),      CASE(check_numbers),
        CASE(check_data_blocks), CASE(check_conditions), CASE(check_about),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(1 << 20);
    check_run();
    arena_free(a);
    return check_done("html");
}
