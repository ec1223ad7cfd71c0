/*
 * Watch credit over HTTP, with a controlled clock: what honest beats earn, what forged, replayed,
 * stolen and parallel ones do not, and what happens to beats when something breaks.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite, until } from './lib.mjs';

const START = Date.UTC(2031, 4, 5, 9), HOUR_MS = 3_600_000, BEAT_MS = 15_000;
const PASSWORD = 'a long walk in may', KILLED = 200, TABS = 5;
const SLACK_MS = 4000; // a busy machine answers late, while the clock continues
const SCREEN_MS = 2 * HOUR_MS; // length of the videos, except the loop
let site, now_ms, ids, next_video = 0;
const bearers = {};

/* Sets the site's clock to that moment. */
function at(ms) {
    now_ms = ms;
    site.setClock(ms - Date.now());
}

async function ask(who, path, body) {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    if (bearers[who]) headers.authorization = `Bearer ${bearers[who]}`;
    const answer = await fetch(site.url + path,
        { method: 'POST', headers, body: JSON.stringify(body), redirect: 'manual' });
    const data = await answer.json().catch(() => ({})); // the web server's own pages are HTML
    return { status: answer.status, retry: answer.headers.get('retry-after'), ...data };
}

async function logIn(who) {
    const made = site.job('admin', ['user', 'add', `${who}@example.org`, who, '--password', PASSWORD]);
    assert.equal(made.status, 0, made.output);
    const { status, token } = await ask(who, '/login', { name: who, password: PASSWORD });
    assert.equal(status, 200);
    bearers[who] = token;
}

/* A new video of cara; its public id and its number. */
async function newVideo(length_ms = SCREEN_MS) {
    const id = `V${String(next_video++).padStart(10, '0')}`;
    await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, state, visibility,
        length_ms, created_ms, published_ms) VALUES ('${id}', ${ids.cara}, 1, 'A film', 'ready', 'public',
        ${length_ms}, 1, 1)`.replace(/\s+/g, ' '));
    return { id, number: await site.sql.value(`SELECT id FROM video WHERE public_id = '${id}'`) };
}

/* A player: play() asks once, beat() reports what was played since. */
class Tab {
    constructor(who, video) {
        Object.assign(this, { who, video, at_ms: 0 });
    }

    async play() {
        const answer = await ask(this.who, '/api/play', { video: this.video.id, t: this.token });
        assert.equal(answer.status, 200, JSON.stringify(answer));
        this.token = answer.token;
        this.seq = answer.seq;
        return this;
    }

    send(from_ms, to_ms, more = {}) {
        return ask(this.who, '/api/beat',
            { t: this.token, q: this.seq, r: [[from_ms, to_ms]], s: 'play', ...more });
    }

    /* Like the player: after a 401 it asks again, and then reports the same ranges. */
    async beat(played_ms = BEAT_MS, more = {}) {
        let answer = await this.send(this.at_ms, this.at_ms + played_ms, more);
        if (answer.status === 401) {
            await this.play();
            answer = await this.send(this.at_ms, this.at_ms + played_ms, more);
        }
        assert.equal(answer.status, 200, JSON.stringify(answer));
        this.at_ms += played_ms;
        this.token = answer.t;
        this.seq++;
    }

    /* When the chain began, and its latest beat: the numbers in the token. */
    get span() {
        const [start, last] = this.token.split('.').slice(5, 7).map(Number);
        return { start, last };
    }
}

const play = (who, video) => new Tab(who, video).play();

function run(name, ...args) {
    const { status, output } = site.job(name, args);
    assert.equal(status, 0, output);
    return output;
}

/* What watch_day holds now: { credited, raw, lost } of a member, and of one video. */
async function credit(who, video) {
    run('watch_flush');
    run('watch_rollup');
    const where = `user_id = ${ids[who]}${video ? ` AND video_id = ${video.number}` : ''}`;
    const [[credited, raw, lost]] = await site.sql.run(
        `SELECT COALESCE(SUM(credited_ms), 0), COALESCE(SUM(raw_ms), 0), COALESCE(BIT_OR(lost), 0)
         FROM watch_day WHERE ${where}`.replace(/\s+/g, ' '));
    return { credited: Number(credited), raw: Number(raw), lost: Number(lost) };
}

before(async () => {
    const set = { access_minutes: 1440, plays_per_minute: 10000, login_fails_per_hour: 1000 };
    site = await startSite({ set });
    at(START);
    for (const who of ['cara', 'nora', 'otto', 'pia', 'quin', 'rosa', 'sven', 'tina', 'ugo']) await logIn(who);
    ids = Object.fromEntries(await site.sql.run('SELECT handle, id FROM user'));
    await site.sql.run('SET foreign_key_checks = 0');
    for (const [who, id] of Object.entries(ids)) {
        await site.sql.run(`INSERT INTO subscription (user_id, provider, paid_until_ms,
            grace_until_ms) VALUES (${id}, 'test', 4000000000000, 0)`.replace(/\s+/g, ' '));
        if (who !== 'cara')
            await site.sql.run(`INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms, ends_ms,
                currency, gross_minor, tax_minor, fee_minor) VALUES (${id}, ${id}, 0, ${id}, 1,
                ${START - 86_400_000}, ${START + 30 * 86_400_000}, 'XTS', 999, 0, 0)`.replace(/\s+/g, ' '));
    }
    await site.sql.run(`INSERT INTO paid_span (user_id, starts_ms, ends_ms, unit_id, anchor_ms)
        SELECT user_id, starts_ms, ends_ms, id, starts_ms FROM unit`.replace(/\s+/g, ' '));
    await site.sql.run('SET foreign_key_checks = 1');
});
after(() => site?.stop());

test('replayed, forged, foreign, expired and reordered beats earn nothing', async () => {
    const video = await newVideo();
    const tab = await play('nora', video);
    const stolen = new Tab('otto', video);
    for (let i = 0; i < 4; i++) {
        at(now_ms + BEAT_MS);
        const [from, to] = [tab.at_ms, tab.at_ms + BEAT_MS];
        assert.equal((await tab.send(from, to, { q: tab.seq + 1 })).status, 401, 'reordered');
        assert.equal((await tab.send(from, to, { t: tab.token.replace(/.$/, '!') })).status, 401, 'forged');
        const longer = tab.token.replace(`.${SCREEN_MS}.`, `.${2 * SCREEN_MS}.`);
        assert.notEqual(longer, tab.token);
        assert.equal((await tab.send(from, to, { t: longer })).status, 401, 'forged');
        Object.assign(stolen, { token: tab.token, seq: tab.seq });
        assert.equal((await stolen.send(from, to)).status, 401, 'foreign');
        const { token, seq } = tab;
        await tab.beat();
        for (let k = 0; k < 3; k++) // repeated and forked: accepted, but worth nothing more
            assert.equal((await ask('nora', '/api/beat', { t: token, q: seq, r: [[0, BEAT_MS]], s: 'seek' })).status, 200);
        assert.equal((await tab.send(from, to)).status, 429, 'too soon');
    }
    const { start, last } = tab.span;
    const after_ms = last - start;
    at(now_ms + 13 * HOUR_MS);
    assert.equal((await tab.send(0, BEAT_MS)).status, 401, 'expired');
    at(START);
    const nora = await credit('nora');
    assert.ok(nora.credited <= after_ms + 200, `${nora.credited} of ${after_ms}`);
    assert.ok(nora.credited > after_ms - SLACK_MS, `${nora.credited} of ${after_ms}`);
    assert.ok(nora.raw > 3 * nora.credited);
    assert.equal((await credit('otto')).raw, 0);
});

test('five tabs for an hour earn one hour', async () => {
    at(START);
    const tabs = [];
    for (let i = 0; i < TABS; i++) tabs.push(await play('pia', await newVideo()));
    const [{ start }] = tabs.map((tab) => tab.span);
    for (let ms = BEAT_MS; ms <= HOUR_MS; ms += BEAT_MS) {
        at(START + ms);
        await Promise.all(tabs.map((tab) => tab.beat(BEAT_MS + 1000))); // a little fast: time decides
    }
    const last = Math.max(...tabs.map((tab) => tab.span.last));
    const pia = await credit('pia');
    assert.ok(pia.credited <= last - start, `${pia.credited} in ${last - start}`);
    assert.ok(pia.credited > HOUR_MS - SLACK_MS, String(pia.credited));
    assert.ok(pia.raw > TABS * (HOUR_MS - SLACK_MS), String(pia.raw));
    assert.ok(pia.lost & 8, 'the others overlap');
});

test('a loop counts once a day; own videos and unpaid time not at all', async () => {
    at(START);
    const short = await newVideo(60_000);
    const tab = await play('quin', short), own = await play('cara', short);
    for (let ms = BEAT_MS; ms <= 300_000; ms += BEAT_MS) {
        at(START + ms);
        tab.at_ms %= 60_000;
        own.at_ms %= 60_000;
        await tab.beat();
        await own.beat();
    }
    const quin = await credit('quin');
    assert.equal(quin.credited, 60_000);
    assert.equal(quin.lost, 16);
    const cara = await credit('cara');
    assert.equal(cara.credited, 0);
    assert.equal(cara.lost, 1 | 64);
    assert.equal(await site.sql.value(`SELECT views FROM video WHERE id = ${short.number}`), '1');
    const cells = await site.sql.run(`SELECT cell, plays FROM video_retention WHERE video_id = ${short.number}`);
    assert.deepEqual(cells, Array.from({ length: 12 }, (_, cell) => [String(cell), '5']));
});

test('a month ends in the middle of an evening: each has its part', async () => {
    const end = START + 60_000, id = Number(ids.rosa);
    await site.sql.run(`UPDATE paid_span SET ends_ms = ${end} WHERE unit_id = ${id}`);
    await site.sql.run('SET foreign_key_checks = 0');
    await site.sql.run(`INSERT INTO unit SELECT id + 1000, payment_id, 1, user_id, policy_id, ${end + 30_000},
        ${end + 86_400_000}, currency, gross_minor, tax_minor, fee_minor, refunded_minor, frozen, settled_ms,
        settled_refunded_minor, seconds, net_minor, shortfall_minor, creators_minor, platform_minor, idle_minor,
        matured_ms, 0 FROM unit WHERE id = ${id}`.replace(/\s+/g, ' '));
    await site.sql.run(`INSERT INTO paid_span (user_id, starts_ms, ends_ms, unit_id, anchor_ms)
        VALUES (${id}, ${end + 30_000}, ${end + 86_400_000}, ${id + 1000}, 0)`.replace(/\s+/g, ' '));
    at(START);
    const tab = await play('rosa', await newVideo());
    for (let ms = BEAT_MS; ms <= 150_000; ms += BEAT_MS) {
        at(START + ms);
        await tab.beat();
    }
    assert.equal((await credit('rosa')).lost, 64);
    const rows = await site.sql.run(
        `SELECT unit_id, credited_ms, raw_ms FROM watch_day WHERE user_id = ${id} ORDER BY unit_id`);
    const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < SLACK_MS, `${value}, not ${wanted}`);
    assert.deepEqual(rows.map(([unit]) => Number(unit)), [0, id, id + 1000]);
    assert.equal(rows[0][1], '0');
    near(rows[0][2], 30_000);
    near(rows[1][1], 60_000);
    near(rows[2][1], 60_000);
});

test('hidden tabs count as configured', async () => {
    at(START);
    const seen = await newVideo(), hidden = await newVideo();
    const tabs = [await play('sven', seen), await play('sven', hidden)];
    for (let ms = BEAT_MS; ms <= 60_000; ms += BEAT_MS) {
        at(START + ms);
        await tabs[0].beat();
        at(START + 120_000 + ms);
        await tabs[1].beat(BEAT_MS, { h: 1 });
    }
    assert.equal((await credit('sven', hidden)).lost & 4, 0);
    appendFileSync(site.conf, 'count_hidden = 0\n');
    await site.sql.run(`INSERT INTO watch_dirty (user_id, day) SELECT DISTINCT user_id, day FROM watch_day
        WHERE user_id = ${ids.sven}`.replace(/\s+/g, ' '));
    const without = await credit('sven', hidden);
    assert.equal(without.credited, 0);
    assert.ok(without.lost & 4);
    assert.ok((await credit('sven', seen)).credited > 0);
});

test('the history: paused, gone on with, cleared; credit stays', async () => {
    const positions = () => site.sql.value(`SELECT COUNT(*) FROM watch_position WHERE user_id = ${ids.tina}`);
    const history = async (what) => assert.ok(
        (await ask('tina', '/account/history', { do: what })).status < 400, what);
    const watch = async () => {
        const tab = await play('tina', await newVideo());
        at(now_ms + BEAT_MS);
        await tab.beat();
    };
    at(START);
    await watch();
    run('watch_flush');
    assert.equal(await positions(), '1');
    await history('pause');
    await watch();
    run('watch_flush');
    assert.equal(await positions(), '1');
    await watch();
    at(now_ms + 1000);
    await history('resume');
    await watch();
    run('watch_flush'); // what was played while paused stays out, even if it is loaded only now
    assert.equal(await positions(), '2');
    const before_ms = (await credit('tina')).credited;
    assert.ok(before_ms > 3 * BEAT_MS);
    await watch();
    at(now_ms + 1000);
    await history('clear');
    run('watch_flush'); // nor does what was cleared come back
    assert.equal(await positions(), '0');
    assert.ok((await credit('tina')).credited > before_ms);
});

test('a video that is gone does not stop the others', async () => {
    at(START);
    const gone = await newVideo(), kept = await newVideo();
    const tabs = [await play('ugo', gone), await play('ugo', kept)];
    at(START + BEAT_MS);
    for (const tab of tabs) await tab.beat();
    await site.sql.run(`DELETE FROM video WHERE id = ${gone.number}`);
    assert.ok((await credit('ugo')).raw > 0);
    assert.deepEqual(await site.sql.run(`SELECT video_id FROM watch_position WHERE user_id = ${ids.ugo}`),
        [[kept.number]]);
});

test('database and cache stand still: beats are heard', async () => {
    at(START);
    const tab = await play('nora', await newVideo());
    const servers = [site.pid('db'), site.pid('cache')];
    for (const pid of servers) process.kill(pid, 'SIGSTOP');
    try {
        for (let ms = BEAT_MS; ms <= 60_000; ms += BEAT_MS) {
            at(START + ms);
            await tab.beat();
        }
    } finally {
        for (const pid of servers) process.kill(pid, 'SIGCONT');
    }
    assert.ok((await credit('nora', tab.video)).raw > 60_000 - SLACK_MS);
});

test('the beat program is killed again and again: no acknowledged beat is lost', async () => {
    at(START + 2 * HOUR_MS);
    const video = await newVideo();
    const members = Object.keys(ids); // one may report MEMBER_BEATS_PER_MINUTE
    const tabs = await Promise.all(Array.from({ length: KILLED }, (_, i) => play(members[i % members.length], video)));
    at(now_ms + BEAT_MS);
    let kills = 0;
    const sent = Promise.all(tabs.map((tab) => until('it is taken', async () =>
        (await tab.send(0, BEAT_MS).catch(() => ({ status: 0 }))).status === 200)));
    let done = false;
    sent.finally(() => (done = true));
    await until('all are taken', () => {
        for (const pid of site.pids('handlers/beat')) if (!done && kills < 20) {
            process.kill(pid, 'SIGKILL');
            kills++;
        }
        return done;
    }, 60);
    await sent;
    assert.ok(kills > 1);
    run('watch_flush');
    assert.equal(await site.sql.value(
        `SELECT COUNT(DISTINCT session) FROM watch_seg WHERE video_id = ${video.number}`), String(KILLED));
});

const spool = () => join(site.var, 'spool');

test('no room and no folder: 503, and nothing is lost when the player tries again', async () => {
    at(START + 3 * HOUR_MS);
    const video = await newVideo();
    const tab = await play('otto', video);
    at(now_ms + BEAT_MS);
    await until('those that were killed are back', async () => (await tab.send(0, 1, { q: 9 })).status === 401);
    await tab.beat();
    const before_ms = (await credit('otto', video)).raw;
    at(now_ms + BEAT_MS);
    const limit = (bytes) => {
        for (const pid of site.pids('handlers/beat'))
            assert.equal(spawnSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`]).status, 0);
    };
    limit(0);
    let refused = await tab.send(tab.at_ms, tab.at_ms + BEAT_MS);
    assert.deepEqual([refused.status, refused.error.code, refused.retry], [503, 'busy', '5']);
    limit('unlimited');
    await tab.beat();

    for (const pid of site.pids('handlers/beat')) process.kill(pid, 'SIGKILL'); // and its file with it
    renameSync(spool(), `${spool()}.kept`);
    writeFileSync(spool(), 'not a folder');
    at(now_ms + BEAT_MS);
    refused = await until('the program itself answers', async () => {
        const answer = await tab.send(tab.at_ms, tab.at_ms + BEAT_MS).catch(() => undefined);
        return answer?.error && answer;
    });
    assert.equal(refused.status, 503);
    rmSync(spool());
    renameSync(`${spool()}.kept`, spool());
    await tab.beat();
    const raw_ms = (await credit('otto', video)).raw - before_ms;
    assert.ok(Math.abs(raw_ms - 2 * BEAT_MS) < SLACK_MS, String(raw_ms));
});

test('a machine that is gone is forgotten, once', async () => {
    await site.sql.run("INSERT INTO watch_node (node, all_before_ms) VALUES ('gone', 1)");
    assert.equal(site.job('watch_flush', ['--forget', 'gone']).status, 0);
    assert.equal(await site.sql.value("SELECT COUNT(*) FROM watch_node WHERE node = 'gone'"), '0');
    const again = site.job('watch_flush', ['--forget', 'gone']);
    assert.equal(again.status, 1);
    assert.match(again.output, /no machine called gone/);
    assert.equal(site.job('watch_flush', ['--nonsense']).status, 64);
});
