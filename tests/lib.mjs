/*
 * lib: what tests that need a running site have in common.
 *
 *     const site = await startSite({ set: { upload_max_bytes: 1000000 } });
 *     after(() => site.stop());
 *     await fetch(site.url + '/health');
 *
 * A site is a whole lighttpd/run of its own, in a folder below TMPDIR that is deleted with it:
 * environment `test`, no demo library, no periodic jobs unless asked for. It ends with the process
 * that started it, however that ends. B chooses the flavour of the programs (build/plain).
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const built = resolve(root, process.env.B ?? 'build/plain');

/* A real film from the inputs that are too large for this tree; undefined where it is missing. */
export function realFilm(name) {
    const path = join(process.env.OVS_SHARED || join(root, '../shared'), 'data/media', name);
    return existsSync(path) ? path : undefined;
}

/* Makes test pictures (and with `sound`, a tone on that many channels) with ffmpeg: the file's
 * path. */
export function makeFilm(file, { seconds, size = '320x180', rate = 10, sound = 0 }) {
    const inputs = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`];
    if (sound) inputs.push('-f', 'lavfi', '-i', `sine=duration=${seconds}`, '-c:a', 'aac', '-ac', String(sound));
    const made = spawnSync('ffmpeg', ['-loglevel', 'error', ...inputs, '-c:v', 'libx264', '-preset', 'ultrafast', file]);
    if (made.status !== 0) throw new Error(`${file}: ${made.stderr ?? made.error}`);
    return file;
}

/* Waits until condition() returns true; fails with `what` after `limit_s`. */
export async function until(what, condition, limit_s = 30) {
    const end = Date.now() + limit_s * 1000;
    for (;;) {
        const value = await condition();
        if (value) return value;
        if (Date.now() > end) throw new Error(`not within ${limit_s} s: ${what}`);
        await sleep(20);
    }
}

/* One connection to the site's database, as its administrator. */
export class Sql {
    #child;
    #lines = [];
    #arrived = () => {};
    #ended = false;
    #last = Promise.resolve();

    constructor(socket, password, database = 'ovs') {
        // Errors come through the same pipe as the rows, so that they arrive in order.
        const client = ['mariadb', '--no-defaults', '--default-character-set=utf8mb4', '--user=root',
            `--socket=${socket}`, '--skip-column-names', '--batch', '--unbuffered', '--force',
            '--skip-ssl-verify-server-cert', database];
        this.#child = spawn('sh', ['-c', 'exec "$@" 2>&1', 'sh', ...client], {
            env: { PATH: process.env.PATH, MYSQL_PWD: password },
            stdio: ['pipe', 'pipe', 'inherit'],
        });
        createInterface({ input: this.#child.stdout }).on('line', (line) => {
            this.#lines.push(line);
            this.#arrived();
        }).on('close', () => {
            this.#ended = true;
            this.#arrived();
        });
    }

    /* Rows as lists of texts; NULL is "NULL". Throws with the server's message. */
    run(statement) {
        this.#last = this.#last.catch(() => {}).then(() => this.#ask(statement));
        return this.#last;
    }

    /* The first column of the first row. */
    async value(statement) {
        return (await this.run(statement))[0]?.[0];
    }

    async #ask(statement) {
        const mark = 'end of the answer';
        this.#child.stdin.write(`${statement.trim().replace(/;$/, '')};\nSELECT '${mark}';\n`);
        while (this.#lines.at(-1) !== mark) {
            if (this.#ended) throw new Error(`the client has ended: ${this.#lines.join('\n')}`);
            await new Promise((done) => (this.#arrived = done));
        }
        const lines = this.#lines.splice(0).slice(0, -1);
        const error = lines.find((line) => line.startsWith('ERROR'));
        if (error) throw new Error(`${error}\n  ${statement}`);
        return lines.map((line) => line.split('\t'));
    }

    close() {
        this.#child.stdin.end();
    }
}

/* Processes that were started for a folder, which is in their environment. */
export function processesOf(folder) {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
        try {
            if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)) return [];
            const [command] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
            return [{ pid: Number(pid), command }];
        } catch {
            return []; // it has ended, or is not ours
        }
    });
}

class Site {
    constructor(folder, child) {
        this.var = folder;
        this.conf = join(folder, 'site.conf');
        this.child = child;
        this.built = built;
    }

    setting(key) {
        const line = new RegExp(`^${key} *= *(.*)$`, 'm').exec(readFileSync(this.conf, 'utf8'));
        return line?.[1];
    }

    get sql() {
        this.connection ??= new Sql(this.setting('db_socket'), this.setting('db_admin_password'));
        return this.connection;
    }

    /* The process of one of the servers (db, cache, programs, web), or undefined while there is none. */
    pid(server) {
        const named = { db: ['mariadbd', 'mysqld'], cache: ['memcached'], web: ['lighttpd'],
            programs: ['launch'] }[server];
        return processesOf(this.var).find(({ command }) => named.includes(basename(command)))?.pid;
    }

    /* The processes of a program, e.g. handlers/watch or jobs/transcode. */
    pids(program) {
        return processesOf(this.var)
            .filter(({ command }) => command.endsWith(`/${program}`)).map(({ pid }) => pid);
    }

    /* Run a job program to its end: { status, output }. */
    job(name, args = [], input = '') {
        const env = { ...process.env, OVS_CONF: this.conf };
        const options = { env, input, encoding: 'utf8', cwd: root };
        const ran = spawnSync(join(built, 'jobs', name), args, options);
        if (ran.error) throw ran.error;
        return { status: ran.status ?? ran.signal, output: ran.stdout + ran.stderr };
    }

    log(name) {
        return readFileSync(join(this.var, 'log', name), 'utf8');
    }

    /* Milliseconds added to the clock of every program; 0 is the real time. */
    setClock(ms) {
        writeFileSync(join(this.var, 'clock'), `${ms}\n`);
    }

    flushCache() {
        return new Promise((done, failed) => {
            const socket = createConnection(this.setting('cache_socket'));
            socket.write('flush_all\r\n');
            socket.once('data', () => { socket.destroy(); done(); });
            socket.once('error', failed);
        });
    }

    /* Ends the site; returns the exit code of lighttpd/run. The folder is deleted unless `keep`. */
    async stop({ signal = 'SIGTERM', keep = false } = {}) {
        this.connection?.close();
        this.connection = undefined;
        if (this.child.exitCode === null && this.child.signalCode === null) {
            const ended = new Promise((done) => this.child.once('exit', done));
            this.child.kill(signal);
            await ended;
        }
        if (!keep) rmSync(this.var, { recursive: true, force: true });
        return this.child.exitCode ?? this.child.signalCode;
    }
}

/*
 * set    settings in addition to the usual ones
 * tick   run the periodic jobs
 * demo   load the demo library
 * env    more environment for lighttpd/run
 * folder state of an earlier site (stopped with `keep`) to continue with
 * wrap   a command before lighttpd/run
 * secrets keys that the site is to have, in hex
 */
export async function startSite(options = {}) {
    const { set = {}, tick = false, demo = false, env = {}, secrets = {}, wrap = [] } = options;
    let { folder } = options;

    folder ??= mkdtempSync(join(tmpdir(), 'ovs-'));
    mkdirSync(join(folder, 'secrets'), { recursive: true });
    for (const [name, hex] of Object.entries(secrets))
        writeFileSync(join(folder, 'secrets', name), hex, { mode: 0o600 });
    const settings = {
        environment: 'test',
        clock_file: join(folder, 'clock'),
        disk_reserve_bytes: 0,
        disk_reserve_percent: 0,
        ...set,
    };
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...wrap, join(root, 'lighttpd/run'), '--quiet'], {
        env: {
            ...process.env, VAR: folder, PORT: 0, B: built, TICK: Number(tick), DEMO: Number(demo),
            OVS_SET: Object.entries(settings).map(([key, value]) => `${key}=${value}`).join(';'),
            ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const site = new Site(folder, child);
    let errors = '';
    child.stderr.on('data', (text) => (errors += text));
    site.url = await new Promise((done) => {
        const lines = createInterface({ input: child.stdout });
        lines.on('line', (line) => done(/^ready (.*)$/.exec(line)?.[1]));
        child.once('close', () => done(undefined));
    });
    if (site.url) return site;
    await site.stop();
    throw new Error(`the site did not start: ${errors}`);
}

/* The program that lighttpd/routes.conf names for a path, or undefined. */
export function routeOf(path) {
    const routes = readFileSync(join(root, 'lighttpd/routes.conf'), 'utf8');
    const lines = routes.matchAll(/^\$HTTP\["url"\] =~ "(.*?)".* run \+ "\/(\w+)"/gm);
    for (const [, pattern, program] of lines)
        if (new RegExp(pattern).test(path)) return program;
    return undefined;
}


/*
 * A mail server for tests: a real SMTP server on this machine that keeps what it gets.
 *
 *     const mail = await startMail();
 *     const site = await startSite({ tick: true, set: mail.set });
 *     const { subject, text, path } = await mail.to('ann@example.org', /confirm/i);
 *     await mail.stop();
 *
 * set         the settings with which a site sends its mails here. They leave within seconds when the site
 *             ticks; otherwise when the test runs site.job('mail').
 * all         every mail so far, in order: what mailparser makes of it (subject, text, html, from, to,
 *             messageId, headerLines ...), and with it `raw`, `recipient`, `login` (of AUTH), `tls`, `link`:
 *             the address of its button, and `path`: that address without the site's
 * to(address, subject)  waits for a mail to that address whose subject matches, and takes it out of `all`
 * lost        mails that came whole, but that a rule for `data` refused or cut off
 * settled()   waits until `all` and `lost` have what the server has taken so far
 * rules(list) what the server answers from now on: { step, to, say }: step is connect, sender, recipient or
 *             data; `to` a recipient (else: any); `say` { code, text }, 'cut' or 'slow'
 *
 * options: secure (TLS from the first byte), key and cert, users ({ name: password }). With key and cert but
 * without `secure` it offers STARTTLS. It runs in a thread of its own, so that it answers while a test waits
 * for a program.
 */
export async function startMail(options = {}) {
    const worker = new Worker(new URL('mail_server.mjs', import.meta.url), { workerData: options });
    const mail = { all: [], lost: [] };
    let told = () => {};
    worker.on('message', ({ arrived, lost, ...rest }) =>
        arrived ? mail.all.push(arrived) : lost ? mail.lost.push(lost) : told(rest));
    const ask = (what) => new Promise((done) => { told = done; if (what) worker.postMessage(what); });
    const { port } = await ask();
    mail.set = {
        mail: 'smtp', mail_from: 'site@videos.example', smtp_host: '127.0.0.1', smtp_port: port,
        smtp_tls: options.secure ? 'tls' : options.key ? 'starttls' : 'none', mail_per_minute: 6000,
    };
    mail.to = (address, subject = /./) => until(`a mail to ${address}: ${subject}`, () => {
        const at = mail.all.findIndex((one) => one.recipient === address && subject.test(one.subject));
        return at >= 0 && mail.all.splice(at, 1)[0];
    });
    mail.rules = (rules) => ask({ rules });
    mail.settled = () => ask({});
    mail.stop = () => worker.terminate();
    return mail;
}
