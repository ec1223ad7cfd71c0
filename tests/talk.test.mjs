/*
 * Comments and notifications when there are many: 100,000 comments, of which 60,000 are on one video and
 * 5,000 answer one comment, 50,000 notices, and a creator with 20,000 followers. Each page takes at
 * most CPU_MAX_MS of the program and the database together, and reads few rows; followers are told in pages,
 * and a job that was killed between them tells nobody twice.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startSite } from './lib.mjs';

const CPU_MAX_MS = 20, TICK_MS = 10, REQUESTS = 40;
const FOLLOWERS = 20000;
const PASSWORD = 'a long walk in may';
const N = (n) => `WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ${n})`;
let site, cookie;

const sql = (text) => site.sql.run(text.replace(/\s+/g, ' '));
const value = async (text) => Number(await site.sql.value(text));

async function fill() {
    await sql(`SET SESSION cte_max_recursion_depth = 200000`).catch(() => {});
    const numbers = `SELECT a.i * 1000 + b.i + 1 AS i FROM
        (${N(100)} SELECT i - 1 AS i FROM n) a JOIN (${N(1000)} SELECT i - 1 AS i FROM n) b`;
    await sql(`INSERT INTO user (id, email, handle, display_name, created_ms)
        SELECT 1000 + i, CONCAT('f', i, '@x.org'), CONCAT('fan', i), 'Fan', 1 FROM (${numbers}) x WHERE i <= ${FOLLOWERS}`);
    await sql(`INSERT INTO video (id, public_id, user_id, category_id, title, state, visibility, length_ms, created_ms, published_ms)
        SELECT i, LPAD(i, 11, 'V'), (SELECT id FROM user WHERE handle = 'ada'), 1, CONCAT('Video ', i), 'ready', 'public',
        60000, 1, IF(i = 1, UNIX_TIMESTAMP() * 1000, 1) FROM (${numbers}) x WHERE i <= 100`);
    await sql(`INSERT INTO comment (id, video_id, owner_id, user_id, parent_id, text, state, likes, replies, made_ms)
        SELECT i, IF(i <= 60000, 1, 1 + i % 100), (SELECT id FROM user WHERE handle = 'ada'), 1000 + i % ${FOLLOWERS} + 1,
        IF(i > 1 AND i <= 5001, 1, NULL), CONCAT('What I think of it, number ', i), IF(i % 50 = 7, 'held', 'shown'),
        i % 97, IF(i = 1, 4900, 0), i FROM (${numbers}) x ORDER BY i`);
    await sql(`INSERT INTO comment_video (video_id, shown) SELECT video_id, SUM(state = 'shown') FROM comment GROUP BY video_id`);
    await sql(`INSERT INTO notice (user_id, kind, link, fields, made_ms, read_ms) SELECT (SELECT id FROM user WHERE handle = 'ada'),
        'comment_new', '/studio/comments', CONCAT('who=Fan\ntitle=Video\ntext=', i, '\n'), i, i <= 49000 FROM (${numbers}) x WHERE i <= 50000`);
    await sql(`INSERT INTO follow (user_id, channel_id, since_ms) SELECT 1000 + i, (SELECT id FROM user WHERE handle = 'ada'), 1
        FROM (${numbers}) x WHERE i <= ${FOLLOWERS}`);
    await sql('ANALYZE TABLE comment, notice, follow, video');
}

async function logIn() {
    const answer = await fetch(`${site.url}/login`, {
        method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({ name: 'ada', password: PASSWORD }),
    });
    return (await answer.json()).token;
}

before(async () => {
    site = await startSite();
    const added = site.job('admin', ['user', 'add', 'ada@example.org', 'ada', '--password', PASSWORD]);
    assert.equal(added.status, 0, added.output);
    await fill();
    cookie = { Authorization: `Bearer ${await logIn()}`, Accept: 'text/html' };
});
after(() => site?.stop());

const ticks = (pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]);
};

async function get(path) {
    const answer = await fetch(site.url + path, { headers: cookie });
    assert.equal(answer.status, 200, path);
    return answer.text();
}

const pages = [
    ['/watch/VVVVVVVVVV1', 'watch', /60 ?K|5\d\.?\dK comments/],
    ['/watch/VVVVVVVVVV1/comments?sort=liked', 'comments', /number/],
    ['/watch/VVVVVVVVVV1/comments?sort=liked&after=30000&likes=50', 'comments', /number/],
    ['/watch/VVVVVVVVVV1/comments?after=30000', 'comments', /number 29999/],
    ['/watch/VVVVVVVVVV1/comments?thread=1', 'comments', /Further answers/],
    ['/watch/VVVVVVVVVV1/comments?thread=1&at=4003', 'comments', /number 4003/],
    ['/studio/comments', 'studio_comments', /Waiting \(99\)/],
    ['/studio/comments?state=shown&before=50000', 'studio_comments', /number 49999/],
    ['/notifications', 'notifications', /commented on/],
    ['/notifications?before=2000', 'notifications', /commented on/],
];
for (const [path, program, shows] of pages)
    test(`${path} is quick`, async () => {
        assert.match(await get(path), shows);
        const all = () => [...site.pids(`handlers/${program}`), site.pid('db')].reduce((sum, pid) => sum + ticks(pid), 0);
        const before_ticks = all();
        for (let i = 0; i < REQUESTS; i++) await get(path);
        const each_ms = ((all() - before_ticks) * TICK_MS) / REQUESTS;
        console.log(`# ${path}: ${each_ms} ms`);
        assert.ok(each_ms <= CPU_MAX_MS, `${each_ms} ms`);
    });

test('followers are told in pages; what was told stays told', async () => {
    await sql(`INSERT INTO video_told (video_id, told_id) SELECT 1, 1000 + 7000`);
    const first = site.job('tell_followers');
    assert.equal(first.status, 0, first.output);
    const told = `SELECT COUNT(*) FROM notice WHERE kind = 'followed_video'`;
    assert.equal(await value(told), FOLLOWERS - 7000);
    await sql('UPDATE video_told SET told_id = 0, done_ms = 0');
    assert.equal(site.job('tell_followers').status, 0);
    assert.equal(await value(told), FOLLOWERS);
    assert.equal(await value(`SELECT COUNT(DISTINCT user_id) FROM notice WHERE kind = 'followed_video'`), FOLLOWERS);
});
