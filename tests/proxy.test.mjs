/*
 * A site behind a proxy that ends TLS: nginx, HAProxy and Caddy with the configurations of
 * docs/operate.md. Who counts as one sender in each limit, whatever headers say; that forms, uploads,
 * ranges and beats pass; and that strangers' headers are ignored. Visitors come from addresses of
 * the loopback network; those with IPv6 addresses from a second trusted proxy, which is this test.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { after, before, describe, test } from 'node:test';
import { root, startSite, until } from './lib.mjs';

const NAME = 'video.example.org', PASSWORD = 'correct horse battery';
const HSTS = 'max-age=31536000';
const OUTER = '127.0.9.9'; // trusted as well: a proxy in front of the proxy
const MB = 1_000_000, HOUR_MS = 3_600_000;
const mediaKey = 'c0ffee'.repeat(10) + 'c0de', video = 'AbCdEfGhI-_';
const scratch = mkdtempSync(join(tmpdir(), 'ovs-proxy-'));
const files = { cert: join(scratch, 'cert.pem'), key: join(scratch, 'key.pem'), both: join(scratch, 'both.pem') };
const operate = readFileSync(join(root, 'docs/operate.md'), 'utf8');
let site, sitePort, ahead_ms = 0;

const siteNow_ms = () => Date.now() + ahead_ms;
function later(ms) {
    ahead_ms += ms;
    site.setClock(ahead_ms);
}

/* The site's clock goes on to five minutes past an hour, well within a window of each limit. */
const anHourLater = () => later(HOUR_MS + 300_000 - siteNow_ms() % HOUR_MS);

const freePort = () => new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => done(port));
    });
});

/* --- The proxies: what the documentation shows, with the ports and files of this test */

const shown = (language) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(operate)[1];

function changed(text, changes) {
    for (const [from, to] of changes) {
        assert.ok(text.includes(from), `the documentation has ${from}`);
        text = text.replaceAll(from, to);
    }
    return text;
}

const proxies = {
    nginx: {
        configure: (plain, port) => `
            ${process.getuid() === 0 ? 'user root root;' : ''}
            pid ${scratch}/nginx.pid; error_log ${scratch}/nginx.log; worker_processes 1; events {}
            http {
                access_log off;
                ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${scratch}/${name};`).join(' ')}
                ${changed(shown('nginx'), [['listen 80;', `listen 127.0.0.1:${plain};`],
                    ['listen [::]:80;', `listen [::1]:${plain};`], ['listen 443 ', `listen 127.0.0.1:${port} `],
                    ['listen [::]:443 ', `listen [::1]:${port} `], ['/etc/ssl/video.pem', files.cert],
                    ['/etc/ssl/private/video.key', files.key], ['127.0.0.1:8080', `127.0.0.1:${sitePort}`]])}
            }`,
        command: (file) => ['nginx', '-p', scratch, '-c', file, '-e', `${scratch}/nginx.log`, '-g', 'daemon off;'],
        appends: true,
    },
    haproxy: {
        configure: (plain, port) => changed(shown('haproxy'), [['bind :80\n', `bind 127.0.0.1:${plain}\n`],
            ['bind :::80 ', `bind ::1:${plain} `], ['bind :443 ', `bind 127.0.0.1:${port} `],
            ['bind :::443 ', `bind ::1:${port} `], ['/etc/ssl/video-and-key.pem', files.both],
            ['127.0.0.1:8080', `127.0.0.1:${sitePort}`]]),
        command: (file) => ['haproxy', '-db', '-q', '-f', file],
        appends: true,
    },
    caddy: {
        configure: (plain, port) => `{
                admin off
                http_port ${plain}
                https_port ${port}
                skip_install_trust
            }
            ${changed(shown('caddyfile'), [[`${NAME} {`, `${NAME} {\n bind 127.0.0.1\n tls internal`],
                ['127.0.0.1:8080', `127.0.0.1:${sitePort}`]])}`,
        command: (file) => ['caddy', 'run', '--config', file, '--adapter', 'caddyfile'],
        appends: false, // it replaces X-Forwarded-For
        hesitates: 'Caddy passes on when it likes a body of which a part has come',
        four: true, // with two addresses to listen on, 2.6.2 redirects on one of them only
    },
};

/* --- Visitors */

/* A request from an address of this machine: { status, headers, body }. */
function ask({ port, from, host = '127.0.0.1', secure = true }, method, path, { headers = {}, body } = {}) {
    const send = secure ? tlsRequest : plainRequest;
    return new Promise((done, failed) => {
        const options = { host, port, localAddress: from, method, path, servername: NAME, agent: false,
            rejectUnauthorized: false, headers: { Host: NAME, ...headers } };
        if (body !== undefined) options.headers['Content-Length'] = Buffer.byteLength(body);
        const request = send(options, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part));
            answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
            answer.on('error', failed);
        });
        request.on('error', failed);
        request.end(body);
    });
}

const JSON_HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json', Origin: `https://${NAME}`,
    'Sec-Fetch-Site': 'same-origin' };
const post = (way, path, fields, headers = {}) =>
    ask(way, 'POST', path, { headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(fields) });
const logIn = (way, name, password = PASSWORD, headers = {}) => post(way, '/login', { name, password }, headers);

async function tokenOf(way, name) {
    const answer = await logIn(way, name);
    assert.equal(answer.status, 200, answer.body.toString());
    return { Authorization: `Bearer ${JSON.parse(answer.body).token}` };
}

function newMember(handle) {
    const made = site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD]);
    assert.equal(made.status, 0, made.output);
}

const lastNetwork = () => site.sql.value('SELECT network FROM session ORDER BY id DESC LIMIT 1');

before(async () => {
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
        '-days', '9', '-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`, '-keyout', files.key,
        '-out', files.cert], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    writeFileSync(files.both, readFileSync(files.cert, 'utf8') + readFileSync(files.key, 'utf8'), { mode: 0o600 });
    site = await startSite({
        secrets: { media: mediaKey },
        set: {
            base_url: `https://${NAME}`, trusted_proxies: `127.0.0.1,${OUTER},0:0:0:0:0:0:0:1`, signups_per_day: 2,
            voucher_tries_per_hour: 2, search_per_minute: 3, suggestions_per_minute: 3,
        },
    });
    sitePort = Number(new URL(site.url).port);
    anHourLater();
    for (const handle of ['ann', 'ben', 'cleo', 'dora']) newMember(handle);
    mkdirSync(join(site.var, 'media/videos', video, 'full'), { recursive: true });
});
after(async () => {
    await site?.stop();
    rmSync(scratch, { recursive: true, force: true });
});

Object.entries(proxies).forEach(([name, kind], index) => describe(`behind ${name}`, {
    skip: spawnSync('which', [name], { env: { PATH: `${process.env.PATH}:/usr/sbin` } }).status ? `${name} is not installed` : false,
}, () => {
    const network = (n) => `127.${index + 1}.${n}`; // each proxy has visitors of its own
    let child, plain, port, errors = '';
    const from = (n, last = 7) => ({ port, from: `${network(n)}.${last}` });
    const six = (address, forged = '') => [{ port, from: OUTER },
        { 'X-Forwarded-For': forged ? `${forged}, ${address}` : address }];

    before(async () => {
        plain = await freePort();
        port = await freePort();
        const file = join(scratch, `${name}.conf`);
        writeFileSync(file, kind.configure(plain, port));
        const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, HOME: scratch, XDG_DATA_HOME: scratch, XDG_CONFIG_HOME: scratch };
        child = spawn('setpriv', ['--pdeathsig', 'TERM', ...kind.command(file)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (errors += text));
        await until(`${name} to answer`, async () => {
            if (child.exitCode !== null) throw new Error(`${name}: ${errors}`);
            return (await ask(from(0), 'GET', '/health').catch(() => ({}))).status === 200;
        });
        anHourLater();
    });
    after(async () => {
        if (!child || child.exitCode !== null) return;
        const ended = new Promise((done) => child.once('exit', done));
        child.kill('SIGTERM');
        await ended;
    });

    const forged = (n) => ({ 'X-Forwarded-For': `203.0.113.${n}, 198.51.100.${n}` });

    test('wrong passwords lock out their network, whatever they forge, and no other', async () => {
        for (let i = 1; i <= 5; i++)
            assert.equal((await logIn(from(1, i), 'ann', 'wrong horse battery', forged(i))).status, 400);
        assert.equal((await logIn(from(1, 6), 'ann', PASSWORD, forged(6))).status, 429);
        assert.equal((await logIn(from(1, 7), 'ann')).status, 429);
        assert.equal((await logIn(from(2), 'ann', PASSWORD, forged(1))).status, 200);
        assert.equal(await lastNetwork(), `${network(2)}.0/24`);
    });

    test('the list of logins names the network that each came from', async () => {
        const token = await tokenOf(from(3), 'ben');
        const answer = await ask(from(3), 'GET', '/account/sessions', { headers: { Accept: 'application/json', ...token } });
        assert.ok(JSON.parse(answer.body).sessions.some((session) => session.network === `${network(3)}.0/24`));
    });

    test('sign-ups are counted by network', async () => {
        const signUp = (way, n) => post(way, '/signup',
            { email: `${name}${n}@example.org`, handle: `${name}${n}`, name: '', password: 'a long walk in may' }, forged(n));
        const statuses = [];
        for (let n = 1; n <= 3; n++) statuses.push((await signUp(from(4, n), n)).status);
        assert.deepEqual(statuses, [200, 200, 429]);
        assert.equal((await signUp(from(5), 4)).status, 200);
    });

    test('wrong voucher codes are counted by network', async () => {
        const redeem = async (way, who, n) => {
            const headers = { ...await tokenOf(from(6), who), ...forged(n) };
            return (await post(way, '/subscribe', { voucher: 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA' }, headers)).status;
        };
        assert.equal(await redeem(from(7), 'ann', 1), 400);
        assert.equal(await redeem(from(7), 'ben', 2), 400);
        assert.equal(await redeem(from(7), 'cleo', 3), 429);
        assert.equal(await redeem(from(8), 'cleo', 4), 400);
        anHourLater(); // the next proxy's visitors are the same members
    });

    test('searches and suggestions are counted by network', async () => {
        for (const path of ['/search?q=', '/search/suggest?q=']) {
            const statuses = [];
            for (let n = 1; n <= 4; n++)
                statuses.push((await ask(from(9, n), 'GET', `${path}${name}${'abcd'[n - 1]}`, { headers: forged(n) })).status);
            assert.deepEqual(statuses, [200, 200, 200, 429], path);
            assert.equal((await ask(from(10), 'GET', `${path}${name}e`)).status, 200, path);
        }
    });

    test('bodies on their way are counted by address', { skip: kind.hesitates }, async (t) => {
        const body = 'x'.repeat(100_000); // too long for this form; but before that, somebody has to read it
        const whole = (way) => ask(way, 'POST', '/signup',
            { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body }).then(({ status }) => status);
        const held = Array.from({ length: 24 }, () => {
            const socket = connectTls({ host: '127.0.0.1', port, localAddress: from(17).from, servername: NAME, rejectUnauthorized: false });
            socket.on('error', () => {});
            socket.write(`POST /signup HTTP/1.1\r\nHost: ${NAME}\r\nX-Forwarded-For: 203.0.113.${Math.random()}\r\nContent-Length: 100000\r\n\r\nx`);
            return socket;
        });
        t.after(() => held.forEach((socket) => socket.destroy()));
        await until('the limit', async () => await whole(from(17)) === 429);
        assert.equal(await whole(from(18)), 413);
        for (const socket of held) socket.destroy();
        await until('its end', async () => await whole(from(17)) === 413);
    });

    test('IPv6 counts by its first 64 bits, and IPv4 written as IPv6 as IPv4', { skip: !kind.appends && 'it replaces what a proxy before it says, so no IPv6 address can be staged' }, async () => {
        const tryFrom = ([way, headers], password) => logIn(way, 'cleo', password, headers).then(({ status }) => status);
        const prefix = `2001:db8:${index}`;
        for (let i = 1; i <= 5; i++)
            assert.equal(await tryFrom(six(`${prefix}:1:${i}::${i}`, `203.0.113.${i}`), 'wrong horse battery'), 400);
        assert.equal(await tryFrom(six(`${prefix}:1:ffff::`), PASSWORD), 429);
        assert.equal(await tryFrom(six(`${prefix}:2::1`), PASSWORD), 200);
        assert.equal(await lastNetwork(), `${prefix}:2::/64`);
        assert.equal(await tryFrom(six(`::ffff:192.0.2.${index}`), PASSWORD), 200);
        assert.equal(await lastNetwork(), '192.0.2.0/24');
    });

    test('it answers on IPv6', { skip: kind.four && 'it is set up for one address here' }, async () => {
        const answer = await ask({ port, host: '::1' }, 'GET', '/health');
        assert.equal(answer.status, 200);
        assert.equal((await ask({ port: plain, host: '::1', secure: false }, 'GET', '/health')).status, 308);
    });

    test('plain HTTP leads to HTTPS, and everything promises it', async () => {
        const answer = await ask({ ...from(11), port: plain, secure: false }, 'GET', '/watch/x?t=1');
        assert.equal(answer.status, 308);
        assert.match(answer.headers.location, new RegExp(`^https://${NAME}(:\\d+)?/watch/x\\?t=1$`));
        const style = readdirSync(join(root, 'htdocs/assets')).find((file) => /^site-.*css$/.test(file));
        for (const path of ['/', `/assets/${style}`, '/nothing/here', '/media/x', '/favicon.svg']) {
            const { headers } = await ask(from(11), 'GET', path);
            assert.equal(headers['strict-transport-security'], HSTS, path);
        }
    });

    test('forms work: log-in by form, with cookies for HTTPS, and log-out', async () => {
        const form = await ask(from(12), 'GET', '/login');
        const cookies = new Map();
        const take = ({ headers }) => (headers['set-cookie'] ?? []).forEach((line) => {
            assert.match(line, /^__Host-.*; Secure$/);
            const [, key, value] = /^([^=]+)=([^;]*)/.exec(line);
            cookies.set(key, value);
        });
        take(form);
        const send = async (path, page, fields, headers = {}) => {
            const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)[1];
            const answer = await ask(from(12), 'POST', path, {
                headers: {
                    'Content-Type': 'application/x-www-form-urlencoded', Origin: `https://${NAME}`, 'Sec-Fetch-Site': 'same-origin',
                    Cookie: [...cookies].map((pair) => pair.join('=')).join('; '), ...headers,
                },
                body: new URLSearchParams({ csrf, ...fields }).toString(),
            });
            take(answer);
            return answer;
        };
        const foreign = await send('/login', form, { name: 'dora', password: PASSWORD }, { Origin: `http://127.0.0.1:${sitePort}` });
        assert.equal(foreign.status, 403);
        const answer = await send('/login', form, { name: 'dora', password: PASSWORD, next: '/account' });
        assert.equal(answer.status, 303, answer.body.toString());
        assert.equal(answer.headers.location, '/account');
        const account = await ask(from(12), 'GET', '/account', { headers: { Cookie: [...cookies].map((pair) => pair.join('=')).join('; ') } });
        assert.equal(account.status, 200);
        assert.equal(account.headers['cache-control'], 'no-store');
        assert.equal((await send('/logout', account, {})).headers['clear-site-data'], '"cache", "storage"');
    });

    test('an upload comes through in pieces', async () => {
        const token = await tokenOf(from(13), 'dora'), tus = { 'Tus-Resumable': '1.0.0', ...token };
        const bytes = randomBytes(9 * MB);
        bytes.write('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1');
        const created = await ask(from(13), 'POST', '/upload/files/', {
            headers: { ...tus, 'Upload-Length': String(bytes.length), 'Content-Type': 'application/x-www-form-urlencoded' },
            body: 'title=A+film&category=music',
        });
        assert.equal(created.status, 201, created.body.toString());
        const path = new URL(created.headers.location, `https://${NAME}`).pathname;
        for (const [start, end] of [[0, 8 * MB], [8 * MB, 9 * MB]]) {
            const sent = await ask(from(13), 'PATCH', path, {
                headers: { ...tus, 'Upload-Offset': String(start), 'Content-Type': 'application/offset+octet-stream' },
                body: bytes.subarray(start, end),
            });
            assert.equal(sent.status, 204, sent.body.toString());
        }
        const stored = readdirSync(join(site.var, 'media/incoming')).map((file) => readFileSync(join(site.var, 'media/incoming', file)));
        assert.ok(stored.some((file) => file.equals(bytes)));
    });

    test('ranges of media', async () => {
        const bytes = randomBytes(3 * MB);
        writeFileSync(join(site.var, 'media/videos', video, 'full/a.mp4'), bytes);
        const what = `${Math.floor(siteNow_ms() / 1000) + 600}/${video}/full`;
        const mac = createHmac('sha256', Buffer.from(mediaKey, 'hex')).update(what).digest('hex');
        const path = `/media/${mac}/${what}/a.mp4`;
        const part = await ask(from(14), 'GET', path, { headers: { Range: 'bytes=1000000-2499999' } });
        assert.equal(part.status, 206);
        assert.equal(part.headers['content-range'], `bytes 1000000-2499999/${bytes.length}`);
        assert.ok(part.body.equals(bytes.subarray(1_000_000, 2_500_000)));
        const whole = await ask(from(14), 'GET', path);
        assert.equal(createHash('sha256').update(whole.body).digest('hex'), createHash('sha256').update(bytes).digest('hex'));
        assert.equal((await ask(from(14), 'GET', path.replace(mac, '0'.repeat(64)))).status, 403);
    });

    test('plays and beats', async () => {
        const token = await tokenOf(from(15), 'dora');
        const id = `V${name.padEnd(10, '0')}`;
        const user = await site.sql.value("SELECT id FROM user WHERE handle = 'dora'");
        await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, state, visibility, length_ms,
            created_ms, published_ms) VALUES ('${id}', ${user}, 1, 'A film', 'ready', 'public', 600000, 1, 1)`.replace(/\s+/g, ' '));
        const play = await post(from(15), '/api/play', { video: id }, token);
        assert.equal(play.status, 200, play.body.toString());
        const { token: t, seq: q } = JSON.parse(play.body);
        later(16_000);
        const beat = await post(from(15), '/api/beat', { t, q, r: [[0, 15_000]], s: 'play' }, token);
        assert.equal(beat.status, 200, beat.body.toString());
    });

    test('metrics, with the token and not without', async () => {
        const secret = readFileSync(join(site.var, 'secrets/metrics'), 'utf8');
        assert.equal((await ask(from(16), 'GET', '/metrics')).status, 404);
        assert.equal((await ask(from(16), 'GET', '/metrics', { headers: { 'X-Forwarded-For': '127.0.0.1' } })).status, 404);
        const answer = await ask(from(16), 'GET', '/metrics', { headers: { Authorization: `Bearer ${secret}` } });
        assert.equal(answer.status, 200);
        assert.match(answer.body.toString(), /^ovs_database_up 1$/m);
    });
}));

describe('without a proxy that is trusted', () => {
    const direct = (from) => ({ port: sitePort, from, secure: false });

    test('what a stranger writes into the header is ignored', async () => {
        for (const header of ['X-Forwarded-For', 'X_Forwarded_For', 'Forwarded', 'X-Real-IP']) {
            const value = header === 'Forwarded' ? 'for=192.0.2.1' : '192.0.2.1';
            const { status } = await logIn(direct('127.0.77.7'), 'ben', PASSWORD, { [header]: value });
            if (header.includes('_') && status === 400) continue; // lighttpd from 1.4.83 on refuses such names
            assert.equal(status, 200);
            assert.equal(await lastNetwork(), '127.0.77.0/24', header);
        }
    });

    test('the name with underscores does not stand for the header of a trusted proxy', async () => {
        const both = { 'X-Forwarded-For': '198.51.100.9', 'X_Forwarded_For': '192.0.2.1' };
        assert.equal((await logIn(direct('127.0.0.1'), 'ben', PASSWORD, both)).status, 400); // two names, one variable
        const { status } = await logIn(direct('127.0.0.1'), 'ben', PASSWORD, { X_Forwarded_For: '192.0.2.1' });
        if (status === 400) return; // lighttpd from 1.4.83 on refuses such names
        assert.equal(status, 200);
        assert.equal(await lastNetwork(), '127.0.0.0/24');
    });

    test('an address that is none leaves that of the proxy', async () => {
        for (const value of ['unknown', '', 'x'.repeat(500), '1.2.3.4, _hidden']) {
            const answer = await logIn(direct('127.0.0.1'), 'ben', PASSWORD, { 'X-Forwarded-For': value });
            assert.equal(answer.status, 200, value);
            assert.equal(await lastNetwork(), '127.0.0.0/24', value);
        }
    });

    test('the next request on a connection is not taken for the one before', async () => {
        // One connection of the proxy carries requests of several visitors, and of one who is not named.
        const { Agent } = await import('node:http');
        const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: '127.0.0.1' });
        const send = (headers) => new Promise((done, failed) => {
            const body = JSON.stringify({ name: 'ben', password: PASSWORD });
            const request = plainRequest({ port: sitePort, host: '127.0.0.1', agent, method: 'POST', path: '/login',
                headers: { Host: NAME, ...JSON_HEADERS, ...headers, 'Content-Length': body.length } },
            (answer) => answer.resume().on('end', () => done(request.reusedSocket)));
            request.on('error', failed).end(body);
        });
        const networks = [];
        for (const address of ['198.51.100.1', '203.0.113.1', undefined]) {
            await send(address ? { 'X-Forwarded-For': address } : {});
            networks.push(await lastNetwork());
        }
        agent.destroy();
        assert.deepEqual(networks, ['198.51.100.0/24', '203.0.113.0/24', '127.0.0.0/24']);
    });
});
