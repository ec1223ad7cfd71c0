/*
 * lib: a browser for tests: Debian's Chromium, driven by playwright-core.
 *
 * Whatever a page says on the console as an error, and every script error, fails the test that
 * looked at it (see `faults`): a content security policy that blocks something says so there.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFilm, realFilm, root } from '../lib.mjs';

const require = createRequire(join(root, 'htdocs/'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export function startBrowser() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
            '--disable-background-networking', '--disable-component-update',
            '--autoplay-policy=no-user-gesture-required'],
    });
}

/* A page of a visitor of their own; page.faults lists what went wrong on it. */
export async function newPage(browser, site, options = {}) {
    const context = await browser.newContext({ baseURL: site.url, ...options });
    const page = await context.newPage();
    page.faults = [];
    page.on('pageerror', (error) => page.faults.push(error.message));
    page.on('console', (message) => {
        if (message.type() === 'error') page.faults.push(`${message.text()} (${message.location().url})`);
    });
    return page;
}

/* What axe-core finds on the page as it stands: lines of "rule: element". It is put in through the
 * debugger, which the page's content security policy does not concern. */
export async function violations(page) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    return found.violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(' ')}`));
}

/* Big Buck Bunny, five seconds of it; or, where that is not there, a film of the same shape. */
export function bunny(site) {
    const shape = { seconds: 5.3, size: '1280x720', rate: 25, sound: 6 };
    return realFilm('bbb-720p.mp4') ?? makeFilm(join(site.var, 'bunny.mp4'), shape);
}
