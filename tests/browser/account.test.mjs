/*
 * The life of an account in a browser, with mails that arrive at a real SMTP server: sign up, confirm, forget
 * the password, choose a new one, change the address, take that back.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startMail, startSite } from '../lib.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

let mail, site, browser, page;
before(async () => {
    mail = await startMail();
    site = await startSite({ set: mail.set });
    browser = await startBrowser();
    page = await newPage(browser, site);
});
after(async () => {
    await browser?.close();
    await site?.stop();
    await mail?.stop();
});

async function arrived(address, subject) {
    assert.equal(site.job('mail').status, 0);
    return mail.to(address, subject);
}

/* A button of the page's own form. */
const press = (name) => page.getByRole('main').getByRole('button', { name, exact: true }).click();
const seen = (text) => page.getByText(text).first().waitFor();

async function fine() {
    assert.deepEqual(await violations(page), [], page.url());
    assert.deepEqual(page.faults, [], page.url());
}

test('sign up: all that is wrong at once, the focus there; then a mail', async () => {
    await page.goto('/signup');
    await page.evaluate(() => document.querySelector('form.panel').setAttribute('novalidate', ''));
    await page.fill('#email', 'ann');
    await page.fill('#handle', 'a');
    await page.fill('#password', 'short');
    await press('Sign up');
    await seen('Please correct these fields:');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert');
    assert.equal(await page.inputValue('#email'), 'ann');
    assert.equal(await page.locator('p.error').count(), 3);
    page.faults.length = 0; // the browser notes the status 400
    await fine();
    await page.fill('#email', 'ann@exmaple.org');
    await page.fill('#handle', 'ann');
    await page.fill('#password', 'correct horse battery');
    await press('Sign up');
    await seen('Please confirm your e-mail address');
    await arrived('ann@exmaple.org', /Confirm your address/);
});

test('the address is corrected and confirmed', async () => {
    await page.click('text=Send the mail again or correct the address');
    await fine();
    await page.fill('#email', 'ann@example.org');
    await press('Send the mail again');
    await seen('The mail is on its way again.');
    const { path } = await arrived('ann@example.org', /Confirm your address/);
    await page.goto(path);
    await fine();
    await press('Yes, confirm the address');
    await seen('Everything on this site is open to you now.');
    await fine();
    await page.goto('/');
    assert.equal(await page.getByText('Please confirm your e-mail address').count(), 0);
});

test('a forgotten password', async () => {
    await page.context().clearCookies();
    await page.goto('/login');
    await page.click('text=Forgot your password?');
    await fine();
    await page.fill('#email', 'ann@example.org');
    await press('Send the link');
    await seen('a mail with a link is on its way there');
    await fine();
    const { path } = await arrived('ann@example.org', /Choose a new password/);
    await page.goto(path);
    await fine();
    await page.fill('#password', 'an entirely new one');
    await press('Save the password');
    await seen('Your password is changed');
    await arrived('ann@example.org', /was changed/);
    await page.fill('#name', 'ann@example.org');
    await page.fill('#password', 'an entirely new one');
    await press('Log in');
    await page.waitForURL((url) => url.pathname === '/');
});

test('another address, and back', async () => {
    await page.goto('/account/email');
    await fine();
    await page.fill('#email', 'ann@new.example');
    await press('Change the address');
    await seen('We sent a link to');
    await fine();
    const change = await arrived('ann@new.example', /Confirm your new address/);
    await page.goto(change.path);
    await fine();
    await press('Yes, use this address');
    await seen('The old one was told');
    const undo = await arrived('ann@example.org', /was changed/);
    assert.match(undo.text, /ann@new\.example/);
    await page.goto(undo.path);
    await fine();
    await page.fill('#password', 'back to the owner');
    await press('Take the change back');
    await seen('The old address is back');
    assert.equal(await site.sql.value("SELECT address FROM user WHERE handle = 'ann'"), 'ann@example.org');
    await page.goto('/account/sessions');
    assert.match(page.url(), /\/login\?next=/, 'all log-ins have ended');
});
