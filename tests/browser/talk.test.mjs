/*
 * Comments, notifications, and the player's questions: written, answered and liked without leaving the
 * video, by keyboard; the pages on a phone and on a desk, in both themes; "Are you still watching?" after
 * two hours without a sign of life, and the reminder of a break. SHOTS=folder keeps pictures.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeFilm, startSite, until } from '../lib.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'a long walk in may';
const VIEWS = [
    { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
    { name: 'phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
    { name: 'desk-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
    { name: 'desk-light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
];
const states = {};
let site, browser, id;

function run(program, ...args) {
    const { status, output } = site.job(program, args);
    assert.equal(status, 0, `${program} ${args.join(' ')}: ${output}`);
}

async function signIn(handle) {
    const page = await newPage(browser, site);
    await page.goto('/login');
    await page.locator('main input[name="name"]').fill(handle);
    await page.locator('main input[name="password"]').fill(PASSWORD);
    await page.locator('main form button').click();
    await page.waitForURL('/');
    states[handle] = await page.context().storageState();
    await page.context().close();
}

const USER = (handle) => `(SELECT id FROM user WHERE handle = '${handle}')`;

before(async () => {
    site = await startSite({ set: { ladder: '180' } });
    browser = await startBrowser();
    for (const handle of ['ada', 'vic', 'bea'])
        run('admin', 'user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD);
    const file = makeFilm(join(site.var, 'film.mp4'), { seconds: 20 });
    run('admin', 'import', 'ada', file, '--title', 'A film', '--category', 'music', '--wait');
    id = await site.sql.value(`SELECT public_id FROM video WHERE title = 'A film'`);
    await site.sql.run(`INSERT INTO subscription (user_id, provider, paid_until_ms, grace_until_ms)
        SELECT id, 'test', 4000000000000, 0 FROM user WHERE handle IN ('vic', 'bea')`.replace(/\s+/g, ' '));
    for (const handle of ['ada', 'vic', 'bea']) await signIn(handle);
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

const pageOf = (handle, options = {}) => newPage(browser, site, { storageState: states[handle], ...options });
const comments = (page) => page.locator('#comments');
const playing = (page) => page.evaluate(() => !document.querySelector('media-controller video').paused);

async function play(page) {
    await page.goto(`/watch/${id}`);
    await until('the video is loaded', () => page.evaluate(() =>
        document.querySelector('media-controller video').readyState >= 3));
    await page.evaluate(() => { const v = document.querySelector('media-controller video'); v.loop = true; return v.play(); });
}

test('a comment, an answer and a like, by keyboard, while the video plays on', async () => {
    const page = await pageOf('vic');
    await play(page);
    await page.getByLabel('Write a comment').focus();
    await page.keyboard.type('Look at 0:03, it is fine');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await comments(page).locator('.said', { hasText: 'it is fine' }).waitFor();
    assert.ok(await playing(page), 'the video plays on');
    assert.equal(await page.evaluate(() => document.activeElement.classList.contains('at')), true);
    await comments(page).getByRole('link', { name: '0:03' }).click();
    assert.ok(await page.evaluate(() => document.querySelector('media-controller video').currentTime >= 3));

    const other = await pageOf('bea');
    await play(other);
    const like = comments(other).getByRole('button', { name: /Like the comment of vic/ });
    await like.focus();
    await other.keyboard.press('Enter');
    await until('it is liked', async () => await like.getAttribute('aria-pressed') === 'true');
    await comments(other).locator('.answer > summary').first().focus();
    await other.keyboard.press('Enter');
    await other.keyboard.press('Tab');
    await other.keyboard.type('So it is');
    await other.keyboard.press('Tab');
    await other.keyboard.press('Enter');
    await comments(other).locator('.said', { hasText: 'So it is' }).waitFor();
    assert.ok(await playing(other));
    assert.deepEqual([...page.faults, ...other.faults], []);
    await page.context().close();
    await other.context().close();
});

test('what is refused is said in the form, and nothing typed is lost', async () => {
    const page = await pageOf('bea');
    await play(page);
    await page.getByLabel('Write a comment').fill('So it is');
    await comments(page).getByRole('button', { name: 'Comment', exact: true }).click();
    await comments(page).getByRole('alert').getByText('You have written the same already').waitFor();
    assert.equal(await page.getByLabel('Write a comment').inputValue(), 'So it is');
    assert.ok(await playing(page));
    await page.context().close();
});

test('without JavaScript: a form, and back to the comment', async () => {
    const page = await pageOf('bea', { javaScriptEnabled: false });
    await page.goto(`/watch/${id}`);
    await page.getByLabel('Write a comment').fill('Written without a script');
    await comments(page).getByRole('button', { name: 'Comment', exact: true }).click();
    await page.waitForURL(/comments\?at=\d+#comments$/);
    assert.equal(await page.locator('li.at .said').innerText(), 'Written without a script');
    await page.context().close();
});

test('nobody there for two hours: the video pauses and asks; a key goes on', async () => {
    const page = await pageOf('vic');
    await page.clock.install();
    await play(page);
    assert.ok(await playing(page));
    const dialog = page.getByRole('dialog', { name: 'Are you still watching?' });
    await page.clock.fastForward('01:59:00');
    await until('it plays on', () => playing(page));
    assert.equal(await dialog.count(), 0);
    await page.clock.fastForward('00:02:00');
    await dialog.waitFor();
    assert.equal(await playing(page), false);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Keep watching');
    assert.deepEqual(await violations(page), []);
    page.faults.length = 0;
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'still-watching.png') });
    await page.keyboard.press('Enter');
    await until('it plays on', () => playing(page));
    await dialog.waitFor({ state: 'hidden' });
    await page.context().close();
});

test('a break after the chosen time; Escape leaves the video paused', async () => {
    await site.sql.run(`INSERT INTO watch_break SELECT id, 30 FROM user WHERE handle = 'vic'`);
    const page = await pageOf('vic');
    await page.goto('/');
    await page.evaluate(() => localStorage.setItem('watched', JSON.stringify([1_799_000, Date.now()])));
    await play(page);
    const dialog = page.getByRole('dialog', { name: 'Time for a break?' });
    await dialog.waitFor();
    assert.equal(await playing(page), false);
    await page.keyboard.press('Escape');
    await until('the dialog is gone', async () => await dialog.count() === 0);
    assert.equal(await playing(page), false);
    await site.sql.run(`DELETE FROM watch_break`);
    await page.context().close();
});

const PATHS = {
    vic: ['/watch/$ID', '/watch/$ID/comments', '/watch/$ID/comments?thread=$THREAD', '/notifications', '/account/taste'],
    ada: ['/watch/$ID/comments', '/studio/comments', '/studio/comments?state=shown', '/notifications'],
};
for (const view of VIEWS)
    test(`${view.name}: the pages`, async () => {
        const held = `INSERT INTO comment (video_id, owner_id, user_id, text, state, made_ms) SELECT v.id, v.user_id, ${USER('bea')},
            'See https://example.org/a-rather-long-address/that-goes-on/and-on for the rest of it', 'held', 1 FROM video v`;
        if (view === VIEWS[0]) await site.sql.run(held.replace(/\s+/g, ' '));
        const thread = await site.sql.value('SELECT MIN(id) FROM comment');
        for (const [handle, paths] of Object.entries(PATHS)) {
            const page = await pageOf(handle, { viewport: view.viewport, colorScheme: view.colorScheme });
            for (const path of paths) {
                const at = `${handle} ${path} ${view.name}`;
                const answer = await page.goto(path.replace('$ID', id).replace('$THREAD', thread), { waitUntil: 'load' });
                assert.equal(answer.status(), 200, at);
                if (process.env.SHOTS)
                    await page.screenshot({ path: join(process.env.SHOTS, `${at.replaceAll(/[^\w-]+/g, '_')}.png`), fullPage: true });
                const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                assert.ok(wide <= 0, `${at} is ${wide} px too wide`);
                assert.deepEqual(page.faults, [], at);
                assert.deepEqual(await violations(page), [], at);
                page.faults.length = 0; // axe copies style sheets into the page, which the policy refuses
            }
            await page.context().close();
        }
    });
