/*
 * Leaving: what a member takes along; and a member in whose every text a word is planted is deleted, and a dump of the whole database, the
 * media folder, the cache, feeds, site map and search no longer have it, except where the law wants it.
 * What becomes of each table is in member_tables.mjs, which is compared with the schema.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createConnection } from 'node:net';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite, until } from './lib.mjs';
import { MEMBERS, PLACES, memberColumns } from './member_tables.mjs';

const PASSWORD = 'a long walk in may', DAY_MS = 86_400_000, WORD = 'zyxquill';
const IBAN = 'AT611904300234573201';
/* Rows that programs make of what the test does, and whose texts nobody types. */
const MADE_BY_PROGRAMS = /^(ledger_|departure|takeout|freeze|watch_(?!break|history|position)|document|receipt|payment|unit|paid_|month_|statement|subscription|act$|handle_past|live_setting|period_lock|setting|bank_|credential|report|decision|appeal|moderation_log|payout|voucher|checkout|invoice_address|video$|upload$|comment$|playlist$|session$)/;
let site, clock_ms = 0, leaver, other, id;

const sql = (text) => site.sql.run(text);
const one = (text) => site.sql.value(text);
function pass(ms) {
    clock_ms += ms;
    site.setClock(clock_ms);
}
function job(name, args = []) {
    const { status, output } = site.job(name, args);
    assert.equal(status, 0, output);
    return output;
}
const admin = (...args) => job('admin', args);

async function logIn(handle) {
    const login = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: handle, password: PASSWORD }) });
    const { token } = await login.json();
    const bearer = `Bearer ${token}`;
    const ask = async (method, path, form) => {
        const answer = await fetch(site.url + path, { method, redirect: 'manual',
            headers: { authorization: bearer, accept: 'application/json' },
            ...(form && { body: new URLSearchParams(form) }) });
        return { status: answer.status, place: answer.headers.get('location'), body: await answer.text() };
    };
    return Object.assign(ask, { bearer });
}
function made(handle, role = 'member') {
    admin('user', 'add', `${handle}@${handle}.example`, handle, '--password', PASSWORD, '--role', role);
    return logIn(handle);
}

const isText = (type) => /char|text/.test(type);
/* A row for a member in a table, every free text of which holds the word. Words of a CHECK are one of these. */
async function plant(table, column) {
    const columns = await sql(`SELECT column_name, data_type, COALESCE(character_maximum_length, 0), extra, is_nullable
        FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '${table}'`);
    const checks = (await sql(`SELECT check_clause FROM information_schema.check_constraints
        WHERE constraint_schema = DATABASE() AND table_name = '${table}'`)).map(([clause]) => clause);
    const values = columns.filter(([, , , extra]) => !/auto_increment|GENERATED/i.test(extra)).map(([name, type, max]) => {
        const words = checks.map((c) => new RegExp(`\`${name}\` in \\('([^']*)'`).exec(c)?.[1]).find(Boolean);
        const value = name === column ? id : words ? `'${words}'` : isText(type)
            ? `'${`${WORD} ${WORD}`.slice(0, Number(max))}'` : /_id$/.test(name) ? `(SELECT MIN(id) FROM ${name === 'video_id' ? 'video' : name === 'category_id' ? 'category' : name === 'comment_id' ? 'comment' : 'user'})` : '1';
        return [name, value];
    });
    await sql(`INSERT IGNORE INTO ${table} (${values.map(([n]) => n)}) VALUES (${values.map(([, v]) => v)})`);
}

/* All texts of the database in which the word stands, as TABLE.COLUMN. */
async function findWord() {
    const found = [];
    const columns = await sql(`SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()
        AND data_type IN ('char', 'varchar', 'text', 'mediumtext', 'blob', 'mediumblob', 'varbinary')
        AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE')`);
    for (const [table, column] of columns)
        if (await one(`SELECT COUNT(*) FROM ${table} WHERE LOWER(CONVERT(${column} USING utf8mb4)) LIKE '%${WORD}%'`) !== '0')
            found.push(`${table}.${column}`);
    return found.sort();
}

function filesOf(folder) {
    return readdirSync(folder, { recursive: true }).map(String);
}

/* Everything that memcached holds, keys and values. */
function cached() {
    return new Promise((done, failed) => {
        const socket = createConnection(site.setting('cache_socket'));
        let text = '', keys;
        socket.on('error', failed);
        socket.write('lru_crawler metadump all\r\n');
        socket.on('data', (data) => {
            text += data;
            if (!keys && /^END\r?$/m.test(text)) {
                keys = [...text.matchAll(/^key=(\S+)/gm)].map(([, key]) => decodeURIComponent(key));
                text = keys.join('\n');
                socket.write(`get ${keys.join(' ') || 'none'}\r\n`);
            } else if (keys && text.endsWith('END\r\n')) {
                socket.destroy();
                done(text);
            }
        });
    });
}

before(async () => {
    site = await startSite({ set: { pay_provider: 'manual', bank_holder: 'Example', bank_iban: IBAN, tax_bp: 2000,
        signups_per_day: 100, payout_first_days: 0, refund_days: 0 } });
    await made('olga', 'operator');
    other = await made('ottilie');
    leaver = await made(WORD);
    id = await one(`SELECT id FROM user WHERE handle = '${WORD}'`);
    await leaver('POST', '/account', { name: 'Zyxquill Plant', handle: WORD, about: `All about ${WORD}` });
    await leaver('POST', '/account/invoice', { name: `${WORD} Ltd`, street: `${WORD} street 1`, postcode: '1010', city: WORD, country: 'AT', vat_id: '' });
    await leaver('POST', '/studio/payee', { do: 'account', holder: 'Zyxquill Plant', iban: IBAN, vat_id: '' });
    for (const name of ['ZYX0000001a', 'ZYX0000002b']) {
        await sql(`INSERT INTO video (public_id, user_id, category_id, title, description, tags, state, length_ms, created_ms, published_ms)
            VALUES ('${name}', ${id}, 1, '${WORD} film', 'about ${WORD}', '${WORD}', 'ready', 60000, 1, ${Date.now() - 5000})`);
        mkdirSync(join(site.var, 'media/videos', name), { recursive: true });
        writeFileSync(join(site.var, 'media/videos', name, 'a.mp4'), WORD);
    }
    await sql(`INSERT INTO video_search (video_id, title, tags, creator, body, grams, version)
        SELECT id, '', '', '', '', '', 0 FROM video`);
    job('reindex');
    await other('POST', `/channel/${WORD}`, { follow: 'on' });
    await leaver('POST', '/playlists', { do: 'create', title: `${WORD} list`, description: WORD, visibility: 'public' });
    await sql(`INSERT INTO video (public_id, user_id, category_id, title, state, likes, created_ms, published_ms)
        SELECT 'OTTILIE0001', id, 1, 'A quiet lake', 'ready', 1, 1, ${Date.now() - 5000} FROM user WHERE handle = 'ottilie'`);
    await sql(`INSERT INTO rating SELECT id, ${id}, 1, 1 FROM video WHERE public_id = 'OTTILIE0001'`);
    await sql(`INSERT INTO comment (video_id, owner_id, user_id, text, state, made_ms) SELECT id, user_id, ${id}, '${WORD} was here', 'shown', 1 FROM video`);
    await sql(`INSERT INTO comment (video_id, owner_id, user_id, text, state, made_ms) SELECT id, user_id, (SELECT id FROM user WHERE handle = 'ottilie'),
        'dear ${WORD}', 'shown', 1 FROM video WHERE user_id = ${id}`);
    await sql(`INSERT INTO upload (public_id, user_id, length_bytes, file_name, title, description, tags, category_id, created_ms, expires_ms)
        VALUES ('${WORD}', ${id}, 9, '${WORD}.mp4', '${WORD}', '${WORD}', '${WORD}', 1, 1, ${Date.now() * 2})`);
    writeFileSync(join(site.var, 'media/incoming', WORD), WORD);
});
after(() => site?.stop());

test('each column that holds a member is known, and each that is listed is there', async () => {
    assert.deepEqual(Object.keys(MEMBERS).sort(), await memberColumns(site.sql));
});

test('everything is planted', async () => {
    const sent = await leaver('POST', '/subscribe', { months: 1 });
    const { reference } = JSON.parse((await leaver('GET', sent.place)).body);
    admin('pay', 'confirm', reference, '9.99');
    admin('books', 'post', 'exp:writeoff', 'liab:creator:payable', '12.00', '--creator', WORD, '--reason', 'A prize', '--as', 'olga');
    for (const name of Object.keys(MEMBERS)) {
        const [table, column] = name.split('.');
        if (MADE_BY_PROGRAMS.test(table) || MEMBERS[name].without === 'the same as user_id') continue;
        await plant(table, column);
        assert.notEqual(await one(`SELECT COUNT(*) FROM ${table} WHERE ${column} = ${id}`), '0', `nothing is planted in ${name}`);
    }
    const found = await findWord();
    for (const place of ['user.display_name', 'user.email', 'user.about', 'video.title', 'video_search.title', 'comment.text',
        'playlist.title', 'notice.fields', 'link.data', 'upload.file_name', 'channel_search.words', 'document.buyer_name'])
        assert.ok(found.includes(place), `${place} of ${found}`);
    assert.match(await (await fetch(`${site.url}/browse`)).text(), /zyxquill/);
});

test('the archive has a file with rows for each table that knows the member', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'ovs-takeout-'));
    t.after(() => rmSync(folder, { recursive: true }));
    assert.equal((await leaver('POST', '/account/export', {})).status, 303);
    assert.equal((await leaver('POST', '/account/export', {})).status, 303, 'one is being made already');
    assert.equal(await one('SELECT COUNT(*) FROM takeout WHERE percent < 100'), '1');
    job('takeout');
    const page = JSON.parse((await leaver('GET', '/account/export')).body);
    assert.equal(page.state, 'ready');
    const answer = await fetch(site.url + page.url, { headers: { authorization: leaver.bearer } });
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    writeFileSync(join(folder, 'my.zip'), Buffer.from(await answer.arrayBuffer()));
    execFileSync('unzip', ['-tq', 'my.zip'], { cwd: folder });
    execFileSync('python3', ['-c', 'import zipfile; zipfile.ZipFile("my.zip").extractall(".")'], { cwd: folder });
    for (const [name, { file, without }] of Object.entries(MEMBERS)) {
        const [table] = name.split('.');
        assert.ok(Boolean(file) !== Boolean(without), `${name} is in the archive, or there is a reason`);
        if (!file || file.endsWith('/')) continue;
        const text = readFileSync(join(folder, file), 'utf8');
        const rows = file.endsWith('.csv') ? text.trim().split('\r\n').slice(1) : JSON.parse(text);
        if (await one(`SELECT COUNT(*) FROM ${name.replace(/^(.*)\.(.*)$/, '$1 WHERE $2')} = ${id}`) !== '0')
            assert.ok(rows.length, `${file} has no rows, but ${table} has`);
    }
    const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    assert.equal(read('profile.json')[0].email, `${WORD}@${WORD}.example`);
    assert.deepEqual(read('comments.json').map(({ text }) => text), Array(3).fill(`${WORD} was here`));
    assert.equal(read('receipts.json')[0].buyer_name, `${WORD} Ltd`);
    assert.match(readFileSync(join(folder, 'earnings.csv'), 'utf8'), /manual,EUR,0,1200,0,0/);
    assert.equal((await fetch(site.url + page.url, { headers: { authorization: other.bearer } })).status, 404);
});

test('an archive whose maker is killed is made by the next one; it goes after 7 days', async () => {
    assert.equal((await other('POST', '/account/export', {})).status, 303);
    for (const step of [3, 9]) { // the lease of a maker that was killed has to end first
        process.env.FAULT = `before:${step}`;
        assert.equal(site.job('takeout').status, 'SIGKILL');
        delete process.env.FAULT;
        pass(6 * 60_000);
    }
    job('takeout');
    assert.equal(JSON.parse((await other('GET', '/account/export')).body).state, 'ready');
    assert.equal(filesOf(join(site.var, 'takeout')).filter((name) => name.endsWith('.part')).length, 0);
    pass(8 * DAY_MS);
    job('takeout');
    assert.deepEqual(filesOf(join(site.var, 'takeout')), []);
    assert.equal(await one('SELECT COUNT(*) FROM takeout'), '0');
    const factors = ['totp', 'passkey', 'recovery_code']; // nobody has what was planted
    for (const table of factors) await sql(`DELETE FROM ${table} WHERE user_id = ${id}`);
    leaver = await logIn(WORD);
    for (const table of factors) await plant(table, 'user_id');
    other = await logIn('ottilie');
});

test('it is hidden for 14 days, and the job does nothing yet', async () => {
    const answer = await leaver('POST', '/account/delete', { handle: WORD, earnings: 'give' });
    assert.equal(answer.status, 303, answer.body);
    assert.match(job('leave'), /members=0/);
    pass(13 * DAY_MS);
    assert.match(job('leave'), /members=0/);
    assert.equal(await one(`SELECT handle FROM user WHERE id = ${id}`), WORD);
});

test('then it is deleted; what is left is named, and the audit finds nothing', async () => {
    pass(DAY_MS + 60_000);
    assert.match(job('leave'), /members=1 videos=2 .*given=1200/);
    assert.match(job('leave'), /members=0 videos=0 rows=0 given=0/);
    for (const name of ['sweep', 'mail', 'watch_rollup']) job(name);
    assert.match(job('ledger_audit', ['--full']), /findings=0/);
    const found = await findWord();
    assert.deepEqual(found.filter((place) => !PLACES[place]), [], 'words that are left');
    for (const [name, { gone }] of Object.entries(MEMBERS)) {
        const [table, column] = name.split('.');
        if (gone) assert.equal(await one(`SELECT COUNT(*) FROM ${table} WHERE ${column} = ${id}`), '0', name);
    }
    assert.equal(await one(`SELECT CONCAT(handle, ' ', display_name, ' ', email) FROM user WHERE id = ${id}`),
        `deleted-${id} Deleted member deleted-${id}@deleted.invalid`);
    assert.equal(await one(`SELECT likes FROM video WHERE public_id = 'OTTILIE0001'`), '0', 'their like is taken off');
});

test('files, cache, lists, search, feeds and site map have forgotten it', async () => {
    assert.deepEqual(filesOf(join(site.var, 'media')).filter((name) => /zyx/i.test(name)), []);
    assert.ok(!existsSync(join(site.var, 'media/incoming', WORD)));
    await until('the cache to forget', async () => !/zyxquill/i.test(await cached()), 90);
    const search = await fetch(`${site.url}/search?q=zyxquill`, { headers: { accept: 'application/json' } });
    assert.doesNotMatch((await search.text()).replace(/"query":\s*"zyxquill"/, ''), /zyxquill/i);
    for (const path of ['/', '/browse', '/feed/new', '/sitemap/video/1.xml', '/sitemap/channel/1.xml', '/watch/OTTILIE0001'])
        assert.doesNotMatch(await (await fetch(site.url + path)).text(), /zyxquill/i, path);
    for (const path of [`/channel/${WORD}`, `/channel/deleted-${id}`, '/watch/ZYX0000001a', '/embed/ZYX0000001a', `/feed/channel/${WORD}`])
        assert.equal((await fetch(site.url + path)).status, 404, path);
});

test('nobody logs in with it, nobody gets the handle, the address is free again', async () => {
    const login = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: WORD, password: PASSWORD }) });
    assert.equal(login.status, 400);
    const signUp = (form) => fetch(`${site.url}/signup`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ password: PASSWORD, name: '', ...form }) });
    assert.equal((await signUp({ email: 'new@example.org', handle: WORD })).status, 409);
    assert.equal((await signUp({ email: 'new@example.org', handle: `deleted-${id}` })).status, 409);
    assert.equal((await signUp({ email: `${WORD}@${WORD}.example`, handle: 'somebody' })).status, 200);
});

test('somebody who is banned does not come back under the same address', async () => {
    const banned = await made('brutus');
    await sql("UPDATE user SET blocked = 1 WHERE handle = 'brutus'");
    assert.equal((await banned('POST', '/account/delete', { handle: 'brutus' })).status, 303);
    pass(15 * DAY_MS);
    assert.match(job('leave'), /members=1/);
    const again = await fetch(`${site.url}/signup`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ password: PASSWORD, name: '', email: 'Brutus@brutus.example', handle: 'brutus2' }) });
    assert.equal(again.status, 403);
});

test('a run that is killed anywhere is gone on with', async () => {
    const tess = await made('tessmart');
    const number = await one("SELECT id FROM user WHERE handle = 'tessmart'");
    await sql(`INSERT INTO video (public_id, user_id, category_id, title, state, created_ms, published_ms)
        VALUES ('TESS0000001', ${number}, 1, 'tessmart', 'ready', 1, 5)`);
    assert.equal((await tess('POST', '/account/delete', { handle: 'tessmart', earnings: 'give' })).status, 303);
    pass(15 * DAY_MS);
    for (let step = 1; await one(`SELECT erased_ms FROM departure WHERE user_id = ${number}`) === '0'; step += 3) {
        assert.ok(step < 400, 'it ends');
        process.env.FAULT = `before:${step}`;
        site.job('leave');
        delete process.env.FAULT;
    }
    assert.match(job('leave'), /members=0 videos=0 rows=0/);
    assert.equal(await one(`SELECT CONCAT(title, ' ', state) FROM video WHERE public_id = 'TESS0000001'`), 'Deleted video deleted');
});
