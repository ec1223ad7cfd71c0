/*
 * The pages about mails, and a mail itself as a mail program shows it: on a phone and on a desktop, in both
 * themes; unsubscribing without scripts, by keyboard. SHOTS=folder keeps pictures.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startMail, startSite } from '../lib.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'a long walk in may';
let mail, site, browser, letters;

before(async () => {
    mail = await startMail();
    site = await startSite({ set: { ...mail.set, seller_name: 'Example Video Ltd', seller_address: 'Ring 1, 1010 Wien' } });
    browser = await startBrowser();
    site.job('admin', ['user', 'add', 'olga@example.org', 'olga', '--role', 'operator', '--password', PASSWORD]);
    const id = await site.sql.value("SELECT id FROM user WHERE handle = 'olga'");
    const queue = (kind, link, fields, more = "'waiting', 0, NULL, 0, 0") => site.sql.run(`INSERT INTO mail
        (user_id, kind, link, fields, turn, made_ms, next_ms, state, attempts, failure, reply, ended_ms)
        VALUES (${id}, '${kind}', '${link}', '${fields}', 1, ${Date.now()}, 1, ${more})`);
    await queue('digest', '/following', 'count=2\\nvideos=/watch/AAAAAAAAAAA\\n\\tA walk by the river\\n\\tAda\\n\\t/watch/BBBBBBBBBBB\\n\\tשלום\\n\\tBob\\n');
    await queue('comment_new', '/watch/AAAAAAAAAAA', 'who=Bob\\ntitle=A walk by the river\\ntext=Thank you!\\n\\t\\n\\tWhere was that?\\n');
    await queue('receipt', '/account/receipt/1', 'number=1\\namount=9.99 EUR\\nuntil=22 Dec 2026\\n');
    assert.equal(site.job('mail').status, 0);
    letters = mail.all;
    await queue('payout_sent', '', 'amount=1 EUR', `'dead', 9, 'recipient', 550, ${Date.now()}`);
    await queue('receipt', '', '', "'waiting', 0, 'login', 535, 0");
});
after(async () => {
    await browser?.close();
    await site?.stop();
    await mail?.stop();
});

async function look(page, name) {
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `mail_${name.replaceAll(/\W+/g, '_')}.png`), fullPage: true });
    assert.deepEqual(page.faults, [], name);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth) <= 0, `${name} is too wide`);
}

const off = () => site.sql.value('SELECT COUNT(*) FROM notice_off');
const unsubscribe = (letter) => /https?:\S*\/unsubscribe\/\S+/.exec(letter.text)[0];

for (const viewport of [{ width: 390, height: 844 }, { width: 1280, height: 800 }])
    for (const colorScheme of ['light', 'dark']) {
        const view = `${viewport.width} ${colorScheme}`;

        test(`the pages, ${view}`, async () => {
            const page = await newPage(browser, site, { viewport, colorScheme });
            await page.goto('/login');
            await page.locator('main input[name="name"]').fill('olga');
            await page.locator('main input[name="password"]').fill(PASSWORD);
            await page.locator('main form button').first().click();
            await page.waitForURL('/');
            for (const path of ['/account/mail', '/admin/mail', '/admin/mail?list=waiting', unsubscribe(letters[0])]) {
                assert.equal((await page.goto(path)).status(), 200, path);
                await look(page, `${path.replace(/.*unsubscribe.*/, 'unsubscribe')} ${view}`);
                assert.deepEqual(await violations(page), [], path);
                page.faults.length = 0; // axe copies style sheets into the page, which the policy refuses
            }
            await page.context().close();
        });

        test(`a mail, ${view}`, async () => {
            const page = await newPage(browser, site, { viewport, colorScheme });
            for (const [i, { html }] of letters.entries()) {
                await page.setContent(html);
                await look(page, `letter ${i} ${view}`);
                assert.deepEqual((await violations(page)).filter((line) => /contrast|link-name|lang/.test(line)), [], view);
            }
            await page.context().close();
        });
    }

test('unsubscribing without scripts, by keyboard', async () => {
    const page = await newPage(browser, site, { javaScriptEnabled: false });
    await page.goto(unsubscribe(letters[0]));
    assert.equal(await off(), '0');
    await page.locator('main form button').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No more of these mails', exact: true }).waitFor();
    assert.equal(await off(), '1');
    await page.context().close();
});
