/*
 * Every page, as seen by those who may see it, on a phone and on a desktop, in both themes:
 * axe-core finds nothing, nothing is wider than the window, and no script or style was refused.
 * SHOTS=folder keeps pictures.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from '../lib.mjs';
import { bunny, newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'a long walk in may';
const views = [
    { name: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
    { name: 'desk, light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
];
let site, browser, id;

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
    `INSERT INTO audit_report (ran_ms, every_unit, findings, report) VALUES (${NOW}, 0, 1, 'sums: 1\n  XTS has debits of 1 and credits of 2')`,
];

before(async () => {
    site = await startSite();
    browser = await startBrowser();
    for (const [handle, role] of [['cara', 'member'], ['vic', 'member'], ['olga', 'operator']])
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
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

const pages = {
    nobody: ['/', '/browse', '/browse/music', '/browse/news', '/search', '/search?q=buny', '/search?q=zzzzzz',
        '/channel/cara', '/signup', '/login', '/subscribe', '/terms', '/imprint', '/privacy', '/contact', '/rules', '/watch/$ID', '/watch/AAAAAAAAAAA', '/embed/$ID'],
    vic: ['/', '/watch/$ID', '/upload', '/studio', '/account', '/account/password', '/account/sessions',
        '/account/history', '/account/taste', '/account/money', '/subscribe', '/channel/cara', '/channel/cara/videos', '/channel/cara/playlists',
        '/channel/vic', '/studio/earnings', '/playlists', '/following', '/following/creators'],
    cara: ['/', '/studio', '/studio/$ID', '/studio/AAAAAAAAAA2', '/watch/AAAAAAAAAA1', '/subscribe',
        '/account/money', '/studio/earnings', '/studio/earnings/2026-10'],
    olga: ['/admin', '/admin/jobs', '/admin/money', '/admin/acts', '/admin/acts/new/posting', '/admin/acts/new/refund', '/admin/account/cara',
        '/admin/vouchers', '/admin/categories', '/admin/categories/music', '/admin/settings', '/admin/settings/terms', '/admin/settings/price_minor', '/terms'],
};

async function signIn(page, handle) {
    await page.goto('/login');
    await page.locator('main input[name="name"]').fill(handle);
    await page.locator('main input[name="password"]').fill(PASSWORD);
    await page.locator('main form button').click();
    await page.waitForURL('/');
}

async function look(page, path, wanted, name) {
    const answer = await page.goto(path, { waitUntil: 'load' });
    const at = `${path} (${name})`;
    assert.equal(answer.status(), wanted, at);
    if (wanted === 404) page.faults.length = 0; // Chromium itself reports the status
    if (process.env.SHOTS)
        await page.screenshot({ path: join(process.env.SHOTS, `${at.replaceAll(/[^\w-]+/g, '_')}.png`), fullPage: true });
    assert.deepEqual(page.faults, [], at);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${at} is ${wide} px too wide`);
    assert.deepEqual(await violations(page), [], at);
    page.faults.length = 0; // axe copies style sheets into the page, which the policy refuses
}

for (const view of views) {
    for (const [who, paths] of Object.entries(pages)) {
        test(`${view.name}: what ${who} sees`, async () => {
            const page = await newPage(browser, site, { viewport: view.viewport, colorScheme: view.colorScheme });
            if (who !== 'nobody') await signIn(page, who);
            for (const path of paths) {
                const wanted = path === '/watch/AAAAAAAAAAA' ? 404 : 200;
                await look(page, path.replace('$ID', id), wanted, `${who}, ${view.name}`);
            }
            await page.context().close();
        });
    }
}
