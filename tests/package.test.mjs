/*
 * What the Debian package holds, and what lintian says of it. tests/deb installs it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './lib.mjs';

const run = (program, ...args) => spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 24 });
const has = (program) => !run('sh', '-c', `command -v ${program}`).status;

test('the package holds programs, units and a manual for each command', (t) => {
    for (const tool of ['dh', 'help2man', 'lintian'])
        if (!has(tool)) return t.skip(`there is no ${tool}`);
    const built = run('deploy/debian/build');
    assert.equal(built.status, 0, built.stdout + built.stderr);
    const deb = built.stdout.trim().split('\n').at(-1);
    const lines = run('dpkg-deb', '-c', deb).stdout.trim().split('\n').map((line) => line.split(/ +/));
    const files = new Map(lines.map(([mode, owner, , , , path]) => [path.slice(1), { mode, owner }]));
    const expect = (path) => assert.ok(files.has(path), path);
    const sources = (folder) => readdirSync(join(root, folder)).filter((name) => name.endsWith('.c'));

    for (const folder of ['handlers', 'jobs'])
        for (const name of sources(folder)) expect(`/usr/lib/openvidstreamer/${folder}/${name.slice(0, -2)}`);
    for (const name of readdirSync(join(root, 'schema'))) expect(`/usr/lib/openvidstreamer/schema/${name}`);
    expect('/usr/lib/openvidstreamer/htdocs/assets/manifest');
    for (const name of ['cache', 'programs', 'money', 'web', 'limits', 'acme'])
        expect(`/usr/lib/systemd/system/ovs-${name}.service`);
    const jobs = [...readFileSync(join(root, 'jobs/crontab'), 'utf8').matchAll(/^[^#\n].*\$JOBS\/(\w+)/gm)];
    assert.ok(jobs.length > 10);
    for (const [, job] of jobs) expect(`/usr/lib/systemd/system/ovs-${job}.timer`);
    for (const path of files.keys())
        if (/^\/usr\/sbin\/./.test(path)) expect(`/usr/share/man/man8/${path.split('/').at(-1)}.8.gz`);
    for (const [path, { owner }] of files) assert.equal(owner, 'root/root', path);
});

test('root opens no log for another user, whose fellows could have put a link there', (t) => {
    const units = readdirSync(join(root, 'deploy/systemd')).filter((name) => name.endsWith('.service'));
    assert.ok(units.length > 5);
    for (const name of units)
        assert.doesNotMatch(readFileSync(join(root, 'deploy/systemd', name), 'utf8'), /^Standard\w+=(append|file|truncate):/m, name);
    assert.doesNotMatch(readFileSync(join(root, 'deploy/ovs-run'), 'utf8'), />> *\S*log/);
});

test('who runs as whom follows from what a program does with the database', () => {
    const classes = run('deploy/systemd/classes').stdout.trim().split('\n').map((line) => line.split(' '));
    const of = (kind, wanted) => classes.filter(([k, c]) => k === kind && c === wanted).map(([, , name]) => name).sort();
    const money = readdirSync(join(root, 'handlers')).filter((name) => name.endsWith('.c') &&
        /\.db = DB_MONEY/.test(readFileSync(join(root, 'handlers', name), 'utf8'))).map((name) => name.slice(0, -2));
    assert.deepEqual(of('handler', 'money'), money.sort());
    assert.ok(money.includes('payee'));
    assert.deepEqual(of('job', 'media'), ['sweep', 'transcode']);
    assert.ok(of('job', 'money').includes('payout_run'));
});
