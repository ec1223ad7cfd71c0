#!/bin/bash
# mt940-js reads the reversal of a credit (`RC` in field 61 of MT940) as money that came in.
#
# Version    mt940-js 1.0.0, tslib 2.8.1 (which it needs and does not name)
# Seen       `RC5,00` is reported as isCredit true, like a credit of 5.00; only the sum of the balances
#            shows that the money has gone. The bank's own reference, after `//`, is reported as empty.
# So         take the sign from the mark itself: C and RD raise the balance, D and RC lower it.
#
# Installs the packages below a temporary folder. Ends with 0 while this is as described, with 1 when it
# has changed, with 2 when the packages cannot be had.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit mt940-js@1.0.0 tslib@2.8.1 >/dev/null 2>&1 || { echo "mt940-js cannot be had here"; exit 2; }

cat >statement.txt <<'END'
:20:STATEMENT
:25:12345678/0000123456
:28C:00001/001
:60F:C280102EUR1000,00
:61:2801020102C12,99NTRFNONREF//BANKREF1
:86:A MEMBER PAYS
:61:2801020102RC5,00NRTINONREF//BANKREF2
:86:THE BANK TAKES A CREDIT BACK
:62F:C280102EUR1007,99
-
END
cat >read.cjs <<'END'
const { read } = require('mt940-js');
const text = require('fs').readFileSync('statement.txt');
read(text.buffer.slice(text.byteOffset, text.byteOffset + text.length)).then(([statement]) => {
    for (const t of statement.transactions)
        console.log(`${t.amount} isCredit ${t.isCredit} bankReference "${t.bankReference}"`);
    console.log(`balance ${statement.openingBalance.value} to ${statement.closingBalance.value}`);
});
END
node read.cjs | tee seen
cat >expected <<'END'
12.99 isCredit true bankReference ""
5 isCredit true bankReference ""
balance 1000 to 1007.99
END
cmp -s seen expected || { echo "This has changed."; exit 1; }
