/*
 * Mail: every kind is sent to a real SMTP server and read by independent software (mailparser, Python's
 * email package); what becomes of mails when servers refuse them, lose them, or are not who they should be;
 * a sendmail program; one-click unsubscribe; and that members are told of what happens to their videos.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { built, makeFilm, root, startMail, startSite, until } from './lib.mjs';

const MINUTE_MS = 60_000, DAY_MS = 24 * 60 * MINUTE_MS;
const SENDER = 'site@videos.example', LINE_MAX = 998, FOLDED_MAX = 78;

let mail, site;
before(async () => {
    mail = await startMail();
    site = await startSite({ set: { ...mail.set, site_name: 'Vidéo “Größe” 日本', seller_name: 'Video Ltd',
        mail_reply_to: 'desk@videos.example', smtp_ca: '/etc/ssl/certs/ca-certificates.crt' } });
    await site.sql.run("INSERT INTO user (id, email, handle, display_name, created_ms) VALUES (7, 'ann@example.org', 'ann', 'Ann', 1)");
});
after(async () => {
    await site?.stop();
    await mail?.stop();
});

/* Runs the job with other settings. */
const conf = (set) => {
    const path = join(site.var, 'other.conf');
    writeFileSync(path, `${readFileSync(site.conf, 'utf8')}\n${Object.entries(set).map(([key, value]) => `${key} = ${value}\n`).join('')}`, { mode: 0o600 });
    return path;
};
async function run(set = {}) {
    const ran = spawnSync(join(built, 'jobs/mail'), { env: { ...process.env, OVS_CONF: conf(set) }, cwd: root, encoding: 'utf8' });
    assert.ok([0, 75].includes(ran.status), ran.stderr);
    await mail.settled();
    return ran;
}

/* The clock, in minutes after now. */
const later = (minutes) => site.setClock(minutes * MINUTE_MS);

/* A mail in the queue: its id. */
async function queue({ kind = 'receipt', user = 7, address = '', link = '/account/receipt/1', fields = 'number=1\namount=9.99 EUR\n', age_ms = 0 } = {}) {
    const at = Date.now() - age_ms, quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
    await site.sql.run(`INSERT INTO mail (user_id, kind, address, link, fields, turn, made_ms, next_ms)
        VALUES (${user ?? 'NULL'}, '${kind}', ${quoted(address)}, ${quoted(link)}, ${quoted(fields)}, 1, ${at}, 1)`);
    return Number(await site.sql.value('SELECT MAX(id) FROM mail'));
}
async function state(id) {
    const [[state, attempts, failure, reply]] = await site.sql.run(`SELECT state, attempts, COALESCE(failure, ''), reply FROM mail WHERE id = ${id}`);
    return [state, Number(attempts), failure, Number(reply)];
}
async function empty() {
    await mail.rules([]);
    later(0);
    await site.sql.run('DELETE FROM mail');
    mail.all.length = mail.lost.length = 0;
}

/* What Python reads of it. */
function python({ raw }) {
    const ran = spawnSync('python3', [join(root, 'tests/mail_read.py')], { input: Buffer.from(raw, 'latin1'), encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stderr);
    return JSON.parse(ran.stdout);
}

/* --- Every kind ---------------------------------------------------------------------------------------- */

const header = readFileSync(join(root, 'lib/app/notify/notify.h'), 'utf8');
const kinds = [...header.matchAll(/K\([A-Z_]+,\s*(\w+),\s*(\w+),\s*(\w+),\s*"([^"]*)", "([^"]*)"\)/g)]
    .map(([, kind, mailed, , values, name]) => ({ kind, mailed, name, values: values.split(' ').filter(Boolean).map((value) => value.replace('?', '')) }));
const EVIL = 'Ünïcode “A” <b>&amp; ](http://evil.example/x) www.evil.example ‮desrever =?UTF-8?B?QQ==?= %s';
const values = {
    title: EVIL, who: `Bób ${EVIL}`, text: `Erste Zeile\n\thttps://evil.example/login\n\t.\n\tFrom me\n\t> quoted ${'ä'.repeat(1500)}`,
    videos: `/watch/AAAAAAAAAAA\n\t${EVIL}\n\tBób\n\t/watch/BBBBBBBBBBB\n\tSecond\n\tBób`,
    what: 'The video was removed.', number: '17', amount: '9.99 EUR', was: '8.99 EUR', month: 'November 2026', at: '22 Nov 2026, 16:44 UTC',
    until: '22 Dec 2026', place: '192.0.2.0/24', device: 'Firefox on Linux', address: 'new@example.org', account: '3000', count: '2',
};

test('every kind of mail is sent, and read as it was meant', async () => {
    assert.ok(kinds.length > 25, 'the kinds are found in notify.h');
    const sent = kinds.filter(({ mailed }) => mailed !== 'NEVER_MAILED'), ids = new Set();
    for (const { kind, values: names } of sent)
        await queue({ kind, link: '/some/page?a=b', fields: names.map((name) => `${name}=${values[name]}\n`).join('') });
    const ran = await run();
    assert.equal(ran.status, 0, ran.stderr);
    assert.equal(mail.all.length, sent.length);
    for (const [i, got] of mail.all.entries()) {
        const { kind, mailed, values: names } = sent[i];
        const said = `${kind}: `, read = python(got);
        assert.deepEqual(read.defects, [], said);

        /* On the wire. */
        const lines = got.raw.split('\r\n');
        assert.ok(!/[^\r]\n|\r[^\n]/.test(got.raw), `${said}each line ends with CR LF`);
        assert.ok(!/[^\x20-\x7e\r\n]/.test(got.raw), `${said}ASCII only`);
        assert.ok(Math.max(...lines.map((line) => line.length)) <= Math.min(FOLDED_MAX, LINE_MAX) || lines.filter((line) => line.length > FOLDED_MAX)
            .every((line) => /^(List-Unsubscribe|Message-ID)/.test(line) && line.length < LINE_MAX), `${said}lengths of lines`);

        /* The header: each field once, and no other. */
        const optional = mailed === 'MAILED_BY_CHOICE' ? ['List-Unsubscribe', 'List-Unsubscribe-Post'] : [];
        assert.deepEqual(read.names, ['Date', 'From', 'Reply-To', 'To', 'Subject', 'Message-ID', 'Auto-Submitted', ...optional,
            'MIME-Version', 'Content-Type'], said);
        assert.ok(Math.abs(read.date_s * 1000 - Date.now()) < 10 * MINUTE_MS, `${said}Date`);
        assert.equal(read.headers['auto-submitted'], 'auto-generated', said);
        assert.deepEqual([got.recipient, got.sender, read.to], ['ann@example.org', SENDER, ['ann@example.org']], said);
        assert.deepEqual([read.from, got.from.value], [[['Vidéo “Größe” 日本', SENDER]], [{ name: 'Vidéo “Größe” 日本', address: SENDER }]], said);
        assert.match(got.messageId, /^<[\w.-]+@videos\.example>$/, said);
        ids.add(got.messageId);
        assert.equal(read.headers.subject, got.subject, `${said}both read the same subject`);
        if (optional.length) {
            assert.match(read.headers['list-unsubscribe'], new RegExp(`^<${site.url}/unsubscribe/7-${kind}-[0-9a-f]{32}>$`), said);
            assert.equal(read.headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click', said);
        }

        /* The words. */
        assert.deepEqual(read.types, ['multipart/alternative', 'text/plain', 'text/html'], said);
        for (const [part, text] of [['text', got.text], ['html', got.html], ['text', read.text], ['html', read.html], ['subject', got.subject]]) {
            assert.doesNotMatch(text, /evil\.example|:\/\/evil|\u202e|\{\{|\(null\)/, `${said}${part}`);
            for (const [url] of text.matchAll(/https?:\/\/[^\s"<>)]*/g))
                assert.ok(url.startsWith(site.url), `${said}${part}: a link to ${url}`);
        }
        for (const url of [...read.html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url]) => url))
            assert.ok(url.startsWith(site.url), `${said}${url}`);
        assert.doesNotMatch(read.html, /<script|<img|<b>|\son\w+=/i, said);
        if (names.includes('text')) {
            assert.match(read.text, /^> Erste Zeile\n> https: \/\/evil\. example\/login\n> \.\n> From me\n> > quoted ä+$/m, said);
            assert.match(read.html, /<div dir="auto">Erste Zeile<\/div>/, said);
        }
        for (const name of names.filter((value) => ['amount', 'until', 'account', 'month'].includes(value)))
            assert.ok(`${got.subject} ${read.text}`.includes(values[name]) && `${got.subject} ${read.html}`.includes(values[name]), `${said}${name}`);
        const stranger = ['confirm_address', 'address_change'].includes(kind);
        assert.ok(read.text.includes(`You get this mail because ${stranger ? 'somebody gave this address' : 'you have an account'} at`), said);
        assert.equal(read.text.includes(`${site.url}/account/mail`), !stranger, said);
        assert.ok(read.text.includes('Video Ltd'), said);
        assert.ok(/\(?\/?some\/page\?a=b/.test(read.text) && read.html.includes('/some/page?a=b'), `${said}its link`);
    }
    assert.equal(ids.size, sent.length, 'each has a Message-ID of its own');
    assert.deepEqual(await site.sql.run("SELECT DISTINCT state, link, fields FROM mail"), [['sent', '', '']], 'what was sent is wiped');
});

test('somebody without an account gets no links to one; addresses beyond ASCII', async () => {
    await empty();
    await queue({ user: null, kind: 'report_received', address: 'x@bücher.example', fields: 'number=5\ntitle=A\n' });
    await queue({ user: null, kind: 'report_received', address: 'a@b.example\nBcc: evil@example.org', fields: 'number=5\n' });
    await queue({ user: null, kind: 'report_received', address: '"a b"@example.org', fields: 'number=5\n' });
    await queue({ user: null, kind: 'report_received', address: 'a@example.org,b@example.org', fields: 'number=5\n' });
    await queue({ user: null, kind: 'report_received', address: '-oX@example.org>', fields: 'number=5\n' });
    await run();
    assert.deepEqual(mail.all.map(({ raw }) => /^To: .*$/m.exec(raw)[0].trim()), ['To: <x@xn--bcher-kva.example>']);
    assert.doesNotMatch(mail.all[0].text, /account\/mail|unsubscribe/);
    assert.deepEqual(await site.sql.run("SELECT state, failure, COUNT(*) FROM mail WHERE state <> 'sent' GROUP BY state, failure"), [['dead', 'address', '4']]);
});

test('an address that a server cannot take stops no other mail', async () => {
    await empty();
    const odd = await queue({ user: null, kind: 'report_received', address: 'bücher@example.org', fields: 'number=5\n' });
    await run();
    assert.equal(mail.all[0].recipient, 'bücher@example.org');
    await site.sql.run(`UPDATE mail SET state = 'waiting', attempts = 0, next_ms = 1 WHERE id = ${odd}`);
    const id = await queue();
    await mail.rules([{ step: 'recipient', to: 'bücher@example.org', say: { code: 553 } }]);
    await run();
    assert.deepEqual(await state(odd), ['dead', 1, 'recipient', 553]);
    assert.equal((await state(id))[0], 'sent');
});

test('who has no confirmed address gets no mail, and it is nobody’s failure', async () => {
    await empty();
    await site.sql.run(`INSERT INTO user (id, email, claim_until_ms, handle, display_name, created_ms)
        VALUES (8, 'claimed@example.org', ${Date.now() + DAY_MS}, 'claimer', 'Claimer', 1)`);
    const id = await queue({ user: 8, kind: 'comment_new', fields: `who=A\ntitle=B\ntext=Buy\n` });
    await run();
    assert.deepEqual(await state(id), ['dropped', 1, 'address', 0]);
    assert.equal(await site.sql.value(`SELECT CONCAT(link, fields) FROM mail WHERE id = ${id}`), '');
    assert.equal(mail.all.length, 0);
});

/* --- What servers do ------------------------------------------------------------------------------------ */

test('greylisting: tried again a minute later; refused for good: given up at once', async () => {
    await empty();
    const grey = await queue(), gone = await queue({ address: 'gone@example.org' }), spam = await queue({ address: 'spam@example.org' });
    await mail.rules([{ step: 'recipient', to: 'ann@example.org', say: { code: 451 } },
        { step: 'recipient', to: 'gone@example.org', say: { code: 550 } }, { step: 'data', to: 'spam@example.org', say: { code: 554 } }]);
    await run();
    assert.deepEqual(await Promise.all([grey, gone, spam].map(state)), [['waiting', 1, 'recipient', 451], ['dead', 1, 'recipient', 550], ['dead', 1, 'content', 554]]);
    await mail.rules([]);
    await run();
    assert.equal(mail.all.length, 0, 'not yet');
    later(1.1);
    await run();
    assert.deepEqual([mail.all.length, await state(grey)], [1, ['sent', 2, '', 0]]);
    later(DAY_MS);
    await run();
    assert.equal(mail.all.length, 1, 'what was given up stays so');
});

test('growing pauses, and after nine attempts it is given up', async () => {
    await empty();
    const id = await queue();
    await mail.rules([{ step: 'data', say: { code: 452 } }]);
    let minutes = 0;
    for (const [i, pause] of [1, 5, 15, 60, 180, 360, 720, 1440].entries()) {
        await run();
        assert.deepEqual(await state(id), ['waiting', i + 1, 'content', 452]);
        later(minutes + pause - 0.5);
        await run();
        assert.deepEqual(await state(id), ['waiting', i + 1, 'content', 452], 'too early');
        later(minutes += pause + 0.1);
    }
    await run();
    assert.deepEqual(await state(id), ['dead', 9, 'content', 452]);
});

test('a server that dies in the middle: the mail comes again with the same Message-ID', async () => {
    await empty();
    const id = await queue();
    await mail.rules([{ step: 'data', say: 'cut' }]);
    await run();
    assert.deepEqual(await state(id), ['waiting', 1, 'cut', 0]);
    await mail.rules([]);
    later(2);
    await run();
    assert.equal((await state(id))[0], 'sent');
    assert.equal(mail.lost.length, 1);
    assert.equal(mail.lost[0].messageId, mail.all[0].messageId);
});

test('a worker that is killed in the middle: the lease ends, then somebody else sends it', async () => {
    await empty();
    const id = await queue();
    await mail.rules([{ step: 'data', say: 'slow' }]);
    const child = spawn(join(built, 'jobs/mail'), { env: { ...process.env, OVS_CONF: site.conf }, cwd: root, stdio: 'ignore' });
    await until('the server has it', () => mail.lost.length === 1);
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
    await mail.rules([]);
    await run();
    assert.deepEqual(await state(id), ['sending', 1, '', 0], 'nobody knows yet');
    later(4);
    await run();
    assert.deepEqual(await state(id), ['sent', 2, '', 0]);
    assert.equal(mail.lost[0].messageId, mail.all[0].messageId);
});

test('a mail with which every worker dies is given up', async () => {
    await empty();
    const id = await queue();
    await site.sql.run(`UPDATE mail SET state = 'sending', attempts = 9, next_ms = 1 WHERE id = ${id}`);
    await run();
    assert.deepEqual(await state(id), ['dead', 9, 'cut', 0]);
});

test('machines side by side send each mail once', async () => {
    await empty();
    for (let i = 0; i < 40; i++) await queue({ address: `m${i}@example.org` });
    const children = [0, 1, 2].map((n) => {
        const path = join(site.var, `machine-${n}`);
        mkdirSync(join(path, 'run'), { recursive: true });
        writeFileSync(`${path}.conf`, `${readFileSync(site.conf, 'utf8')}\nvar_dir = ${path}\n`, { mode: 0o600 });
        const child = spawn(join(built, 'jobs/mail'), { env: { ...process.env, OVS_CONF: `${path}.conf` }, cwd: root, stdio: 'ignore' });
        return new Promise((done) => child.once('exit', done));
    });
    assert.deepEqual(await Promise.all(children), [0, 0, 0]);
    assert.deepEqual(mail.all.map(({ recipient }) => recipient).sort(), [...Array(40).keys()].map((i) => `m${i}@example.org`).sort());
});

test('while no mail can be sent, all wait, and it is nobody’s attempt', async () => {
    await empty();
    const ids = [await queue(), await queue()];
    for (const [set, failure] of [[{ smtp_port: 1 }, 'unreachable'], [{ smtp_tls: 'starttls' }, 'tls'], [{ smtp_tls: 'tls' }, 'tls']]) {
        const ran = await run(set);
        assert.equal(ran.status, 75);
        assert.deepEqual((await state(ids[0])).slice(0, 3), ['waiting', 0, failure]);
        assert.deepEqual((await state(ids[1])).slice(0, 3), ['waiting', 0, ''], 'the others were not tried');
        assert.doesNotMatch(ran.stderr, /ann@|9\.99/, 'the log names nobody');
        await site.sql.run(`UPDATE mail SET next_ms = 1, failure = NULL WHERE id = ${ids[0]}`);
    }
    await mail.rules([{ step: 'sender', say: { code: 550 } }]);
    assert.equal((await run()).status, 75);
    assert.deepEqual(await state(ids[0]), ['waiting', 0, 'sender', 550], 'the site’s fault, not the mail’s');
    await site.sql.run('UPDATE mail SET next_ms = 1, made_ms = 1');
    await run();
    assert.equal((await state(ids[0]))[0], 'dead', 'after four days it is of no use');
    assert.equal(mail.all.length, 0);
});

/* --- Encryption and authentication ----------------------------------------------------------------------- */

function certificate(name, host) {
    const path = join(site.var, name);
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
        '-subj', `/CN=${host}`, '-addext', `subjectAltName=${/^[\d.]+$/.test(host) ? 'IP' : 'DNS'}:${host}`, '-keyout', `${path}.key`, '-out', `${path}.pem`], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    return { path: `${path}.pem`, key: readFileSync(`${path}.key`, 'utf8'), cert: readFileSync(`${path}.pem`, 'utf8') };
}

for (const secure of [false, true])
    test(`${secure ? 'TLS' : 'STARTTLS'} with authentication, and what is refused`, async () => {
        await empty();
        const ours = certificate('ours', '127.0.0.1'), other = certificate('other', 'mail.elsewhere.example');
        const { path: ca, ...pair } = ours, users = { 'site@videos.example': 'a “good” pässword' };
        const server = await startMail({ ...pair, users, secure }), posing = await startMail({ key: other.key, cert: other.cert, users, secure });
        const set = { ...server.set, smtp_ca: ca, smtp_user: 'site@videos.example' }, secret = join(site.var, 'secrets/smtp');
        try {
            const id = await queue();
            writeFileSync(secret, 'wrong\n', { mode: 0o600 });
            await run(set);
            assert.deepEqual((await state(id)).slice(0, 3), ['waiting', 0, 'login']);
            writeFileSync(secret, `${users['site@videos.example']}\n`, { mode: 0o600 });
            for (const [wrong, failure] of [[{ smtp_ca: other.path }, 'tls'], [{ smtp_ca: '/nothing' }, 'tls'],
                [{ ...posing.set, smtp_ca: other.path, smtp_user: set.smtp_user }, 'tls']]) { // it is another host's
                await site.sql.run('UPDATE mail SET next_ms = 1');
                await run({ ...set, ...wrong });
                assert.deepEqual((await state(id)).slice(0, 3), ['waiting', 0, failure]);
            }
            await site.sql.run('UPDATE mail SET next_ms = 1');
            await run(set);
            assert.equal((await state(id))[0], 'sent');
            const got = await server.to('ann@example.org');
            assert.deepEqual([got.tls, got.login], [true, 'site@videos.example']);
            assert.deepEqual([server.all.length, posing.all.length], [0, 0]);
        } finally {
            rmSync(secret, { force: true });
            await server.stop();
            await posing.stop();
        }
    });

test('a password never goes to another machine in the clear', async () => {
    await empty();
    const id = await queue();
    writeFileSync(join(site.var, 'secrets/smtp'), 'x\n', { mode: 0o600 });
    await run({ smtp_host: '192.0.2.1', smtp_tls: 'none', smtp_user: 'site', mail_timeout_s: 5 });
    assert.deepEqual((await state(id)).slice(0, 3), ['waiting', 0, 'setup']);
    rmSync(join(site.var, 'secrets/smtp'));
});

/* --- A program, and nothing ------------------------------------------------------------------------------ */

test('a sendmail program gets the mail as its input and nothing through a shell', async () => {
    await empty();
    const program = join(site.var, 'sendmail'), note = join(site.var, 'sendmail.got');
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${note}.args'\ncat > '${note}'\nexit $(cat '${program}.code')\n`);
    chmodSync(program, 0o755);
    const set = { mail: 'sendmail', sendmail: program }, says = (code) => writeFileSync(`${program}.code`, `${code}`);

    let id = await queue({ address: '`x`|$HOME&@example.org' });
    says(0);
    await run(set);
    assert.equal((await state(id))[0], 'sent');
    assert.deepEqual(readFileSync(`${note}.args`, 'utf8').split('\n'), ['-i', '-f', SENDER, '--', '`x`|$HOME&@example.org', '']);
    assert.deepEqual(python({ raw: readFileSync(note, 'latin1') }).defects, []);
    for (const [code, want] of [[75, ['waiting', 1, 'cut', 75]], [67, ['dead', 1, 'recipient', 67]], [78, ['waiting', 0, 'setup', 78]]]) {
        id = await queue();
        says(code);
        await run(set);
        assert.deepEqual(await state(id), want);
        await site.sql.run('DELETE FROM mail');
    }
    id = await queue();
    await run({ mail: 'sendmail', sendmail: '/nothing/there' });
    assert.deepEqual((await state(id)).slice(0, 3), ['waiting', 0, 'setup']);
    writeFileSync(program, '#!/bin/sh\nexit 0\n'); // without reading
    await site.sql.run('UPDATE mail SET next_ms = 1');
    await run(set);
    assert.ok(['sent', 'waiting'].includes((await state(id))[0]), 'it does not hang');
});

test('mail = none: nothing is sent', async () => {
    await empty();
    const id = await queue();
    assert.equal((await run({ mail: 'none' })).status, 0);
    assert.deepEqual(await state(id), ['waiting', 0, '', 0]);
});

/* --- What members do about mails -------------------------------------------------------------------------- */

test('one click switches a kind off: without log-in, without a form token', async () => {
    await empty();
    await queue({ kind: 'video_failed', fields: 'title=A\nwhat=B.\n' });
    await run();
    const [, link] = /^<(.*)>$/.exec(mail.all[0].headerLines.find(({ key }) => key === 'list-unsubscribe').line.replace(/^[^<]*/, ''));
    const off = () => site.sql.value("SELECT GROUP_CONCAT(kind) FROM notice_off WHERE user_id = 7");
    const page = await fetch(link);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<button class="primary">Do not send me these mails<\/button>/);
    await fetch(link, { method: 'HEAD' });
    assert.equal(await off(), 'NULL', 'looking changes nothing: programs follow the links of mails');
    for (const form of [{ 'List-Unsubscribe': 'One-Click' }, {}]) { // and again
        const done = await fetch(link, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
        assert.deepEqual([done.status, /No more of these mails/.test(await done.text())], [200, true]);
        assert.equal(await off(), 'video_failed');
    }
    const parts = new FormData();
    parts.append('List-Unsubscribe', 'One-Click');
    for (const init of [{ body: parts }, {}, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }])
        assert.equal((await fetch(link, { method: 'POST', ...init })).status, 200);
    const json = await fetch(link, { method: 'POST', headers: { accept: 'application/json' }, body: new URLSearchParams({ a: 'b' }) });
    assert.deepEqual(await json.json(), { kind: 'video_failed', name: 'A video of yours could not be processed', off: true });
    const forged = link.replace('/7-', '/8-');
    assert.equal((await fetch(forged, { method: 'POST' })).status, 404);
    assert.equal((await fetch(link.replace('video_failed', 'receipt'), { method: 'POST' })).status, 404);
    await site.sql.run('DELETE FROM notice_off');
});

test('what becomes of a video is told once; not by mail to who does not want it', async () => {
    await empty();
    const told = (table) => site.sql.run(`SELECT kind, COUNT(*) FROM ${table} WHERE user_id = 7 GROUP BY kind ORDER BY kind`);
    const film = makeFilm(join(site.var, 'Film.mp4'), { seconds: 2 }), broken = join(site.var, 'broken.mp4');
    writeFileSync(broken, readFileSync(film).subarray(0, 3000));
    for (const [path, title] of [[film, 'A <b>film'], [broken, 'Broken']]) {
        const sent = site.job('admin', ['import', 'ann', path, '--title', title, '--category', 'other']);
        assert.equal(sent.status, 0, sent.output);
    }
    for (let i = 0; i < 4; i++) site.job('transcode');
    assert.deepEqual(await told('notice'), [['video_failed', '1'], ['video_published', '1']]);
    assert.deepEqual(await told('mail'), [['video_failed', '1'], ['video_published', '1']]);
    await run();
    const published = await mail.to('ann@example.org', /is ready/), failed = await mail.to('ann@example.org', /could not/);
    assert.equal(published.subject, 'Your video “A <b>film” is ready');
    assert.equal(published.path, `/watch/${await site.sql.value("SELECT public_id FROM video WHERE state = 'ready'")}`);
    assert.equal(failed.path, `/studio/${await site.sql.value("SELECT public_id FROM video WHERE state = 'failed'")}`);
    await site.sql.run("INSERT INTO notice_off VALUES (7, 'video_failed', 1)");
    await site.sql.run("UPDATE transcode_job SET state = 'waiting', attempts = 0 WHERE state = 'failed'");
    site.job('transcode');
    assert.deepEqual(await told('notice'), [['video_failed', '2'], ['video_published', '1']], 'it failed again');
    assert.deepEqual(await told('mail'), [['video_failed', '1'], ['video_published', '1']]);
});

test('what is old goes', async () => {
    await empty();
    const old = await queue(), young = await queue(), dead = await queue();
    await site.sql.run(`UPDATE mail SET state = 'sent', ended_ms = ${Date.now() - 91 * DAY_MS} WHERE id = ${old}`);
    await site.sql.run(`UPDATE mail SET state = 'dead', ended_ms = ${Date.now() - 89 * DAY_MS} WHERE id = ${dead}`);
    await site.sql.run(`INSERT INTO notice (user_id, kind, link, fields, made_ms) VALUES (7, 'refund', '', '', ${Date.now() - 181 * DAY_MS}),
        (7, 'refund', '', '', ${Date.now() - 179 * DAY_MS})`);
    assert.match(site.job('sweep').output, /notices=2/);
    assert.deepEqual((await site.sql.run('SELECT id FROM mail ORDER BY id')).flat().map(Number), [young, dead]);
    assert.equal(await site.sql.value("SELECT COUNT(*) FROM notice WHERE kind = 'refund'"), '1');
});

/* --- What operators see ----------------------------------------------------------------------------------- */

test('admin mail test says at once what the mail server answers', async () => {
    await empty();
    for (let i = 0; i < 2; i++) {
        const { status, output } = site.job('admin', ['mail', 'test', 'ola@example.org']);
        assert.equal(status, 0, output);
        assert.match(output, /took the mail to ola@example\.org/);
    }
    const first = await mail.to('ola@example.org', /Mails from this site arrive/), second = await mail.to('ola@example.org');
    assert.notEqual(first.messageId, second.messageId);
    assert.deepEqual(python(first).defects, []);
    await mail.rules([{ step: 'recipient', say: { code: 550 } }]);
    const refused = site.job('admin', ['mail', 'test', 'ola@example.org']);
    assert.equal(refused.status, 1);
    assert.match(refused.output, /did not accept the recipient\. Code 550\./);
    assert.equal(await site.sql.value('SELECT COUNT(*) FROM mail'), '0', 'beside the queue');
});

test('the doctor says when mails wait for too long, and that some were given up', async () => {
    await empty();
    const lines = () => site.job('doctor').output.split('\n').filter((line) => /^\w+ +mail/.test(line));
    assert.deepEqual(lines(), ['ok      mail']);
    const asked = spawnSync(join(built, 'jobs/doctor'), { env: { ...process.env, OVS_CONF: conf({ mail_from: 'Site <site@videos.example>' }) }, encoding: 'utf8' });
    assert.match(asked.stdout, /^broken  mail_from – is not an address/m);
    await queue({ age_ms: 20 * MINUTE_MS });
    assert.deepEqual(lines(), ['ok      mail']);
    const id = await queue({ age_ms: 40 * MINUTE_MS });
    assert.match(lines().join('\n'), /^broken  mail – mails have waited since .*: the job mail does not keep up, or does not run\. – admin mail test ADDRESS/);
    await site.sql.run(`UPDATE mail SET failure = 'login' WHERE id = ${id}`);
    assert.match(lines().join('\n'), /^broken  mail – .*: The mail server did not accept the site's user name and password\. – /);
    await site.sql.run(`UPDATE mail SET state = 'dead', ended_ms = ${Date.now()}`);
    assert.match(lines().join('\n'), /^unwise  mail – 2 were given up in the last 24 hours – admin mail list/);
});
