/*
 * jobs/doctor: each fault, made in a real site, is named by exactly its line, and the line is gone once
 * the fault is. What only root can stage is skipped for others.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
    chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, rmdirSync, utimesSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { built, startSite } from './lib.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'ovs-doctor-'));
const isRoot = process.getuid() === 0;
const doctor = join(built, 'jobs/doctor');
const DAY_S = 86_400;
let site, healthy;

/* Settings that differ from the site's, in a file of their own. */
function settings(changes, mode = 0o600) {
    const path = join(scratch, 'site.conf');
    const kept = readFileSync(site.conf, 'utf8').split('\n').filter((line) => !(line.split(' = ')[0] in changes));
    rmSync(path, { force: true });
    writeFileSync(path, [...kept, ...Object.entries(changes).map(([key, value]) => `${key} = ${value}`)].join('\n') + '\n', { mode });
    chmodSync(path, mode);
    return path;
}

/* `make run` has a binary log with MariaDB only. */
const withoutBinlog = process.env.DB === 'mysql';

/* The lines about faults; `wrap` is a command that starts the doctor. */
function ask({ conf = site.conf, wrap = [], env = {}, program = doctor } = {}) {
    const [command, ...args] = [...wrap, program];
    const ran = spawnSync(command, args, { env: { ...process.env, OVS_CONF: conf, ...env }, encoding: 'utf8' });
    const lines = ran.stdout.trimEnd().split('\n');
    const faults = lines.slice(0, -1).filter((line) => !line.startsWith('ok '));
    const broken = faults.filter((line) => line.startsWith('broken ')).length;
    assert.match(lines.at(-1), new RegExp(`^${broken} broken, ${faults.length - broken} unwise$`), ran.stdout + ran.stderr);
    assert.equal(ran.status, broken ? 1 : 0, ran.stdout);
    for (const line of faults) assert.match(line, /^(broken|unwise)  \S.* – \S.* – \S/);
    return faults.filter((line) => !(withoutBinlog && line.startsWith('unwise  binary log ')));
}

/* The fault has this line, and there is no other. */
function assertNew(faults, line) {
    assert.equal(faults.length, 1, faults.join('\n') || 'nothing is said');
    assert.match(faults[0], line);
}
const assertMended = () => assert.deepEqual(ask(), healthy);

before(async () => {
    site = await startSite();
    const made = site.job('admin', ['user', 'add', 'olga@example.org', 'olga', '--role', 'operator']);
    assert.equal(made.status, 0, made.output);
    assert.equal(site.job('tick', ['--once']).status, 0); // one pass: every job
    mkdirSync(join(site.var, 'backup'));
    writeFileSync(join(site.var, 'backup/last'), '');
    healthy = ask();
});
after(async () => {
    await site?.stop();
    rmSync(scratch, { recursive: true, force: true });
});

test('nothing is said of a site in order', () => {
    assert.deepEqual(healthy, []);
    const help = spawnSync(doctor, ['--help'], { encoding: 'utf8' });
    assert.equal(help.status, 0);
    assert.match(help.stdout, /^usage: doctor/);
    assert.equal(spawnSync(doctor, ['x']).status, 64);
});

/* Name, line, settings. */
for (const [name, line, changes] of [
    ['HTTP for others', /^broken  base_url – others reach the site without HTTPS/, { bind: '0.0.0.0' }],
    ['a site with HTTPS that is not in production', /^unwise  environment – .* – set environment = production$/,
        { base_url: 'https://127.0.0.1' }],
    ['a proxy that is everybody', /^broken  trusted_proxies – /, { trusted_proxies: '10.0.0.1, 0.0.0.0/0' }],
    ['a provider that does not exist', /^broken  pay_provider – there is no such provider/, { pay_provider: 'nobody' }],
    ['test money on a public site', /^broken  pay_provider – members of a public site would pay with test money/,
        { base_url: 'https://video.example.org', environment: 'production', clock_file: '' }],
    ['bank transfers to nobody', /^broken  pay_provider – .*bank_/, { pay_provider: 'manual' }],
    ['receipts of nobody', /^unwise  seller – receipts do not say who/,
        { pay_provider: 'manual', bank_holder: 'Video Ltd', bank_iban: 'DE89370400440532013000' }],
    ['a disk that is full', /^broken  disk – less is free .* – df -h /, { disk_reserve_bytes: '1000000000000' }],
    ['no database', /^broken  database – .* – systemctl start mariadb/, { db_socket: '/nowhere/db' }],
    ['a cache that does not answer', /^broken  cache – memcached does not answer/, { cache_socket: '/nowhere/cache' }],
    ['media elsewhere', /^broken  media folder avatars – No such file or directory – mkdir -p /, { media_dir: join(scratch, 'media') }],
])
    test(name, () => {
        for (const part of ['videos', 'incoming']) mkdirSync(join(scratch, 'media', part), { recursive: true });
        assertNew(ask({ conf: settings(changes) }), line);
    });

test('passwords in settings that everybody may read', () => {
    assertNew(ask({ conf: settings({}, 0o644) }), /^broken  settings – .* – chmod o= .*site\.conf$/);
});

test('secrets: missing, of the wrong length, open to others', () => {
    const path = join(site.var, 'secrets/csrf'), kept = `${path}.kept`;
    renameSync(path, kept);
    assertNew(ask(), /^broken  secret csrf – is missing – \(umask 027; od .* >.*\/csrf\)$/);
    writeFileSync(path, 'too short', { mode: 0o600 });
    assertNew(ask(), /^broken  secret csrf – is not one line of 64 hex characters – /);
    renameSync(kept, path);
    chmodSync(path, 0o644);
    assertNew(ask(), /^broken  secret csrf – other users can read or change it – chmod 640 .*\/csrf$/);
    chmodSync(path, 0o600);
    assertMended();
});

test('folders and files: read-only media, a file of another user, an update that never ended', { skip: !isRoot && 'root only' }, () => {
    const incoming = join(site.var, 'media/incoming');
    chmodSync(incoming, 0o500);
    assertNew(ask(), /^broken  media folder incoming – nothing can be written to it – .*chmod u\+w /);
    chmodSync(incoming, 0o700);
    const lock = join(site.var, 'run/hash.9.lock');
    writeFileSync(lock, '');
    chownSync(lock, 65534, 65534);
    assertNew(ask(), /^broken  owners of files – .*hash\.9\.lock does not belong to root, .* – chown /);
    rmSync(lock);
    const left = join(site.var, 'run/maintenance');
    writeFileSync(left, '');
    assertMended(); // an update may be going on
    utimesSync(left, Date.now() / 1000 - 2 * 3600, Date.now() / 1000 - 2 * 3600);
    assertNew(ask(), /^broken  maintenance – .* – rm .*\/run\/maintenance$/);
    rmSync(left);
    assertMended();
});

test('backups: none, an old one', () => {
    const last = join(site.var, 'backup/last'), now = Date.now() / 1000;
    utimesSync(last, now - 8 * DAY_S, now - 8 * DAY_S);
    assertNew(ask(), /^unwise  backup – the latest one is of \d+ \w+ \d+ – ovs-backup TARGET$/);
    rmSync(last);
    assertNew(ask(), /^unwise  backup – there has been none – /);
    writeFileSync(last, '');
    assertMended();
});

test('watch time that nobody loads', () => {
    const left = join(site.var, 'spool/elsewhere.1.1'), now = Date.now() / 1000;
    mkdirSync(join(site.var, 'spool'), { recursive: true });
    writeFileSync(left, 'x'.repeat(96));
    assertMended(); // a flush may be under way
    utimesSync(left, now - 3600, now - 3600);
    assertNew(ask(), /^broken  watch_flush – watch time lies on this machine/);
    rmSync(left);
});

test('the database: too few connections, another time, a schema of another version', async () => {
    await site.sql.run('SET GLOBAL max_connections = 20');
    assertNew(ask(), /^unwise  max_connections – the database takes only 20, the site may need 100 – /);
    await site.sql.run('SET GLOBAL max_connections = 151');
    await site.sql.run("SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() - 60'");
    assertNew(ask(), /^broken  clocks – the database's is -(59|60) s off /);
    await site.sql.run("SET GLOBAL init_connect = ''");
    const columns = 'file, hash, done, applied_ms, statements';
    const [row] = await site.sql.run(`SELECT ${columns} FROM schema_file WHERE file LIKE '0004%'`);
    await site.sql.run("DELETE FROM schema_file WHERE file LIKE '0004%'");
    assertNew(ask(), /^broken  schema – 1 schema files are to be applied, from 0004_job_run\.sql\. – migrate$/);
    await site.sql.run(`INSERT INTO schema_file (${columns}) VALUES (${row.map((value) => `'${value}'`)})`);
    assertMended();
});

test('accounts of the database: too many rights, no password, a wrong one', async () => {
    for (const [user, right] of [['ovs_read', 'INSERT'], ['ovs', 'INSERT'], ['ovs_money', 'DELETE']]) {
        await site.sql.run(`GRANT ${right} ON ledger_leg TO '${user}'@'localhost'`);
        assertNew(ask(), new RegExp(`^broken  database accounts – The database user ${user} .* run ${right} .*, which it must not: `));
        await site.sql.run(`REVOKE ${right} ON ledger_leg FROM '${user}'@'localhost'`);
        if (user === 'ovs_money') await site.sql.run(`GRANT SELECT, INSERT ON ledger_leg TO '${user}'@'localhost'`);
    }
    assertMended();
    assertNew(ask({ conf: settings({ db_money_password: 'wrong' }) }).filter((line) => !line.includes('  audit ')),
        /^broken  database accounts – The database user ovs_money cannot log in/);
    await site.sql.run("ALTER USER 'ovs'@'localhost' IDENTIFIED BY ''");
    assertNew(ask({ conf: settings({ db_password: '' }) }), /^broken  database accounts – The database user ovs gets in without a password/);
    await site.sql.run(`ALTER USER 'ovs'@'localhost' IDENTIFIED BY '${site.setting('db_password')}'`);
    assertMended();
});

test('a database without binary logs', { skip: process.env.DB && 'with MariaDB of the system only' }, async () => {
    const folder = mkdtempSync(join(scratch, 'bin-'));
    const real = spawnSync('sh', ['-c', 'PATH=$PATH:/usr/sbin; command -v mariadbd'], { encoding: 'utf8' }).stdout.trim();
    writeFileSync(join(folder, 'mariadbd'), `#!/bin/sh\nexec ${real} "$@" --skip-log-bin\n`, { mode: 0o755 });
    const other = await startSite({ env: { PATH: `${folder}:${process.env.PATH}` } });
    const faults = ask({ conf: other.conf });
    await other.stop();
    assert.match(faults.join('\n'), /^unwise  binary log – it is off, .* – set log_bin /m);
});

test('people, jobs and the audit', async () => {
    await site.sql.run("UPDATE user SET role = 0 WHERE handle = 'olga'");
    assertNew(ask(), /^unwise  operators – nobody may open \/admin – admin user add /);
    await site.sql.run("UPDATE user SET role = 2 WHERE handle = 'olga'");
    await site.sql.run("UPDATE job_run SET started_ms = started_ms - 100000000 WHERE job IN ('settle', 'watch_rollup')");
    assertNew(ask(), /^broken  jobs – not started in time: watch_rollup, settle – /);
    await site.sql.run("UPDATE job_run SET started_ms = started_ms + 100000000 WHERE job IN ('settle', 'watch_rollup')");
    await site.sql.run("UPDATE job_run SET job = 'other' WHERE job = 'settle'");
    assertMended(); // it may not be due yet
    const token = join(site.var, 'secrets/token'), now = Date.now() / 1000;
    utimesSync(token, now - 2 * DAY_S, now - 2 * DAY_S);
    assertNew(ask(), /^broken  jobs – not started in time: settle – /);
    utimesSync(token, now, now);
    await site.sql.run("UPDATE job_run SET job = 'settle' WHERE job = 'other'");
    await site.sql.run("UPDATE job_run SET result = 'fail' WHERE job = 'sweep'");
    assertNew(ask(), /^broken  jobs – failed the last time: sweep – /);
    await site.sql.run("UPDATE job_run SET result = 'ok' WHERE job = 'sweep'");
    await site.sql.run('UPDATE audit_report SET ran_ms = ran_ms - 259200000');
    assertNew(ask(), /^unwise  audit – the latest one is of .* – ledger_audit$/);
    await site.sql.run('UPDATE audit_report SET ran_ms = ran_ms + 259200000, findings = 3');
    assertNew(ask(), /^broken  audit – the books are wrong: 3 findings – ledger_audit --verbose$/);
    await site.sql.run('UPDATE audit_report SET findings = 0');
    assertMended();
});

test('certificates: none, of another name, nearly and wholly expired', { skip: spawnSync('openssl', ['version']).error && 'there is no openssl' }, () => {
    const cert = join(scratch, 'cert.pem'), key = join(scratch, 'key.pem');
    const make = (name, days) => {
        const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
            '-keyout', key, '-out', cert, '-days', String(days), '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]);
        assert.equal(made.status, 0, String(made.stderr));
    };
    const conf = () => settings({
        base_url: 'https://video.example.org', environment: 'production', clock_file: '', tls: 'files', tls_cert: cert, tls_key: key,
        pay_provider: 'manual', bank_holder: 'Video Ltd', bank_iban: 'DE89370400440532013000', seller_name: 'Video Ltd', seller_address: 'Here',
    });
    assertNew(ask({ conf: conf() }), /^broken  certificate – .*cert\.pem cannot be read – /);
    make('video.example.org', 90);
    assert.deepEqual(ask({ conf: conf() }), healthy);
    make('www.example.org', 90);
    assertNew(ask({ conf: conf() }), /^broken  certificate – .* is for another name than video\.example\.org – openssl x509 /);
    make('video.example.org', 10);
    assertNew(ask({ conf: conf() }), /^unwise  certificate – it expires in (9|10) days – /);
    const clock = join(scratch, 'clock'); // of a test, in which all else is late, too
    writeFileSync(clock, String(11 * DAY_S * 1000));
    const later = settings({ base_url: 'https://video.example.org', tls: 'files', tls_cert: cert, clock_file: clock, pay_provider: 'manual' });
    assert.match(ask({ conf: later }).join('\n'), /^broken  certificate – it has expired – /m);
});

/* A program of that name which prints `text` for each argument that it knows. */
function fake(name, answers) {
    const folder = mkdtempSync(join(scratch, 'bin-'));
    const cases = Object.entries(answers).map(([arg, text]) => `*${arg}*) cat <<'END'\n${text}\nEND\n;;`).join('\n');
    writeFileSync(join(folder, name), `#!/bin/sh\ncase "$*" in\n${cases}\nesac\n`, { mode: 0o755 });
    return folder;
}

test('lighttpd: missing, too old, vulnerable', () => {
    const with_ = (version) => ({ env: { PATH: `${fake('lighttpd', { '-v': `lighttpd/${version} (ssl) - a light web server` })}:/usr/bin:/bin` } });
    assertNew(ask(with_('1.4.63')), /^broken  lighttpd – version 1\.4\.63 can be stopped by strangers/);
    assertNew(ask(with_('1.4.53')), /^broken  lighttpd – version 1\.4\.53 is too old/);
    assert.deepEqual(ask(with_('1.4.82')), healthy);
    assertNew(ask({ env: { PATH: scratch } }), /^broken  lighttpd – it cannot be started – apt install lighttpd$/);
});

test('few open files', () => {
    assertNew(ask({ wrap: ['sh', '-c', 'ulimit -n 1000; exec "$0"'] }), /^unwise  open files – only 1000 are allowed/);
});

/* The doctor in a mount namespace where `path` is another file. */
const over = (path, other) => ['unshare', '--mount', 'sh', '-c', `mount --bind '${other}' '${path}' && exec "$0"`];
const mounts = isRoot && spawnSync('unshare', ['--mount', 'true']).status === 0;

test('ffmpeg: cannot be started, too old, without an encoder', { skip: !mounts && 'no mount namespaces here' }, () => {
    const program = (answers) => join(fake('ffmpeg', answers), 'ffmpeg');
    const encoders = ' V....D libx264              H.264\n A....D aac                  AAC';
    const versions = (text) => ({ '-version': `ffmpeg version ${text} Copyright` });
    const none = join(scratch, 'none');
    writeFileSync(none, '', { mode: 0o644 });
    assertNew(ask({ wrap: over('/usr/bin/ffmpeg', none) }), /^broken  ffmpeg – it, or ffprobe, is missing or cannot be started – apt install ffmpeg$/);
    assertNew(ask({ wrap: over('/usr/bin/ffmpeg', program({ ...versions('4.4.2-1'), '-encoders': encoders })) }), /^broken  ffmpeg – version 4 is older than 5 – /);
    assertNew(ask({ wrap: over('/usr/bin/ffmpeg', program({ ...versions('6.1'), '-encoders': encoders.replace('libx264 ', 'h264_vaapi ') })) }),
        /^broken  ffmpeg – it has no encoder libx264 – /);
    assert.deepEqual(ask({ wrap: over('/usr/bin/ffmpeg', program({ ...versions('n7.1'), '-encoders': encoders })) }), healthy);
});

test('a cache that is open to others', { skip: !(isRoot && spawnSync('unshare', ['--net', 'true']).status === 0) && 'no network namespaces here' }, () => {
    const start = `memcached -u nobody -U 0 -l 0.0.0.0 -p 11299 & pid=$!
        for i in $(seq 100); do grep -q ' 00000000:2C23 ' /proc/net/tcp && break; sleep 0.05; done
        "$0"; status=$?; kill $pid; exit $status`;
    const conf = settings({ cache_socket: '', cache_port: '11299' });
    assertNew(ask({ conf, wrap: ['unshare', '--net', 'sh', '-c', start] }), /^broken  cache – memcached listens for others/);
});

const without = join(built, 'tests/unit_sandbox');
const confined = spawnSync(without, ['--without', '/bin/true']).status === 0 && !ask_sandbox();
function ask_sandbox() { return spawnSync(without, [], { encoding: 'utf8' }).stdout?.includes('skipped'); }

test('no Landlock: nothing is processed, loudly, unless a setting allows it', { skip: !confined && 'this kernel has none' }, async () => {
    const wrap = [without, '--without'];
    assertNew(ask({ wrap }), /^broken  sandbox – .*\(level 1 of 2\), so nothing is processed – /);
    const conf = settings({ sandbox_required: '0' });
    assertNew(ask({ wrap, conf }), /^unwise  sandbox – .* strangers' files are decoded – set sandbox_required = 1$/);

    const film = join(scratch, 'film.mp4');
    const made = spawnSync('ffmpeg', ['-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=1', film]);
    assert.equal(made.status, 0, String(made.stderr));
    assert.equal(site.job('admin', ['import', 'olga', film]).status, 0);
    const transcode = (path) => spawnSync(without, ['--without', join(built, 'jobs/transcode')],
        { env: { ...process.env, OVS_CONF: path }, encoding: 'utf8' });
    const refused = transcode(site.conf);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /lvl=error .*nothing is processed: this machine cannot confine ffmpeg/);
    assert.deepEqual(await site.sql.run("SELECT state, attempts FROM transcode_job"), [['waiting', '0']]);
    assert.match(await site.sql.value("SELECT did FROM job_run WHERE job = 'transcode' ORDER BY id DESC LIMIT 1"), /^nothing is processed/);
    assert.equal(transcode(conf).status, 0);
    assert.deepEqual(await site.sql.run("SELECT state FROM transcode_job"), [['done']]);
});
