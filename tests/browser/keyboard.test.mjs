/*
 * Without a mouse: signing up, logging in, searching, watching, liking, following, uploading, paying, ending
 * the subscription and the account, by Tab, Enter, Space and arrows alone. Whatever has the focus is seen,
 * and nothing keeps it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSite, until } from '../lib.mjs';
import { bunny, newPage, startBrowser } from './lib.mjs';

const PASSWORD = 'a long walk in may', TABS_MAX = 150;
let site, browser, page, address;

before(async () => {
    site = await startSite({ set: { signups_per_day: 100, ladder: '180' } });
    browser = await startBrowser();
    site.job('admin', ['user', 'add', 'cara@example.org', 'cara', '--password', PASSWORD]);
    const sent = site.job('admin', ['import', 'cara', bunny(site), '--title', 'A bunny in the morning', '--category', 'music', '--wait']);
    assert.equal(sent.status, 0, sent.output);
    address = `/watch/${await site.sql.value('SELECT public_id FROM video')}`;
    page = await newPage(browser, site, { viewport: { width: 1280, height: 800 } });
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

/* What has the focus: its role's words, whether it is drawn, in the window, and marked. */
const focused = () => page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    const marks = [style, getComputedStyle(e, '::after')].some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none');
    return {
        tag: e.localName, name: e.name ?? '', type: e.type ?? '', href: e.getAttribute('href') ?? '',
        words: (e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent).trim().replaceAll(/\s+/g, ' '),
        seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        marked: marks || e.localName.startsWith('media-') || e.localName === 'video',
    };
});

/* Tab to the first element that `is` accepts; each on the way is seen and marked. */
async function tabTo(is, key = 'Tab') {
    const way = [];
    for (let i = 0; i < TABS_MAX; i++) {
        await page.keyboard.press(key);
        const at = await focused();
        if (!at) continue;
        way.push(`${at.tag} ${at.words}`);
        assert.ok(at.seen, `${page.url()}: not to be seen: ${JSON.stringify(at)}`);
        assert.ok(at.marked, `${page.url()}: no focus ring: ${JSON.stringify(at)}`);
        if (is(at)) return at;
    }
    assert.fail(`${page.url()}: not reached; on the way: ${way.slice(0, 60).join(', ')}`);
}
const says = (words) => (at) => at.words === words;
const field = (name) => (at) => at.name === name && at.tag !== 'button';
const press = async (is, key = 'Enter') => { await tabTo(is); await page.keyboard.press(key); };
const type = async (is, text) => { await tabTo(is); await page.keyboard.type(text); };

/* Goes through the page once with Tab: the focus leaves every element, and comes back to the first. */
async function noTrap() {
    await page.evaluate(() => document.activeElement.blur());
    const count = await page.evaluate(() => document.querySelectorAll('a[href], button, input, select, textarea, summary').length);
    let last = '', same = 0;
    for (let i = 0; i < Math.min(count + 10, TABS_MAX); i++) {
        await page.keyboard.press('Tab');
        const at = JSON.stringify(await focused());
        same = at === last ? same + 1 : 0;
        assert.ok(same < 3, `${page.url()}: the focus stays at ${at}`);
        last = at;
    }
}

test('the first Tab offers to skip to the content', async () => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    assert.equal((await focused()).words, 'Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
    await noTrap();
});

test('sign up', async () => {
    await page.goto('/');
    await press(says('Sign up'));
    await page.waitForURL(/\/signup/);
    await type(field('email'), 'vic@example.org');
    await type(field('handle'), 'vic');
    await type(field('name'), 'Vic');
    await type(field('password'), PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL('/');
});

test('log out and in', async () => {
    await press((at) => at.words.startsWith('Account of Vic'));
    await press(says('Log out'));
    await page.locator('header').getByRole('link', { name: 'Log in' }).waitFor();
    await press(says('Log in'));
    await page.waitForURL(/\/login/);
    await type(field('name'), 'vic');
    await type(field('password'), PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL('/');
});

test('subscribe', async () => {
    await press(says('Subscribe'));
    await page.waitForURL(/\/subscribe/);
    await press((at) => at.tag === 'button' && at.words === 'Subscribe');
    await page.waitForURL(/\/pay\//);
    await press((at) => at.tag === 'button' && at.words.startsWith('Pay'));
    await page.getByText('your payment has arrived').waitFor();
});

test('search and watch', async () => {
    await page.goto('/');
    await type(field('q'), 'bunny');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search/);
    await press(says('A bunny in the morning'));
    await page.waitForURL((url) => url.pathname === address);
    await press((at) => at.tag === 'media-play-button', 'Enter');
    await until('it plays', () => page.evaluate(() => document.querySelector('media-controller video').currentTime > 0.2));
});

test('like and follow', async () => {
    await press((at) => at.tag === 'button' && at.words.startsWith('Like'), 'Space');
    await until('it is liked', async () => (await site.sql.value('SELECT likes FROM video')) === '1');
    await press(says('Follow'));
    await page.locator('main').getByRole('button', { name: 'Following' }).waitFor();
    await noTrap();
});

test('upload', async () => {
    await page.goto('/upload');
    const chosen = page.waitForEvent('filechooser');
    await press(field('file'), 'Enter');
    await (await chosen).setFiles(bunny(site));
    await until('it is complete', async () => (await page.locator('.transfer .status').textContent()).startsWith('Complete'));
    await tabTo(field('title'));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('By keyboard alone');
    await type(field('category'), 'Music');
    await press((at) => at.tag === 'button' && at.words === 'Save');
    await page.waitForURL(/\/studio\?done=uploaded/);
    assert.equal(await site.sql.value('SELECT COUNT(*) FROM video WHERE title = \'By keyboard alone\''), '1');
});

test('the account, its pages beside it, and the end of the subscription in a dialog', async () => {
    await page.goto('/account');
    await press((at) => at.href === '/subscribe');
    await page.waitForURL('/subscribe');
    await press(says('End the subscription'));
    await page.locator('dialog[open]').waitFor();
    assert.ok(await page.evaluate(() => document.querySelector('dialog').contains(document.activeElement)));
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    assert.equal((await focused()).words, 'End the subscription');
    await page.keyboard.press('Enter');
    await press((at) => at.tag === 'button' && at.words.startsWith('End it'));
    await page.getByText('Keep it after all').waitFor();
    await noTrap();
});

test('on a phone the list of pages is a sheet that opens, closes and gives the focus back', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/account');
    await press((at) => at.tag === 'button' && at.words.startsWith('Account'));
    await tabTo((at) => at.href === '/account/password');
    await page.keyboard.press('Escape');
    assert.ok((await focused()).words.startsWith('Account'));
});
