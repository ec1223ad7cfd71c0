/*
 * The player without a connection: the length is known before anything has arrived; while it waits,
 * it says why, in the middle of the picture; and it goes on by itself.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeFilm, startSite, until } from '../lib.mjs';
import { newPage, startBrowser } from './lib.mjs';

const CLIP_S = 150, PASSWORD = 'a long walk in may';
let site, browser, page;

before(async () => {
    site = await startSite({ set: { ladder: '180' } });
    browser = await startBrowser();
    site.job('admin', ['user', 'add', 'ada@example.org', 'ada', '--password', PASSWORD]);
    const file = makeFilm(join(site.var, 'clip.mp4'), { seconds: CLIP_S });
    const sent = site.job('admin', ['import', 'ada', file, '--title', 'A film', '--category', 'music', '--wait']);
    assert.equal(sent.status, 0, sent.output);
    await site.sql.run("UPDATE user SET role = 1 WHERE handle = 'ada'");
    page = await newPage(browser, site, { viewport: { width: 1280, height: 800 } });
    await page.goto('/login');
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL('/');
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

const at_s = () => page.evaluate(() => document.querySelector('media-controller video').currentTime);
const middle = (selector) => page.locator(selector).evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [Math.round(x + width / 2), Math.round(y + height / 2)];
});

test('the length is known at once', async () => {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await page.route('**/api/play', async (route) => { await released; await route.continue().catch(() => {}); });
    await page.goto(`/watch/${await site.sql.value('SELECT public_id FROM video')}`);
    await until('it is shown', async () => /0:00\s*\/\s*2:30/.test(await page.evaluate(() =>
        document.querySelector('media-time-display').shadowRoot.textContent)));
    release();
    await page.unroute('**/api/play');
});

test('offline it says so in the middle, and goes on when it is back', async () => {
    await page.locator('media-play-button.start').click();
    await until('it plays', async () => (await at_s()) > 0.5);
    await page.context().setOffline(true);
    await page.evaluate(() => { document.querySelector('media-controller video').currentTime = 120; });
    await page.getByText('You are offline; playing goes on when you are back.').waitFor();
    const picture = await middle('media-controller > video');
    assert.deepEqual(await middle('media-loading-indicator'), picture);
    assert.equal((await middle('media-controller > .offline'))[0], picture[0]);
    assert.equal(await page.locator('.trouble').isVisible(), false);

    await page.context().setOffline(false);
    await until('it goes on', async () => (await at_s()) > 120.5);
    await page.locator('.offline').waitFor({ state: 'hidden' });
});

test('the connection is away before the first play', async () => {
    await page.route('**/api/play', (route) => route.abort('connectionfailed'));
    await page.reload();
    await page.getByText('playing goes on when it does').waitFor();
    await page.unroute('**/api/play');
    await until('it can play', () => page.evaluate(() =>
        document.querySelector('media-controller video').readyState >= 3));
    await page.locator('.offline').waitFor({ state: 'hidden' });
});
