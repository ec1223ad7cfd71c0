/*
 * record: writes the site's answers to the requests of a transcript as a text that is the same each
 * time, so that two builds can be compared:
 *
 *     node tests/http/run.mjs --record /tmp/before        (the build before a change)
 *     node tests/http/run.mjs --record /tmp/after         (the build after it)
 *     diff -r -x '*.spent' /tmp/before /tmp/after
 *
 * Where the transcripts have changed as well, send the requests of the same ones to both builds:
 * named as files, they may be anywhere. B chooses the build.
 *
 * FOLDER/NAME.MODE.txt   every request and job, its status, its headers and its body
 * FOLDER/NAME.MODE.spent the queries and the arena bytes that each of them needed
 *
 * Time      A recording begins at START, in the site and in the database, and its clock moves only
 *           between requests: three steps are made within a second. During a request the clock is
 *           set back again and again; during a job it is not. Milliseconds are not written.
 * Row ids   Tables count from 1 in each transcript.
 * Random    Random values are replaced by a name in <>, e.g. <csrf>: see the tables below. Public
 * ids
 *           that the site made are numbered in their order: <id 1>.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const START_MS = Date.parse('2031-06-10T12:00:00Z');
const STEP_MS = 250;
const STEPS_IN_SECOND = 3;
const HOLD_MS = 5;
const SPENT = ['x-queries', 'x-arena'];

/* In a header with this name, matches of the first are replaced by the second. */
const IN_HEADERS = {
    'last-modified': [[/.*/, '<time>']],
    date: [[/.*/, '<now>']],
    etag: [[/"[0-9a-f-]+"/, '"<hash>"']],
    'set-cookie': [[/^(\w+)=[^;]+/, '$1=<secret>']],
    'x-request-id': [[/.*/, '<request>']],
    'server-timing': [[/dur=[0-9.]+/g, 'dur=<time>']],
};

const LETTER = '[A-Za-z0-9_-]';
const whole = (pattern) => new RegExp(`(?<!${LETTER})${pattern}(?!${LETTER})`, 'g');

const ANYWHERE = [
    [/\/media\/[0-9a-f]{64}\/\d{10}\//g, '/media/<signed>/'],
    [/(name="csrf" value=")[^"]+/g, '$1<csrf>'],
    [/("csrf": *")[^"]+/g, '$1<csrf>'],
    [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
    [/\b(password[:=] ?)(?=\S*[A-Z])[\w-]{16}(?![\w-])/g, '$1<password>'],
    [whole('[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}-[0-9A-Z]{6}'), '<voucher>'],
    [/\b(\w+_ms)=\d+/g, '$1=<time>'],
    [whole('[0-9a-f]{64}'), '<hash>'],
    [/\.[A-Za-z0-9_-]{12}\.<hash>/g, '.<player>.<hash>'],
    [whole('[0-9a-f]{32}'), '<hash>'],
    [whole('1[0-9]{9}[0-9]{3}'), (ms) => `${ms.slice(0, -3)}xxx`],
    [whole(`(?=${LETTER}*[A-Z])(?=${LETTER}*[a-z0-9])${LETTER}{22}`), '<key>'],
];

export class Recording {
    #site;
    #path;
    #steps = 0;
    #ahead_ms = 0;
    #given = new Set();
    #made = new Map();
    #texts = [];
    #spent = [];

    constructor(site, folder, mode, file) {
        mkdirSync(folder, { recursive: true });
        this.#site = site;
        this.#path = join(folder, `${basename(file, '.t')}.${mode}`);
    }

    get now_ms() {
        const seconds = Math.floor(this.#steps / STEPS_IN_SECOND);
        return START_MS + seconds * 1000 + (this.#steps % STEPS_IN_SECOND) * STEP_MS;
    }

    /* Before the tables are emptied: otherwise watch_flush would load what the previous transcript
     * left into rows that have nothing to do with it. */
    before() {
        this.#site.job('watch_flush');
    }

    /* Before the first line: rows count from 1 again. */
    async begin(tables) {
        for (const table of tables)
            await this.#site.sql.run(`ALTER TABLE ${table} AUTO_INCREMENT = 1`);
        await this.next();
    }

    setClock(ahead_ms) {
        this.#ahead_ms = ahead_ms;
        this.#setBack();
    }

    /* Set the clock of the site to the current step. Programs may be reading it. */
    #setBack() {
        const path = join(this.#site.var, 'clock');
        writeFileSync(`${path}.new`, `${this.now_ms + this.#ahead_ms - Date.now()}\n`);
        renameSync(`${path}.new`, path);
    }

    /* Do something while the clock stands still. */
    async hold(action) {
        this.#setBack();
        const again = setInterval(() => this.#setBack(), HOLD_MS);
        try {
            return await action();
        } finally {
            clearInterval(again);
        }
    }

    /* Before a request or a job: a little later. Existing ids were not made by it. */
    async next() {
        this.#steps++;
        this.#setBack();
        await this.#site.sql.run(`SET timestamp = ${this.now_ms / 1000}`);
        for (const id of await this.#ids()) if (!this.#made.has(id)) this.#given.add(id);
    }

    async add(said, { status, exit, headers, body }) {
        for (const id of await this.#ids())
            if (!this.#given.has(id) && !this.#made.has(id))
                this.#made.set(id, `<id ${this.#made.size + 1}>`);
        const lines = headers.filter(([name]) => !SPENT.includes(name))
            .map(([name, value]) => `${name}: ${headerValue(name, value)}\n`).join('');
        const spent = headers.filter(([name]) => SPENT.includes(name))
            .map(([name, value]) => ` ${name} ${value}`).join('');
        this.#spent.push(`${this.#usual(said)}${spent}\n`);
        const result = status ?? `exit code ${exit}`;
        this.#texts.push(this.#usual(`==== ${said}\n${result}\n${lines}\n${readable(body)}\n`));
    }

    save() {
        writeFileSync(`${this.#path}.txt`, this.#texts.join(''));
        writeFileSync(`${this.#path}.spent`, this.#spent.join(''));
    }

    async #ids() {
        const rows = await this.#site.sql.run(
            'SELECT public_id FROM video UNION ALL SELECT public_id FROM playlist');
        return rows.flat();
    }

    #usual(text) {
        const { port } = new URL(this.#site.url);
        let usual = text.replaceAll(`:${port}`, ':<port>').replaceAll(this.#site.var, '<var>');
        usual = usual.replaceAll(`%3A${port}`, '%3A<port>');
        for (const [id, name] of this.#made) usual = usual.replaceAll(id, name);
        return ANYWHERE.reduce((rest, [pattern, name]) => rest.replace(pattern, name), usual);
    }
}

function headerValue(name, value) {
    return (IN_HEADERS[name] ?? []).reduce((rest, [what, by]) => rest.replace(what, by), value);
}

/* A picture or the like is shown as its hash. */
function readable(body) {
    if (!body.includes('\0')) return body;
    return `<bytes ${createHash('sha256').update(body).digest('base64')}>`;
}
