/*
 * run: transcripts against the site's programs.
 *
 *     node tests/http/run.mjs [--cgi] [--http] [FILE.t ...]
 *
 * --cgi starts each program as a plain CGI process, found by lighttpd/routes.conf; --http asks
 * lighttpd. Without either, both. Without files, all of tests/http. The site is a private one of the
 * programs in B (build/plain). Each file begins with the database as migrated, an empty cache, the
 * right time and nobody signed in.
 *
 * A line is a word and what belongs to it; a line that begins with # says why. $NAME stands for what
 * `let` kept. A blank line ends a block: what was said about the sender and the next request is
 * forgotten then.
 *
 *   Who asks
 *     as HANDLE           a browser with cookies, signed in; the member is made when there is none.
 *                         HANDLE@WORD is another browser of the same member
 *     as nobody           a browser that is not signed in (so it is without this word);
 *                         nobody@WORD is another one
 *     as-token HANDLE     a program with a bearer token
 *     accept TYPE         the header Accept
 *     header NAME: VALUE  any other header
 *     csrf none           the next request lacks the form token that every change otherwise carries
 *     only cgi|http       skip the rest of this block in the other mode
 *
 *   Asking
 *     GET|HEAD|OPTIONS|DELETE PATH
 *     POST|PATCH|PUT PATH [FORM]      FORM: a=b&c=some text; sent urlencoded, or as multipart with files
 *     file FIELD PATH [NAME]          before it: a file, by its path in this tree, sent under NAME
 *     body TYPE                       before it: a body of that type, the indented lines that follow
 *     raw TYPE                        the same, with \r \n \t \\ \xNN read
 *     body TYPE < PATH                the same, from a file of this tree
 *     body TYPE zeros N               the same, N zero bytes
 *
 *   What must be so, of the last answer (of a page, or of a job)
 *     status N            also the only way to expect 500 or more
 *     see TEXT            somewhere in head or body; `not TEXT` nowhere
 *     head NAME: TEXT     a header that contains TEXT; with nothing behind the colon: there is none
 *     json PATH = VALUE   e.g. json items.0.title = "First"; VALUE is JSON, or a text as it stands
 *     limit queries N arena BYTES     at most, as the program itself counted
 *
 *   The rest
 *     sql STATEMENT            run it
 *     db SELECT -> ROWS        columns are joined with a comma, rows with a semicolon
 *     let NAME = WHERE REGEX   what the first group matched (or all of it) in: head NAME:, or body
 *     let NAME = json PATH     or: db SELECT, cookie NAME
 *     clock +31d               the site's clock, from the right time: ms s m h d
 *     clock 2031-05-01T12:05Z  it is that time now, e.g. well within a window of a limit
 *     cache flush
 *     job NAME ARGUMENT...     run a job to its end ("an argument with blanks"), exit code 0
 *     exit N                   ... or this one
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { basename, extname, join, relative, resolve } from 'node:path';
import { built, root, routeOf, startSite } from '../lib.mjs';

const MULTIPART = 'multipart/form-data; boundary=a-line-between-the-parts';
const TYPES = { '.jpg': 'image/jpeg', '.png': 'image/png', '.mp4': 'video/mp4', '.webm': 'video/webm' };
const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

class Wrong extends Error {} // a check that was made and does not hold

/* ---- The two ways to ask. Headers are pairs of a lower-case name and a value; a body is bytes. ---- */

function overHttp(site, { method, path, headers, body }) {
    return new Promise((done, failed) => {
        const waits = body.length > 65536; // for a word from the server, which may refuse the head alone
        if (waits) headers.push(['expect', '100-continue']);
        const asked = httpRequest(site.url, { method, path, headers: headers.flat(), agent: false }, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part));
            answer.on('end', () => {
                done({
                    status: answer.statusCode,
                    headers: pairs(answer.rawHeaders).map(([name, value]) => [name.toLowerCase(), value]),
                    body: Buffer.concat(parts).toString(),
                });
                asked.destroy();
            });
        });
        asked.on('error', failed);
        if (waits) asked.once('continue', () => asked.end(body)).flushHeaders();
        else asked.end(body);
    });
}

const pairs = (flat) => flat.flatMap((item, i) => (i % 2 ? [] : [[item, flat[i + 1]]]));

/* The environment is the one lighttpd gives a program (RFC 3875). */
function overCgi(site, { method, path, headers, body }) {
    const [name, query = ''] = split(path, '?');
    const program = routeOf(name);
    const found = (header) => headers.find(([key]) => key === header)?.[1];
    if (!program) return { status: 404, headers: [], body: 'no line of routes.conf has this address' };
    const env = {
        GATEWAY_INTERFACE: 'CGI/1.1', SERVER_PROTOCOL: 'HTTP/1.1', SERVER_SOFTWARE: 'lighttpd',
        SERVER_NAME: '127.0.0.1', SERVER_PORT: new URL(site.url).port, REMOTE_ADDR: '127.0.0.1', REMOTE_PORT: '1024',
        REQUEST_METHOD: method, REQUEST_SCHEME: 'http', REQUEST_URI: path,
        SCRIPT_NAME: name, PATH_INFO: '', QUERY_STRING: query,
        CONTENT_LENGTH: String(body.length), CONTENT_TYPE: found('content-type') ?? '',
        OVS_CONF: site.conf, PATH: '/usr/bin:/bin', ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '',
    };
    for (const [key, value] of headers)
        if (!key.startsWith('content-')) env[`HTTP_${key.toUpperCase().replaceAll('-', '_')}`] = value;
    return new Promise((done, failed) => {
        const child = spawn(join(built, 'handlers', program), { env, cwd: '/' });
        const parts = [];
        let errors = '';
        child.on('error', failed);
        child.stdout.on('data', (part) => parts.push(part));
        child.stderr.on('data', (text) => (errors += text));
        child.stdin.on('error', () => {}); // a program may refuse without reading
        child.stdin.end(body);
        child.on('close', (code, signal) => {
            if (code !== 0) failed(new Wrong(`${program} ended with ${code ?? signal}\n${errors.slice(-4000)}`));
            else done(cgiAnswer(Buffer.concat(parts).toString()));
        });
    });
}

function cgiAnswer(text) {
    const [head, body = ''] = split(text, '\r\n\r\n');
    const headers = head.split('\r\n').map((line) => split(line, ': ')).map(([key, value]) => [key.toLowerCase(), value]);
    const status = headers.find(([key]) => key === 'status')?.[1];
    return { status: parseInt(status ?? '200', 10), headers: headers.filter(([key]) => key !== 'status'), body };
}

/* Before and after the first `mark`. */
function split(text, mark) {
    const at = text.indexOf(mark);
    return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

/* ---- Browsers: cookies and form tokens. ---- */

class Browser {
    cookies = new Map();
    csrf = undefined;

    take(answer) {
        for (const [name, value] of answer.headers) {
            if (name !== 'set-cookie') continue;
            const [key, text] = split(value.split(';')[0], '=');
            if (key === 'rt') this.csrf = undefined; // form tokens are bound to the login
            if (/max-age=0(;|$)/i.test(value)) this.cookies.delete(key);
            else this.cookies.set(key, text);
        }
    }

    get header() {
        return [...this.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
    }
}

/* Members of transcripts: one password each, made with the command line an operator has. */
const password = (handle) => `the secret of ${handle}`;

function makeMember(site, handle) {
    const { status, output } = site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--password-stdin'], password(handle) + '\n');
    if (status !== 0) throw new Error(`jobs/admin user add ${handle}: ${output}`);
}

/* ---- One transcript. ---- */

class Transcript {
    checks = 0;
    failed = 0;

    constructor(site, mode, file) {
        Object.assign(this, { site, mode, file });
        this.ask = mode === 'cgi' ? overCgi : overHttp;
        this.variables = new Map();
        this.browsers = new Map();
        this.newBlock();
    }

    newBlock() {
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
            if (word === 'body' || word === 'raw')
                while (/^\s+\S/.test(lines[i + 1] ?? '')) block.push(lines[++i]);
            if (!word) await this.endBlock();
            else if (!word.startsWith('#') && !this.skipped)
                await this.attempt(line, () => this.say(line, word, this.replace(rest.trim()), this.replace(unindent(block))));
        }
        await this.endBlock();
    }

    async attempt(line, action) {
        try {
            await action();
        } catch (error) {
            if (!(error instanceof Wrong)) this.checks++;
            this.failed++;
            const where = `${relative(root, this.file)}:${line.number} (${this.mode})`;
            console.log(`${where}: ${line.text}\n  ${error.message.trim().replaceAll('\n', '\n  ')}`);
            if (this.site.child.exitCode !== null) throw new Error('the site has ended');
        }
    }

    async endBlock() {
        await this.endAnswer();
        this.newBlock();
    }

    /* A fault of ours that no `status` asked for is never passed over, nor a failed job. */
    async endAnswer() {
        const { line, seen, status, exit } = this.answer ?? { seen: true };
        if (!seen && status >= 500) await this.attempt(line, () => this.check(false, `not a status of ${status}`));
        if (!seen && exit) await this.attempt(line, () => this.check(false, `exit code 0, not ${exit}`));
        if (this.answer) this.answer.seen = true;
    }

    replace(text) {
        return text.replace(/\$([A-Za-z_]\w*)/g, (all, name) => this.variables.get(name) ?? all);
    }

    check(holds, wanted) {
        this.checks++;
        if (!holds) throw new Wrong(`wanted ${wanted}; got ${this.shown()}`);
    }

    shown() {
        const { status, exit, body } = this.answer;
        return `${status ?? `exit code ${exit}`}\n${whole({ ...this.answer, body: body.slice(0, 800) })}`;
    }

    async say(line, word, rest, block) {
        const isRequest = /^[A-Z]+$/.test(word);
        if (isRequest || word === 'job') {
            await this.endAnswer();
            this.answer = undefined;
            this.answer = { line, ...await (isRequest ? this.request(word, rest) : this.job(rest)) };
        } else if (words[word]) {
            if (!this.answer && ANSWER_WORDS.includes(word)) throw new Error('there is no answer');
            await words[word].call(this, rest, block);
        } else {
            throw new Error(`unknown word ${word}`);
        }
    }

    /* Ask with the cookies of `browser`; what it sets is kept. */
    async exchange(browser, method, path, headers, body = Buffer.alloc(0)) {
        const all = [...headers];
        const given = (name) => headers.some(([key]) => key === name);
        if (!given('host')) all.push(['host', new URL(this.site.url).host]);
        if (!given('cookie') && browser.cookies.size) all.push(['cookie', browser.header]);
        if (body.length || !['GET', 'HEAD', 'OPTIONS'].includes(method)) all.push(['content-length', String(body.length)]);
        const answer = await this.ask(this.site, { method, path, headers: all, body });
        browser.take(answer);
        return answer;
    }

    async request(method, rest) {
        const [path, form] = split(rest, ' ');
        const headers = [...this.headers];
        const changes = !['GET', 'HEAD', 'OPTIONS'].includes(method);
        const isForm = method === 'POST' && !this.body;
        const token = changes && this.withToken && !this.browser.isProgram ? await this.token() : undefined;

        if (isForm) this.body = this.form(form, token);
        else if (token) headers.push(['x-csrf-token', token]);
        if (this.body) headers.push(['content-type', this.body.type]);
        const { bytes } = this.body ?? {};
        this.newRequest();
        return this.exchange(this.browser, method, path, headers, bytes);
    }

    job(text) {
        const [name, ...args] = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word);
        const { status, output } = this.site.job(name, args);
        return { exit: status, headers: [], body: output };
    }

    /* The form token of this browser: from its login, or from a page that it may see. */
    async token() {
        if (!this.browser.csrf) {
            const page = await this.exchange(this.browser, 'GET', this.browser.cookies.has('rt') ? '/account' : '/login', [['accept', 'text/html']]);
            this.browser.csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1];
        }
        return this.browser.csrf;
    }

    form(text = '', token) {
        const fields = text.trim() ? text.trim().split('&') : [];
        if (token) fields.push(`csrf=${token}`);
        if (!this.files.length)
            return { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(fields.map(plainly).join('&')) };
        const parts = fields.map((field) => split(field, '=')).map(([name, value]) => part(`name="${name}"`, decodeURIComponent(value)));
        for (const { field, path, name } of this.files) {
            const type = TYPES[extname(name)] ?? 'application/octet-stream';
            parts.push(part(`name="${field}"; filename="${name}"\r\nContent-Type: ${type}`, readFileSync(resolve(root, path))));
        }
        return { type: MULTIPART, bytes: Buffer.concat([...parts, Buffer.from('--a-line-between-the-parts--\r\n')]) };
    }

    /* Sign in over POST /login, as a program would; the cookies are a browser's. */
    async login(name) {
        const browser = this.browserOf(name);
        const [handle] = name.split('@');
        if (browser.cookies.has('rt')) return browser;
        if (!(await this.site.sql.value(`SELECT 1 FROM user WHERE handle = '${handle}'`))) makeMember(this.site, handle);
        const body = Buffer.from(JSON.stringify({ name: handle, password: password(handle) }));
        const headers = [['content-type', 'application/json'], ['accept', 'application/json']];
        const answer = await this.exchange(browser, 'POST', '/login', headers, body);
        if (answer.status !== 200) throw new Wrong(`${handle} cannot sign in: ${answer.status} ${answer.body.slice(0, 500)}`);
        const { token, csrf } = JSON.parse(answer.body);
        return Object.assign(browser, { handle, bearer: token, csrf });
    }
}

const part = (head, content) =>
    Buffer.concat([Buffer.from(`--a-line-between-the-parts\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
        Buffer.from(content), Buffer.from('\r\n')]);

/* A form as people write it: blanks and other letters are encoded, what is encoded stays. */
const plainly = (field) => field.replace(/[^!-~]/gu, (letter) => (letter === ' ' ? '+' : encodeURIComponent(letter)));

function unindent(lines) {
    const indent = /^\s*/.exec(lines[0] ?? '')[0];
    return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart())).join('\n');
}

const ESCAPES = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

/* Bytes of a text with escapes; \xNN is one byte. */
function unescape(text) {
    return Buffer.concat(text.split(/(\\x[0-9a-f]{2}|\\[rnt\\])/).map((piece) => {
        if (piece.startsWith('\\x')) return Buffer.from(piece.slice(2), 'hex');
        return Buffer.from(piece[0] === '\\' ? ESCAPES[piece[1]] : piece);
    }));
}

const rowsAsText = (rows) => rows.map((row) => row.join(',')).join(';');

function jsonAt(body, path) {
    let value = JSON.parse(body);
    for (const key of path.split('.')) value = value?.[key];
    return value;
}

function asJson(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

const ANSWER_WORDS = ['status', 'see', 'not', 'head', 'json', 'limit', 'exit'];

/* What each word does; `this` is the transcript. */
const words = {
    async as(name) {
        this.browser = /^nobody(@|$)/.test(name) ? this.browserOf(name) : await this.login(name);
    },
    async 'as-token'(name) {
        const { bearer } = await this.login(name);
        this.browser = Object.assign(new Browser(), { isProgram: true });
        this.headers.push(['authorization', `Bearer ${bearer}`]);
    },
    accept(type) {
        this.headers = this.headers.filter(([name]) => name !== 'accept').concat([['accept', type]]);
    },
    header(text) {
        const [name, value = ''] = split(text, ':');
        this.headers.push([name.toLowerCase(), value.trim()]);
    },
    csrf(word) {
        if (word !== 'none') throw new Error(`csrf none, not ${word}`);
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
        const bytes = path ? readFileSync(resolve(root, path)) : zeros ? Buffer.alloc(Number(zeros)) : Buffer.from(block);
        this.body = { type, bytes };
    },
    raw(type, block) {
        this.body = { type, bytes: unescape(block) };
    },

    status(code) {
        this.answer.seen = true;
        this.check(this.answer.status === Number(code), `status ${code}`);
    },
    see(text) {
        this.check(whole(this.answer).includes(text), `to see ${text}`);
    },
    not(text) {
        this.check(!whole(this.answer).includes(text), `not to see ${text}`);
    },
    head(text) {
        const [name, value = ''] = split(text, ':');
        const found = this.answer.headers.filter(([key]) => key === name.toLowerCase());
        if (!value.trim()) return this.check(!found.length, `no header ${name}`);
        return this.check(found.some(([, got]) => got.includes(value.trim())), `header ${text}`);
    },
    json(text) {
        const [path, value] = split(text, ' = ');
        const got = JSON.stringify(jsonAt(this.answer.body, path));
        const alike = [JSON.stringify(asJson(value)), JSON.stringify(value)];
        this.check(alike.includes(got), `${path} = ${value} and not ${got}`);
    },
    limit(text) {
        for (const [, what, most] of text.matchAll(/(queries|arena) (\d+)/g)) {
            const spent = this.answer.headers.find(([name]) => name === `x-${what}`)?.[1];
            this.check(Number(spent) <= Number(most), `at most ${most} ${what} and not ${spent}`);
        }
    },

    async sql(statement) {
        await this.site.sql.run(statement);
    },
    async db(text) {
        const [, select, want = ''] = /^(.*) ->(?: (.*))?$/.exec(text) ?? [];
        const got = rowsAsText(await this.site.sql.run(select));
        this.checks++;
        if (got !== want) throw new Wrong(`the rows are ${got}`);
    },
    async let(text) {
        const [, name, where, what] = /^(\w+) = (\w+) (.*)$/.exec(text) ?? [];
        const kept = await kept_from[where]?.call(this, what);
        if (kept === undefined || kept === null) throw new Wrong(`nothing to keep as ${name}`);
        this.variables.set(name, String(kept));
    },
    clock(text) {
        const [, number, unit] = /^([+-]?\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
        const ahead_ms = unit ? Number(number) * UNITS_MS[unit] : Date.parse(text) - Date.now();
        if (Number.isNaN(ahead_ms)) throw new Error(`clock +31d or 2031-05-01T12:05Z, not ${text}`);
        this.site.setClock(ahead_ms);
        for (const browser of this.browsers.values()) browser.csrf = undefined; // they live for a day
    },
    async cache() {
        await this.site.flushCache();
    },
    exit(code) {
        this.answer.seen = true;
        this.check(String(this.answer.exit) === code, `exit code ${code}`);
    },
};

const kept_from = {
    head(text) {
        const [name, pattern] = split(text, ': ');
        const value = this.answer.headers.find(([key]) => key === name.toLowerCase())?.[1];
        return matched(value ?? '', pattern);
    },
    body(pattern) { return matched(this.answer.body, pattern); },
    json(path) { return jsonAt(this.answer.body, path); },
    async db(statement) { return this.site.sql.value(statement); },
    cookie(name) { return this.browser.cookies.get(name); },
};

function matched(text, pattern) {
    const found = new RegExp(pattern).exec(text);
    return found?.[1] ?? found?.[0];
}

const whole = ({ headers, body }) => headers.map(([name, value]) => `${name}: ${value}\n`).join('') + '\n' + body;

/* ---- All of them. ---- */

/* Tables that are empty in a new site are empty at the start of each file. */
async function tablesToEmpty(site) {
    const tables = (await site.sql.run('SHOW TABLES')).map(([name]) => name);
    const counts = await site.sql.run(tables.map((name) => `SELECT '${name}', EXISTS (SELECT 1 FROM ${name})`).join(' UNION ALL '));
    return counts.filter(([, filled]) => filled === '0').map(([name]) => name);
}

async function cleanSite(site, tables) {
    await site.sql.run('SET FOREIGN_KEY_CHECKS = 0');
    for (const table of tables) await site.sql.run(`DELETE FROM ${table}`);
    await site.sql.run('SET FOREIGN_KEY_CHECKS = 1');
    await site.flushCache();
    site.setClock(0);
}

const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const modes = ['cgi', 'http'].filter((mode) => !options.length || options.includes(`--${mode}`));
const named = process.argv.slice(2).filter((word) => !word.startsWith('--')).map((file) => resolve(file));
const files = named.length ? named : readdirSync(join(root, 'tests/http')).filter((name) => name.endsWith('.t')).sort().map((name) => join(root, 'tests/http', name));

const site = await startSite();
let checks = 0, failed = 0;
try {
    const tables = await tablesToEmpty(site);
    for (const mode of modes)
        for (const file of files) {
            await cleanSite(site, tables);
            const transcript = new Transcript(site, mode, file);
            await transcript.run();
            checks += transcript.checks;
            failed += transcript.failed;
        }
} finally {
    await site.stop();
}
console.log(`${failed ? 'not ok' : 'ok'} - ${checks} checks, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
