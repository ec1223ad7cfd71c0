#include "app/income/bank_dialects.h"
#include "base/sb.h"
#include "base/str.h"
#include <ctype.h>

#define BIT(column)     (1U << (column))
#define DATE_AND_AMOUNT (BIT(BANK_DATE) | BIT(BANK_AMOUNT))

/* Sources: files of these banks as their customers get them, and the banks' descriptions. */
const struct bank_dialect bank_dialects[] = {
    { "Sparkasse CSV-CAMT",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_ACCOUNT] = "Auftragskonto",
        [BANK_DATE] = "Buchungstag",
        [BANK_TYPE] = "Buchungstext",
        [BANK_TEXT] = "Verwendungszweck",
        [BANK_END_TO_END] = "Kundenreferenz (End-to-End)",
        [BANK_NAME] = "Beguenstigter/Zahlungspflichtiger",
        [BANK_IBAN] = "Kontonummer/IBAN|Kontonummer",
        [BANK_AMOUNT] = "Betrag",
        [BANK_CURRENCY] = "Waehrung",
        [BANK_STATUS] = "Info" },
      DATE_AND_AMOUNT | BIT(BANK_ACCOUNT) | BIT(BANK_NAME) },
    { "DKB",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_DATE] = "Buchungsdatum",
        [BANK_STATUS] = "Status",
        [BANK_NAME] = "Zahlungspflichtige*r",
        [BANK_PAYEE] = "Zahlungsempfänger*in",
        [BANK_TEXT] = "Verwendungszweck",
        [BANK_IBAN] = "IBAN",
        [BANK_AMOUNT] = "Betrag",
        [BANK_END_TO_END] = "Kundenreferenz" },
      DATE_AND_AMOUNT | BIT(BANK_NAME) | BIT(BANK_PAYEE) },
    { "DKB, older",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_DATE] = "Buchungstag",
        [BANK_TYPE] = "Buchungstext",
        [BANK_NAME] = "Auftraggeber / Begünstigter",
        [BANK_TEXT] = "Verwendungszweck",
        [BANK_IBAN] = "Kontonummer",
        [BANK_AMOUNT] = "Betrag",
        [BANK_END_TO_END] = "Kundenreferenz" },
      DATE_AND_AMOUNT | BIT(BANK_NAME) | BIT(BANK_IBAN) },
    { "N26",
      BANK_CLEAR,
      BANK_POINT,
      { [BANK_DATE] = "Booking Date|Date",
        [BANK_NAME] = "Partner Name|Payee",
        [BANK_IBAN] = "Partner Iban|Account number",
        [BANK_TYPE] = "Type|Transaction type",
        [BANK_TEXT] = "Payment Reference",
        [BANK_AMOUNT] = "Amount" },
      DATE_AND_AMOUNT | BIT(BANK_NAME) | BIT(BANK_TEXT) | BIT(BANK_TYPE) },
    { "ING",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_DATE] = "Buchung",
        [BANK_NAME] = "Auftraggeber/Empfänger",
        [BANK_TYPE] = "Buchungstext",
        [BANK_TEXT] = "Verwendungszweck",
        [BANK_BALANCE] = "Saldo",
        [BANK_AMOUNT] = "Betrag",
        [BANK_CURRENCY] = "Währung" },
      DATE_AND_AMOUNT | BIT(BANK_NAME) | BIT(BANK_TEXT) },
    { "ING, Netherlands",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_DATE] = "Datum|Date",
        [BANK_NAME] = "Naam / Omschrijving|Name / Description",
        [BANK_ACCOUNT] = "Rekening|Account",
        [BANK_IBAN] = "Tegenrekening|Counterparty",
        [BANK_SIGN] = "Af Bij|Debit/credit",
        [BANK_AMOUNT] = "Bedrag (EUR)|Amount (EUR)",
        [BANK_TYPE] = "Mutatiesoort|Transaction type",
        [BANK_TEXT] = "Mededelingen|Notifications",
        [BANK_BALANCE] = "Saldo na mutatie|Resulting balance" },
      DATE_AND_AMOUNT | BIT(BANK_SIGN) | BIT(BANK_TEXT) },
    { "Commerzbank",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_DATE] = "Buchungstag",
        [BANK_TYPE] = "Umsatzart",
        [BANK_TEXT] = "Buchungstext",
        [BANK_AMOUNT] = "Betrag",
        [BANK_CURRENCY] = "Währung",
        [BANK_ACCOUNT] = "IBAN Kontoinhaber|IBAN Auftraggeberkonto" },
      DATE_AND_AMOUNT | BIT(BANK_TYPE) | BIT(BANK_TEXT) },
    { "Comdirect",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_DATE] = "Buchungstag",
        [BANK_TYPE] = "Vorgang",
        [BANK_TEXT] = "Buchungstext",
        [BANK_AMOUNT] = "Umsatz in EUR" },
      DATE_AND_AMOUNT | BIT(BANK_TYPE) | BIT(BANK_TEXT) },
    { "Postbank and Deutsche Bank",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_DATE] = "Buchungstag|Buchungsdatum",
        [BANK_TYPE] = "Umsatzart",
        [BANK_NAME] = "Begünstigter / Auftraggeber|Begünstigter/Auftraggeber|Auftraggeber",
        [BANK_PAYEE] = "Empfänger",
        [BANK_TEXT] = "Verwendungszweck|Buchungsdetails",
        [BANK_IBAN] = "IBAN / Kontonummer|IBAN",
        [BANK_END_TO_END] = "Kundenreferenz",
        [BANK_AMOUNT] = "Betrag",
        [BANK_CURRENCY] = "Währung",
        [BANK_BALANCE] = "Saldo" },
      DATE_AND_AMOUNT | BIT(BANK_TYPE) | BIT(BANK_NAME) | BIT(BANK_TEXT) },
    { "GLS and Volksbank",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_ACCOUNT] = "IBAN Auftragskonto",
        [BANK_DATE] = "Buchungstag",
        [BANK_NAME] = "Name Zahlungsbeteiligter",
        [BANK_IBAN] = "IBAN Zahlungsbeteiligter",
        [BANK_TYPE] = "Buchungstext",
        [BANK_TEXT] = "Verwendungszweck",
        [BANK_AMOUNT] = "Betrag",
        [BANK_CURRENCY] = "Waehrung",
        [BANK_BALANCE] = "Saldo nach Buchung",
        [BANK_END_TO_END] = "End-to-End-Referenz" },
      DATE_AND_AMOUNT | BIT(BANK_NAME) | BIT(BANK_IBAN) },
    { "Wise",
      BANK_DAY_FIRST,
      BANK_POINT,
      { [BANK_KEY] = "TransferWise ID",
        [BANK_DATE] = "Date",
        [BANK_AMOUNT] = "Amount",
        [BANK_CURRENCY] = "Currency",
        [BANK_TEXT] = "Payment Reference|Description",
        [BANK_BALANCE] = "Running Balance",
        [BANK_NAME] = "Payer Name",
        [BANK_PAYEE] = "Payee Name" },
      DATE_AND_AMOUNT | BIT(BANK_KEY) },
    { "Revolut",
      BANK_CLEAR,
      BANK_POINT,
      { [BANK_TYPE] = "Type",
        [BANK_DATE] = "Completed Date|Date completed (UTC)",
        [BANK_TEXT] = "Description|Reference",
        [BANK_AMOUNT] = "Amount",
        [BANK_COST] = "Fee",
        [BANK_CURRENCY] = "Currency|Payment currency",
        [BANK_STATUS] = "State",
        [BANK_BALANCE] = "Balance",
        [BANK_KEY] = "ID",
        [BANK_NAME] = "Payer" },
      DATE_AND_AMOUNT | BIT(BANK_STATUS) },
    { "Qonto",
      BANK_DAY_FIRST,
      BANK_EITHER,
      { [BANK_STATUS] = "Status",
        [BANK_DATE] = "Settlement date (UTC)|Settlement date",
        [BANK_KEY] = "Transaction ID",
        [BANK_NAME] = "Counterparty name",
        [BANK_IBAN] = "Counterparty IBAN",
        [BANK_AMOUNT] = "Total amount (incl. VAT)|Total amount",
        [BANK_CURRENCY] = "Currency",
        [BANK_TEXT] = "Reference|Note",
        [BANK_ACCOUNT] = "IBAN" },
      DATE_AND_AMOUNT | BIT(BANK_STATUS) },
    { "our own columns",
      BANK_CLEAR,
      BANK_EITHER,
      { [BANK_DATE] = "date",
        [BANK_AMOUNT] = "amount",
        [BANK_CURRENCY] = "currency",
        [BANK_TEXT] = "text|reference",
        [BANK_NAME] = "name",
        [BANK_IBAN] = "iban",
        [BANK_KEY] = "id",
        [BANK_BALANCE] = "balance",
        [BANK_ACCOUNT] = "account" },
      DATE_AND_AMOUNT | BIT(BANK_CURRENCY) | BIT(BANK_TEXT) },
    { "German names",
      BANK_CLEAR,
      BANK_COMMA,
      { [BANK_DATE] = "Buchungstag|Buchungsdatum|Buchung|Datum",
        [BANK_AMOUNT] = "Betrag|Umsatz",
        [BANK_OUT] = "Soll|Belastung",
        [BANK_IN] = "Haben|Gutschrift",
        [BANK_SIGN] = "Soll/Haben|S/H",
        [BANK_CURRENCY] = "Währung",
        [BANK_TEXT] = "Verwendungszweck|Buchungstext|Beschreibung|Mitteilung",
        [BANK_NAME] = "Name|Auftraggeber/Empfänger|Begünstigter/Auftraggeber|Auftraggeber",
        [BANK_IBAN] = "IBAN|Kontonummer",
        [BANK_END_TO_END] = "Kundenreferenz",
        [BANK_TYPE] = "Umsatzart|Buchungsart",
        [BANK_STATUS] = "Status",
        [BANK_BALANCE] = "Saldo|Kontostand" },
      BIT(BANK_DATE) | BIT(BANK_TEXT) },
    { "English names",
      BANK_CLEAR,
      BANK_POINT,
      { [BANK_DATE] = "Booking date|Date|Transaction date|Posting date",
        [BANK_AMOUNT] = "Amount",
        [BANK_OUT] = "Debit|Money out|Paid out|Withdrawal",
        [BANK_IN] = "Credit|Money in|Paid in|Deposit",
        [BANK_CURRENCY] = "Currency",
        [BANK_TEXT] = "Description|Details|Reference|Payment reference|Memo",
        [BANK_NAME] = "Name|Counterparty|Payer",
        [BANK_IBAN] = "IBAN|Counterparty IBAN",
        [BANK_KEY] = "Transaction ID",
        [BANK_TYPE] = "Type|Transaction type",
        [BANK_STATUS] = "Status|State",
        [BANK_BALANCE] = "Balance" },
      BIT(BANK_DATE) | BIT(BANK_TEXT) },
};
const size_t bank_dialects_n = COUNT(bank_dialects);

static const char *const words[BANK_COLUMNS] = {
    [BANK_DATE] = "date",
    [BANK_AMOUNT] = "amount",
    [BANK_OUT] = "out",
    [BANK_IN] = "in",
    [BANK_SIGN] = "sign",
    [BANK_CURRENCY] = "currency",
    [BANK_TEXT] = "text",
    [BANK_NAME] = "name",
    [BANK_PAYEE] = "payee",
    [BANK_IBAN] = "iban",
    [BANK_END_TO_END] = "end_to_end",
    [BANK_KEY] = "key",
    [BANK_TYPE] = "type",
    [BANK_STATUS] = "status",
    [BANK_BALANCE] = "balance",
    [BANK_ACCOUNT] = "account",
    [BANK_COST] = "cost",
};

/* The next `word=value`, the value perhaps in double quotes. false: that is none. */
static bool take_pair(struct arena *a, const char **s, const char **word, char **value)
{
    size_t n = strcspn(*s, "= ");

    if ((*s)[n] != '=' || n == 0)
        return false;
    *word = arena_strn(a, *s, n);
    *s += n + 1;
    bool quoted = **s == '"';
    *s += quoted;
    n = strcspn(*s, quoted ? "\"" : " ");
    if (quoted && (*s)[n] != '"')
        return false;
    *value = arena_strn(a, *s, n);
    *s += n + quoted;
    *s += strspn(*s, " ");
    return **value != 0;
}

/* false: there is no such word, or it does not take this value. */
static bool set(struct bank_dialect *d, const char *word, char *value)
{
    if (str_eq(word, "form")) {
        d->day = str_eq(value, "mm/dd") ? BANK_MONTH_FIRST : BANK_DAY_FIRST;
        return str_eq(value, "mm/dd") || str_eq(value, "dd/mm");
    }
    if (str_eq(word, "decimal")) {
        d->decimal = str_eq(value, "point") ? BANK_POINT : BANK_COMMA;
        return str_eq(value, "point") || str_eq(value, "comma");
    }
    for (size_t i = 0; i < BANK_COLUMNS; i++)
        if (str_eq(words[i], word)) {
            for (char *p = value; *p; p++)
                *p = *p == ',' ? '|' : *p;
            d->columns[i] = value;
            return true;
        }
    return false;
}

enum rc bank_dialect_of(struct arena *a, const char *described, struct bank_dialect *out,
                        struct problem *why)
{
    const char *s = str_clean(a, described, false), *word;
    char *value;

    *out = (struct bank_dialect){ .name = "the named columns", .must = BIT(BANK_DATE) };
    while (*s) {
        if (!take_pair(a, &s, &word, &value) || !set(out, word, value))
            return refuse(why, RC_INVALID, "columns",
                          arena_printf(a,
                                       "The description of columns is not understood at \"%s\". It"
                                       " is like: date=Datum amount=Betrag text=\"Mein Zweck\""
                                       " form=dd/mm decimal=comma",
                                       s));
        if (out->columns[BANK_AMOUNT])
            out->must |= BIT(BANK_AMOUNT);
    }
    if (!out->columns[BANK_DATE] || !(out->columns[BANK_AMOUNT] || out->columns[BANK_IN]))
        return refuse(why, RC_INVALID, "columns",
                      "The description of columns has to name those of the date and the amount.");
    return RC_OK;
}
