/* io/spoof and people/name: names that people really have are taken, in all scripts; names that hide
 * something, look like somebody else's or like the site's staff are refused, with the reason. Handles
 * that were given up. Needs OVS_CONF of a running site. */
#include "app/people/account.h"
#include "app/people/channel.h"
#include "base/clock.h"
#include "io/spoof.h"
#include "own_db.h"

static struct arena *a;
static struct db *db;
static const int64_t now_ms = 20 * 365 * DAY_MS;

static const char *const good[] = {
    "Ada",
    "Ada Lovelace",
    "José Álvarez",
    "Jose\xcc\x81", /* decomposed */
    "Łukasz Żółć",
    "Björk Guðmundsdóttir",
    "Zoë",
    "O'Brien",
    "D’Angelo",
    "Jean-Luc",
    "Dr. Müller",
    "ÅSA",
    "Nguyễn Văn Đạt",
    "Tiếng Việt",
    "İbrahim Çelik",
    "Şükrü Iğdır",
    "Ștefan Țepeș",
    "Ελένη Παπαδοπούλου",
    "Иван Петров",
    "Ёжик в тумане",
    "Њивица Ђорђевић",
    "Ґалаґан",
    "Олександр",
    "Канал TV",
    "DJ Смирнов",
    "محمد علي",
    "فاطمة الزهراء",
    "مُحَمَّد",
    "علی\xe2\x80\x8cرضا", /* Persian, with a ZWNJ that belongs there */
    "می\xe2\x80\x8cخواهم",
    "דוד בן־גוריון",
    "שָׁלוֹם",
    "สมชาย ใจดี",
    "DJมะม่วง",
    "ພາສາລາວ",
    "မြန်မာ",
    "ភាសាខ្មែរ",
    "राहुल शर्मा",
    "क्\xe2\x80\x8dष", /* with a ZWJ that belongs there */
    "தமிழ்",
    "తెలుగు",
    "বাংলা",
    "ਪੰਜਾਬੀ",
    "ගාමිණී",
    "山田太郎",
    "山田　太郎",
    "さくらチャンネル",
    "ゲーム実況ch",
    "佐々木〆",
    "BTS방탄소년단",
    "김민준",
    "李小龙",
    "Jackie 成龍",
    "ქართული",
    "Հայկ",
    "አማርኛ",
    "ᏣᎳᎩ",
    "ᐃᓄᒃᑎᑐᑦ",
    "Монгол",
    "Ада ❤️",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb Coder",                /* woman, ZWJ, computer */
    "\xf0\x9f\x91\xa8\xf0\x9f\x8f\xbd\xe2\x80\x8d\xf0\x9f\x8d\xb3 Chef", /* with a colour of skin */
    "\xf0\x9f\x8f\xb3\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x8c\x88 Pride",
    "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xa5\xf3\xa0\x81\xae\xf3\xa0\x81\xa7\xf3\xa0\x81\xbf Eng", /* the flag of England */
    "🇦🇹 Wien",
    "1️⃣ First",
    "🎮",
    "★彡 Star 彡★",
    "C++ & C#",
    "50% off!",
    "#1 Fan",
    "¿Qué?",
    "A",
    "21 Savage",
    "AC/DC",
    "K’naan",
    "½ Price",
    "Naïve Café ☕",
    "\xc2\xb5Torrent fan",
    "Staffan Nilsson",
    "Stafford",
    "Badminton Club",
    "Adam Inman",
    "Team Rocket",
    "News of the World",
    "Security Now",
    "System of a Down",
    "Help Yourself",
    "Root Vegetables",
    "Moderat",
    "Site Seeing",
    "Supportive Sam",
    "The Owners Club",
    "Verified Bob",
};

static const struct {
    const char *name, *says;
} bad[] = {
    { "\xe3\x85\xa4", "U+3164 (hangul filler)" },
    { "Ada\xe3\x85\xa4", "U+3164" },
    { "\xef\xbe\xa0x", "U+FFA0" },
    { "x\xe1\x85\x9f", "U+115F" },
    { "x\xe1\x85\xa0", "U+1160" },
    { "Ada\xe2\x80\x8b", "U+200B (zero width space)" },
    { "A\xe2\x80\x8c"
      "da",
      "U+200C (zero width non-joiner)" },
    { "A\xe2\x80\x8d"
      "da",
      "U+200D (zero width joiner)" },
    { "Ada\xe2\x80\x8d", "U+200D" },
    { "Ada \xf0\x9f\x8e\xae\xe2\x80\x8d", "U+200D" },
    { "Ada\xe2\x81\xa0", "U+2060" },
    { "Ada\xe2\x81\xa1", "U+2061" },
    { "\xef\xbb\xbf"
      "Ada",
      "U+FEFF" },
    { "A\xc2\xad"
      "da",
      "U+00AD (soft hyphen)" },
    { "A\xcd\x8f"
      "da",
      "U+034F" },
    { "\xe2\x80\xae"
      "Ada",
      "U+202E (right-to-left override)" },
    { "\xe2\x80\xad"
      "Ada",
      "U+202D" },
    { "\xe2\x80\xaa"
      "Ada",
      "U+202A" },
    { "\xe2\x80\xab"
      "Ada",
      "U+202B" },
    { "Ada\xe2\x80\xac", "U+202C" },
    { "\xe2\x81\xa6"
      "Ada",
      "U+2066" },
    { "\xe2\x81\xa7"
      "Ada",
      "U+2067" },
    { "\xe2\x81\xa8"
      "Ada\xe2\x81\xa9",
      "U+2068" },
    { "Ada\xe2\x80\x8e", "U+200E" },
    { "Ada\xe2\x80\x8f", "U+200F" },
    { "Ada\xd8\x9c", "U+061C" },
    { "Ada\xe2\x80\xa8", "U+2028" },
    { "Ada\xe2\x80\xa9", "U+2029" },
    { "Ada\xee\x80\x80", "private character U+E000" },
    { "Ada\xf3\xb0\x80\x80", "private character U+F0000" },
    { "Ada\xcd\xb8", "unassigned character U+0378" },
    { "Ada\xf0\x9f\xbf\xbf", "U+1FFFF" },
    { "Ada\xef\xbf\xbd", "U+FFFD" },
    { "Ada\xef\xbf\xbc", "U+FFFC" },
    { "\xe2\xa0\x80", "U+2800 (braille pattern blank)" },
    { "Ada\xe2\xa0\x80", "U+2800" },
    { "Ada\xf3\xa0\x80\x81", "U+E0001" },
    { "Ada\xf3\xa0\x81\xa1", "U+E0061" },
    { "Ada\xef\xb8\x8f", "U+FE0F" },
    { "Ada\xf3\xa0\x84\x80", "U+E0100" },
    { "Ada\xe1\xa0\x8e", "U+180E" },
    { "\xcc\x81"
      "Ada",
      "U+0301" },
    { "Z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x86", "at most 4 marks" },
    { "\xd0\xb0"
      "da",
      "one script" },
    { "p\xd0\xb0ypal", "U+0430 (cyrillic small letter a)" },
    { "pаypаl", "U+0430" },
    { "Micrоsoft", "U+043E" },
    { "Gοogle", "U+03BF" },
    { "Αda", "one script" },
    { "scоре", "one script" },
    { "Ꭺda", "one script" },
    { "adа", "U+0430" },
    { "ΜηХχ", "one script" },
    { "12३", "one script" },
    { " \xe2\x80\x83 ", "" },
    { "Admin", "site's own" },
    { "ADMIN", "site's own" },
    { "Administrator", "site's own" },
    { "administrator1", "site's own" },
    { "Adm1n", "site's own" },
    { "4dmin", "site's own" },
    { "Ádmin", "site's own" },
    { "A.d.m.i.n", "site's own" },
    { "a d m i n", "site's own" },
    { "ａｄｍｉｎ", "site's own" },
    { "Super Admin", "site's own" },
    { "SiteAdmin", "site's own" },
    { "siteadmin", "site's own" },
    { "Ada (official)", "site's own" },
    { "Ada Support", "site's own" },
    { "Supp0rt", "site's own" },
    { "support-team", "site's own" },
    { "Support_Team_24", "site's own" },
    { "site_team", "site's own" },
    { "Site Team", "site's own" },
    { "Help Desk", "site's own" },
    { "helpdesk", "site's own" },
    { "help", "site's own" },
    { "Moderator 7", "site's own" },
    { "mod", "site's own" },
    { "Staff", "site's own" },
    { "The Staff", "site's own" },
    { "System", "site's own" },
    { "Security Team", "site's own" },
    { "Customer Service", "site's own" },
    { "Billing", "site's own" },
    { "Webmaster", "site's own" },
    { "Администратор", "site's own" },
    { "Поддержка", "site's own" },
    { "管理员", "site's own" },
    { "サポート", "site's own" },
    { "OpenVidStreamer", "site's own" },
    { "Open Vid Streamer News", "site's own" },
    { "0penVidStrearner", "site's own" },
    { "Bianka", "another creator's" },
    { "BIANKA", "another creator's" },
    { "Bianka.", "another creator's" },
    { "★ Bianka ★", "another creator's" },
    { "B i a n k a", "another creator's" },
    { "BIanka", "another creator's" },
    { "ＢＩＡＮＫＡ", "another creator's" },
    { "ВіаnkаX", "one script" },
    { "rnonica", "another creator's" },
    { "Мо", "another creator's" }, /* Cyrillic; the creator is Mo */
};

/* Why a new member cannot be called that; NULL: they can. */
static const char *verdict(const char *typed)
{
    struct problem why = { "", "" };
    const char *name;

    if (name_read(a, typed, &name, &why) != RC_OK)
        return why.text;
    if (!name[0])
        return "empty";
    const struct names names = { NULL, name };
    return name_check(db, a, &names, 0, false, now_ms, &why) == RC_OK ? NULL : why.text;
}

static void creator(const char *handle, const char *name, int64_t *id)
{
    const struct account_new typed = {
        arena_printf(a, "%s@example.org", handle), handle, name, "seven red boats at sea", "", false
    };
    struct problem why = { "", "" };
    int64_t fan;

    CHECK_INT(account_create(db, a, &typed, now_ms, id, &why), RC_OK);
    const struct account_new other = { arena_printf(a, "%s-fan@example.org", handle),
                                       arena_printf(a, "%s-fan", handle),
                                       "",
                                       typed.password,
                                       "",
                                       false };
    CHECK_INT(account_create(db, a, &other, now_ms, &fan, &why), RC_OK);
    CHECK_INT(channel_follow(db, a, fan, *id, true, now_ms, &why), RC_OK);
}

static void names(void)
{
    int64_t id;

    creator("bianka", "Bianka", &id);
    creator("monica", "monica", &id);
    creator("mo-mo", "Mo", &id);
    for (size_t i = 0; i < COUNT(good); i++) {
        const char *why = verdict(good[i]);
        if (why)
            printf("  %s: %s\n", good[i], why);
        CHECK(why == NULL);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        const char *why = verdict(bad[i].name);
        if (why == NULL || !strstr(why, bad[i].says))
            printf("  %zu %s: %s\n", i, bad[i].name, why ? why : "taken");
        CHECK(why && strstr(why, bad[i].says));
        arena_reset(a);
    }
}

static enum rc rename_to(int64_t id, const char *handle, int64_t at_ms)
{
    const struct account_profile typed = { handle, "Somebody", "", false };
    struct problem why;

    return account_set_profile(db, a, id, &typed, at_ms, &why);
}

static enum rc take(const char *handle, int64_t at_ms)
{
    const struct account_new typed = { arena_printf(a, "%s-%zu@example.net", handle, arena_used(a)),
                                       handle,
                                       "",
                                       "seven red boats at sea",
                                       "192.0.2.1",
                                       false };
    struct problem why;
    int64_t id;

    return account_create(db, a, &typed, at_ms, &id, &why);
}

static void handles(void)
{
    const char *now;
    int64_t id, had;

    creator("karla", "Somebody", &id);
    CHECK_INT(rename_to(id, "karla-films", now_ms), RC_OK);
    CHECK_INT(name_moved(db, a, "Karla", now_ms, &now), RC_OK);
    CHECK_STR(now, "karla-films");
    CHECK_INT(take("karla", now_ms), RC_CONFLICT);
    CHECK_INT(rename_to(id, "karla", now_ms + 1), RC_OK); /* they can take it back */
    CHECK_INT(name_had(db, a, "karla", now_ms + 1, &had), RC_NOT_FOUND);
    CHECK_INT(name_moved(db, a, "karla-films", now_ms + 1, &now), RC_OK);
    CHECK_STR(now, "karla");
    CHECK_INT(rename_to(id, "karla-2", now_ms + 2), RC_OK);
    CHECK_INT(rename_to(id, "karla-3", now_ms + 3), RC_OK);
    CHECK_INT(rename_to(id, "karla-4", now_ms + 4), RC_LIMITED);
    CHECK_INT(rename_to(id, "karla-4", now_ms + 40 * DAY_MS), RC_OK);
    CHECK_INT(take("karla", now_ms + 300 * DAY_MS), RC_CONFLICT);
    CHECK_INT(take("karla", now_ms + 366 * DAY_MS), RC_OK); /* a year has passed */
    CHECK_INT(name_retire(db, a, id, "karla-4", now_ms), RC_OK);
    CHECK_INT(name_had(db, a, "karla-4", now_ms + 100 * 365 * DAY_MS, &had), RC_OK);
}

static void old_rows(void)
{
    int64_t id, n;

    creator("paula", "Paulina", &id);
    CHECK_INT(db_script(own_admin, "DELETE FROM name_key"), RC_OK);
    CHECK(verdict("PauIina") == NULL);
    CHECK_INT(db_script(own_admin, "INSERT INTO name_key (user_id, word) SELECT id, '' FROM user"),
              RC_OK);
    CHECK_INT(name_renew(db, a, &n), RC_OK);
    CHECK(n > 0);
    CHECK_INT(name_renew(db, a, &n), RC_OK);
    CHECK_INT(n, 0);
    CHECK(verdict("PauIina") != NULL);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = { CASE(names), CASE(handles), CASE(old_rows) };

    CHECK_CHOOSE(argc, argv, cases);
    own_db("");
    a = arena_new(256 << 20);
    db = db_new(DB_ORDINARY, 30);
    check_run();
    db_close(db);
    arena_free(a);
    return check_done("unit_spoof");
}
