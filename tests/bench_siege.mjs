/*
 * siege: what an innocent member waits for a page, for the permission to play and for a piece of a
 * film, idle and under each attack of one other address, in alternating rounds of one run.
 *
 *     tests/bench siege [ATTACK ...]      with ROUNDS=3 SAMPLES=30
 *
 * The attacks are bounded in number and rate, and run with low priority, because what an attacker's
 * program computes would be computed elsewhere. As root all of it happens in a network of its own,
 * with the limits of lighttpd/limits; without, those attacks that need them are skipped.
 * A line: attack, figure, p50 and p99 idle and under siege in ms, and the ratios. Those above
 * RATIO_MAX are marked; the last line counts them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { World } from './http/world.mjs';
import { root, startSite } from './lib.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 3), SAMPLES = Number(process.env.SAMPLES ?? 30);
const RATIO_MAX = 1.5;
const FROM = '127.0.9.2'; // the attacker; the innocent is 127.0.0.1, of another network
const FILM = 'FilmOfCara1', PIECE_BYTES = 65536;
const NETWORK = 'OVS_SIEGE_NETWORK';

/* --- The attacker: a process of its own, which is told where the site is and what to do ---------- */

const agent = new Agent({ keepAlive: true, localAddress: FROM, maxSockets: 16 });

function ask(site, method, path, headers = {}, body = '') {
    return new Promise((done) => {
        const asked = request(site.url + path, { method, headers, agent }, (answer) => {
            answer.resume().on('end', () => done(answer.statusCode)).on('error', () => done(0));
        });
        asked.on('error', () => done(0)).end(body);
    });
}
const json = { 'Content-Type': 'application/json', Accept: 'application/json' };
const logIn = (site, name, password) => ask(site, 'POST', '/login', json, JSON.stringify({ name, password }));

/* Calls one() about `rate` times a second, at most `most` at the same time. */
async function pace(rate, most, one) {
    let running = 0;
    for (;;) {
        if (running < most) {
            running++;
            one().then(() => running--);
        }
        await sleep(1000 / rate);
    }
}

function hold(site, n, begin, drip = undefined) {
    const port = new URL(site.url).port;
    const open = () => {
        const socket = createConnection({ port, host: '127.0.0.1', localAddress: FROM });
        let timer;
        socket.on('connect', () => {
            socket.write(begin);
            timer = setInterval(() => socket.write(drip ?? 'x'), 5000);
        });
        socket.on('error', () => {}).on('close', () => clearInterval(timer));
    };
    for (let i = 0; i < n; i++) setTimeout(open, i / 4);
}

function beatOf(site) {
    const key = Buffer.from(site.play, 'hex'), now = Date.now(), far = now + 6_000_000;
    const text = `2.${site.mallory}.7.9.600000.${now - 60_000}.${now - 60_000}.0.${far}.${far}.${far}.${now}.siege`;
    return JSON.stringify({
        t: `${text}.${createHmac('sha256', key).update(text).digest('hex')}`, q: 0, r: [[0, 15_000]], s: 'play',
    });
}

const HUGE = 7_900_000_000;
const attacks = {
    'bodies: 7.9 GB without a login, 4 clients': (site) => pace(20, 4, () => new Promise((done) => {
        const socket = createConnection({ port: new URL(site.url).port, host: '127.0.0.1', localAddress: FROM });
        const some = Buffer.alloc(1 << 18);
        socket.on('error', () => {}).on('close', done).on('data', () => {});
        socket.write(`POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: ${HUGE}\r\n\r\n`);
        const more = () => { while (socket.writable && socket.write(some)); };
        socket.on('drain', more);
        more();
        setTimeout(() => socket.destroy(), 1000);
    })),
    'pictures: 6 at a time by one member': (site) => {
        const line = 'a-line', picture = readFileSync(site.picture);
        const body = Buffer.concat([
            Buffer.from(`--${line}\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n`),
            picture, Buffer.from(`\r\n--${line}--\r\n`)]);
        const headers = {
            Authorization: `Bearer ${site.token}`, 'Content-Type': `multipart/form-data; boundary=${line}`,
        };
        return pace(12, 6, () => ask(site, 'POST', '/account/picture', headers, body));
    },
    'log-ins: right ones, 4 a second': (site) => pace(4, 8, () => logIn(site, 'mallory', site.password)),
    'log-ins: wrong ones, 20 a second': (site) => {
        let n = 0;
        return pace(20, 8, () => logIn(site, `nobody${n++}`, 'a wrong password'));
    },
    'beats: one token, 180 a second': (site) => {
        const headers = { ...json, Authorization: `Bearer ${site.token}` }, beat = beatOf(site);
        return pace(180, 8, () => ask(site, 'POST', '/api/beat', headers, beat));
    },
    'connections: 8,250 slow heads': (site) => hold(site, 8250, 'GET / HTTP/1.1\r\nX: '),
    'connections: 2,000 slow bodies': (site) =>
        hold(site, 2000, 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n'),
};

/* --- The innocent member ------------------------------------------------------------------------- */

async function measure(site, what) {
    const began = performance.now();
    const answer = await fetch(site.url + what.path, what.options);
    const body = await answer.arrayBuffer();
    if (answer.status !== what.status || (what.bytes && body.byteLength !== what.bytes))
        throw new Error(`${what.path}: ${answer.status}, ${body.byteLength} bytes`);
    return performance.now() - began;
}

const at = (sorted, share) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];

class Figures {
    #all = { idle: [], siege: [] };

    add(when, ms) {
        this.#all[when].push(ms);
    }

    lines() {
        const of = (when, share) => at(this.#all[when].toSorted((a, b) => a - b), share);
        return [['p50', 0.5], ['p99', 0.99]].map(([name, share]) =>
            ({ name, idle: of('idle', share), siege: of('siege', share), ratio: of('siege', share) / of('idle', share) }));
    }
}

async function prepare() {
    const site = await startSite({
        set: { access_minutes: 1440, plays_per_minute: 10000, upload_max_bytes: 8_000_000_000 },
    });
    const world = new World(site.sql, Date.now, () => {});
    const password = 'a long walk in may';
    const member = async (handle) => {
        const made = site.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--password', password]);
        if (made.status !== 0) throw new Error(made.output);
        const options = { method: 'POST', headers: json, body: JSON.stringify({ name: handle, password }) };
        return (await (await fetch(`${site.url}/login`, options)).json()).token;
    };
    const token = await member('nora'), attackers = await member('mallory');
    await world.say('member', 'cara', '');
    await world.say('video', `${FILM} by cara title=Film length=600s`, '');
    await world.say('many', "1..60 video song{n} by cara title=\"Song {n}\" views={n * 10}", '');
    await world.say('paid', 'nora', '');
    const folder = join(site.var, 'media/videos', FILM, 'full');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '360p.mp4'), randomBytes(16 * PIECE_BYTES));
    const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' };
    const play = { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify({ video: FILM }) };
    const answer = JSON.stringify(await (await fetch(`${site.url}/api/play`, play)).json());
    const [, signed] = /(\/media\/[^"]*\/full\/)master\.m3u8/.exec(answer);
    const picture = join(site.var, 'large.png');
    spawnSync('ffmpeg', ['-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=5000x5000:rate=1', '-frames:v', '1', picture]);
    return {
        site,
        figures: {
            page: { path: '/', options: { headers: { ...headers, Accept: 'text/html' } }, status: 200 },
            account: { path: '/account', options: { headers: { ...headers, Accept: 'text/html' } }, status: 200 },
            play: { path: '/api/play', options: play, status: 200 },
            media: {
                path: `${signed}360p.mp4`, options: { headers: { Range: `bytes=0-${PIECE_BYTES - 1}` } },
                status: 206, bytes: PIECE_BYTES,
            },
        },
        target: {
            url: site.url, picture, password, token: attackers,
            play: readFileSync(join(site.var, 'secrets/play'), 'utf8').trim(),
            mallory: await site.sql.value("SELECT id FROM user WHERE handle = 'mallory'"),
        },
    };
}

/* An attack begins: a process with low priority, in its stride a second later. */
async function begin(name, target) {
    const child = spawn('nice', ['-n', '10', process.execPath, process.argv[1], '--attack', name], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify(target));
    await new Promise((done) => child.stdout.once('data', done));
    await sleep(1000);
    return child;
}

async function besiege(name, { site, figures, target }) {
    const all = Object.fromEntries(Object.keys(figures).map((key) => [key, new Figures()]));
    const round = async (when) => {
        for (let i = 0; i < SAMPLES; i++)
            for (const [key, what] of Object.entries(figures)) all[key].add(when, await measure(site, what));
    };
    for (let i = 0; i < ROUNDS; i++) {
        await round('idle');
        const attacker = await begin(name, target);
        await round('siege');
        attacker.kill('SIGKILL');
        await new Promise((done) => attacker.once('exit', done));
        await sleep(1000); // what it began has ended
    }
    let above = 0;
    for (const [key, of] of Object.entries(all))
        for (const { name: p, idle, siege, ratio } of of.lines()) {
            const mark = ratio > RATIO_MAX ? `  above ${RATIO_MAX}` : '';
            above += ratio > RATIO_MAX;
            console.log(`${name.padEnd(44)} ${key.padEnd(8)} ${p} ${idle.toFixed(1).padStart(7)} ${siege.toFixed(1).padStart(8)}  x${ratio.toFixed(2)}${mark}`);
        }
    return above;
}

async function attack(name) {
    const lines = [];
    for await (const line of createInterface({ input: process.stdin })) lines.push(line);
    process.stdout.write('begun\n');
    await attacks[name](JSON.parse(lines.join('')));
}

async function main(wanted) {
    const own = process.env[NETWORK] === '1';
    const ready = await prepare();
    let above = 0;
    try {
        const env = { ...process.env, OVS_CONF: ready.site.conf, B: ready.site.built };
        if (own) spawnSync(join(root, 'lighttpd/limits'), ['up'], { env, stdio: 'inherit' });
        for (const name of Object.keys(attacks)) {
            if (wanted.length && !wanted.some((word) => name.includes(word))) continue;
            if (name.startsWith('connections') && !own) console.log(`${name.padEnd(44)} skipped: needs root, unshare and nft`);
            else above += await besiege(name, ready);
        }
    } finally {
        await ready.site.stop();
    }
    console.log(`${above} figures are above ${RATIO_MAX} times their idle ones`);
}

const [, file, option, ...rest] = process.argv;
if (option === '--attack') await attack(rest[0]);
else if (process.getuid() === 0 && process.env[NETWORK] === undefined) {
    const again = ['-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...process.argv];
    const probe = spawnSync('unshare', ['-n', 'nft', 'list', 'tables']);
    const env = { ...process.env, [NETWORK]: probe.status === 0 ? '1' : '0' };
    const [command, args] = probe.status === 0 ? ['unshare', again] : [process.execPath, [file, ...process.argv.slice(2)]];
    process.exitCode = spawnSync(command, args, { env, stdio: 'inherit' }).status;
} else await main([option, ...rest].filter(Boolean));
