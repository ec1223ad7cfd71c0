/*
 * Search over a library of some forty videos in many languages (data/library.tsv): each line of
 * data/queries.tsv has a query and the video that should come first. The lines that fail are shown
 * together.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, startSite } from './lib.mjs';

const QUERIES_MIN = 60;

function rows(name) {
    const lines = readFileSync(join(root, 'tests/data', name), 'utf8').split('\n');
    return lines.filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
}

const sql = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
const unescaped = (text) => text
    .replace(/\\u([0-9a-f]{4})/gi, (all, hex) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\{(.)\*(\d+)\}/g, (all, letter, n) => letter.repeat(Number(n)))
    .replaceAll('\\\\', '\\');

let site;

/* Rows as the library writes them, without the words, which jobs/reindex makes. */
async function fill() {
    for (const [i, row] of rows('library.tsv').entries()) {
        const [handle, name, title, tags, text, category, seconds, views, likes, days, state] = row;
        await site.sql.run(`INSERT IGNORE INTO user (email, handle, display_name, blocked, created_ms)
            VALUES (${sql(`${handle}@example.org`)}, ${sql(handle)}, ${sql(name)}, ${state === 'blocked'}, 1)`);
        const visibility = state === 'blocked' ? 'public' : state;
        await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, tags, description, state, visibility,
            length_ms, views, likes, created_ms, published_ms)
            SELECT LPAD(${i + 1}, 11, 'V'), u.id, c.id, ${sql(title)}, ${sql(tags)}, ${sql(text)}, 'ready', ${sql(visibility)},
            ${seconds} * 1000, ${views}, ${likes}, 1, UNIX_TIMESTAMP() * 1000 - ${days} * 86400000 - 600000
            FROM user u JOIN category c ON c.slug = ${sql(category)} WHERE u.handle = ${sql(handle)}`);
    }
    await site.sql.run(`INSERT INTO video_search (video_id, title, tags, creator, body, grams, version)
        SELECT id, '', '', '', '', '', 0 FROM video`);
    const ran = site.job('reindex');
    assert.equal(ran.status, 0, ran.output);
}

before(async () => {
    site = await startSite({ set: { search_per_minute: 100000, suggestions_per_minute: 100000 } });
    await fill();
});
after(() => site?.stop());

const get = (path) => fetch(site.url + path, { headers: { Accept: 'application/json' } });

async function ask(query, filters) {
    const parameters = filters ? `&${filters}` : '';
    const answer = await get(`/search?q=${encodeURIComponent(query)}${parameters}`);
    assert.equal(answer.status, 200, query);
    return answer.json();
}

function first(answer, want) {
    if (want.startsWith('creator:')) return `creator:${answer.creators[0]?.handle}`;
    return answer.videos[0]?.title ?? (answer.creators.length ? 'creators' : 'none');
}

function correction({ close, some, instead, meant }) {
    if (meant) return `?${meant}`;
    return (close && (some || !instead) ? 'some' : '') + (instead ? `=${instead}` : '');
}

test('what people type, and what they want first', async () => {
    const wrong = [];
    const queries = rows('queries.tsv');

    for (const [typed, filters, want, corrected, shows] of queries) {
        const answer = await ask(unescaped(typed), filters);
        const got = first(answer, want), how = correction(answer);
        const right = got.startsWith(want) && (corrected === '*' || how === corrected);
        if (!right) wrong.push(`${typed} [${filters}] (${shows}): ${got} ${how}, not ${want} ${corrected}`);
    }
    assert.ok(queries.length >= QUERIES_MIN);
    assert.deepEqual(wrong, [], `${wrong.length} of ${queries.length}`);
});

test('suggestions: words, creators and videos, of what everybody may see', async () => {
    const suggest = async (typed) => {
        const answer = await get(`/search/suggest?q=${encodeURIComponent(typed)}`);
        assert.equal(answer.status, 200, typed);
        return (await answer.json()).suggestions.map(({ kind, text }) => `${kind}: ${text}`);
    };
    assert.deepEqual(await suggest('gard'), ['words: garden', 'words: gardening',
        'video: Gardening for beginners: your first vegetable bed', 'video: A quiet afternoon in the garden']);
    assert.deepEqual((await suggest('morning yo'))[0], 'words: morning yoga');
    assert.deepEqual((await suggest('caf'))[0], 'words: café', 'as it is written');
    assert.deepEqual((await suggest('Lov'))[0], 'channel: Ada Lovelace');
    assert.deepEqual((await suggest('прив'))[0], 'words: привет');
    assert.deepEqual((await suggest('日本'))[1], 'video: 日本の空');
    assert.deepEqual(await suggest('x'), [], 'one letter is not enough');
    for (const hidden of ['zepp', 'unters', 'quetz', 'secret gr', 'subm', 'digg', 'blocked m', 'vic'])
        assert.deepEqual(await suggest(hidden), [], hidden);
    assert.equal((await suggest('a')).length, 0);
    assert.ok((await suggest('be')).length <= 8);
});

/* All characters with a meaning for a full-text index, a database or a page, alone and in pairs. */
test('no sign is an operator', async () => {
    const signs = ['+', '-', '>', '<', '(', ')', '~', '*', '"', '@', "'", '\\', '%', '_', '&', ';', '/', '\u200f', '🚀', '\u0301', '\ufeff', ''];
    let n = 0;

    for (const one of signs)
        for (const two of signs) {
            const query = `${one}milky${two}${one} ${two}way${one}`;
            const answer = await ask(query, '');
            assert.match(answer.videos[0]?.title ?? '', /^Time lapse of the Milky Way/, query);
            const typed = await get(`/search/suggest?q=${encodeURIComponent(query)}`);
            assert.equal(typed.status, 200, query);
            n++;
        }
    assert.equal(n, signs.length ** 2);
});

test('a query that is too long is refused with its limit, at any length', async () => {
    for (const length of [101, 1000, 7000]) {
        const answer = await get(`/search?q=${'a'.repeat(length)}`);
        assert.equal(answer.status, 400);
        assert.match((await answer.json()).error.message, /100 characters/);
        const typed = await get(`/search/suggest?q=${'a'.repeat(length)}`);
        assert.deepEqual(await typed.json(), { suggestions: [] });
    }
    const page = await (await fetch(`${site.url}/search?q=${'b'.repeat(5000)}`)).text();
    assert.ok(page.includes(`value="${'b'.repeat(5000)}"`), 'what was typed is kept');
    const endless = await get(`/search?q=${'a'.repeat(10000)}`); // lighttpd takes 8 KiB of head
    assert.equal(endless.status, 431);
    assert.match(await endless.text(), /may have at most 100 characters/);
    assert.equal((await get('/search?q=milky')).status, 200);
});
