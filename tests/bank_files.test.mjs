/*
 * Files of banks on a whole site: every file of tests/data/bank and of ../shared/cases/bank books what it
 * says, once: imported again, in another encoding, in other words, and as another bank's export of the
 * same lines.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, startSite } from './lib.mjs';

const OWN = join(root, 'tests/data/bank'), SHARED = join(root, '../shared/cases/bank');
const IN_FILES = 'OVS-00001H-T', FIRST = 49; // the checkout that this reference belongs to
let site;

before(async () => {
    site = await startSite({ set: {
        pay_provider: 'manual', bank_holder: 'Example Video Ltd', bank_iban: 'AT61 1904 3002 3457 3201',
        price_minor: 1299, signups_per_day: 100,
    } });
    site.setClock(Date.UTC(2028, 2, 1, 12) - Date.now());
    await site.sql.run(`ALTER TABLE checkout AUTO_INCREMENT = ${FIRST}`);
});
after(() => site?.stop());

const admin = (...args) => site.job('admin', args);
const count = async (what) => Number(await site.sql.value(`SELECT COUNT(*) FROM ${what}`));
const bank = async () => Number(await site.sql.value(`SELECT COALESCE(SUM(IF(d.code = 'asset:bank', 1, -1) * l.amount_minor), 0)
    FROM ledger_leg l JOIN ledger_account d ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id
    WHERE 'asset:bank' IN (d.code, c.code)`));

/* The reference of a new checkout of a new member. */
async function checkout(handle) {
    assert.equal(admin('user', 'add', `${handle}@example.org`, handle, '--password', 'a long walk in may').status, 0);
    const login = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: handle, password: 'a long walk in may' }) });
    const headers = { authorization: `Bearer ${(await login.json()).token}`, accept: 'application/json' };
    const sent = await fetch(`${site.url}/subscribe`, { method: 'POST', headers, redirect: 'manual', body: new URLSearchParams() });
    return (await (await fetch(site.url + sent.headers.get('location'), { headers })).json()).reference;
}

/* The sums of an import's answer. */
function sums(output) {
    const n = output.match(/(\d+) booked, (\d+) unmatched, (\d+) seen before, (\d+) parts, (\d+) other, (\d+) announced, (\d+) not readable/);
    assert.ok(n, output);
    return Object.fromEntries(['booked', 'unmatched', 'seen', 'parts', 'other', 'announced', 'bad'].map((k, i) => [k, Number(n[i + 1])]));
}
const taken = (s) => s.booked + s.unmatched + s.parts + s.other;

function file(name, bytes) {
    const path = join(site.var, name);
    writeFileSync(path, bytes);
    return path;
}

const shared = existsSync(SHARED) ? readdirSync(SHARED) : [];

test('exports of one payment by six banks are one payment', { skip: !shared.length && '../shared/cases/bank is absent' }, async () => {
    assert.equal(await checkout('joerg'), IN_FILES);
    const results = {};
    for (const name of ['camt053.xml', 'dkb.csv', 'n26.csv', 'sparkasse_camt.csv'])
        results[name] = sums(admin('pay', 'import', join(SHARED, name)).output);
    assert.deepEqual(Object.values(results).map((s) => [s.booked, s.seen, s.bad]), [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0]]);
    assert.equal(await bank(), 1299);
    assert.equal(await count('payment'), 1);
    const utf16 = admin('pay', 'import', join(SHARED, 'own_utf16.csv'));
    assert.match(utf16.output, /9\.99 EUR: part .*9\.99 of 12\.99 EUR/, 'a second, smaller sum by the same reference');
    const own = admin('pay', 'import', join(SHARED, 'own_thousands.csv'));
    assert.equal(own.status, 1);
    assert.match(own.output, /line 2: has no amount that can be read for certain[^]*line 3: has no amount/);
    assert.match(own.output, /line 4: no reference 1009\.90 EUR: unmatched[^]*line 5: no reference -12\.99 EUR: unmatched/);
    assert.match(own.output, /line 6: no reference 12\.99 EUR: unmatched[^]*line 7: no reference 12\.99 EUR: unmatched/);
    assert.equal(await bank(), 1299 + 999 + 100990 - 1299 + 2 * 1299);
    for (const name of shared) assert.equal(taken(sums(admin('pay', 'import', join(SHARED, name)).output)), 0, name);
});

/* The same bytes with other blanks, capitals and line ends, where that says the same. */
function reworded(name, bytes) {
    if (!name.endsWith('.csv')) return bytes;
    const text = bytes.includes(0) ? bytes : Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')
        .replaceAll(/OVS-(\w{6})-(\w)/g, 'ovs $1 $2'), 'latin1');
    return text;
}

/* In UTF-16, or as Latin-1, whichever it is not. */
function recoded(bytes, columns) {
    if (columns || bytes[0] === 0xff) return bytes;
    const utf8 = !bytes.toString('utf8').includes('\ufffd');
    const text = bytes.toString(utf8 ? 'utf8' : 'latin1').replace(/^\ufeff/, '').replace('ISO-8859-1', 'UTF-16');
    return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
}

for (const [folder, names] of [[OWN, readdirSync(OWN)], [SHARED, shared]])
    for (const name of names.filter((n) => !/\.(want|columns)$/.test(n) && n !== 'own_utf16.csv'))
        test(`${name} is booked once`, async () => {
            const handle = name.replace(/\W/g, '_').slice(0, 20) + (folder === SHARED ? '_shared' : '');
            const reference = await checkout(handle);
            const stem = name.replace(/\.\w+$/, ''), columns = existsSync(join(folder, `${stem}.columns`));
            const options = columns ? ['--columns', readFileSync(join(folder, `${stem}.columns`), 'utf8').trim()] : [];
            const bytes = Buffer.from(readFileSync(join(folder, name)).toString('latin1').replaceAll(IN_FILES, reference)
                .replaceAll('OVS-00001H\n-T', `${reference.slice(0, 10)}\n${reference.slice(10)}`)
                .replace(/OVS-0000(\r\n)?\?221H-T/, `${reference.slice(0, 8)}$1?22${reference.slice(8)}`), 'latin1');
            const [payments, money] = [await count('payment'), await bank()];
            const first = sums(admin('pay', 'import', file(name, bytes), ...options).output);
            assert.ok(name === 'own_thousands.csv' || first.booked >= 1 || name === 'camt053_v2_batch.xml', JSON.stringify(first));
            assert.equal(await count('payment'), payments + first.booked);
            const [after, lines] = [await bank(), await count('bank_line')];
            assert.ok(after !== money || name === 'own_thousands.csv');
            for (const again of [bytes, reworded(name, bytes), recoded(bytes, columns)]) {
                const s = sums(admin('pay', 'import', file(`again_${name}`, again), ...options).output);
                assert.equal(taken(s), 0, JSON.stringify(s));
                assert.ok(s.seen >= taken(first));
            }
            assert.deepEqual([await bank(), await count('bank_line'), await count('payment')], [after, lines, payments + first.booked]);
        });

test('two equal lines of one day are two, in any order of files that overlap', async () => {
    const one = 'date;amount;currency;text\n', line = '2028-02-03;7,77;EUR;a present for you\n', before = await bank();
    assert.equal(sums(admin('pay', 'import', file('a.csv', one + line)).output).unmatched, 1);
    const both = sums(admin('pay', 'import', file('b.csv', one + line + line)).output);
    assert.deepEqual([both.unmatched, both.seen], [1, 1]);
    assert.equal(sums(admin('pay', 'import', file('c.csv', one + line + line)).output).seen, 2);
    const entry = (ref) => `<Ntry><Amt Ccy="EUR">7.77</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2028-02-03</Dt></BookgDt>
        <AcctSvcrRef>${ref}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>A present  for you</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;
    const camt = (...refs) => file('d.xml', `<Document><BkToCstmrStmt><Stmt>${refs.map(entry).join('')}</Stmt></BkToCstmrStmt></Document>`);
    assert.equal(sums(admin('pay', 'import', camt('REF-1')).output).seen, 1, 'an old line gets the bank’s key');
    assert.equal(sums(admin('pay', 'import', camt('REF-1', 'REF-2')).output).seen, 2);
    const third = sums(admin('pay', 'import', camt('REF-3', 'REF-2', 'REF-1')).output);
    assert.deepEqual([third.unmatched, third.seen], [1, 2], 'keys of the bank that are new are new money');
    assert.equal(await bank(), before + 3 * 777);
});

test('a site that comes from an earlier version knows its lines, and what was confirmed by hand', async () => {
    const [first, second] = [await checkout('old_one'), await checkout('old_two')];
    for (const reference of [first, second]) assert.equal(admin('pay', 'confirm', reference, '12.99', '--date', '2028-02-05').status, 0);
    /* As the earlier version left it: one transfer confirmed by hand, one line of a statement, one unmatched. */
    const id = (reference) => site.sql.value(`SELECT id FROM bank_line WHERE reference = '${reference}'`);
    await site.sql.run(`UPDATE payment SET provider_ref = '${first}' WHERE provider_ref = 'bank_${await id(first)}'`);
    await site.sql.run(`UPDATE checkout SET state = 'paid' WHERE reference IN ('${first}', '${second}')`);
    const migration = readFileSync(join(root, 'schema/0027_bank.sql'), 'utf8').match(/^INSERT INTO bank_line [^]*?;$/m)[0];
    await site.sql.run(`DELETE FROM bank_line WHERE reference = '${first}'`);
    await site.sql.run(`UPDATE bank_line SET source = '', text = 'Danke M?ller ${second}' WHERE reference = '${second}'`);
    const lines = await count('bank_line');
    await site.sql.run(migration.slice(0, -1));
    assert.equal(await count('bank_line'), lines + 1, 'one line for the payment by hand');
    const path = file('old.csv', `date;amount;currency;text\n2028-02-06;12,99;EUR;${first}\n2028-02-05;12,99;EUR;danke MÜLLER ${second}\n`);
    const s = sums(admin('pay', 'import', path).output);
    assert.deepEqual([s.seen, taken(s)], [2, 0]);
});

test('the balance of the bank is held against the books', async () => {
    const mt = (closing) => file('closing.sta', `:20:S\n:25:AT611904300234573201\n:60F:C280220EUR0,00\n:61:2802200220C1,11NTRFNONREF//K1\n:86:x y z\n:62F:C280220EUR${closing}\n-\n`);
    const { output } = admin('pay', 'import', mt('5,00'));
    const [, theirs, books, difference] = output.match(/the bank has (-?[\d.]+) EUR, the books (-?[\d.]+) EUR: a difference of (-?[\d.]+) EUR/);
    assert.ok(Math.abs(Number(theirs) - Number(books) - Number(difference)) < 0.001, output);
    assert.match(admin('pay', 'balance').output, /a difference of/);
});

test('what is no statement is refused, and says why', () => {
    for (const [bytes, why] of [
        ['<!DOCTYPE d [<!ENTITY a "b">]><Document>&a;</Document>', /document type/],
        ['<Document><BkToCstmrStmt>' + '<Ntry>'.repeat(40), /too deep/],
        [Buffer.from('date;amount\0;currency;text\n'), /not text/],
        ['a,b\n1,2\n', /No format is known/],
        [Buffer.alloc((16 << 20) + 1, 'a'), /larger than 16 MiB/],
        ['date,amount,currency,text\n2028-02-03,5,EUR,"' + 'x'.repeat(1 << 20) + '"\n', /1 unmatched/],
    ]) assert.match(admin('pay', 'import', file('bad', bytes)).output, why);
    assert.match(admin('pay', 'import', '/nonexistent').output, /cannot be read/);
    assert.match(admin('pay', 'import', file('x.csv', 'a,b\n'), '--columns', 'date=a nonsense').output, /not understood at "nonsense"/);
});
