/*
 * Backups of a site that is in use, and what comes back from them on another: all that was
 * acknowledged before the backup began, whole media, and a ledger without a finding.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
    chmodSync, chownSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { built, makeFilm, root, startSite, until } from './lib.mjs';

const missing = ['restic', 'jq', 'rclone', 'mariadb-dump'].filter((name) => spawnSync('which', [name]).status !== 0);
const skip = missing.length > 0 && `${missing.join(', ')} missing`;
const noLogs = process.env.DB === 'mysql' && "only MariaDB's binary logs";
const PASSWORD = 'a long walk in may', VOUCHERS = 300, UPLOADS = 3;
const folder = mkdtempSync(join(tmpdir(), 'ovs-backup-'));
const repo = join(folder, 'repo'), passphrase = join(folder, 'passphrase');
let site, other, film, codes, loops, server, working = true;
after(() => {
    server?.kill();
    rmSync(folder, { recursive: true, force: true });
});

/* A server for SFTP in front of the folder: what rclone has to be told to reach it as `store`. */
async function serveSftp() {
    const port = 20000 + Math.floor(Math.random() * 12000), password = 'p';
    server = spawn('setpriv', ['--pdeathsig', 'KILL', 'rclone', 'serve', 'sftp', folder, '--addr', `127.0.0.1:${port}`,
        '--user', 'u', '--pass', password], { stdio: 'ignore', env: { ...process.env, HOME: folder, RCLONE_CONFIG: '/dev/null' } });
    await until('the SFTP server', () => new Promise((done) => {
        const socket = connect(port, '127.0.0.1', () => { socket.destroy(); done(true); });
        socket.once('error', () => done(false));
    }));
    const obscured = spawnSync('rclone', ['obscure', password], { encoding: 'utf8' }).stdout.trim();
    const remote = { TYPE: 'sftp', HOST: '127.0.0.1', PORT: String(port), USER: 'u', PASS: obscured };
    return Object.fromEntries(Object.entries(remote).map(([key, value]) => [`RCLONE_CONFIG_STORE_${key}`, value]));
}

const command = (of, name, args, env = {}) => {
    const all = { ...process.env, OVS_CONF: of.conf, B: built, RCLONE_CONFIG: '/dev/null', ...env };
    return [join(root, 'deploy', name), ['--passphrase-file', passphrase, ...args], { env: all, encoding: 'utf8' }];
};

/* Runs to its end beside what this process does: { status, output }. */
function run(...what) {
    const child = spawn(...command(...what));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    return new Promise((done) => child.once('close', (code, signal) => done({ status: code ?? signal, output })));
}
async function well(...what) {
    const { status, output } = await run(...what);
    assert.equal(status, 0, output);
    return output;
}
async function refused(pattern, ...what) {
    const { status, output } = await run(...what);
    assert.match(output, pattern);
    assert.equal(status, 1, output);
}
function job(of, name, ...args) {
    const { status, output } = of.job(name, args);
    assert.equal(status, 0, output);
    return output;
}

/* A program `restic` in front of the real one, which first runs some lines of shell when it is to
 * make a backup. */
function withRestic(lines) {
    const place = mkdtempSync(join(folder, 'bin-'));
    const real = spawnSync('which', ['restic'], { encoding: 'utf8' }).stdout.trim();
    writeFileSync(join(place, 'restic'), `#!/bin/bash\nif [ "$1" = backup ]; then\n${lines}\nfi\nexec ${real} "$@"\n`, { mode: 0o755 });
    return { PATH: `${place}:${process.env.PATH}` };
}

/* Every file below a folder: its path and the hash of its bytes; and all of that as one text. */
function hashes(top) {
    const all = {};
    for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath ?? entry.path, entry.name);
        if (entry.isFile())
            all[relative(top, path)] = createHash('sha256').update(readFileSync(path)).digest('hex');
    }
    return all;
}

const sum = (of) => createHash('sha256').update(JSON.stringify(hashes(join(of.var, 'media')))).digest('hex');

async function login(of) {
    const answer = await fetch(`${of.url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ name: 'ada', password: PASSWORD }),
    });
    assert.equal(answer.status, 200);
    return { authorization: `Bearer ${(await answer.json()).token}`, accept: 'application/json' };
}

/* What a member does: each returns when the site has acknowledged it. */
const acked = { paid: 0, uploaded: [] };
async function pay(headers) {
    const sent = await fetch(`${site.url}/subscribe`, {
        method: 'POST', headers, redirect: 'manual', body: new URLSearchParams({ voucher: codes.pop() }),
    });
    assert.equal(sent.status, 303, await sent.text());
    acked.paid++;
}
async function upload(headers) {
    const tus = { ...headers, 'Tus-Resumable': '1.0.0' }, bytes = readFileSync(film);
    const made = await fetch(`${site.url}/upload/files/`, {
        method: 'POST', headers: { ...tus, 'Upload-Length': String(bytes.length) },
        body: new URLSearchParams({ title: `Film ${acked.uploaded.length}`, category: 'music' }),
    });
    assert.equal(made.status, 201);
    const path = made.headers.get('location');
    const sent = await fetch(site.url + path, {
        method: 'PATCH', body: bytes,
        headers: { ...tus, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' },
    });
    assert.equal(sent.status, 204, await sent.text());
    acked.uploaded.push(path.split('/').pop());
}
const number = async (of, sql) => Number(await of.sql.value(sql));
const payments = (of) => number(of, 'SELECT COUNT(*) FROM payment');
const nextSecond = () => {
    const now = Math.floor(Date.now() / 1000);
    return until('the next second', () => Math.floor(Date.now() / 1000) > now);
};
const utc = () => new Date().toISOString().slice(0, 19).replace('T', ' ');

describe('a backup of a site in use', { skip }, () => {
    let headers, early;

    before(async () => {
        const set = {
            pay_provider: 'manual', bank_holder: 'Example Video Ltd', bank_iban: 'AT61 1904 3002 3457 3201',
            clock_file: '', price_minor: 777, ladder: '360', uploads_per_day: 1000, transcode_nice: 0,
        };
        [site, other] = await Promise.all([startSite({ set }), startSite({ set: { clock_file: '' } })]);
        writeFileSync(passphrase, 'three words are enough\n', { mode: 0o600 });
        film = makeFilm(join(folder, 'film.mp4'), { seconds: 1, size: '64x36' });
        job(site, 'admin', 'user', 'add', 'ada@example.org', 'ada', '--password', PASSWORD);
        codes = job(site, 'admin', 'voucher', 'create', '--count', String(VOUCHERS), '--value', '9.99')
            .match(/^[0-9A-Z]{5}(-[0-9A-Z]{5,6}){4}$/gm);
        headers = await login(site);
        for (const what of [pay, upload]) await what(headers);
        job(site, 'transcode');
        // A connection may be closed while a request is being sent: then nothing was acknowledged.
        const broken = (error) => { if (error.message !== 'fetch failed') throw error; };
        const loop = async (what, more) => { while (working && more()) await what(headers).catch(broken); };
        loops = [loop(pay, () => codes.length > 20), loop(upload, () => acked.uploaded.length < UPLOADS)];
    });
    after(async () => {
        working = false;
        await Promise.all(loops ?? []);
        await Promise.all([site?.stop(), other?.stop()]);
    });

    test('runs beside payments, uploads and processing', async () => {
        await until('some payments', () => acked.paid > 5 && acked.uploaded.length > 2);
        early = { paid: acked.paid, uploaded: [...acked.uploaded] };
        // Between the dump and the copy, what the dump knows as waiting is processed, and its file removed.
        const busy = withRestic(`{ "${built}/jobs/transcode"; "${built}/jobs/sweep"; } >/dev/null 2>&1`);
        const said = await well(site, 'ovs-backup', ['rclone:store:repo'], { ...busy, ...await serveSftp() });
        assert.match(said, /database ovs as of .* UTC: \d+ bytes\nbinary logs: .*\n\d+ files, [^]*\nthe backup of .* UTC is in/);
        assert.ok(acked.paid > early.paid, 'payments went on');
    });

    test('comes back whole on another machine', async () => {
        working = false;
        await Promise.all(loops);
        await pay(headers); // later than the backup
        const media = join(other.var, 'media'), owner = process.getuid() === 0 ? 54321 : process.getuid();
        chownSync(media, owner, owner); // a folder that users of a group share
        chmodSync(media, 0o2770);
        const said = await well(other, 'ovs-restore', [repo]);
        assert.match(said, /the logins of the site work[^]*\nthe audit of the whole ledger found nothing wrong\nrestored/);
        const there = await payments(other), all = await payments(site);
        assert.ok(there >= early.paid && there < all, `${early.paid} <= ${there} < ${all}`);
        for (const name of early.uploaded)
            assert.equal(await number(other, `SELECT COUNT(*) FROM upload WHERE public_id = '${name}' AND video_id IS NOT NULL`), 1, name);
        const before = hashes(join(site.var, 'media')), now = hashes(media);
        for (const path of Object.keys(now)) {
            const { uid, gid, mode } = statSync(join(media, path));
            assert.deepEqual([uid, gid, mode & 0o777], [owner, owner, 0o660], path);
        }
        const same = Object.keys(now).filter((path) => before[path]);
        assert.ok(same.filter((path) => path.startsWith('videos/')).length > 5);
        for (const path of same) assert.equal(now[path], before[path], path);
        assert.equal(other.setting('price_minor'), '777');
        assert.equal(other.setting('base_url'), other.url);
        for (const name of ['payee', 'token', 'media'])
            assert.deepEqual(readFileSync(join(other.var, 'secrets', name)), readFileSync(join(site.var, 'secrets', name)));
        job(other, 'transcode'); // each original that waited is there
        assert.equal(await number(other, "SELECT COUNT(*) FROM transcode_job WHERE state <> 'done'"), 0);
        const folder = other.var;
        await other.stop({ keep: true });
        other = await startSite({ folder, set: { clock_file: '' } });
        const mine = await fetch(`${other.url}/subscribe`, { headers: await login(other) });
        assert.equal((await mine.json()).state, 'active');
    });

    test('is not put in the place of a site unless told so', async () => {
        await refused(/there is a site here already; --replace/, other, 'ovs-restore', [repo]);
    });

    test('comes back as of a moment', { skip: noLogs }, async () => {
        await pay(headers);
        const before = await payments(site);
        await nextSecond();
        await nextSecond();
        const moment = utc();
        await nextSecond();
        await pay(headers);
        await refused(/no backup is later than/, other, 'ovs-restore', ['--replace', '--until', utc(), repo]);
        await well(site, 'ovs-backup', ['--binlog', repo]);
        const said = await well(other, 'ovs-restore', ['--replace', '--until', moment, repo]);
        assert.match(said, /the audit of the whole ledger found nothing wrong/);
        assert.equal(await payments(other), before);
        await refused(/there is no backup of before/, other, 'ovs-restore', ['--replace', '--until', '2020-01-01 00:00:00', repo]);
    });

    test('that is killed leaves the ones before it', async () => {
        const list = await well(site, 'ovs-restore', ['--list', repo]);
        const killed = await run(site, 'ovs-backup', [repo], withRestic('kill -9 $PPID; exit 1'));
        assert.equal(killed.status, 'SIGKILL');
        assert.equal(await well(site, 'ovs-restore', ['--list', repo]), list);
        await well(site, 'ovs-restore', ['--check', repo]);
        await well(site, 'ovs-backup', ['--keep', '1', repo]);
        const kinds = (await well(site, 'ovs-restore', ['--list', repo])).trim().split('\n').map((line) => line.split('\t')[2]);
        assert.deepEqual(kinds, noLogs ? ['full'] : ['log', 'full']);
    });

    test('can be read with its passphrase only', async () => {
        const wrong = join(folder, 'wrong');
        writeFileSync(wrong, 'three words are not enough\n');
        for (const name of ['ovs-backup', 'ovs-restore'])
            await refused(/wrong password/, site, name, ['--passphrase-file', wrong, repo]);
        const text = spawnSync('grep', ['-rlaF', readFileSync(join(site.var, 'secrets/payee'), 'utf8'), repo]);
        assert.equal(text.status, 1, 'no secret can be found in it');
    });

    test('is refused when it is damaged, and nothing is changed', async () => {
        const packs = readdirSync(join(repo, 'data'), { recursive: true }).map((name) => join(repo, 'data', name))
            .filter((path) => statSync(path).isFile()).sort((a, b) => statSync(b).size - statSync(a).size);
        const bytes = readFileSync(packs[0]);
        bytes[bytes.length >> 1] ^= 1;
        rmSync(packs[0]);
        writeFileSync(packs[0], bytes);
        const before = [await payments(other), sum(other)];
        await refused(/is damaged or cannot be read; nothing was changed/, other, 'ovs-restore', ['--replace', repo]);
        assert.deepEqual([await payments(other), sum(other)], before);
        const checked = await run(other, 'ovs-restore', ['--check', repo]);
        assert.notEqual(checked.status, 0, checked.output);
    });
});
