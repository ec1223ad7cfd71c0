/*
 * The logs: one request id from lighttpd to the jobs, what is in which file, and what never is in any:
 * tokens, signatures, cookies, bodies. Files may be rotated under load, and `admin log` reads them all.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import {
    chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Browser, formBody, headerOf, overHttp } from './http/ask.mjs';
import { makeFilm, root, startSite, until } from './lib.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'ovs-logs-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const LOGS = ['access.log', 'error.log', 'jobs.log', 'security.log'];
const RID = /^[A-Za-z0-9_-]{16}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}|\d{6})Z /;
const key = 'c0ffee'.repeat(10) + 'c0de';
const video = 'AbCdEfGhI-_';

/* Everything in VAR/log, of all files, also of those set aside. */
function everything(site) {
    return readdirSync(join(site.var, 'log')).map((name) => {
        const bytes = readFileSync(join(site.var, 'log', name));
        return name.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
    }).join('\n');
}

/* The lines of one log, also of the files set aside. */
function linesOf(site, log) {
    return readdirSync(join(site.var, 'log')).filter((name) => name.startsWith(log)).flatMap((name) => {
        const bytes = readFileSync(join(site.var, 'log', name));
        return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n').filter(Boolean);
    });
}

const field = (line, name) => new RegExp(` ${name}=(?:"([^"]*)"|(\\S+))`).exec(line)?.slice(1).find((x) => x !== undefined);

/* lighttpd keeps lines of access.log in memory for some seconds; SIGHUP makes it write them. */
async function accessLine(site, rid) {
    process.kill(site.pid('web'), 'SIGHUP');
    return until(`the line of ${rid} in access.log`, () =>
        linesOf(site, 'access.log').find((line) => field(line, 'rid') === rid));
}

const aStatementWaits = (site) => until('a statement that waits', async () =>
    Number(await site.sql.value("SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting%'")));

/* The head of the answer to a request sent byte for byte. */
const sent = (site, bytes) => new Promise((done, failed) => {
    const socket = createConnection(new URL(site.url).port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (text) => (answer += text));
    socket.on('error', failed).on('close', () => done(answer));
});

/* A person with a browser; all that it ever sent or got that nobody else may know is in `secrets`. */
class Person {
    browser = new Browser();
    secrets = [];

    constructor(site, handle) {
        Object.assign(this, { site, handle, password: `the secret of ${handle}` });
        this.secrets.push(this.password);
    }

    async ask(method, path, form = '', files = []) {
        const headers = [['accept', 'text/html'], ['host', new URL(this.site.url).host]];
        if (this.browser.cookies.size) headers.push(['cookie', this.browser.cookieHeader]);
        let body = Buffer.alloc(0);
        if (method === 'POST') {
            const sent = formBody(`${form}&csrf=${this.csrf}`, files);
            headers.push(['content-type', sent.type], ['content-length', String(sent.bytes.length)]);
            body = sent.bytes;
        }
        const answer = await overHttp(this.site, { method, path, headers, body });
        this.browser.take(answer);
        this.secrets.push(...[...this.browser.cookies.values()].filter((value) => value.length > 8));
        this.csrf = / name="csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? this.csrf;
        if (this.csrf) this.secrets.push(this.csrf);
        return { ...answer, rid: headerOf(answer.headers, 'x-request-id'), location: headerOf(answer.headers, 'location') };
    }

    async logIn(password = this.password) {
        await this.ask('GET', '/login');
        return this.ask('POST', '/login', `name=${this.handle}&password=${password}`);
    }
}

function add(site, handle, role = 'member') {
    const added = site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--role', role, '--password-stdin'],
        `the secret of ${handle}\n`);
    assert.equal(added.status, 0, added.output);
}

function signed(file, life_s = 600) {
    const what = `${Math.floor(Date.now() / 1000) + life_s}/${video}/full`;
    const mac = createHmac('sha256', Buffer.from(key, 'hex')).update(what).digest('hex');
    return { mac, path: `/media/${mac}/${what}/${file}` };
}

describe('a member who logs in, uploads and pays', () => {
    let site, mia, film;
    const log = (...args) => {
        const ran = site.job('admin', ['log', ...args]);
        assert.equal(ran.status, 0, ran.output);
        return ran.output.split('\n').filter(Boolean);
    };
    const security = (what) => linesOf(site, 'security.log').filter((line) => field(line, 'msg').startsWith(what));

    before(async () => {
        site = await startSite({ set: { slow_statement_ms: 0 }, secrets: { media: key } });
        add(site, 'mia');
        add(site, 'olga', 'operator');
        mia = new Person(site, 'mia');
        film = makeFilm(join(scratch, 'film.mp4'), { seconds: 1 });
    });
    after(() => site.stop());

    test('has one id in the answer and in every line of the request', async () => {
        const answer = await mia.ask('GET', '/search?q=tell-nobody');
        assert.match(answer.rid, RID);
        const access = await accessLine(site, answer.rid);
        assert.match(access, TIME);
        assert.equal(field(access, 'status'), '200');
        assert.equal(field(access, 'addr'), '127.0.0.0/24');
        assert.equal(field(access, 'msg'), 'GET /search');
        const [line] = linesOf(site, 'error.log').filter((line) => field(line, 'rid') === answer.rid);
        assert.match(line, TIME);
        for (const [name, value] of Object.entries({ lvl: 'info', h: 'search', addr: '127.0.0.0/24', user: '0', status: '200' }))
            assert.equal(field(line, name), value, line);
        const forged = await fetch(site.url + '/', { headers: { 'X-Request-Id': 'AAAAAAAAAAAAAAAA', 'Request-Id': 'x' } });
        assert.notEqual(forged.headers.get('x-request-id'), 'AAAAAAAAAAAAAAAA');
    });

    test('is in the security log with each right and wrong password, and by nobody else\'s name', async () => {
        const wrong = await mia.logIn('a wrong guess of hers');
        mia.secrets.push('a wrong guess of hers', 'a+wrong+guess+of+hers');
        assert.equal(wrong.status, 400);
        const right = await mia.logIn();
        assert.equal(right.status, 303);
        const id = await site.sql.value("SELECT id FROM user WHERE handle = 'mia'");
        const [first, second] = security('log-in');
        assert.deepEqual([field(first, 'status'), field(first, 'user'), field(first, 'about'), field(first, 'rid')],
            ['400', '0', `member:${id}`, wrong.rid]);
        assert.deepEqual([field(second, 'status'), field(second, 'user'), field(second, 'rid')], ['303', id, right.rid]);
        const stranger = new Person(site, 'my-password-typed-here');
        await stranger.logIn();
        assert.equal(security('log-in').length, 3);
        assert.doesNotMatch(everything(site), /my-password-typed-here/);
        const found = log('member', 'mia');
        for (const rid of [wrong.rid, right.rid])
            assert.ok(found.some((line) => field(line, 'rid') === rid && field(line, 'h') === 'login'), rid);
    });

    test('is followed from an upload to its processing', async () => {
        await mia.ask('GET', '/upload');
        const answer = await mia.ask('POST', '/upload', 'title=A film&category=music&visibility=public',
            [{ field: 'file', path: film, name: 'film.mp4' }]);
        assert.equal(answer.status, 303, answer.body);
        assert.equal(site.job('transcode').status, 0);
        const id = await site.sql.value('SELECT public_id FROM video');
        const lines = log('video', id);
        const times = lines.map((line) => line.split(' ')[0]);
        assert.deepEqual(times, [...times].sort());
        const jobs = lines.filter((line) => field(line, 'h') === 'transcode' && field(line, 'about') === `video:${id}`);
        assert.ok(jobs.length >= 2);
        for (const line of jobs) {
            assert.equal(field(line, 'rid'), answer.rid);
            assert.match(field(line, 'run'), RID);
        }
        assert.equal(field(jobs.at(-1), 'status'), 'ok');
        assert.ok(lines.some((line) => field(line, 'h') === 'upload' && field(line, 'about') === `video:${id}`));
        await accessLine(site, answer.rid);
        assert.ok(log('video', id).some((line) => field(line, 'h') === 'lighttpd' && field(line, 'rid') === answer.rid));
        assert.ok(log('request', answer.rid).some((line) => field(line, 'h') === 'transcode'));
        const play = await fetch(`${site.url}/api/play`, {
            method: 'POST', body: JSON.stringify({ video: id }),
            headers: { 'Content-Type': 'application/json', Cookie: mia.browser.cookieHeader },
        });
        const { media_url, token } = await play.json();
        mia.secrets.push(token, media_url.split('/')[2]);
        await fetch(site.url + media_url);
        await fetch(site.url + media_url.replace('/full/', '/poster/'));
        assert.ok(log('video', id).some((line) => field(line, 'h') === 'play'));
    });

    test('is followed through a payment', async () => {
        await mia.ask('GET', '/subscribe');
        const opened = await mia.ask('POST', '/subscribe', 'months=1');
        const page = opened.location;
        assert.match(page, /^\/pay\/test\//);
        await mia.ask('GET', page);
        const paid = await mia.ask('POST', page, 'choice=pay');
        assert.equal(paid.status, 303);
        const lines = log('payment', page.split('/').pop());
        for (const rid of [opened.rid, paid.rid])
            assert.ok(lines.some((line) => field(line, 'rid') === rid && field(line, 'about')?.startsWith('payment:')), rid);
        const refund = await mia.ask('POST', '/subscribe/refund');
        assert.equal(refund.status, 303, refund.body);
        assert.equal(field(security('refund')[0], 'rid'), refund.rid);
    });

    test('leaves a line of what was refused and of what operators did', async () => {
        const mod = new Person(site, 'olga');
        await mod.logIn();
        await mod.ask('GET', '/admin/money');
        const id = await site.sql.value("SELECT id FROM user WHERE handle = 'mia'");
        const opened = await mod.ask('POST', '/admin/reports', 'do=open&channel=mia');
        const number = opened.location.split('/').pop();
        await mod.ask('POST', opened.location, 'do=take');
        assert.ok(security('moderation').some((line) => field(line, 'about') === `case:${number}`));
        await mod.ask('POST', '/admin/acts/new/payouts-off', 'do=confirm&reason=a%20secret%20one');
        assert.equal(field(security('act payouts-off by an operator')[0], 'about'), 'act:1');
        assert.equal(security('a secret one').length, 0);
        mod.csrf = '123456.' + 'ab'.repeat(32);
        await mod.ask('POST', '/admin/settings/terms', 'do=save&value=body-of-the-terms&reason=body-of-the-reason');
        assert.equal(field(security('refused, no valid form token')[0], 'status'), '403');
        const cross = await fetch(site.url + '/login', { method: 'POST', headers: { Origin: 'https://evil.example' } });
        assert.equal(cross.status, 403);
        assert.equal(security('refused, a form of another site').length, 1);
        await mia.logIn();
        assert.equal((await mia.ask('GET', '/admin/money')).status, 404);
        assert.equal(field(security('refused, the role is too low')[0], 'user'), id);
        await mia.ask('POST', '/logout');
        assert.equal(security('log-out').length, 1);
        site.job('admin', ['user', 'password', 'mia', '--password', 'thrown away at once 1']);
        const [act] = linesOf(site, 'security.log').filter((line) => line.includes('user password mia'));
        assert.match(field(act, 'msg'), /^command by \S+.*: user password mia --password \.\.\.$/);
        assert.equal(field(act, 'status'), 'ok');
        assert.doesNotMatch(everything(site), /thrown away at once|mia@example/);
        assert.equal(linesOf(site, 'security.log').filter((line) => line.includes('log member')).length, 0);
        mia.secrets.push(...mod.secrets, 'body-of-the-terms');
    });

    test('leaves none of it in any log, nor do requests that lighttpd refuses', async () => {
        mkdirSync(join(site.var, 'media/videos', video, 'full'), { recursive: true });
        const long = signed(`${'a'.repeat(300)}.mp4`), good = signed('none.mp4'), old = signed('x.mp4', -9000);
        const head = 'Host: 127.0.0.1\r\nConnection: close\r\n\r\n';
        const status = async (path) => Number((await sent(site, `GET ${path} HTTP/1.1\r\n${head}`)).split(' ')[1]);
        assert.equal(await status(good.path), 404);
        assert.equal(await status(old.path), 410);
        assert.ok([404, 500].includes(await status(long.path)));
        for (const path of [`${good.path}/..%2f`, `${good.path}/../x`, `${good.path}%00`, `//media/${good.mac}/x`,
            `/media%2f${good.mac}`, `http://127.0.0.1${good.path}/..`, `${good.path}/${'b'.repeat(9000)}`])
            assert.ok([400, 403, 404, 431].includes(await status(path)), path);
        const marks = ['query-mark-1', 'cookie-mark-2', 'header-mark-3', 'body-mark-4'];
        await sent(site, `GET /search?q=query-mark-1&%zz HTTP/1.1\r\nCookie: at=cookie-mark-2\r\n${head}`);
        await sent(site, `GET / HTTP/1.1\r\nCookie: at=cookie-mark-2${'c'.repeat(9000)}\r\n${head}`);
        await sent(site, `GET / HTTP/1.1\r\nheader-mark-3\r\nAuthorization: Bearer header-mark-3\r\n${head}`);
        await sent(site, `POST /login HTTP/1.1\r\nContent-Length: 11\r\nContent-Type: x/y\r\n${head}body-mark-4`);
        process.kill(site.pid('web'), 'SIGHUP');
        await until('a line of the last request', () => linesOf(site, 'access.log').some((line) => line.includes('POST /login') && field(line, 'status') === '415'));
        const all = everything(site);
        for (const secret of [...mia.secrets, ...marks, good.mac, old.mac, long.mac, key]) {
            assert.ok(!all.includes(secret), `${secret} is in a log`);
            assert.ok(!all.includes(encodeURIComponent(secret)), `${secret} is in a log`);
        }
        assert.ok(mia.secrets.length > 20);
        for (const line of LOGS.flatMap((name) => linesOf(site, name)))
            assert.match(line, TIME);
    });

    test('leaves no query behind when a program dies under a request', async () => {
        await site.flushCache();
        await site.sql.run('LOCK TABLES category WRITE');
        const asked = fetch(site.url + '/browse?q=query-mark-5', { headers: { Connection: 'close' } }).catch(() => {});
        await aStatementWaits(site);
        for (const pid of site.pids('handlers/browse')) process.kill(pid, 'SIGKILL');
        await asked;
        await site.sql.run('UNLOCK TABLES');
        await until('what lighttpd says', () => /gw_backend.*\/browse\?/.test(site.log('error.log')));
        assert.doesNotMatch(everything(site), /query-mark-5/);
    });

    test('brings a failing and a slow statement into the log by their names, without values', async () => {
        await site.sql.run('ALTER TABLE user MODIFY display_name VARCHAR(10) NOT NULL');
        const name = 'A name too long for it';
        await mia.logIn();
        add(site, 'nora');
        const nora = new Person(site, 'nora');
        await nora.logIn();
        await nora.ask('GET', '/account');
        const answer = await nora.ask('POST', '/account', `handle=nora&name=${name}&about=`);
        await site.sql.run('ALTER TABLE user MODIFY display_name VARCHAR(60) NOT NULL');
        const [line] = linesOf(site, 'error.log').filter((line) => field(line, 'rid') === answer.rid && field(line, 'lvl') === 'error');
        assert.match(field(line, 'msg'), /^db statement=q_\w+ errno=1406 rc=invalid: /);
        assert.ok(!everything(site).includes(name));
    });
});

test('a bank transfer that an operator books belongs to the request that asked for it', async () => {
    const site = await startSite({ set: { pay_provider: 'manual', bank_holder: 'Video Ltd', bank_iban: 'DE89370400440532013000' } });
    add(site, 'mia');
    const mia = new Person(site, 'mia');
    await mia.logIn();
    await mia.ask('GET', '/subscribe');
    const opened = await mia.ask('POST', '/subscribe', 'months=1');
    const reference = await site.sql.value('SELECT reference FROM checkout');
    assert.equal(site.job('admin', ['pay', 'confirm', reference, '9.99']).status, 0);
    const lines = site.job('admin', ['log', 'payment', reference]).output.split('\n').filter(Boolean);
    const act = lines.find((line) => field(line, 'h') === 'admin' && field(line, 'lvl') === 'security');
    assert.equal(field(act, 'about'), `payment:${reference}`);
    assert.equal(field(act, 'rid'), opened.rid);
    assert.match(field(act, 'msg'), new RegExp(`^command by .*: pay confirm ${reference} 9\\.99$`));
    assert.ok(lines.some((line) => field(line, 'h') === 'subscribe' && field(line, 'rid') === opened.rid));
    await site.stop();
});

test('the access log shortens addresses as the programs do', async () => {
    const site = await startSite({ set: { trusted_proxies: '127.0.0.1' } });
    for (const [address, network] of [
        ['192.0.2.77', '192.0.2.0/24'],
        ['2001:db8::1', '2001:db8::/64'],
        ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
        ['2001:DB8:0:0042::9', '2001:db8:0:42::/64'],
        ['2001:db8:0:1::', '2001:db8:0:1::/64'],
        ['2001:0:0:5::1', '2001:0:0:5::/64'],
        ['fe80::10', 'fe80::/64'],
        ['::2', '::/64'],
        ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ]) {
        const answer = await fetch(site.url + '/health', { headers: { 'X-Forwarded-For': address } });
        const rid = answer.headers.get('x-request-id');
        const [line] = linesOf(site, 'error.log').filter((line) => field(line, 'rid') === rid);
        assert.equal(field(line, 'addr'), network, address);
        assert.equal(field(await accessLine(site, rid), 'addr'), network, address);
    }
    await site.stop();
});

test('slow statements are named, addresses are whole if so wanted', async () => {
    const site = await startSite({ set: { slow_statement_ms: 1, log_addresses: 'full' } });
    await site.sql.run('LOCK TABLES category WRITE');
    const asked = fetch(site.url + '/browse');
    await aStatementWaits(site);
    await site.sql.run('UNLOCK TABLES');
    const rid = (await asked).headers.get('x-request-id');
    const lines = linesOf(site, 'error.log').filter((line) => field(line, 'rid') === rid);
    assert.ok(lines.some((line) => /^db statement=q_\w+ ms=\d+ is slow$/.test(field(line, 'msg'))), lines.join('\n'));
    assert.ok(lines.every((line) => field(line, 'addr') === '127.0.0.1'));
    assert.equal(field(await accessLine(site, rid), 'addr'), '127.0.0.1');
    await site.stop();
});

test('rotation under load loses no line', async (t) => {
    if (spawnSync('logrotate', ['--version']).error) return t.skip('there is no logrotate');
    const site = await startSite();
    const folder = join(site.var, 'log'), rotate = join(scratch, 'logrotate.conf');
    const config = readFileSync(join(root, 'lighttpd/logrotate.conf'), 'utf8')
        .replace('/var/log/openvidstreamer/*.log', LOGS.map((name) => join(folder, name)).join(' '))
        .replaceAll('/var/lib/openvidstreamer/run', join(site.var, 'run')).replace(/^ *su .*\n/m, '');
    writeFileSync(rotate, config);
    chmodSync(rotate, 0o644);
    const rids = [];
    let rotated = 0, done = false;
    const asking = Array.from({ length: 4 }, async () => {
        while (!done) {
            const answer = await fetch(site.url + '/health');
            rids.push(answer.headers.get('x-request-id'));
            await answer.text();
        }
    });
    for (; rotated < 6; rotated++) {
        const before = rids.length;
        await until('more requests', () => rids.length > before + 40);
        const ran = spawnSync('logrotate', ['--force', '--state', join(scratch, 'state'), rotate], { encoding: 'utf8' });
        assert.equal(ran.status, 0, ran.stderr);
    }
    done = true;
    await Promise.all(asking);
    const first = site.job('admin', ['log', 'request', rids[0]]);
    assert.equal(first.output.split('\n').filter(Boolean).length, 2, first.output); // of lighttpd and of health
    await site.stop({ keep: true });
    assert.ok(readdirSync(folder).some((name) => name.endsWith('.gz')));
    for (const log of ['access.log', 'error.log']) {
        const logged = linesOf(site, log).map((line) => field(line, 'rid'));
        const times = new Map();
        for (const rid of logged) times.set(rid, (times.get(rid) ?? 0) + 1);
        assert.deepEqual(rids.filter((rid) => times.get(rid) !== 1), [], log);
    }
    rmSync(site.var, { recursive: true });
});

test('logs beyond log_max_bytes are set aside by the sweep, and what lighttpd writes goes on', async () => {
    const site = await startSite({ set: { log_max_bytes: 2000 } });
    const rids = [];
    for (let i = 0; i < 30; i++) rids.push((await fetch(site.url + '/health')).headers.get('x-request-id'));
    await accessLine(site, rids.at(-1));
    assert.match(site.job('sweep').output, /logs=2/);
    assert.match(site.log('jobs.log'), /logs=2/);
    const old = readdirSync(join(site.var, 'log')).filter((name) => name.endsWith('.old')).sort();
    assert.deepEqual(old, ['access.log.old', 'error.log.old']);
    const after = (await fetch(site.url + '/health')).headers.get('x-request-id');
    await accessLine(site, after);
    assert.ok(site.log('access.log').includes(after) && site.log('error.log').includes(after));
    assert.equal(statSync(join(site.var, 'log/error.log')).mode & 0o777, 0o660);
    await site.stop();
});

test('a log that cannot be written goes to stderr; nobody else\'s may be linked there', async () => {
    const site = await startSite();
    rmSync(join(site.var, 'log/jobs.log'), { force: true });
    spawnSync('ln', ['-s', join(scratch, 'elsewhere'), join(site.var, 'log/jobs.log')]);
    assert.match(site.job('sweep').output, /lvl=info h=sweep .* status=ok/);
    await site.stop();
});

test('`admin log` says what it does not take', async () => {
    const site = await startSite();
    const log = (...args) => site.job('admin', ['log', ...args]);
    assert.match(log('member', 'nobody').output, /Nobody has handle nobody/);
    assert.match(log('video', 'x').output, /A video's id is the last part of its address/);
    assert.match(log('payment', 'x').output, /That is not a reference/);
    assert.match(log('request', 'x', '--since', 'yesterday').output, /--since takes a time/);
    assert.equal(log('request', 'AAAAAAAAAAAAAAAA', '--since', '2026-11-30T10:00').output, '');
    const line = (n) => `2026-11-30T10:00:00.000Z lvl=info h=x rid=${String(n).padStart(16, 'x')} addr=- user=0 msg="VVVVVVVVVVV"\n`;
    writeFileSync(join(site.var, 'log/jobs.log'), Array.from({ length: 20001 }, (_, n) => line(n)).join(''));
    const many = log('video', 'VVVVVVVVVVV');
    assert.equal(many.status, 1);
    assert.match(many.output, /There are more than 20000 lines; give --since/);
    assert.equal(log('video', 'VVVVVVVVVVV', '--since', '2026-11-30T11').output, '');
    await site.stop();
});
