#!/bin/bash
# A booking of 31 December whose value date is in January lands a year ahead in two readers of MT940.
#
# Version    mt940js 1.3.5, mt940-js 1.0.0
# Seen       field 61 gives the value date with its year (280102) and the booking date without one
#            (1231). Both take the year of the value date: booked on 2028-12-31, after the statement's end.
# So         choose the year that puts the booking date nearest to the value date.
#
# Installs the packages below a temporary folder. Ends with 0 while this is as described, with 1 when it
# has changed, with 2 when the packages cannot be had.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit mt940js@1.3.5 mt940-js@1.0.0 tslib@2.8.1 >/dev/null 2>&1 ||
    { echo "the packages cannot be had here"; exit 2; }

cat >statement.txt <<'END'
:20:STATEMENT
:25:12345678/0000123456
:28C:00001/001
:60F:C271230EUR1000,00
:61:2801021231C12,99NTRFNONREF//BANKREF1
:86:A MEMBER PAYS
:62F:C280102EUR1012,99
-
END
cat >read.cjs <<'END'
const text = require('fs').readFileSync('statement.txt');
const { Parser } = require('mt940js');
const [one] = new Parser().parse(text.toString());
console.log(`mt940js  ${new Date(one.transactions[0].entryDate).toISOString().slice(0, 10)}`);
require('mt940-js').read(text.buffer.slice(text.byteOffset, text.byteOffset + text.length))
    .then(([two]) => console.log(`mt940-js ${two.transactions[0].entryDate}`));
END
node read.cjs | tee seen
cat >expected <<'END'
mt940js  2028-12-31
mt940-js 2028-12-31
END
cmp -s seen expected || { echo "This has changed."; exit 1; }
