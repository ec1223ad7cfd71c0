/*
 * Every program and command tells how it is used, and does nothing when it is asked for what it does
 * not know: without settings, and without leaving a file.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './lib.mjs';

const built = join(root, process.env.B ?? 'build/plain', 'jobs');
const jobs = readdirSync(join(root, 'jobs')).filter((name) => name.endsWith('.c')).map((name) => join(built, name.slice(0, -2)));
const scripts = ['lighttpd', 'deploy'].flatMap((folder) => readdirSync(join(root, folder))
    .map((name) => join(root, folder, name)).filter((path) => statSync(path).isFile() && statSync(path).mode & 0o100));

function run(path, ...args) {
    const folder = mkdtempSync(join(tmpdir(), 'usage-'));
    const { OVS_CONF, ...env } = process.env;
    const done = spawnSync(path, args, { cwd: folder, env: { ...env, VAR: join(folder, 'var') }, encoding: 'utf8', input: '', timeout: 20_000 });
    assert.deepEqual(readdirSync(folder), [], `${path} ${args} leaves files`);
    rmSync(folder, { recursive: true });
    return done;
}

for (const path of [...jobs, ...scripts]) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    test(name, () => {
        const help = run(path, '--help');
        assert.equal(help.status, 0, help.stderr);
        assert.match(help.stdout, /usage:/);
        const wrong = run(path, '--nonsense');
        assert.equal(wrong.status, 64, wrong.stderr);
        assert.notEqual(wrong.stderr, '');
    });
}

test('the commands of admin say which ones begin with their word', () => {
    const groups = new Set([...run(join(built, 'admin'), '--help').stdout.matchAll(/^  admin (\S+) [a-z]/gm)].map(([, word]) => word));
    assert.ok(groups.has('user'));
    for (const word of groups) {
        const asked = run(join(built, 'admin'), word, '--help');
        assert.equal(asked.status, 0, word);
        assert.match(asked.stdout, new RegExp(`^usage: admin ${word} \\.\\.\\.\\n\\n  admin ${word} `));
        const unknown = run(join(built, 'admin'), word, 'nonsense');
        if (unknown.status === 1) continue; // the word is a command by itself, which takes that
        assert.equal(unknown.status, 64, word);
    }
    const user = run(join(built, 'admin'), 'user');
    assert.equal(user.status, 64);
    assert.match(user.stderr, /there is no command user\n.*  admin user add EMAIL HANDLE/s);
    assert.ok(!user.stderr.includes('admin import'));
});
