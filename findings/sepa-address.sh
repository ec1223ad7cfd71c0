#!/bin/bash
# sepa.js writes the addresses of pain.001.001.09 in the form that the schemes ended in November 2026.
#
# Version    sepa 3.0.0, which offers pain.001.001.09
# Seen       street and town are written as lines (AdrLine) beside Ctry, with no TwnNm. Since 22 November
#            2026 an address in a SEPA credit transfer has to have at least TwnNm and Ctry as elements;
#            lines alone are refused. Nothing in the interface writes TwnNm.
# So         leave addresses out where the scheme allows that (within the EEA), and write TwnNm and Ctry
#            yourself elsewhere.
#
# Installs the package below a temporary folder. Ends with 0 while this is as described, with 1 when it
# has changed, with 2 when the package cannot be had.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit sepa@3.0.0 >/dev/null 2>&1 || { echo "sepa cannot be had here"; exit 2; }

cat >write.cjs <<'END'
const { Document } = require('sepa');
const order = new Document('pain.001.001.09');
Object.assign(order.grpHdr, { id: 'M1', created: new Date(0), initiatorName: 'Example' });
const info = order.createPaymentInfo();
Object.assign(info, { requestedExecutionDate: new Date(0), debtorIBAN: 'DE89370400440532013000', debtorBIC: '',
    debtorName: 'Example', debtorStreet: 'Road 1', debtorCity: 'Berlin', debtorCountry: 'DE' });
order.addPaymentInfo(info);
const transfer = info.createTransaction();
Object.assign(transfer, { creditorName: 'Ada', creditorIBAN: 'CH9300762011623852957', amount: 9.99, end2endId: 'E1',
    creditorStreet: 'Weg 2', creditorCity: 'Bern', creditorCountry: 'CH', remittanceInfo: 'x' });
info.addTransaction(transfer);
console.log(order.toString().match(/<PstlAdr>.*?<\/PstlAdr>/gs).join('\n'));
END
node write.cjs | tee seen
cat >expected <<'END'
<PstlAdr><Ctry>DE</Ctry><AdrLine>Road 1</AdrLine><AdrLine>Berlin</AdrLine></PstlAdr>
<PstlAdr><Ctry>CH</Ctry><AdrLine>Weg 2</AdrLine><AdrLine>Bern</AdrLine></PstlAdr>
END
cmp -s seen expected || { echo "This has changed."; exit 1; }
