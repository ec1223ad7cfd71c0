/*
 * Uploads to a real site: tus-js-client, connections that break, servers that die, a full disk, and
 * two writers at once. Tests of one request at a time are in tests/http/upload.t.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
    existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root, startSite, until } from './lib.mjs';

const { Upload } = createRequire(join(root, 'htdocs/'))('tus-js-client');

const MB = 1_000_000;
const TUS = { 'Tus-Resumable': '1.0.0' };
const PIECE = { ...TUS, 'Content-Type': 'application/offset+octet-stream' };
const HOUR_MS = 3_600_000;

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/* Bytes that begin like an MP4. Nothing here processes them. */
function video(size) {
    const bytes = randomBytes(size);
    bytes.write('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1');
    return bytes;
}

/* A member who uses the site like a program: requests with a bearer token. */
class Member {
    static async of(site, handle) {
        const password = `the secret of ${handle}`;
        const added = site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--password-stdin'], password + '\n');
        assert.equal(added.status, 0, added.output);
        const answer = await fetch(`${site.url}/login`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
            body: JSON.stringify({ name: handle, password }),
        });
        assert.equal(answer.status, 200);
        return Object.assign(new Member(), { site, token: (await answer.json()).token });
    }

    get headers() {
        return { Authorization: `Bearer ${this.token}` };
    }

    ask(method, path, headers = {}, body = undefined) {
        return fetch(this.site.url + path, { method, headers: { ...this.headers, ...headers }, body, redirect: 'manual' });
    }

    /* Creates an upload: returns the answer, and the path if it succeeded. */
    create(size, fields = {}) {
        return this.ask('POST', '/upload/files/', { ...TUS, 'Upload-Length': String(size) },
            new URLSearchParams({ title: 'A video', category: 'music', ...fields }));
    }

    async created(size, fields) {
        const answer = await this.create(size, fields);
        assert.equal(answer.status, 201, await answer.clone().text());
        return answer.headers.get('Location');
    }

    send(path, offset, bytes, headers = {}) {
        return this.ask('PATCH', path, { ...PIECE, 'Upload-Offset': String(offset), ...headers }, bytes);
    }

    async offset(path) {
        const answer = await this.ask('HEAD', path, TUS);
        return answer.status === 200 ? Number(answer.headers.get('Upload-Offset')) : undefined;
    }
}

const message = async (answer) => (await answer.json()).error.message;
const fileOf = (site, path) => join(site.var, 'media/incoming', path.split('/').pop());
const incoming = (site) => readdirSync(join(site.var, 'media/incoming')).sort();

/* The upload became one video, whose original has these bytes. */
async function assertArrived(site, path, bytes) {
    const id = path.split('/').pop();
    assert.equal(sha256(readFileSync(fileOf(site, path))), sha256(bytes));
    assert.deepEqual(await site.sql.run(`SELECT v.state, v.original_bytes, j.state, COUNT(*) FROM upload u
        JOIN video v ON v.id = u.video_id JOIN transcode_job j ON j.video_id = v.id AND j.source = u.public_id
        WHERE u.public_id = '${id}' GROUP BY v.id`.replaceAll('\n', ' ')), [['processing', String(bytes.length), 'waiting', '1']]);
}

/* Sends `bytes` with tus-js-client; resolves with the path. Like our own page, it is told where to
 * continue; with `metadata` it creates the upload itself. */
function transfer(member, bytes, { path, metadata, site = member.site.url, chunkSize = 4 * MB, ...more }) {
    return new Promise((done, failed) => {
        const upload = new Upload(bytes, {
            ...(path ? { uploadUrl: site + path } : { endpoint: `${site}/upload/files/`, metadata }),
            chunkSize, headers: member.headers, retryDelays: Array(100).fill(50),
            onError: failed,
            onSuccess: () => done(new URL(upload.url).pathname),
            ...more,
        });
        upload.start();
    });
}

/* A proxy in front of the site that breaks the connection once, after `tearAfter` bytes. Counts
 * bytes. */
async function proxy(port) {
    const way = { port, sent: 0, torn: 0, tearAfter: Infinity };
    const server = createServer((client) => {
        const target = createConnection(way.port, '127.0.0.1');
        const end = () => { client.destroy(); target.destroy(); };
        client.on('data', (bytes) => {
            way.sent += bytes.length;
            if (way.sent < way.tearAfter) return void target.write(bytes);
            way.tearAfter = Infinity;
            way.torn++;
            end();
        });
        target.pipe(client);
        for (const socket of [client, target]) socket.on('error', end).on('close', end);
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    way.url = `http://127.0.0.1:${server.address().port}`;
    way.close = () => server.close();
    return way;
}

let site, anna, ben;
before(async () => {
    site = await startSite();
    anna = await Member.of(site, 'anna');
    ben = await Member.of(site, 'ben');
});
after(() => site.stop());

/* Stops the site and starts it again, at the same address because tokens are valid for only one. */
async function restart(set) {
    const folder = site.var, PORT = new URL(site.url).port;
    await site.stop({ keep: true });
    anna.site = ben.site = site = await startSite({ folder, set, env: { PORT } });
}

describe('uploads', () => {
    /* Processes of the program tus. */
    const programs = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
        try {
            return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'tus\n' &&
                readFileSync(`/proc/${pid}/environ`, 'utf8').includes(site.conf);
        } catch {
            return false;
        }
    });

    test('tus-js-client sends 40 MB; the programs stay small', async () => {
        const bytes = video(40 * MB);
        const path = await transfer(anna, bytes, { metadata: { title: 'By tus', category: 'music', filename: 'a.mp4' } });
        await assertArrived(site, path, bytes);
        assert.equal(await anna.offset(path), bytes.length);

        assert.ok(programs().length > 0);
        for (const pid of programs()) {
            const [, peak_kb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
            assert.ok(peak_kb < (process.env.B?.includes('san') ? 400_000 : 30_000), `peak of ${peak_kb} kB`);
        }
    });

    test('a torn connection costs at most one piece', async (t) => {
        const bytes = video(20 * MB), way = await proxy(new URL(site.url).port);
        t.after(() => way.close());
        const path = await anna.created(bytes.length);
        way.tearAfter = 10 * MB;
        await transfer(anna, bytes, { path, site: way.url, chunkSize: 2 * MB });
        assert.equal(way.torn, 1);
        assert.ok(way.sent < bytes.length + 2 * MB + 100_000, `${way.sent} bytes were sent`);
        await assertArrived(site, path, bytes);
    });

    test('a program killed in the middle is no loss', async () => {
        const bytes = video(20 * MB), path = await anna.created(bytes.length);
        let killed = 0;
        await transfer(anna, bytes, {
            path, chunkSize: 2 * MB,
            onChunkComplete: (_, offset) => {
                if (offset !== 6 * MB) return;
                for (const pid of programs()) killed += process.kill(pid, 'SIGKILL');
            },
        });
        assert.ok(killed > 0);
        await assertArrived(site, path, bytes);
    });

    test('the database dies in the middle: 503, and the upload goes on when it is back', async () => {
        const bytes = video(20 * MB), path = await anna.created(bytes.length);
        const statuses = [], offsets = [];
        let pid;
        await transfer(anna, bytes, {
            path, chunkSize: 2 * MB,
            onChunkComplete: (_, offset) => {
                offsets.push(offset);
                if (offset !== 6 * MB) return;
                pid = site.pid('db');
                process.kill(pid, 'SIGKILL');
            },
            onAfterResponse: (_, response) => statuses.push(response.getStatus()),
        });
        assert.ok(pid);
        assert.ok(statuses.includes(503), `${statuses}`);
        assert.deepEqual(offsets, [...offsets].sort((a, b) => a - b), 'what had arrived stayed');
        site.connection?.close(); // of ours, to the server that died
        site.connection = undefined;
        await assertArrived(site, path, bytes);
    });

    test('of two writers at the same place one is taken', async () => {
        const bytes = video(16 * MB), path = await anna.created(2 * bytes.length);
        const answers = await Promise.all([1, 2, 3, 4].map(() => anna.send(path, 0, bytes)));
        const statuses = answers.map(({ status }) => status).sort();
        assert.equal(statuses[0], 204);
        for (const status of statuses.slice(1)) assert.ok(status === 409 || status === 423, `${statuses}`);
        assert.equal(await anna.offset(path), bytes.length);
        assert.equal(sha256(readFileSync(fileOf(site, path))), sha256(bytes));
    });

    test('while somebody writes, others are told to wait', async () => {
        const path = await anna.created(100);
        const holder = spawn('flock', [fileOf(site, path), 'sh', '-c', 'echo held; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
        await new Promise((done) => holder.stdout.once('data', done));
        assert.equal((await anna.ask('HEAD', path, TUS)).status, 423);
        assert.equal((await anna.send(path, 0, video(50))).status, 423);
        assert.equal((await anna.ask('DELETE', path, TUS)).status, 423);
        assert.equal((await ben.ask('HEAD', path, TUS)).status, 404);
        assert.match(site.job('sweep').output, /uploads=0 /);
        const ended = new Promise((done) => holder.once('exit', done));
        holder.stdin.end();
        await ended;
        assert.equal(await anna.offset(path), 0);
    });

    test('a piece whose sender goes away stays as far as it came', async () => {
        // As a plain CGI program, which reads from the sender: the web server passes whole requests
        // on.
        const bytes = video(3 * MB), path = await anna.created(bytes.length);
        const half = bytes.subarray(0, 2 * MB);
        const ran = spawnSync(join(site.built, 'handlers/tus'), [], {
            input: half,
            env: {
                OVS_CONF: site.conf, REQUEST_METHOD: 'PATCH', SCRIPT_NAME: path, REMOTE_ADDR: '127.0.0.1',
                CONTENT_LENGTH: String(bytes.length), CONTENT_TYPE: PIECE['Content-Type'],
                HTTP_AUTHORIZATION: anna.headers.Authorization, HTTP_TUS_RESUMABLE: '1.0.0', HTTP_UPLOAD_OFFSET: '0',
            },
        });
        assert.match(ran.stdout.toString(), /Upload-Offset: 2000000\r\n/);
        const rest = bytes.subarray(2 * MB), sum = createHash('sha256').update(rest).digest('base64');
        assert.equal((await anna.send(path, 2 * MB, rest, { 'Upload-Checksum': `sha256 ${sum}` })).status, 204);
        await assertArrived(site, path, bytes);
    });

    test('a damaged piece is not kept', async () => {
        const bytes = video(3 * MB), path = await anna.created(bytes.length);
        const sum = createHash('sha1').update(bytes).digest('base64');
        const other = Buffer.from(bytes);
        other[2 * MB] ^= 1;
        assert.equal((await anna.send(path, 0, other, { 'Upload-Checksum': `sha1 ${sum}` })).status, 460);
        assert.equal(statSync(fileOf(site, path)).size, 0);
        assert.equal((await anna.send(path, 0, bytes, { 'Upload-Checksum': `sha1 ${sum}` })).status, 204);
        await assertArrived(site, path, bytes);
    });

    test('a complete file without its video becomes one with the next question, or by the sweep', async () => {
        const bytes = video(100_000);
        const [asked, swept] = [await anna.created(bytes.length), await anna.created(bytes.length)];
        for (const path of [asked, swept]) writeFileSync(fileOf(site, path), bytes);

        const answers = await Promise.all([1, 2, 3].map(() => anna.ask('HEAD', asked, TUS)));
        assert.ok(answers.some((answer) => answer.headers.get('Video-Id')));
        await assertArrived(site, asked, bytes);

        assert.equal(site.job('sweep').status, 0);
        await assertArrived(site, swept, bytes);
        assert.equal(site.job('sweep').status, 0);
        await assertArrived(site, swept, bytes);
    });

    test('what expired is swept, its picture too, and what forms left behind', async () => {
        const path = await anna.created(100), folder = join(site.var, 'media/incoming');
        const yesterday = Date.now() / 1000 - 25 * 3600;
        for (const [name, old] of [['form-old', true], ['form-new', false], ['gone.poster', true], ['.torn', true], ['kept', true]]) {
            writeFileSync(join(folder, name), 'x');
            if (old) utimesSync(join(folder, name), yesterday, yesterday);
        }
        assert.equal(site.job('sweep').status, 0);
        assert.deepEqual(incoming(site).filter((name) => !/^[\w-]{22}$/.test(name)), ['form-new', 'kept']);
        rmSync(join(folder, 'form-new'));

        assert.equal(await anna.offset(path), 0);
        writeFileSync(fileOf(site, path) + '.poster', 'x');
        site.setClock(49 * HOUR_MS);
        assert.equal(site.job('sweep').status, 0);
        site.setClock(0);
        assert.equal(existsSync(fileOf(site, path)), false);
        assert.equal(existsSync(fileOf(site, path) + '.poster'), false);
    });

    test('a long text and a picture go along with the form', async () => {
        const description = 'ä'.repeat(5000), form = new FormData();
        const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(1000)]);
        for (const [name, value] of Object.entries({ title: 'Long', description, category: 'music', filename: 'b.mp4' }))
            form.append(name, value);
        form.append('poster', new Blob([picture], { type: 'image/png' }), 'me.png');
        const answer = await anna.ask('POST', '/upload/files/', { ...TUS, 'Upload-Length': '40' }, form);
        assert.equal(answer.status, 201);
        const path = answer.headers.get('Location');
        assert.deepEqual(readFileSync(fileOf(site, path) + '.poster'), picture);
        assert.equal(await site.sql.value("SELECT CHAR_LENGTH(description) FROM upload WHERE title = 'Long'"), '5000');
        assert.equal((await anna.ask('DELETE', path, TUS)).status, 204);
        assert.equal(site.job('sweep').status, 0);
        assert.equal(existsSync(fileOf(site, path) + '.poster'), false);
    });

    test('a form in one piece becomes a video, without a trace beside it', async () => {
        const bytes = video(5 * MB), form = new FormData();
        for (const [name, value] of Object.entries({ title: 'At once', category: 'music', visibility: 'unlisted' }))
            form.append(name, value);
        form.append('file', new Blob([bytes]), 'holiday.mp4');
        const answer = await anna.ask('POST', '/upload', {}, form);
        assert.equal(answer.status, 303, await answer.clone().text());
        assert.equal(answer.headers.get('Location'), '/studio?done=uploaded');
        const [[id, name]] = await site.sql.run("SELECT public_id, file_name FROM upload WHERE file_name = 'holiday.mp4'");
        assert.equal(name, 'holiday.mp4');
        await assertArrived(site, id, bytes);
        assert.equal(statSync(fileOf(site, id)).mode & 0o777, 0o640);
        assert.deepEqual(incoming(site).filter((file) => file.startsWith('form-')), []);
    });

    test('the site is stopped and started: the upload goes on where it was', async (t) => {
        const bytes = video(20 * MB), way = await proxy(new URL(site.url).port);
        t.after(() => way.close());
        const path = await anna.created(bytes.length);
        let restarted;
        await transfer(anna, bytes, {
            path, site: way.url, chunkSize: 2 * MB, retryDelays: Array(1000).fill(100),
            onChunkComplete: (_, offset) => {
                if (offset === 8 * MB) restarted = restart();
            },
        });
        await restarted;
        assert.ok(way.sent < bytes.length + 4 * MB, `${way.sent} bytes were sent`);
        await assertArrived(site, path, bytes);
    });
});

describe('the disk', { skip: process.getuid() !== 0 && 'needs root' }, () => {
    /* A small file system instead of the folder of all media. */
    const media = () => join(site.var, 'media');
    before(() => {
        const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', media()]);
        assert.equal(mounted.status, 0, String(mounted.stderr));
        mkdirSync(join(media(), 'incoming'));
    });
    after(() => spawnSync('umount', [media()]));

    test('no upload begins that would not fit', async () => {
        const answer = await anna.create(21 * MB);
        assert.equal(answer.status, 507);
        assert.match(await message(answer), /no room for 21\.0 MB/);
        assert.deepEqual(incoming(site), []);
    });

    test('filled up in the middle: 507, nothing lost, and on when there is room', async () => {
        const bytes = video(12 * MB), path = await anna.created(bytes.length), filler = join(media(), 'filler');
        assert.equal((await anna.send(path, 0, bytes.subarray(0, 4 * MB))).status, 204);

        writeFileSync(filler, Buffer.alloc(10 * MB));
        const full = await anna.send(path, 4 * MB, bytes.subarray(4 * MB));
        assert.equal(full.status, 507);
        assert.equal(full.headers.get('Upload-Offset'), String(4 * MB));
        assert.match(await message(full), /Nothing that has arrived is lost/);

        rmSync(filler);
        assert.equal((await anna.send(path, 4 * MB, bytes.subarray(4 * MB))).status, 204);
        await assertArrived(site, path, bytes);
    });
});

describe('limits', () => {
    before(async () => {
        await restart({ upload_max_bytes: 2 * MB, quota_bytes: 3 * MB, uploads_per_day: 6 });
        const help = (await site.sql.run("SHOW VARIABLES LIKE 'innodb_snapshot_isolation'")).flat();
        if (help.length) await site.sql.run('SET GLOBAL innodb_snapshot_isolation = OFF'); // MySQL has none
        anna = await Member.of(site, 'carol'); // who has no uploads yet
    });

    test('a file that is too large is refused with the limit, and what was typed stays', async () => {
        const files = incoming(site), answer = await anna.create(2 * MB + 1);
        assert.equal(answer.status, 413);
        assert.match(await message(answer), /A file may have at most 2\.0 MB/);

        const form = new FormData();
        form.append('title', 'Typed <b>');
        form.append('category', 'music');
        form.append('file', new Blob([video(2 * MB + 1)]), 'large.mp4');
        form.append('tags', 'behind the file');
        const page = await anna.ask('POST', '/upload', { Accept: 'text/html' }, form);
        const text = await page.text();
        assert.equal(page.status, 413, text);
        assert.match(text, /a file may have at most 2\.0 MB/);
        assert.match(text, /value="Typed &lt;b&gt;"/);
        assert.match(text, /value="behind the file"/);
        await until('what was sent is gone', () => incoming(site).join() === files.join());
    });

    test('the quota holds against uploads that begin at the same time', async () => {
        // Both wait for the count of the day, which comes after the look at the quota.
        await site.sql.run('BEGIN');
        await site.sql.run("SELECT n FROM throttle WHERE scope = 'upload' FOR UPDATE");
        const asked = [anna.create(1.6 * MB), anna.create(1.6 * MB)];
        await until('two wait', async () => await site.sql.value(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE command = 'Execute' AND user = 'ovs'") === '2');
        await site.sql.run('COMMIT');
        const answers = await Promise.all(asked);
        assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 413]);
        const text = await message(answers.find(({ status }) => status === 413));
        assert.match(text, /may take up 3\.0 MB in all; 1\.6 MB is in use and this file has 1\.6 MB/);

        // An upload that is given up makes room again.
        const path = answers.find(({ status }) => status === 201).headers.get('Location');
        assert.equal((await anna.ask('DELETE', path, TUS)).status, 204);
        await anna.created(1.6 * MB);
    });

    test('so many a day; a refusal does not count', async () => {
        await anna.ask('DELETE', (await anna.created(100)), TUS);
        await anna.ask('DELETE', (await anna.created(100)), TUS);
        await anna.ask('DELETE', (await anna.created(100)), TUS);
        await anna.ask('DELETE', (await anna.created(100)), TUS);
        const answer = await anna.create(100);
        assert.equal(answer.status, 429);
        assert.match(await message(answer), /At most 6 uploads can be started in a day\..*Try again in/);
    });
});
