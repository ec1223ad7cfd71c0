/*
 * What is left after something is killed: a handler, the transcode job halfway, the database while
 * a member uses it, the cache. After at most one more attempt everything is as it should be. (A
 * database that is killed during an upload: tus.test.mjs.)
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { built, makeFilm, realFilm, startSite, until } from './lib.mjs';

const PASSWORD = 'a long walk in may';
let site, bearer;

before(async () => {
    site = await startSite({ set: { transcode_lease_seconds: 5 } });
    const made = site.job('admin', ['user', 'add', 'cara@example.org', 'cara', '--password', PASSWORD]);
    assert.equal(made.status, 0, made.output);
    const answer = await fetch(`${site.url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'cara', password: PASSWORD }),
    });
    assert.equal(answer.status, 200);
    bearer = { authorization: `Bearer ${(await answer.json()).token}`, accept: 'application/json' };
});
after(() => site?.stop());

/* Process ids whose command line begins with this program of ours. */
function processes(program) {
    const path = join(built, program);
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
        try {
            const [command] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
            return command === path && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(site.conf);
        } catch {
            return false; // it has ended in the meantime, or we may not look at it
        }
    });
}

const get = (path, headers = {}) => fetch(site.url + path, { headers, redirect: 'manual' });

test('a killed handler is started again; its neighbour goes on serving', async () => {
    assert.equal((await get('/subscribe', bearer)).status, 200);
    for (const pid of processes('handlers/subscribe')) process.kill(pid, 'SIGKILL');
    await until('the page is back', async () => (await get('/subscribe', bearer)).status === 200);
    assert.equal((await get('/browse')).status, 200);
});

test('a killed database: a clear 503, and recovery without any restart', async () => {
    assert.equal((await get('/subscribe', bearer)).status, 200);
    const before = processes('handlers/subscribe');
    process.kill(site.pid('db'), 'SIGKILL');
    const away = await get('/subscribe', bearer);
    if (away.status !== 200) { // it may be back already: then this request met the new one
        assert.equal(away.status, 503);
        assert.equal((await away.json()).error.code, 'busy');
        assert.ok(away.headers.get('retry-after'));
    }
    await until('the database is back', async () => (await get('/subscribe', bearer)).status === 200);
    const now = processes('handlers/subscribe'); // launch may have started another one beside a busy one
    assert.deepEqual(before.filter((pid) => !now.includes(pid)), [], 'no program had to be restarted');
});

test('a stopped database: 503 within the limit of a statement, then again a page', async () => {
    const pid = site.pid('db');
    process.kill(pid, 'SIGSTOP');
    const threads = () => readdirSync(`/proc/${pid}/task`).map((thread) =>
        readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1][0]);
    await until('all of it has stopped', () => threads().every((state) => state === 'T'));
    try {
        const page = await get('/subscribe', { ...bearer, accept: 'application/json' });
        assert.equal(page.status, 503);
    } finally {
        process.kill(pid, 'SIGCONT');
    }
    await until('pages are back', async () => (await get('/subscribe', bearer)).status === 200);
});

test('a killed or hung cache: slower, never wrong', async () => {
    const cache = site.pid('cache');
    process.kill(cache, 'SIGSTOP');
    assert.equal((await get('/')).status, 200);
    process.kill(cache, 'SIGKILL');
    assert.equal((await get('/')).status, 200);
    await until('it is back', async () => {
        const health = await get('/health', bearer);
        return health.ok && (await health.json()).cache === true;
    });
});

test('the test provider does not start in production', () => {
    const conf = join(site.var, 'production.conf');
    const text = readFileSync(site.conf, 'utf8').replace(/^environment.*$/m, 'environment = production');
    writeFileSync(conf, text, { mode: 0o600 });
    for (const program of ['subscribe', 'pay']) {
        const ran = spawnSync(join(built, 'handlers', program), { env: { OVS_CONF: conf }, encoding: 'utf8' });
        assert.equal(ran.status, 78);
        assert.match(ran.stderr, /does not run in production/);
    }
});

const state = async (column) => site.sql.value(`SELECT ${column} FROM transcode_job`);

test('transcoding that is killed half-way is taken over and ends well', async () => {
    const source = realFilm('car-detection.mp4') ??
        makeFilm(join(site.var, 'cars.mp4'), { seconds: 30, size: '768x432', rate: 13, sound: 2 });
    const sent = site.job('admin', ['import', 'cara', source, '--title', 'Cars', '--category', 'other']);
    assert.equal(sent.status, 0, sent.output);
    const env = { ...process.env, OVS_CONF: site.conf };
    const first = spawn(join(built, 'jobs/transcode'), { env, stdio: 'ignore' });
    await until('it is in the middle', async () => Number(await state('percent')) > 3, 120);
    const ended = new Promise((done) => first.once('exit', done));
    first.kill('SIGKILL');
    await ended;
    await until('its ffmpeg went with it', () => !readdirSync('/proc').some((pid) => {
        try {
            return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(site.var, 'media'));
        } catch {
            return false;
        }
    }));
    assert.equal(await state('state'), 'running'); // nothing knows yet that the worker is dead
    site.setClock(60_000); // the lease has expired
    const second = site.job('transcode');
    assert.equal(second.status, 0, second.output);
    assert.deepEqual((await site.sql.run('SELECT state, attempts FROM transcode_job'))[0], ['done', '2']);
    assert.deepEqual((await site.sql.run('SELECT state FROM video'))[0], ['ready']);
    assert.equal(await site.sql.value("SELECT COUNT(*) FROM notice WHERE kind = 'video_published'"), '1');
    const id = await site.sql.value('SELECT public_id FROM video');
    const files = readdirSync(join(site.var, 'media/videos', id, 'full'));
    assert.ok(files.includes('master.m3u8'), files.join(' '));
    assert.ok(!files.includes('work'), 'nothing half-made is left');
    site.setClock(0);
    assert.equal(site.job('sweep').status, 0);
    assert.deepEqual(readdirSync(join(site.var, 'media/incoming')), [], 'the original is gone');
});
