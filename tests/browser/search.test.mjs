/*
 * The search box: suggestions by keyboard and by mouse, and without JavaScript; the page of results with
 * its filters on a phone and on a desk. SHOTS=folder keeps pictures.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from '../lib.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

const TITLES = ['Gardening for beginners', 'A garden in spring', 'Garden <b>tools</b> & "more"', 'Secret garden', 'Astronomy'];
let site, browser;

before(async () => {
    site = await startSite({ set: { search_per_minute: 1000 } });
    browser = await startBrowser();
    await site.sql.run(`INSERT INTO user (email, handle, display_name, created_ms) VALUES
        ('gard@example.org', 'gardener', 'Gardener Ann', 1), ('o@example.org', 'garda', 'Garda without videos', 1)`);
    for (const [i, title] of TITLES.entries())
        await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, state, visibility, length_ms, views,
            created_ms, published_ms) SELECT LPAD(${i}, 11, 'S'), id, 4, '${title}', 'ready',
            '${title.startsWith('Secret') ? 'private' : 'public'}', 60000, ${100 - i}, 1, UNIX_TIMESTAMP() * 1000 - 9999
            FROM user WHERE handle = 'gardener'`);
    await site.sql.run("INSERT INTO video_search SELECT id, '', '', '', '', '', 0 FROM video");
    assert.equal(site.job('reindex').status, 0);
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

const box = (page) => page.getByRole('combobox', { name: 'Search videos' });
const options = (page) => page.getByRole('option');

async function typed(page, text) {
    await page.goto('/terms');
    await box(page).pressSequentially(text);
    await options(page).first().waitFor();
}

test('suggestions complete words, name creators and videos, and nothing that is hidden', async () => {
    const page = await newPage(browser, site);
    await typed(page, 'gard');
    const texts = await options(page).allTextContents();
    assert.deepEqual(texts.slice(0, 3), ['garden', 'gardening', '@ Gardener Ann']);
    assert.ok(texts.includes('Garden <b>tools</b> & "more"'), 'as text');
    assert.ok(!texts.some((text) => /secret|garda/i.test(text)));
    assert.equal(await box(page).getAttribute('aria-expanded'), 'true');
    assert.deepEqual(await violations(page), []);
    page.faults.length = 0; // axe copies style sheets into the page, which the policy refuses
});

test('arrows go through the list and back to what was typed; Enter follows, Escape closes', async () => {
    const page = await newPage(browser, site);
    const active = () => box(page).getAttribute('aria-activedescendant');
    const press = (key) => page.keyboard.press(key);

    await typed(page, 'garden');
    const n = await options(page).count();
    assert.equal(await active(), null);
    await press('ArrowDown');
    assert.equal(await active(), 'suggestions-0');
    assert.equal(await options(page).first().getAttribute('aria-selected'), 'true');
    await press('ArrowUp');
    assert.equal(await active(), null);
    await press('ArrowUp');
    assert.equal(await active(), `suggestions-${n - 1}`);
    await press('Escape');
    assert.equal(await options(page).count(), 0);
    assert.equal(await box(page).inputValue(), 'garden', 'Escape closes, and clears nothing');
    await box(page).pressSequentially('i');
    await options(page).first().waitFor();
    await press('ArrowDown');
    await press('Enter');
    await page.waitForURL('/search?q=gardening');
    assert.deepEqual(page.faults, []);
});

test('Enter without a choice searches for what was typed; a click follows', async () => {
    const page = await newPage(browser, site);
    await typed(page, 'gard');
    await page.keyboard.press('Enter');
    await page.waitForURL('/search?q=gard');
    await typed(page, 'gard');
    await page.getByRole('option', { name: 'Gardener Ann' }).click();
    await page.waitForURL('/channel/gardener');
    assert.deepEqual(page.faults, []);
});

test('an answer that comes late is not shown', async () => {
    const page = await newPage(browser, site);
    let release, arrive;
    const late = new Promise((done) => (release = done)), arrived = new Promise((done) => (arrive = done));
    await page.route(/suggest\?q=gar$/, async (route) => {
        arrive();
        await late;
        await route.continue().catch(() => {}); // it was given up in the meantime
    });
    await page.goto('/terms');
    await box(page).pressSequentially('gar');
    await arrived;
    await box(page).fill('astro');
    await options(page).first().waitFor();
    release();
    await page.waitForLoadState('networkidle');
    assert.deepEqual(await options(page).allTextContents(), ['astronomy', 'Astronomy']);
});

test('without JavaScript: a plain box, filters that apply and can be dropped', async () => {
    const page = await newPage(browser, site, { javaScriptEnabled: false });
    await page.goto('/');
    await page.getByRole('searchbox', { name: 'Search videos' }).fill('garden');
    await page.keyboard.press('Enter');
    await page.waitForURL('/search?q=garden');
    await page.getByText('Filters', { exact: true }).click();
    await page.getByLabel('Length').selectOption('Over 20 minutes');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Nothing found with these filters').waitFor();
    await page.getByRole('link', { name: 'Remove the filter Over 20 minutes' }).click();
    await page.waitForURL('/search?q=garden');
    await page.getByRole('link', { name: 'A garden in spring' }).waitFor();
});

for (const [name, width, colorScheme] of [['phone', 390, 'dark'], ['desk', 1280, 'light']])
    test(`the results on a ${name}`, async () => {
        const page = await newPage(browser, site, { viewport: { width, height: 844 }, colorScheme });
        for (const query of ['garden', 'garden&category=music&length=short', 'gardner', 'asronomy', 'garden&length=long', 'zzzz', 'astronomi%20garten']) {
            await page.goto(`/search?q=${query}`);
            if (process.env.SHOTS)
                await page.screenshot({ path: join(process.env.SHOTS, `${name}-${query.replaceAll(/\W+/g, '_')}.png`), fullPage: true });
            assert.deepEqual(page.faults, [], query);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(wide <= 0, `${query} is ${wide} px too wide`);
            assert.deepEqual(await violations(page), [], query);
            page.faults.length = 0;
        }
        await typed(page, 'gard');
        if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-suggestions.png`) });
    });
