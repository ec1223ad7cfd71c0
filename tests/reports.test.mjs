/*
 * The pages of moderation with 10,000 reports: what each costs, in time of all the site's processes, the database
 * server's among them.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSite } from './lib.mjs';

const REPORTS = 10_000, CASES = 9_000, ASKED = 60, CPU_MAX_MS = 20, PASSWORD = 'a long walk in may';
const TICK_MS = 10; // of /proc
let site, headers;

/* CPU time of a process and its descendants that still run, in ms. */
function cpuOf(pid) {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
        try {
            const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
            return [{ pid: Number(name), parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS }];
        } catch {
            return []; // it has ended
        }
    });
    const below = (parent) => processes.filter((p) => p.parent === parent).reduce((ms, p) => ms + p.ms + below(p.pid), 0);
    return below(pid) + (processes.find((p) => p.pid === pid)?.ms ?? 0);
}

async function quiet() {
    for (let last = -1, at; ; last = at) {
        at = cpuOf(site.child.pid);
        if (at - last < 2 * TICK_MS) return at;
        await sleep(300);
    }
}

async function costOf(path) {
    const ask = async () => {
        const answer = await fetch(site.url + path, { headers });
        assert.equal(answer.status, 200, path);
        return answer.text();
    };
    for (let i = 0; i < 5; i++) await ask();
    const begin = await quiet();
    for (let i = 0; i < ASKED; i++) await ask();
    return (await quiet() - begin) / ASKED;
}

before(async () => {
    site = await startSite();
    const ran = site.job('admin', ['user', 'add', 'mona@example.org', 'mona', '--role', 'moderator', '--password', PASSWORD]);
    assert.equal(ran.status, 0, ran.output);
    const n = `WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ${REPORTS})`;
    await site.sql.run(`SET max_recursive_iterations = 100000`).catch(() => site.sql.run('SET cte_max_recursion_depth = 100000'));
    const now = Date.now();
    for (const statement of [
        `INSERT INTO user (id, email, handle, display_name, created_ms) ${n} SELECT 1000 + n, CONCAT('u', n, '@example.org'),
            CONCAT('user', n), CONCAT('User ', n), 1 FROM t WHERE n <= 2000`,
        `INSERT INTO video (id, public_id, user_id, category_id, title, description, state, visibility, created_ms) ${n}
            SELECT n, LPAD(n, 11, 'V'), 1001 + n % 300, 4, CONCAT('Video ', n), REPEAT('Words. ', 100), 'ready', 'public', 1 FROM t WHERE n <= ${CASES}`,
        `INSERT INTO report_case (id, subject, subject_id, owner_id, name, title, path, snapshot, kind, urgent, state, open_about, reports, appeals,
            opened_ms, reported_ms, decided_ms) ${n} SELECT n, 'video', n, 1001 + n % 300, LPAD(n, 11, 'V'), CONCAT('Video ', n),
            CONCAT('/watch/', LPAD(n, 11, 'V')), REPEAT('Words. ', 100), IF(n % 50, 'spam', 'terror'), n % 50 = 0, IF(n % 2, 'open', 'decided'),
            IF(n % 2, CONCAT('video:', n), NULL), 1, n % 20 = 0, ${now} - 100000000 + n, ${now}, IF(n % 2, 0, ${now}) FROM t WHERE n <= ${CASES}`,
        `INSERT INTO decision (id, case_id, owner_id, content, content_was, member, money, ground, ground_text, facts, noticed, by_id, made_ms) ${n}
            SELECT n, n * 2, 1001 + n * 2 % 300, 'remove', 'none', 'warn', 'none', 'rules', 'No spam', REPEAT('Because. ', 100), 1,
            (SELECT id FROM user WHERE handle = 'mona'), ${now} FROM t WHERE n <= ${CASES / 2}`,
        `INSERT INTO report (id, pass, case_id, kind, reporter_id, email, explanation, work, same, made_ms, state, decision_id, decided_ms, told_ms) ${n}
            SELECT n, LPAD(n, 22, 'P'), IF(n <= ${CASES}, n, 1), 'spam', IF(n % 3, 1001 + n % 2000, NULL), IF(n % 3, '', CONCAT('e', n % 500, '@example.org')),
            REPEAT('Spam. ', 100), '', LPAD(n, 64, 's'), ${now} - n * 1000, IF(n % 2 OR n > ${CASES}, 'open', 'right'),
            IF(n % 2 OR n > ${CASES}, NULL, n DIV 2), IF(n % 2 OR n > ${CASES}, 0, ${now}), 1 FROM t`,
        `INSERT INTO appeal (decision_id, case_id, side, text, made_ms) ${n} SELECT n * 10, n * 20, 'creator', 'No.', ${now} FROM t WHERE n <= ${CASES / 20}`,
        'UPDATE report_case SET reports = 1 + (SELECT COUNT(*) FROM report WHERE case_id = 1) WHERE id = 1',
    ]) await site.sql.run(statement);
    const answer = await fetch(`${site.url}/login`, {
        method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({ name: 'mona', password: PASSWORD }),
    });
    const { token } = await answer.json();
    headers = { Authorization: `Bearer ${token}` };
});
after(() => site?.stop());

test('each page of moderation costs at most 20 ms', async () => {
    const dear = [];
    for (const path of ['/admin/reports', '/admin/reports?show=urgent&kind=terror', '/admin/reports?show=free&days=1',
        '/admin/reports?show=free&after=4000', '/admin/reports?show=decided', '/admin/reports?show=appeals&kind=spam', '/admin/reports/1', '/admin/reports/20',
        '/decision', '/report?video=VVVVVVVVVV1', '/report/3?key=PPPPPPPPPPPPPPPPPPPPP3', '/transparency']) {
        const ms = await costOf(path);
        if (process.env.SHOW) console.log(path, ms.toFixed(1));
        if (ms > CPU_MAX_MS) dear.push(`${path}: ${ms.toFixed(1)} ms`);
    }
    assert.deepEqual(dear, []);
});
