/*
 * The gate for media: for each signed path in media_path.tsv, lighttpd/gate.lua must decide as the
 * check in C does (tests/unit_secret.c), and serve the files it admits as a web server should.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, startSite } from './lib.mjs';

const vectors = readFileSync(join(root, 'tests/media_path.tsv'), 'utf8').split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split('\t'))
    .map(([key, now, path, want, comment]) => ({ key, now_s: Number(now), path, want, comment }));
const key = 'c0ffee'.repeat(10) + 'c0de';
const oldKey = '0badcafe'.repeat(8);
const video = 'AbCdEfGhI-_';
let site;

const onDisk = (file) => join(site.var, 'media/videos', file);

function put(file, text) {
    mkdirSync(dirname(onDisk(file)), { recursive: true });
    writeFileSync(onDisk(file), text);
}

/* The status of a request whose address is sent byte for byte. */
function statusOf(path) {
    return new Promise((done, failed) => {
        const socket = createConnection(new URL(site.url).port, '127.0.0.1', () =>
            socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`));
        let answer = '';
        socket.on('data', (text) => (answer += text));
        socket.on('close', () => done(Number(answer.split(' ')[1])));
        socket.on('error', failed);
    });
}

/* Asks while the site's clock shows the second now_s. */
async function statusAt(now_s, path) {
    for (;;) {
        const second = Math.floor(Date.now() / 1000);
        site.setClock((now_s - second) * 1000);
        const status = await statusOf(path);
        if (Math.floor(Date.now() / 1000) === second) return status;
    }
}

function signed(file, { scope = 'full', by = key, life_s = 600, id = video } = {}) {
    const what = `${Math.floor(Date.now() / 1000) + life_s}/${id}/${scope}`;
    const mac = createHmac('sha256', Buffer.from(by, 'hex')).update(what).digest('hex');
    return `/media/${mac}/${what}/${file}`;
}

before(async () => (site = await startSite({ secrets: { media: key, 'media.old': oldKey } })));
after(() => site.stop());

test('a signed path gives the file', async () => {
    put(`${video}/full/720p.mp4`, '0123456789');
    site.setClock(0);
    const answer = await fetch(site.url + signed('720p.mp4'));
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), '0123456789');
    const want = {
        'content-type': 'video/mp4',
        'accept-ranges': 'bytes',
        'cache-control': 'private, max-age=60',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
    };
    for (const [name, value] of Object.entries(want))
        assert.equal(answer.headers.get(name), value, name);
});

test('parts of it, conditions and HEAD', async () => {
    const path = site.url + signed('720p.mp4');
    const get = (headers) => fetch(path, { headers });
    const part = await get({ Range: 'bytes=2-4' });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), 'bytes 2-4/10');
    assert.equal(await part.text(), '234');
    assert.equal(await (await get({ Range: 'bytes=-3' })).text(), '789');
    assert.equal((await get({ Range: 'bytes=10-' })).status, 416);
    const head = await fetch(path, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), '10');
    assert.equal((await get({ 'If-None-Match': head.headers.get('etag') })).status, 304);
});

test('content types come from the name, for the kinds we publish', async () => {
    const kinds = {
        'master.m3u8': 'application/vnd.apple.mpegurl', 'story.vtt': 'text/vtt; charset=utf-8',
        'story.jpg': 'image/jpeg', 'other.bin': 'application/octet-stream',
    };
    for (const [file, type] of Object.entries(kinds)) {
        put(`${video}/full/${file}`, 'x');
        assert.equal((await fetch(site.url + signed(file))).headers.get('content-type'), type);
    }
});

test('a poster may be kept until it expires', async () => {
    put(`${video}/poster/poster.jpg`, 'x');
    const answer = await fetch(site.url + signed('poster.jpg', { scope: 'poster', life_s: 5000 }));
    const [, age_s] = /^private, max-age=(\d+)$/.exec(answer.headers.get('cache-control'));
    assert.ok(age_s > 4900 && age_s <= 5000, age_s);
});

test('only GET and HEAD', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
        assert.equal((await fetch(site.url + signed('720p.mp4'), { method })).status, 405, method);
});

test('a query changes nothing', async () => {
    assert.equal(await statusOf(signed('720p.mp4') + '?v=2'), 200);
    assert.equal(await statusOf(signed('720p.mp4?v=2', { by: 'ab'.repeat(32) })), 403);
    assert.equal(await statusOf('/media/?' + signed('720p.mp4')), 403);
});

test('what is not there is 404, also for a signed path', async () => {
    assert.equal(await statusOf(signed('none.mp4')), 404);
    assert.equal(await statusOf(signed('720p.mp4', { id: 'AbCdEfGhI-0' })), 404);
});

test('no link is followed', async () => {
    symlinkSync(join(site.var, 'site.conf'), onDisk(`${video}/full/conf.jpg`));
    symlinkSync(video, onDisk('LinkToVideo'));
    assert.equal(await statusOf(signed('conf.jpg')), 403);
    assert.equal(await statusOf(signed('720p.mp4', { id: 'LinkToVideo' })), 403);
});

test('the key before the last change is good, another is not', async () => {
    assert.equal(await statusOf(signed('720p.mp4', { by: oldKey })), 200);
    assert.equal(await statusOf(signed('720p.mp4', { by: 'ab'.repeat(32) })), 403);
});

test('no line in the access log tells a signed path', async () => {
    await site.stop({ keep: true });
    assert.match(site.log('access.log'), /GET \/health/);
    assert.doesNotMatch(site.log('access.log'), /\/media\//);
    site = await startSite({ folder: site.var });
});

test('the vectors that the check in C shares', async () => {
    assert.ok(vectors.length > 50);
    for (const shared of new Set(vectors.map((v) => v.key))) {
        await site.stop();
        site = await startSite({ secrets: { media: shared } });
        for (const { now_s, path, want, comment } of vectors.filter((v) => v.key === shared)) {
            if (want === '200') put(path.split('/').slice(4).join('/'), 'x');
            // lighttpd may refuse such an address before the gate, or not send it there.
            if (path.includes('?') || path === '/') continue;
            const refusals = path.startsWith('/media/') ? [403, 400] : [404, 400];
            const allowed = want === '403' ? refusals : [Number(want)];
            const status = await statusAt(now_s, path);
            assert.ok(allowed.includes(status), `${comment}: ${status}, not ${allowed}: ${path}`);
        }
    }
});
