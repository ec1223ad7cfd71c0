#!/bin/bash
# camt-parser shows the payments of a batch without their amounts and without what the payers wrote.
#
# Version    camt-parser 1.1.0, which names camt.053 as what it reads
# Seen       an entry of 19.98 that holds two payments of 9.99: each detail has its end-to-end id, an
#            empty amount and no remittance information. It looks for the amount in AmtDtls/TxAmt only,
#            where camt.053.001.02 has it; since then TxDtls has an Amt of its own. Of RmtInf it reads
#            the structured part only, and most payers write the other one (Ustrd).
# So         a payment reference in a batch is found by neither.
#
# Installs the package below a temporary folder. Ends with 0 while this is as described, with 1 when it
# has changed, with 2 when the package cannot be had.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit camt-parser@1.1.0 >/dev/null 2>&1 || { echo "camt-parser cannot be had here"; exit 2; }

cat >statement.xml <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2028-01-03T06:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2028-01-03T06:00:00Z</CreDtTm>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">119.98</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2028-01-02</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">19.98</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2028-01-02</Dt></BookgDt>
<AcctSvcrRef>B1</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls>
<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy="EUR">9.99</Amt><CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>ORDER 1</Ustrd></RmtInf></TxDtls>
<TxDtls><Refs><EndToEndId>E2</EndToEndId></Refs><Amt Ccy="EUR">9.99</Amt><CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>ORDER 2</Ustrd></RmtInf></TxDtls>
</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>
END
cat >read.cjs <<'END'
const { parseCamt053 } = require('camt-parser');
Promise.resolve(parseCamt053(require('fs').readFileSync('statement.xml', 'utf8'))).then(({ statements: [s] }) => {
    const [entry] = s.transactions;
    console.log(`entry ${entry.amount.value}`);
    for (const d of entry.details)
        console.log(`${d.references.endToEndId} amount "${d.amountDetails.transactionAmount.value}", text found: ${
            JSON.stringify(d).includes('ORDER')}`);
});
END
node read.cjs | tee seen
cat >expected <<'END'
entry 19.98
E1 amount "", text found: false
E2 amount "", text found: false
END
cmp -s seen expected || { echo "This has changed."; exit 1; }
