/*
 * A month in fast motion, in Chromium: three members pay and watch four creators; one creator is a
 * member as well and watches only himself. The month ends, the jobs run, and the figures of the
 * pages and the statements are what economy.mjs calculates from the same plays, to the cent.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeFilm, root, startSite, until } from '../lib.mjs';
import { close, credited, settle } from './economy.mjs';
import { newPage, startBrowser } from './lib.mjs';

const TRY_AGAIN = 75; // exit code of a job while another run is busy
const DAY_MS = 86_400_000, CLIP_S = 20, PASSWORD = 'a long walk in may';
const START = Date.UTC(2031, 0, 31, 9); // a month from here ends on 28 February
const SETTLED = Date.UTC(2031, 2, 3, 12), CLOSED = Date.UTC(2031, 3, 3, 3), PAID = Date.UTC(2031, 4, 5, 5);
const PRICE = { gross: 999n, tax: 167n, fee: 40n };
const TERMS = { share_bp: 7000n, min_seconds: 60n };
const creators = ['ada', 'bert', 'cleo', 'dora'];
const members = ['vic', 'wim', 'xenia', 'dora'];
const plays = Object.fromEntries(members.map((member) => [member, []])); // as credited() needs them
let site, browser, ids, videos, pages, months;

before(async () => {
    site = await startSite({ set: {
        signups_per_day: 100, ladder: '180', tax_bp: 2000, fee_minor: 40, payout_threshold_minor: 100,
        seller_name: 'Example Video Ltd',
    } });
    browser = await startBrowser();
    at(START);
    for (const handle of new Set([...creators, ...members])) user(handle, 'member');
    user('olga', 'operator');
    for (const handle of creators) upload(handle);
    ids = Object.fromEntries(await site.sql.run('SELECT handle, id FROM user'));
    videos = Object.fromEntries(await site.sql.run(
        'SELECT u.handle, v.public_id FROM video v JOIN user u ON u.id = v.user_id'));
    pages = {};
    for (const handle of [...members, ...creators, 'olga']) pages[handle] ??= await newPage(browser, site);
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

/* The site's clock. */
function at(ms) {
    site.setClock(ms - Date.now());
}

function run(program, ...args) {
    const { status, output } = site.job(program, args);
    assert.equal(status, 0, `${program} ${args.join(' ')}: ${output}`);
    return output;
}

/* Starts that many copies of a job: one does the work, the others find that it is being or was
 * done. */
async function atOnce(copies, program) {
    const codes = await Promise.all(Array.from({ length: copies }, () => new Promise((done) => {
        const env = { ...process.env, OVS_CONF: site.conf };
        spawn(join(site.built, 'jobs', program), { env, cwd: root, stdio: 'ignore' }).on('exit', done);
    })));
    assert.ok(codes.includes(0), `${program}: ${codes}`);
    assert.ok(codes.every((code) => code === 0 || code === TRY_AGAIN), `${program}: ${codes}`);
}

const user = (handle, role) => run('admin', 'user', 'add', `${handle}@example.org`, handle,
    '--role', role, '--password', PASSWORD);

/* A clip of CLIP_S seconds, processed like any upload. */
function upload(handle) {
    const folder = join(site.var, 'clips');
    mkdirSync(folder, { recursive: true });
    const file = makeFilm(join(folder, `${handle}.mp4`), { seconds: CLIP_S });
    run('admin', 'import', handle, file, '--title', `A film of ${handle}`, '--category', 'music', '--wait');
}

async function logIn(handle) {
    const page = pages[handle];
    await page.context().clearCookies();
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(`${handle}@example.org`);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL('/');
    return page;
}

/* Watches that many seconds, as the player reports them; the clock advances by the same time. */
async function watch(handle, creator, from_ms, seconds) {
    const ask = (path, body) => pages[handle].evaluate(async ([address, text]) => {
        const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
        const answer = await fetch(address, { method: 'POST', body: text, headers });
        return { status: answer.status, ...await answer.json() };
    }, [path, JSON.stringify(body)]);

    at(from_ms);
    const play = await ask('/api/play', { video: videos[creator] });
    assert.equal(play.status, 200, JSON.stringify(play));
    at(from_ms + seconds * 1000 + 500);
    const beat = await ask('/api/beat', { t: play.token, q: 0, r: [[0, seconds * 1000]], rate: 1, s: 'pause' });
    assert.equal(beat.status, 200, JSON.stringify(beat));
    remember(handle, creator, from_ms + seconds * 1000 + 500, seconds * 1000);
}

function remember(handle, creator, end_ms, ms) {
    plays[handle].push({ at: end_ms, ms, video: creator, length: CLIP_S * 1000, creator: ids[creator] });
}

test('the calculation agrees with the published vectors', () => {
    const path = join(root, 'tests/data/payout_vectors.json');
    for (const { name, config, units, user: wanted, idle_in } of JSON.parse(readFileSync(path, 'utf8'))) {
        const terms = { share_bp: BigInt(config.share_bp), min_seconds: BigInt(config.min_unit_seconds) };
        const names = [...new Set(units.flatMap(({ watch: seconds }) => Object.keys(seconds)))].sort();
        const settled = units.map(({ gross, tax, fee, refunded, watch: seconds }) => settle(
            { gross: BigInt(gross), tax: BigInt(tax), fee: BigInt(fee), refunded: BigInt(refunded) },
            new Map(Object.entries(seconds).map(([id, s]) => [names.indexOf(id), s * 1000])), terms));
        const month = close(settled, terms, BigInt(idle_in));
        const earned = Object.fromEntries(names.map((id, i) =>
            [id, Number((month.earned.get(i) ?? 0n) + (month.uplift.get(i) ?? 0n))]));
        for (const id of names) assert.equal(earned[id], wanted.earned[id] ?? 0, `${name}: ${id}`);
        assert.equal(Number(month.idle), wanted.idle_out, name);
    }
});

test('members pay', async () => {
    for (const handle of members) {
        const page = await logIn(handle);
        await page.goto('/subscribe');
        await page.getByRole('button', { name: 'Subscribe' }).click();
        await page.getByRole('button', { name: 'Pay', exact: true }).click();
        await page.getByText('your payment has arrived').waitFor();
    }
});

test('they watch, day by day', async () => {
    const habits = { // seconds on day d
        vic: (d) => [['ada', 20], ['bert', 5 + (d % 11)], ['cleo', d % 3 ? 0 : 13], ['ada', 10]],
        wim: (d) => [['bert', 20], ['dora', 3 + (d % 7)]],
        xenia: (d) => [['cleo', d === 9 ? 20 : 0], ['dora', d % 10 ? 0 : 19]],
        dora: () => [['dora', 20]],
    };
    for (let day = 1; day < 27; day++)
        for (const [n, handle] of members.entries())
            for (const [i, [creator, seconds]] of habits[handle](day).entries())
                if (seconds) await watch(handle, creator, START + day * DAY_MS + n * 3_600_000 + i * 60_000, seconds);
});

test('one of them in the player itself', async () => {
    const page = pages.vic, day = START + 27 * DAY_MS;
    const answered = [];
    at(day);
    page.on('response', async (response) => {
        if (!response.url().endsWith('/api/beat')) return;
        const { r } = response.request().postDataJSON();
        answered.push({ status: response.status(), ms: r.reduce((sum, [from, to]) => sum + to - from, 0) });
    });
    await page.goto(`/watch/${videos.cleo}`);
    await page.locator('media-play-button.start').click();
    const video = () => page.evaluate(() => {
        const { currentTime, paused } = document.querySelector('media-controller video');
        return { currentTime, paused };
    });
    await until('it plays', async () => (await video()).currentTime > 0.2);
    at(day + 60_000); // so that the elapsed time never limits what was played
    await until('four seconds have been played', async () => (await video()).currentTime > 4);
    await page.evaluate(() => document.querySelector('media-controller video').pause());
    await until('the player has told', () => answered.length > 0);
    assert.deepEqual(answered.map(({ status }) => status), answered.map(() => 200));
    remember('vic', 'cleo', day + 60_000, answered.reduce((sum, { ms }) => sum + ms, 0));
    page.removeAllListeners('response');
});

/* JSON of a page, requested by the browser that is logged in. */
const json = (handle, path) => pages[handle].evaluate(async (address) =>
    (await fetch(address, { headers: { Accept: 'application/json' } })).json(), path);

const amount = (minor) => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
const earned = (handle) => months.earned.get(ids[handle]) ?? 0n;
const uplift = (handle) => months.uplift.get(ids[handle]) ?? 0n;

test('the month is over: each member sees where the money went', async () => {
    at(SETTLED);
    for (const job of ['watch_flush', 'watch_rollup']) run(job);
    assert.match(run('settle', '--dry-run'), /ada/);
    assert.equal(await site.sql.value('SELECT COUNT(*) FROM unit WHERE settled_ms > 0'), '0');
    await atOnce(8, 'settle');
    const units = {};
    for (const handle of members) units[handle] = settle(PRICE, credited(ids[handle], plays[handle]), TERMS);
    months = close(Object.values(units), TERMS);
    assert.equal(units.dora.idle, units.dora.creators, 'who watches only themselves watched nobody');

    for (const handle of members) {
        const page = await logIn(handle), unit = units[handle];
        await page.goto('/account/money');
        const { months: [shown] } = await json(handle, '/account/money');
        const line = (kind) => BigInt(shown.lines.find((l) => l.kind === kind)?.minor ?? 0);
        assert.equal(BigInt(shown.price_minor), PRICE.gross);
        for (const kind of ['tax', 'fee', 'platform', 'idle'])
            assert.equal(line(kind), unit[kind], `${handle}: ${kind}`);
        const shares = shown.lines.filter(({ kind }) => kind === 'creator');
        assert.deepEqual(
            new Map(shares.map(({ channel, seconds, minor }) => [channel, [BigInt(seconds), BigInt(minor)]])
                .sort()),
            new Map([...unit.shares].map(([id, minor]) => [nameOf(id), [unit.seconds.get(id), minor]]).sort()));
        const text = await page.locator('main').innerText();
        for (const minor of [PRICE.gross, unit.tax, unit.fee, unit.platform, ...unit.shares.values()])
            assert.ok(text.includes(amount(minor)), `${handle}: ${amount(minor)} is on the page`);
        assert.equal(shown.lines.reduce((sum, { minor }) => sum + minor, 0), Number(PRICE.gross));
    }
});

const nameOf = (id) => Object.keys(ids).find((handle) => ids[handle] === id);

test('the month is closed: creators see what they earned', async () => {
    at(CLOSED);
    for (const job of ['close_month', 'statements']) await atOnce(8, job);
    for (const handle of creators) {
        const page = await logIn(handle);
        await page.goto('/studio/earnings');
        const shown = await json(handle, '/studio/earnings');
        assert.equal(BigInt(shown.held_minor), earned(handle) + uplift(handle), handle);
        assert.equal(BigInt(shown.months[0].units_minor), earned(handle), handle);
        assert.equal(BigInt(shown.months[0].uplift_minor), uplift(handle), handle);
        const text = await page.locator('main').innerText();
        assert.ok(text.includes(amount(earned(handle) + uplift(handle))));
        assert.deepEqual(page.faults, []);
    }
});

test('what the other rule would have brought can be seen beforehand', () => {
    const rows = run('simulate_payout', '--month', '2031-03', '--csv').split('\n')
        .map((line) => line.split(',')).filter(([month]) => month === '2031-03');
    const simulated = new Map(rows.map(([, , handle, user, scaled]) => [handle, { user, scaled }]));
    for (const handle of creators)
        assert.equal(BigInt(simulated.get(handle).user), earned(handle) + uplift(handle), handle);
    const scaled = [...simulated.values()].reduce((sum, row) => sum + BigInt(row.scaled), 0n);
    const net = members.reduce((sum) => sum + PRICE.gross - PRICE.tax - PRICE.fee, 0n);
    assert.ok(scaled > 0n && scaled <= net);
});

test('what is due is paid', async () => {
    const accounts = { ada: 'DE89 3704 0044 0532 0130 00', bert: 'NL91 ABNA 0417 1643 00' };
    for (const [handle, iban] of Object.entries(accounts)) {
        const page = pages[handle];
        await page.goto('/login/again?next=/studio/payee');
        if (page.url().includes('/login/again')) { // the log-in is not fresh any more
            await page.getByLabel('Your password').fill(PASSWORD);
            await page.getByRole('button', { name: 'Go on' }).click();
        }
        await page.getByLabel('Account holder').fill(`${handle} Example`);
        await page.getByLabel('IBAN').fill(iban);
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByText(iban.replaceAll(' ', '').slice(-4)).first().waitFor();
    }
    at(PAID);
    run('watch_flush');
    for (const job of ['mature', 'payout_run', 'payout_poll', 'statements']) await atOnce(8, job);
    for (const handle of creators) {
        await logIn(handle);
        const all = earned(handle) + uplift(handle), shown = await json(handle, '/studio/earnings');
        const paid = handle in accounts;
        assert.equal(BigInt(shown.paid_minor), paid ? all : 0n, handle);
        assert.equal(BigInt(shown.payable_minor), paid ? 0n : all, handle);
        assert.equal(shown.held_minor, 0, handle);
    }
});

test('the statement says it line by line, and is what was made then', async () => {
    const minor = (text) => BigInt(text ? text.replace('.', '') : 0);
    for (const handle of creators) {
        const shown = await json(handle, '/studio/earnings/2031-03');
        const sum = (wanted) => shown.lines.filter(({ kind }) => kind === wanted)
            .reduce((all, line) => all + minor(line.in) - minor(line.out), 0n);
        assert.equal(shown.opening_minor, 0);
        assert.equal(sum('earned'), earned(handle), handle);
        assert.equal(sum('uplift'), uplift(handle), handle);
        assert.equal(BigInt(shown.closing_minor), earned(handle) + uplift(handle), handle);
        const document = await pages[handle].evaluate(async () => (await fetch('/studio/earnings/2031-03.csv')).text());
        assert.equal(createHash('sha256').update(document).digest('hex'), shown.sha256);
        await pages[handle].goto('/studio/earnings/2031-03');
        const text = await pages[handle].locator('main').innerText();
        for (const sum of [earned(handle), uplift(handle)]) assert.ok(text.includes(amount(sum)));
    }
});

test('the operator sees all of it, and the audit finds nothing', async () => {
    run('ledger_audit', '--full');
    const page = await logIn('olga');
    await page.goto('/admin/money');
    const { months: flows, owed, audit } = await json('olga', '/admin/money');
    const all = (list, field) => list.reduce((sum, line) => sum + BigInt(line[field]), 0n);
    const gets = (...handles) => handles.reduce((sum, handle) => sum + earned(handle) + uplift(handle), 0n);
    const people = BigInt(members.length);

    assert.equal(audit.findings, 0);
    assert.equal(all(flows, 'in_minor'), people * PRICE.gross);
    assert.equal(all(flows, 'fees_minor'), people * PRICE.fee);
    assert.equal(all(flows, 'payouts_minor'), gets('ada', 'bert'));
    assert.deepEqual(Object.fromEntries(owed.map(({ kind, minor }) => [kind, BigInt(minor)])), {
        deferred: 0n, held: 0n, transit: 0n,
        idle: months.idle, payable: gets('cleo', 'dora'), vat: people * PRICE.tax,
    });
    assert.deepEqual(page.faults, []);
});
