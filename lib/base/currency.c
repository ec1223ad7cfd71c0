#include "base/currency.h"

/* Codes and a blank after each. */
static const struct {
    int decimals;
    const char *codes;
} rows[] = {
    { 0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF " },
    { 2, "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB "
         "BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC "
         "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
         "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT "
         "LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
         "MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON "
         "RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL "
         "THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD "
         "XCG XTS YER ZAR ZMW ZWG " },
    { 3, "BHD IQD JOD KWD LYD OMR TND " },
    { 4, "CLF UYW " },
};

int currency_decimals(const char *code)
{
    if (strlen(code) != 3 || strchr(code, ' '))
        return -1;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (const char *p = rows[i].codes; *p; p += 4)
            if (memcmp(p, code, 3) == 0)
                return rows[i].decimals;
    return -1;
}
