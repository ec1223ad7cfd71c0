#!/bin/bash
# ibantools says of five countries of SEPA that they are none.
#
# Version    ibantools 4.5.4
# Seen       its table `countrySpecs` has a flag SEPA. It is set for 37 of the codes; Albania, Moldova,
#            Montenegro, North Macedonia and Serbia, which the European Payments Council admitted to the
#            schemes in 2024 and 2025, are without it. It is absent, not false, as for countries outside.
# So         a creator in Belgrade would be told that SEPA does not reach there. Keep the list of the
#            scheme's geographical scope (document EPC409-09) by hand and with its date.
#
# Installs the package below a temporary folder. Ends with 0 while this is as described, with 1 when it
# has changed, with 2 when the package cannot be had.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ibantools@4.5.4 >/dev/null 2>&1 || { echo "ibantools cannot be had here"; exit 2; }

cat >read.cjs <<'END'
const { countrySpecs } = require('ibantools');
const sepa = Object.keys(countrySpecs).filter((code) => countrySpecs[code].SEPA);
console.log(`with the flag: ${sepa.length}, such as ${sepa.slice(0, 3).join(' ')}`);
for (const code of ['AL', 'MD', 'ME', 'MK', 'RS', 'TR'])
    console.log(`${code} ${countrySpecs[code].SEPA}, in the registry of IBANs: ${countrySpecs[code].IBANRegistry}`);
END
node read.cjs | tee seen
cat >expected <<'END'
with the flag: 37, such as AD AT BE
AL undefined, in the registry of IBANs: true
MD undefined, in the registry of IBANs: true
ME undefined, in the registry of IBANs: true
MK undefined, in the registry of IBANs: true
RS undefined, in the registry of IBANs: true
TR undefined, in the registry of IBANs: true
END
cmp -s seen expected || { echo "This has changed."; exit 1; }
