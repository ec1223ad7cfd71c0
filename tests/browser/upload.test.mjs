/*
 * The upload page in Chromium: the file starts when it is chosen, the form is filled meanwhile, what
 * was typed survives a reload, and files that are no videos are refused before a byte is sent.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSite, until } from '../lib.mjs';
import { bunny, newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'a long walk in may';
let site, browser, page;

before(async () => {
    site = await startSite({ set: { ladder: '180' } });
    browser = await startBrowser();
    site.job('admin', ['user', 'add', 'cara@example.org', 'cara', '--password', PASSWORD]);
    page = await newPage(browser, site);
    await page.goto('/login?next=/upload');
    await page.locator('main input[name="name"]').fill('cara');
    await page.locator('main input[name="password"]').fill(PASSWORD);
    await page.locator('main form button').click();
    await page.waitForURL('/upload');
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

const title = () => page.getByLabel('Title').inputValue();
const status = () => page.locator('.transfer .status').textContent();
const save = () => page.getByRole('button', { name: 'Save', exact: true }).click();
const latest = (column) => site.sql.value(`SELECT ${column} FROM video ORDER BY id DESC LIMIT 1`);

/* Lets no piece through until the function that it returns is called. */
async function holdPieces() {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await page.route('**/upload/files/*', async (route) => {
        if (route.request().method() === 'PATCH') await released;
        await route.continue();
    });
    return release;
}

test('the file starts at once, and the form is filled and saved meanwhile', async () => {
    const release = await holdPieces();
    await page.getByLabel('Video file').setInputFiles(bunny(site));
    await until('the upload has begun', async () => (await site.sql.value('SELECT COUNT(*) FROM upload')) === '1');
    assert.match(await title(), /^bbb-720p$|^bunny$/);
    assert.equal(await status(), 'Uploading');
    assert.deepEqual(await violations(page), []);
    page.faults.length = 0;

    await page.getByLabel('Title').fill('A bunny in the morning');
    await page.getByLabel('Category').selectOption({ label: 'Animation & Short Films' });
    await save();
    assert.match(await status(), /^Uploading\. What you wrote is saved when the file is complete/);
    await page.getByLabel('Tags').fill('meadow'); // after Save, but before it could be sent

    release();
    await page.waitForURL(/\/studio\?done=uploaded/);
    assert.equal(await latest('title'), 'A bunny in the morning');
    assert.equal(await latest('tags'), 'meadow');
    assert.equal(await latest('visibility'), 'public');
    assert.deepEqual(page.faults, []);
    await page.unroute('**/upload/files/*');
});

test('complete before it is saved: only its owner sees it, and a reload loses nothing', async () => {
    await page.goto('/upload');
    assert.equal(await title(), '');
    await page.getByLabel('Video file').setInputFiles(bunny(site));
    await until('it is complete', async () => (await status()).startsWith('Complete'));
    assert.equal(await latest('visibility'), 'private');

    await page.getByLabel('Title').fill('The same in the evening');
    await page.getByLabel('Anyone with the link').check();
    await page.getByLabel('Show the beginning to everybody').uncheck();
    await page.reload();
    assert.equal(await title(), 'The same in the evening');
    assert.ok(await page.getByLabel('Anyone with the link').isChecked());
    assert.ok((await status()).startsWith('Complete'));

    await page.getByLabel('Category').selectOption({ label: 'Music' });
    await save();
    await page.waitForURL(/\/studio\?done=uploaded/);
    assert.equal(await latest('title'), 'The same in the evening');
    assert.equal(await latest('visibility'), 'unlisted');
    assert.equal(await latest('allow_preview'), '0');
    assert.equal(await site.sql.value('SELECT COUNT(*) FROM video'), '2');
});

test('pictures, sound and documents are refused before a byte is sent', async () => {
    await page.goto('/upload');
    const sent = [];
    page.on('request', (request) => { if (request.method() !== 'GET') sent.push(request.url()); });
    const refused = [['IMG_0001.HEIC', '', 'This is a picture'], ['a.jpg', 'image/jpeg', 'This is a picture'],
        ['song.mp3', 'audio/mpeg', 'has sound but no picture'], ['plan.pdf', 'application/pdf', 'This is not a video']];
    for (const [name, mimeType, words] of refused) {
        await page.getByLabel('Video file').setInputFiles({ name, mimeType, buffer: Buffer.from('0123') });
        await page.locator('.problem', { hasText: words }).waitFor();
        assert.equal(await page.getByLabel('Video file').inputValue(), '');
    }
    assert.deepEqual(sent, []);
    assert.deepEqual(page.faults, []);
});
