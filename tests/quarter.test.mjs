/*
 * A quarter of a site: 30 members, 10 creators, real jobs and requests, with a clock that the test sets.
 * Members pay by bank transfer, by standing order, in parts, too much, twice, late, for a year, and by
 * voucher; some get money back, in full or in part, before and after their month was divided; two
 * dispute their payment, one wins. Every balance is calculated here a second time, from the rules in
 * docs/creators.md and nothing else, and has to agree to the cent; the audit has to be silent at the
 * end, and to speak after each error that is planted.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSite } from './lib.mjs';

const MEMBERS = 30, CREATORS = 10, PASSWORD = 'a long walk in may';
const PRICE = 999, YEAR = 9990, FEE = 40, SHARE = 7000, ALL = 10000, MIN_SECONDS = 60, THRESHOLD = 1000;
const HOUR_MS = 3_600_000, DAY_MS = 24 * HOUR_MS, HOLD_MS = 30 * DAY_MS;
const utc = (month, day, hour = 12, minute = 0) => Date.UTC(2031, month - 1, day, hour, minute);
const monthOf = (ms) => new Date(ms).toISOString().slice(0, 7);
/* Handles have three characters at least: m1 is m-1. */
const handleOf = (name) => `${name[0]}-${name.slice(1)}`, nameOf = (handle) => handle.replace('-', '');
const sum = (list) => list.reduce((a, b) => a + b, 0);

/* --- The rules --------------------------------------------------------------------------------------- */

const tax = (gross) => Math.floor((2 * gross * 2000 + 12000) / (2 * 12000)); // 20 % included, rounded

/* By weight: everybody the whole part, and what is missing one by one to the largest remainders; the
 * first of equal ones. */
function divide(total, weights) {
    const all = sum(weights), parts = weights.map((w) => (all ? Math.floor((total * w) / all) : 0));
    const order = weights.map((w, i) => [all ? (total * w) % all : 0, i]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    for (let k = 0, left = all ? total - sum(parts) : 0; k < left; k++) parts[order[k][1]]++;
    return parts;
}

class Model {
    constructor(rule, fees) {
        Object.assign(this, { rule, fees, units: [], months: [], bank: 0, member: 0, disputes: 0, extra_vat: 0,
            vouchers: 0, expired: 0, paid_out: Array(CREATORS).fill(0), now: 0 });
    }

    /* A payment that arrived, of one month or twelve; returns its units. */
    pay(who, gross = PRICE, months = 1, fee = FEE, by_bank = true) {
        const even = (total) => divide(total, Array(months).fill(1));
        const g = even(gross), t = even(tax(gross)), f = even(fee);
        if (by_bank) this.bank += gross - fee;
        const units = g.map((_, i) => ({ who, g: g[i], t: t[i], f: f[i], r: 0, r0: 0, settled: 0, matured: false,
            closed: false, seconds: Array(CREATORS).fill(0), shares: Array(CREATORS).fill(0), idle: 0 }));
        this.units.push(...units);
        return units;
    }

    back(u, amount) {
        u.r += amount;
        this.bank -= amount;
        if (u.settled && !u.closed) this.divideUnit(u, u.r);
    }

    split(u, r) {
        const left = u.g - u.t - (r - Math.floor((u.t * r) / u.g)) - (this.fees === 'shared' ? u.f : 0);
        let net = Math.max(left, 0), short = Math.max(-left, 0);
        const creators = Math.floor((net * SHARE) / ALL);
        let platform = net - creators;
        if (this.fees === 'platform') {
            const borne = Math.min(u.f, platform);
            platform -= borne; net -= borne; short += u.f - borne;
        }
        return { net, short, creators, platform };
    }

    divideUnit(u, r) {
        Object.assign(u, this.split(u, r), { r0: r });
        const watched = sum(u.seconds) >= MIN_SECONDS;
        u.idle = watched ? 0 : u.creators;
        u.pooled = watched && this.rule === 'scaled';
        u.shares = watched && !u.pooled ? divide(u.creators, u.seconds) : Array(CREATORS).fill(0);
    }

    settle() {
        for (const u of this.units)
            if (!u.settled && !u.frozen && u.end + 48 * HOUR_MS <= this.now) {
                u.settled = this.now;
                this.divideUnit(u, u.r);
            }
    }

    /* How much of an amount of a closed month went back since it was closed. */
    taken = (u, x) => (u.closed && u.r > u.r0 ? Math.floor((x * (u.r - u.r0)) / (u.g - u.r0)) : 0);

    raised(month, c) {
        const of_month = this.units.filter((u) => u.settled && u.closed && monthOf(u.settled) === month.name && u.r > u.r0);
        return month.uplift[c] - sum(of_month.map((u) => (month.earned[c]
            ? Math.floor((u.shares[c] * (u.r - u.r0) * month.uplift[c]) / ((u.g - u.r0) * month.earned[c])) : 0)));
    }

    idle() {
        const of_units = sum(this.units.filter((u) => u.settled).map((u) => u.idle - this.taken(u, u.creators) +
            sum(u.shares.map((s) => this.taken(u, s)))));
        return of_units + sum(this.months.map((m) => m.from_pool - sum(m.uplift.map((_, c) => this.raised(m, c)))));
    }

    close(name) {
        const units = this.units.filter((u) => u.settled && monthOf(u.settled) === name);
        const month = { name, uplift: Array(CREATORS).fill(0), earned: Array(CREATORS).fill(0), from_pool: 0, closed: this.now };
        const idle = Math.max(this.idle() - sum(this.units.filter((u) => monthOf(u.settled || 0) > name).map((u) => u.idle)), 0);
        if (this.rule === 'user') {
            month.earned = month.earned.map((_, c) => sum(units.map((u) => u.shares[c])));
            const earned = sum(month.earned), most = Math.floor((earned * (ALL - SHARE)) / SHARE);
            month.uplift = divide(Math.min(idle, most), month.earned);
        } else {
            const pool = sum(units.filter((u) => u.pooled).map((u) => u.creators));
            this.scale(pool + idle, units.filter((u) => u.pooled));
            month.from_pool = pool - sum(units.map((u) => sum(u.shares)));
        }
        for (const u of units) u.closed = true;
        this.months.push(month);
    }

    /* One price a second for all, but no month gives more than its net. */
    scale(pool, units) {
        const time = (u) => sum(u.seconds);
        const waiting = [...units].sort((a, b) => a.net * time(b) - b.net * time(a));
        let seconds = sum(units.map(time));
        while (waiting.length && waiting[0].net * seconds <= pool * time(waiting[0])) {
            const u = waiting.shift();
            u.gives = u.net; pool -= u.net; seconds -= time(u);
        }
        const rest = units.filter((u) => waiting.includes(u)), parts = divide(pool, rest.map(time));
        rest.forEach((u, i) => (u.gives = parts[i]));
        for (const u of units) u.shares = divide(u.gives, u.seconds);
    }

    mature() {
        for (const u of this.units)
            if (u.settled && !u.matured && u.settled + HOLD_MS <= this.now && (this.rule === 'user' || u.closed))
                u.matured = true;
        for (const m of this.months) m.matured ||= m.closed + HOLD_MS <= this.now;
    }

    creator(c, matured) {
        const units = this.units.filter((u) => u.settled && u.matured === matured);
        return sum(units.map((u) => u.shares[c] - this.taken(u, u.shares[c]))) +
            sum(this.months.filter((m) => Boolean(m.matured) === matured).map((m) => this.raised(m, c)));
    }
    payable(c) { return this.creator(c, true) - this.paid_out[c]; }

    balances() {
        const settled = this.units.filter((u) => u.settled), open = this.units.filter((u) => !u.settled);
        const taxBack = (u, r) => Math.floor((u.t * r) / u.g);
        const all = {
            'asset:bank': this.bank,
            'liab:vat': this.extra_vat + sum(this.units.map((u) => u.t - taxBack(u, u.r))),
            'liab:deferred': sum(open.map((u) => this.split(u, u.r).net)),
            'liab:idle': this.idle(),
            'liab:pool': sum(settled.filter((u) => u.pooled && !u.closed).map((u) => u.creators)),
            'liab:voucher': this.vouchers,
            'rev:platform': this.expired + sum(settled.map((u) => u.platform - this.taken(u, u.platform))),
            'exp:dispute': this.disputes,
            'exp:fees_lost': sum(open.map((u) => this.split(u, u.r).short)) + sum(settled.map((u) => u.short + (u.closed
                ? u.r - u.r0 - taxBack(u, u.r) + taxBack(u, u.r0) - this.taken(u, u.creators) - this.taken(u, u.platform) : 0))),
            'liab:member': this.member,
            'clearing:unmatched': 0,
        };
        for (let c = 0; c < CREATORS; c++) {
            all[`held ${c}`] = this.creator(c, false);
            all[`payable ${c}`] = this.payable(c);
        }
        return all;
    }
}

/* --- The site ---------------------------------------------------------------------------------------- */

const sites = [];
after(() => Promise.all(sites.map((site) => site.stop())));

class Quarter {
    async open(rule, fees) {
        this.model = new Model(rule, fees);
        this.site = await startSite({ set: {
            pay_provider: 'manual', bank_holder: 'Example Video Ltd', bank_iban: 'AT611904300234573201', bank_bic: 'BKAUATWW',
            seller_name: 'Example Video Ltd', seller_address: 'Ring 1, 1010 Wien', tax_bp: 2000, price_year_minor: YEAR,
            mail: 'smtp', mail_from: 'site@videos.example', fee_minor: FEE, rule, fees, payout_threshold_minor: THRESHOLD, payout_first_days: 60, signups_per_day: 1000,
        } });
        sites.push(this.site);
        this.go(utc(7, 1));
        await this.people();
    }

    go(ms) {
        this.now = this.model.now = ms;
        this.site.setClock(ms - Date.now());
    }

    job(name, ...args) {
        const { status, output } = this.site.job(name, args);
        assert.equal(status, 0, `${name} ${args.join(' ')}: ${output}`);
        return output;
    }
    admin(...args) { return this.job('admin', ...args); }

    /* The others have the password of the first, whose hash is made once. */
    async people() {
        const { sql } = this.site;
        this.admin('user', 'add', 'c0@example.org', 'c-0', '--password', PASSWORD);
        const id = await sql.value("SELECT id FROM user WHERE handle = 'c-0'");
        const handles = [...Array(CREATORS).keys()].map((i) => `c${i}`).slice(1)
            .concat([...Array(MEMBERS).keys()].map((i) => `m${i + 1}`));
        for (const handle of handles)
            await sql.run(`INSERT INTO user (email, handle, display_name, created_ms) VALUES
                ('${handle}@example.org', '${handleOf(handle)}', '${handle}', ${utc(1, 1)})`); // not new: nobody looks new to the review of payouts
        const columns = (await sql.run("SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()" +
            " AND table_name = 'credential' AND column_name <> 'user_id'")).flat().join(', ');
        await sql.run(`INSERT INTO credential (user_id, ${columns}) SELECT u.id, ${columns.replaceAll(/(\w+)/g, 'c.$1')}
            FROM user u JOIN credential c ON c.user_id = ${id} WHERE u.id <> ${id}`);
        this.ids = Object.fromEntries((await sql.run('SELECT handle, id FROM user')).map(([handle, user]) => [nameOf(handle), user]));
        this.asks = {};
        for (let c = 0; c < CREATORS; c++) {
            await sql.run(`INSERT INTO video (id, public_id, user_id, category_id, title, state, length_ms, created_ms)
                SELECT ${c + 1}, '${'abcdefghij'[c].repeat(11)}', ${this.ids[`c${c}`]}, MIN(id), 'V${c}', 'ready', 7200000, 0 FROM category`);
            const ask = await this.login(`c${c}`);
            const sent = await ask('POST', '/studio/payee', { do: 'account', holder: `Creator ${'ABCDEFGHIJ'[c]}`,
                iban: iban(c), vat_id: '' });
            assert.equal(sent.status, 303, await sent.text());
        }
    }

    async login(handle) {
        if (this.asks[handle]) return this.asks[handle];
        const login = await fetch(`${this.site.url}/login`, { method: 'POST',
            headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: handleOf(handle), password: PASSWORD }) });
        assert.equal(login.status, 200);
        const headers = { authorization: `Bearer ${(await login.json()).token}`, accept: 'application/json' };
        return (method, path, form) => fetch(this.site.url + path, { method, headers, redirect: 'manual',
            ...(form && { body: new URLSearchParams(form) }) });
    }

    async reference(handle, months = 1) {
        const ask = await this.login(handle), sent = await ask('POST', '/subscribe', { months });
        assert.equal(sent.status, 303, await sent.text());
        return (await (await ask('GET', sent.headers.get('location'))).json()).reference;
    }

    /* Lines of a bank statement of today: [amount, text]. */
    import(lines) {
        const date = new Date(this.now).toISOString().slice(0, 10), path = join(this.site.var, `statement-${this.now}.csv`);
        writeFileSync(path, ['date,amount,currency,text', ...lines.map(([amount, text]) => `${date},${amount},EUR,${text}`), ''].join('\n'));
        return this.job('admin', 'pay', 'import', path);
    }

    /* Members who pay the price of a month by one statement. */
    async payMonth(handles) {
        const lines = [];
        for (const handle of handles) lines.push(['9.99', await this.reference(handle)]);
        this.import(lines);
        for (const handle of handles) this.model.pay(handle);
    }

    /* Watched seconds (whole minutes) of a creator's video on a day, from a minute of it on. */
    watch(handle, month, day, c, minutes, from_minute = 0) {
        const t0 = utc(month, day, 13, 0) + from_minute * 60_000;
        this.seen ??= [];
        this.seen.push(`(${t0 / DAY_MS | 0}, ${this.ids[handle]}, 1, %N%, ${c + 1}, ${this.ids[`c${c}`]}, 's${handle}', %T%, 7200000, 0)`
            .concat(`|${t0}|${minutes}`));
        return { c, seconds: minutes * 60 };
    }

    async flushWatched() {
        const rows = [], dirty = new Set();
        for (const seen of this.seen ?? []) {
            const [row, t0, minutes] = seen.split('|');
            for (let i = 0; i < Number(minutes); i++) {
                const at = Number(t0) + i * 60_000;
                rows.push(row.replace('%N%', this.n = (this.n ?? 0) + 1).replace('%T%', `${at}, ${at + 60_000}`));
            }
            dirty.add(row.match(/^\((\d+), (\d+)/).slice(1).reverse().join(', '));
        }
        this.seen = [];
        for (let i = 0; i < rows.length; i += 2000)
            await this.site.sql.run(`INSERT INTO watch_seg (day, user_id, batch_id, n, video_id, creator_id, session, t0_ms,
                t1_ms, length_ms, flags) VALUES ${rows.slice(i, i + 2000).join(', ')}`);
        if (dirty.size)
            await this.site.sql.run(`INSERT IGNORE INTO watch_dirty (user_id, day) VALUES ${[...dirty].map((d) => `(${d})`).join(', ')}`);
    }

    /* What cron does, at a moment; and the same in the model. */
    async night(ms) {
        this.go(ms);
        await this.flushWatched();
        for (const name of ['watch_rollup', 'settle', 'close_month', 'mature', 'expire', 'renew', 'statements', 'sum_ledger']) this.job(name);
        const m = this.model;
        m.settle();
        const due = (name) => Date.UTC(Number(name.slice(0, 4)), Number(name.slice(5)), 3, 2) <= ms; // the 3rd of the next
        const next = m.months.length ? after_month(m.months.at(-1).name)
            : monthOf(Math.min(...m.units.filter((u) => u.settled).map((u) => u.settled)));
        if (m.units.some((u) => u.settled) && due(next)) m.close(next);
        m.mature();
        await this.compare(`after the night of ${new Date(ms).toISOString()}`);
    }

    /* This month's payouts, exported and paid. */
    async payOut() {
        const { sql } = this.site, m = this.model;
        const before = Number(await sql.value('SELECT COALESCE(MAX(id), 0) FROM payout'));
        this.job('payout_run');
        const made = await sql.run(`SELECT u.handle, p.amount_minor, p.run_id FROM payout p JOIN user u ON u.id = p.user_id
            WHERE p.id > ${before} ORDER BY p.id`).then((rows) => rows.map(([handle, ...rest]) => [nameOf(handle), ...rest]));
        const holds = (await sql.run(`SELECT u.handle FROM payout_hold h JOIN user u ON u.id = h.user_id`)).flat().map(nameOf);
        const want = [...Array(CREATORS).keys()].filter((c) => m.payable(c) >= THRESHOLD && !holds.includes(`c${c}`))
            .map((c) => [`c${c}`, String(m.payable(c))]);
        assert.deepEqual(made.map(([handle, amount]) => [handle, amount]).sort(), want.sort(), 'who is paid, and what');
        if (made.length === 0) return 0;
        const run = made[0][2], file = join(this.site.var, `run-${run}.xml`);
        this.job('payout', 'export', run, '--sepa', file);
        this.job('payout', 'confirm', '--run', run);
        for (const [handle, amount] of made) {
            m.paid_out[Number(handle.slice(1))] += Number(amount);
            m.bank -= Number(amount);
        }
        await this.compare('after the payouts');
        return made.length;
    }

    async compare(when) {
        const got = {}, want = this.model.balances();
        for (const [code, natural] of await this.site.sql.run(`SELECT a.code, SUM(IF(a.class IN ('asset', 'expense'), 1, -1) *
                (s.debit - s.credit)) FROM ledger_account a JOIN (SELECT debit_id AS id, amount_minor AS debit, 0 AS credit
                FROM ledger_leg UNION ALL SELECT credit_id, 0, amount_minor FROM ledger_leg) s ON s.id = a.id GROUP BY a.code`)) {
            const creator = /^liab:creator:(\d+):(\w+)$/.exec(code), member = /^liab:member:/.test(code);
            const c = creator && Object.keys(this.ids).find((handle) => this.ids[handle] === creator[1]).slice(1);
            const name = creator ? `${creator[2]} ${c}` : member ? 'liab:member' : code;
            got[name] = (got[name] ?? 0) + Number(natural);
        }
        for (const name of new Set([...Object.keys(got), ...Object.keys(want)]))
            assert.equal(got[name] ?? 0, want[name] ?? 0, `${name} ${when}`);
    }

    /* Each event was told once, in the list and by mail, to whom it concerns. */
    async told() {
        const { sql } = this.site, keyed = (rows) => rows.map((row) => row.join(' ')).sort();
        const events = {
            receipt: "SELECT user_id, number FROM receipt WHERE user_id IS NOT NULL AND amount_minor > 0",
            refund: "SELECT user_id, number FROM receipt WHERE user_id IS NOT NULL AND amount_minor < 0",
            payout_sent: "SELECT user_id, id FROM payout WHERE state IN ('sent', 'paid')",
            statement_ready: "SELECT creator_id, CONCAT(month DIV 100, '-', LPAD(month % 100, 2, '0')) FROM statement",
        };
        for (const [kind, query] of Object.entries(events)) {
            const want = keyed(await sql.run(query));
            assert.ok(want.length, kind);
            for (const table of ['notice', 'mail'])
                assert.deepEqual(keyed(await sql.run(`SELECT user_id, SUBSTRING_INDEX(once, ':', -1) FROM ${table} WHERE kind = '${kind}'`)),
                    want, `${kind}: ${table}`);
        }
        assert.equal(await sql.value("SELECT COUNT(*) FROM mail WHERE kind = 'payee_changed'"), String(CREATORS));
        const ends = await sql.run(`SELECT u.handle, COUNT(*) FROM mail m JOIN user u ON u.id = m.user_id
            WHERE m.kind = 'subscription_ends' GROUP BY u.handle`);
        assert.ok(ends.length > MEMBERS / 2, 'most of them did not go on');
    }

    async receipt(handle, nth = 0) {
        return (await this.site.sql.run(`SELECT number FROM receipt WHERE user_id = ${this.ids[handle]} AND amount_minor > 0
            ORDER BY number`))[nth][0];
    }
    unit(handle, nth = 0) { return this.model.units.filter((u) => u.who === handle)[nth]; }
    watched(handle, nth, parts) {
        for (const { c, seconds } of parts) this.unit(handle, nth).seconds[c] += seconds;
    }
}

const after_month = (name) => monthOf(Date.UTC(Number(name.slice(0, 4)), Number(name.slice(5)), 1));

/* An Austrian account number with the right check digits. */
function iban(n) {
    const bban = `19043${String(10 ** 10 + n).slice(0, 11)}`;
    let rest = 0;
    for (const digit of `${bban}102900`) rest = (rest * 10 + Number(digit)) % 97;
    return `AT${String(98 - rest).padStart(2, '0')}${bban}`;
}

/* What each member watches in a month: up to three creators, minutes that differ. */
function habits(q, handle, nth, month, first_day) {
    const i = Number(handle.slice(1)), parts = [];
    for (let k = 0; k < 1 + (i % 3); k++)
        parts.push(q.watch(handle, month, first_day + (i + 2 * k) % 9, (i * (k + 1) + k) % CREATORS, 5 + ((7 * i + 11 * k + nth) % 40), 60 * k));
    q.watched(handle, nth, parts);
}

async function play(q) {
    const m = q.model, names = (from, to) => [...Array(to - from + 1).keys()].map((i) => `m${from + i}`);

    /* July: everybody pays. */
    q.go(utc(7, 2));
    const sold = q.admin('voucher', 'create', '--count', '3', '--value', '9.99', '--expires', '2031-08-15', '--reason', 'sold')
        .match(/[0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4}/g);
    m.bank += 3 * PRICE;
    m.vouchers += 3 * (PRICE - tax(PRICE));
    m.extra_vat += 3 * tax(PRICE);
    assert.equal((await (await q.login('m14'))('POST', '/subscribe', { voucher: sold[0] })).status, 303);
    m.vouchers -= PRICE - tax(PRICE);
    m.extra_vat -= tax(PRICE);
    m.pay('m14', PRICE, 1, 0, false);
    const standing = await q.reference('m22');
    await q.payMonth([...names(1, 12), 'm15', ...names(16, 21), ...names(23, 27)]);
    q.import([['9.99', standing], ['99.90', await q.reference('m13', 12)], ['10.49', await q.reference('m28')],
        ['7.00', 'a present']]);
    m.pay('m22'); m.pay('m13', YEAR, 12); m.pay('m28'); m.member += 50; m.bank += 50;
    q.admin('pay', 'return', /^\d+/.exec(q.admin('pay', 'unmatched'))[0]); // the present
    q.go(utc(7, 2, 12, 30));
    await q.payMonth(['m15']); // twice
    const parts = await q.reference('m29');
    q.import([['5.00', parts], ['4.99', `${parts} rest`]]);
    m.pay('m29');
    q.admin('pay', 'confirm', await q.reference('m30'), '9.99');
    m.pay('m30');
    await q.compare('after everybody has paid');

    /* The time that each payment covers: a month from the moment it was booked. */
    const months = (ms, n) => { const d = new Date(ms); return d.setUTCMonth(d.getUTCMonth() + n); };
    const spans = await q.site.sql.run('SELECT u.user_id, x.handle, u.starts_ms, u.ends_ms FROM unit u JOIN user x ON x.id = u.user_id ORDER BY u.id');
    const seen = {};
    for (const [, of, starts, ends] of spans) {
        const handle = nameOf(of), u = q.unit(handle, seen[handle] = (seen[handle] ?? -1) + 1);
        [u.start, u.end] = [Number(starts), Number(ends)];
        assert.ok(Math.abs(u.start - months(utc(7, 2), seen[handle])) < HOUR_MS, `${handle} begins on 2 July`);
        assert.equal(u.end, months(u.start, 1), `${handle} has a month`);
    }

    const apart = ['m15', 'm16', 'm20', 'm21'], nobody = ['m24', 'm25', 'm26'];
    for (const handle of names(1, 30))
        if (![...apart, ...nobody].includes(handle)) habits(q, handle, 0, 7, 11);
    q.watched('m21', 0, [q.watch('m21', 7, 5, 3, 20)]);

    /* 10 July: money goes back. */
    q.go(utc(7, 10));
    await q.flushWatched();
    q.job('watch_rollup');
    q.admin('pay', 'refund', await q.receipt('m15'), '9.99', '--reason', 'paid twice');
    m.back(q.unit('m15', 0), PRICE);
    const first = q.unit('m15', 0), second = q.unit('m15', 1);
    [second.start, second.end] = [first.start, first.end]; // the second takes its place
    q.watched('m15', 1, [q.watch('m15', 7, 12, 4, 30)]);
    q.admin('pay', 'refund', await q.receipt('m16'), '9.99', '--reason', 'asked');
    m.back(q.unit('m16'), PRICE);
    q.admin('pay', 'refund', await q.receipt('m17'), '4.00', '--reason', 'goodwill');
    m.back(q.unit('m17'), 400);
    for (const handle of ['m20', 'm21']) q.admin('pay', 'dispute', await q.receipt(handle), 'open');
    await q.compare('while two payments are disputed');
    q.go(utc(7, 20));
    q.admin('pay', 'dispute', await q.receipt('m20'), 'lost', '--fee', '15.00');
    m.back(q.unit('m20'), PRICE);
    m.disputes += 1500;
    m.bank -= 1500;
    q.go(utc(7, 25));
    q.admin('pay', 'dispute', await q.receipt('m21'), 'won');
    const [length, ends] = (await q.site.sql.run(`SELECT SUM(s.ends_ms - s.starts_ms), MAX(u.ends_ms) FROM unit u JOIN paid_span s
        ON s.unit_id = u.id WHERE u.user_id = ${q.ids.m21}`))[0];
    assert.equal(Number(length), q.unit('m21').end - q.unit('m21').start, 'nothing of a won month is lost');
    q.unit('m21').end = Number(ends);
    await q.compare('after the disputes');

    /* August: a standing order, then those who pay in grace; some watched before. */
    q.go(utc(8, 1));
    q.import([['9.99', standing]]);
    m.pay('m22');
    const in_grace = q.watch('m23', 8, 3, 6, 25);
    await q.night(utc(8, 4, 13));
    q.go(utc(8, 5));
    const again = [...names(1, 12), 'm23', 'm30'];
    await q.payMonth(again);
    for (const handle of [...again, 'm22']) {
        const u = q.unit(handle, 1);
        [u.start, u.end] = [q.unit(handle).end, months(q.unit(handle).start, 2)];
        if (handle !== 'm23') habits(q, handle, 1, 8, 10);
    }
    q.watched('m23', 1, [in_grace]);
    for (let i = 1; i < 3; i++) habits(q, 'm13', i, 7 + i, 10);
    m.vouchers -= 2 * (PRICE - tax(PRICE)); // nobody redeemed the others
    m.expired += 2 * (PRICE - tax(PRICE));
    q.go(utc(8, 16));
    q.job('expire');
    await q.compare('after two vouchers expired');
    await q.night(utc(8, 20));
    q.admin('pay', 'refund', await q.receipt('m18'), '3.00', '--reason', 'after it was settled');
    m.back(q.unit('m18'), 300);
    await q.compare('after a refund of a settled month');

    /* September. */
    await q.night(utc(9, 3, 15));
    assert.equal(m.months.length, 1, 'August is closed');
    await q.night(utc(9, 5));
    const paid = [await q.payOut()];
    await q.payMonth(names(1, 8));
    for (const handle of names(1, 8)) {
        const u = q.unit(handle, 2);
        [u.start, u.end] = [q.unit(handle, 1).end, months(q.unit(handle).start, 3)];
        habits(q, handle, 2, 9, 10);
    }
    q.go(utc(9, 10));
    q.admin('pay', 'refund', await q.receipt('m19'), '5.00', '--reason', 'after its month was closed');
    m.back(q.unit('m19'), 500);
    await q.compare('after a refund of a closed month');

    for (const [month, day] of [[10, 3], [10, 5], [11, 3], [11, 5]]) {
        await q.night(utc(month, day, 14));
        if (day === 5) paid.push(await q.payOut());
    }
    assert.equal(m.months.length, 3, 'August to October are closed');
    assert.ok(sum(paid) >= CREATORS, `only ${sum(paid)} payouts`);
    assert.equal(m.balances()['liab:pool'], 0);
}

const audit = (q, ...args) => q.site.job('ledger_audit', ['--full', '--verbose', ...args]);

for (const [rule, fees] of [['user', 'shared'], ['scaled', 'platform']])
    test(`a quarter with rule = ${rule}, fees = ${fees}`, async (t) => {
        const q = new Quarter();
        await q.open(rule, fees);
        await play(q);
        await q.told();
        const silent = audit(q);
        assert.equal(silent.status, 0, silent.output);
        if (rule === 'user') await t.test('the audit speaks after each planted error', () => plant(q));
    });

/* Each in the books of the quarter, by somebody with all rights; undone before the next. */
async function plant(q) {
    const { sql } = q.site;
    for (const trigger of (await sql.run("SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()")).flat())
        await sql.run(`DROP TRIGGER ${trigger}`);
    const errors = [ // check, what is done, how it is undone
        ['transactions', "UPDATE ledger_tx SET digest = SHA2('x', 256) ORDER BY id LIMIT 1", 'digest'],
        ['chain', "UPDATE ledger_tx SET digest = SHA2('y', 256) ORDER BY id LIMIT 1", 'digest'],
        ['sums', 'UPDATE ledger_sum SET debits_minor = debits_minor + 1 ORDER BY account_id, month, act LIMIT 1',
            'UPDATE ledger_sum SET debits_minor = debits_minor - 1 ORDER BY account_id, month, act LIMIT 1'],
        ['signs', `UPDATE ledger_balance b JOIN ledger_account a ON a.id = b.account_id SET b.debits_minor = b.debits_minor + 1000000
            WHERE a.code = 'liab:voucher'`, `UPDATE ledger_balance b JOIN ledger_account a ON a.id = b.account_id
            SET b.debits_minor = b.debits_minor - 1000000 WHERE a.code = 'liab:voucher'`],
        ['balances', 'UPDATE ledger_balance SET credits_minor = credits_minor + 1 ORDER BY account_id LIMIT 1',
            'UPDATE ledger_balance SET credits_minor = credits_minor - 1 ORDER BY account_id LIMIT 1'],
        ['payments', 'UPDATE payment SET amount_minor = amount_minor + 1 ORDER BY id LIMIT 1',
            'UPDATE payment SET amount_minor = amount_minor - 1 ORDER BY id LIMIT 1'],
        ['documents', 'UPDATE receipt_counter SET last = last + 1', 'UPDATE receipt_counter SET last = last - 1'],
        ['units', 'UPDATE unit SET platform_minor = platform_minor + 1 WHERE settled_ms > 0 ORDER BY id LIMIT 1',
            'UPDATE unit SET platform_minor = platform_minor - 1 WHERE settled_ms > 0 ORDER BY id LIMIT 1'],
        ['shares', 'UPDATE unit_share SET seconds = seconds + 60 ORDER BY unit_id, creator_id LIMIT 1',
            'UPDATE unit_share SET seconds = seconds - 60 ORDER BY unit_id, creator_id LIMIT 1'],
        ['watching', 'UPDATE watch_day SET credited_ms = credited_ms + 7200000, raw_ms = raw_ms + 7200000 ORDER BY user_id, day, video_id LIMIT 1',
            'UPDATE watch_day SET credited_ms = credited_ms - 7200000, raw_ms = raw_ms - 7200000 ORDER BY user_id, day, video_id LIMIT 1'],
        ['creators', "UPDATE payout SET state = 'exported' ORDER BY id LIMIT 1", "UPDATE payout SET state = 'sent' ORDER BY id LIMIT 1"],
        ['closes', 'UPDATE month_close SET uplift_minor = uplift_minor + 1 ORDER BY month LIMIT 1',
            'UPDATE month_close SET uplift_minor = uplift_minor - 1 ORDER BY month LIMIT 1'],
        ['carried', 'UPDATE month_close SET idle_out_minor = idle_out_minor + 1 ORDER BY month DESC LIMIT 1',
            'UPDATE month_close SET idle_out_minor = idle_out_minor - 1 ORDER BY month DESC LIMIT 1'],
        ['currency', "INSERT INTO ledger_currency (id, currency) VALUES (2, 'USD')", 'DELETE FROM ledger_currency WHERE id = 2'],
        ['months', 'UPDATE ledger_kind SET debits_minor = debits_minor + 1 ORDER BY kind, month LIMIT 1',
            'UPDATE ledger_kind SET debits_minor = debits_minor - 1 ORDER BY kind, month LIMIT 1'],
        ['waiting', "INSERT INTO watch_node (node, all_before_ms) VALUES ('gone', 1)", "DELETE FROM watch_node WHERE node = 'gone'"],
    ];
    for (const [check, error, undo] of errors) {
        const digest = await sql.value('SELECT digest FROM ledger_tx ORDER BY id LIMIT 1');
        await sql.run(error);
        const { status, output } = audit(q);
        await sql.run(undo === 'digest' ? `UPDATE ledger_tx SET digest = '${digest}' ORDER BY id LIMIT 1` : undo);
        assert.equal(status, 1, `${check} is silent: ${output}`);
        assert.match(output, new RegExp(`^${check}: [1-9]`, 'm'), `${check}: ${output}`);
    }
    const { status, output } = audit(q);
    assert.equal(status, 0, `everything is undone: ${output}`);
}
