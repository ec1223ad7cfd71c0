/*
 * Every page, by whoever may see it, on a phone and on a desk, in both themes: axe-core finds nothing,
 * nothing is wider than the window, and no script or style was refused. SHOTS=folder keeps pictures.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from '../lib.mjs';
import { media, newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'a long walk in may';
const file = media('bbb-720p.mp4');
const views = [
    { name: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
    { name: 'desk, light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
];
let site, browser, id;

before(async () => {
    site = await startSite();
    browser = await startBrowser();
    for (const [handle, role] of [['cara', 'member'], ['vic', 'member'], ['olga', 'operator']])
        site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--role', role, '--password', PASSWORD]);
    await site.sql.run(`INSERT INTO subscription (user_id, provider, anchor_ms, months, paid_until_ms, grace_until_ms)
        SELECT id, 'test', 0, 1, 4000000000000, 4000000000000 FROM user WHERE handle = 'vic'`);
    await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, state, visibility, created_ms)
        SELECT 'AAAAAAAAAA1', id, 4, 'One that is processed', 'processing', 'public', 1 FROM user WHERE handle = 'cara'`);
    await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, state, visibility, created_ms)
        SELECT 'AAAAAAAAAA2', id, 4, 'One that failed', 'failed', 'public', 2 FROM user WHERE handle = 'cara'`);
    await site.sql.run(`INSERT INTO transcode_job (video_id, source, state, error, created_ms)
        SELECT id, 'aaaaaaaaaaaaaaaaaaaaaa', 'failed', 'There is no picture in this file.', 1 FROM video WHERE public_id = 'AAAAAAAAAA2'`);
    if (!file) return;
    const sent = site.job('admin', ['import', 'cara', file, '--title', 'A bunny in the morning', '--category', 'music', '--preview']);
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
        '/channel/cara', '/signup', '/login', '/subscribe', '/watch/$ID', '/watch/AAAAAAAAAAA'],
    vic: ['/', '/watch/$ID', '/upload', '/studio', '/account', '/account/password', '/account/sessions',
        '/account/history', '/subscribe', '/channel/cara', '/channel/vic'],
    cara: ['/', '/studio', '/studio/$ID', '/studio/AAAAAAAAAA2', '/watch/AAAAAAAAAA1', '/subscribe'],
    olga: ['/admin', '/admin/jobs'],
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
                if (path.includes('$ID') && !id) continue;
                const wanted = path === '/watch/AAAAAAAAAAA' ? 404 : 200;
                await look(page, path.replace('$ID', id), wanted, `${who}, ${view.name}`);
            }
            await page.context().close();
        });
    }
}
