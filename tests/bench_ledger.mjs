/*
 * ledger: how the pages about money and the jobs that move it fare on a ledger of a million legs. The
 * yardstick is the build of BEFORE, the last commit whose pages and audit read all legs, on the same
 * ledger: it is taken from this repository's history and built for the occasion. Two sites of that build
 * get the same rows, in straight SQL by the rules of the modules; one is then updated to this build.
 *
 *     tests/bench ledger         with MEMBERS=6100 UNITS=10000 CLOSED=100000 ROUNDS=2
 *
 *   MEMBERS   have paid for 13 months each: about 165 legs
 *   UNITS     further months that wait to be settled, and as many that wait to mature; a few more of each
 *             are the business of a day between two audits
 *   CLOSED    settled months of the rule `scaled` in the month that is closed
 *
 * CPU is that of all processes of a site, mostly of its database server; memory is the largest resident
 * size of a job. Both builds do each thing in turn, ROUNDS times where it can be repeated. A line: what,
 * figure, figure of the yardstick, ratio. Each audit has to be without findings, or the bench fails.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './lib.mjs';

const BEFORE = '6b738b4';
const number = (name, value) => Number(process.env[name] ?? value);
const MEMBERS = number('MEMBERS', 6100), UNITS = number('UNITS', 10000), CLOSED = number('CLOSED', 100000);
const ROUNDS = number('ROUNDS', 2);
const LATER = 12 * 3600_000, A_DAY = Math.ceil(MEMBERS / 30), MONTHS = 13, CREATORS = 300, FIRST_CREATOR = 1_000_000, DAY = 86400_000;
const PASSWORD = 'a long walk in may';
const now = Date.now(), lastMonth = new Date(now - 31 * DAY).toISOString().slice(0, 7);

/* --- The yardstick's build ------------------------------------------------------------------------ */

function git(...args) {
    return spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
}

function buildBefore(folder) {
    if (git('cat-file', '-e', `${BEFORE}^{commit}`).status !== 0) {
        console.log(`ledger    skipped: the yardstick ${BEFORE} is not in this repository's history`);
        process.exit(0);
    }
    const tree = join(folder, 'before');
    const steps = [
        ['git', '-C', root, 'worktree', 'add', '--quiet', '--detach', tree, BEFORE],
        ['make', '-s', '-C', tree, '-j2'],
    ];
    for (const [program, ...args] of steps) {
        const done = spawnSync(program, args, { encoding: 'utf8' });
        if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
    }
    return tree;
}

/* --- What is measured ----------------------------------------------------------------------------- */

/* CPU time of a process and its descendants that still run, in ms. */
function cpuOf(process) {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
        try {
            const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
            return [{ pid: Number(pid), parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * 10 }];
        } catch {
            return []; // it has ended
        }
    });
    const sum = (pid) => processes.filter((p) => p.parent === pid)
        .reduce((ms, p) => ms + p.ms + sum(p.pid), 0);
    return sum(process) + (processes.find((p) => p.pid === process)?.ms ?? 0);
}

/* Until the site computes nothing any more: a server goes on with a query whose client has left. */
async function quiet(site) {
    for (let before = -1, at; ; before = at) {
        at = cpuOf(site.child.pid);
        if (at - before < 20) return at;
        await sleep(500);
    }
}

/* CPU in ms of n requests of a page, each; and the last status. */
async function pageCost(site, path, n) {
    const begin = await quiet(site);
    let status;
    for (let i = 0; i < n; i++) {
        const answer = await fetch(site.url + path, { headers: site.headers });
        status = answer.status;
        await answer.arrayBuffer();
    }
    return { ms: (await quiet(site) - begin) / n, status };
}

/* Runs a job: CPU of the database server in ms, largest resident size in MB, what it said. */
async function runJob(site, name, ...args) {
    const begin = await quiet(site);
    const child = spawn(join(site.built, 'jobs', name), args, {
        env: { ...process.env, OVS_CONF: site.conf }, cwd: site.root, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '', peak_kb = 0, status;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('close', (code) => (status = code));
    while (status === undefined) {
        try {
            const said = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
            peak_kb = Math.max(peak_kb, Number(said?.[1] ?? 0));
        } catch {
            // it has ended
        }
        await sleep(5);
    }
    if (status !== 0) throw new Error(`${site.name}: ${name} ended with ${status}\n${output.slice(0, 2000)}`);
    return { ms: await quiet(site) - begin, mb: peak_kb / 1024, output };
}

function show(what, unit, ours, before, ratio) {
    const figure = (x) => x.toFixed(x < 100 ? 1 : 0).padStart(9);
    console.log(`${what.padEnd(34)} ${figure(ours)} ${unit.padEnd(10)} before ${figure(before)}   ratio ${ratio.toFixed(2)}`);
}

/* --- The ledger ----------------------------------------------------------------------------------- */

/* Legs as [debit, credit, minor]; {k} is one of the five creators. 9.99 with 1.67 tax and 0.40 fee is
 * 7.92, of which 70 % are 5.54: four creators get 1.11, the last 1.10. */
const SHARES = [111, 111, 111, 111, 110];
const POSTINGS = {
    invoice: { ref: 'payment', at: 'paid', legs: [['asset:psp', 'liab:deferred', 832], ['asset:psp', 'liab:vat', 167]] },
    fee: { ref: 'payment', at: 'paid', legs: [['liab:deferred', 'asset:psp', 40]] },
    settle: {
        ref: 'unit', at: 'settled',
        legs: [...SHARES.map((minor, k) => ['liab:deferred', `liab:creator:{${k}}:held`, minor]),
            ['liab:deferred', 'rev:platform', 238]],
    },
    mature: {
        ref: 'unit', at: 'matured',
        legs: SHARES.map((minor, k) => [`liab:creator:{${k}}:held`, `liab:creator:{${k}}:payable`, minor]),
    },
};
const KEYS = { invoice: 'invoice:test:', fee: 'fee:test:', settle: 'settle:', mature: 'mature:' };
/* The creators of a month, from the lowest number on. */
const creator = (k) => `(${FIRST_CREATOR} + (g.user_id * 7) % ${CREATORS - 5} + ${k})`;
const code = (text) => `CONCAT('${text.replace(/\{(\d)\}/, (_, k) => `', ${creator(k)}, '`)}')`;

async function run(site, ...statements) {
    for (const statement of statements) await site.sql.run(statement);
}

async function makePeople(site) {
    await run(site,
        'CREATE TABLE n (i INT PRIMARY KEY)',
        'INSERT INTO n VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)',
        ...[10, 100, 1000, 10000].map((size) =>
            `INSERT INTO n SELECT a.i + ${size} * b.i FROM n a JOIN n b ON b.i BETWEEN 1 AND 9 WHERE a.i < ${size}`),
        `CREATE TABLE g (id BIGINT PRIMARY KEY, user_id BIGINT, anchor BIGINT, month INT, starts BIGINT, ends BIGINT,
            settled BIGINT NOT NULL DEFAULT 0, matured BIGINT NOT NULL DEFAULT 0, paid BIGINT)`,
        `INSERT INTO policy (id, rule, share_bp, fees, idle, min_unit_seconds, hold_days, since_ms)
            VALUES (1001, 'user', 7000, 'shared', 'uplift', 60, 30, 0), (1002, 'scaled', 7000, 'shared', 'uplift', 60, 30, 0)`,
        ...[[FIRST_CREATOR, CREATORS], [10_000, MEMBERS], [100_000, A_DAY], [110_000, UNITS],
            [200_000, A_DAY], [210_000, UNITS]].map(([first, count]) =>
            `INSERT INTO user (id, email, handle, display_name, created_ms) SELECT ${first} + i,
                CONCAT('u', ${first} + i, '@example.org'), CONCAT('u', ${first} + i), 'Bench', 0 FROM n WHERE i < ${count}`),
        `INSERT INTO video (id, public_id, user_id, category_id, title, state, length_ms, created_ms)
            SELECT id, LPAD(id, 11, 'v'), id, 1, 'Bench', 'ready', 7200000, 0 FROM user WHERE id >= ${FIRST_CREATOR}`,
        `INSERT INTO ledger_account (code, class, currency) VALUES ('asset:psp', 'asset', 'XTS'),
            ('liab:deferred', 'liability', 'XTS'), ('liab:vat', 'liability', 'XTS'), ('rev:platform', 'revenue', 'XTS')`,
        ...['held', 'payable'].map((which) =>
            `INSERT INTO ledger_account (code, class, currency, owner_id)
                SELECT CONCAT('liab:creator:', id, ':${which}'), 'liability', 'XTS', id FROM user WHERE id >= ${FIRST_CREATOR}`));
    await run(site, `INSERT INTO ledger_balance (account_id)
        SELECT id FROM ledger_account WHERE owner_id >= ${FIRST_CREATOR}`);
}

/* Months of members from number `first` on: `months` months each from `anchor` on. */
async function makeMonths(site, { first, count, months, anchor, settled, matured }) {
    const of = (n) => `UNIX_TIMESTAMP(FROM_UNIXTIME(anchor DIV 1000) + INTERVAL ${n} MONTH) * 1000`;
    await run(site,
        'DELETE FROM g',
        `INSERT INTO g (id, user_id, anchor, month) SELECT (${first} + a.i) * 100 + b.i, ${first} + a.i, ${anchor}, b.i
            FROM n a JOIN n b ON b.i < ${months} WHERE a.i < ${count}`,
        'UPDATE g SET anchor = anchor DIV 1000 * 1000',
        `UPDATE g SET starts = ${of('month')}, ends = ${of('month + 1')}, paid = ${of('month')}`,
        `UPDATE g SET settled = IF(${settled}, ends + ${2 * DAY + 3600_000}, 0)`,
        `UPDATE g SET matured = IF(settled > 0 AND (${matured}), settled + ${30 * DAY}, 0)`,
        `INSERT INTO subscription (user_id, provider, anchor_ms, months, paid_until_ms, grace_until_ms)
            SELECT user_id, 'test', MIN(anchor), COUNT(*), MAX(ends), MAX(ends) + ${7 * DAY} FROM g GROUP BY user_id`,
        `INSERT INTO payment (id, user_id, provider, provider_ref, amount_minor, tax_minor, fee_minor, months, currency,
            starts_ms, ends_ms, paid_ms) SELECT id, user_id, 'test', id, 999, 167, 40, 1, 'XTS', starts, ends, paid FROM g`,
        `INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency, gross_minor, tax_minor,
            fee_minor, settled_ms, matured_ms, seconds, net_minor, creators_minor, platform_minor)
            SELECT id, id, 0, user_id, 1001, starts, ends, 'XTS', 999, 167, 40, settled, matured,
            IF(settled > 0, 3000, 0), IF(settled > 0, 792, 0), IF(settled > 0, 554, 0), IF(settled > 0, 238, 0) FROM g`);
    for (const [k, minor] of SHARES.entries()) {
        await run(site,
            `INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor)
                SELECT id, ${creator(k)}, 600, ${minor} FROM g WHERE settled > 0`);
        for (const day of [1, 2])
            await run(site, `INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost)
                SELECT user_id, starts DIV ${DAY} + ${day}, ${creator(k)}, ${creator(k)}, id, 300000, 300000, 0 FROM g
                WHERE ends < ${now}`);
    }
    await post(site);
}

/* The postings of the months in g, in the order of their times. */
async function post(site) {
    const last = await site.sql.value('SELECT COALESCE(MAX(id), 0) FROM ledger_tx');
    const rows = Object.entries(POSTINGS).map(([kind, { ref, at, legs }]) => {
        const text = legs.map(([debit, credit, minor]) => `${code(debit)}, ' ', ${code(credit)}, ' ${minor} ', g.id, '\\n'`);
        const key = `CONCAT('${KEYS[kind]}', g.id${kind === 'settle' ? ", ':1'" : ''})`;
        return `SELECT ${key} AS ikey, SHA2(CONCAT(${key}, '\\n${kind}\\n${ref}\\n', g.id, '\\n\\n', g.${at}, '\\nXTS\\n',
            ${text.join(', ')}), 256) AS digest, '${kind}' AS kind, '${ref}' AS ref_type, g.id AS ref_id,
            ${legs.length} AS legs, g.${at} AS at FROM g WHERE g.${at} > 0`;
    });
    await run(site, `INSERT INTO ledger_tx (ikey, digest, kind, ref_type, ref_id, legs, effective_ms, created_ms)
        SELECT ikey, digest, kind, ref_type, ref_id, legs, at, at FROM (${rows.join(' UNION ALL ')}) x ORDER BY at, ikey`);
    for (const [kind, { legs }] of Object.entries(POSTINGS))
        for (const [i, [debit, credit, minor]] of legs.entries())
            await run(site, `INSERT INTO ledger_leg (tx_id, legs, line, debit_id, credit_id, currency, amount_minor, unit_id)
                SELECT t.id, t.legs, ${i + 1}, d.id, c.id, 'XTS', ${minor}, g.id FROM ledger_tx t
                JOIN g ON g.id = CAST(t.ref_id AS SIGNED) JOIN ledger_account d ON d.code = CONVERT(${code(debit)} USING ascii)
                AND d.currency = 'XTS' JOIN ledger_account c ON c.code = CONVERT(${code(credit)} USING ascii) AND c.currency = 'XTS'
                WHERE t.id > ${last} AND t.kind = '${kind}'`);
    for (const [side, column] of [['debit_id', 'debits_minor'], ['credit_id', 'credits_minor']])
        await run(site, `UPDATE ledger_balance b JOIN (SELECT l.${side} AS id, SUM(l.amount_minor) AS minor FROM ledger_leg l
            WHERE l.tx_id > ${last} GROUP BY l.${side}) s ON s.id = b.account_id SET b.${column} = b.${column} + s.minor`);
}

/* A server learns by and by how large its tables are; here they have just been filled. */
async function analyze(site) {
    await run(site, 'ANALYZE TABLE ledger_tx, ledger_leg, unit, unit_share, watch_day, payment, user, ledger_account');
}

async function makeLedger(site) {
    await makePeople(site);
    await makeMonths(site, {
        first: 10_000, count: MEMBERS, months: MONTHS, settled: `ends < ${now - 3 * DAY}`, matured: `settled < ${now - 31 * DAY}`,
        anchor: `UNIX_TIMESTAMP(FROM_UNIXTIME(${now - 3 * DAY} DIV 1000) - INTERVAL ${MONTHS - 1} MONTH) * 1000 - a.i % 25 * ${DAY}`,
    });
    const ago = (days) => `UNIX_TIMESTAMP(FROM_UNIXTIME(${now - days * DAY} DIV 1000) - INTERVAL 1 MONTH) * 1000`;
    const due = [[100_000, A_DAY, 3, 34], [110_000, UNITS, 1.7, 31.8]]; // now; LATER
    for (const [first, count, ended, settled] of due) {
        await makeMonths(site, { first, count, months: 1, settled: '0', matured: '0', anchor: ago(ended) });
        await makeMonths(site, { first: first + 100_000, count, months: 1, settled: '1', matured: '0', anchor: ago(settled) });
    }
    await run(site,
        `INSERT INTO receipt (number, payment_id, user_id, amount_minor, tax_minor, currency, issued_ms)
            SELECT ROW_NUMBER() OVER (ORDER BY paid_ms, id), id, user_id, 999, 167, 'XTS', paid_ms FROM payment`,
        'UPDATE receipt_counter SET last = (SELECT COUNT(*) FROM payment)');
    await analyze(site);
    const month = (ms) => `EXTRACT(YEAR_MONTH FROM FROM_UNIXTIME(${ms} DIV 1000))`;
    await run(site, `INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor, uplift_minor, pool_minor,
        scaled_minor, idle_out_minor, closed_ms, posted_ms, matured_ms) SELECT ${month('settled_ms')}, 'XTS', COUNT(*), 0, 0, 0,
        0, 0, 0, MAX(settled_ms), MAX(settled_ms), MAX(settled_ms) FROM unit
        WHERE settled_ms > 0 AND ${month('settled_ms')} < ${month(now)} GROUP BY 1`);
}

/* What becomes due on one day is settled and matures. */
async function makeDay(site) {
    for (const name of ['settle', 'mature']) await runJob(site, name);
}

/* Opens the last two months again, and fills the first of them with months of the rule scaled. */
async function makeMonthToClose(site) {
    const month = await site.sql.value('SELECT MIN(month) FROM (SELECT month FROM month_close ORDER BY month DESC LIMIT 2) x');
    const at = Date.UTC(Math.floor(month / 100), month % 100 - 1, 15);
    await run(site,
        'SET SESSION foreign_key_checks = 0',
        `DELETE FROM month_close WHERE month >= ${month}`,
        `INSERT INTO payment (id, user_id, provider, provider_ref, amount_minor, tax_minor, fee_minor, months, currency,
            starts_ms, ends_ms, paid_ms) SELECT 90000000 + i, 10000, 'test', 90000000 + i, 999, 167, 40, 1, 'XTS', 1, 2, 1
            FROM n WHERE i < ${CLOSED}`,
        `INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency, gross_minor, tax_minor,
            fee_minor, settled_ms, seconds, net_minor, creators_minor, platform_minor)
            SELECT id, id, 0, user_id, 1002, 1, 2, 'XTS', 999, 167, 40, ${at}, 3000, 792, 554, 238 FROM payment WHERE id >= 90000000`,
        ...SHARES.map((_, k) =>
            `INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor)
                SELECT g.id, ${FIRST_CREATOR} + (g.id * 7) % ${CREATORS - 5} + ${k}, 600, 0 FROM unit g WHERE g.id >= 90000000`),
        'SET SESSION foreign_key_checks = 1');
}

/* --- Two sites ------------------------------------------------------------------------------------ */

async function start(tree, name, options = {}) {
    const lib = await import(join(tree, 'tests/lib.mjs'));
    const site = await lib.startSite(options);
    return Object.assign(site, { name, root: tree, built: lib.built });
}

async function logIn(site) {
    const added = site.job('admin', ['user', 'add', 'you@example.org', 'you', '--password', PASSWORD, '--role', 'operator']);
    if (added.status !== 0) throw new Error(added.output);
    const answer = await fetch(`${site.url}/login`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'you', password: PASSWORD }),
    });
    site.headers = { authorization: `Bearer ${(await answer.json()).token}`, accept: 'text/html' };
}

const folder = mkdtempSync(join(tmpdir(), 'ovs-before-'));
const sites = [];
try {
    const tree = process.env.TREE_BEFORE ?? buildBefore(folder);
    const before = await start(tree, 'before');
    sites.push(before);
    const old = await start(tree, 'ours');
    sites.push(old);
    await Promise.all([makeLedger(before), makeLedger(old)]);
    console.log(`${await before.sql.value('SELECT COUNT(*) FROM ledger_leg')} legs`);
    await old.stop({ keep: true });
    sites.pop();
    const ours = await start(root, 'ours', { folder: old.var }); // migrates
    sites.push(ours);
    await Promise.all([logIn(before), logIn(ours)]);

    await analyze(ours); // the update changed some of them
    const first = { sum: await runJob(ours, 'sum_ledger'), audit: await runJob(ours, 'ledger_audit') };
    console.log(`after the update: sums ${(first.sum.ms / 1000).toFixed(1)} s, first audit ${(first.audit.ms / 1000).toFixed(1)} s of CPU`);
    await makeDay(before);
    await makeDay(ours);
    const page = await pageCost(ours, '/admin/money', 5);
    console.log(`/admin/money with a day that is not summed: ${page.ms.toFixed(0)} ms`);
    const summed = await runJob(ours, 'sum_ledger');
    console.log(`sum_ledger of that day: ${summed.ms} ms, ${summed.mb.toFixed(0)} MB`);

    for (let round = 0; round < ROUNDS; round++) {
        for (const path of ['/admin/money', '/admin/money.csv', `/admin/money/journal?month=${lastMonth}`]) {
            const a = await pageCost(ours, path, 30), b = await pageCost(before, path, 1);
            if (a.status !== 200) throw new Error(`${path}: ${a.status}`);
            show(`${path}${b.status === 200 ? '' : ` (before: ${b.status})`}`, 'ms', a.ms, b.ms, b.ms / a.ms);
        }
    }
    {
        const a = await runJob(ours, 'ledger_audit'), b = await runJob(before, 'ledger_audit');
        show('nightly audit after one day', 'ms', a.ms, b.ms, b.ms / a.ms);
        show('its memory', 'MB', a.mb, b.mb, b.mb / a.mb);
        const full = await runJob(ours, 'ledger_audit', '--full');
        show('audit of everything', 'ms', full.ms, b.ms, b.ms / full.ms);
    }
    for (const site of sites) site.setClock(LATER);
    for (const name of ['settle', 'mature']) {
        const a = await runJob(ours, name), b = await runJob(before, name);
        show(`${name}`, 'units/s', UNITS / a.ms * 1000, UNITS / b.ms * 1000, b.ms / a.ms);
        show(`${name}, memory`, 'MB', a.mb, b.mb, b.mb / a.mb);
    }
    {
        const a = await runJob(ours, 'ledger_audit');
        console.log(`audit after ${2 * UNITS} months were settled or matured: ${a.ms} ms`);
    }
    await Promise.all([makeMonthToClose(before), makeMonthToClose(ours)]);
    const a = await runJob(ours, 'close_month'), b = await runJob(before, 'close_month');
    show(`close_month of ${CLOSED}, memory`, 'MB', a.mb, b.mb, b.mb / a.mb);
    show('its CPU', 'ms', a.ms, b.ms, b.ms / a.ms);
} finally {
    for (const site of sites) await site.stop();
    git('worktree', 'remove', '--force', join(folder, 'before'));
    rmSync(folder, { recursive: true, force: true });
}
