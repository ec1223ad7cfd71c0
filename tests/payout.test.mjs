/*
 * Payouts: what a run pays and what stops it; each creator exactly once, whatever is killed, lost
 * or started eight times; returned money; the file for the bank.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { built, root, startSite } from './lib.mjs';

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const site = await startSite({ set: { pay_provider: 'test', payout_day: 5, payout_threshold_minor: 1000 } });
after(() => site.stop());

const environment = (more) => ({ ...process.env, OVS_CONF: site.conf, ...more });
function program(name, args = [], more = {}) {
    const ran = spawnSync(join(built, name), args, { env: environment(more), encoding: 'utf8' });
    return { status: ran.status ?? ran.signal, output: ran.stdout + ran.stderr };
}
const run = (more) => program('jobs/payout_run', [], more);
const poll = (more) => program('jobs/payout_poll', [], more);
const payout = (...args) => program('jobs/payout', args);

/* Each test uses a month of its own, so that each has a run of its own. */
let month = 0, now;
function setTime(ms) {
    now = ms;
    site.setClock(ms - Date.now());
}
function nextMonth() {
    month++;
    setTime(Date.UTC(2027, month, 5, 5));
}

let creators = 0;
function helper(...args) {
    const made = program('tests/unit_payout', args.map(String));
    assert.equal(made.status, 0, made.output);
}
function seed(...minors) {
    const pairs = minors.map((minor) => [`creator${++creators}`, minor]);
    helper('seed', ...pairs.flat());
    return pairs.map(([handle]) => handle);
}

/* The settings with some changed. */
function settings(name, changes) {
    const path = join(site.var, `${name}.conf`);
    const kept = readFileSync(site.conf, 'utf8').split('\n')
        .filter((line) => !Object.keys(changes).includes(line.split(' ')[0]));
    const lines = Object.entries(changes).map(([key, text]) => `${key} = ${text}`);
    writeFileSync(path, [...kept, ...lines, ''].join('\n'), { mode: 0o600 });
    return { OVS_CONF: path };
}

const rows = (statement) => site.sql.run(statement);
const value = (statement) => site.sql.value(statement);
const states = async (handles) => (await rows(`SELECT p.state FROM payout p JOIN user u ON u.id = p.user_id
    WHERE u.handle IN (${handles.map((h) => `'${h}'`)}) ORDER BY p.id`)).map(([state]) => state);
const balance = async (handle, part) => Number(await value(`SELECT COALESCE(MAX(b.credits_minor - b.debits_minor), 0)
    FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id JOIN user u ON u.id = a.owner_id
    WHERE u.handle = '${handle}' AND a.code = CONCAT('liab:creator:', u.id, ':${part}')`));

/* What the books say about these creators, without what differs from one run of the test to the
 * next: numbers that a rolled back row used up, and the time of writing. */
const ledger = async (handles) => (await rows(`SELECT
    REPLACE(t.ikey, CONCAT(':', t.ref_id, ':'), ':ID:'), t.kind, l.line, l.amount_minor, l.currency,
    REPLACE(d.code, u.id, 'USER'), REPLACE(c.code, u.id, 'USER')
    FROM ledger_tx t JOIN ledger_leg l ON l.tx_id = t.id JOIN ledger_account d ON d.id = l.debit_id
    JOIN ledger_account c ON c.id = l.credit_id JOIN user u ON u.id IN (d.owner_id, c.owner_id)
    WHERE u.handle IN (${handles.map((h) => `'${h}'`)}) AND t.ref_type = 'payout'
    ORDER BY u.id, t.ikey`)).map((row) => row.join(' ')).join('\n');

/* [creator, amount] of each transfer that the test bank made. */
const transfers = (handles) => rows(`SELECT u.handle, t.amount_minor FROM test_payout t
    JOIN payout p ON p.id = t.payout_id JOIN user u ON u.id = p.user_id
    WHERE u.handle IN (${handles.map((h) => `'${h}'`)}) ORDER BY u.id`);

async function allIsWell() {
    const audit = program('jobs/ledger_audit');
    assert.equal(audit.status, 0, audit.output);
    assert.equal(await value(`SELECT COUNT(*) FROM (SELECT payout_id FROM test_payout GROUP BY payout_id
        HAVING COUNT(*) > 1) twice`), '0');
    assert.equal(await value("SELECT COUNT(*) FROM payout WHERE state IN ('reserved', 'sending', 'unknown')"), '0');
}

before(() => setTime(Date.UTC(2027, 0, 1)));

test('a run pays who is due, once a month, and says who is left out and why', async () => {
    const [rich, poor, held, waits, blocked, gone] =
        seed(5000, 999, 2000, 2000, 2000, 2000);
    setTime(Date.UTC(2027, 1, 5, 3, 59));
    assert.equal(run().status, 0);
    assert.equal(await value('SELECT COUNT(*) FROM payout'), '0', 'not before 04:00 of the fifth');

    nextMonth();
    assert.equal(payout('hold', held, '--reason', 'Please call us.').status, 0);
    await rows(`UPDATE payee SET account_ms = ${now - 6 * DAY} WHERE user_id = (SELECT id FROM user WHERE handle = '${waits}')`);
    await rows(`UPDATE user SET blocked = 1 WHERE handle = '${blocked}'`);
    await rows(`DELETE FROM payee WHERE user_id = (SELECT id FROM user WHERE handle = '${gone}')`);
    const dry = program('jobs/payout_run', ['--dry-run']);
    assert.equal(dry.status, 0, dry.output);
    assert.match(dry.output, new RegExp(`${rich} +50.00 XTS  is paid; waits since 1 Jan 1970`));
    assert.match(dry.output, new RegExp(`${poor} +9.99 XTS  below the threshold`));
    assert.match(dry.output, new RegExp(`${held} +20.00 XTS  on hold: Please call us.`));
    assert.match(dry.output, new RegExp(`${waits} +20.00 XTS  new bank account, waits until 6 Feb 2027`));
    assert.match(dry.output, new RegExp(`${blocked} +20.00 XTS  banned`));
    assert.match(dry.output, new RegExp(`${gone} +20.00 XTS  has given no bank account`));
    assert.match(dry.output, /1 payouts, together 50.00 XTS/);
    assert.equal(await value('SELECT COUNT(*) FROM payout'), '0', 'a dry run writes nothing');

    const first = run();
    assert.equal(first.status, 0, first.output);
    assert.match(first.output, /payouts=1 minor=5000 sent=1 failed=0 unknown=0 below=1 held=2 without_account=1 waiting=1 left_out=0/);
    assert.deepEqual(await transfers([rich, poor, held, waits, blocked, gone]), [[rich, '5000']]);
    assert.equal(await balance(rich, 'payable'), 0);
    assert.equal(await balance(rich, 'transit'), 0);
    assert.equal(await balance(poor, 'payable'), 999);

    assert.equal(payout('lift', held).status, 0);
    await rows(`UPDATE user SET blocked = 0 WHERE handle = '${blocked}'`);
    assert.match(run().output, /nothing is due/);
    assert.deepEqual(await states([held, blocked]), [], 'a complete run stays as it is');
    nextMonth();
    assert.equal(run().status, 0);
    assert.deepEqual(await states([held, blocked, waits]), ['sent', 'sent', 'sent']);
    await allIsWell();
});

test('who leaves is paid the rest, once', async () => {
    const [leaver] = seed(300);
    nextMonth();
    run();
    assert.deepEqual(await states([leaver]), []);
    await rows(`UPDATE payee SET pay_below = 1 WHERE user_id = (SELECT id FROM user WHERE handle = '${leaver}')`);
    nextMonth();
    run();
    assert.deepEqual(await transfers([leaver]), [[leaver, '300']]);
    assert.equal(await value(`SELECT pay_below FROM payee JOIN user ON id = user_id WHERE handle = '${leaver}'`), '0');
});

test('the kill switch stops a run, and a dry run says so', async () => {
    const [one] = seed(3000);
    nextMonth();
    await rows("INSERT INTO setting (name, value, changed_by, changed_ms) VALUES ('payouts', 'off', 0, 0)");
    for (const refused of [run(), program('jobs/payout_run', ['--dry-run'])]) {
        assert.equal(refused.status, 1);
        assert.match(refused.output, /Payouts are switched off/);
    }
    await rows("UPDATE setting SET value = 'on' WHERE name = 'payouts'");
    assert.equal(run().status, 0);
    assert.deepEqual(await states([one]), ['sent']);
});

test('the daily maximum: who does not fit is paid by another run on the next day', async () => {
    const three = seed(3000, 4000, 1500);
    nextMonth();
    const capped = settings('capped', { payout_daily_max_minor: 5000 });
    const dry = program('jobs/payout_run', ['--dry-run'], capped);
    assert.match(dry.output, new RegExp(`${three[1]} +40.00 XTS  more than payout_daily_max_minor leaves today`));
    const first = run(capped);
    assert.equal(first.status, 0, first.output);
    assert.match(first.output, /payouts=2 minor=4500 sent=2 .*left_out=1/);
    assert.deepEqual(await transfers(three), [[three[0], '3000'], [three[2], '1500']]);
    assert.match(run(capped).output, /nothing is due/, 'enough for today');
    setTime(now + DAY);
    assert.match(run(capped).output, /payouts=1 minor=4000 sent=1/);
    assert.match(run(capped).output, /nothing is due/);
    setTime(now + DAY);
    assert.match(run(capped).output, /nothing is due/, 'nobody was left out');

    const [huge] = seed(9000);
    nextMonth();
    const refused = run(capped);
    assert.equal(refused.status, 1, refused.output);
    assert.match(refused.output, /Nothing is paid: 1 payouts, together 90.00 XTS, do not fit/);
    assert.equal(run().status, 0);
    assert.deepEqual(await states([huge]), ['sent']);
    await allIsWell();
});

test('an account that cannot cover all: those who wait longest and fit are paid, the others when it can', async (t) => {
    const { bank, help, job, at, states, audited } = await bankSite(t);
    at(2027, 5, 5, 5);
    help('seed-at', 'new', '2000', '3', 'big', '50000', '2', 'old', '3000', '1');
    help('out', '51000'); // of 55000
    const dry = job('payout_run', '--dry-run');
    assert.match(dry.output, /big +500.00 EUR  more than the account has left\n[^]*old|old[^]*big/);
    assert.match(dry.output, /1 payouts, together 30.00 EUR; the account has 40.00 EUR/);
    assert.equal(job('payout_run').status, 0);
    assert.deepEqual(await bank.sql.run('SELECT u.handle, p.amount_minor FROM payout p JOIN user u ON u.id = p.user_id'), [['old', '3000']]);
    at(2027, 5, 6, 5);
    const refused = job('payout_run');
    assert.equal(refused.status, 1);
    assert.match(refused.output, /Nothing is paid: 2 payouts, together 520.00 EUR, do not fit into the account, which has 10.00 EUR for them/);
    assert.equal(await bank.sql.value('SELECT COUNT(*) FROM payout_run'), '1', 'no empty runs');
    help('in', '60000');
    assert.equal(job('payout_run').status, 0);
    assert.deepEqual(await bank.sql.run('SELECT u.handle, r.part FROM payout p JOIN user u ON u.id = p.user_id JOIN payout_run r ON r.id = p.run_id ORDER BY p.id'),
        [['old', '1'], ['big', '2'], ['new', '2']]);
    assert.deepEqual(await states(), ['reserved', 'reserved', 'reserved']);
    audited();
});

/* Members of that age whose months were settled then, all for this creator's part, half of their time. */
async function addViewers(handle, n, settled, age, sql = site.sql) {
    const currency = await sql.value('SELECT COALESCE(MAX(currency), \'XTS\') FROM ledger_account');
    for (let i = 0; i < n; i++)
        for (const statement of [
            `INSERT INTO user (email, handle, display_name, created_ms) VALUES ('${handle}${i}@v', 'v_${handle}${i}', 'v', ${settled - age * DAY})`,
            'SET @viewer = LAST_INSERT_ID()',
            `INSERT INTO policy (rule, share_bp, fees, idle, min_unit_seconds, hold_days, since_ms)
                VALUES ('user', 10000, 'shared', 'uplift', 0, 0, 0) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)`,
            'SET @policy = LAST_INSERT_ID()',
            `INSERT INTO payment (user_id, provider, provider_ref, amount_minor, tax_minor, currency, starts_ms, ends_ms, paid_ms)
                VALUES (@viewer, 'test', '${handle}${i}', 5000, 0, '${currency}', 0, 1, 0)`,
            `INSERT INTO unit (payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency, gross_minor, tax_minor, fee_minor,
                settled_ms, seconds) VALUES (LAST_INSERT_ID(), 0, @viewer, @policy, 0, 1, '${currency}', 5000, 0, 0, ${settled}, 1000)`,
            `INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor) SELECT LAST_INSERT_ID(), id, 500, 5000
                FROM user WHERE handle = '${handle}'`,
        ]) await sql.run(statement);
}

test('earnings that look strange: held with a reason, paid once a person has lifted it', async () => {
    const [strange, usual] = seed(5000, 5000);
    nextMonth();
    const settled = now - 31 * DAY; // payable since the last run
    await addViewers(strange, 3, settled, 59);
    await addViewers(usual, 3, settled, 61);
    assert.match(program('jobs/payout_run', ['--dry-run']).output, new RegExp(`${strange} +50.00 XTS  will be put on hold: Of the`));
    assert.match(run().output, /sent=1 .* held=1/);
    assert.deepEqual(await transfers([strange, usual]), [[usual, '5000']]);
    assert.match(payout('holds').output, new RegExp(`${strange} +review .*\\(100 %\\) came from 3 accounts younger than 60 days`));
    assert.equal(payout('lift', strange).status, 0);
    nextMonth();
    await rows(`UPDATE unit SET settled_ms = ${now - 31 * DAY} WHERE settled_ms = ${settled}`);
    await rows(`UPDATE user SET created_ms = ${now - 41 * DAY} WHERE handle LIKE 'v_${strange}%'`);
    run();
    assert.deepEqual(await transfers([strange]), [[strange, '5000']], 'not held again for the same reason at once');
    await rows('DELETE FROM unit_share');
    await rows('DELETE FROM paid_span');
    await rows('DELETE FROM unit');
    await rows('DELETE FROM payment');
});

test('whoever lets strange earnings lie for some runs is looked at as well', async () => {
    const [lying, usual] = seed(5000, 5000);
    nextMonth();
    const settled = now - 31 * DAY;
    await addViewers(lying, 3, settled, 59);
    await addViewers(usual, 3, settled, 61);
    await rows(`UPDATE payee SET state = 'incomplete' WHERE user_id = (SELECT id FROM user WHERE handle = '${lying}')`);
    run();
    assert.deepEqual(await transfers([lying, usual]), [[usual, '5000']]);
    await rows(`UPDATE payee SET state = 'active' WHERE user_id = (SELECT id FROM user WHERE handle = '${lying}')`);
    nextMonth();
    nextMonth();
    run();
    assert.deepEqual(await transfers([lying]), []);
    assert.match(payout('holds').output, new RegExp(`${lying} +review .*\\(100 %\\) came from 3 accounts younger than 60 days`));
    await rows('DELETE FROM unit_share');
    await rows('DELETE FROM paid_span');
    await rows('DELETE FROM unit');
    await rows('DELETE FROM payment');
    assert.equal(payout('lift', lying).status, 0);
    nextMonth();
    run();
    await allIsWell();
});

test('a definite no makes the money payable again; a hold between reserved and sent, too', async () => {
    const [refused] = seed(2500);
    nextMonth();
    assert.equal(run({ TEST_BANK: 'no' }).status, 0);
    assert.deepEqual(await states([refused]), ['failed']);
    assert.equal(await balance(refused, 'payable'), 2500);
    assert.equal(await balance(refused, 'transit'), 0);
    nextMonth();
    assert.equal(run({ TEST_BANK: 'busy' }).status, 0);
    assert.deepEqual(await states([refused]), ['failed', 'unknown']);
    assert.equal(poll().status, 0);
    assert.deepEqual(await transfers([refused]), [[refused, '2500']]);

    const [caught] = seed(2500);
    nextMonth();
    for (let step = 1; step < 99 && !(await states([caught])).length; step++)
        run({ FAULT: `after:${step}` }); // until one is killed between reserving and sending
    assert.deepEqual(await states([caught]), ['reserved']);
    assert.equal(payout('hold', caught, '--reason', 'Wait.').status, 0);
    assert.equal(run().status, 0);
    assert.deepEqual(await states([caught]), ['failed']);
    assert.equal(await balance(caught, 'payable'), 2500);
    payout('lift', caught);
    await allIsWell();
});

test('no answer: looked up first, the same key within a day, a new one after two empty look-ups', async () => {
    const [lost] = seed(1500);
    nextMonth();
    run({ TEST_BANK: 'busy' });
    assert.deepEqual(await states([lost]), ['unknown']);
    const attempt = () => value(`SELECT p.attempt FROM payout p JOIN user u ON u.id = p.user_id WHERE u.handle = '${lost}'`);
    setTime(now + 24 * HOUR); // its key is too old
    poll();
    assert.deepEqual([await states([lost]), await attempt()], [['unknown'], '1']);
    setTime(now + 59 * MINUTE);
    poll();
    assert.deepEqual([await states([lost]), await attempt()], [['unknown'], '1']);
    setTime(now + 2 * MINUTE);
    poll({ TEST_BANK: 'busy' });
    assert.deepEqual([await states([lost]), await attempt()], [['unknown'], '2']);
    poll();
    assert.deepEqual(await states([lost]), ['sent']);
    assert.match(await value(`SELECT t.idem_key FROM test_payout t JOIN payout p ON p.id = t.payout_id
        JOIN user u ON u.id = p.user_id WHERE u.handle = '${lost}'`), /^payout:\d+:2$/);

    const [heard] = seed(1500); // the bank did it; only the answer was lost
    nextMonth();
    run({ TEST_BANK: 'busy' });
    await rows(`INSERT INTO test_payout SELECT CONCAT('payout:', p.id, ':1'), p.id, p.amount_minor, p.currency
        FROM payout p JOIN user u ON u.id = p.user_id WHERE u.handle = '${heard}'`);
    setTime(now + 24 * HOUR);
    poll();
    assert.deepEqual([await states([heard]), await transfers([heard])], [['sent'], [[heard, '1500']]]);
    await allIsWell();
});

/* Finishes what is left: starts the programs again, as cron would. */
async function goOn(ran) {
    for (let i = 0; i < 5; i++) {
        if (i > 0 || ran?.status !== 0) run();
        if (await value("SELECT COUNT(*) FROM payout WHERE state IN ('reserved', 'sending', 'unknown')") === '0') return;
        setTime(now + 10 * MINUTE);
        poll();
    }
}

/* Two creators are paid, although one step of the run fails; returns how that run ended, and the
 * books. */
async function paidDespite(fault) {
    const two = seed(1111, 2222);
    nextMonth();
    const first = run({ FAULT: fault });
    await goOn(first);
    assert.deepEqual(await transfers(two), [[two[0], '1111'], [two[1], '2222']], fault);
    assert.deepEqual(await states(two), ['sent', 'sent'], fault);
    return { status: first.status, books: await ledger(two) };
}

test('each step of a run lost, unheard or killed: the same books, one transfer each', async () => {
    const { books } = await paidDespite('none');
    assert.equal(books.split('\n').length, 4);
    let steps = 0, told;
    do {
        told = await paidDespite(`before:${++steps}`);
        assert.equal(told.books, books, `before:${steps}`);
    } while (told.status === 'SIGKILL');
    assert.ok(steps > 20, `${steps} steps`);
    for (const fault of ['after', 'lost', 'unheard'])
        for (let step = 1; step < steps; step++)
            assert.equal((await paidDespite(`${fault}:${step}`)).books, books, `${fault}:${step}`);
    await allIsWell();
});

test('each step of taking up a lost payout goes wrong: the same', async () => {
    let books, steps = 0, told;
    for (const fault of ['before', 'after', 'lost', 'unheard']) {
        let step = 0;
        do {
            const one = seed(1234);
            nextMonth();
            run({ TEST_BANK: 'busy' });
            told = poll({ FAULT: `${fault}:${++step}` });
            await goOn();
            assert.deepEqual(await transfers(one), [[one[0], '1234']], `${fault}:${step}`);
            books ??= await ledger(one);
            assert.equal(await ledger(one), books, `${fault}:${step}`);
        } while (fault === 'before' ? told.status === 'SIGKILL' : step < steps);
        steps ||= step;
    }
    await allIsWell();
});

test('eight machines at once: each creator once', async () => {
    const many = seed(...Array.from({ length: 30 }, (_, i) => 2000 + i));
    nextMonth();
    const copies = Array.from({ length: 8 }, (_, i) => {
        const folder = join(site.var, `machine${i}`); // for its locks
        mkdirSync(join(folder, 'run'), { recursive: true });
        return promisify(execFile)(join(built, 'jobs/payout_run'), [],
            { env: environment(settings(`machine${i}`, { var_dir: folder })) });
    });
    const ended = await Promise.allSettled(copies);
    const codes = ended.map(({ reason }) => reason?.code ?? 0);
    assert.ok(codes.every((code) => code === 0 || code === 75), codes.join(' '));
    await goOn();
    assert.deepEqual(await transfers(many), many.map((handle, i) => [handle, String(2000 + i)]));
    assert.equal(await value('SELECT COUNT(*) FROM (SELECT run_id, user_id FROM payout GROUP BY run_id, user_id HAVING COUNT(*) > 1) twice'), '0');
    await allIsWell();
});

test('what a bank statement says: confirmed, or it came back and the account has to be looked at', async () => {
    const [kept, back] = seed(2000, 3000);
    nextMonth();
    run();
    const id = async (handle) => value(`SELECT p.id FROM payout p JOIN user u ON u.id = p.user_id WHERE u.handle = '${handle}' ORDER BY p.id DESC`);
    assert.equal(payout('confirm', await id(kept)).status, 0);
    assert.equal(payout('confirm', await id(kept)).status, 0, 'said twice');
    assert.equal(payout('return', await id(back), '--reason', 'account closed').status, 0);
    assert.equal(payout('return', await id(back), '--reason', 'account closed').status, 0, 'said twice');
    assert.deepEqual(await states([kept, back]), ['paid', 'returned']);
    assert.equal(await balance(back, 'payable'), 3000);
    assert.equal(payout('confirm', await id(back)).status, 1);
    assert.match(payout('find', await id(kept)).output, /paid[^]*the provider reports: sent, test_payout:/);

    nextMonth();
    run();
    assert.deepEqual(await states([back]), ['returned'], 'not again to the same account');
    await rows(`UPDATE payee SET state = 'active' WHERE user_id = (SELECT id FROM user WHERE handle = '${back}')`);
    nextMonth();
    run();
    assert.deepEqual(await states([back]), ['returned', 'sent']);
    assert.equal(payout('confirm', '--run', await value('SELECT MAX(id) FROM payout_run')).status, 0);
    assert.deepEqual(await states([back]), ['returned', 'paid']);
    await allIsWell();
});

/* Sites that pay from their own bank account. */
async function bankSite(t, set = {}) {
    const bank = await startSite({ set: { pay_provider: 'manual', payout_day: 5, bank_holder: 'Söhne & Co',
        bank_iban: 'AT61 1904 3002 3457 3201', bank_bic: 'BKAUATWW', site_name: 'Our Videos', ...set } });
    t.after(() => bank.stop());
    const there = { OVS_CONF: bank.conf };
    const states = async () => (await bank.sql.run('SELECT state FROM payout ORDER BY id')).flat();
    return {
        bank, there, states,
        at: (...date) => bank.setClock(Date.UTC(...date) - Date.now()),
        operate: (...args) => program('jobs/payout', args, there),
        ok: (...args) => {
            const ran = program('jobs/payout', args, there);
            assert.equal(ran.status, 0, ran.output);
            return ran.output;
        },
        help: (...args) => assert.equal(program('tests/unit_payout', args, there).status, 0),
        job: (name, ...args) => program(`jobs/${name}`, args, there),
        account: async (code) => Number(await bank.sql.value(`SELECT COALESCE(SUM(IF(d.code = '${code}', l.amount_minor, 0)
            - IF(c.code = '${code}', l.amount_minor, 0)), 0) FROM ledger_leg l JOIN ledger_account d ON d.id = l.debit_id
            JOIN ledger_account c ON c.id = l.credit_id`)),
        kept: async (part) => Number(await bank.sql.value(`SELECT SUM(b.credits_minor - b.debits_minor) FROM ledger_balance b
            JOIN ledger_account a ON a.id = b.account_id WHERE a.code LIKE 'liab:creator:%:${part}'`)),
        audited: () => {
            const audit = program('jobs/ledger_audit', [], there);
            assert.equal(audit.status, 0, audit.output);
        },
        file: join(bank.var, 'run.xml'),
    };
}
const field = (xml, name) => new RegExp(`<${name}>(?:<Dt>)?([^<]*)<`).exec(xml)[1];
const endToEnd = (xml) => [...xml.matchAll(/<EndToEndId>([^<]*)</g)].map(([, id]) => id);

test('the file for the bank: whole, private, and readable for banks', async (t) => {
    const { bank, operate, help, job, at, file, ok, audited } = await bankSite(t);
    at(2027, 3, 5, 5);
    help('seed', 'zoe', '123456', 'bob', '1000', 'low', '1', 'eve', '5000');
    await bank.sql.run("UPDATE payee SET holder = 'Zoë <Ünal> & \"Söhne\"' WHERE holder = 'zoe'");
    await bank.sql.run("UPDATE payee SET holder = '-1+Bob' WHERE holder = 'bob'");
    await bank.sql.run(`INSERT INTO payout_hold (user_id, kind, reason, created_ms) SELECT id, 'freeze', 'x', 0 FROM user WHERE handle = 'eve'`);
    const ran = job('payout_run');
    assert.equal(ran.status, 0, ran.output);
    const [[id]] = await bank.sql.run('SELECT id FROM payout_run');
    const csv = join(bank.var, 'run.csv');
    writeFileSync(file, 'of an earlier run, for everybody', { mode: 0o644 });
    ok('export', id, '--sepa', file);
    const xml = readFileSync(file, 'utf8');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const valid = spawnSync('xmllint', ['--noout', '--relaxng', join(root, 'tests/data/pain.001.001.09.rng'), file], { encoding: 'utf8' });
    assert.equal(valid.status, 0, valid.stderr);
    assert.match(xml, /<NbOfTxs>2<\/NbOfTxs><CtrlSum>1244.56<\/CtrlSum>[^]*<NbOfTxs>2<\/NbOfTxs><CtrlSum>1244.56<\/CtrlSum>/);
    assert.match(xml, /<Dbtr><Nm>Sohne \+ Co<\/Nm><\/Dbtr><DbtrAcct><Id><IBAN>AT611904300234573201<\/IBAN>/);
    assert.match(xml, /<InstdAmt Ccy="EUR">1234.56<\/InstdAmt><\/Amt><Cdtr><Nm>Zoe \(Unal\) \+ 'Sohne'<\/Nm>/);
    ok('export', id, '--csv', csv);
    assert.match(readFileSync(csv, 'utf8'), /^id,[^]*,OVS-P\d+,"'-1\+Bob",DE89370400440532013000,10.00,EUR,"Our Videos 2027-04"\r\n$/);
    for (const log of ['error.log', 'jobs.log'])
        assert.doesNotMatch(bank.log(log), /DE89370400440532013000/);

    const bad = join(bank.var, 'bad.conf');
    writeFileSync(bad, readFileSync(bank.conf, 'utf8').replace(/^bank_iban.*$/m, 'bank_iban = AT00'), { mode: 0o600 });
    const refused = program('jobs/payout', ['export', id, '--sepa', file], { OVS_CONF: bad });
    assert.equal(refused.status, 1);
    assert.match(refused.output, /bank_iban/);
    assert.equal(await bank.sql.value('SELECT exports FROM payout_run'), '2', 'a refused export leaves nothing behind');
    await bank.sql.run("UPDATE payout_run SET currency = 'USD'");
    assert.match(operate('export', id, '--sepa', file).output, /euros only/);
    await bank.sql.run('UPDATE payout_run SET reserved_ms = 0');
    assert.match(operate('export', id, '--csv', csv).output, /not complete/);
    audited();
});

test('a run of the bank: exported, again for another day, paid when the bank says so', async (t) => {
    const { bank, operate, ok, help, job, at, file, states, account, kept, audited } = await bankSite(t);
    at(2027, 5, 5, 5); // a Saturday
    help('seed', 'ann', '2000', 'ben', '3000', 'cid', '4000');
    const before = await account('asset:bank');
    assert.equal(job('payout_run').status, 0);
    assert.deepEqual(await states(), ['reserved', 'reserved', 'reserved']);
    const run = await bank.sql.value('SELECT id FROM payout_run');
    const [ann, ben, cid] = (await bank.sql.run('SELECT id FROM payout ORDER BY id')).flat();
    for (const args of [['confirm', ann], ['return', ann, '--reason', 'x'], ['confirm', '--run', run]])
        assert.match(operate(...args).output, /in no file/, args.join(' '));

    at(2027, 5, 9, 12); // Wednesday
    for (const [day, why] of [['2027-06-05', /is over/], ['2027-06-12', /settle no transfers on 12 Jun 2027; .* 14 Jun 2027/],
        ['2028-01-03', /90 days/]]) {
        const refused = operate('export', run, '--sepa', file, '--on', day);
        assert.equal(refused.status, 1);
        assert.match(refused.output, why);
    }
    assert.deepEqual(await states(), ['reserved', 'reserved', 'reserved']);
    ok('export', run, '--sepa', file);
    const first = readFileSync(file, 'utf8');
    assert.equal(field(first, 'ReqdExctnDt'), '2027-06-10');
    assert.deepEqual(await states(), ['exported', 'exported', 'exported']);
    assert.equal(await account('asset:bank'), before, 'the bank has done nothing yet');
    assert.equal(await kept('transit'), 9000);
    audited();

    ok('export', run, '--sepa', file, '--on', '2027-06-14');
    const second = readFileSync(file, 'utf8');
    assert.equal(field(second, 'ReqdExctnDt'), '2027-06-14');
    assert.notEqual(field(second, 'MsgId'), field(first, 'MsgId'));
    assert.notEqual(field(second, 'PmtInfId'), field(first, 'PmtInfId'));
    assert.deepEqual(endToEnd(second), endToEnd(first));

    assert.match(ok('confirm', ann), /is paid/);
    ok('confirm', ann);
    assert.deepEqual(await states(), ['paid', 'exported', 'exported']);
    assert.equal(await account('asset:bank'), before - 2000);
    assert.match(operate('export', run, '--sepa', file).output, /pay the others twice/);
    assert.match(operate('cancel', run, '--reason', 'x').output, /cannot be cancelled/);
    ok('return', ben, '--reason', 'no such account'); // it never left the bank
    ok('return', ben, '--reason', 'no such account');
    ok('confirm', '--run', run);
    assert.deepEqual(await states(), ['paid', 'failed', 'paid']);
    assert.equal(await account('asset:bank'), before - 6000);
    ok('return', cid, '--reason', 'account closed');
    assert.equal(await account('asset:bank'), before - 2000);
    assert.equal(await kept('transit'), 0);
    assert.equal(await kept('payable'), 7000);
    assert.deepEqual((await bank.sql.run("SELECT state FROM payee ORDER BY user_id")).flat(), ['active', 'incomplete', 'incomplete']);
    audited();
});

/* Another program writes the same transfers; what only it writes is left out of its file, and so are addresses:
 * those that it writes are unstructured, which banks no longer take. */
async function writtenBySepaJs(xml) {
    const { default: SEPA } = await import(pathToFileURL(join(root, 'htdocs/node_modules/sepa/dist/sepa.js')).href);
    const document = new SEPA.Document('pain.001.001.09');
    const debtor = /<Dbtr>[^]*?<\/DbtrAgt>/.exec(xml)[0];
    document.grpHdr.id = field(xml, 'MsgId');
    document.grpHdr.created = new Date(field(xml, 'CreDtTm'));
    document.grpHdr.initiatorName = field(debtor, 'Nm');
    const order = document.createPaymentInfo();
    order.requestedExecutionDate = new Date(field(xml, 'ReqdExctnDt'));
    order.debtorName = field(debtor, 'Nm');
    order.debtorIBAN = field(debtor, 'IBAN');
    order.debtorBIC = field(debtor, 'BICFI');
    document.addPaymentInfo(order);
    for (const [transfer] of xml.matchAll(/<CdtTrfTxInf>[^]*?<\/CdtTrfTxInf>/g)) {
        const one = order.createTransaction();
        one.end2endId = field(transfer, 'EndToEndId');
        one.amount = Number(/EUR">([^<]*)</.exec(transfer)[1]);
        one.creditorName = field(transfer, 'Nm');
        one.creditorIBAN = field(transfer, 'IBAN');
        one.remittanceInfo = field(transfer, 'Ustrd');
        order.addTransaction(one);
    }
    return document.toString().replace(/ xmlns:xsi="[^"]*" xsi:schemaLocation="[^"]*"/, '')
        .replace(/<BtchBookg>[^<]*<\/BtchBookg>|<InstrId>[^<]*<\/InstrId>/g, '').replace(/(<PmtInfId>[^<]*)\.0</, '$1<');
}

test('the file is the one that another program writes for the same transfers', async (t) => {
    const sepa = join(root, 'htdocs/node_modules/sepa');
    if (!existsSync(sepa)) return t.skip('npm package sepa is not installed');
    const { bank, help, ok, job, at, file } = await bankSite(t, { bank_town: 'Graz', bank_country: 'AT' });
    at(2027, 5, 5, 5);
    help('seed', 'ann', '2000', 'ben', '123456', 'cid', '999999');
    help('account', 'ben', 'Ștefan Țepeș', 'CH93 0076 2011 6238 5295 7');
    job('payout_run');
    ok('export', await bank.sql.value('SELECT id FROM payout_run'), '--sepa', file, '--on', '2027-06-14');
    const ours = readFileSync(file, 'utf8').replaceAll('\n', '').replace(/<PstlAdr>.*<\/PstlAdr>/, '');
    const theirs = await writtenBySepaJs(ours);
    assert.equal(ours.replace(/(<CreDtTm>[^<]*)Z</, '$1<'), theirs);
});

test('only accounts that SEPA reaches and names that banks read; those given before wait for the creator', async (t) => {
    const { bank, there, operate, ok, help, job, at, file, states, audited } = await bankSite(t, { site_name: 'Видео' });
    const give = (...args) => program('tests/unit_payout', ['account', ...args], there).output;
    at(2027, 5, 5, 5);
    help('seed', 'ann', '2000', 'ben', '3000', 'cid', '4000');
    for (const iban of ['SA03 8000 0000 6080 1016 7519', 'KZ86125KZT5004100100', 'BR1800360305000010009795493C1',
        'RU0304452522540817810538091310419', 'TR330006100519786457841326'])
        assert.match(give('ann', 'Ann', iban), new RegExp(`invalid .*do not reach accounts in ${iban.slice(0, 2)}\\. .*ask the operators`), iban);
    assert.match(give('ann', 'Nguyễn Văn Đức', 'CH93 0076 2011 6238 5295 7'), /^ok/);
    assert.match(give('ben', '😀', 'DE89370400440532013000'), /invalid .*any letter/);

    {
        const dollars = join(bank.var, 'dollars.conf'); // as an account was given while the site took dollars
        writeFileSync(dollars, readFileSync(bank.conf, 'utf8').replace(/^currency.*$/m, '') + '\ncurrency = USD\n', { mode: 0o600 });
        assert.match(program('tests/unit_payout', ['account', 'ben', 'Ben', 'SA0380000000608010167519'], { OVS_CONF: dollars }).output, /^ok/);
    }
    assert.match(job('payout_run', '--dry-run').output, /ben +30.00 EUR  has to check the bank account: .* accounts in SA/);
    job('payout_run');
    assert.deepEqual(await states(), ['reserved', 'reserved']);
    const run = await bank.sql.value('SELECT id FROM payout_run');
    assert.match(operate('export', run, '--sepa', file).output, /Set bank_town and bank_country/);
    assert.deepEqual(await states(), ['reserved', 'reserved']);
    const here = join(bank.var, 'here.conf');
    writeFileSync(here, readFileSync(bank.conf, 'utf8') + '\nbank_town = Köln\nbank_country = DE\n', { mode: 0o600 });
    const made = program('jobs/payout', ['export', run, '--sepa', file], { OVS_CONF: here });
    assert.equal(made.status, 0, made.output);
    const xml = readFileSync(file, 'utf8');
    assert.match(xml, /<Nm>Nguyen Van Duc<\/Nm>[^]*<Ustrd>Video 2027-06<\/Ustrd>/);
    assert.match(xml, /<PstlAdr><TwnNm>Koln<\/TwnNm><Ctry>DE<\/Ctry><\/PstlAdr>/);
    const valid = spawnSync('xmllint', ['--noout', '--relaxng', join(root, 'tests/data/pain.001.001.09.rng'), file], { encoding: 'utf8' });
    assert.equal(valid.status, 0, valid.stderr);
    ok('confirm', '--run', run);
    audited();
});

test('a cancelled run gives everything back at once, and nobody has to check an account', async (t) => {
    const { bank, ok, operate, help, job, at, file, states, account, kept, audited } = await bankSite(t);
    at(2027, 5, 5, 5);
    help('seed', 'ann', '2000', 'ben', '3000');
    const before = await account('asset:bank');
    job('payout_run');
    const run = await bank.sql.value('SELECT id FROM payout_run');
    ok('export', run, '--sepa', file);
    assert.match(ok('cancel', run, '--reason', 'wrong account of ours'), /2 payouts are payable again/);
    ok('cancel', run, '--reason', 'said twice');
    assert.deepEqual(await states(), ['failed', 'failed']);
    assert.deepEqual([await kept('payable'), await kept('transit'), await account('asset:bank')], [5000, 0, before]);
    assert.deepEqual((await bank.sql.run("SELECT state FROM payee")).flat(), ['active', 'active']);
    assert.match(operate('export', run, '--sepa', file).output, /was cancelled/);
    assert.match(operate('confirm', await bank.sql.value('SELECT MIN(id) FROM payout')).output, /was given up/);
    assert.match(ok('runs'), /cancelled on 5 Jun 2027/);
    at(2027, 6, 5, 5);
    job('payout_run');
    assert.deepEqual(await states(), ['failed', 'failed', 'reserved', 'reserved']);
    audited();
});

test('the rest that a creator asked for is still asked for when its payout comes to nothing', async (t) => {
    const { bank, ok, help, job, at, file, states, kept, audited } = await bankSite(t);
    at(2027, 5, 5, 5);
    help('seed', 'ann', '300');
    await bank.sql.run('UPDATE payee SET pay_below = 1');
    job('payout_run');
    const run = async () => await bank.sql.value('SELECT MAX(id) FROM payout_run');
    ok('export', await run(), '--sepa', file);
    ok('cancel', await run(), '--reason', 'the file was lost');
    at(2027, 6, 5, 5);
    job('payout_run');
    assert.deepEqual(await states(), ['failed', 'reserved']);
    ok('export', await run(), '--sepa', file);
    ok('confirm', '--run', await run());
    assert.equal(await kept('payable'), 0);
    assert.equal(await bank.sql.value('SELECT pay_below FROM payee'), '0');
    audited();
});

test('a hold between the run and its export: not in the file; switched off: no file', async (t) => {
    const { bank, ok, operate, help, job, at, file, states, audited } = await bankSite(t);
    at(2027, 5, 5, 5);
    help('seed', 'ann', '2000', 'ben', '3000');
    job('payout_run');
    const run = await bank.sql.value('SELECT id FROM payout_run');
    await bank.sql.run("INSERT INTO setting (name, value, changed_by, changed_ms) VALUES ('payouts', 'off', 0, 0)");
    assert.match(operate('export', run, '--sepa', file).output, /switched off/);
    await bank.sql.run("UPDATE setting SET value = 'on' WHERE name = 'payouts'");
    ok('hold', 'ben', '--reason', 'Please call.');
    assert.match(ok('export', run, '--sepa', file), /1 payouts, 20.00 EUR/);
    assert.deepEqual(await states(), ['exported', 'failed']);
    audited();
});

/* A generator of its own, so that a seed repeats a run. */
const random = (state) => () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
};

test('a dry run announces what the run then does: whom, how much, in which order, and why not the others', async (t) => {
    const number = Number(process.env.SEED ?? Date.now() % 1e6), rand = random(number);
    t.diagnostic(`SEED=${number}`);
    const { bank, there, help, job, at } = await bankSite(t);
    const pick = (list) => list[Math.floor(rand() * list.length)];
    const who = (handle) => `(SELECT id FROM user WHERE handle = '${handle}')`;
    let made = 0;
    for (let round = 1; round <= 12; round++) {
        const now = Date.UTC(2027, round, 5, 5);
        at(2027, round, 5, 5);
        for (let i = 0; i < 4; i++) {
            const handle = `r${++made}`;
            help('seed-at', handle, String(pick([500, 999, 1000, 2000, 3333, 8000])), String(Math.floor(rand() * 5)));
            const acts = {
                hold: `INSERT INTO payout_hold (user_id, kind, reason, created_ms) VALUES (${who(handle)}, 'freeze', 'x', 0)`,
                block: `UPDATE user SET blocked = 1 WHERE handle = '${handle}'`,
                waits: `UPDATE payee SET account_ms = ${now} WHERE user_id = ${who(handle)}`,
                young: `UPDATE user SET created_ms = ${now} WHERE handle = '${handle}'`,
                rest: `UPDATE payee SET pay_below = 1 WHERE user_id = ${who(handle)}`,
                doubt: `UPDATE payee SET state = 'incomplete' WHERE user_id = ${who(handle)}`,
                none: `DELETE FROM payee WHERE user_id = ${who(handle)}`,
            };
            const act = pick([...Object.keys(acts), 'review', 'review', 'fine', 'fine', 'fine']);
            if (act === 'review') await addViewers(handle, 3, now - 31 * DAY, 10, bank.sql);
            else if (act === 'fine' && rand() < 0.5) await addViewers(handle, 3, now - 31 * DAY, 100, bank.sql);
            else if (acts[act]) await bank.sql.run(acts[act]);
        }
        if (rand() < 0.3) await bank.sql.run(`UPDATE payout_hold SET lifted_ms = ${now} WHERE id % 2 = 0 AND lifted_ms = 0`);
        help(pick(['in', 'out']), String(Math.ceil(rand() * 5000)));
        const conf = join(bank.var, 'round.conf');
        writeFileSync(conf, readFileSync(bank.conf, 'utf8') + `\npayout_daily_max_minor = ${pick([4000, 10000, 1e8])}\n`, { mode: 0o600 });
        const dry = program('jobs/payout_run', ['--dry-run'], { ...there, OVS_CONF: conf });
        const ran = program('jobs/payout_run', [], { ...there, OVS_CONF: conf });
        assert.equal(ran.status, dry.status, `SEED=${number} round ${round}\n${dry.output}${ran.output}`);
        const paid = [...dry.output.matchAll(/^(\S+) +(\S+) EUR  is paid/gm)].map(([, handle, amount]) => `${handle} ${amount}`);
        const held = [...dry.output.matchAll(/^(\S+) .* will be put on hold: (.*)$/gm)].map(([, handle, why]) => `${handle} ${why}`);
        const left = [...dry.output.matchAll(/ more than /g)].length;
        const payouts = (await bank.sql.run(`SELECT u.handle, p.amount_minor FROM payout p JOIN user u ON u.id = p.user_id
            WHERE p.created_ms >= ${now - DAY} ORDER BY p.id`)).map(([handle, minor]) => `${handle} ${(minor / 100).toFixed(2)}`);
        const holds = (await bank.sql.run(`SELECT u.handle, h.reason FROM payout_hold h JOIN user u ON u.id = h.user_id
            WHERE h.created_ms >= ${now - DAY} ORDER BY h.id`)).map((row) => row.join(' '));
        const context = `SEED=${number} round ${round}\n${dry.output}\n${ran.output}`;
        assert.deepEqual(payouts, paid, context);
        assert.deepEqual(holds, held, context);
        if (ran.status === 0) assert.match(ran.output, new RegExp(` left_out=${left}\\b`), context);
        if (ran.status === 0) assert.match(ran.output, new RegExp(`payouts=${paid.length} `), context);
    }
});

test('a run or payout that is not there: a sentence and an exit code', async (t) => {
    const { operate, file } = await bankSite(t);
    for (const args of [['confirm', '--run', '77'], ['export', '77', '--sepa', file], ['export', '77', '--csv', file],
        ['cancel', '77', '--reason', 'x']]) {
        const refused = operate(...args);
        assert.equal(refused.status, 1);
        assert.match(refused.output, /There is no run 77\./, args.join(' '));
    }
    assert.match(operate('confirm', '77').output, /there is no payout/);
    for (const args of [['export', '1', '--sepa', file, '--on', 'soon'], ['export', '1', '--sepa', file, '--csv', file], ['cancel', '1']])
        assert.equal(operate(...args).status, 64, args.join(' '));
});

test('a statement that is imported pays the payouts that it names, once, and takes them back', async (t) => {
    const { bank, there, ok, help, job, at, file, states, account, audited } = await bankSite(t);
    at(2027, 5, 5, 5);
    help('seed', 'ann', '2000', 'ben', '3000');
    const before = await account('asset:bank');
    job('payout_run');
    const [ann, ben] = (await bank.sql.run('SELECT id FROM payout ORDER BY id')).flat();
    ok('export', await bank.sql.value('SELECT id FROM payout_run'), '--sepa', file);
    const statement = join(dirname(file), 'statement.csv');
    const imported = (...lines) => {
        writeFileSync(statement, ['date,amount,currency,text', ...lines, ''].join('\n'));
        return program('jobs/admin', ['pay', 'import', statement], there).output;
    };
    const paid = `2027-06-05,-20.00,EUR,OVS-P${ann} Our Videos`;
    assert.match(imported(paid, `2027-06-05,-29.00,EUR,OVS-P${ben}`),
        /payout -20\.00 EUR: booked[^]*-29\.00 EUR: unmatched as \d+: .*30\.00 EUR, not 29\.00 EUR/);
    assert.match(imported(paid), /1 seen before/);
    assert.deepEqual(await states(), ['paid', 'exported']);
    assert.equal(await account('asset:bank'), before - 2000 - 2900);
    assert.match(imported(`2027-06-05,20.00,EUR,RETURN OVS-P${ann}`), /payout 20\.00 EUR: booked/);
    assert.deepEqual(await states(), ['returned', 'exported']);
    assert.equal(await account('asset:bank'), before - 2900);
    audited();
});

test('the bank made what was given up, or the same twice: the creator owes it, or a line asks', async (t) => {
    const { bank, there, ok, operate, help, job, at, file, states, account, audited } = await bankSite(t);
    at(2027, 5, 5, 5);
    help('seed', 'ann', '2000', 'ben', '3000');
    const before = await account('asset:bank');
    const statement = join(dirname(file), 'statement.csv');
    const imported = (...lines) => {
        writeFileSync(statement, ['date,amount,currency,text', ...lines, ''].join('\n'));
        return program('jobs/admin', ['pay', 'import', statement], there).output;
    };
    const payable = async (handle) => Number(await bank.sql.value(`SELECT b.credits_minor - b.debits_minor FROM ledger_balance b
        JOIN ledger_account a ON a.id = b.account_id JOIN user u ON u.id = a.owner_id
        WHERE u.handle = '${handle}' AND a.code LIKE '%:payable'`));
    job('payout_run');
    const [ann, ben] = (await bank.sql.run('SELECT id FROM payout ORDER BY id')).flat();
    const run = await bank.sql.value('SELECT id FROM payout_run');
    ok('export', run, '--sepa', file);
    ok('cancel', run, '--reason', 'the wrong day');
    at(2027, 6, 5, 5);
    job('payout_run'); /* pays both again */
    await bank.sql.run(`INSERT INTO payout_hold (user_id, kind, reason, created_ms) SELECT id, 'freeze', 'x', 0 FROM user WHERE handle = 'ben'`);
    ok('export', await bank.sql.value('SELECT MAX(id) FROM payout_run'), '--sepa', file);
    assert.match(operate('confirm', ann).output, /was given up. If the bank made it all the same, import the line/);
    assert.match(imported(`2027-06-07,-20.00,EUR,OVS-P${ann}`, `2027-06-07,-30.00,EUR,OVS-P${ben}`), /0 unmatched/);
    assert.deepEqual(await states(), ['paid', 'paid', 'exported', 'failed']);
    assert.equal(await payable('ann'), -2000, 'paid once, and on its way once more');
    assert.equal(await payable('ben'), 0);
    assert.equal(await account('asset:bank'), before - 5000);
    audited();

    const again = Number(ann) + 2;
    assert.match(imported(`2027-07-06,-20.00,EUR,OVS-P${again}`, `2027-07-06,-20.00,EUR,OVS-P${again}`), /1 unmatched/);
    assert.match(program('jobs/admin', ['pay', 'unmatched'], there).output, /-20\.00 EUR .*it was paid twice/);
    assert.equal(await account('asset:bank'), before - 9000);
    assert.match(imported(`2027-07-06,-20.00,EUR,OVS-P${again}`, `2027-07-06,-20.00,EUR,OVS-P${again}`), /0 unmatched, 2 seen before/);
    audited();
});

test('lines of the bank statement: each payout once, a whole file as one sum, what does not fit is refused', async (t) => {
    const { bank, there, ok, help, job, at, file, states, account, audited } = await bankSite(t);
    const line = (...args) => program('tests/unit_payout', ['line', ...args], there).output;
    at(2027, 5, 5, 5);
    help('seed', 'ann', '2000', 'ben', '3000', 'cid', '4000');
    const before = await account('asset:bank');
    job('payout_run');
    const run = await bank.sql.value('SELECT id FROM payout_run');
    const [ann, ben] = (await bank.sql.run('SELECT id FROM payout ORDER BY id')).flat();
    assert.match(line(`OVS-P${ann}`, '2000', 'EUR'), /conflict 0 .*is reserved/);
    ok('export', run, '--sepa', file);
    const message = field(readFileSync(file, 'utf8'), 'MsgId');
    assert.match(line(`EREF+OVS-P${ann} SVWZ+Our Videos`, '2000', 'EUR'), /ok 1/);
    assert.match(line(`OVS-P${ann}`, '2000', 'EUR'), /ok 1/);
    assert.deepEqual(await states(), ['paid', 'exported', 'exported']);
    assert.equal(await account('asset:bank'), before - 2000, 'once');
    assert.match(line(`OVS-P${ben}`, '2999', 'EUR'), /conflict 0 .*30.00 EUR, not 29.99 EUR/);
    assert.match(line(`OVS-P${ben}`, '3000', 'USD'), /conflict 0/);
    assert.match(line(`OVS-P${ben}7`, '3000', 'EUR'), /not-found 0/);
    assert.match(line('XOVS-P1 OVS-P OVS-', '3000', 'EUR'), /not-found 0/);
    assert.match(line(message, '7000', 'EUR'), /conflict 0 .*comes to 90.00 EUR, not to 70.00 EUR/);
    assert.match(line(`Sammler ${message}`, '9000', 'EUR'), /ok 3/);
    assert.match(line(`Sammler ${message}`, '9000', 'EUR'), /ok 3/);
    assert.deepEqual(await states(), ['paid', 'paid', 'paid']);
    assert.equal(await account('asset:bank'), before - 9000);
    assert.match(line(`RETURN OVS-P${ben}`, '-3000', 'EUR'), /ok 1/);
    assert.match(line(`RETURN OVS-P${ben}`, '-3000', 'EUR'), /ok 1/);
    assert.match(line(`OVS-P${ben}`, '3000', 'EUR'), /ok 1/, 'its first line again');
    assert.deepEqual(await states(), ['paid', 'returned', 'paid']);
    assert.equal(await account('asset:bank'), before - 6000);
    audited();
});

test('what was sent before payouts were exported stays sent: it can be exported, confirmed or returned', async (t) => {
    const { bank, ok, help, job, at, file, states, account, audited } = await bankSite(t);
    at(2027, 5, 5, 5);
    help('seed', 'ann', '2000', 'ben', '3000');
    job('payout_run');
    help('sent');
    assert.deepEqual(await states(), ['sent', 'sent']);
    const after = await account('asset:bank');
    audited();
    const run = await bank.sql.value('SELECT id FROM payout_run');
    ok('export', run, '--sepa', file);
    assert.deepEqual(await states(), ['sent', 'sent']);
    assert.equal(endToEnd(readFileSync(file, 'utf8')).length, 2);
    ok('confirm', '--run', run);
    assert.deepEqual(await states(), ['paid', 'paid']);
    assert.equal(await account('asset:bank'), after);
    audited();
});

test('the command line says what it wants', () => {
    for (const args of [[], ['nonsense'], ['find'], ['find', 'x'], ['hold', 'creator1'], ['export', '1']])
        assert.equal(payout(...args).status, 64, args.join(' '));
    assert.equal(payout('--help').status, 0);
    assert.equal(payout('find', '999999').status, 1);
    assert.equal(payout('lift', 'creator1').status, 1);
    assert.equal(program('jobs/payout_run', ['--help']).status, 0);
    assert.equal(program('jobs/payout_run', ['now']).status, 64);
});
