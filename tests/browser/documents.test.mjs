/*
 * Receipts in a browser: on paper each is one page of A4 without navigation, on a phone nothing is cut off, and
 * the pages of operators pass axe.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from '../lib.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'a long walk in may';
let site, browser;

before(async () => {
    site = await startSite({ set: { seller_name: 'Example Video Ltd', seller_country: 'DE', seller_vat_id: 'DE123456788',
        seller_address: 'Hauptstr. 1, Hinterhaus, 10115 Berlin, Germany', tax_bp: 1900 } });
    for (const [handle, role] of [['ann', 'member'], ['ola', 'operator']]) {
        const { status, output } = site.job('admin',
            ['user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD, '--role', role]);
        assert.equal(status, 0, output);
    }
    browser = await startBrowser();
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

async function enter(handle, options) {
    const page = await newPage(browser, site, options);
    await page.goto('/login');
    await page.fill('[name=name]', handle);
    await page.fill('[name=password]', PASSWORD);
    await page.click('main button.primary');
    await page.waitForURL((url) => url.pathname !== '/login');
    return page;
}

/* How many pages a PDF has, by its page objects. */
const pages = (pdf) => (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length;

test('a receipt is one page on paper, and fits a phone', async () => {
    const page = await enter('ann', { viewport: { width: 390, height: 800 } });
    await page.goto('/account/invoice');
    await page.fill('#name', 'Verein der Freunde langer Namen und noch längerer Vereinsbezeichnungen e. V.');
    await page.fill('#street', 'Straße des 17. Juni 135');
    await page.fill('#postcode', '10623');
    await page.fill('#city', 'Berlin');
    await page.selectOption('#country', 'DE');
    await page.fill('#vat_id', 'DE 111111125');
    assert.deepEqual(await violations(page), []);
    await page.click('main button.primary');
    await page.waitForURL('**/account/invoice?done=invoice');
    await page.goto('/subscribe');
    await page.click('main button.primary');
    await page.click('button[value=pay]');
    await page.waitForURL('**/subscribe**');
    await page.goto('/account/receipt/1');
    assert.deepEqual(await violations(page), []);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    const pdf = await page.pdf({ format: 'A4' });
    assert.equal(pages(pdf), 1);
    writeFileSync(join(site.var, 'receipt.pdf'), pdf);
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['header', 'footer', 'nav', '.unprinted'])
        for (const element of await page.locator(hidden).all()) assert.equal(await element.isVisible(), false, hidden);
    assert.ok(await page.getByText('VAT number DE111111125').isVisible());
    assert.deepEqual(page.faults, []);
    if (process.env.KEEP) {
        writeFileSync(process.env.KEEP, pdf);
        spawnSync('pdftoppm', ['-r', '60', '-png', process.env.KEEP, process.env.KEEP]);
        await page.emulateMedia({ media: 'screen' });
        await page.screenshot({ path: `${process.env.KEEP}-phone.png`, fullPage: true });
    }
});

test('operators find and report on phones, too', async () => {
    const page = await enter('ola', { viewport: { width: 390, height: 800 } });
    for (const path of ['/admin/documents', '/admin/documents?kind=credit_note', '/admin/vat', '/admin/vat?from=x',
        `/admin/vat?from=${new Date().toISOString().slice(0, 10)}`]) {
        await page.goto(path);
        assert.deepEqual(await violations(page), [], path);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${path}: ${overflow} px too wide`);
        if (process.env.KEEP) await page.screenshot({ path: `${process.env.KEEP}${path.replaceAll(/\W+/g, '-')}.png`, fullPage: true });
    }
});
