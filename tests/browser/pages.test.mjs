/*
 * Every page of lighttpd/routes.conf, for a visitor, a member, a creator, a moderator and an operator,
 * on a phone and on a desktop, in both themes: axe-core finds nothing, nothing is wider than the
 * window, and no script or style was refused. A new route without an address here fails.
 * SHOTS=folder keeps pictures.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, startSite } from '../lib.mjs';
import { bunny, newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'a long walk in may';
const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 800 };
const COLOURS = ['color-contrast', 'link-in-text-block']; // the theme changes nothing else
const views = [
    { name: 'phone, dark', viewport: PHONE, colorScheme: 'dark' },
    { name: 'phone, light', viewport: PHONE, colorScheme: 'light', only: COLOURS },
    { name: 'desk, dark', viewport: DESK, colorScheme: 'dark', only: COLOURS },
    { name: 'desk, light', viewport: DESK, colorScheme: 'light' },
];
let site, browser, id, list, key;

/* Two paid months of vic's, divided between cara and dora; the first is settled and closed. */
const USER = (handle) => `(SELECT id FROM user WHERE handle = '${handle}')`;
const NOW = 'UNIX_TIMESTAMP() * 1000';
const MONEY = [
    `INSERT INTO policy (id, rule, share_bp, fees, idle, min_unit_seconds, hold_days, since_ms)
        VALUES (1, 'user', 7000, 'shared', 'uplift', 60, 30, ${NOW})`,
    `INSERT INTO payment (id, user_id, provider, provider_ref, amount_minor, tax_minor, currency, starts_ms, ends_ms, paid_ms)
        SELECT 1, ${USER('vic')}, 'test', 'one', 1998, 334, 'XTS', 1, 2, 1`,
    `INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency, gross_minor, tax_minor, fee_minor,
        settled_ms, seconds, net_minor, creators_minor, platform_minor) VALUES
        (1, 1, 0, ${USER('vic')}, 1, ${NOW} - 3888000000, ${NOW} - 1296000000, 'XTS', 999, 167, 40, ${NOW} - 1123200000, 6000, 792, 554, 238),
        (2, 1, 1, ${USER('vic')}, 1, ${NOW} - 1296000000, ${NOW} + 1296000000, 'XTS', 999, 167, 40, 0, 0, 0, 0, 0)`,
    `INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor) VALUES
        (1, ${USER('cara')}, 3600, 333), (1, ${USER('dora')}, 1800, 166), (1, 999999, 600, 55)`,
    `INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost)
        SELECT ${USER('vic')}, UNIX_TIMESTAMP() DIV 86400 - n, v.id, v.user_id, 2, 600000 * n, 700000 * n, 24
        FROM video v JOIN (SELECT 1 AS n UNION SELECT 3 UNION SELECT 4 UNION SELECT 9) d WHERE v.public_id = 'AAAAAAAAAA2'`,
    `INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor, uplift_minor, pool_minor, scaled_minor,
        idle_out_minor, closed_ms, posted_ms) SELECT EXTRACT(YEAR_MONTH FROM '1970-01-01' + INTERVAL settled_ms DIV 1000 SECOND),
        'XTS', 1, 554, 100, 100, 0, 0, 0, 1, 1 FROM unit WHERE id = 1`,
    `INSERT INTO month_uplift (month, creator_id, earned_minor, amount_minor) SELECT month, ${USER('cara')}, 333, 60 FROM month_close`,
    `INSERT INTO statement (creator_id, month, currency, opening_minor, closing_minor, csv, sha256, made_ms)
        SELECT ${USER('cara')}, 202610, 'XTS', 0, 393, csv, SHA2(csv, 256), ${NOW} FROM (SELECT CONCAT(
        'kind,what,seconds,viewers,in,out\r\n"period","1 Oct 2026 to 31 Oct 2026 (UTC)","","","",""\r\n"issuer","Films Ltd","","","",""\r\n',
        '"opening","Balance on 1 Oct 2026","","","",""\r\n"earned","One that failed",3600,"fewer than 5","3.33",""\r\n',
        '"uplift","From members who watched nobody","","","0.60",""\r\n"closing","Balance on 31 Oct 2026","","","3.93",""\r\n',
        '"held","Of the balance: held","","","3.93",""\r\n') AS csv) c`,
    `INSERT INTO payout_hold (user_id, kind, reason, created_ms, appeal, appeal_ms) VALUES
        (${USER('cara')}, 'review', 'Most of your viewers are very new.', ${NOW}, 'They came from my other site.', ${NOW})`,
    `INSERT INTO payout_run (id, month, currency, created_ms) VALUES (1, 202610, 'XTS', ${NOW})`,
    `INSERT INTO payout (run_id, user_id, provider, amount_minor, currency, state, created_ms, changed_ms)
        SELECT 1, ${USER('dora')}, 'test', 5678, 'XTS', 'sent', ${NOW}, ${NOW}`,
    `INSERT INTO ledger_account (id, code, class, currency, owner_id) VALUES (1, 'asset:psp', 'asset', 'XTS', NULL),
        (2, 'liab:vat', 'liability', 'XTS', NULL), (3, 'liab:deferred', 'liability', 'XTS', NULL), (4, 'rev:platform', 'revenue', 'XTS', NULL)`,
    `INSERT INTO ledger_tx (id, ikey, digest, kind, legs, effective_ms, created_ms) VALUES
        (1, 'invoice:test:one', SHA2('a', 256), 'invoice', 2, ${NOW} - 3888000000, 1), (2, 'settle:1:1', SHA2('a', 256), 'settle', 1, ${NOW}, 1)`,
    `INSERT INTO ledger_leg (tx_id, legs, line, debit_id, credit_id, currency, amount_minor, unit_id) VALUES
        (1, 2, 1, 1, 3, 'XTS', 1664, 1), (1, 2, 2, 1, 2, 'XTS', 334, NULL), (2, 1, 1, 3, 4, 'XTS', 238, 1)`,
    `INSERT INTO setting (name, value, changed_by, changed_ms) VALUES ('payouts', 'off', 1, ${NOW})`,
    `INSERT INTO live_setting (name, value, from_ms, why, made_by, made_ms) VALUES ('terms', 'Be kind.', 1, 'The first ones', ${USER('olga')}, 1)`,
    `INSERT INTO act (once, kind, fields, what, reason, member_id, asked_by, asked_ms, state, ended_by, ended_ms, result) SELECT 'a', 'refund', '',
        'Refund 9.99 XTS', 'Asked for by mail', ${USER('vic')}, ${USER('olga')}, ${NOW}, 'done', ${USER('olga')}, ${NOW}, 'Done'`,
    `INSERT INTO audit_report (ran_ms, every_unit, findings, report) VALUES (${NOW}, 0, 1, 'sums: 1\n  XTS has debits of 1 and credits of 2')`,
];

before(async () => {
    site = await startSite({ set: { ladder: '180' } });
    browser = await startBrowser();
    for (const [handle, role] of [['cara', 'member'], ['vic', 'member'], ['mona', 'moderator'], ['olga', 'operator']])
        site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--role', role, '--password', PASSWORD]);
    await site.sql.run(`INSERT INTO subscription (user_id, provider, paid_until_ms, grace_until_ms)
        SELECT id, 'test', 4000000000000, 4000000000000 FROM user WHERE handle = 'vic'`);
    await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, state, visibility, created_ms)
        SELECT 'AAAAAAAAAA1', id, 4, 'One that is processed', 'processing', 'public', 1 FROM user WHERE handle = 'cara'`);
    await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, state, visibility, created_ms)
        SELECT 'AAAAAAAAAA2', id, 4, 'One that failed', 'failed', 'public', 2 FROM user WHERE handle = 'cara'`);
    await site.sql.run(`INSERT INTO transcode_job (video_id, source, state, error, created_ms)
        SELECT id, 'aaaaaaaaaaaaaaaaaaaaaa', 'failed', 'There is no picture in this file.', 1 FROM video WHERE public_id = 'AAAAAAAAAA2'`);
    await site.sql.run(`INSERT INTO user (email, handle, display_name, created_ms)
        VALUES ('dora@example.org', 'dora', 'Dora', 1)`);
    for (const statement of MONEY) await site.sql.run(statement);
    const sent = site.job('admin', ['import', 'cara', bunny(site), '--title', 'A bunny in the morning', '--category', 'music', '--preview']);
    assert.equal(sent.status, 0, sent.output);
    assert.equal(site.job('transcode').status, 0);
    id = await site.sql.value("SELECT public_id FROM video WHERE state = 'ready'");
    await acts();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

/* An address for every page of lighttpd/routes.conf, and for the steps that a query leads to. $NAME is
 * replaced by what before() has made. */
const addresses = ['/', '/browse', '/browse/music', '/browse/news', '/search', '/search?q=buny', '/search?q=zzzzzz',
    '/watch/$ID', '/watch/AAAAAAAAAA1', '/watch/$ID/comments', '/channel/cara', '/channel/vic', '/channel/cara/videos', '/channel/cara/playlists',
    '/playlists', '/playlist/$LIST', '/playlist/$LIST/edit', '/following', '/following/creators',
    '/signup', '/login', '/login/again', '/verify', '/verify?token=none', '/verify/address?token=none', '/verify/undo?token=none', '/forgot', '/reset?token=none',
    '/account', '/account/invoice', '/account/email', '/account/password', '/account/sessions', '/account/factor', '/account/factor/app', '/account/delete', '/account/export',
    '/account/history', '/account/mail', '/account/taste', '/account/receipt/1', '/account/money', '/unsubscribe/none',
    '/subscribe', '/subscribe/end', '/pay/test/none', '/upload', '/studio', '/studio/$ID', '/studio/AAAAAAAAAA2', '/studio/$ID/delete',
    '/studio/payee', '/studio/earnings', '/studio/earnings/2026-10', '/report', '/report?video=$ID', '/report?video=$ID&kind=hate', '/report?video=$ID&kind=copyright', '/report?channel=cara', '/report/1?key=$KEY',
    '/decision', '/decision/1', '/notifications', '/studio/comments', '/transparency', '/terms', '/imprint', '/privacy', '/contact', '/rules', '/embed/$ID',
    '/admin', '/admin?find=cara', '/admin?find=$ID', '/admin/jobs', '/admin/video/$ID', '/admin/member/cara', '/admin/members', '/admin/videos', '/admin/reports', '/admin/reports/1', '/admin/journal', '/admin/mail',
    '/admin/money', '/admin/bank', '/admin/acts', '/admin/acts/1', '/admin/acts/new/posting', '/admin/acts/new/refund', '/admin/vat',
    '/admin/documents', '/admin/account/cara', '/admin/account/cara/payments', '/admin/account/cara/earnings', '/admin/vouchers', '/admin/categories', '/admin/categories/music',
    '/admin/settings', '/admin/settings/terms', '/admin/settings/price_minor', '/nothing/here'];

/* Routes that are no pages, and why. */
const elsewhere = [
    [/^\/(search\/suggest|api\/.*|upload\/files.*)$/, 'for scripts'],
    [/\.(csv|xml|zip|txt|mp4|jpg)$|^\/admin\/money\/journal$/, 'a file'],
    [/^\/(oembed|metrics|health|feed\/.*)$/, 'for programs'],
    [/^\/(logout|login\/(code|passkey)|account\/(picture|delete\/keep|factor\/(codes|passkey))|subscribe\/(resume|refund)|comment\/.*)$/, 'only acts, or leads on'],
    [/^\/pay\/.*$/, 'path.test.mjs pays'],
];

/* The addresses that a pattern stands for, with its optional parts and alternatives written out. */
function shapes(pattern) {
    let at = 0;
    const alternatives = () => {
        const all = [];
        for (let one = ['']; ; one = ['']) {
            while (at < pattern.length && !'|)'.includes(pattern[at])) one = sequence(one);
            all.push(...one);
            if (pattern[at] !== '|') return all;
            at++;
        }
    };
    const sequence = (before) => {
        let parts = [''];
        if (pattern[at] === '(') {
            at++;
            parts = alternatives();
            at++;
        } else {
            const [piece] = /^(\[[^\]]*\](\{[^}]*\})?|\\.|.)/.exec(pattern.slice(at));
            at += piece.length;
            parts = [piece];
        }
        if (/^(\?|\{0,)/.test(pattern.slice(at)) && (parts.length > 1 || pattern[at - 1] === ')')) {
            at += /^(\?|\{0,\d\})/.exec(pattern.slice(at))[0].length;
            parts = ['', ...parts];
        }
        return before.flatMap((start) => parts.map((part) => start + part));
    };
    return alternatives();
}

const routes = [...readFileSync(join(root, 'lighttpd/routes.conf'), 'utf8').matchAll(/=~ "\^(.*)\$"/g)].flatMap(([, pattern]) => shapes(pattern));
const plain = (address) => address.replace(/\?.*/, '').replaceAll('$ID', 'AAAAAAAAAAA').replaceAll('$LIST', 'AAAAAAAAAAA');

test('every route has an address here', () => {
    assert.ok(routes.length > 80, `${routes.length} routes`);
    const without = routes.filter((shape) => !addresses.some((address) => new RegExp(`^${shape}$`).test(plain(address))) &&
        !elsewhere.some(([pattern]) => pattern.test(shape.replaceAll('\\.', '.'))));
    assert.deepEqual(without, []);
});

/* Sends a form as its page would. */
async function send(page, at, action, fields) {
    await page.goto(at);
    const answer = await page.evaluate(async ([url, pairs]) => {
        const csrf = document.querySelector('main input[name="csrf"]')?.value ?? document.querySelector('input[name="csrf"]').value;
        const { url: to, status } = await fetch(url, { method: 'POST', body: new URLSearchParams({ csrf, ...pairs }) });
        return { to, status };
    }, [action, fields]);
    assert.equal(answer.status, 200, `${action}: ${answer.status} ${answer.to}`);
    return answer.to;
}

async function signIn(page, handle) {
    await page.goto('/login');
    await page.locator('main input[name="name"]').fill(handle);
    await page.locator('main input[name="password"]').fill(PASSWORD);
    await page.locator('main form button').click();
    await page.waitForURL('/');
}

/* What these people have done: a comment, a list, a report and what was decided about it. */
async function acts() {
    const page = await newPage(browser, site);
    await signIn(page, 'vic');
    await send(page, `/watch/${id}`, `/watch/${id}/comments`, { do: 'write', text: 'What a morning' });
    await send(page, '/playlists', '/playlists', { do: 'create', title: 'Mornings', description: '', visibility: 'public' });
    list = await site.sql.value("SELECT public_id FROM playlist WHERE kind <> 'later'");
    await send(page, '/channel/cara', '/channel/cara', { follow: 'on' });
    const to = await send(page, `/report?video=${id}&kind=spam`, '/report', { video: id, kind: 'spam', explanation: 'The same picture again and again.' });
    key = new URL(to).searchParams.get('key');
    await page.context().close();
    const moderator = await newPage(browser, site);
    await signIn(moderator, 'mona');
    await send(moderator, '/admin/reports/1', '/admin/reports/1', { do: 'take' });
    await send(moderator, '/admin/reports/1', '/admin/reports/1', { do: 'decide', content: 'none', member: 'warn', ground: 'rules',
        ground_text: 'No spam', facts: 'The description repeats what the title says.' });
    await moderator.context().close();
}

/* The shape of what the page shows, without words: where two viewers see the same, once is enough. */
const shapeOf = (page) => page.evaluate(() => [...document.querySelectorAll('main, main *')]
    .map(({ tagName, className, ariaInvalid }) => `${tagName}.${className}${ariaInvalid ?? ''}`).join());

async function check(page, at) {
    assert.deepEqual(page.faults, [], at);
    for (const view of views) {
        await page.setViewportSize(view.viewport);
        await page.emulateMedia({ colorScheme: view.colorScheme });
        const where = `${at} (${view.name})`;
        if (process.env.SHOTS)
            await page.screenshot({ path: join(process.env.SHOTS, `${where.replaceAll(/[^\w-]+/g, '_')}.png`), fullPage: true });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) wrong.push(`${where} is ${wide} px too wide`);
        for (const each of await violations(page, view.only)) wrong.push(`${where}: ${each}`);
    }
    page.faults.length = 0; // axe copies style sheets into the page, which the policy refuses
}

const seen = new Set(), shown = new Set(); // shapes that were checked; addresses that somebody sees
let wrong = [];

for (const who of ['nobody', 'vic', 'cara', 'mona', 'olga'])
    test(`what ${who} sees`, async () => {
        const page = await newPage(browser, site, { viewport: views[0].viewport, reducedMotion: 'reduce' });
        wrong = [];
        let first = true;
        if (who !== 'nobody') await signIn(page, who);
        for (const address of addresses) {
            const path = address.replace('$ID', id).replace('$LIST', list).replace('$KEY', key);
            const answer = await page.goto(path, { waitUntil: 'load' });
            if (answer.status() >= 400) // Chromium itself reports the status
                page.faults = page.faults.filter((fault) => !fault.startsWith('Failed to load resource'));
            if (answer.status() >= 500) wrong.push(`${path} (${who}): ${answer.status()}`);
            const is = new URL(page.url()).pathname, asked = path.replace(/\?.*/, '');
            if (answer.status() === 200 && is === asked) shown.add(address);
            const shape = `${is === asked ? asked : is} ${await shapeOf(page)}`;
            if (!first && seen.has(shape)) continue;
            first = false;
            seen.add(shape);
            await check(page, `${who}, ${path}`);
        }
        await page.context().close();
        assert.deepEqual(wrong, []);
    });

test('somebody has seen every page', () => {
    const refused = ['/verify?token=none', '/verify/address?token=none', '/verify/undo?token=none', '/reset?token=none', '/unsubscribe/none',
        '/pay/test/none', '/nothing/here', // these are seen as refusals
        '/login/again', // only when a log-in is older: prove.t
        '/account/receipt/1']; // documents.test.mjs
    assert.deepEqual(addresses.filter((address) => !shown.has(address) && !refused.includes(address)), []);
});
