/*
 * What a site takes in memory after 200 requests, over all of its pages: the PSS of its processes
 * (each page of memory divided by the number of processes that share it) by group, in MB, and how
 * many processes there are.
 *
 *   REQUESTS=200   some are made by nobody, some by a member, some by an operator
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeFilm, processesOf, root, startSite, until } from './lib.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 200);
const PASSWORD = 'a long walk in may';
const site = await startSite();

function must({ status, output }) {
    if (status !== 0) throw new Error(output);
}

async function logIn(name, role) {
    const more = role ? ['--role', role] : [];
    must(site.job('admin', ['user', 'add', `${name}@example.org`, name, '--password', PASSWORD, ...more]));
    const answer = await fetch(`${site.url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, password: PASSWORD }),
    });
    return { authorization: `Bearer ${(await answer.json()).token}`, accept: 'text/html' };
}

/* One address for each line of the site map. */
function addresses(video) {
    const example = {
        browse: '/browse/music', suggest: '/search/suggest?q=fi', search: '/search?q=film', watch: `/watch/${video}`,
        channel: '/channel/mia', playlist: '/playlist/AAAAAAAAAAA', play: '/api/play', beat: '/api/beat',
        login: '/login', receipt: '/account/receipt/1', pay: '/pay/test/AAAAAAAAAAA', moderate: `/admin/video/${video}`,
        feed: '/feed/new', embed: `/embed/${video}`, health: '/health', tus: '/upload/files', home: '/', vat: '/admin/vat',
    };
    const routes = readFileSync(join(root, 'lighttpd/routes.conf'), 'utf8');
    return [...routes.matchAll(/^\$HTTP\["url"\] =~ "\^(.*?)".* run \+ "\/(\w+)"/gm)].map(([, pattern, program]) =>
        example[program] ?? pattern.replace(/\(.*|\$.*/, ''));
}

function pss_kb(pid) {
    try {
        return Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
    } catch {
        return 0; // it has ended in the meantime
    }
}

function group(command) {
    if (command.includes('/handlers/') || basename(command) === 'launch') return 'programs';
    return { mariadbd: 'database', memcached: 'cache', lighttpd: 'web server' }[basename(command)];
}

function report(when) {
    const groups = new Map();
    for (const { pid, command } of processesOf(site.var)) {
        const { kb, n } = groups.get(group(command)) ?? { kb: 0, n: 0 };
        groups.set(group(command), { kb: kb + pss_kb(pid), n: n + 1 });
    }
    const say = (what, names) => {
        const found = names.map((name) => groups.get(name) ?? { kb: 0, n: 0 });
        const sum = (field) => found.reduce((all, one) => all + one[field], 0);
        const mb = (sum('kb') / 1000).toFixed(1);
        console.log(`${`${what}, ${when}`.padEnd(46)} ${mb.padStart(7)} MB ${String(sum('n')).padStart(4)} processes`);
    };
    for (const name of ['web server', 'programs', 'cache', 'database']) say(name, [name]);
    say('all but the database', ['web server', 'programs', 'cache']);
    say('all', ['web server', 'programs', 'cache', 'database']);
}

try {
    const viewers = [{}, await logIn('mia'), await logIn('olga', 'operator')];
    must(site.job('admin', ['import', 'mia', makeFilm(join(site.var, 'film.mp4'), { seconds: 2 }),
        '--title', 'Film', '--category', 'other']));
    must(site.job('transcode'));
    const paths = addresses(await site.sql.value('SELECT public_id FROM video'));
    for (let i = 0; i < REQUESTS; i++) {
        const headers = viewers[Math.floor(i / paths.length) % viewers.length];
        const answer = await fetch(site.url + paths[i % paths.length], { headers, redirect: 'manual' });
        await answer.arrayBuffer();
        if (answer.status >= 500) throw new Error(`${paths[i % paths.length]}: ${answer.status}`);
    }
    report(`after ${REQUESTS} requests`);
    await until('programs that nobody needs have ended', () => !processesOf(site.var).some(({ command }) => command.includes('/handlers/')), 180);
    report('a minute later');
} finally {
    await site.stop();
}
