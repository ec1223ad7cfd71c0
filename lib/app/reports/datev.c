#include "app/money/month.h"
#include "app/reports/postings.h"
#include "app/reports/postings_read.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "io/charset.h"
#include <ctype.h>

/* The default accounts; the first row whose code begins the ledger's counts. None of them computes
 * tax by itself. */
static const struct {
    const char *code;
    int64_t account[2]; /* SKR03, SKR04 */
} datev_table[] = {
    { "asset:bank", { 1200, 1800 } },    /* Bank */
    { "asset:", { 1360, 1460 } },        /* Geldtransit */
    { "liab:vat", { 1770, 3800 } },      /* Umsatzsteuer */
    { "liab:deferred", { 990, 3900 } },  /* Passive Rechnungsabgrenzung */
    { "liab:voucher", { 1710, 3250 } },  /* Erhaltene Anzahlungen */
    { "liab:", { 1700, 3500 } },         /* Sonstige Verbindlichkeiten */
    { "clearing:", { 1590, 1370 } },     /* Durchlaufende Posten */
    { "rev:", { 8200, 4200 } },          /* Erloese */
    { "exp:fees_lost", { 4970, 6855 } }, /* Nebenkosten des Geldverkehrs */
    { "exp:dispute", { 4970, 6855 } },
    { "exp:writeoff", { 2400, 6930 } }, /* Forderungsverluste */
    { "exp:", { 4900, 6300 } },         /* Sonstige betriebliche Aufwendungen */
};

/* The first line's fields 7 to 31 that stay empty or fixed are written where they are needed. */
#define DATEV_COLUMNS                                                                              \
    "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basisumsatz;"              \
    "WKZ Basisumsatz;Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;"  \
    "Belegfeld 2;Skonto;Buchungstext;Postensperre;Diverse Adressnummer;Geschäftspartnerbank;"     \
    "Sachverhalt;Zinssperre;Beleglink;"
#define DATEV_COLUMNS_2                                                                            \
    "KOST1 – Kostenstelle;KOST2 – Kostenstelle;Kost Menge;EU-Land u. USt-IdNr.;EU-Steuersatz;" \
    "Abw. Versteuerungsart;Sachverhalt L+L;Funktionsergänzung L+L;BU 49 Hauptfunktionstyp;"       \
    "BU 49 Hauptfunktionsnummer;BU 49 Funktionsergänzung;"
#define DATEV_COLUMNS_3                                                                            \
    "Stück;Gewicht;Zahlweise;Forderungsart;Veranlagungsjahr;Zugeordnete Fälligkeit;Skontotyp;"   \
    "Auftragsnummer;Buchungstyp;USt-Schlüssel (Anzahlungen);EU-Mitgliedstaat (Anzahlungen);"      \
    "Sachverhalt L+L (Anzahlungen);EU-Steuersatz (Anzahlungen);Erlöskonto (Anzahlungen);"         \
    "Herkunft-Kz;Leerfeld;KOST-Datum;SEPA-Mandatsreferenz;Skontosperre;Gesellschaftername;"        \
    "Beteiligtennummer;Identifikationsnummer;Zeichnernummer;Postensperre bis;Bezeichnung;"         \
    "Kennzeichen;Festschreibung;Leistungsdatum;Datum Zuord.;Fälligkeit;Generalumkehr;Steuersatz;" \
    "Land\r\n"
enum {
    INFOS = 8,
    EXTRAS = 20,
    COLUMNS = 120,
    FILLED = 14,
    TEXT_CHARS_MAX = 60,
    NAME_CHARS_MAX = 30
};

/* "asset:bank=1210, rev:platform=8201/3": the row of this account, or NULL. */
static const char *own_row(const char *code)
{
    for (const char *row = conf()->datev_accounts; *row;
         row += strcspn(row, ","), row += *row == ',') {
        row += strspn(row, " ");
        size_t n = strcspn(row, "=,");
        if (row[n] == '=' && n && strncmp(code, row, n) == 0)
            return row + n + 1;
    }
    return NULL;
}

int64_t datev_account(struct arena *a, const char *code, const char **key)
{
    const char *own = own_row(code);
    char *end;

    *key = "";
    if (own) {
        int64_t account = strtoll(own, &end, 10);
        if (*end == '/')
            *key = arena_strn(a, end + 1, strspn(end + 1, "0123456789"));
        return account;
    }
    for (size_t i = 0; i < COUNT(datev_table); i++)
        if (str_starts(code, datev_table[i].code))
            return datev_table[i].account[conf()->datev_chart];
    return 0;
}

static bool accounts_can_be_read(const char *row)
{
    for (; *row; row += *row == ',') {
        row += strspn(row, " ");
        size_t code = strcspn(row, "=,"),
               digits = row[code] == '=' ? strspn(row + code + 1, "0123456789") : 0;
        if (!code || digits < 3 || digits > 8)
            return false;
        row += code + 1 + digits;
        if (*row == '/')
            row += 1 + strspn(row + 1, "0123456789");
        row += strspn(row, " ");
        if (*row && *row != ',')
            return false;
    }
    return true;
}

/* The first day of the business year that this time is in. */
static int64_t year_begin(int64_t ms)
{
    int64_t month = month_of(ms), begins = conf()->datev_year_begins, from_ms, to_ms;
    int64_t year = month / 100 - (month % 100 < begins);

    month_span(year * 100 + begins, &from_ms, &to_ms);
    return from_ms;
}

enum rc datev_check(struct arena *a, int64_t from_ms, int64_t to_ms, const char *currency,
                    struct problem *why)
{
    const char *smallest = fmt_amount(a, 1, currency), *point = strchr(smallest, '.');

    if (point && strlen(point) > 3)
        return refuse(why, RC_INVALID, NULL,
                      "DATEV's format has two decimals, this currency has more.");
    if (!accounts_can_be_read(conf()->datev_accounts))
        return refuse(
            why, RC_INVALID, NULL,
            "The setting datev_accounts is read like asset:bank=1210, rev:platform=8201/3.");
    if (from_ms <= 0 || to_ms <= from_ms || year_begin(from_ms) != year_begin(to_ms - 1))
        return refuse(why, RC_INVALID, "to",
                      "DATEV takes a first and a last day of the same business year.");
    return RC_OK;
}

static const char *day(struct arena *a, int64_t ms, const char *form)
{
    const char *iso = fmt_iso(a, ms); /* 2026-11-22T16:44:19Z */

    return form[0] == 'y' ? arena_printf(a, "%.4s%.2s%.2s", iso, iso + 5, iso + 8)
                          : arena_printf(a, "%.2s%.2s", iso + 8, iso + 5);
}

/* In Windows-1252, in quotes, quotes doubled. */
static void quoted(struct sb *o, const char *text, size_t max_chars)
{
    const char *bytes = charset_1252(o->a, fmt_cut(o->a, text, max_chars));

    SB_LIT(o, "\"");
    for (; *bytes; bytes++) {
        if (*bytes == '"')
            SB_LIT(o, "\"");
        sb_add(o, bytes, 1);
    }
    SB_LIT(o, "\"");
}

static void numbered(struct sb *o, const char *name, int count)
{
    for (int i = 1; i <= count; i++)
        sb_addf(o, "%s – Art %d;%s – Inhalt %d;", name, i, name, i);
}

void datev_head(struct sb *o, int64_t from_ms, int64_t to_ms, const char *currency, int64_t now_ms)
{
    const char *iso = fmt_iso(o->a, now_ms);
    struct sb names = { .a = o->a };

    sb_addf(o,
            "\"EXTF\";700;21;\"Buchungsstapel\";9;%s%.2s%.2s%.2s000;;\"OV\";\"\";\"\";%" PRId64
            ";%" PRId64 ";%s;4;%s;%s;",
            day(o->a, now_ms, "ymd"), iso + 11, iso + 14, iso + 17, conf()->datev_consultant,
            conf()->datev_client, day(o->a, year_begin(from_ms), "ymd"), day(o->a, from_ms, "ymd"),
            day(o->a, to_ms - 1, "ymd"));
    quoted(o, conf()->site_name, NAME_CHARS_MAX);
    sb_addf(o, ";\"\";1;0;0;\"%s\";;\"\";;;\"%s\";;;\"\";\"\"\r\n", currency,
            conf()->datev_chart == DATEV_SKR04 ? "04" : "03");
    sb_str(&names, DATEV_COLUMNS);
    numbered(&names, "Beleginfo", INFOS);
    sb_str(&names, DATEV_COLUMNS_2);
    numbered(&names, "Zusatzinformation", EXTRAS);
    sb_str(&names, DATEV_COLUMNS_3);
    sb_str(o, charset_1252(o->a, names.buf));
}

static void add_line(struct sb *o, const struct posting_leg *l, int64_t debit, int64_t credit,
                     const char *key)
{
    char *amount = fmt_amount(o->a, l->amount_minor, l->currency), *point = strchr(amount, '.');

    if (point)
        *point = ',';
    sb_addf(o, "%s%s;\"S\";\"\";;;\"\";%" PRId64 ";%" PRId64 ";\"%s\";%s;\"%s%" PRId64 "\";\"\";;",
            amount, point ? "" : ",00", debit, credit, key, day(o->a, l->effective_ms, "d"),
            l->document ? "" : "T", l->document ? l->document : l->tx_id);
    quoted(o, l->ikey, TEXT_CHARS_MAX);
    for (int i = FILLED; i < COLUMNS; i++)
        SB_LIT(o, ";");
    SB_LIT(o, "\r\n");
}

enum rc datev_lines(struct db *db, struct arena *a, int64_t to_ms, struct journal_place *place,
                    struct sb *o, size_t *n)
{
    struct posting_legs legs;

    TRY(postings_read(db, a, to_ms, place, &legs));
    *n = 0;
    for (const struct posting_leg *l = legs.items; l < legs.items + legs.n; l++) {
        const char *debit_key, *credit_key;
        int64_t debit = datev_account(a, l->debit, &debit_key);
        int64_t credit = datev_account(a, l->credit, &credit_key);
        if (debit == credit)
            continue;
        add_line(o, l, debit, credit, debit_key[0] ? debit_key : credit_key);
        ++*n;
    }
    return RC_OK;
}
