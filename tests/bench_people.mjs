/*
 * people: what a page costs with 50,000 members, 100,000 comments and 10,000 reports in the database.
 *
 *     tests/bench people [PATH ...]       with ROUNDS=20
 *
 * A line: page, statements, milliseconds of CPU of its program, and of the database server, each the mean of
 * ROUNDS requests; the yardstick is /health, which asks the database once. More than QUERIES_MAX statements or
 * CPU_MAX_MS of the program are marked, and counted in the last line.
 */
import { readFileSync } from 'node:fs';
import { Browser, headerOf, overHttp } from './http/ask.mjs';
import { routeOf, startSite } from './lib.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const QUERIES_MAX = 6, CPU_MAX_MS = 20;
const MEMBERS = 50_000, VIDEOS = 5_000, COMMENTS = 100_000, REPORTS = 10_000, NOTICES = 2_000;
const TICK_MS = 10; // of /proc, on all Linux systems that we run on

const PASSWORD = 'a long walk in the rain';

async function fill(site) {
    const run = (text) => site.sql.run(text);
    const day = 86_400_000, now = Date.now();
    for (const [handle, role] of [['olga', 'operator'], ['mona', 'moderator']]) {
        const made = site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--role', role, '--password-stdin'], `${PASSWORD}\n`);
        if (made.status !== 0) throw new Error(made.output);
    }
    await run(`INSERT INTO user (email, handle, display_name, created_ms) SELECT CONCAT('m', seq, '@example.org'),
        CONCAT('member', seq), CONCAT('Member ', seq), ${now} - seq * 60000 FROM seq_1_to_${MEMBERS}`);
    const first = Number(await site.sql.value(`SELECT id FROM user WHERE handle = 'member1'`));
    await run(`INSERT INTO subscription (user_id, provider, paid_until_ms, grace_until_ms) SELECT ${first} + seq * 2,
        'manual', ${now} + (CAST(seq % 60 AS SIGNED) - 20) * ${day}, 0 FROM seq_1_to_${MEMBERS / 2 - 1}`);
    await run(`INSERT INTO session (user_id, refresh_hash, rotated_ms, created_ms, used_ms, expires_ms, agent, network)
        SELECT ${first} + seq, SHA2(seq, 256), ${now}, ${now}, ${now}, ${now + day}, 'Firefox', '192.0.2.0/24' FROM seq_1_to_${MEMBERS / 2}`);
    await run(`INSERT INTO video (public_id, user_id, category_id, title, tags, description, state, visibility, length_ms,
        views, likes, created_ms, published_ms) SELECT LPAD(seq, 11, 'V'), ${first} + seq % 500, 1 + seq % 30,
        CONCAT('Video ', seq), '', 'A description.', 'ready', 'public', 600000, seq, 0, ${now} - seq * 60000,
        ${now} - seq * 60000 FROM seq_1_to_${VIDEOS}`);
    const video = Number(await site.sql.value(`SELECT id FROM video WHERE public_id = 'VVVVVVVVVV1'`));
    // A tenth of the comments stand under one video, and a third of those are answers.
    await run(`INSERT INTO comment (id, video_id, owner_id, user_id, parent_id, text, state, likes, made_ms)
        SELECT seq, v.id, v.user_id, ${first} + seq % 9973, IF(seq > 1000 AND seq % 3 = 0, seq - 990, NULL),
        CONCAT('What I think of this, number ', seq), IF(seq % 97 = 0, 'held', 'shown'), seq % 50, ${now} - (${COMMENTS} - seq) * 10000
        FROM seq_1_to_${COMMENTS} JOIN video v ON v.id = IF(seq % 10 = 0, ${video}, ${video} + seq % ${VIDEOS})`);
    await run(`UPDATE comment c JOIN comment p ON p.id = c.parent_id SET c.parent_id = NULL
        WHERE p.parent_id IS NOT NULL OR p.video_id <> c.video_id`);
    await run(`UPDATE comment p JOIN (SELECT parent_id, COUNT(*) AS n FROM comment WHERE state = 'shown' GROUP BY parent_id) r
        ON r.parent_id = p.id SET p.replies = r.n`);
    await run(`INSERT INTO comment_video (video_id, shown) SELECT video_id, COUNT(*) FROM comment WHERE state = 'shown' GROUP BY video_id`);
    await run(`INSERT INTO report_case (id, subject, subject_id, owner_id, name, title, snapshot, kind, state, open_about,
        reports, opened_ms, reported_ms, path) SELECT seq, 'video', v.id, v.user_id, v.public_id, v.title, v.description,
        ELT(1 + seq % 4, 'spam', 'violence', 'copyright', 'hate'), IF(seq % 2, 'open', 'decided'),
        IF(seq % 2, CONCAT('video:', v.id), NULL), 3, ${now} - seq * 60000, ${now} - seq * 60000, CONCAT('/watch/', v.public_id)
        FROM seq_1_to_3000 JOIN video v ON v.id = ${video} + seq`);
    await run(`INSERT INTO report (pass, case_id, kind, reporter_id, explanation, work, same, made_ms)
        SELECT LPAD(seq, 22, 'p'), 1 + seq % 3000, 'spam', ${first} + seq % 700, 'This is spam.', '', SHA2(seq, 256),
        ${now} - seq * 60000 FROM seq_1_to_${REPORTS}`);
    await run(`INSERT INTO moderation_log (at_ms, by_id, by_shell, what, about, why) SELECT ${now} - seq * 60000,
        (SELECT id FROM user WHERE handle = 'mona'), '', 'decided', CONCAT('case:', 1 + seq % 3000), 'As the rules say'
        FROM seq_1_to_20000`);
    await run(`INSERT INTO notice (user_id, kind, fields, made_ms, link) SELECT (SELECT id FROM user WHERE handle = 'mona'),
        'refund', '', ${now} - seq * 1000, '/account' FROM seq_1_to_${NOTICES}`);
    await run('ANALYZE TABLE user, video, comment, report, report_case, moderation_log, subscription, session');
}

const cpu = (pid) => {
    try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
        return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    } catch {
        return 0;
    }
};

class Person {
    browser = new Browser();

    constructor(site, handle) {
        Object.assign(this, { site, handle });
    }

    async ask(method, path, form = '') {
        const headers = [['accept', 'text/html'], ['host', new URL(this.site.url).host]];
        if (this.browser.cookies.size) headers.push(['cookie', this.browser.cookieHeader]);
        const body = Buffer.from(method === 'POST' ? `${form}&csrf=${this.csrf}` : '');
        if (method === 'POST')
            headers.push(['content-type', 'application/x-www-form-urlencoded'], ['content-length', String(body.length)]);
        const answer = await overHttp(this.site, { method, path, headers, body });
        this.browser.take(answer);
        this.csrf = / name="csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? this.csrf;
        return answer;
    }

    async logIn() {
        await this.ask('GET', '/login');
        const answer = await this.ask('POST', '/login', `name=${this.handle}&password=${encodeURIComponent(PASSWORD)}`);
        if (answer.status !== 303) throw new Error(`${this.handle} could not log in: ${answer.status}`);
    }
}

async function measure(person, site, path) {
    const program = `handlers/${routeOf(path.split('?')[0])}`;
    const first = await person.ask('GET', path); // starts the program and prepares its statements
    if (first.status !== 200) return { failed: first.status };
    const pids = site.pids(program), db = site.pid('db');
    const before = pids.reduce((sum, pid) => sum + cpu(pid), 0), db_before = cpu(db);
    let queries = 0;
    for (let i = 0; i < ROUNDS; i++) {
        const answer = await person.ask('GET', path);
        queries = Math.max(queries, Number(headerOf(answer.headers, 'x-queries') ?? 0));
    }
    const used = pids.reduce((sum, pid) => sum + cpu(pid), 0) - before;
    return { queries, cpu_ms: used / ROUNDS, db_ms: (cpu(db) - db_before) / ROUNDS };
}

const PAGES = [
    ['olga', ['/health', '/admin', '/admin/members', '/admin/members?find=member1', '/admin/members?find=m4',
        '/admin/members?group=paying', '/admin/members?group=restricted', '/admin/members?group=closed',
        '/admin/account/member77', '/admin/member/member77', '/admin/videos', '/admin/videos?find=Video%201',
        '/admin/videos?state=removed', '/admin/videos?member=member7', '/admin/video/VVVVVVVVV77', '/admin/journal',
        '/admin/journal?by=mona', '/admin/jobs', '/admin/categories', '/admin/settings', '/admin/mail',
        '/admin/acts', '/admin/vouchers']],
    ['mona', ['/admin/reports', '/admin/reports?show=free', '/admin/reports?show=mine', '/admin/reports?show=urgent',
        '/admin/reports?show=decided', '/admin/reports?kind=spam', '/admin/reports/77', '/transparency',
        '/watch/VVVVVVVVVV1', '/watch/VVVVVVVVVV1?comments=liked', '/studio/comments', '/notifications', '/account/mail',
        '/account/sessions', '/report?video=VVVVVVVVVV1', '/decision']],
];

async function main(wanted) {
    const site = await startSite({ set: { search_per_minute: 100000 } });
    let marked = 0;
    try {
        await fill(site);
        console.log(`${'page'.padEnd(40)} ${'queries'.padStart(8)} ${'CPU ms'.padStart(8)} ${'DB ms'.padStart(8)}`);
        for (const [handle, paths] of PAGES) {
            const person = new Person(site, handle);
            await person.logIn();
            for (const path of paths) {
                if (wanted.length && !wanted.some((word) => path.includes(word))) continue;
                const m = await measure(person, site, path);
                const above = m.failed || m.queries > QUERIES_MAX || m.cpu_ms > CPU_MAX_MS;
                if (above) marked++;
                console.log(m.failed ? `${path.padEnd(40)} answers ${m.failed} *`
                    : `${path.padEnd(40)} ${String(m.queries).padStart(8)} ${m.cpu_ms.toFixed(1).padStart(8)} ${m.db_ms.toFixed(1).padStart(8)}${above ? ' *' : ''}`);
            }
        }
    } finally {
        await site.stop();
    }
    console.log(`${marked} pages need more than ${QUERIES_MAX} statements or ${CPU_MAX_MS} ms`);
}

await main(process.argv.slice(2));
