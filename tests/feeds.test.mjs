/*
 * What other programs read from the site: all XML is well-formed and says what the library holds,
 * whatever people typed; linked data match the page; which answers may be cached, compressed and
 * shown elsewhere.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from './lib.mjs';

const HOSTILE = [
    ']]>', '<![CDATA[', '</script><script>alert(1)</script>', '<!--', '-->', '&', '&amp;', '&#0;', '&nosuch;', '<?xml?>',
    '"\'', '%41', '{{title}}', '\u{1F600}\u{10FFFD}', '\u2028\u2029', '\uFEFF', '\\u003c', 'e\u0301\u202e', '#"><img src=x>',
];
const BROKEN = [['\uFFFE', 'EFBFBE'], ['\uFFFF', 'EFBFBF'], ['\x01', '01'], ['\x1f', '1F'], ['\x7f', '7F'], ['\x85', 'C285']];
const titles = [...HOSTILE, ...BROKEN.map(([, hex]) => Buffer.from(hex, 'hex').toString())];
const quoted = (text) => `CONVERT(UNHEX('${Buffer.from(text).toString('hex')}') USING utf8mb4)`;
const idOf = (n) => `TTTTTTTTT${String(n).padStart(2, '0')}`;
/* Characters that are not allowed in a page or in XML become U+FFFD, one for each byte. */
const clean = (text) => text.replace(/[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\uFFFE\uFFFF]/g,
    (c) => '\uFFFD'.repeat(Buffer.byteLength(c)));

let site;

before(async () => {
    site = await startSite();
    const user = `INSERT INTO user (id, email, handle, display_name, about, created_ms) VALUES`;
    await site.sql.run(`${user} (1, 'a@example.org', 'cara', ${quoted(']]>&<b>\x02')}, ${quoted(titles.join(' '))}, 1)`);
    for (const [n, title] of titles.entries())
        await site.sql.run(`INSERT INTO video (id, public_id, user_id, category_id, title, description, tags, state, visibility,
            allow_preview, has_preview, length_ms, width, height, poster_version, views, likes, created_ms, published_ms)
            VALUES (${n + 1}, '${idOf(n)}', 1, 7, ${quoted(title)}, ${quoted(`${title}\n\n${title}`)}, ${quoted(title)},
            'ready', 'public', ${n % 2}, 1, 61500, 1280, 720, 2, ${n * 7}, ${n}, 1, ${1795000000000 - n})`);
});
after(async () => {
    await site?.stop();
});

const get = (path, headers = {}) => fetch(site.url + path, { headers, redirect: 'manual' });

/* The texts that an XPath expression finds; fails when the document is not well-formed. */
function find(xml, path) {
    const run = (...args) => spawnSync('xmllint', ['--nonet', '--noout', ...args, '-'], { input: xml, encoding: 'utf8' });
    const valid = run();
    assert.equal(valid.status + valid.stderr, '0');
    const count = Number(run('--xpath', `count(${path})`).stdout);
    const texts = [];
    for (let i = 1; i <= count; i++) // the last newline is xmllint's
        texts.push(run('--xpath', `string((${path})[${i}])`).stdout.replace(/\n$/, ''));
    return texts;
}
const local = (...names) => names.map((name) => `*[local-name()="${name}"]`).join('/');

async function xml(path) {
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    return answer.text();
}

test('feeds say what is there, whatever it is called', async () => {
    for (const path of ['/feed/new', '/feed/channel/cara']) {
        const feed = await xml(path);
        const wanted = titles.map(clean);
        assert.deepEqual(find(feed, '/rss/channel/item/title'), wanted);
        assert.deepEqual(find(feed, `//item/${local('content', 'title')}`), wanted);
        assert.deepEqual(find(feed, '//item/guid'), titles.map((_, n) => `${site.url}/watch/${idOf(n)}`));
        assert.deepEqual(new Set(find(feed, `//item/${local('creator')}`)), new Set([clean(']]>&<b>\x02')]));
        for (const [n, date] of find(feed, '//item/pubDate').entries()) { // RFC 822
            assert.match(date, /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
            assert.equal(Date.parse(date), n ? 1794999999000 : 1795000000000);
        }
        for (const html of find(feed, '//item/description'))
            assert.doesNotMatch(html, /<(?!\/?p>|br>)/); // decoded, it is HTML with only our tags
    }
    assert.deepEqual(find(await xml('/feed/channel/cara'), '/rss/channel/description'), [clean(titles.join(' '))]);
});

test('every page that the map names is there, well-formed, and public', async () => {
    const pages = find(await xml('/sitemap.xml'), local('sitemapindex', 'sitemap', 'loc'));
    assert.deepEqual(pages.map((address) => address.replace(site.url, '')),
        ['/sitemap/site.xml', '/sitemap/channel/1.xml', '/sitemap/video/1.xml']);
    const listed = [];
    for (const page of pages)
        listed.push(...find(await xml(page.replace(site.url, '')), local('urlset', 'url', 'loc')));
    assert.equal(new Set(listed).size, listed.length);
    for (const address of listed) assert.equal((await get(address.replace(site.url, ''))).status, 200, address);
    const videos = await xml('/sitemap/video/1.xml');
    assert.deepEqual(find(videos, `//${local('video', 'title')}`), titles.map(clean));
    assert.equal(find(videos, `//${local('video', 'description')}`).length, titles.length);
});

test('oEmbed, both ways, and the frame that it gives', async () => {
    for (const [n, title] of titles.entries()) {
        const query = `url=${encodeURIComponent(`${site.url}/watch/${idOf(n)}`)}`;
        const json = await (await get(`/oembed?${query}`)).json();
        const document = await xml(`/oembed?${query}&format=xml`);
        assert.equal(json.title, clean(title));
        for (const [key, value] of Object.entries(json))
            assert.deepEqual(find(document, `/oembed/${key}`).map((text) => text.trim()), [String(value).trim()], key);
        assert.equal(json.html.match(/</g).length, 2, json.html);
        assert.match(json.html, /^<iframe src="[^"<>]*" title="[^"<>]*" [^<>]*><\/iframe>\n?$/);
    }
});

test('linked data are the facts of the page', async () => {
    for (const [n, title] of titles.entries()) {
        const page = await (await get(`/watch/${idOf(n)}`)).text();
        const facts = await (await get(`/watch/${idOf(n)}`, { Accept: 'application/json' })).json();
        const blocks = [...page.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)];
        assert.equal(blocks.length, 1);
        assert.doesNotMatch(blocks[0][1], /[<>&\u2028\u2029]/);
        const data = JSON.parse(blocks[0][1]);
        const address = `${site.url}/watch/${idOf(n)}`, embed = `${site.url}/embed/${idOf(n)}`;
        assert.deepEqual(data, {
            '@context': 'https://schema.org', '@type': 'VideoObject',
            name: clean(title), description: clean(`${title}\n\n${title}`), keywords: clean(title),
            thumbnailUrl: [`${embed}/poster.jpg?v=2`], uploadDate: '2026-11-18T11:06:' + (n ? '39Z' : '40Z'), duration: 'PT1M1S',
            url: address, embedUrl: embed, genre: 'DIY Projects & Crafts',
            author: { '@type': 'Person', name: facts.channel.name, url: `${site.url}/channel/cara` },
            interactionStatistic: [
                { '@type': 'InteractionCounter', interactionType: { '@type': 'WatchAction' }, userInteractionCount: facts.views },
                { '@type': 'InteractionCounter', interactionType: { '@type': 'LikeAction' }, userInteractionCount: facts.likes },
            ],
            ...(n % 2 && { hasPart: { '@type': 'Clip', name: 'Preview', startOffset: 0, endOffset: 60, url: address, isAccessibleForFree: true } }),
            isAccessibleForFree: false,
        });
    }
});

test('what has not changed is not sent again, compressed or not', async () => {
    for (const path of ['/feed/new', '/sitemap.xml', '/sitemap/video/1.xml']) {
        for (const encoding of ['gzip', 'identity']) {
            const headers = { 'Accept-Encoding': encoding };
            const first = await get(path, headers);
            assert.equal(first.headers.get('content-encoding'), encoding === 'gzip' ? 'gzip' : null, path);
            assert.match(first.headers.get('cache-control'), /^public, max-age=\d+$/);
            const text = await first.text();
            assert.match(text, /^<\?xml/);
            const again = await get(path, { ...headers, 'If-None-Match': first.headers.get('etag') });
            assert.equal(again.status, 304, `${path} ${encoding}`);
            assert.equal(await again.text(), '');
            assert.equal(again.headers.get('etag'), first.headers.get('etag'));
        }
    }
});

test('a picture at its lasting address, also for pages of others', async () => {
    const folder = join(site.var, 'media/videos', idOf(0), 'poster');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'poster.jpg'), 'a picture');
    const lasting = await get(`/embed/${idOf(0)}/poster.jpg?v=2`);
    assert.equal(lasting.status, 303);
    const picture = await get(lasting.headers.get('location'));
    assert.equal(await picture.text(), 'a picture');
    for (const answer of [lasting, picture])
        assert.equal(answer.headers.get('cross-origin-resource-policy'), 'cross-origin');
    site.setClock(30 * 86400 * 1000); // the signed address has expired, the lasting one has not
    assert.equal((await get(lasting.headers.get('location'))).status, 410);
    const later = await get(`/embed/${idOf(0)}/poster.jpg?v=2`);
    assert.equal((await get(later.headers.get('location'))).status, 200);
    const full = await get(later.headers.get('location').replace('/poster/poster.jpg', '/full/master.m3u8'));
    assert.equal(full.status, 403);
    assert.equal(full.headers.get('cross-origin-resource-policy'), 'same-origin');
    site.setClock(0);
});
