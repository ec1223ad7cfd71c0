/*
 * run: runs transcripts against the site's programs.
 *
 *     node tests/http/run.mjs [--cgi] [--http] [--record FOLDER] [FILE.t ...]
 *
 * --cgi starts each program as a plain CGI process, found by lighttpd/routes.conf; --http sends the
 * requests to lighttpd. Without either, both. Without files, all of tests/http. The site is a
 * private one with the programs in B (build/plain). Each file begins with the database as migrated,
 * an empty cache, the real time and nobody signed in. --record writes the answers into FOLDER, so
 * that two builds can be compared (record.mjs); the clock then begins at a fixed time.
 *
 * A line is a word and its arguments; a line that begins with # is a comment. $NAME is replaced by
 * what `let` stored, or by a name from a word of world.mjs. A blank line ends a block: what was
 * said about the sender and the next request is then forgotten.
 *
 *   The site
 *     site KEY=VALUE...   in the first line: the whole file runs on a site with these settings
 *
 *   What exists (world.mjs has all the words and their keys)
 *     member HANDLE KEY=VALUE...          a member who never signs in; `as` makes those who do
 *     video NAME by HANDLE KEY=VALUE...   ready and public, its public id is NAME: $NAME, $NAME.id
 *     paid HANDLE                         the member may play everything
 *     watched HANDLE NAME position=50s    likes, follows, playlist, listed, credited, unit, ...
 *     set WORD NAME KEY=VALUE...          changes what exists
 *     many 1..60 WORD ... {n} ...         a line for each n; in braces is JavaScript
 *
 *   Who sends
 *     as HANDLE           a browser, signed in; the member is made if there is none
 *     as nobody           a browser without a login (the default)
 *     as WHO@WORD         another browser of the same member, or of another visitor
 *     as-token HANDLE     a program with a bearer token
 *     accept TYPE         the header Accept
 *     header NAME: VALUE  any other header
 *     csrf none           the next request lacks the form token that changes otherwise carry
 *     only cgi|http       skip the rest of this block in the other mode
 *
 *   Requests
 *     GET|HEAD|OPTIONS|DELETE PATH
 *     POST|PATCH|PUT PATH [FORM]      FORM: a=b&c=some text; with files it is sent as multipart
 *     file FIELD PATH [NAME]          before it: a file of this tree, sent under NAME
 *     body TYPE                       before it: a body, the indented lines that follow
 *     raw TYPE                        the same, with \r \n \t \\ \xNN read
 *     body TYPE < PATH                the same, from a file of this tree
 *     body TYPE zeros N               the same, N zero bytes
 *
 *   What the last answer (of a page, or of a job) must contain
 *     status N            also the only way to expect 500 or more
 *     see TEXT            somewhere in head or body; `not TEXT` nowhere
 *     head NAME: TEXT     a header that contains TEXT; nothing after the colon: there is no such
 *                         header
 *     json PATH = VALUE   e.g. json items.0.title = "First"; VALUE is JSON or else a text
 *     limit queries N arena BYTES     at most, as counted by the program itself
 *
 *   The rest
 *     sql STATEMENT            run it; indented lines that follow belong to it
 *     db SELECT -> ROWS        columns are joined with a comma, rows with a semicolon
 *     let NAME = WHERE REGEX   what the first group matched (or all of it) in: head NAME:, or body
 *     let NAME = json PATH     or: db SELECT, cookie NAME, secret NAME
 *     let NAME = totp SECRET [STEPS]    what an authenticator app shows now, or so many steps later
 *     clock +31d               sets the site's clock, from the real time: ms s m h d
 *     clock 2031-05-01T12:05Z  sets it to that time, e.g. well within a window of a limit
 *     cache flush
 *     job NAME ARGUMENT...     run a job to its end ("an argument with blanks"), exit code 0
 *     exit N                   ... or this one
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, startSite } from '../lib.mjs';
import { Browser, fileBytes, formBody, headerOf, overCgi, overHttp, split } from './ask.mjs';
import { totp } from '../totp.mjs';
import { Recording } from './record.mjs';
import { World, isWorldWord } from './world.mjs';

const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const ESCAPES = { r: '\r', n: '\n', t: '\t', '\\': '\\' };
const SHOWN_CHARS = 800;

const changes = (method) => !['GET', 'HEAD', 'OPTIONS'].includes(method);
const password = (handle) => `the secret of ${handle}`;

class Transcript {
    checks = 0;
    failed = 0;
    variables = new Map();
    browsers = new Map();

    constructor(site, mode, file, recording) {
        const ask = mode === 'cgi' ? overCgi : overHttp;
        Object.assign(this, { site, mode, file, recording, ask });
        this.world = new World(site.sql, () => this.block_ms, (name, value, id) => {
            this.variables.set(name, value).set(`${name}.id`, id);
        });
        this.newBlock();
    }

    /* The real time. */
    get now_ms() {
        return this.recording?.now_ms ?? Date.now();
    }

    /* The time when the world of this block began to be built: all its rows have one "now", however
     * long they take. */
    get block_ms() {
        return this.recording?.now_ms ?? (this.began_ms ??= Date.now());
    }

    newBlock() {
        this.began_ms = undefined;
        this.browser = this.browserOf('nobody');
        this.headers = [];
        this.skipped = false;
        this.newRequest();
    }

    newRequest() {
        this.body = undefined;
        this.files = [];
        this.withToken = true;
    }

    browserOf(name) {
        if (!this.browsers.has(name)) this.browsers.set(name, new Browser());
        return this.browsers.get(name);
    }

    async run() {
        const lines = readFileSync(this.file, 'utf8').split('\n');
        for (let i = 0; i < lines.length; i++) {
            const line = { number: i + 1, text: lines[i].trim() };
            const [word, rest = ''] = split(line.text, ' ');
            const block = [];
            if (['body', 'raw', 'sql'].includes(word) || isWorldWord(word))
                while (/^\s+\S/.test(lines[i + 1] ?? '')) block.push(lines[++i]);
            if (!word) await this.endBlock();
            else if (!word.startsWith('#') && !this.skipped)
                await this.attempt(line, () =>
                    this.say(line, word, this.replace(rest.trim()), this.replace(unindent(block))));
        }
        await this.endBlock();
    }

    replace(text) {
        return text.replace(/\$([A-Za-z_]\w*)(\.id\b)?/g, (all, name, id = '') =>
            this.variables.get(name + id) ?? this.variables.get(name)?.concat(id) ?? all);
    }

    async say(line, word, rest, block) {
        if (/^[A-Z]+$/.test(word) || word === 'job') {
            await this.endAnswer();
            this.answer = undefined;
            await this.recording?.next();
            const answer = word === 'job' ? this.job(rest) : await this.request(word, rest);
            this.answer = { ...answer, line };
            await this.recording?.add(`${word} ${rest}`, answer);
        } else if (checks[word]) {
            if (!this.answer) throw new Error('there is no answer');
            checks[word].call(this, rest);
        } else if (words[word]) {
            await words[word].call(this, rest, block);
        } else if (isWorldWord(word)) {
            await this.world.say(word, rest, block);
        } else {
            throw new Error(`unknown word ${word}`);
        }
    }

    /* Any error in a line is one failed check; the run continues with the next line. */
    async attempt(line, action) {
        try {
            await action();
        } catch (error) {
            this.checks++;
            this.failed++;
            const where = `${relative(root, this.file)}:${line.number} (${this.mode})`;
            const why = error.message.trim().replaceAll('\n', '\n  ');
            console.log(`${where}: ${line.text}\n  ${why}`);
            if (this.site.child.exitCode !== null) throw new Error('the site has ended');
        }
    }

    check(holds, wanted) {
        if (!holds) throw new Error(`wanted ${wanted}; got ${this.shown()}`);
        this.checks++;
    }

    shown() {
        const { status, exit, body } = this.answer;
        const answer = whole({ ...this.answer, body: body.slice(0, SHOWN_CHARS) });
        return `${status ?? `exit code ${exit}`}\n${answer}`;
    }

    async endBlock() {
        await this.endAnswer();
        this.newBlock();
    }

    /* An internal error that no `status` expects always fails, and so does a failed job. */
    async endAnswer() {
        if (!this.answer || this.answer.seen) return;
        const { line, status, exit } = this.answer;
        this.answer.seen = true;
        if (status >= 500) await this.attempt(line, () => this.check(false, 'no fault of ours'));
        if (exit) await this.attempt(line, () => this.check(false, 'exit code 0'));
    }

    async request(method, rest) {
        const [path, form = ''] = split(rest, ' ');
        const headers = [...this.headers];
        const needsToken = changes(method) && this.withToken && !this.browser.isProgram;
        const token = needsToken ? await this.token() : undefined;
        let { body } = this;

        if (method === 'POST' && !body)
            body = formBody(token ? `${form}&csrf=${token}` : form, this.files);
        else if (token)
            headers.push(['x-csrf-token', token]);
        if (body) headers.push(['content-type', body.type]);
        this.newRequest();
        return this.exchange(this.browser, method, path, headers, body?.bytes);
    }

    /* Send a request with the cookies of `browser`; cookies in the answer are stored. */
    async exchange(browser, method, path, headers, body = Buffer.alloc(0)) {
        const all = [...headers];
        const add = (name, value) => headerOf(headers, name) ?? all.push([name, value]);
        add('host', new URL(this.site.url).host);
        if (browser.cookies.size) add('cookie', browser.cookieHeader);
        if (body.length || changes(method)) add('content-length', String(body.length));
        const ask = () => this.ask(this.site, { method, path, headers: all, body });
        const answer = this.recording ? await this.recording.hold(ask) : await ask();
        browser.take(answer);
        return answer;
    }

    /* The form token of this browser: from its login, or from a page that it may see. */
    async token() {
        const { browser } = this;
        if (!browser.csrf) {
            const path = browser.isSignedIn ? '/account' : '/login';
            const page = await this.exchange(browser, 'GET', path, [['accept', 'text/html']]);
            browser.csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1];
        }
        return browser.csrf;
    }

    /* Sign in over POST /login, as a program would; the cookies are a browser's. */
    async login(name) {
        const browser = this.browserOf(name);
        const [handle] = split(name, '@');
        if (browser.isSignedIn) return browser;
        if (!(await this.site.sql.value(`SELECT 1 FROM user WHERE handle = '${handle}'`)))
            this.makeMember(handle);
        const json = 'application/json';
        const body = Buffer.from(JSON.stringify({ name: handle, password: password(handle) }));
        const answer = await this.exchange(browser, 'POST', '/login',
            [['content-type', json], ['accept', json]], body);
        if (answer.status !== 200)
            throw new Error(`${handle} cannot sign in: ${answer.status} ${answer.body}`);
        const { token: bearer, csrf } = JSON.parse(answer.body);
        return Object.assign(browser, { bearer, csrf });
    }

    /* Made with the operator's command line. */
    makeMember(handle) {
        const args = ['user', 'add', `${handle}@example.org`, handle, '--password-stdin'];
        const { status, output } = this.site.job('admin', args, `${password(handle)}\n`);
        if (status !== 0) throw new Error(`jobs/admin user add ${handle}: ${output}`);
    }

    job(text) {
        const said = [...text.matchAll(/"([^"]*)"|(\S+)/g)];
        const [name, ...args] = said.map(([, quoted, word]) => quoted ?? word);
        const { status, output } = this.site.job(name, args);
        return { exit: status, headers: [], body: output };
    }
}

/* Conditions on the last answer; `this` is the transcript. */
const checks = {
    status(code) {
        this.answer.seen = true;
        this.check(this.answer.status === Number(code), `status ${code}`);
    },
    exit(code) {
        this.answer.seen = true;
        this.check(String(this.answer.exit) === code, `exit code ${code}`);
    },
    see(text) {
        this.check(whole(this.answer).includes(text), `to see ${text}`);
    },
    not(text) {
        this.check(!whole(this.answer).includes(text), `not to see ${text}`);
    },
    head(text) {
        const [name, value = ''] = split(text, ':');
        const values = this.answer.headers
            .filter(([key]) => key === name.toLowerCase()).map(([, got]) => got);
        if (value.trim())
            this.check(values.some((got) => got.includes(value.trim())), `header ${text}`);
        else
            this.check(!values.length, `no header ${name}`);
    },
    json(text) {
        const [path, value] = split(text, ' = ');
        const got = JSON.stringify(jsonAt(this.answer.body, path));
        this.check(got === asJson(value), `${path} = ${value} and not ${got}`);
    },
    limit(text) {
        const limits = [...text.matchAll(/(queries|arena) (\d+)/g)];
        if (!limits.length) throw new Error('limit queries N arena BYTES');
        for (const [, what, most] of limits) {
            const spent = headerOf(this.answer.headers, `x-${what}`);
            this.check(Number(spent) <= Number(most), `at most ${most} ${what} and not ${spent}`);
        }
    },
};

/* What the other words do; `this` is the transcript. */
const words = {
    site() {}, // read before the file runs
    async as(name) {
        const known = split(name, '@')[0] !== 'nobody';
        this.browser = known ? await this.login(name) : this.browserOf(name);
    },
    async 'as-token'(name) {
        const { bearer } = await this.login(name);
        this.browser = Object.assign(new Browser(), { isProgram: true });
        this.headers.push(['authorization', `Bearer ${bearer}`]);
    },
    accept(type) {
        this.headers = this.headers.filter(([name]) => name !== 'accept');
        this.headers.push(['accept', type]);
    },
    header(text) {
        const [name, value = ''] = split(text, ':');
        this.headers.push([name.toLowerCase(), value.trim()]);
    },
    csrf(word) {
        if (word !== 'none') throw new Error('csrf none');
        this.withToken = false;
    },
    only(mode) {
        this.skipped = mode !== this.mode;
    },
    file(text) {
        const [field, path, name = basename(path)] = text.split(' ');
        this.files.push({ field, path, name });
    },
    body(text, block) {
        const [, type, path, zeros] = /^(.*?)(?: < (\S+)| zeros (\d+))?$/.exec(text);
        const from_block = () => (zeros ? Buffer.alloc(Number(zeros)) : Buffer.from(block));
        this.body = { type, bytes: path ? fileBytes(path) : from_block() };
    },
    raw(type, block) {
        this.body = { type, bytes: unescaped(block) };
    },

    async sql(statement, more) {
        await this.site.sql.run(`${statement} ${more.replaceAll('\n', ' ')}`);
    },
    async db(text) {
        const [, select, want = ''] = /^(.*) ->(?: (.*))?$/.exec(text) ?? [];
        if (!select) throw new Error('db SELECT -> ROWS');
        const rows = await this.site.sql.run(select);
        const got = rows.map((row) => row.join(',')).join(';');
        if (got !== want) throw new Error(`the rows are ${got}`);
        this.checks++;
    },
    async let(text) {
        const [, name, where, what] = /^(\w+) = (\w+) (.*)$/.exec(text) ?? [];
        const value = await keep[where]?.call(this, what);
        if (value === undefined || value === null) throw new Error('there is nothing to keep');
        this.variables.set(name, String(value));
    },
    clock(text) {
        const [, number, unit] = /^([+-]?\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
        const ahead_ms = unit ? Number(number) * UNITS_MS[unit] : Date.parse(text) - this.now_ms;
        if (Number.isNaN(ahead_ms)) throw new Error('clock +31d, or clock 2031-05-01T12:05Z');
        (this.recording ?? this.site).setClock(ahead_ms);
        this.ahead_ms = ahead_ms;
        for (const browser of this.browsers.values()) browser.csrf = undefined; // valid for a day
    },
    async cache() {
        await this.site.flushCache();
    },
};

/* Where `let` finds values. */
const keep = {
    secret(name) {
        return readFileSync(join(this.site.var, 'secrets', name), 'utf8');
    },
    head(text) {
        const [name, pattern] = split(text, ': ');
        return matched(headerOf(this.answer.headers, name) ?? '', pattern);
    },
    body(pattern) {
        return matched(this.answer.body, pattern);
    },
    json(path) {
        return jsonAt(this.answer.body, path);
    },
    db(statement) {
        return this.site.sql.value(statement);
    },
    cookie(name) {
        return this.browser.cookies.get(name);
    },
    totp(text) {
        const [, secret, steps = 0] = /^([A-Z2-7 ]+?)(?: ([+-]?\d+))?$/.exec(text);
        return totp(secret, this.now_ms + (this.ahead_ms ?? 0), Number(steps));
    },
};

const whole = ({ headers, body }) =>
    headers.map(([name, value]) => `${name}: ${value}\n`).join('') + '\n' + body;

function matched(text, pattern) {
    const found = new RegExp(pattern).exec(text);
    return found?.[1] ?? found?.[0];
}

function jsonAt(body, path) {
    return path.split('.').reduce((value, key) => value?.[key], JSON.parse(body));
}

/* A value as JSON.stringify writes it. */
function asJson(text) {
    try {
        return JSON.stringify(JSON.parse(text));
    } catch {
        return JSON.stringify(text);
    }
}

function unindent(lines) {
    const [indent] = /^\s*/.exec(lines[0] ?? '');
    return lines.map((line) => line.replace(indent, '')).join('\n');
}

/* The bytes of a text with escapes; \xNN is one byte. */
function unescaped(text) {
    const bytes = text.split(/(\\x[0-9a-f]{2}|\\[rnt\\])/).map((piece) => {
        if (piece.startsWith('\\x')) return Buffer.from(piece.slice(2), 'hex');
        return Buffer.from(piece.startsWith('\\') ? ESCAPES[piece[1]] ?? piece : piece);
    });
    return Buffer.concat(bytes);
}

/* The tables that are empty on a new site are emptied at the start of each file. */
async function tablesToEmpty(site) {
    const tables = (await site.sql.run('SHOW TABLES')).flat();
    const empty = [];
    for (const table of tables)
        if (!(await site.sql.value(`SELECT 1 FROM ${table} LIMIT 1`))) empty.push(table);
    return empty;
}

/* Tables whose rows come with the schema and are changed by pages: they are put back. */
const SEEDED = ['category_group', 'category'];
async function keepSeeded(site) {
    for (const table of SEEDED) await site.sql.run(`CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
}

async function clean(site, tables) {
    await site.sql.run('SET FOREIGN_KEY_CHECKS = 0');
    for (const table of SEEDED) {
        await site.sql.run(`DELETE FROM ${table}`);
        await site.sql.run(`INSERT INTO ${table} SELECT * FROM kept_${table}`);
    }
    for (const table of tables) // triggers leave only TRUNCATE, which takes longer
        await site.sql.run(`DELETE FROM ${table}`).catch(() => site.sql.run(`TRUNCATE ${table}`));
    await site.sql.run('SET FOREIGN_KEY_CHECKS = 1');
    await site.sql.run('UPDATE receipt_counter SET last = 0');
    await site.flushCache();
    site.setClock(0);
}

/* The sites on which transcripts run: one for each set of settings. */
class Sites {
    started = new Map();

    async of(file) {
        const [, settings = ''] = /^site (.*)/.exec(readFileSync(file, 'utf8')) ?? [];
        if (!this.started.has(settings)) {
            const set = Object.fromEntries(settings.split(' ').filter(Boolean).map((each) => split(each, '=')));
            const site = await startSite({ set });
            this.started.set(settings, { site });
            const tables = await tablesToEmpty(site);
            await keepSeeded(site);
            this.started.get(settings).tables = tables;
        }
        return this.started.get(settings);
    }

    async stop() {
        for (const { site } of this.started.values()) await site.stop();
    }
}

async function main() {
    const { values, positionals } = parseArgs({
        options: {
            cgi: { type: 'boolean' }, http: { type: 'boolean' }, record: { type: 'string' },
        },
        allowPositionals: true,
    });
    const modes = ['cgi', 'http'].filter((mode) => values[mode] || !(values.cgi || values.http));
    const folder = join(root, 'tests/http');
    const all = readdirSync(folder).filter((name) => name.endsWith('.t')).sort();
    const files = positionals.length ? positionals : all.map((name) => join(folder, name));
    const sites = new Sites();
    let checked = 0, failed = 0;

    try {
        for (const mode of modes)
            for (const file of files.map((name) => resolve(name))) {
                const { site, tables } = await sites.of(file);
                const recording = values.record && new Recording(site, values.record, mode, file);
                const transcript = new Transcript(site, mode, file, recording);
                recording?.before();
                await clean(site, tables);
                await recording?.begin(tables);
                await transcript.run();
                recording?.save();
                checked += transcript.checks;
                failed += transcript.failed;
            }
    } finally {
        await sites.stop();
    }
    console.log(`${failed ? 'not ok' : 'ok'} - ${checked} checks, ${failed} failed`);
    process.exitCode = failed ? 1 : 0;
}

await main();
