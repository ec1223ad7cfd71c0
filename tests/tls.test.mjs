/*
 * TLS with tls = files: what is answered over HTTPS and over plain HTTP, which protocols and ciphers
 * are taken, and how a renewed certificate comes into use while somebody downloads. A proxy that ends
 * TLS: tests/proxy.test.mjs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { after, before, test } from 'node:test';
import { processesOf, root, startSite, until } from './lib.mjs';

const NAME = 'video.example';
const HSTS = /^Strict-Transport-Security: max-age=31536000\r$/m;
const mediaKey = 'c0ffee'.repeat(10) + 'c0de', video = 'AbCdEfGhI-_';
const scratch = mkdtempSync(join(tmpdir(), 'ovs-tls-'));
const certificate = join(scratch, 'cert.pem'), key = join(scratch, 'key.pem');
let site, port, httpsPort;

/* A new certificate comes into its place by rename, as from an ACME client. */
function renew() {
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
        '-nodes', '-days', '9', '-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`,
        '-keyout', `${key}.new`, '-out', `${certificate}.new`], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    renameSync(`${key}.new`, key);
    renameSync(`${certificate}.new`, certificate);
}

const freePort = () => new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = server.address();
        server.close(() => done(free));
    });
});

/* A connection to the HTTPS port, certificate not checked. */
const tls = (more = {}) => new Promise((done, failed) => {
    const options = { host: '127.0.0.1', port: httpsPort, servername: NAME, rejectUnauthorized: false, ...more };
    const socket = connect(options, () => done(socket)).once('error', failed);
});

/* All that comes back for bytes that are sent. */
const exchange = (socket, bytes) => new Promise((done) => {
    const parts = [];
    socket.on('data', (part) => parts.push(part)).on('error', () => {})
        .on('close', () => done(Buffer.concat(parts)));
    socket.write(bytes);
});
const overTls = async (bytes) => (await exchange(await tls(), bytes)).toString();
const overPlain = async (bytes) => (await exchange(createConnection(port, '127.0.0.1'), bytes)).toString();
const get = (path, more = '') => `GET ${path} HTTP/1.1\r\nHost: ${NAME}\r\nConnection: close\r\n${more}\r\n`;
const statusOf = (answer) => Number(answer.split(' ')[1]);

function signed(file, { scope = 'full', life_s = 600 } = {}) {
    const what = `${Math.floor(Date.now() / 1000) + life_s}/${video}/${scope}`;
    const mac = createHmac('sha256', Buffer.from(mediaKey, 'hex')).update(what).digest('hex');
    return `/media/${mac}/${what}/${file}`;
}

before(async () => {
    renew();
    httpsPort = await freePort();
    site = await startSite({
        secrets: { media: mediaKey },
        set: {
            tls: 'files', tls_cert: certificate, tls_key: key, https_port: httpsPort, bind: '127.0.0.1,::1',
            base_url: `https://${NAME}`,
        },
    });
    port = Number(new URL(site.url).port);
    mkdirSync(join(site.var, 'media/videos', video, 'full'), { recursive: true });
});
after(async () => {
    await site?.stop();
    rmSync(scratch, { recursive: true, force: true });
});

test('every answer over TLS promises HTTPS; refusals have a policy and are not stored', async () => {
    const style = readdirSync(join(root, 'htdocs/assets')).find((name) => /^site-.*css$/.test(name));
    writeFileSync(join(site.var, 'media/videos', video, 'full/a.mp4'), 'film');
    writeFileSync(join(site.var, 'media/avatars/k3J9xQ-ab_0.jpg'), 'x');
    const head = `Host: ${NAME}\r\nConnection: close\r\n`;
    const asked = [
        [200, get('/')], [200, get('/health')], [303, get('/account')], [200, get(`/assets/${style}`)],
        [200, get('/avatar/k3J9xQ-ab_0.jpg')], [200, get('/favicon.svg')], [200, get(signed('a.mp4'))],
        [206, get(signed('a.mp4'), 'Range: bytes=1-2\r\n')],
        [404, get('/nothing/here')], [404, get('/watch/AAAAAAAAAAA')], [404, get(signed('b.mp4'))],
        [404, get('/assets/site-NONE.css')], [403, get('/media/x')], [410, get(signed('a.mp4', { life_s: -9 }))],
        [405, `POST ${signed('a.mp4')} HTTP/1.1\r\n${head}Content-Length: 0\r\n\r\n`],
        [400, get('/..%2fx')], [400, 'nonsense\r\n\r\n'], [400, 'GET / HTTP/1.1\r\n\r\n'],
        [413, `POST /search HTTP/1.1\r\n${head}Content-Length: 9999999\r\n\r\n`],
        [431, get('/', `X: ${'x'.repeat(9000)}\r\n`)],
    ];
    for (const [status, bytes] of asked) {
        const answer = await overTls(bytes), what = `${bytes.slice(0, 60)}\n${answer.slice(0, 600)}`;
        assert.equal(statusOf(answer), status, what);
        assert.match(answer, HSTS, what);
        assert.match(answer, /^X-Content-Type-Options: nosniff\r$/m, what);
        if (status < 400) continue;
        assert.match(answer, /^Content-Security-Policy: default-src 'none'/m, what);
        assert.match(answer, /^Cache-Control: no-(store|cache)\r$/m, what);
    }
    for (const path of ['/media/x', signed('a.mp4', { life_s: -9 }), '/nothing/here'])
        assert.match(await overTls(get(path)), /^Cache-Control: no-store\r$/m);
});

test('plain HTTP redirects to base_url and promises nothing; only proof for the authority is served', async () => {
    const answer = await overPlain(get('/watch/AAAAAAAAAAA?t=5&x=%20', 'X-Forwarded-Proto: https\r\n'));
    assert.equal(statusOf(answer), 308);
    assert.match(answer, new RegExp(`^Location: https://${NAME}/watch/AAAAAAAAAAA\\?t=5&x=%20\r$`, 'm'));
    assert.doesNotMatch(answer, HSTS);
    const other = await overPlain(`POST /login HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    assert.match(other, new RegExp(`^Location: https://${NAME}/login\r$`, 'm'));
    for (const path of ['/assets/x', '/media/x', '/upload', '/.well-known/security.txt'])
        assert.equal(statusOf(await overPlain(get(path))), 308, path);
    writeFileSync(join(site.var, 'acme/tok-EN_1'), 'tok-EN_1.thumbprint');
    const proof = await overPlain(get('/.well-known/acme-challenge/tok-EN_1'));
    assert.equal(statusOf(proof), 200);
    assert.match(proof, /tok-EN_1\.thumbprint$/);
    assert.equal(statusOf(await overPlain(get('/.well-known/acme-challenge/other'))), 404);
    assert.equal(statusOf(await overPlain(get('/.well-known/acme-challenge/'))), 404);
});

test('IPv6 has it, too', async () => {
    const answer = (await exchange(await tls({ host: '::1' }), get('/health'))).toString();
    assert.equal(statusOf(answer), 200);
});

test('TLS 1.2 and 1.3, and nothing older', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
        const socket = await tls({ minVersion: version, maxVersion: version });
        assert.equal(socket.getProtocol(), version);
        socket.destroy();
    }
    for (const version of ['TLSv1', 'TLSv1.1'])
        await assert.rejects(tls({ minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }),
            /alert protocol version/i);
});

test('ciphers with forward secrecy and authenticated encryption only', (t) => {
    const scan = spawnSync('sslscan', ['--no-colour', '--no-cipher-details', `--sni-name=${NAME}`,
        `127.0.0.1:${httpsPort}`], { encoding: 'utf8' });
    if (scan.error) return t.skip('sslscan is not installed');
    const enabled = [...scan.stdout.matchAll(/^((?:SSL|TLS)v\S+) +enabled/gm)].map(([, version]) => version);
    assert.deepEqual(enabled, ['TLSv1.2', 'TLSv1.3'], scan.stdout);
    const ciphers = [...scan.stdout.matchAll(/^(?:Preferred|Accepted) +(\S+) +\d+ bits +(\S+)/gm)];
    assert.ok(ciphers.length >= 5, scan.stdout);
    for (const [, version, cipher] of ciphers)
        assert.match(cipher, version === 'TLSv1.3' ? /^TLS_/ : /^ECDHE-.*(GCM|POLY1305)/);
    const groups = [...scan.stdout.matchAll(/^TLSv1\.3 +\d+ bits +(\S+)/gm)].map(([, group]) => group);
    assert.ok(groups.includes('x25519') && !groups.some((group) => group.startsWith('ffdhe')), scan.stdout);
});

test('HTTP/2 is offered by a lighttpd that withstands floods of resets', async () => {
    const env = { PATH: `${process.env.PATH}:/usr/sbin` };
    const [, version, patch] = /lighttpd.(1\.4\.(\d+))/.exec(spawnSync('lighttpd', ['-v'], { env, encoding: 'utf8' }).stdout);
    const safe = Number(patch) >= 80;
    const socket = await tls({ ALPNProtocols: ['h2', 'http/1.1'] });
    assert.equal(socket.alpnProtocol, safe ? 'h2' : 'http/1.1', version);
    if (!safe) return socket.destroy();
    const session = http2.connect(`https://${NAME}`, { createConnection: () => socket });
    const answers = await Promise.all(['/', '/nothing/here', '/health'].map((path) => new Promise((done, failed) => {
        session.request({ ':path': path }).on('response', done).on('error', failed).resume();
    })));
    session.destroy();
    assert.deepEqual(answers.map((headers) => headers[':status']), [200, 404, 200]);
    for (const headers of answers) assert.equal(headers['strict-transport-security'], 'max-age=31536000');
});

test('logging in works, with cookies for this host and HTTPS only', async () => {
    site.job('admin', ['user', 'add', 'ann@example.org', 'ann', '--password', 'correct horse battery']);
    const form = await overTls(get('/login'));
    const [, visitor] = /^Set-Cookie: (__Host-pre=[^;]+); .*Secure/m.exec(form);
    const [, token] = /name="csrf" value="([^"]+)"/.exec(form);
    const body = new URLSearchParams({ csrf: token, name: 'ann', password: 'correct horse battery' }).toString();
    const answer = await overTls(`POST /login HTTP/1.1\r\nHost: ${NAME}\r\nConnection: close\r\nCookie: ${visitor}\r\n` +
        `Origin: https://${NAME}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`);
    assert.equal(statusOf(answer), 303, answer);
    assert.match(answer, /^Set-Cookie: __Host-rt=[^;]+; Path=\/; .*HttpOnly; SameSite=Lax; Secure\r$/m);
});

test('a renewed certificate comes into use while somebody downloads, who gets all', async () => {
    const bytes = randomBytes(24 << 20);
    writeFileSync(join(site.var, 'media/videos', video, 'full/long.mp4'), bytes);
    const fingerprint = async () => {
        const socket = await tls();
        const { fingerprint256 } = socket.getPeerCertificate();
        socket.destroy();
        return fingerprint256;
    };
    const old = await fingerprint(), pid = site.pid('web');
    const download = await tls();
    const hash = createHash('sha256');
    let got = 0, body;
    const ended = new Promise((done) => download.once('close', done));
    const begun = new Promise((done) => download.once('readable', done));
    download.write(get(signed('long.mp4')));
    await begun; // it is being sent; the rest waits until it is read
    renew();
    const done = spawnSync(join(root, 'lighttpd/web'), ['--reload'],
        { env: { ...process.env, OVS_CONF: site.conf, B: site.built }, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    await until('the new certificate', async () => await fingerprint() !== old);
    assert.equal(statusOf(await overTls(get('/health'))), 200);
    download.on('data', (part) => {
        if (body === undefined) {
            const end = part.indexOf('\r\n\r\n');
            assert.equal(statusOf(part.toString('latin1')), 200);
            part = part.subarray(end + 4);
            body = true;
        }
        hash.update(part);
        got += part.length;
    });
    await ended;
    assert.equal(got, bytes.length);
    assert.equal(hash.digest('hex'), createHash('sha256').update(bytes).digest('hex'));
    assert.equal(Number(readFileSync(join(site.var, 'run/lighttpd.pid'), 'utf8')), pid);
    const servers = () => processesOf(site.var).filter(({ command }) => command.endsWith('lighttpd')).map((process) => process.pid);
    await until('the end of who sent the download', () => servers().length === 1);
    assert.deepEqual(servers(), [pid], 'the first process is the one that stays');
});

test('a certificate that cannot be used is said to be so, and the old one stays in use', async () => {
    const before = readFileSync(certificate, 'utf8');
    writeFileSync(certificate, 'nonsense');
    const env = { ...process.env, OVS_CONF: site.conf, B: site.built };
    const check = spawnSync(join(root, 'lighttpd/web'), ['--check'], { env, encoding: 'utf8' });
    assert.notEqual(check.status, 0);
    assert.match(check.stderr, /cert\.pem/);
    const reload = spawnSync(join(root, 'lighttpd/web'), ['--reload'], { env, encoding: 'utf8' });
    assert.notEqual(reload.status, 0);
    assert.match(reload.stderr, /cert\.pem/);
    assert.equal(statusOf(await overTls(get('/health'))), 200);
    writeFileSync(certificate, before);
});
