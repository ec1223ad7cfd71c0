/*
 * Operators' acts on a site that asks two of them (four_eyes = on): who may approve, what waits, what
 * expires, and that a process killed at any step leaves an act done once or not at all.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { built, startSite } from './lib.mjs';

const PASSWORD = 'a long walk in may', DAY_MS = 86_400_000;
const NOON = Date.UTC(2031, 2, 5, 12);
const FEE = { accounts: 'exp:fees_lost asset:bank', amount: '5.00', reason: 'The fee of the bank' };
let site, mona, olga;

const at = (ms) => site.setClock(ms - Date.now());
const admin = (...args) => site.job('admin', args);
function done(...args) {
    const { status, output } = admin(...args);
    assert.equal(status, 0, output);
    return output;
}
const one = async (sql) => site.sql.value(sql);

/* A member who uses the site like a program: ask(method, path, form). */
async function logIn(name) {
    const login = await fetch(`${site.url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, password: PASSWORD }),
    });
    assert.equal(login.status, 200);
    const headers = { authorization: `Bearer ${(await login.json()).token}`, accept: 'application/json' };
    return async (method, path, form) => {
        const answer = await fetch(site.url + path, {
            method, headers, redirect: 'manual', ...(form && { body: new URLSearchParams(form) }),
        });
        return { status: answer.status, place: answer.headers.get('location'), body: await answer.json() };
    };
}
async function made(handle, role) {
    done('user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD, '--role', role);
    return logIn(handle);
}

before(async () => {
    site = await startSite({ set: {
        four_eyes: 'on', pay_provider: 'manual', bank_holder: 'Example Video Ltd',
        bank_iban: 'AT61 1904 3002 3457 3201', tax_bp: 2000, signups_per_day: 100,
    } });
    at(NOON);
});
after(() => site?.stop());

/* Ask for an act; its number. */
async function asked(who, kind, form) {
    const sent = await who('POST', `/admin/acts/new/${kind}`, { do: 'confirm', ...form });
    assert.equal(sent.status, 303, JSON.stringify(sent.body));
    return Number(/(\d+)$/.exec(sent.place)[1]);
}

test('the command line makes the first two operators at once; until then nothing can be asked', async () => {
    mona = await made('mona', 'member');
    olga = await made('olga', 'member');
    const post = ['books', 'post', 'exp:fees_lost', 'asset:bank', '7.00', '--reason', 'A fee'];
    assert.match(admin(...post).output, /no other one who could approve it.*admin user role HANDLE operator/);
    assert.match(done('user', 'role', 'mona', 'operator'), /mona now has the role operator/);
    assert.match(admin(...post, '--as', 'mona').output, /no other one who could approve it/);
    assert.match(admin('user', 'role', 'olga', 'moderator', '--as', 'mona').output, /no other one/);
    const page = await mona('POST', '/admin/acts/new/member-role', { do: 'confirm', member: 'olga', role: 'operator', reason: 'new' });
    assert.equal(page.status, 409, 'a log-in alone makes no operators');
    assert.match(JSON.stringify(page.body), /admin user role HANDLE operator/);
    assert.match(done('user', 'role', 'olga', 'operator'), /olga now has the role operator/);
    assert.match(admin('user', 'role', 'olga', 'member').output, /--as HANDLE/, 'from now on they ask each other');
    assert.equal(await one('SELECT COUNT(*) FROM ledger_tx'), '0');
});

test('an act waits until another operator approves it', async () => {
    const seen = await mona('POST', '/admin/acts/new/posting', { do: 'preview', ...FEE });
    assert.equal(seen.body.preview.waits, true);
    const id = await asked(mona, 'posting', FEE);
    assert.equal(await one('SELECT COUNT(*) FROM ledger_tx'), '0', 'nothing is booked yet');
    const waits = (await olga('GET', '/admin/acts?state=waiting')).body;
    assert.equal(waits.waiting, 1);
    assert.equal(waits.acts[0].asked_by, 'mona');

    const own = (await mona('GET', `/admin/acts/${id}`)).body;
    assert.equal(own.may_approve, false);
    const refused = await mona('POST', `/admin/acts/${id}`, { do: 'approve' });
    assert.equal(refused.status, 403);
    assert.match(JSON.stringify(refused.body), /another operator has to/);
    assert.equal(await one('SELECT COUNT(*) FROM ledger_tx'), '0');

    const others = (await olga('GET', `/admin/acts/${id}`)).body;
    assert.equal(others.may_approve, true);
    assert.deepEqual(others.preview.postings.map(({ debit, credit, minor }) => [debit, credit, minor]),
        [['exp:fees_lost', 'asset:bank', 500]]);
    const wrong = await olga('POST', `/admin/acts/${id}`, { do: 'approve', seen: '0123456789abcdef' });
    assert.equal(wrong.status, 409);
    const { status } = await olga('POST', `/admin/acts/${id}`, { do: 'approve', seen: others.preview.seen });
    assert.equal(status, 303);
    assert.equal(await one('SELECT ikey FROM ledger_tx'), `manual:${id}`);
    const after = (await mona('GET', `/admin/acts/${id}`)).body;
    assert.deepEqual([after.state, after.asked_by, after.ended_by], ['done', 'mona', 'olga']);
    assert.equal((await olga('POST', `/admin/acts/${id}`, { do: 'approve' })).status, 409, 'once');
    assert.equal(await one('SELECT COUNT(*) FROM ledger_tx'), '1');
});

test('it can be refused or withdrawn, with a reason, and asked for again', async () => {
    const form = { ...FEE, amount: '6.00', once: 'six' };
    const id = await asked(mona, 'posting', form);
    assert.equal(await asked(mona, 'posting', form), id, 'the same intent is the same act');
    assert.equal((await olga('POST', `/admin/acts/${id}`, { do: 'refuse', answer: '' })).status, 400);
    assert.equal((await olga('POST', `/admin/acts/${id}`, { do: 'refuse', answer: 'No such fee' })).status, 303);
    const { body } = await mona('GET', `/admin/acts/${id}`);
    assert.deepEqual([body.state, body.result, body.ended_by], ['refused', 'No such fee', 'olga']);
    assert.equal((await olga('POST', `/admin/acts/${id}`, { do: 'approve' })).status, 409);
    const again = await asked(mona, 'posting', form);
    assert.notEqual(again, id);
    assert.equal((await mona('POST', `/admin/acts/${again}`, { do: 'refuse', answer: 'A typing error' })).status, 303);
});

test('what only stops something does not wait; its opposite does', async () => {
    await asked(mona, 'payouts-off', { reason: 'Something is wrong' });
    assert.equal(await one("SELECT value FROM setting WHERE name = 'payouts'"), 'off');
    const id = await asked(mona, 'payouts-on', { reason: 'All is well' });
    assert.equal(await one("SELECT value FROM setting WHERE name = 'payouts'"), 'off');
    assert.equal((await olga('POST', `/admin/acts/${id}`, { do: 'approve' })).status, 303);
    assert.equal(await one("SELECT value FROM setting WHERE name = 'payouts'"), 'on');
});

test('the command line has to say whose account it is, and one user of it cannot do both', async () => {
    const post = ['books', 'post', 'exp:fees_lost', 'asset:bank', '7.00', '--reason', 'A fee'];
    assert.match(admin(...post).output, /--as HANDLE/);
    assert.match(admin(...post, '--as', 'nobody-at-all').output, /Nobody has handle/);
    assert.match(done(...post, '--as', 'mona'), /waits for approval as \d+/);
    const id = await one('SELECT MAX(id) FROM act');
    assert.match(admin('act', 'approve', id).output, /--as HANDLE/);
    assert.match(admin('act', 'approve', id, '--as', 'mona').output, /another operator has to/);
    assert.match(admin('act', 'approve', id, '--as', 'olga').output, /The same user of the command line/);
    assert.equal((await mona('POST', `/admin/acts/${id}`, { do: 'approve' })).status, 403, 'her account asked');
    assert.match(done('act', 'show', id), /debit exp:fees_lost {2}credit asset:bank/);
    assert.equal((await olga('POST', `/admin/acts/${id}`, { do: 'approve' })).status, 303);
    assert.equal(await one(`SELECT COUNT(*) FROM ledger_tx WHERE ikey = 'manual:${id}'`), '1');

    const paged = await asked(mona, 'posting', { ...FEE, amount: '8.00' });
    assert.match(done('act', 'approve', String(paged), '--as', 'olga'), /Booked as manual/);
    assert.match(admin('act', 'refuse', String(paged), '--as', 'olga', '--reason', 'late').output, /is done/);
});

test('what would happen by now is what counts', async () => {
    await made('cleo', 'member');
    await made('dora', 'member');
    const give = await asked(mona, 'posting', { accounts: 'exp:writeoff liab:creator:payable', creator: 'cleo', amount: '2.00', reason: 'A prize' });
    await site.sql.value("UPDATE user SET handle = 'cleo-2' WHERE handle = 'cleo'");
    await site.sql.value("UPDATE user SET handle = 'cleo' WHERE handle = 'dora'");
    const page = (await olga('GET', `/admin/acts/${give}`)).body;
    assert.equal(page.member, 'cleo-2', 'an act stays about the member whom it was asked for');
    assert.equal((await olga('POST', `/admin/acts/${give}`, { do: 'approve', seen: page.preview.seen })).status, 303);
    assert.equal(await one(`SELECT u.handle FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
        JOIN user u ON u.id = a.owner_id`), 'cleo-2');
});

/* Run a command that is killed at its N-th step; true if it came to its end before that. */
function killedAt(fault, ...args) {
    const env = { ...process.env, OVS_CONF: site.conf, FAULT: fault };
    const { status, signal, stdout, stderr } = spawnSync(join(built, 'jobs/admin'), args, { env, encoding: 'utf8' });
    assert.ok(signal === 'SIGKILL' || status === 0, `${fault}: ${status} ${signal} ${stdout}${stderr}`);
    return status === 0;
}

for (const when of ['before', 'after'])
    test(`killed right ${when} any step, an act is done once or not at all`, async () => {
        let ended = false, killed = 0;
        for (let step = 1; !ended; step++) {
            const id = await asked(mona, 'posting', { ...FEE, amount: '1.00' });
            ended = killedAt(`${when}:${step}`, 'act', 'approve', String(id), '--as', 'olga');
            killed += !ended;
            const state = await one(`SELECT state FROM act WHERE id = ${id}`);
            const booked = await one(`SELECT COUNT(*) FROM ledger_tx WHERE ref_type = 'act' AND ref_id = '${id}'`);
            assert.ok(['waiting 0', 'done 1'].includes(`${state} ${booked}`), `step ${step}: ${state} ${booked}`);
            if (state === 'waiting') done('act', 'approve', String(id), '--as', 'olga');
            assert.equal(await one(`SELECT COUNT(*) FROM ledger_tx WHERE ref_type = 'act' AND ref_id = '${id}'`), '1');
        }
        assert.ok(killed > 10, `${killed} steps`);
    });

test('an act that was interrupted between its parts is finished later', async () => {
    const id = await asked(mona, 'audit', { all: 'new' });
    await site.sql.value(`UPDATE act SET state = 'doing', result = '' WHERE id = ${id}`); // as a crash leaves it
    assert.equal(site.job('expire').status, 0);
    assert.equal(await one(`SELECT state FROM act WHERE id = ${id}`), 'doing', 'whoever does it may still be at it');
    at(NOON + 6 * 60_000);
    assert.match(site.job('expire').output, /acts_finished=1/);
    assert.equal(await one(`SELECT CONCAT(state, ' ', result) FROM act WHERE id = ${id}`), 'done Findings: 0.');
});

test('a voucher is taxed when it is sold, and the tax goes back with the money', async () => {
    const balance = async (code) => Number(await one(`SELECT COALESCE(SUM(CASE WHEN c.code = '${code}' THEN l.amount_minor
        ELSE -l.amount_minor END), 0) FROM ledger_leg l JOIN ledger_account d ON d.id = l.debit_id
        JOIN ledger_account c ON c.id = l.credit_id WHERE '${code}' IN (c.code, d.code)`));
    const cleo = await logIn('dora@example.org');
    const vouchers = async (count, more = {}) => {
        const id = await asked(mona, 'voucher-create', { value: '12.00', count, reason: 'sold', ...more });
        const { status, body } = await olga('POST', `/admin/acts/${id}`, { do: 'approve' });
        assert.equal(status, 200);
        assert.equal(body.codes.length, count);
        assert.deepEqual((await mona('GET', `/admin/acts/${id}`)).body.codes, [], 'shown once');
        return body.codes;
    };
    const vat = await balance('liab:vat'), revenue = await balance('rev:platform');
    const [first] = await vouchers(3);
    assert.equal(await balance('liab:vat') - vat, 600);
    assert.equal(await balance('liab:voucher'), 3000);
    const ids = (await one('SELECT GROUP_CONCAT(id ORDER BY id) FROM voucher')).split(',');

    assert.equal((await cleo('POST', '/subscribe', { voucher: first })).status, 303);
    assert.equal(await balance('liab:vat') - vat, 600, 'not again when it is redeemed');
    assert.equal(await balance('liab:voucher'), 2000);
    assert.equal(await one('SELECT tax_minor FROM unit'), '200');
    assert.equal(await one('SELECT COUNT(*) FROM receipt WHERE payment_id IS NOT NULL'), '0', 'its receipt was made out at the sale');

    for (const [voucher, money] of [[ids[1], 'back'], [ids[2], 'keep']]) {
        const id = await asked(mona, 'voucher-cancel', { voucher, money, reason: 'Ordered twice' });
        assert.equal((await olga('POST', `/admin/acts/${id}`, { do: 'approve' })).status, 303);
    }
    assert.equal(await balance('liab:vat') - vat, 400, 'the tax of the one that went back');
    assert.equal(await balance('liab:voucher'), 0);
    assert.equal(await balance('rev:platform') - revenue, 1000);
    assert.equal(await one('SELECT GROUP_CONCAT(CONCAT(amount_minor, " ", tax_minor) ORDER BY number) FROM receipt'),
        '1200 200,1200 200,1200 200,-1200 -200');

    await vouchers(1, { expires: '2031-03-08' });
    at(NOON + 4 * DAY_MS);
    assert.match(site.job('expire').output, /vouchers=1/);
    assert.equal(await balance('liab:voucher'), 0);
    assert.equal(await balance('liab:vat') - vat, 600, 'tax of a voucher that nobody used stays due');
    assert.equal(await balance('rev:platform') - revenue, 2000);
    for (const job of ['watch_flush', 'watch_rollup']) site.job(job);
    const audit = site.job('ledger_audit', ['--verbose', '--full']);
    assert.equal(audit.status, 0, audit.output);
});

test('after a week nobody can approve it any more', async () => {
    mona = await logIn('mona');
    const id = await asked(mona, 'posting', { ...FEE, amount: '9.00' });
    at(NOON + 12 * DAY_MS);
    olga = await logIn('olga'); // her token has lapsed in that time
    assert.equal((await olga('POST', `/admin/acts/${id}`, { do: 'approve' })).status, 409);
    const ran = site.job('expire');
    assert.equal(ran.status, 0, ran.output);
    assert.equal(await one(`SELECT state FROM act WHERE id = ${id}`), 'expired');
    assert.equal(await one(`SELECT COUNT(*) FROM ledger_tx WHERE ref_id = '${id}'`), '0');
});
