/*
 * A video on another site: its page there shows picture and preview in a frame, links to our site,
 * and is the only page of ours that a frame may show.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite, until } from '../lib.mjs';
import { bunny, newPage, startBrowser, violations } from './lib.mjs';

let site, browser, other, html, id;

before(async () => {
    site = await startSite();
    browser = await startBrowser();
    site.job('admin', ['user', 'add', 'cara@example.org', 'cara', '--password', 'a long walk in may']);
    other = createServer((request, answer) => answer.setHeader('Content-Type', 'text/html').end(html));
    await new Promise((done) => other.listen(0, '127.0.0.1', done));
    other.url = `http://127.0.0.1:${other.address().port}/`;
    const sent = site.job('admin', ['import', 'cara', bunny(site), '--title', 'A bunny & <friends>', '--category', 'music', '--preview']);
    assert.equal(sent.status, 0, sent.output);
    assert.equal(site.job('transcode').status, 0);
    id = await site.sql.value("SELECT public_id FROM video WHERE state = 'ready'");
});
after(async () => {
    await browser?.close();
    other?.close();
    await site?.stop();
});

test('the frame that oEmbed gives shows the preview and leads to the watch page', async () => {
    const page = await newPage(browser, site);
    const answer = await fetch(`${site.url}/oembed?url=${encodeURIComponent(`${site.url}/watch/${id}`)}`);
    const about = await answer.json();
    html = `<!doctype html><title>Other</title>${about.html}<img src="${about.thumbnail_url}" alt="">`;
    await page.goto(other.url, { waitUntil: 'load' });
    const frame = page.frames().find((one) => one.url().startsWith(`${site.url}/embed/`));
    assert.equal(await frame.locator('h1').innerText(), 'A bunny & <friends>');
    const video = frame.locator('video');
    const shown = await video.boundingBox();
    assert.ok(shown.width === about.width && shown.height > about.height * 0.75, JSON.stringify(shown));
    await video.evaluate((player) => { player.muted = true; return player.play(); });
    await until('the preview plays', () => video.evaluate((player) => player.currentTime > 0.2));
    await page.locator('img').scrollIntoViewIfNeeded();
    const width = await page.locator('img').evaluate((img) => img.decode().then(() => img.naturalWidth));
    assert.equal(width, about.thumbnail_width); // our picture, on their page
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'embed.png') });
    const opened = page.context().waitForEvent('page');
    await frame.locator('header .button').click();
    const ours = await opened;
    await ours.waitForURL(`${site.url}/watch/${id}`);
    assert.equal(await ours.evaluate(() => window.opener), null);
    assert.deepEqual(page.faults, []);
    assert.deepEqual((await page.context().cookies()).filter(({ path }) => path.startsWith('/embed')), []);
    await page.context().close();
});

test('no other page of ours appears in a frame', async () => {
    for (const path of ['/', '/login', `/watch/${id}`, '/channel/cara', '/feed/new']) {
        const page = await newPage(browser, site);
        html = `<!doctype html><title>Other</title><iframe src="${site.url}${path}"></iframe>`;
        await page.goto(other.url, { waitUntil: 'load' });
        await until(`${path} is refused`, () => page.faults.some((fault) => fault.includes('frame-ancestors')));
        await page.context().close();
    }
});

test('in frames of any size, with a picture only, and of a video that is gone', async () => {
    for (const [width, height] of [[640, 360], [300, 169], [160, 90]]) {
        for (const [what, path] of [['preview', id], ['picture', id], ['gone', 'AAAAAAAAAAA']]) {
            await site.sql.run(`UPDATE video SET allow_preview = ${what === 'preview' ? 1 : 0}`);
            const page = await newPage(browser, site, { viewport: { width, height } });
            await page.goto(`/embed/${path}`, { waitUntil: 'load' });
            if (what === 'gone') page.faults.length = 0; // Chromium itself reports the status
            const at = `${what} ${width}x${height}`;
            if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `embed ${at}.png`.replaceAll(/[ :]/g, '_')) });
            assert.deepEqual(page.faults, [], at);
            const over = await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth,
                document.documentElement.scrollHeight - innerHeight]);
            assert.ok(over[0] <= 0 && (what === 'gone' || over[1] <= 0), `${at} is ${over} px too large`);
            assert.deepEqual(await violations(page), [], at);
            await page.context().close();
        }
    }
    await site.sql.run('UPDATE video SET allow_preview = 1');
});
