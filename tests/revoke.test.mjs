/*
 * Two machines of one site: once somebody has decided, both refuse the addresses that were given out,
 * within seconds, and no others. Their jobs run each second, as under cron.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World } from './http/world.mjs';
import { built, startSite, until } from './lib.mjs';

const SECONDS = 5;
const FILMS = ['FilmThatIs1', 'FilmThatIs2', 'FilmThatIs3', 'FilmThatIs4', 'FilmThatIs5'];
let first, second, world;
const jobs = new Set();

/* The job of one machine, as often as cron would start it. */
function flushEachSecond(site) {
    const job = spawn(join(built, 'jobs/watch_flush'), ['--minute'], { env: { ...process.env, OVS_CONF: site.conf }, stdio: 'ignore' });
    jobs.add(job);
    job.once('exit', (code) => jobs.delete(job) && code !== null && flushEachSecond(site));
}
const endJobs = (signal) => {
    for (const job of jobs) {
        jobs.delete(job);
        job.kill(signal);
    }
};

const logIn = async (handle) => {
    const answer = await fetch(`${first.url}/login`, {
        method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({ name: handle, password: `the secret of ${handle}` }),
    });
    assert.equal(answer.status, 200, handle);
    return { handle, ...await answer.json() };
};
async function signUp(handle) {
    const added = first.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--password-stdin'], `the secret of ${handle}`);
    assert.equal(added.status, 0, added.output);
    await world.say('paid', handle, '');
    return logIn(handle);
}
const ask = (login, path, body, site = first) => fetch(site.url + path, {
    method: 'POST', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', Authorization: `Bearer ${login.token}` },
});
const play = async (login, video) => {
    const answer = await ask(login, '/api/play', { video });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()).media_url.replace('master.m3u8', 'some.mp4');
};
const statuses = (path) => Promise.all([first, second].map(async (site) => (await fetch(site.url + path)).status));
const open = async (path) => assert.deepEqual(await statuses(path), [200, 200], path);
async function voidSoon(...paths) {
    const began = Date.now();
    await until('both machines refuse them', async () => (await Promise.all(paths.map(statuses))).flat().every((s) => s === 410));
    assert.ok(Date.now() - began < SECONDS * 1000, `${Date.now() - began} ms`);
}
const sql = (text) => first.sql.run(text);

before(async () => {
    first = await startSite();
    const key = (name) => readFileSync(join(first.var, 'secrets', name), 'utf8').trim();
    const shared = ['db_socket', 'db_password', 'db_read_password', 'db_money_password', 'db_admin_password', 'media_dir'];
    second = await startSite({
        set: Object.fromEntries(shared.map((name) => [name, first.setting(name)])),
        secrets: { media: key('media'), play: key('play'), token: key('token') },
    });
    world = new World(first.sql, Date.now, () => {});
    await signUp('owen');
    for (const film of FILMS) {
        await world.say('video', `${film} by owen title=Film length=600s`, '');
        for (const folder of ['full', 'preview', 'poster']) {
            mkdirSync(join(first.var, 'media/videos', film, folder), { recursive: true });
            writeFileSync(join(first.var, 'media/videos', film, folder, 'some.mp4'), 'x');
        }
    }
    await sql("UPDATE video SET poster_version = 1, has_preview = 1");
    flushEachSecond(first);
    flushEachSecond(second);
});
after(async () => {
    endJobs('SIGTERM');
    await second?.stop();
    await first?.stop();
});

/* The preview and the picture of a video, as pages name them. */
async function shownOf(film) {
    const page = await (await fetch(`${first.url}/embed/${film}`)).text();
    const found = [...page.matchAll(/\/media\/[^"?]*\/(preview|poster)\//g)].map(([prefix]) => `${prefix}some.mp4`);
    return [...new Set(found)];
}

test('a video that is hidden, with its pictures; others go on', async () => {
    const mia = await signUp('mia');
    const path = await play(mia, FILMS[0]), other = await play(mia, FILMS[1]);
    const shown = await shownOf(FILMS[0]);
    assert.ok(shown.some((p) => p.includes('/poster/')), shown.join(' '));
    for (const one of [path, other, ...shown]) await open(one);
    await sql(`UPDATE video SET state = 'hidden', free_state = 'ready' WHERE public_id = '${FILMS[0]}'`);
    await voidSoon(path, ...shown);
    await open(other);
    assert.equal((await ask(mia, '/api/play', { video: FILMS[0] })).status, 404);

    await sql(`UPDATE video SET state = 'ready', free_state = NULL WHERE public_id = '${FILMS[0]}'`);
    await open(await play(mia, FILMS[0]));
    for (const one of await shownOf(FILMS[0])) await open(one);
    assert.deepEqual(await statuses(path), [410, 410]);
});

test('one that is made private, deleted, or whose owner is banned', async () => {
    const max = await signUp('max');
    for (const change of ["UPDATE video SET visibility = 'private'", "UPDATE video SET state = 'deleted', deleted_ms = 1"]) {
        const film = FILMS[change.includes('private') ? 2 : 3];
        const path = await play(max, film);
        await open(path);
        await sql(`${change} WHERE public_id = '${film}'`);
        await voidSoon(path);
    }
    const path = await play(max, FILMS[4]);
    await sql("UPDATE user SET blocked = 1 WHERE handle = 'owen'");
    await voidSoon(path);
    await sql("UPDATE user SET blocked = 0 WHERE handle = 'owen'");
    await open(await play(max, FILMS[4]));
});

test('what a login was given, when it ends; the same video goes on for others', async () => {
    const [ann, bea] = [await signUp('ann'), await signUp('bea')];
    const again = await logIn('ann');
    const paths = [await play(ann, FILMS[1]), await play(again, FILMS[1]), await play(bea, FILMS[1])];
    for (const path of paths) await open(path);
    await sql(`UPDATE session SET revoked_ms = 1 WHERE user_id = (SELECT id FROM user WHERE handle = 'ann') AND id = ${/\.(\d+)\//.exec(paths[0])[1]}`);
    await voidSoon(paths[0]);
    await open(paths[1]);
    await sql("UPDATE user SET suspended_until_ms = 99999999999999 WHERE handle = 'ann'");
    await voidSoon(paths[1]);
    await open(paths[2]);
    await sql("UPDATE subscription SET paid_until_ms = 1, grace_until_ms = 1 WHERE user_id = (SELECT id FROM user WHERE handle = 'bea')");
    await voidSoon(paths[2]);
});

test('beats for what was revoked bring nothing', async () => {
    const zoe = await signUp('zoe');
    const { token } = await (await ask(zoe, '/api/play', { video: FILMS[1] })).json();
    const beat = (q) => ask(zoe, '/api/beat', { t: token, q, r: [[0, 15000]], s: 'play' });
    assert.equal((await beat(0)).status, 429, 'it is early');
    await sql(`UPDATE video SET state = 'limited', free_state = 'ready' WHERE public_id = '${FILMS[1]}'`);
    await until('it is refused', async () => (await beat(0)).status === 401);
    await sql(`UPDATE video SET state = 'ready', free_state = NULL WHERE public_id = '${FILMS[1]}'`);
    const { token: next } = await (await ask(zoe, '/api/play', { video: FILMS[1] })).json();
    assert.notEqual((await ask(zoe, '/api/beat', { t: next, q: 0, r: [[0, 15000]], s: 'play' })).status, 401);
});

test('a job that was killed; and more than the file may hold ends all, and players go on', async () => {
    const kim = await signUp('kim');
    endJobs('SIGKILL');
    const path = await play(kim, FILMS[1]);
    await open(path);
    await sql("INSERT INTO media_void (what) SELECT CONCAT('@', 1000000 + seq) FROM seq_1_to_10000");
    flushEachSecond(first);
    flushEachSecond(second);
    await voidSoon(path);
    assert.ok(readFileSync(join(first.var, 'revoked'), 'utf8').split('\n').length < 100);
    await open(await play(kim, FILMS[1]));
    await sql("INSERT INTO media_void (what) SELECT CONCAT('@', 2000000 + seq) FROM seq_1_to_100");
    await until('they are carried', () => readFileSync(join(second.var, 'revoked'), 'utf8').includes('@2000100 '));
    await open(await play(kim, FILMS[1]));
});
