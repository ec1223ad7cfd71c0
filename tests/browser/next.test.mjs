/*
 * Autoplay: a video that was played to its end offers the next one, counts down and goes there;
 * the countdown can be stopped and the whole feature switched off, and it never begins when the end
 * came from something other than playback.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { makeFilm, startSite, until } from '../lib.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'a long walk in may';
const CLIPS = [['First', 3], ['Second', 4], ['Third', 5]]; // titles and seconds
const addresses = {};
let site, browser, page, state;

function run(program, ...args) {
    const { status, output } = site.job(program, args);
    assert.equal(status, 0, `${program} ${args.join(' ')}: ${output}`);
}

async function makeClip(title, seconds) {
    const file = makeFilm(join(site.var, `${title}.mp4`), { seconds });
    run('admin', 'import', 'ada', file, '--title', title, '--category', 'music', '--wait');
    addresses[title] = `/watch/${await site.sql.value(`SELECT public_id FROM video WHERE title = '${title}'`)}`;
}

before(async () => {
    site = await startSite({ set: { ladder: '180' } });
    browser = await startBrowser();
    for (const handle of ['ada', 'vic'])
        run('admin', 'user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD);
    for (const [title, seconds] of CLIPS) await makeClip(title, seconds);
    await site.sql.run(`INSERT INTO subscription (user_id, provider, paid_until_ms,
        grace_until_ms) SELECT id, 'test', 4000000000000, 0 FROM user WHERE handle = 'vic'`.replace(/\s+/g, ' '));
    const login = await newPage(browser, site);
    await login.goto('/login');
    await login.getByLabel('E-mail').fill('vic@example.org');
    await login.getByLabel('Password').fill(PASSWORD);
    await login.getByRole('button', { name: 'Log in' }).click();
    await login.waitForURL('/');
    state = await login.context().storageState();
    await login.context().close();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});
beforeEach(async () => {
    await page?.context().close();
    page = await newPage(browser, site, { storageState: state });
    await page.goto(addresses.First);
});

const panel = () => page.locator('media-controller .next');
const toggle = () => page.getByRole('switch', { name: 'Autoplay next' });
const titleOfNext = () => panel().locator('strong').textContent();
const video = (act, arg) => page.evaluate(`(${act})(document.querySelector('media-controller video'), ${arg})`);
const isReady = () => until('the video is loaded', () => video((v) => v.readyState >= 3));

/* Plays the last moments; resolves when all listeners have seen the end. */
async function playToEnd() {
    await isReady();
    await video(async (v) => {
        const ended = new Promise((done) => v.addEventListener('ended', done, { once: true }));
        v.currentTime = v.duration - 0.5;
        await v.play();
        await ended;
    });
}

/* The title of the first related video. */
const firstRelated = () => page.locator('aside .card .title').first().textContent();

test('at the end the first related video is offered, and said to screen readers once', async () => {
    assert.ok(await panel().isHidden());
    await playToEnd();
    await panel().waitFor();
    assert.equal(await titleOfNext(), await firstRelated());
    const said = await page.locator('media-controller > .sr[role=status]').textContent();
    assert.match(said, /^Next: (Second|Third) in 8 seconds/);
    await until('it counts', async () => Number(await panel().locator('span').textContent()) < 8);
    assert.equal(await page.locator('media-controller > .sr[role=status]').textContent(), said);
    assert.deepEqual(page.faults, []); // before axe-core, which the policy keeps from styling
    assert.deepEqual(await violations(page), []);
});

test('Escape, Cancel by keyboard, and playing again stop it', async () => {
    await playToEnd();
    await panel().waitFor();
    await page.keyboard.press('Escape');
    assert.ok(await panel().isHidden());

    await playToEnd();
    const cancel = panel().getByRole('button', { name: 'Cancel' });
    await cancel.focus();
    await page.keyboard.press('Space');
    assert.ok(await panel().isHidden());
    assert.ok(await video((v) => v.ended), 'the key is none of the player');
    assert.ok(await video((v) => v === document.activeElement), 'the keys have a place');

    await playToEnd();
    await panel().waitFor();
    await video((v) => v.play());
    await until('it is gone', () => panel().isHidden());
    assert.equal(new URL(page.url()).pathname, addresses.First);
});

test('what was switched off stays off on this device', async () => {
    await toggle().uncheck();
    await page.reload();
    assert.equal(await toggle().isChecked(), false);
    await playToEnd();
    assert.ok(await panel().isHidden());

    await toggle().check();
    await page.reload();
    assert.ok(await toggle().isChecked());
    await playToEnd();
    await panel().waitFor();
    await toggle().uncheck(); // during the countdown
    assert.ok(await panel().isHidden());
});

test('somebody who pauses and goes to the end is left alone', async () => {
    await isReady();
    await video(async (v) => {
        const seeked = new Promise((done) => v.addEventListener('seeked', done, { once: true }));
        v.currentTime = v.duration;
        await seeked;
    });
    await until('the end is reached', () => video((v) => v.ended));
    assert.ok(await panel().isHidden());
});

test('a tab that nobody has looked at for long does not go on', async () => {
    const hide = (ago_ms) => page.evaluate((ms) => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
        const now = performance.now.bind(performance);
        performance.now = () => now() + ms;
    }, ago_ms);
    await hide(11 * 60_000);
    await playToEnd();
    assert.ok(await panel().isHidden());

    await page.reload();
    await hide(60_000); // music keeps playing
    await playToEnd();
    assert.ok(await panel().isVisible());
});

test('it goes on by itself, and not back to what just ended', async () => {
    await playToEnd();
    await panel().waitFor();
    const second = await titleOfNext();
    await page.waitForURL(addresses[second]);
    await until('it plays', () => video((v) => v && !v.paused && v.currentTime > 0.2));

    await playToEnd();
    const third = CLIPS.map(([title]) => title).find((title) => !['First', second].includes(title));
    assert.equal(await titleOfNext(), third);
    await panel().getByRole('link', { name: 'Play now' }).press('Enter');
    await page.waitForURL(addresses[third]);
    await until('it plays', () => video((v) => v && !v.paused && v.currentTime > 0.2));

    await playToEnd(); // there is nothing left
    assert.ok(await panel().isHidden());
    await page.reload();
    await isReady();
    assert.ok(await video((v) => v.paused), 'a reload does not play');
    assert.deepEqual(page.faults, []);
});

test('in a playlist its order decides', async () => {
    await site.sql.run(`INSERT INTO playlist (public_id, user_id, title, visibility, created_ms, changed_ms)
        SELECT 'LISTLISTLIS', id, 'Mine', 'public', 1, 1 FROM user WHERE handle = 'vic'`.replace(/\s+/g, ' '));
    await site.sql.run(`INSERT INTO playlist_video (playlist_id, video_id, place, added_ms)
        SELECT p.id, v.id, FIELD(v.title, 'Second', 'Third', 'First'), 1 FROM playlist p, video v
        WHERE p.public_id = 'LISTLISTLIS'`.replace(/\s+/g, ' '));
    await page.goto(`${addresses.Second}?list=LISTLISTLIS&from=home`);
    await playToEnd();
    assert.equal(new URL(page.url()).search, '?list=LISTLISTLIS', 'how it was found is nobody\'s business');
    assert.equal(await titleOfNext(), 'Third');
    await panel().getByRole('link', { name: 'Play now' }).click();
    await page.waitForURL(`${addresses.Third}?list=LISTLISTLIS`);
    await playToEnd();
    assert.equal(await titleOfNext(), 'First');
});

test('without scripts the page is complete', async () => {
    const plain = await newPage(browser, site, { storageState: state, javaScriptEnabled: false });
    await plain.goto(addresses.First);
    assert.equal(await plain.locator('aside .card').count(), 2);
    assert.ok(await plain.locator('[data-autoplay]').isHidden());
    assert.ok(await plain.locator('.next').isHidden());
    await plain.context().close();
});
