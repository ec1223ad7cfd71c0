/*
 * Places that a site may find itself in: a path with blanks, another locale and time zone, any umask, an
 * ordinary user, little memory, a system without tools. Which database servers it runs on: tests/places.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
    chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, rmdirSync,
    statSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { built, makeFilm, root, startSite, until } from './lib.mjs';

const MEMORY_BYTES = 512 << 20;
const NOBODY = 65534;
const CLOSE = { connection: 'close' }; // a job may take longer than the server keeps one open
const scratch = mkdtempSync(join(tmpdir(), 'ovs-places-'));
chmodSync(scratch, 0o755);
after(() => rmSync(scratch, { recursive: true, force: true }));

/* A member of the site sends a film by the form and it becomes a video; returns its public id. */
async function upload(site, film) {
    const password = 'a long walk in may';
    const added = site.job('admin', ['user', 'add', 'cara@example.org', 'cara', '--password', password]);
    assert.equal(added.status, 0, added.output);
    const login = await fetch(`${site.url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...CLOSE },
        body: JSON.stringify({ name: 'cara', password }),
    });
    const headers = { authorization: `Bearer ${(await login.json()).token}`, ...CLOSE };
    const form = new FormData();
    for (const [name, value] of Object.entries({ title: 'Far away', category: 'music', visibility: 'public' }))
        form.append(name, value);
    form.append('file', new Blob([readFileSync(film)]), 'film.mp4');
    const sent = await fetch(`${site.url}/upload`, { method: 'POST', headers, body: form, redirect: 'manual' });
    assert.equal(sent.status, 303, await sent.text());
    return site.sql.value('SELECT public_id FROM video');
}

async function assertPages(site, paths) {
    for (const path of paths) assert.equal((await fetch(site.url + path, { headers: CLOSE })).status, 200, path);
}

/* Every file below a folder. */
function* filesOf(folder) {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
        if (entry.isFile()) yield join(entry.parentPath ?? entry.path, entry.name);
}

test('paths with blanks', async (t) => {
    const programs = join(scratch, 'the programs');
    mkdirSync(programs);
    for (const part of ['handlers', 'jobs']) symlinkSync(join(built, part), join(programs, part));
    const site = await startSite({ folder: join(scratch, 'a folder'), env: { B: programs }, set: { ladder: '180' } });
    t.after(() => site.stop());
    const id = await upload(site, makeFilm(join(scratch, 'short film.mp4'), { seconds: 2, sound: 1 }));
    const made = site.job('transcode');
    assert.equal(made.status, 0, made.output);
    await assertPages(site, ['/', '/health', '/search?q=far', `/watch/${id}`]);
    const sockets = site.setting('db_socket').replace(/\/db$/, '');
    assert.equal(await site.stop(), 0);
    assert.equal(existsSync(sockets), false);
});

test('no umask lets others write', async (t) => {
    const before = process.umask(0);
    t.after(() => process.umask(before));
    const site = await startSite({ set: { ladder: '180' } });
    t.after(() => site.stop());
    await upload(site, makeFilm(join(scratch, 'open.mp4'), { seconds: 2 }));
    for (const job of ['transcode', 'watch_flush', 'settle', 'recommend', 'reindex'])
        assert.equal(site.job(job).status, 0, job);
    const mayWrite = (file) => statSync(join(site.var, file)).mode & (file.startsWith('log/') ? 0o002 : 0o022);
    const theirs = [...filesOf(site.var)].map((file) => file.slice(site.var.length + 1))
        .filter((file) => !/^(clock$|(log\/|run\/)?db\b)/.test(file)); // the database server and the test make them
    assert.ok(theirs.length > 10);
    assert.deepEqual(theirs.filter(mayWrite), []);
});

/* Numbers with commas, a time zone three quarters of an hour off, the user `nobody`. */
test('somewhere else, as an ordinary user', (t) => {
    const locales = join(scratch, 'locales'), home = join(scratch, 'home');
    mkdirSync(locales);
    mkdirSync(home);
    const made = spawnSync('localedef', ['-i', 'de_DE', '-f', 'UTF-8', join(locales, 'de_DE.UTF-8')]);
    if (made.status !== 0) return t.skip('localedef cannot make de_DE: is the package locales there?');
    const env = {
        ...process.env, LOCPATH: locales, LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8', TZ: 'Pacific/Chatham', TMPDIR: home, HOME: '/',
    };
    assert.equal(spawnSync('bash', ['-c', "printf '%.1f' 1,5"], { env, encoding: 'utf8' }).stdout, '1,5');
    const transcripts = ['upload', 'subscribe', 'money', 'books', 'receipt', 'studio', 'watch'];
    let command = ['node', join(root, 'tests/http/run.mjs'), '--http', ...transcripts.map((name) => join(root, `tests/http/${name}.t`))];
    if (process.getuid() === 0 && !process.env.DB_WRAP) { // only root may chroot to a server elsewhere
        chownSync(home, NOBODY, NOBODY);
        command = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...command];
        const reads = spawnSync(command[0], [...command.slice(1, 4), 'test', '-x', join(built, 'jobs/migrate')]);
        if (reads.status !== 0) return t.skip(`the user nobody may not read ${built}`);
    }
    const ran = spawnSync(command[0], command.slice(1), { env, encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    assert.match(ran.stdout, /\d+ checks, 0 failed/);
});

/* A new group of processes that may have so much memory, by version 1 or 2 of cgroups. */
function memoryGroup(bytes) {
    for (const [parent, limit, oom] of [
        ['/sys/fs/cgroup', 'memory.max', 'memory.events'],
        ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes', 'memory.oom_control'],
    ]) {
        const folder = join(parent, `ovs-places-${process.pid}`);
        try {
            mkdirSync(folder);
        } catch {
            continue; // there is no such tree, or it is not ours
        }
        if (existsSync(join(folder, limit))) {
            writeFileSync(join(folder, limit), String(bytes));
            return { folder, killed: () => /^oom_kill (\d+)$/m.exec(readFileSync(join(folder, oom), 'utf8'))?.[1] };
        }
        rmdirSync(folder);
    }
    return undefined;
}

test('512 MB of memory: pages, an upload, its processing', async (t) => {
    const group = memoryGroup(MEMORY_BYTES);
    if (!group) return t.skip('a cgroup with a limit of memory cannot be made here');
    let site;
    t.after(async () => {
        await site?.stop();
        rmdirSync(group.folder);
    });
    const folder = mkdtempSync('/var/tmp/ovs-places-'); // files in memory would count
    const wrap = ['sh', '-c', 'echo $$ >"$0" && exec "$@"', join(group.folder, 'cgroup.procs')];
    site = await startSite({ folder, wrap, tick: true, env: { TMPDIR: folder } });
    const id = await upload(site, makeFilm(join(scratch, 'full.mp4'), { seconds: 2, size: '1920x1080', rate: 15, sound: 2 }));
    await until('the video is ready', async () =>
        (await site.sql.value(`SELECT state FROM video WHERE public_id = '${id}'`)) === 'ready', 300);
    await assertPages(site, ['/', '/browse', '/search?q=far', `/watch/${id}`, '/signup', '/terms']);
    assert.equal(await site.sql.value('SELECT MAX(height) FROM rendition'), '1080');
    assert.equal(group.killed(), '0');
});

test('a system without tools is told what is missing by lighttpd/deps, not by make', () => {
    const few = join(scratch, 'few');
    mkdirSync(few);
    for (const tool of ['sh', 'make', 'sed', 'expand', 'find', 'mkdir', 'awk', 'cat', 'cmp', 'grep', 'echo', 'rm', 'dirname'])
        symlinkSync(realpathSync(spawnSync('which', [tool], { encoding: 'utf8' }).stdout.trim()), join(few, tool));
    const told = spawnSync(join(few, 'make'), ['--no-print-directory', 'help'], { cwd: root, env: { PATH: few }, encoding: 'utf8' });
    assert.equal(told.status, 0, told.stderr);
    assert.equal(told.stderr, '');
    assert.match(told.stdout, /make|run/);
});
