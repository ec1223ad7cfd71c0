/*
 * An update of a site that has business: the database of tests/data/site_0024.sql.gz, as the version before
 * migration 0025 left it, is brought up to date. Everybody has the access, the receipts and the money
 * that they had, also when the update is killed and run again; then life goes on with the new programs.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { built, root, startSite, until } from './lib.mjs';

const PASSWORD = 'a long walk in may', PAYEE_KEY = '5a'.repeat(32), DAY_MS = 86_400_000;
const MADE = Date.UTC(2025, 5, 6, 14); // the clock of the site when it was dumped
const SOLD = 'QYVAA-PSWR4-GSXBC-N0RJW-GBBS7C', GIFT = 'RMTQ2-0N9J9-2H11N-X07KJ-FA45PW'; // not redeemed yet
const SETTINGS = {
    pay_provider: 'manual', bank_holder: 'Example Video Ltd', bank_iban: 'AT611904300234573201', bank_bic: 'BKAUATWW',
    seller_name: 'Example Video Ltd', seller_address: 'Ring 1, 1010 Wien', tax_bp: 2000, price_year_minor: 9990,
    fee_minor: 40, payout_threshold_minor: 100, signups_per_day: 1000,
};

let site, was;
before(async () => {
    site = await startSite({ set: SETTINGS, secrets: { payee: PAYEE_KEY } });
});
after(() => site?.stop());

function go(ms) {
    site.setClock(ms - Date.now());
}
function job(name, ...args) {
    const { status, output } = site.job(name, args);
    assert.equal(status, 0, `${name} ${args.join(' ')}: ${output}`);
    return output;
}
const rows = (sql) => site.sql.run(sql);
const value = (sql) => site.sql.value(sql);

/* The old database instead of the site's own; the rights of its accounts stay. */
async function load() {
    await rows('DROP DATABASE ovs');
    await rows('CREATE DATABASE ovs CHARACTER SET utf8mb4');
    const dump = gunzipSync(readFileSync(join(root, 'tests/data/site_0024.sql.gz')));
    const client = spawnSync('mariadb', ['--no-defaults', '--user=root', `--socket=${site.setting('db_socket')}`,
        '--default-character-set=utf8mb4', '--skip-ssl-verify-server-cert', 'ovs'], {
        input: Buffer.concat([Buffer.from('SET FOREIGN_KEY_CHECKS = 0; SET UNIQUE_CHECKS = 0;\n'), dump]),
        env: { PATH: process.env.PATH, MYSQL_PWD: site.setting('db_admin_password') }, encoding: 'utf8',
    });
    assert.equal(client.status, 0, client.stderr);
    await rows('USE ovs');
    go(MADE);
}

const MONEY = `SELECT a.code, b.debits_minor, b.credits_minor FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
    ORDER BY a.code`;
const RECEIPTS = `SELECT r.number, r.user_id, r.amount_minor, r.tax_minor, r.issued_ms FROM receipt r ORDER BY r.number`;
const PAYOUTS = 'SELECT id, user_id, amount_minor, state FROM payout ORDER BY id';
const LINES = "SELECT DATE(FROM_UNIXTIME(on_ms DIV 1000)), amount_minor, text FROM bank_line WHERE source <> 'by hand' ORDER BY id";

async function see() {
    return { money: await rows(MONEY), receipts: await rows(RECEIPTS), payouts: await rows(PAYOUTS),
        ends: await rows('SELECT u.handle, s.paid_until_ms, s.grace_until_ms FROM subscription s JOIN user u ON u.id = s.user_id ORDER BY 1') };
}

/* All rows of all tables and what they are made of; moments of the update itself, and the grace after
 * them, are all the same. */
async function everything() {
    const all = [];
    for (const [table] of await rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'ovs' AND table_name NOT IN ('schema_file', 'audit_report', 'audit_balance', 'job_run', 'node', 'cron') ORDER BY table_name"))
        all.push(table, ...(await rows(`SELECT * FROM \`${table}\``)).map((row) => row.join(' ')).sort());
    for (const row of await rows("SELECT table_name, column_name, column_type, is_nullable FROM information_schema.columns WHERE table_schema = 'ovs' ORDER BY 1, ordinal_position"))
        all.push(row.join(' '));
    for (const row of await rows("SELECT table_name, index_name, column_name FROM information_schema.statistics WHERE table_schema = 'ovs' ORDER BY 1, 2, seq_in_index"))
        all.push(row.join(' '));
    for (const row of await rows("SELECT table_name, constraint_name FROM information_schema.table_constraints WHERE table_schema = 'ovs' ORDER BY 1, 2"))
        all.push(row.join(' '));
    for (const row of await rows("SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = 'ovs' ORDER BY 1"))
        all.push(row.join(' '));
    return all.map((line) => line.replaceAll(/\b17492184\d{5}\b/g, 'NOW').replaceAll(/\b17498232\d{5}\b/g, 'GRACE'));
}

const logins = {};
async function login(name) {
    if (logins[name]) return logins[name];
    const sent = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, password: PASSWORD }) });
    assert.equal(sent.status, 200, await sent.clone().text());
    const headers = { authorization: `Bearer ${(await sent.json()).token}`, accept: 'application/json' };
    return (logins[name] = (method, path, form) => fetch(site.url + path, { method, headers, redirect: 'manual',
        ...(form && { body: new URLSearchParams(form) }) }));
}
const page = async (name, path) => (await (await login(name))('GET', path)).json();
async function post(name, path, form) {
    const sent = await (await login(name))('POST', path, form);
    assert.equal(sent.status, 303, await sent.text());
    return sent.headers.get('location');
}

function statement(name, lines) {
    const path = join(site.var, name);
    writeFileSync(path, ['date,amount,currency,text', ...lines.map((line) => line.join(',')), ''].join('\n'));
    return job('admin', 'pay', 'import', path);
}

test('an update that is killed at any statement goes on and ends as if nothing had happened', async () => {
    await load();
    was = await see();
    was.lines = await rows("SELECT DATE(FROM_UNIXTIME(on_ms DIV 1000)), amount_minor, text FROM bank_line ORDER BY id");
    job('migrate');
    const whole = await everything();
    for (const [file, statements] of [['0025_paid_span.sql', 14], ['0027_bank.sql', 2], ['0030_ledger_sum.sql', 4]]) {
        await load();
        const killed = spawn(join(built, 'jobs/migrate'), { env: { ...process.env, OVS_CONF: site.conf }, stdio: 'ignore' });
        const ended = new Promise((done) => killed.once('exit', (code, signal) => done(signal ?? code)));
        await until(`${file} begins`, async () => killed.exitCode !== null || Number(await value(`SELECT COUNT(*) FROM information_schema.columns
            WHERE table_schema = 'ovs' AND table_name = 'schema_file' AND column_name = 'statements'`)) > 0 &&
            Number(await value(`SELECT COUNT(*) FROM schema_file WHERE file = '${file}' AND statements >= ${statements}`)) > 0);
        killed.kill('SIGKILL');
        await ended;
        await until('nobody migrates', async () => await value("SELECT COALESCE(IS_USED_LOCK(CONCAT('ovs.', SHA2('ovs', 224))), 0)") === '0');
        job('migrate');
        assert.deepEqual(await everything(), whole, `killed in ${file}`);
    }
});

test('a change of a table that was done and not counted is found to be there', async () => {
    const whole = await everything();
    for (const file of ['0025_paid_span', '0026_period', '0028_payout_export', '0029_document', '0030_ledger_sum', '0031_act', '0035_payee_change',
        '0036_receipt_day', '0037_ledger_speed', '0038_voucher_end']) {
        await rows(`UPDATE schema_file SET done = 0, statements = statements - 1 WHERE file = '${file}.sql'`);
        assert.equal(site.job('migrate', ['--check']).status, 1);
        assert.match(job('migrate'), new RegExp(`applied ${file}.sql`));
    }
    assert.deepEqual(await everything(), whole);
});

test('nobody loses or gains access, receipts, money or payouts', async () => {
    const now = await see();
    assert.deepEqual(now.money, was.money);
    assert.deepEqual(now.receipts, was.receipts);
    assert.deepEqual(now.payouts, was.payouts);
    assert.deepEqual(now.payouts.map((row) => row[3]), ['paid', 'returned', 'sent']);
    const ends = (list) => Object.fromEntries(list.map(([handle, paid, grace]) => [handle, [Number(paid), Number(grace)]]));
    const before_it = ends(was.ends), after_it = ends(now.ends);
    const { hal, ...others } = after_it, { hal: frozen, ...same } = before_it;
    assert.deepEqual(others, same);
    assert.ok(hal[0] - MADE < 100_000, 'who disputes the only payment has no access'); // it had been suspended
    assert.equal(hal[1], hal[0], 'nor grace');
    assert.ok(frozen[0] > MADE);
    assert.equal(await value('SELECT COUNT(*) FROM receipt r LEFT JOIN document d ON d.number = r.number WHERE d.number IS NULL'), '0');
    assert.deepEqual(await rows(`SELECT number, user_id, IF(kind = 'receipt', 1, -1) * (net_minor + tax_minor), IF(kind = 'receipt', 1, -1) *
        tax_minor, issued_ms FROM document ORDER BY number`), was.receipts);
    const audit = site.job('ledger_audit', ['--full', '--verbose']);
    assert.equal(audit.status, 0, audit.output);
});

test('statements that were imported before, and the one that names a payment by hand, book nothing', async () => {
    const stated = was.lines.map(([on, minor, text]) => [on, (Number(minor) / 100).toFixed(2), 'EUR', text]);
    const by_hand = await rows("SELECT quoted FROM bank_line WHERE source = 'by hand'");
    assert.equal(by_hand.length, 1, 'ann was confirmed by hand');
    statement('again.csv', [...stated, ['2025-02-01', '9.99', 'EUR', `${by_hand[0][0]} Ann`]]);
    assert.deepEqual((await see()).money, was.money);
    assert.equal(await value('SELECT COUNT(*) FROM bank_line'), String(was.lines.length + 1));
});

test('life goes on', async () => {
    await site.stop({ keep: true });
    site = await startSite({ folder: site.var, set: SETTINGS }); // as after an update: programs of one version
    go(MADE + 3_600_000);
    const states = {};
    for (const name of ['ann', 'ben', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']) states[name] = (await page(name, '/subscribe')).state;
    assert.deepEqual(states, { ann: 'active', ben: 'grace', cid: 'active', dan: 'ended', eve: 'active', fay: 'ended', gus: 'active', hal: 'ended' });
    const [number] = was.receipts.find(([, user]) => user === '1');
    assert.match(await (await (await login('ann'))('GET', `/account/receipt/${number}`)).text(), /"tax_minor": 167\b/);

    await post('ben', '/subscribe', { voucher: SOLD });
    await post('dan', '/subscribe', { voucher: GIFT });
    assert.equal(await value("SELECT tax_minor FROM payment WHERE provider = 'voucher' AND amount_minor > 0 ORDER BY id DESC LIMIT 1"), '167');
    const open = await page('fay', await post('fay', '/subscribe', { months: 1 }));
    statement('new.csv', [['2025-06-06', '9.99', 'EUR', open.reference]]);
    assert.equal((await page('fay', '/subscribe')).state, 'active');
    job('admin', 'pay', 'dispute', await value(`SELECT r.number FROM receipt r JOIN user u ON u.id = r.user_id WHERE u.handle = 'hal'
        ORDER BY r.number DESC LIMIT 1`), 'won');
    job('admin', 'pay', 'refund', await value(`SELECT r.number FROM receipt r JOIN user u ON u.id = r.user_id WHERE u.handle = 'gus'
        ORDER BY r.number DESC LIMIT 1`), '2.00', '--reason', 'a part of it did not work');
    job('admin', 'pay', 'return', /^\d+/.exec(job('admin', 'pay', 'unmatched'))[0]);
    job('payout', 'confirm', '3');
    job('payout', 'lift', 'xia', '--reason', 'We talked.');
    for (const [month, day] of [[6, 9], [7, 3], [7, 5], [8, 3], [8, 5]]) {
        go(Date.UTC(2025, month - 1, day, 14));
        for (const name of ['watch_rollup', 'settle', 'close_month', 'mature', 'expire', 'renew', 'statements', 'sum_ledger']) job(name);
        if (day === 5) job('payout_run');
    }
    assert.equal(await value('SELECT MAX(month) FROM month_close'), '202507');
    const waiting = await rows("SELECT MIN(run_id) FROM payout WHERE state = 'reserved'");
    if (waiting[0][0] !== 'NULL') {
        job('payout', 'export', waiting[0][0], '--sepa', join(site.var, 'run.xml'));
        job('payout', 'confirm', '--run', waiting[0][0]);
    }
    const audit = site.job('ledger_audit', ['--full', '--verbose']);
    assert.equal(audit.status, 0, audit.output);
});
