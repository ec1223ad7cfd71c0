/*
 * The home page of a member: the menu behind the dots of a card, removing a video and bringing it
 * back without leaving the page, by mouse, by keyboard and without scripts; the page of their
 * taste; and axe-core on both. SHOTS=folder keeps pictures.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from '../lib.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'a long walk in may';
const NOW = 'UNIX_TIMESTAMP() * 1000';
const MIA = "(SELECT id FROM user WHERE handle = 'mia')";
let site, browser;

/* 48 videos of 12 creators in four categories. Mia liked the first; the model says which go with
 * it. */
const entries = (ids) => Buffer.concat(ids.map((id, i) => {
    const entry = Buffer.alloc(12); // struct entry of lib/reco/rank.h
    entry.writeUInt32LE(id, 0);
    entry.writeFloatLE(1 - i / 100, 4);
    return entry;
})).toString('hex');
const list = (kind, id, ids) => `INSERT INTO reco_list (kind, id, made_ms, packed)
    VALUES (${kind}, ${id}, 1, UNHEX('${entries(ids)}'))`;
/* A table with the column seq. */
const numbers = (from, to) => `(WITH RECURSIVE n (seq) AS (SELECT ${from} UNION ALL SELECT seq + 1 FROM n WHERE seq < ${to})
    SELECT seq FROM n) numbers`;
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

before(async () => {
    site = await startSite();
    browser = await startBrowser();
    for (const handle of ['mia', 'nell'])
        site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD]);
    await site.sql.run(`INSERT INTO subscription (user_id, provider, paid_until_ms, grace_until_ms)
        SELECT id, 'test', 4000000000000, 4000000000000 FROM user`);
    await site.sql.run(`INSERT INTO user (id, email, handle, display_name, created_ms) SELECT 100 + seq, CONCAT('c', seq, '@example.org'),
        CONCAT('creator', seq), CONCAT('Creator ', seq), 1 FROM ${numbers(1, 12)}`);
    await site.sql.run(`INSERT INTO video (id, public_id, user_id, category_id, title, state, visibility, length_ms, views, created_ms, published_ms)
        SELECT seq, LPAD(seq, 11, 'V'), 101 + seq % 12, 2 + seq % 4, CONCAT('Video number ', seq), 'ready', 'public', 100000, seq, 1,
        ${NOW} - seq * 3600000 FROM ${numbers(1, 48)}`);
    await site.sql.run(list(2, 1, range(2, 30)));
    await site.sql.run(list(3, 0, range(20, 48)));
    for (const category of range(2, 5))
        await site.sql.run(list(3, category, range(1, 48).filter((id) => 2 + id % 4 === category)));
    await site.sql.run(list(4, 0, range(44, 48)));
    await site.sql.run(`INSERT INTO rating (video_id, user_id, value, rated_ms) SELECT seq, ${MIA}, 1, ${NOW} - 5000 + seq FROM ${numbers(1, 1)}`);
    await site.sql.run(`INSERT INTO rating (video_id, user_id, value, rated_ms) SELECT seq, ${MIA}, 1, ${NOW} - 9000 FROM ${numbers(31, 33)}`);
    await site.sql.run(`INSERT INTO watch_position (user_id, video_id, position_ms, watched_ms, updated_ms)
        SELECT ${MIA}, seq, 40000, 40000, ${NOW} - seq FROM ${numbers(34, 36)}`);
    await site.sql.run(`INSERT INTO follow (user_id, channel_id, since_ms) SELECT ${MIA}, 100 + seq, 1 FROM ${numbers(3, 4)}`);
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

async function signedIn(handle, options) {
    const page = await newPage(browser, site, options);
    await page.goto('/login');
    await page.locator('main input[name="name"]').fill(handle);
    await page.locator('main input[name="password"]').fill(PASSWORD);
    await page.locator('main form button').click();
    await page.waitForURL('/');
    return page;
}

async function keep(page, name) {
    if (process.env.SHOTS)
        await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`), fullPage: true });
}

const cards = (page, row) => page.locator(`section:has(#${row}) .card`);
const unwanted = () => site.sql.value(`SELECT COUNT(*) FROM not_interested WHERE user_id = ${MIA}`);

for (const [name, width] of [['desk', 1280], ['phone', 390]])
    test(`a card is taken away and comes back: ${name}`, async () => {
        const page = await signedIn('mia', { viewport: { width, height: 800 } });
        await keep(page, `home-${name}`);
        const first = cards(page, 'for_you').first();
        const title = await first.locator('.title').textContent();

        await first.locator('summary').focus();
        await page.keyboard.press('Enter');
        await first.getByText(/Because you liked|Popular in|From Creator/).waitFor();
        await keep(page, `why-${name}`);
        assert.deepEqual(await violations(page), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        await page.keyboard.press('Escape');
        assert.equal(await first.locator('details').getAttribute('open'), null);

        await first.locator('summary').click();
        await first.getByRole('button', { name: 'Show less like this' }).click();
        await page.getByText('Removed.').waitFor();
        assert.equal(await unwanted(), '1');
        await keep(page, `less-${name}`);
        assert.deepEqual(await violations(page), []);
        await page.keyboard.press('Enter'); // the button that undoes it has the focus
        await page.getByText('Removed.').waitFor({ state: 'detached' });
        assert.equal(await cards(page, 'for_you').first().locator('.title').textContent(), title);
        assert.equal(await unwanted(), '0');
        assert.deepEqual(page.faults, []);
        await page.context().close();
    });

test('without scripts there is a way, too', async () => {
    const page = await signedIn('mia', { javaScriptEnabled: false });
    const first = cards(page, 'for_you').first();
    const title = await first.locator('.title').textContent();

    await first.locator('summary').click();
    await first.getByRole('button', { name: 'Show less like this' }).click();
    await page.getByText('Removed.').waitFor();
    assert.equal(await unwanted(), '1');
    assert.notEqual(await cards(page, 'for_you').first().locator('.title').textContent(), title);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('This video may be offered again.').waitFor();
    assert.equal(await unwanted(), '0');
    await page.context().close();
});

test('what do you like?', async () => {
    const page = await signedIn('nell', { viewport: { width: 1280, height: 800 } });
    await page.locator('summary', { hasText: 'What do you like?' }).click();
    await keep(page, 'ask');
    assert.deepEqual(await violations(page), []);
    await page.getByLabel('Music', { exact: true }).check();
    await page.getByRole('button', { name: 'Show me these' }).click();
    await page.getByRole('heading', { name: 'For you' }).waitFor();
    assert.equal(await page.getByText('What do you like?').count(), 0);
    await page.getByRole('link', { name: 'Adjust' }).click();
    await page.getByText('Chosen by you').waitFor();
    await keep(page, 'taste');
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(page.faults, []);
    await page.context().close();
});
