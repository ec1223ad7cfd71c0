/*
 * What the player reports: it continues after the server wanted another play call, it says when the
 * tab was hidden, and a reload resumes at the right place although the database does not know it
 * yet.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeFilm, startSite, until } from '../lib.mjs';
import { newPage, startBrowser } from './lib.mjs';

const CLIP_S = 60, PASSWORD = 'a long walk in may';
const beats = []; // as sent: { status, r, s, h }
let site, browser, page;

function run(program, ...args) {
    const { status, output } = site.job(program, args);
    assert.equal(status, 0, `${program} ${args.join(' ')}: ${output}`);
}

before(async () => {
    site = await startSite({ set: { ladder: '180' } });
    browser = await startBrowser();
    for (const handle of ['ada', 'vic'])
        run('admin', 'user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD);
    const file = makeFilm(join(site.var, 'clip.mp4'), { seconds: CLIP_S });
    run('admin', 'import', 'ada', file, '--title', 'A film', '--category', 'music', '--wait');
    await site.sql.run(`INSERT INTO subscription (user_id, provider, paid_until_ms,
        grace_until_ms) SELECT id, 'test', 4000000000000, 0 FROM user WHERE handle = 'vic'`.replace(/\s+/g, ' '));
    page = await newPage(browser, site);
    page.on('response', async (response) => {
        if (!response.url().endsWith('/api/beat')) return;
        beats.push({ status: response.status(), ...response.request().postDataJSON() });
    });
    await page.goto('/login');
    await page.getByLabel('E-mail').fill('vic@example.org');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL('/');
    await page.goto(`/watch/${await site.sql.value('SELECT public_id FROM video')}`);
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

const at_s = () => page.evaluate(() => document.querySelector('media-controller video').currentTime);

/* Plays for that many seconds and pauses; returns the beat of that pause. */
async function play(seconds) {
    const from = await at_s(), known = beats.length;
    await page.evaluate(() => document.querySelector('media-controller video').play());
    await until('it has played', async () => (await at_s()) >= from + seconds, 60);
    await page.evaluate(() => document.querySelector('media-controller video').pause());
    await until('a beat was answered', () => beats.length > known);
    return beats.at(-1);
}

test('a beat tells what was played', async () => {
    const beat = await play(4);
    assert.deepEqual([beat.status, beat.s, beat.h, beat.q], [200, 'pause', 0, 0]);
    assert.ok(beat.r[0][0] < 500);
    assert.ok(beat.r[0][1] > 3500);
});

test('after a while the server wants another play call; nothing is lost by it', async () => {
    site.setClock(11 * 60_000);
    const asked = page.waitForResponse((response) => response.url().endsWith('/api/play'));
    const refused = await play(3.5);
    assert.equal(refused.status, 401);
    assert.equal((await asked).status(), 200);
    const beat = await play(3.5);
    assert.equal(beat.status, 200);
    assert.deepEqual(beat.r[0][0], refused.r[0][0], 'it begins with what was refused');
    assert.ok(beat.r.at(-1)[1] - beat.r[0][0] > 6500);
});

test('a tab that nobody sees says so', async () => {
    await page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    });
    const beat = await play(3.5);
    assert.deepEqual([beat.status, beat.h], [200, 1]);
});

test('a reload goes on where the tab was, before the database knows', async () => {
    const before_s = await at_s();
    assert.equal(await site.sql.value('SELECT COUNT(*) FROM watch_position'), '0');
    await page.reload();
    await page.locator('.toast').waitFor();
    await until('it is there', async () => Math.abs(await at_s() - before_s) < 1);
    run('watch_flush');
    const position_ms = Number(await site.sql.value('SELECT position_ms FROM watch_position'));
    assert.ok(Math.abs(position_ms - before_s * 1000) < 1000);
    assert.deepEqual(page.faults.filter((fault) => !fault.includes('401')), []);
});
