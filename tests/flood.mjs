/*
 * flood: a site in a network of its own (started by limits.test.mjs with `unshare -n`), in which one
 * address opens all the connections it can. Prints a line for each thing that was seen; exit code 0
 * when all is as it should be.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { root, startSite } from './lib.mjs';

const FLOOD = 8250;
const ADDRESS_CONNECTIONS_MAX = 512;
const PAGES = 50;
const TRUSTED = '127.0.0.9';

const site = await startSite({ set: { trusted_proxies: `${TRUSTED}, 127.0.0.8/30, 2001:db8::/32` } });
const port = Number(new URL(site.url).port);
const sockets = [];

/* Opens n connections, each of which begins a request and does not go on: how many could be
 * opened. */
async function open(n, from, begin) {
    let opened = 0;
    const one = () => new Promise((done) => {
        const socket = createConnection({ port, host: '127.0.0.1', localAddress: from });
        sockets.push(socket);
        socket.on('connect', () => { opened++; socket.write(begin); done(); });
        socket.on('error', done);
    });
    for (let left = n; left > 0; left -= 250)
        await Promise.all(Array.from({ length: Math.min(left, 250) }, one));
    return opened;
}

async function pages(from) {
    for (let i = 0; i < PAGES; i++) {
        const status = await new Promise((done, failed) => {
            const socket = createConnection({ port, host: '127.0.0.1', localAddress: from });
            let answer = '';
            socket.on('data', (bytes) => (answer += bytes)).on('error', failed);
            socket.on('close', () => done(Number(answer.split(' ')[1])));
            socket.write('GET / HTTP/1.0\r\nHost: x\r\n\r\n');
        });
        assert.equal(status, 200);
    }
}

try {
    const env = { ...process.env, OVS_CONF: site.conf, B: site.built };
    const limits = (what) => spawnSync(join(root, 'lighttpd/limits'), [what], { env, encoding: 'utf8' });
    assert.equal(limits('up').status, 0, limits('up').stderr);
    const heads = await open(FLOOD, '127.0.0.2', 'GET / HTTP/1.1\r\nX: ');
    assert.equal(heads, ADDRESS_CONNECTIONS_MAX);
    await pages('127.0.0.1');
    console.log(`${heads} of ${FLOOD} slow connections of one address; pages go on for others`);

    const bodies = await open(FLOOD, '127.0.0.3', 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n');
    assert.equal(bodies, ADDRESS_CONNECTIONS_MAX);
    await pages('127.0.0.1');
    console.log(`${bodies} of ${FLOOD} slow bodies of one address; pages go on for others`);

    assert.equal(await open(ADDRESS_CONNECTIONS_MAX + 100, TRUSTED, 'GET'), ADDRESS_CONNECTIONS_MAX + 100);
    console.log('a trusted proxy is not counted');
    assert.equal(limits('down').status, 0);
    assert.equal(await open(10, '127.0.0.2', 'GET'), 10);
    console.log('without the limits all connections are taken');
} finally {
    for (const socket of sockets) socket.destroy();
    await site.stop();
}
