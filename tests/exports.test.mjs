/*
 * What accountants get: the VAT report agrees with the ledger and names what does not; the tables of
 * postings and DATEV's file, read here by their own rules, add up to the ledger's balances.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, startSite } from './lib.mjs';

const PASSWORD = 'a long walk in may', NOON = Date.UTC(2031, 2, 5, 12);
const MARCH = ['--from', '2031-03-01', '--to', '2031-03-31'];
const SKR03 = [['asset:bank', 1210], ['asset:', 1360], ['liab:vat', 1770], ['liab:deferred', 990], ['liab:voucher', 1710],
    ['liab:', 1700], ['clearing:', 1590], ['rev:', 8200], ['exp:fees_lost', 4970], ['exp:dispute', 4970],
    ['exp:writeoff', 2400], ['exp:', 4900]];
let site, asks = {}, code;

before(async () => {
    site = await startSite({ set: { pay_provider: 'manual', bank_holder: 'Example', bank_iban: 'AT611904300234573201',
        tax_bp: 2000, fee_minor: 35, signups_per_day: 100, site_name: 'Kinosäle „Nord“ ✓', seller_country: 'AT',
        datev_consultant: 7654321, datev_client: 42, datev_accounts: 'asset:bank=1210, rev:platform=8200/3' } });
    site.setClock(NOON - Date.now());
    for (const handle of ['ann', 'ben', 'cid', 'ola'])
        asks[handle] = await member(handle, handle === 'ola' ? 'operator' : 'member');
    await asks.ann('POST', '/account/invoice', { name: 'Ann GmbH', street: 'Weg 1', postcode: '1010', city: 'Wien', country: 'AT', vat_id: '' });
    const first = await pay('ann');
    await pay('ben');
    done('pay', 'refund', String(first), '4.00');
    [code] = /[0-9A-Z]{5}(-[0-9A-Z]{5,6}){4}/.exec(String(done('voucher', 'create', '--value', '9.99')));
    set('tax_bp', 1000);
    await pay('cid');
});
after(() => site?.stop());

function admin(...args) {
    const { status, stdout, stderr } = spawnSync(join(site.built, 'jobs/admin'), args,
        { env: { ...process.env, OVS_CONF: site.conf }, cwd: root, maxBuffer: 1 << 26 });
    return { status, stdout, stderr: String(stderr) };
}
function done(...args) {
    const { status, stdout, stderr } = admin(...args);
    assert.equal(status, 0, stderr);
    return stdout;
}
function set(key, value) {
    const text = readFileSync(site.conf, 'utf8').replace(new RegExp(`^${key} *=.*\n`, 'm'), '');
    writeFileSync(site.conf, `${text}${key} = ${value}\n`);
}
function member(handle, role) {
    done('user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD, '--role', role);
    return enter(handle);
}
async function enter(handle) {
    const login = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: handle, password: PASSWORD }) });
    const { token } = await login.json();
    return (method, path, form, accept = 'application/json') => fetch(site.url + path, { method, redirect: 'manual',
        headers: { authorization: `Bearer ${token}`, accept }, ...(form && { body: new URLSearchParams(form) }) });
}
async function pay(handle) {
    const sent = await asks[handle]('POST', '/subscribe', { months: 1 });
    const { reference } = await (await asks[handle]('GET', sent.headers.get('location'))).json();
    done('pay', 'confirm', reference, '9.99');
    return Number(await site.sql.value('SELECT MAX(number) FROM receipt'));
}
const table = (text) => {
    const [head, ...rows] = text.trimEnd().split('\r\n');
    return rows.map((row) => Object.fromEntries(JSON.parse(`[${row}]`).map((cell, i) => [head.split(',')[i], cell])));
};
const minor = (text) => Math.round(Number(text.replace(',', '.')) * 100);
const add = (sums, key, amount) => { sums[key] = (sums[key] ?? 0) + amount; };
async function balances() {
    const rows = await site.sql.run(`SELECT a.code, CAST(SUM(IF(l.debit_id = a.id, 1, -1) * l.amount_minor) AS SIGNED)
        FROM ledger_account a JOIN ledger_leg l ON a.id IN (l.debit_id, l.credit_id) GROUP BY a.id`);
    return Object.fromEntries(rows.map(([code, sum]) => [code, Number(sum)]));
}

test('reports are in the currency of the books, whatever the settings say by now', () => {
    const before = ['vat', 'datev', 'postings'].map((what) => String(done('export', what, ...MARCH)));
    assert.match(before[0], /Tax of the documents [1-9]/);
    set('currency', 'USD');
    const after = ['vat', 'datev', 'postings'].map((what) => String(done('export', what, ...MARCH)));
    set('currency', 'EUR');
    const still = (text) => text.replace(/^"EXTF".*\r\n/, ''); // the time is in its head
    assert.deepEqual(after.map(still), before.map(still));
});

test('the VAT report states each rate, country and kind, and agrees with the ledger', async () => {
    const report = await (await asks.ola('GET', '/admin/vat?from=2031-03-01&to=2031-03-31')).json();
    const lines = report.lines.map((l) => [l.tax_bp, l.country, l.kind, l.documents, l.net_minor, l.tax_minor]);
    assert.deepEqual(lines, [
        [2000, '', 'receipt', 2, 1664, 334],
        [2000, 'AT', 'receipt', 1, 832, 167], [2000, 'AT', 'credit_note', 1, -334, -66],
        [1000, '', 'receipt', 1, 908, 91],
    ]);
    assert.equal(report.tax_minor, 167 + 334 - 66 + 91);
    assert.equal(report.booked_minor, report.tax_minor);
    assert.equal(report.agrees, true);
    assert.deepEqual(report.differences, []);
    assert.match(String(done('export', 'vat', ...MARCH)), /they agree/);
    assert.match(String(done('export', 'vat', '--from', '2031-04-01')), /Tax of the documents 0.00 EUR/);
    const sheet = table(String(done('export', 'vat', ...MARCH, '--csv')));
    assert.deepEqual(sheet.map((r) => [r.rate, r.kind, r.net, r.tax]), [['20.00', 'receipt', '16.64', '3.34'],
        ['20.00', 'receipt', '8.32', '1.67'], ['20.00', 'credit_note', '3.34', '0.66'], ['10.00', 'receipt', '9.08', '0.91']]);
    const page = await (await asks.ola('GET', '/admin/vat?from=2031-03-01&to=2031-03-31', undefined, 'text/html')).text();
    assert.match(page, /it agrees with the documents/);
    assert.equal((await asks.ann('GET', '/admin/vat')).status, 404);
    assert.equal((await asks.ola('GET', '/admin/vat?from=2031-13-01')).status, 400);
});

test('the table of postings adds up to the ledger, with documents and tax keys', async () => {
    const rows = table(String(done('export', 'postings'))), sums = {};
    for (const { debit, credit, amount } of rows) {
        add(sums, debit, minor(amount));
        add(sums, credit, -minor(amount));
    }
    assert.deepEqual(Object.entries(sums).filter(([, sum]) => sum).sort(),
        Object.entries(await balances()).filter(([, sum]) => sum).sort());
    const keys = new Set(rows.map((row) => `${row.document} ${row.tax}`));
    assert.deepEqual([...keys].sort(), ['1 S20.00', '2 S20.00', '3 S20.00', '4 S20.00', '5 S10.00']);
    const answer = await asks.ola('GET', '/admin/postings.csv?from=2031-03-05&to=2031-03-05');
    assert.deepEqual(table(await answer.text()), rows);
});

test("DATEV's file keeps its format and adds up to the ledger", async () => {
    const text = execFileSync('iconv', ['-f', 'CP1252', '-t', 'UTF-8'], { input: done('export', 'datev', ...MARCH), encoding: 'utf8' });
    const lines = text.split('\r\n');
    assert.equal(lines.pop(), '');
    assert.ok(!text.replaceAll('\r\n', '').match(/[\r\n]/));
    const cells = (line) => line.match(/("(?:[^"]|"")*"|[^;]*)(;|$)/g).map((cell) => cell.replace(/;$/, '')).slice(0, -1);
    const head = cells(lines[0]);
    assert.equal(head.length, 31);
    assert.deepEqual([head[0], head[1], head[2], head[3], head[4]], ['"EXTF"', '700', '21', '"Buchungsstapel"', '9']);
    assert.match(head[5], /^20310305\d{9}$/);
    assert.deepEqual([head[10], head[11], head[12], head[13], head[14], head[15]],
        ['7654321', '42', '20310101', '4', '20310301', '20310331']);
    assert.equal(head[16], '"Kinosäle „Nord“ ?"');
    assert.equal(head[21], '"EUR"');
    const names = lines[1].split(';');
    assert.equal(names.length, 120);
    assert.equal(new Set(names).size, 120);
    assert.deepEqual([names[0], names[7], names[13], names[119]],
        ['Umsatz (ohne Soll/Haben-Kz)', 'Gegenkonto (ohne BU-Schlüssel)', 'Buchungstext', 'Land']);
    const sums = {};
    for (const line of lines.slice(2)) {
        const row = line.split(';');
        assert.equal(row.length, 120);
        assert.match(row[0], /^\d{1,10},\d\d$/);
        assert.equal(row[1], '"S"');
        assert.equal(row[9], '0503');
        assert.match(row[10], /^"[1-5]"$/);
        assert.ok(row[13].length <= 62);
        add(sums, row[6], minor(row[0]));
        add(sums, row[7], -minor(row[0]));
    }
    const want = {};
    for (const [code, sum] of Object.entries(await balances()))
        add(want, SKR03.find(([prefix]) => code.startsWith(prefix))[1], sum);
    assert.deepEqual(Object.entries(sums).filter(([, sum]) => sum).sort(), Object.entries(want).filter(([, sum]) => sum).sort());
    for (const period of [['--from', '2030-12-31', '--to', '2031-01-01'], []]) {
        const refused = admin('export', 'datev', ...period);
        assert.notEqual(refused.status, 0);
        assert.match(refused.stderr, /same business year/);
    }
    set('datev_accounts', 'asset:bank');
    assert.match(admin('export', 'datev', ...MARCH).stderr, /datev_accounts is read like/);
    const page = await asks.ola('GET', '/admin/datev.csv?from=2031-03-01&to=2031-03-31');
    assert.equal(page.headers.get('content-disposition'), 'attachment; filename="EXTF_datev.csv"');
    assert.ok(Buffer.from(await page.arrayBuffer()).length > 1000);
});

test('what documents and ledger say differently is named', async () => {
    await site.sql.run(`INSERT INTO ledger_tx (ikey, digest, kind, legs, effective_ms, created_ms)
        VALUES ('office:1', SHA2('a', 256), 'tax', 1, ${NOON}, ${NOON})`);
    await site.sql.run(`INSERT INTO ledger_leg (tx_id, legs, line, debit_id, credit_id, currency, amount_minor)
        SELECT MAX(t.id), 1, 1, (SELECT id FROM ledger_account WHERE code = 'liab:vat'),
        (SELECT id FROM ledger_account WHERE code = 'asset:bank'), 'EUR', 100 FROM ledger_tx t`);
    const report = await (await asks.ola('GET', '/admin/vat?from=2031-03-05&to=2031-03-05')).json();
    assert.equal(report.agrees, false);
    assert.deepEqual(report.differences, [{ subject: 'office:1', stated_minor: 0, booked_minor: -100 }]);
    assert.match(String(done('export', 'vat', ...MARCH)), /they differ\n {2}office:1: documents 0.00 EUR, ledger -1.00 EUR/);
});

test('a voucher is taxed where it is sold, and not again where it is redeemed', async () => {
    site.setClock(Date.UTC(2031, 3, 2, 12) - Date.now());
    const ben = await enter('ben'), ola = await enter('ola');
    assert.equal((await ben('POST', '/subscribe', { voucher: code })).status, 303);
    const report = await (await ola('GET', '/admin/vat?from=2031-04-01&to=2031-04-30')).json();
    assert.deepEqual([report.lines, report.tax_minor, report.booked_minor, report.differences, report.agrees],
        [[], 0, 0, [], true]);
    const sale = await (await ola('GET', '/account/receipt/4')).json();
    assert.equal(sale.text, 'Voucher for a subscription to Kinosäle „Nord“ ✓, 1 month');
    assert.deepEqual([sale.buyer.name, sale.tax_minor, sale.starts_ms], ['the bearer', 167, 0]);
});
