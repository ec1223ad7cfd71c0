/*
 * site_0024: makes site_0024.sql.gz, the database of a small site as the version before migration 0025
 * left it. It runs in a checkout of that version (the last commit without schema/0025_paid_span.sql),
 * as tests/site_0024.mjs beside its tests/lib.mjs, after `make programs`:
 *
 *     node tests/site_0024.mjs site_0024.sql
 *
 * Nobody in it is real. Account numbers are sealed with the key PAYEE_KEY of tests/upgrade.test.mjs.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSite } from './lib.mjs';

const PASSWORD = 'a long walk in may', DAY_MS = 86_400_000, PAYEE_KEY = '5a'.repeat(32);
const utc = (month, day, hour = 12, minute = 0) => Date.UTC(2025, month - 1, day, hour, minute);
const MEMBERS = ['ann', 'ben', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal'], CREATORS = ['xia', 'yan', 'zoe'];
const IBANS = ['AT611904300234573201', 'DE89370400440532013000', 'NL91ABNA0417164300'];

const site = await startSite({ secrets: { payee: PAYEE_KEY }, set: {
    pay_provider: 'manual', bank_holder: 'Example Video Ltd', bank_iban: IBANS[0], bank_bic: 'BKAUATWW',
    seller_name: 'Example Video Ltd', seller_address: 'Ring 1, 1010 Wien', tax_bp: 2000, price_year_minor: 9990,
    fee_minor: 40, payout_threshold_minor: 100, signups_per_day: 1000,
} });
const { sql } = site;
let now;
const go = (ms) => { now = ms; site.setClock(ms - Date.now()); };
function job(name, ...args) {
    const { status, output } = site.job(name, args);
    assert.equal(status, 0, `${name} ${args.join(' ')}: ${output}`);
    return output;
}
const admin = (...args) => job('admin', ...args);

/* A login lasts for some weeks. */
const asks = {};
async function login(handle) {
    const once = `${handle} ${Math.floor(now / (7 * DAY_MS))}`;
    if (asks[once]) return asks[once];
    const sent = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: handle, password: PASSWORD }) });
    assert.equal(sent.status, 200);
    const headers = { authorization: `Bearer ${(await sent.json()).token}`, accept: 'application/json' };
    return (asks[once] = (method, path, form) => fetch(site.url + path, { method, headers, redirect: 'manual',
        ...(form && { body: new URLSearchParams(form) }) }));
}
async function post(handle, path, form) {
    const sent = await (await login(handle))('POST', path, form);
    assert.equal(sent.status, 303, await sent.text());
    return sent.headers.get('location');
}
async function reference(handle, months = 1) {
    const where = await post(handle, '/subscribe', { months });
    return (await (await (await login(handle))('GET', where)).json()).reference;
}

function statement(lines) {
    const path = join(site.var, `statement-${now}.csv`), date = new Date(now).toISOString().slice(0, 10);
    writeFileSync(path, ['date,amount,currency,text', ...lines.map(([amount, text]) => `${date},${amount},EUR,${text}`), ''].join('\n'));
    admin('pay', 'import', path);
}
async function pay(...handles) {
    const lines = [];
    for (const handle of handles) lines.push(['9.99', `${await reference(handle)} from ${handle}`]);
    statement(lines);
}

let n = 0;
async function watch(handle, month, day, creator, minutes) {
    const t0 = utc(month, day), rows = [], c = CREATORS.indexOf(creator) + 1;
    for (let i = 0; i < minutes; i++)
        rows.push(`(${t0 / DAY_MS | 0}, (SELECT id FROM user WHERE handle = '${handle}'), 1, ${++n}, ${c},
            (SELECT id FROM user WHERE handle = '${creator}'), 's-${handle}', ${t0 + i * 60_000}, ${t0 + (i + 1) * 60_000}, 7200000, 0)`);
    await sql.run(`INSERT INTO watch_seg (day, user_id, batch_id, n, video_id, creator_id, session, t0_ms, t1_ms, length_ms,
        flags) VALUES ${rows.join(', ')}`);
    await sql.run(`INSERT IGNORE INTO watch_dirty SELECT id, ${t0 / DAY_MS | 0} FROM user WHERE handle = '${handle}'`);
}
const receipt = (handle, nth = 0) => sql.value(`SELECT r.number FROM receipt r JOIN user u ON u.id = r.user_id
    WHERE u.handle = '${handle}' AND r.amount_minor > 0 ORDER BY r.number LIMIT 1 OFFSET ${nth}`);
const voucher = (...args) => admin('voucher', 'create', ...args).match(/[0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4}/g);
function night(month, day) {
    go(utc(month, day, 14));
    for (const name of ['watch_rollup', 'settle', 'close_month', 'mature', 'renew', 'statements']) job(name);
}

async function payOut() {
    job('payout_run');
    const made = await sql.run(`SELECT p.id, p.run_id, u.handle FROM payout p JOIN user u ON u.id = p.user_id
        WHERE p.state = 'sent' ORDER BY p.id`);
    if (made.length) job('payout', 'export', made[0][1], '--sepa', join(site.var, `${now}.xml`));
    return made;
}

/* --- People -------------------------------------------------------------------------------------------- */
go(Date.UTC(2024, 5, 1));
for (const handle of [...MEMBERS, ...CREATORS]) admin('user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD);
for (const [i, handle] of CREATORS.entries()) {
    await sql.run(`INSERT INTO video (id, public_id, user_id, category_id, title, state, length_ms, created_ms)
        SELECT ${i + 1}, '${'abc'[i].repeat(11)}', u.id, MIN(c.id), 'Film of ${handle}', 'ready', 7200000, ${now}
        FROM category c, user u WHERE u.handle = '${handle}' GROUP BY u.id`);
    await post(handle, '/studio/payee', { do: 'account', holder: `Creator ${handle}`, iban: IBANS[i], vat_id: '', present: PASSWORD });
}

/* --- February: everybody has a first month -------------------------------------------------------------- */
go(utc(2, 2));
const codes = voucher('--count', '2', '--value', '9.99', '--expires', '2025-12-31', '--note', 'sold');
voucher('--value', '9.99', '--expires', '2025-03-15', '--note', 'sold, never used');
const gifts = voucher('--count', '2', '--months', '2', '--expires', '2025-12-31', '--note', 'a present');
await post('dan', '/subscribe', { voucher: codes[0] });
admin('pay', 'confirm', await reference('ann'), '9.99', '--date', '2025-02-01');
statement([['99.90', await reference('cid', 12)], ['8.00', 'not for you'], ['9.99', await reference('gus')]]);
admin('pay', 'return', /^(\d+).*8\.00/m.exec(admin('pay', 'unmatched'))[1]);
go(utc(2, 2, 13));
await pay('eve', 'fay', 'hal');
go(utc(2, 5));
await pay('ben');
for (const [i, handle] of ['ann', 'ben', 'cid', 'fay', 'gus', 'hal'].entries()) {
    await watch(handle, 2, 7, CREATORS[i % 3], 10 + i);
    await watch(handle, 2, 8, CREATORS[(i + 1) % 3], 30 - i);
}
go(utc(2, 9));
job('watch_rollup');
admin('pay', 'refund', await receipt('fay'), '4.00', '--reason', 'a part of it did not work');
admin('pay', 'refund', await receipt('gus'), '9.99', '--reason', 'asked for it');
admin('pay', 'dispute', await receipt('hal'), 'open');
go(utc(2, 20));
admin('pay', 'dispute', await receipt('hal'), 'lost', '--fee', '15.00');

/* --- March ------------------------------------------------------------------------------------------------ */
go(utc(3, 1));
await pay('ann', 'fay', 'gus');
await post('dan', '/subscribe', { voucher: gifts[0] });
await watch('ann', 3, 4, 'xia', 20);
await watch('cid', 3, 5, 'yan', 25);
await watch('gus', 3, 12, 'zoe', 35);
night(3, 4);
go(utc(3, 6));
await pay('ben');
await watch('ben', 3, 10, 'xia', 40);
night(3, 8);
go(utc(3, 9));
admin('pay', 'dispute', await receipt('gus', 1), 'open');
go(utc(3, 16));
admin('pay', 'dispute', await receipt('gus', 1), 'won');
admin('pay', 'refund', await receipt('ben'), '3.00', '--reason', 'after it was settled');

/* --- April: March is closed, with time that nobody watched ----------------------------------------------- */
go(utc(4, 1));
await pay('ann', 'fay');
await watch('ann', 4, 8, 'zoe', 15);
await watch('fay', 4, 9, 'xia', 15);
night(4, 3);
night(4, 9);
go(utc(4, 12));
admin('pay', 'refund', await receipt('ann'), '2.00', '--reason', 'after its month was closed');
await pay('gus');
await watch('gus', 4, 14, 'yan', 12);

/* --- May: April is closed, March can be paid out ------------------------------------------------------------ */
go(utc(5, 1));
await pay('ann', 'ben', 'fay');
await watch('ben', 5, 3, 'yan', 22);
night(5, 3);
night(5, 5);
const payouts = await payOut(); // one is paid, one comes back, one is with the bank
assert.deepEqual(payouts.map(([, , handle]) => handle), CREATORS);
job('payout', 'confirm', payouts[0][0], payouts[1][0]);
job('payout', 'hold', 'xia', '--reason', 'Please call us.');
go(utc(5, 9));
job('payout', 'return', payouts[1][0], '--reason', 'The account is closed.');
go(utc(5, 20));
await pay('ann', 'eve'); // two months ahead; somebody who comes back
await pay('eve');
night(5, 28);

/* --- June ------------------------------------------------------------------------------------------------- */
go(utc(6, 1));
await pay('hal', 'fay', 'gus');
night(6, 3);
night(6, 5);
job('payout_run'); // to nobody: all have to wait
go(utc(6, 6));
statement([['5.00', 'thank you']]); // unmatched
admin('pay', 'refund', await receipt('fay', 4), '9.99', '--reason', 'paid by mistake');
admin('pay', 'dispute', await receipt('hal', 1), 'open');
await watch('cid', 6, 6, 'xia', 5);
go(utc(6, 6, 14));
for (const name of ['watch_rollup', 'settle', 'renew']) job(name);
const audit = site.job('ledger_audit', ['--full', '--verbose']);
process.stderr.write(audit.output);
assert.equal(audit.status, 0);
assert.equal(await sql.value("SELECT GROUP_CONCAT(state ORDER BY id) FROM payout"), 'paid,returned,sent');

/* Nothing that a login could be taken from, and nothing that is no money. */
const tables = (await sql.run("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")).flat();
for (const table of ['session', 'login_try', 'throttle', 'audience_day'].filter((name) => tables.includes(name)))
    await sql.run(`DELETE FROM ${table}`);
const dump = execFileSync('mariadb-dump', ['--no-defaults', '--user=root', `--socket=${site.setting('db_socket')}`,
    `--password=${site.setting('db_admin_password')}`, '--skip-comments', '--skip-dump-date', '--skip-lock-tables', '--skip-add-drop-table',
    '--skip-add-locks', '--skip-set-charset', '--hex-blob', '--triggers', '--compact', 'ovs'], { encoding: 'utf8', maxBuffer: 1 << 28 });
/* No owner of triggers, and no value of the generated column at the end of payout_hold. */
const columns = (await sql.run(`SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()
    AND table_name = 'payout_hold' AND column_name <> 'open_user_id' ORDER BY ordinal_position`)).flat().join(', ');
writeFileSync(process.argv[2], dump.replaceAll(/DEFINER=`[^`]*`@`[^`]*`/g, '')
    .replace(/INSERT INTO `payout_hold` VALUES[^;]*;/, (insert) => insert.replace('VALUES', `(${columns}) VALUES`)
        .replaceAll(/,(?:\d+|NULL)\)(,|;)$/gm, ')$1')));
for (const row of await sql.run('SELECT u.handle, s.* FROM subscription s JOIN user u ON u.id = s.user_id')) process.stderr.write(`${row.join(' ')}\n`);
for (const row of await sql.run('SELECT id, run_id, user_id, amount_minor, state FROM payout')) process.stderr.write(`${row.join(' ')}\n`);
process.stderr.write(`vouchers ${[...codes, ...gifts].join(' ')}\n`);
await site.stop();
process.exit(0);
