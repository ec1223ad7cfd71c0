/*
 * Nothing costly before one is known: what lighttpd/entry.lua decides before a body is read, and
 * the limits that are meant for those who would rather see the site down.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World } from './http/world.mjs';
import { root, startSite, until } from './lib.mjs';

const MIB = 1 << 20;
const LARGE = MIB + 1; // more than anybody may send without a login
const LIMIT_BYTES = 10_000_000;
const MINUTE_MS = 60_000;
const PROXY = '127.0.0.8';
let site, login;

const spooled = () => readdirSync(join(site.var, 'tmp/upload'));

/* A connection that sends what it is told, from any address of this machine. `answer` grows. */
class Wire {
    answer = '';
    closed = false;

    constructor(from = '127.0.0.1') {
        this.socket = createConnection({ port: new URL(site.url).port, host: '127.0.0.1', localAddress: from });
        this.socket.on('data', (bytes) => (this.answer += bytes.toString('latin1')));
        this.socket.on('close', () => (this.closed = true)).on('error', () => {});
    }

    send(bytes) {
        this.socket.write(bytes);
        return this;
    }

    /* The status of the first answer; 100 when the body may come. */
    async status() {
        await until('an answer', () => this.answer.includes('\r\n\r\n') || this.closed);
        return Number(this.answer.split(' ')[1]);
    }

    end() {
        this.socket.destroy();
    }
}

const head = (method, path, headers) => `${method} ${path} HTTP/1.1\r\nHost: x\r\n`
    + Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('') + '\r\n';

/* Asks whether a body may come: 100, or the status of the refusal. */
async function mayCome(path, length, headers = {}, from = undefined) {
    const wire = new Wire(from);
    wire.send(head('POST', path, { Expect: '100-continue', 'Content-Length': length, ...headers }));
    const status = await wire.status();
    wire.end();
    return status;
}

/* A body of which only the beginning arrives, once earlier ones have made room for it; after() ends
 * those that are left. */
const wires = [];
const slowBody = (path, length, headers, from) => until('room for a body', async () => {
    const wire = new Wire(from);
    wire.send(head('POST', path, { Expect: '100-continue', 'Content-Length': length, ...headers }));
    if (await wire.status() !== 100) return void wire.end();
    wires.push(wire);
    return wire.send('x');
});

const sendLogin = (name, password) => fetch(`${site.url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ name, password }),
});

async function logIn(handle) {
    const password = `the secret of ${handle}`;
    const added = site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--password-stdin'], password);
    assert.equal(added.status, 0, added.output);
    const answer = await sendLogin(handle, password);
    assert.equal(answer.status, 200);
    const cookies = Object.fromEntries(answer.headers.getSetCookie().map((line) => line.split(';')[0].split('=')));
    return { ...await answer.json(), ...cookies };
}

/* The clock at the beginning of some hour, so that all that follows is in one window of a limit. */
const setHour = () => site.setClock(3_600_000 - Date.now() % 3_600_000);

before(async () => {
    site = await startSite({ set: { upload_max_bytes: LIMIT_BYTES, pictures_per_hour: 3, logins_per_15min: 4, trusted_proxies: PROXY } });
    login = await logIn('anna');
});
after(() => {
    for (const wire of wires) wire.end();
    return site.stop();
});

test('each request has an identity, which its sender cannot choose', async () => {
    const ids = new Set();
    for (let i = 0; i < 20; i++) {
        const headers = { 'Request-Id': 'A'.repeat(16), 'X-Request-Id': 'B'.repeat(16) };
        ids.add((await fetch(site.url, { headers })).headers.get('x-request-id'));
    }
    assert.equal(ids.size, 20);
    for (const id of ids) assert.match(id, /^(?!AAAA|BBBB)[A-Za-z0-9_-]{16}$/);
    const page = await fetch(site.url);
    await page.text();
    await until('the access log names it', () => site.log('access.log').includes(page.headers.get('x-request-id')));
});

test('while the site is updated, pages are 503, and what needs no database goes on', async () => {
    const file = join(site.var, 'run/maintenance');
    const status = async (path) => (await fetch(site.url + path, { redirect: 'manual' })).status;
    const paths = ['/', '/login', '/upload/files/', '/api/play', '/nothing', '/api/beat', '/media/x',
        '/assets/x', '/avatar/x', '/health', '/favicon.svg', '/.well-known/acme-challenge/x'];
    const usual = [200, 200, 401, 405, 404, 405, 403, 404, 404, 200, 200, 404];
    assert.deepEqual(await Promise.all(paths.map(status)), usual);

    writeFileSync(file, '');
    assert.deepEqual(await Promise.all(paths.map(status)), [503, 503, 503, 503, 503, ...usual.slice(5)]);
    const page = await fetch(site.url);
    assert.equal(page.headers.get('retry-after'), '60');
    assert.match(await page.text(), /<h1>Back in a moment<\/h1>/);
    const json = await fetch(site.url + '/login', { method: 'POST', headers: { Accept: 'application/json' } });
    assert.equal(json.status, 503);
    assert.equal((await json.json()).error.code, 'busy');

    const waits = site.job('settle');
    assert.equal(waits.status, 75, waits.output); // the tables may be half of one version

    rmSync(file);
    assert.deepEqual(await Promise.all(paths.map(status)), usual);
    assert.equal(site.job('settle').status, 0);
});

test('a large body of somebody unknown is refused before it is read', async () => {
    for (const path of ['/upload', '/upload/files/', '/upload/files/AAAAAAAAAAAAAAAAAAAAAA', '/account', '/studio']) {
        assert.equal(await mayCome(path, MIB), 100, path);
        assert.equal(await mayCome(path, LARGE), 401, path);
    }
    // One that does not wait: whatever it sends after its head goes nowhere.
    const wire = new Wire();
    wire.send(head('POST', '/upload', { 'Content-Length': LIMIT_BYTES }));
    wire.send(Buffer.alloc(LIMIT_BYTES / 2));
    assert.equal(await wire.status(), 401);
    assert.match(wire.answer, /<h1>Please log in first<\/h1>/);
    assert.deepEqual(spooled(), []);
    await until('the connection is closed', () => wire.closed);

    const json = await fetch(site.url + '/upload/files/', { method: 'POST', body: Buffer.alloc(LARGE) });
    assert.equal(json.status, 401);
    assert.equal((await json.json()).error.code, 'sign-in');
    assert.deepEqual(spooled(), []);
});

test('a body of unknown length is refused', async () => {
    const wire = new Wire().send(head('POST', '/login', { 'Transfer-Encoding': 'chunked' }) + 'a\r\n');
    assert.equal(await wire.status(), 411);
    wire.end();
});

test('who has logged in may send one, as long as a signature of ours says so', async () => {
    const asks = (headers) => mayCome('/upload', LARGE, headers);
    const other = (text) => text.slice(0, -4) + (text.endsWith('0000') ? '1111' : '0000');
    const good = {
        refresh: { Cookie: `rt=${login.rt}` },
        'with others': { Cookie: `pre=x; __Host-rt=${login.rt}; theme=dark` },
        access: { Cookie: `at=${login.at}` },
        bearer: { Authorization: `Bearer ${login.token}` },
        'expired access beside refresh': { Cookie: `at=${login.at.slice(0, -9)}; rt=${login.rt}` },
    };
    const bad = {
        'changed refresh': { Cookie: `rt=${other(login.rt)}` },
        'refresh of another login': { Cookie: `rt=9${login.rt}` },
        'changed access': { Cookie: `at=${other(login.at)}` },
        'access without a signature': { Cookie: `at=${login.at.replace(/\.[^.]*$/, '.')}` },
        'changed bearer': { Authorization: `Bearer ${other(login.token)}` },
        'a refresh value as bearer': { Authorization: `Bearer ${login.rt}` },
        'an access token as refresh value': { Cookie: `rt=${login.at}` },
        nothing: { Cookie: 'at=; rt=' },
    };
    for (const [name, headers] of Object.entries(good)) assert.equal(await asks(headers), 100, name);
    for (const [name, headers] of Object.entries(bad)) assert.equal(await asks(headers), 401, name);

    site.setClock(16 * MINUTE_MS);
    assert.equal(await asks(good.access), 401, 'expired access');
    assert.equal(await asks(good.bearer), 401, 'expired bearer');
    assert.equal(await asks(good.refresh), 100, 'refresh after the access token has expired');
    site.setClock(0);
});

test('an upload goes on when the access token expires between its pieces', async () => {
    const ben = await logIn('ben');
    const jar = { at: ben.at, rt: ben.rt };
    const size = 3 * LARGE, bytes = Buffer.alloc(size);
    bytes.write('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1');
    const ask = async (method, path, headers, body) => {
        const Cookie = Object.entries(jar).map((pair) => pair.join('=')).join('; ');
        const all = { 'Tus-Resumable': '1.0.0', 'X-CSRF-Token': ben.csrf, Cookie, ...headers };
        const answer = await fetch(site.url + path, { method, headers: all, body });
        for (const line of answer.headers.getSetCookie()) {
            const [name, value] = line.split(';')[0].split('=');
            jar[name] = value;
        }
        return answer;
    };
    const made = await ask('POST', '/upload/files/', { 'Upload-Length': size },
        new URLSearchParams({ title: 'Long', category: 'music' }));
    assert.equal(made.status, 201, await made.text());
    for (let offset = 0; offset < size; offset += LARGE) {
        site.setClock(offset / LARGE * 20 * MINUTE_MS);
        if (offset) delete jar.at; // the browser drops what has expired
        const sent = await ask('PATCH', made.headers.get('location'),
            { 'Upload-Offset': offset, 'Content-Type': 'application/offset+octet-stream' },
            bytes.subarray(offset, offset + LARGE));
        assert.equal(sent.status, 204, await sent.text());
    }
    site.setClock(0);
    assert.deepEqual(spooled(), []);
});

test('one address has so many bodies under way, and others still send theirs', async () => {
    const known = { Cookie: `rt=${login.rt}` };
    const open = [];
    for (let i = 0; i < 16; i++) open.push(await slowBody('/upload', LARGE, known, '127.0.0.2'));
    const refused = new Wire('127.0.0.2');
    refused.send(head('POST', '/upload/files/', { 'Content-Length': LARGE, ...known }));
    assert.equal(await refused.status(), 429);
    assert.match(refused.answer, /^Retry-After: 10\r$/m);
    assert.match(refused.answer, /"code":"limited"/);
    // Without a login the same holds; bodies that stay in memory are not counted.
    assert.equal(await mayCome('/upload', MIB, {}, '127.0.0.2'), 429);
    assert.equal(await mayCome('/upload', 65536, {}, '127.0.0.2'), 100);
    assert.equal(await mayCome('/upload', LARGE, known, '127.0.0.3'), 100);

    open[0].end();
    await until('the place is free', async () => await mayCome('/upload', LARGE, known, '127.0.0.2') === 100);
    for (const wire of open) wire.end();
    await until('nothing is left in the spool', () => spooled().length === 0);
});

test('behind a proxy an address is the visitor\'s, and for IPv6 its network', async () => {
    const of = (address) => ({ Cookie: `rt=${login.rt}`, 'X-Forwarded-For': address });
    const open = [];
    for (const address of ['2001:db8:1:2::', '2001:DB8:1:2:0:ff::', '2001:db8:1:2:3:4:5:'])
        for (let i = 1; i <= 5; i++) open.push(await slowBody('/upload', LARGE, of(address + i), PROXY));
    open.push(await slowBody('/upload', LARGE, of('2001:0db8:0001:0002::7'), PROXY));
    assert.equal(await mayCome('/upload', LARGE, of('2001:db8:1:2:ffff::'), PROXY), 429);
    for (const other of ['2001:db8:1:3::1', '2001:db8:1::2', '2001:db8::1:2', '1::2', '::1', '203.0.113.9'])
        assert.equal(await mayCome('/upload', LARGE, of(other), PROXY), 100, other);
    assert.equal(await mayCome('/upload', LARGE, of('2001:db8:1:2::1'), '127.0.0.2'), 100, 'not a proxy: its own address');
    for (const wire of open) wire.end();
});

test('one address has so many bytes under way', async () => {
    const known = { Cookie: `rt=${login.rt}` };
    const open = [];
    for (let i = 0; i < 2; i++) open.push(await slowBody('/upload', LIMIT_BYTES, known, '127.0.0.2'));
    assert.equal(await mayCome('/upload', LIMIT_BYTES, known, '127.0.0.2'), 429);
    assert.equal(await mayCome('/upload', LIMIT_BYTES, known), 100);
    for (const wire of open) wire.end();
});

test('no body takes space that is reserved', async () => {
    const known = { Cookie: `rt=${login.rt}` };
    const file = join(site.var, 'run/room');
    const note = (bytes, age_s = 0) => writeFileSync(file, `${bytes} ${Math.floor(Date.now() / 1000) - age_s}\n`);
    note(2 * LARGE - 2); // one byte of the first will have arrived
    const fits = () => until('it fits', async () => await mayCome('/upload', LARGE, known) === 100);
    await fits(); // once the connections of the last test have ended
    const wire = await slowBody('/upload', LARGE, known, '127.0.0.2');
    assert.equal(await mayCome('/upload', LARGE, known), 507, 'both together do not fit');
    wire.end();
    await fits();
    note(0);
    assert.equal(await mayCome('/upload/files/', LARGE, known), 507);
    assert.equal(await mayCome('/login', 1000), 100, 'small ones are not concerned');
    note(0, 400);
    assert.equal(await mayCome('/upload', LARGE, known), 100, 'what was noted long ago');

    note(0);
    assert.equal(site.job('watch_flush').status, 0);
    const [bytes, noted_s] = readFileSync(file, 'utf8').trim().split(/ +/).map(Number);
    assert.ok(bytes > 100 * MIB, 'this machine has more free space than that');
    assert.ok(Math.abs(Date.now() / 1000 - noted_s) < 100);
    assert.equal(await mayCome('/upload', LARGE, known), 100);
});

test('right log-ins are limited per account, too', async () => {
    await logIn('carl');
    await logIn('dora');
    setHour();
    const password = 'the secret of carl';
    for (let i = 0; i < 4; i++) assert.equal((await sendLogin('carl', password)).status, 200);
    const refused = await sendLogin('carl', password);
    assert.equal(refused.status, 429);
    assert.match((await refused.json()).error.message, /Try again in 15 minutes/);
    assert.equal((await sendLogin('dora', 'the secret of dora')).status, 200, 'another account');
    site.setClock(3_600_000 - Date.now() % 3_600_000 + 15 * MINUTE_MS);
    assert.equal((await sendLogin('carl', password)).status, 200, 'later');
    site.setClock(0);
});

test('many log-ins of one account do not slow those of others', async () => {
    await logIn('gina');
    await logIn('hugo');
    setHour();
    const flood = Array.from({ length: 64 }, () => sendLogin('gina', 'the secret of gina'));
    const began = performance.now();
    const answer = await sendLogin('hugo', 'the secret of hugo');
    const waited = performance.now() - began;
    assert.equal(answer.status, 200);
    const statuses = (await Promise.all(flood)).map(({ status }) => status);
    const count = (wanted) => statuses.filter((status) => status === wanted).length;
    console.log(`# another's log-in took ${Math.round(waited)} ms; of 64, ${count(200)} were let in, ${count(429)} limited, ${count(503)} busy`);
    assert.ok(count(200) <= 4 && count(200) + count(429) + count(503) === 64, String(statuses));
    assert.ok(waited < 2500, `${waited} ms`);
    site.setClock(0);
});

test('pictures are made one at a time, and so many for a member and hour', async (t) => {
    const emil = await logIn('emil');
    const send = (who) => {
        const body = new FormData();
        body.append('picture', new Blob([readFileSync(join(root, 'tests/data/avatar.png'))]), 'me.png');
        const headers = { Authorization: `Bearer ${who.token}`, Accept: 'application/json' };
        return fetch(`${site.url}/account/picture`, { method: 'POST', headers, body, redirect: 'manual' });
    };
    // Another program has the lock.
    const held = spawn('flock', ['-o', join(site.var, 'run/picture.lock'), 'sh', '-c', 'echo; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(() => (held.kill(), held.stdin.end()));
    await once(held.stdout, 'data');
    const busy = await send(emil);
    assert.equal(busy.status, 503);
    assert.ok(busy.headers.get('retry-after'));
    assert.match((await busy.json()).error.message, /Another picture is being worked on/);
    assert.equal((await fetch(`${site.url}/account`, { headers: { Authorization: `Bearer ${emil.token}` } })).status, 200);
    held.kill(), held.stdin.end();
    await once(held, 'exit');

    setHour();
    const { token } = await (await sendLogin('emil', 'the secret of emil')).json();
    const sendGarbage = () => fetch(`${site.url}/account/picture`, {
        method: 'POST', body: Buffer.alloc(20_000),
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'multipart/form-data; boundary=x' },
    });
    assert.equal((await sendGarbage()).status, 400);
    for (let i = 0; i < 3; i++) assert.equal((await send({ token })).status, 303);
    assert.equal((await sendGarbage()).status, 429, 'it is not even read');
    const refused = await send({ token });
    assert.equal(refused.status, 429);
    assert.match((await refused.json()).error.message, /Too many attempts/);
    site.setClock(0);
    assert.equal((await send(login)).status, 303, 'another member');
});

test('a beat that is repeated does not fill the database', async () => {
    const fay = await logIn('fay');
    const [[id]] = await site.sql.run("SELECT id FROM user WHERE handle = 'fay'");
    const key = Buffer.from(readFileSync(join(site.var, 'secrets/play'), 'utf8').trim(), 'hex');
    const now = Date.now(), far = now + 600_000;
    const beat = (session) => {
        const text = `2.${id}.7.9.600000.${now - 60_000}.${now - 60_000}.0.${far}.${far}.${far}.${now}.${session}`;
        const t = `${text}.${createHmac('sha256', key).update(text).digest('hex')}`;
        return fetch(`${site.url}/api/beat`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${fay.token}` },
            body: JSON.stringify({ t, q: 0, r: [[0, 15_000]], s: 'play' }),
        }).then(({ status }) => status);
    };
    const count = async (sessions) => {
        const all = [];
        for (const session of sessions)
            all.push(...await Promise.all(Array.from({ length: 60 }, () => beat(session))));
        return [200, 429].map((status) => all.filter((one) => one === status).length);
    };
    const [passed, refused] = await count(['oneplayer']); // twice as many around a minute's end
    assert.ok(passed >= 30 && passed <= 60 && passed + refused === 60, `${passed} passed, ${refused} refused`);
    const [more] = await count(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
    assert.ok(passed + more >= 120 && passed + more <= 240, `${passed + more} of a member`);
    assert.equal(site.job('watch_flush').status, 0);
    assert.ok(Number(await site.sql.value(`SELECT COUNT(*) FROM watch_seg WHERE user_id = ${id}`)) <= passed + more);
});

/* GET from any address of this machine: the status. */
function get(path, from = '127.0.0.1') {
    return new Promise((done, failed) => {
        const asked = request(site.url + path, { localAddress: from, agent: false }, (answer) =>
            answer.resume().on('end', () => done(answer.statusCode)));
        asked.on('error', failed).end();
    });
}

test('addresses of media that are passed around are seen, and can be cut off', async () => {
    const world = new World(site.sql, Date.now, () => {});
    const gus = await logIn('gus');
    await world.say('paid', 'gus', '');
    const films = ['FilmThatIs1', 'FilmThatIs2'];
    for (const film of films) {
        await world.say('video', `${film} by gus title=Film length=600s`, '');
        for (const folder of ['full', 'poster']) {
            mkdirSync(join(site.var, 'media/videos', film, folder), { recursive: true });
            writeFileSync(join(site.var, 'media/videos', film, folder, 'some.mp4'), 'x');
        }
    }
    const play = async (video) => {
        const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${gus.token}` };
        const answer = await fetch(`${site.url}/api/play`, { method: 'POST', headers, body: JSON.stringify({ video }) });
        return (await answer.json()).media_url.replace('master.m3u8', 'some.mp4');
    };
    const admin = (...words) => {
        const { status, output } = site.job('admin', ['media', ...words]);
        assert.equal(status, 0, output);
        return output;
    };
    const [shared, other] = await Promise.all(films.map(play));
    assert.equal(await play(films[0]), shared, 'an address recurs');
    const picture = () => {
        const what = `${Math.ceil(Date.now() / 600_000 + 1) * 600}/${films[0]}/poster`;
        const key = Buffer.from(readFileSync(join(site.var, 'secrets/media'), 'utf8').trim(), 'hex');
        return `/media/${createHmac('sha256', key).update(what).digest('hex')}/${what}/some.mp4`;
    };

    for (let i = 1; i <= 100; i++) assert.equal(await get(shared, `127.0.5.${i}`), 200);
    assert.equal(await get(other), 200);
    const seen = await until('the count is noted', async () => {
        await get(shared);
        const [, networks, requests] = /^(\d+) networks, (\d+) requests: FilmThatIs1 full login \d+ until/.exec(admin('top')) ?? [];
        return Number(networks) > 1 && [networks, requests].map(Number);
    });
    assert.ok(seen[0] > 90 && seen[0] <= 101 && seen[1] > 100, seen.join(' networks, '));

    assert.equal(site.job('admin', ['media', 'revoke', 'NoSuchVideo']).status, 1);
    const revoked = new Set();
    for (const time of ['once', 'twice']) {
        const path = await play(films[0]);
        assert.ok(!revoked.has(path), time);
        assert.equal(await get(path), 200, time);
        admin('revoke', films[0]);
        assert.ok([0, 75].includes(site.job('watch_flush').status));
        revoked.add(path);
        for (const old of revoked)
            await until('it is void', async () => await get(old) === 410);
    }
    assert.equal(await get(await play(films[0])), 200);
    assert.equal(await get(other), 200);
    await until('its pictures are, too', async () => await get(picture()) === 410);
});

test('one address cannot hold all connections', (t) => {
    const own = (...command) => spawnSync('unshare', ['-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command], { encoding: 'utf8' });
    const probe = own('nft', 'list', 'tables');
    if (probe.status !== 0) return t.skip(`no network of its own with nftables: ${probe.stderr || probe.error}`);
    const flood = own(process.execPath, join(root, 'tests/flood.mjs'));
    assert.equal(flood.status, 0, flood.stdout + flood.stderr);
    assert.equal(flood.stdout.trim().split('\n').length, 4, flood.stdout);
});
