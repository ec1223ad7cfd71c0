/*
 * A private site (lighttpd/run): how it starts, ends and recovers, and which files lighttpd serves
 * itself.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
    copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync,
    symlinkSync, writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Sql, built, processesOf, root, startSite, until } from './lib.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'ovs-run-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/* How lighttpd/run ends when it cannot start: { status, stderr }. */
function startInVain(more) {
    const env = { ...process.env, B: built, ...more };
    return spawnSync(join(root, 'lighttpd/run'), ['--quiet'], { env, encoding: 'utf8' });
}

const answers = (site) => fetch(site.url + '/').then((r) => r.status < 500, () => false);

describe('a site', () => {
    let site;
    before(async () => (site = await startSite({ set: { site_name: 'Test & Co' } })));
    after(() => site.stop());

    test('has secrets, settings and logs that only its owner reads', () => {
        assert.equal(statSync(site.var).mode & 0o777, 0o700);
        for (const name of readdirSync(join(site.var, 'secrets'))) {
            assert.match(readFileSync(join(site.var, 'secrets', name), 'utf8'), /^[0-9a-f]{64}$/);
            assert.equal(statSync(join(site.var, 'secrets', name)).mode & 0o777, 0o600);
        }
        assert.equal(statSync(site.conf).mode & 0o777, 0o600);
        assert.match(site.setting('db_password'), /^[0-9a-f]{64}$/);
        assert.equal(site.setting('site_name'), 'Test & Co');
        assert.equal(site.setting('base_url'), site.url);
    });

    test('has a database with three users beside the administrator, and no port', async () => {
        const users = (await site.sql.run('SELECT user FROM mysql.user')).flat();
        const people = users.filter((name) => name !== 'PUBLIC' && !/^(mariadb|mysql)\./.test(name));
        assert.deepEqual(people.sort(), ['ovs', 'ovs_money', 'ovs_read', 'root']);
        assert.equal(await site.sql.value('SELECT @@port, @@skip_networking'), '0');
        assert.equal(await site.sql.value('SELECT @@character_set_database'), 'utf8mb4');
    });

    test('has a database that takes back what another transaction changed, where there is such', async (t) => {
        const [found] = await site.sql.run("SHOW VARIABLES LIKE 'innodb_snapshot_isolation'");
        if (!found) return t.skip('this server has no innodb_snapshot_isolation');
        assert.equal(found[1], process.env.DB_SNAPSHOT === '0' ? 'OFF' : 'ON');
    });

    test('is refused to a second start, which says why', () => {
        const second = startInVain({ VAR: site.var, PORT: 0 });
        assert.equal(second.status, 1);
        assert.ok(second.stderr.includes(`${site.var} is in use by process ${site.child.pid};`));
    });

    test('makes its demo library in one process at a time', () => {
        const lock = join(site.var, 'run/demo.lock'), admin = join(built, 'jobs/admin');
        const env = { ...process.env, OVS_CONF: site.conf };
        const second = spawnSync('flock', [lock, admin, 'demo'], { env, encoding: 'utf8' });
        assert.equal(second.status, 75);
        assert.match(second.stderr, /the demo library is being made already/);
    });

    test('makes a demo library whose members the site takes', async (t) => {
        const demo = spawn(join(built, 'jobs/admin'), ['demo'], { env: { ...process.env, OVS_CONF: site.conf }, stdio: 'ignore' });
        t.after(() => demo.kill('SIGKILL'));
        const word = /DEMO_PASSWORD "(.*)"/.exec(readFileSync(join(root, 'jobs/commands/demo.h'), 'utf8'))[1];
        await until('mia and ada', async () => await site.sql.value("SELECT COUNT(*) FROM user WHERE handle IN ('mia', 'ada')") === '2');
        const logIn = (name) => fetch(`${site.url}/login`, {
            method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
            body: JSON.stringify({ name, password: word }),
        });
        assert.equal((await logIn('mia')).status, 200);
        assert.equal((await logIn('ada')).status, 200);
        for (const page of ['README.md', 'docs/operate.md', 'docs/api.md'])
            assert.ok(readFileSync(join(root, page), 'utf8').includes(word), page);
    });

    test('has its servers back after a kill -9 of all three', async () => {
        const killed = ['db', 'cache', 'web'].map((server) => [server, site.pid(server)]);
        for (const [, pid] of killed) process.kill(pid, 'SIGKILL');
        for (const [server, pid] of killed)
            await until(`another ${server}`, () => site.pid(server) && site.pid(server) !== pid);
        await until('an answer', () => answers(site));
        const db = new Sql(site.setting('db_socket'), site.setting('db_admin_password'));
        assert.equal(await db.value('SELECT 1'), '1');
        db.close();
        await site.flushCache();
    });

    const programs = (name = '') => processesOf(site.var)
        .filter(({ command }) => command.includes(`/handlers/${name}`)).map(({ pid }) => pid);

    test('starts a program when it is asked for, and another while that one is busy', async () => {
        const [busy] = programs('health');
        assert.ok(busy, 'it was asked at the start');
        assert.deepEqual(programs('terms'), []);
        assert.equal((await fetch(`${site.url}/terms`)).status, 200);
        assert.equal(programs('terms').length, 1);
        for (const pid of programs('health')) process.kill(pid, 'SIGSTOP');
        assert.equal((await fetch(`${site.url}/health`)).status, 200);
        process.kill(busy, 'SIGCONT');
    });

    test('leaves no program running when what starts them was killed', async () => {
        const old = programs();
        assert.ok(old.length > 0);
        process.kill(site.pid('programs'), 'SIGKILL');
        await until('their end', () => programs().every((pid) => !old.includes(pid)));
        await until('an answer', () => answers(site));
    });
});

test('two sites run side by side', async () => {
    const [one, two] = await Promise.all([startSite(), startSite()]);
    assert.notEqual(one.url, two.url);
    assert.ok(await answers(one) && await answers(two));
    await one.sql.run('CREATE TABLE only_here (x INT)');
    await assert.rejects(two.sql.run('SELECT x FROM only_here'), /doesn't exist/);
    await Promise.all([one.stop(), two.stop()]);
});

test('Ctrl-C, TERM and HUP end every process; a next start keeps what there is', async () => {
    let site = await startSite();
    await site.sql.run('CREATE TABLE kept (x INT)');
    await site.sql.run('INSERT INTO kept VALUES (42)');
    const secret = readFileSync(join(site.var, 'secrets/token'), 'utf8');
    const password = site.setting('db_password');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        assert.equal(await site.stop({ signal, keep: true }), 0);
        assert.deepEqual(processesOf(site.var), []);
        const left = readdirSync(join(site.var, 'run'));
        assert.deepEqual(left.filter((name) => /^(db|cache|.*-\d)$/.test(name)), []);
        site = await startSite({ folder: site.var });
        assert.equal(await site.sql.value('SELECT x FROM kept'), '42');
    }
    assert.equal(readFileSync(join(site.var, 'secrets/token'), 'utf8'), secret);
    assert.equal(site.setting('db_password'), password);
    await site.stop();
});

test('nothing outlives a kill -9 of the script, and the next start is in order', async () => {
    let site = await startSite({ tick: true });
    await site.sql.run('CREATE TABLE kept (x INT)');
    const ended = site.stop({ signal: 'SIGKILL', keep: true });
    const folder = site.var;
    site = await startSite({ folder }); // at once: it waits for what is still ending
    assert.equal(await ended, 'SIGKILL');
    assert.deepEqual(await site.sql.run('SELECT x FROM kept'), []);
    await site.stop({ signal: 'SIGKILL', keep: true });
    await until('the end of all', () => processesOf(folder).length === 0);
    rmSync(folder, { recursive: true });
});

test('a folder with a long name works, though a socket could not be in it', async () => {
    const folder = join(scratch, 'a-folder-with-a-long-name-'.repeat(5));
    const site = await startSite({ folder });
    assert.equal(await site.sql.value('SELECT 1'), '1');
    assert.ok(await answers(site));
    const sockets = site.setting('db_socket').replace(/\/db$/, '');
    assert.equal(statSync(sockets).mode & 0o777, 0o700);
    await site.stop();
    assert.equal(existsSync(sockets), false);
});

/* What the web server answers at an address of this machine; undefined where nobody listens. */
const statusAt = (host, port) => new Promise((done) => {
    get({ host, port, path: '/health', agent: false }, (answer) => done(answer.resume().statusCode))
        .on('error', () => done(undefined));
});

test('bind and base_url are what the settings say, at each start', async () => {
    const everywhere = { bind: '127.0.0.1, ::1,127.0.0.2', base_url: 'https://video.example' };
    let site = await startSite({ set: everywhere });
    for (const again of [false, true]) {
        const { port } = new URL(site.url);
        for (const host of ['127.0.0.1', '::1', '127.0.0.2']) assert.equal(await statusAt(host, port), 200, host);
        assert.equal(await statusAt('127.0.0.3', port), undefined);
        assert.equal(site.setting('base_url'), 'https://video.example');
        assert.equal(site.setting('http_port'), port);
        await site.stop({ keep: !again });
        if (!again) site = await startSite({ folder: site.var });
    }
});

test('a site of IPv6 only has its address', async () => {
    const site = await startSite({ set: { bind: '::' } });
    const { port, hostname } = new URL(site.url);
    assert.equal(hostname, '[::1]');
    assert.equal(await statusAt('::1', port), 200);
    assert.equal(await statusAt('127.0.0.1', port), undefined);
    await site.stop();
});

test('settings that the web server cannot take stop it with a line that names them', () => {
    const folder = join(scratch, 'wrong');
    const wrong = [
        ['bind=localhost', /bind does not take "localhost": an IP address is needed/],
        ['bind=127.0.0.1;http_port=70000', /http_port does not take "70000"/],
        ['bind=127.0.0.1;http_port=8080;trusted_proxies=10.0.0.0/8,proxy', /trusted_proxies does not take "proxy"/],
        ['trusted_proxies=10.0.0.0/33', /trusted_proxies does not take "10.0.0.0\/33": an IP address or a network/],
        ['trusted_proxies=10.0.0.1,::1/129', /trusted_proxies does not take "::1\/129"/],
        ['trusted_proxies=999.1.1.1', /trusted_proxies does not take "999.1.1.1"/],
        ['trusted_proxies=;tls=files', /base_url has to begin with https:/],
        ['base_url=https://video.example', /tls_cert: the file "" cannot be read/],
        [`tls_cert=${join(root, 'LICENSE')};tls_key=/nowhere`, /tls_key: the file "\/nowhere" cannot be read/],
        [`tls_key=${join(root, 'LICENSE')}`, /LICENSE/],
    ];
    for (const [settings, line] of wrong) {
        const ended = startInVain({ VAR: folder, PORT: 0, OVS_SET: settings });
        assert.equal(ended.status, 1, settings);
        assert.match(ended.stderr, line);
        assert.match(ended.stderr, /^lighttpd\/run: /m);
    }
});

test('data of another kind of database are refused, and a kind that there is not', () => {
    const folder = join(scratch, 'other');
    mkdirSync(join(folder, 'db/data'), { recursive: true });
    writeFileSync(join(folder, 'db/data/mysql.ibd'), '');
    const refused = (DB) => startInVain({ VAR: folder, PORT: 0, DB, DB_WRAP: 'env' });
    assert.match(refused('mariadb').stderr, /was made by mysql, and DB=mariadb cannot read it/);
    assert.match(refused('oracle').stderr, /DB=oracle: it is mariadb or mysql/);
    rmSync(join(folder, 'db/data'), { recursive: true });
    const wrap = join(scratch, 'wrap');
    for (const [DB, version] of [['mysql', 'echo mysqld Ver 10.11.6-MariaDB'], ['mysql', 'exit 1'], ['mariadb', 'exit 1']]) {
        writeFileSync(wrap, `#!/bin/sh\n${version}\n`, { mode: 0o755 });
        const { stderr } = startInVain({ VAR: folder, PORT: 0, DB, DB_WRAP: wrap });
        assert.ok(stderr.includes(`there is no ${DB} server here`), stderr);
    }
    assert.match(refused('oracle').stderr, /DB=oracle: it is mariadb or mysql/);
});

test('a port that is taken is said to be', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => taken.once('listening', done));
    const folder = join(scratch, 'port');
    const ended = startInVain({ VAR: folder, PORT: taken.address().port });
    taken.close();
    assert.equal(ended.status, 1);
    assert.match(ended.stderr, /is port \d+ free\? PORT= chooses another\..*Address already in use/);
    assert.deepEqual(processesOf(folder), []);
});

test('each program has one line in routes.conf, anchored, and each line a program', () => {
    const form = /^\$HTTP\["url"\] =~ "\^\/.*\$" +\{ .*"socket" => run \+ "\/(\w+)" /;
    const routes = readFileSync(join(root, 'lighttpd/routes.conf'), 'utf8').split('\n');
    const routed = routes.filter((line) => line && line[0] !== '#').map((line) => {
        const [, program] = form.exec(line) ?? [];
        assert.ok(program, line);
        return program;
    });
    const sources = readdirSync(join(root, 'handlers')).filter((name) => name.endsWith('.c'));
    assert.deepEqual(routed.sort(), sources.map((name) => name.slice(0, -2)).sort());
});

describe('what lighttpd serves of itself', () => {
    let site;
    before(async () => {
        // A copy of the programs, from which one can be removed.
        const copy = join(scratch, 'build');
        mkdirSync(join(copy, 'handlers'), { recursive: true });
        symlinkSync(join(built, 'jobs'), join(copy, 'jobs'));
        for (const source of readdirSync(join(root, 'handlers')).filter((name) => name.endsWith('.c'))) {
            const program = join('handlers', source.slice(0, -2));
            if (existsSync(join(built, program))) copyFileSync(join(built, program), join(copy, program));
        }
        site = await startSite({ env: { B: copy } });
    });
    after(() => site.stop());

    /* The head and the body of the answer to a request sent byte for byte. */
    const sent = (bytes) => new Promise((done, failed) => {
        const socket = createConnection(new URL(site.url).port, '127.0.0.1');
        let answer = '';
        socket.write(bytes);
        socket.on('data', (text) => (answer += text));
        socket.on('error', failed).on('close', () => done(answer));
    });
    const status = async (path) => {
        const head = 'Host: 127.0.0.1\r\nConnection: close\r\n\r\n';
        return Number((await sent(`GET ${path} HTTP/1.1\r\n${head}`)).split(' ')[1]);
    };

    test('assets, for ever, and compressed', async () => {
        const style = readdirSync(join(root, 'htdocs/assets')).find((name) => /^site-.*css$/.test(name));
        const headers = { 'Accept-Encoding': 'gzip' };
        const answer = await fetch(`${site.url}/assets/${style}`, { headers });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('content-encoding'), 'gzip');
        assert.match(answer.headers.get('cache-control'), /max-age=\d{8}/);
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
        assert.equal(answer.headers.get('content-type'), 'text/css; charset=utf-8');
        const missing = await fetch(`${site.url}/assets/site-NONE.css`);
        assert.equal(missing.headers.get('cache-control'), 'no-store');
    });

    test('nothing else of htdocs', async () => {
        const open = ['favicon.svg'];
        const hidden = readdirSync(join(root, 'htdocs')).filter((name) => !open.includes(name));
        const deeper = ['css/site.css', 'node_modules/hls.js/package.json', 'assets/manifest',
            'assets/', 'errors/404.html', 'assets/errors/404.html'];
        for (const path of [...hidden, ...deeper]) assert.equal(await status('/' + path), 404, path);
        for (const path of open) assert.equal(await status('/' + path), 200, path);
    });

    test('no way up, however it is spelt', async () => {
        const paths = ['/assets/../package.json', '/assets/%2e%2e/package.json',
            '/assets/..%2fpackage.json', '/avatar/../../site.conf', '/avatar/..%2f..%2fsite.conf',
            '/assets/%00.css', '/assets/x\x7f.css', '/%ff'];
        for (const path of paths) assert.equal(await status(path), 400, path);
    });

    test('avatars by their name, and no link among them', async () => {
        const folder = join(site.var, 'media/avatars');
        writeFileSync(join(folder, 'k3J9xQ-ab_0.jpg'), 'x');
        symlinkSync(site.conf, join(folder, 'link.jpg'));
        const answer = await fetch(site.url + '/avatar/k3J9xQ-ab_0.jpg');
        assert.equal(answer.headers.get('content-type'), 'image/jpeg');
        assert.match(answer.headers.get('content-security-policy'), /sandbox/);
        assert.equal(await status('/avatar/link.jpg'), 403);
        assert.equal(await status('/avatar/'), 404);
    });

    test('pages of strangers are compressed, pages that hold a secret are not', async () => {
        const encoding = async (more) => {
            const headers = { 'Accept-Encoding': 'gzip', ...more };
            return (await fetch(site.url + '/', { headers })).headers.get('content-encoding');
        };
        assert.equal(await encoding({}), 'gzip');
        assert.equal(await encoding({ Cookie: 'at=x' }), null);
    });

    test('413 for a body no program takes, 404 with a way back', async () => {
        const body = 'x'.repeat(270_000);
        const large = await fetch(site.url + '/search', { method: 'POST', body });
        assert.equal(large.status, 413);
        assert.match(await large.text(), /too large/);
        const missing = await fetch(site.url + '/nothing/here');
        assert.equal(missing.status, 404);
        assert.match(await missing.text(), / href="\/"/);
    });

    test('HTTP/1 only', async () => {
        const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0';
        assert.match(await sent(preface), /^HTTP\/1\.[01] [45]/);
    });

    test('503 with a page while a program is down, and the program when it is back', async () => {
        const program = join(scratch, 'build/handlers/search');
        rmSync(program);
        for (const pid of site.pids('handlers/search')) process.kill(pid, 'SIGKILL');
        const down = await until('503', async () => {
            const answer = await fetch(site.url + '/search');
            return answer.status === 503 && answer;
        });
        assert.match(await down.text(), /Back in a moment/);
        copyFileSync(join(built, 'handlers/search'), program);
        await until('the program', async () => (await fetch(site.url + '/search')).status < 500);
    });

    test('the access log has the path and not the query, which may hold a token', async () => {
        await fetch(site.url + '/search?q=tell-nobody');
        await site.stop({ keep: true });
        assert.match(site.log('access.log'), / status=200 .*msg="GET \/search"/);
        assert.doesNotMatch(site.log('access.log'), /tell-nobody/);
    });
});
