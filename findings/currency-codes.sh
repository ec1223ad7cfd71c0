#!/bin/bash
# The newest currency-codes does not know the money of Curaçao and Sint Maarten.
#
# Version    currency-codes 2.2.0, whose list of ISO 4217 it dates 2024-06-25
# Seen       XCG, the Caribbean guilder, is unknown; ANG, which it replaced on 31 March 2025, is there as
#            if it were still paid with. Other codes of that year, such as ZWG, are known.
# So         compare a table of currencies with this package, but keep a list of what it lacks.
#
# Installs the package below a temporary folder. Ends with 0 while this is as described, with 1 when it
# has changed, with 2 when the package cannot be had.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit currency-codes@2.2.0 >/dev/null 2>&1 || { echo "currency-codes cannot be had here"; exit 2; }

cat >read.cjs <<'END'
const list = require('currency-codes');
console.log(`list of ${list.publishDate}`);
for (const code of ['XCG', 'ANG', 'ZWG']) console.log(`${code} ${list.code(code) ? list.code(code).currency : 'unknown'}`);
END
node read.cjs | tee seen
cat >expected <<'END'
list of 2024-06-25
XCG unknown
ANG Netherlands Antillean Guilder
ZWG Zimbabwe Gold
END
cmp -s seen expected || { echo "This has changed."; exit 1; }
