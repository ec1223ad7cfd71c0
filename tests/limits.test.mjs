/*
 * Nothing costly before one is known: what lighttpd/entry.lua decides before a body is read, and
 * the limits that are meant for those who would rather see the site down.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from './lib.mjs';

let site;
before(async () => (site = await startSite()));
after(() => site.stop());

test('while the site is updated, pages are 503, and what needs no database goes on', async () => {
    const file = join(site.var, 'run/maintenance');
    const status = async (path) => (await fetch(site.url + path, { redirect: 'manual' })).status;
    const paths = ['/', '/login', '/upload/files/', '/api/play', '/nothing', '/api/beat', '/media/x',
        '/assets/x', '/avatar/x', '/health', '/favicon.svg'];
    const usual = [200, 200, 401, 405, 404, 405, 403, 404, 404, 200, 200];
    assert.deepEqual(await Promise.all(paths.map(status)), usual);

    writeFileSync(file, '');
    assert.deepEqual(await Promise.all(paths.map(status)), [503, 503, 503, 503, 503, ...usual.slice(5)]);
    const page = await fetch(site.url);
    assert.equal(page.headers.get('retry-after'), '60');
    assert.match(await page.text(), /<h1>Back in a moment<\/h1>/);
    const json = await fetch(site.url + '/login', { method: 'POST', headers: { Accept: 'application/json' } });
    assert.equal(json.status, 503);
    assert.equal((await json.json()).error.code, 'busy');

    rmSync(file);
    assert.deepEqual(await Promise.all(paths.map(status)), usual);
});
