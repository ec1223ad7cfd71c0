/*
 * lib: a browser for tests: Debian's Chromium, driven by playwright-core.
 *
 * Every error on the console of a page, and every script error, fails the test that uses the page
 * (see `faults`): a content security policy that blocks something reports it there.
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

/* A page for a visitor of its own; page.faults lists what went wrong on it. */
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

/* What axe-core finds on the current page, by all rules or `only` these: lines of "rule: element". It is loaded through the
 * debugger, to which the page's content security policy does not apply. */
export async function violations(page, only) {
    await page.evaluate(axe);
    const found = await page.evaluate((values) => globalThis.axe.run(document, { resultTypes: ['violations'],
        ...(values && { runOnly: { type: 'rule', values } }) }), only);
    return found.violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(' ')}`));
}

/* Five seconds of Big Buck Bunny or, where that is missing, a film of the same shape. */
export function bunny(site) {
    const shape = { seconds: 5.3, size: '1280x720', rate: 25, sound: 6 };
    return realFilm('bbb-720p.mp4') ?? makeFilm(join(site.var, 'bunny.mp4'), shape);
}
