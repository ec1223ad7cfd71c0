/*
 * A whole visit in Chromium: sign up, pay, upload a real file, see it processed; another member
 * finds it, watches it, changes the quality, likes it, and finds it again at the same place. After
 * logging out, no byte of it can be read.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSite, until } from '../lib.mjs';
import { bunny, newPage, startBrowser } from './lib.mjs';

let site, browser, creator, member, address, playlist;

before(async () => {
    site = await startSite({ tick: true, set: { signups_per_day: 100 } });
    browser = await startBrowser();
    creator = await newPage(browser, site);
    member = await newPage(browser, site);
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

async function signUp(page, handle, name) {
    await page.goto('/');
    await page.getByRole('link', { name: 'Sign up' }).first().click();
    await page.getByLabel('E-mail').fill(`${handle}@example.org`);
    await page.getByLabel('Handle').fill(handle);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill('a long walk in may');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.waitForURL('/');
}

async function pay(page) {
    await page.goto('/subscribe');
    await page.getByRole('button', { name: 'Subscribe' }).click();
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.getByText('your payment has arrived').waitFor();
    await page.getByText('Active', { exact: true }).waitFor();
}

/* The <video> inside the player. */
const seconds = (page) => page.evaluate(() => document.querySelector('media-controller video').currentTime);
const height = (page) => page.evaluate(() => document.querySelector('media-controller video').videoHeight);

test('a creator signs up, pays and uploads a video', async () => {
    await signUp(creator, 'cara', 'Cara Films');
    await pay(creator);
    await creator.goto('/upload');
    await creator.getByLabel('Video file').setInputFiles(bunny(site));
    await creator.getByLabel('Title').fill('A bunny in the morning');
    await creator.getByLabel('Description').fill('Five seconds of grass.\n\nSee https://example.org');
    await creator.getByLabel('Category').selectOption({ label: 'Animation & Short Films' });
    await creator.getByLabel('Tags').fill('bunny, #meadow');
    await creator.getByRole('button', { name: 'Save', exact: true }).click();
    await creator.waitForURL(/\/studio\?/);
    await creator.getByRole('link', { name: 'A bunny in the morning', exact: true }).waitFor();
});

test('the studio shows it being processed, and then ready', async () => {
    await until('the video is ready', async () =>
        (await site.sql.value('SELECT state FROM video')) === 'ready' &&
        (await site.sql.value('SELECT state FROM transcode_job')) === 'done', 120);
    await creator.locator('li[data-state="ready"]').waitFor(); // by itself, without a reload
    address = `/watch/${await site.sql.value('SELECT public_id FROM video')}`;
    assert.deepEqual(creator.faults, []);
});

test('another member finds it on the home page and by a misspelt search', async () => {
    await signUp(member, 'vic', 'Vic');
    await site.flushCache(); // lists may be a minute old
    await member.goto('/');
    await member.getByRole('link', { name: 'A bunny in the morning' }).first().waitFor();
    await member.getByLabel('Search videos').fill('buny mornin');
    await member.keyboard.press('Enter');
    await member.getByRole('link', { name: 'A bunny in the morning' }).click();
    await member.waitForURL(address);
});

test('without a subscription there is the offer and a preview, and no player', async () => {
    await member.getByRole('heading', { name: 'This video is for members' }).waitFor();
    assert.equal(await member.locator('media-controller').count(), 0);
    await member.locator('details.preview summary').click();
    await member.evaluate(() => document.querySelector('.preview video').play());
    await until('the preview plays', () =>
        member.evaluate(() => document.querySelector('.preview video').currentTime > 0.2));
});

test('after paying it plays', async () => {
    await pay(member);
    member.on('request', (request) => {
        if (request.url().endsWith('master.m3u8')) playlist = request.url();
    });
    await member.goto(address);
    await member.locator('media-play-button.start').click();
    await until('time goes on', async () => (await seconds(member)) > 0.5);
    assert.ok(playlist);
});

test('the quality can be chosen', async () => {
    const choose = async (label) => {
        await member.locator('media-settings-menu-button').click();
        await member.locator('media-settings-menu-item', { hasText: 'Quality' }).click();
        await member.locator('media-rendition-menu').getByText(label).first().click();
    };
    await member.evaluate(() => { document.querySelector('media-controller video').currentTime = 0; });
    for (const [label, lines] of [['360p', 360], ['720p', 720]]) {
        await choose(label);
        await until(`${label} is shown`, async () => {
            await member.evaluate(() => {
                const video = document.querySelector('media-controller video');
                if (video.ended) video.currentTime = 0;
                video.play();
            });
            return (await height(member)) === lines;
        });
    }
});

test('a like counts without a reload, and can be undone', async () => {
    const like = member.locator('button[data-on="up"]');
    const likes = () => site.sql.value('SELECT likes FROM video');
    await like.click();
    await until('it counts', async () => (await likes()) === '1');
    await member.locator('button[data-on="up"][aria-pressed="true"]').waitFor();
    assert.equal((await member.locator('[data-count="likes"]').textContent()).trim(), '1');
    await like.click();
    await until('it is undone', async () => (await likes()) === '0');
    await like.click();
    await until('it counts again', async () => (await likes()) === '1');
});

test('what was played is kept, for the history and to go on', async () => {
    await member.evaluate(() => document.querySelector('media-controller video').pause());
    await until('a beat has arrived', async () =>
        Number(await site.sql.value('SELECT COUNT(*) FROM watch_position')) === 1);
    await member.goto('/account/history');
    await member.getByRole('link', { name: 'A bunny in the morning' }).first().waitFor();
    assert.deepEqual(member.faults, []);
});

test('logged out, no byte comes out', async () => {
    const path = new URL(playlist).pathname;
    const [, , mac, expiry, video] = path.split('/');
    const other = mac.replace(/./, (digit) => (digit === 'a' ? 'b' : 'a'));
    const refused = [
        `/media/${video}/full/master.m3u8`,
        `/media/${other}/${expiry}/${video}/full/master.m3u8`,
        `/media/${mac}/${Number(expiry) + 600}/${video}/full/master.m3u8`,
        `/media/${mac}/${expiry}/AAAAAAAAAAA/full/master.m3u8`,
        `/media/${mac}/${expiry}/${video}/preview/preview.mp4`,
        `/media/${mac}/${expiry}/${video}/full/../preview/preview.mp4`,
        `/media/videos/${video}/full/720p.mp4`,
    ];
    for (const address of refused) {
        const answer = await fetch(site.url + address);
        assert.ok([403, 404].includes(answer.status), `${answer.status} ${address}`);
    }
    const visitor = await newPage(browser, site);
    const asked = [];
    visitor.on('request', (request) => asked.push(request.url()));
    await visitor.goto(address);
    await visitor.getByRole('heading', { name: 'This video is for members' }).waitFor();
    assert.ok(!asked.some((url) => url.includes('/full/')), 'the page of a visitor names no full file');
    assert.ok(!(await visitor.content()).includes('/full/'));
    const play = await fetch(`${site.url}/api/play`, {
        method: 'POST', body: JSON.stringify({ video }), headers: { 'content-type': 'application/json' },
    });
    assert.equal(play.status, 401);

    site.setClock(3 * 3600 * 1000); // the earlier signed path has expired
    const late = await fetch(playlist);
    assert.equal(late.status, 410);
    site.setClock(0);
    assert.equal((await fetch(playlist)).status, 200); // anyone who has it can use it until then
});
