/*
 * Passkeys in Chromium, with its virtual authenticator: added, used without a password, after one, and as a
 * fresh proof; a copied one; a device that does not verify its user; names; without JavaScript. And the
 * second step with an authenticator app. SHOTS=folder keeps pictures.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from '../lib.mjs';
import { totp } from '../totp.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

const PASSWORD = 'correct horse battery';
const device = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
let site, browser, at;

const freePort = () => new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => done(port));
    });
});

before(async () => {
    const port = await freePort(); // browsers know passkeys only for names
    at = { url: `http://localhost:${port}` };
    site = await startSite({ env: { PORT: port }, set: { base_url: at.url, logins_per_15min: 100 } });
    at.var = site.var;
    browser = await startBrowser();
    for (const who of ['ann', 'ben', 'cora', 'dora'])
        assert.equal(site.job('admin', ['user', 'add', `${who}@example.org`, who, '--password-stdin'], `${PASSWORD}\n`).status, 0);
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

async function withDevice(options = {}) {
    const page = await newPage(browser, at);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator',
        { options: { ...device, automaticPresenceSimulation: true, ...options } });
    return { page, cdp, authenticatorId };
}

async function logIn(page, who, path = '/account/factor') {
    await page.goto(`/login?next=${path}`);
    await page.getByLabel('E-mail or handle').fill(who);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

async function logOut(page) {
    await page.context().clearCookies();
}

async function addPasskey(page, name) {
    await page.getByLabel('Name of the new passkey').fill(name);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
}

const arrived = (page, path) => page.waitForURL((url) => url.pathname === path);

async function shot(page, name) {
    for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        assert.deepEqual(await violations(page), [], `${name} ${width}`);
        if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-${width}.png`), fullPage: true });
    }
}

test('a passkey is added, and logs in without a password, after one, and proves who it is', async () => {
    const { page } = await withDevice();
    await logIn(page, 'ann');
    await arrived(page, '/account/factor');
    await shot(page, 'factor-none');
    await addPasskey(page, 'Phone');
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    assert.equal(await page.locator('.codes li').count(), 10);
    await shot(page, 'factor-codes');
    await page.getByRole('link', { name: 'I have kept them' }).click();
    await page.getByText('not used yet').waitFor();

    await logOut(page);
    await page.goto('/login?next=/studio');
    await shot(page, 'login-passkey');
    await page.getByRole('button', { name: 'Log in with a passkey' }).click();
    await arrived(page, '/studio');

    await logOut(page);
    await logIn(page, 'ann', '/account/history');
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await shot(page, 'half');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await arrived(page, '/account/history');

    site.setClock(11 * 60_000);
    await page.goto('/account/factor');
    await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
    await shot(page, 'prove-passkey');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await arrived(page, '/account/factor');
    await page.getByText('last used').waitFor();
    site.setClock(0);

    await addPasskey(page, 'Again');
    await page.getByText('This device has a passkey for your account already.').waitFor();
    await shot(page, 'factor-passkey');
    assert.deepEqual(page.faults, []);
});

test('a passkey is renamed and removed by keyboard alone', async () => {
    const { page } = await withDevice();
    await logIn(page, 'ben');
    await addPasskey(page, 'Old <name>');
    await page.getByRole('link', { name: 'I have kept them' }).press('Enter');
    await page.locator('summary', { hasText: 'Rename' }).press('Enter');
    const name = page.getByLabel('New name of Old <name>');
    await name.fill('Blue key');
    await name.press('Enter');
    await page.getByText('The passkey has a new name.').waitFor();
    await page.getByRole('button', { name: 'Remove Blue key' }).press('Enter');
    await page.getByRole('dialog').getByRole('button').first().waitFor();
    await page.getByRole('dialog').getByRole('button', { name: /^Remove/ }).press('Enter');
    await page.getByText('The passkey has been removed.').waitFor();
    await page.getByText('Whoever knows your password can log in').waitFor();
    assert.deepEqual(page.faults, []);
});

test('a device that does not verify its user is no log-in by itself; a copy is refused', async () => {
    const { page, cdp, authenticatorId } = await withDevice({ hasUserVerification: false, isUserVerified: false });
    await logIn(page, 'cora');
    await addPasskey(page, 'Phone');
    await page.getByRole('link', { name: 'I have kept them' }).click();
    await logOut(page);
    await page.goto('/login');
    await page.getByRole('button', { name: 'Log in with a passkey' }).click();
    await page.getByText('It was cancelled, or took too long.').waitFor();
    await logIn(page, 'cora', '/studio');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await arrived(page, '/studio');

    const { credentials: [known] } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: known.credentialId });
    await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...known, signCount: 0 } });
    await site.sql.run("UPDATE passkey p JOIN user u ON u.id = p.user_id SET p.sign_count = 40 WHERE u.handle = 'cora'");
    await logOut(page);
    await logIn(page, 'cora', '/studio');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByText('it may have been copied').waitFor();
    await page.goto('/account');
    await arrived(page, '/login');
});

test('without JavaScript the pages say so, and an app takes its place', async () => {
    const page = await newPage(browser, at, { javaScriptEnabled: false });
    await logIn(page, 'dora');
    assert.match(await page.content(), /<noscript>.*Adding a passkey needs JavaScript/);
    assert.equal(await page.getByRole('button', { name: 'Add a passkey' }).count(), 0);
    await page.getByRole('link', { name: 'Set up an app' }).click();
    const secret = await page.locator('.key').textContent();
    await page.getByLabel('Type the code').fill(totp(secret, Date.now()));
    await page.getByRole('button', { name: 'Set it up' }).click();
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    const code = await page.locator('.codes li').first().textContent();
    await logOut(page);
    await logIn(page, 'dora', '/studio');
    await page.getByLabel('Code').fill(code.toLowerCase().replace('-', ' '));
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await arrived(page, '/studio');
});

test('the page with the QR code', async () => {
    const { page } = await withDevice();
    await logIn(page, 'ben', '/account/factor/app');
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    await shot(page, 'factor-app');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.reload();
    await shot(page, 'factor-app-dark');
    assert.deepEqual(page.faults, []);
});
