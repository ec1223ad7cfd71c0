/*
 * Saving videos, in a browser: a video goes to "Watch later" and into a new playlist without
 * leaving its page, a list is put in order by keyboard and played through to its end. The same
 * works without JavaScript.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeFilm, startSite, until } from '../lib.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

const CLIPS = ['One', 'Two', 'Three'], PASSWORD = 'a long walk in may';
let site, browser, page, ids;

function run(program, ...args) {
    const { status, output } = site.job(program, args);
    assert.equal(status, 0, `${program} ${args.join(' ')}: ${output}`);
}

async function logIn(options) {
    const fresh = await newPage(browser, site, options);
    await fresh.goto('/login');
    await fresh.getByLabel('E-mail').fill('vic@example.org');
    await fresh.getByLabel('Password').fill(PASSWORD);
    await fresh.getByRole('button', { name: 'Log in' }).click();
    await fresh.waitForURL('/');
    return fresh;
}

before(async () => {
    site = await startSite({ set: { ladder: '180' } });
    browser = await startBrowser();
    for (const handle of ['ada', 'vic'])
        run('admin', 'user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD);
    for (const [i, title] of CLIPS.entries()) { // a file is accepted once
        const file = makeFilm(join(site.var, `${title}.mp4`), { seconds: 3 + i });
        run('admin', 'import', 'ada', file, '--title', title, '--category', 'music', '--wait');
    }
    await site.sql.run(`INSERT INTO subscription (user_id, provider, paid_until_ms,
        grace_until_ms) SELECT id, 'test', 4000000000000, 0 FROM user WHERE handle = 'vic'`.replace(/\s+/g, ' '));
    ids = [];
    for (const title of CLIPS)
        ids.push(await site.sql.value(`SELECT public_id FROM video WHERE title = '${title}'`));
    page = await logIn();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

/* Nothing is wrong with the page. Requests of axe itself that the policy refuses do not count. */
async function look() {
    assert.deepEqual(page.faults, []);
    assert.deepEqual(await violations(page), []);
    page.faults.length = 0;
}

const held = (title) => site.sql.value(`SELECT GROUP_CONCAT(v.title ORDER BY e.place) FROM playlist p
    JOIN playlist_video e ON e.playlist_id = p.id JOIN video v ON v.id = e.video_id
    WHERE p.title = '${title}'`.replace(/\s+/g, ' '));
const titles = () => page.locator('ol[data-order] .title').allTextContents();

test('one press keeps a video for later, another takes it back', async () => {
    await page.goto(`/watch/${ids[0]}`);
    const button = page.getByRole('button', { name: 'Watch later' });
    await button.click();
    await page.locator('button[name=later][aria-pressed=true]').waitFor();
    assert.equal(await held('Watch later'), 'One');
    await button.click();
    await page.locator('button[name=later][aria-pressed=false]').waitFor();
    assert.equal(await held('Watch later'), 'NULL');
});

test('a new playlist is made beside the video, and a tick takes it out again', async () => {
    await page.locator('details.keep summary').click();
    await page.getByLabel('New playlist').fill('Evening');
    await page.keyboard.press('Enter');
    const box = page.getByRole('checkbox', { name: 'Evening' });
    await box.waitFor();
    assert.equal(await held('Evening'), 'One');
    await look();
    await box.uncheck();
    await page.getByText('Removed from Evening').waitFor();
    assert.equal(await held('Evening'), 'NULL');
    await box.check();
    await page.getByText('Saved to Evening').waitFor();
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'hidden' });
    for (const id of ids.slice(1)) {
        await page.goto(`/watch/${id}`);
        await page.locator('details.keep summary').click();
        await page.getByRole('checkbox', { name: 'Evening' }).check();
        await page.getByText('Saved to Evening').waitFor();
    }
    assert.equal(await held('Evening'), 'One,Two,Three');
});

test('the list is put in order by keyboard; the focus stays', async () => {
    await page.goto('/playlists');
    await look();
    await page.getByRole('link', { name: 'Evening' }).click();
    await page.waitForURL('**/playlist/*');
    await look();

    await page.getByRole('button', { name: 'Move up: Three' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Moved to place 2').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Moved to place 1').waitFor();
    assert.deepEqual(await titles(), ['Three', 'One', 'Two']);
    assert.deepEqual(await page.locator('[data-number]').allTextContents(), ['1', '2', '3']);
    assert.equal(await held('Evening'), 'Three,One,Two');

    const more = page.locator('li', { hasText: 'Three' }).locator('summary');
    await more.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'To the end' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Moved to place 3').waitFor();
    assert.deepEqual(await titles(), ['One', 'Two', 'Three']);
    assert.ok(await more.evaluate((summary) => summary === document.activeElement));
    await page.reload();
    assert.deepEqual(await titles(), ['One', 'Two', 'Three']);
});

test('the list plays from its first video to its last', async () => {
    const list = page.url().split('/').pop();
    await page.getByRole('link', { name: 'Play all' }).click();
    await page.waitForURL(`/watch/${ids[0]}?list=${list}`);
    await page.getByText('1 of 3').waitFor();
    await look();
    await page.evaluate(() => document.querySelector('media-controller video').play());
    for (const id of ids.slice(1)) { // each begins by itself
        await page.getByText(/^Next: /).first().waitFor({ timeout: 30_000 });
        await page.getByRole('link', { name: 'Play now' }).click();
        await page.waitForURL(`/watch/${id}?list=${list}`);
    }
    await page.getByText('3 of 3').waitFor();
    await until('the last one has ended', () => page.evaluate(() => document.querySelector('media-controller video').ended));
    assert.equal(await page.locator('.beside [aria-current] .title').textContent(), 'Three');
    assert.deepEqual(page.faults, []);
});

test('without JavaScript the same forms do it', async () => {
    page = await logIn({ javaScriptEnabled: false });
    await page.goto(`/watch/${ids[0]}`);
    await page.locator('details.keep summary').click();
    await page.getByRole('checkbox', { name: 'Evening' }).uncheck();
    await page.getByLabel('New playlist').fill('Plain');
    await page.locator('form[data-keep]').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your playlists have been updated.').waitFor();
    assert.equal(await held('Plain'), 'One');
    assert.equal(await held('Evening'), 'Two,Three');

    await page.goto('/playlists');
    await page.getByRole('link', { name: 'Evening' }).click();
    await page.getByRole('button', { name: 'Move up: Three' }).click();
    await page.waitForURL(`**/playlist/*?page=1#v-${ids[2]}`);
    assert.deepEqual(await titles(), ['Three', 'Two']);
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByText('Delete this playlist').click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('The playlist has been deleted.').waitFor();
    assert.deepEqual(page.faults, []);
});
