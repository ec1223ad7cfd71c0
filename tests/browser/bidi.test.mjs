/*
 * Names and titles in scripts that run from right to left change nothing around them: every template
 * isolates what members write (../bidi.mjs), and the browser computes it so.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { root, startSite } from '../lib.mjs';
import { places } from '../bidi.mjs';
import { newPage, startBrowser } from './lib.mjs';

const PASSWORD = 'a long walk in may', NAME = 'דניאל כהן 7', TITLE = 'שלום (2031)!';
let site, browser;

before(async () => {
    site = await startSite({ set: { signups_per_day: 100 } });
    browser = await startBrowser();
    site.job('admin', ['user', 'add', 'dani@example.org', 'dani', '--name', NAME, '--password', PASSWORD, '--role', 'operator']);
    const id = await site.sql.value("SELECT id FROM user WHERE handle = 'dani'");
    await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, description, tags, state, length_ms, views, created_ms, published_ms)
        VALUES ('DANI0000001', ${id}, 1, '${TITLE}', '${TITLE}', '${NAME}', 'ready', 60000, 5, 1, ${Date.now() - 5000})`);
    await site.sql.run(`INSERT INTO playlist (public_id, user_id, title, description, visibility, created_ms, changed_ms)
        VALUES ('DANILIST001', ${id}, '${TITLE}', '${NAME}', 'public', 1, 1)`);
    await site.sql.run("INSERT INTO playlist_video SELECT p.id, v.id, 1, 1 FROM playlist p, video v");
    await site.sql.run(`INSERT INTO follow VALUES (${id}, ${id}, 1)`);
    await site.sql.run(`INSERT INTO watch_position SELECT ${id}, id, 5000, 5000, ${Date.now()} FROM video`);
    await site.sql.run(`INSERT INTO comment (video_id, owner_id, user_id, text, state, made_ms) SELECT id, ${id}, ${id}, '${TITLE}', 'shown', 1 FROM video`);
});
after(async () => {
    await browser?.close();
    await site?.stop();
});

test('each value that a member writes is isolated in its template', () => {
    const folder = `${root}/handlers/views`;
    const found = readdirSync(folder).filter((name) => name.endsWith('.html'))
        .flatMap((name) => places(name, readFileSync(`${folder}/${name}`, 'utf8')));
    assert.ok(found.length > 150, 'values are found');
    const bad = found.filter(({ isolated, alone }) => !isolated && !alone);
    assert.deepEqual(bad.map(({ file, line, field }) => `${file}:${line}: put {{${field}}} into <bdi>`), []);
});

test('the check finds what stands among other text, and nothing else', () => {
    const seen = (text) => places('x.html', text).map(({ isolated, alone }) => isolated || alone);
    assert.deepEqual(seen('<p>{{title}}</p><p>By {{name}}</p><p>By <bdi>{{name}}</bdi>, <a href="/{{id}}">{{title}}</a></p>'),
        [true, false, true, true]);
    assert.deepEqual(seen('<td>{{#if name}}{{name}}{{else}}none{{/if}}</td><li dir="auto">{{name}}: {{n}}</li>'), [false, true]);
});

/* Texts with the letters of the name or title, and how the element around them is isolated. */
const isolation = () => {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n; (n = walk.nextNode()); ) {
        const around = n.parentElement, style = getComputedStyle(around);
        if (!/[\u0590-\u05ff]/.test(n.data) || !around.checkVisibility() || around.closest('textarea, option, title, script')) continue;
        const alone = around.textContent.trim() === n.data.trim() && !/^inline/.test(style.display);
        found.push({ text: n.data.trim(), tag: around.localName, bidi: style.unicodeBidi, ok: alone || /isolate|plaintext/.test(style.unicodeBidi) });
    }
    return found;
};

test('on each page the browser isolates names and titles', async (t) => {
    const page = await newPage(browser, site, { width: 390 });
    await page.goto(`${site.url}/login`);
    await page.fill('#name', 'dani');
    await page.fill('#password', PASSWORD);
    await page.click('main form button.primary');
    for (const path of ['/', '/browse', `/search?q=${encodeURIComponent('שלום')}`, '/watch/DANI0000001', '/channel/dani', '/channel/dani/videos',
        '/channel/dani/playlists', '/playlists', '/playlist/DANILIST001', '/following', '/following/creators', '/account', '/account/history',
        '/studio', '/studio/DANI0000001', '/admin', '/account/export', '/account/delete'])
        await t.test(path, async () => {
            const answer = await page.goto(site.url + path, { waitUntil: 'load' });
            assert.equal(answer.status(), 200);
            const found = await page.evaluate(isolation);
            assert.deepEqual(found.filter(({ ok }) => !ok), []);
            if (/^.(watch|channel|playlist|studio)/.test(path)) assert.ok(found.length, 'there is a name or a title');
        });
    await page.context().close();
});
