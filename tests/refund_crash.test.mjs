/*
 * A refund by an operator that is killed at any step, before or after the provider was asked, is made
 * once when it is asked for again, and the act says so.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { built, startSite } from './lib.mjs';

const PASSWORD = 'a long walk in may', NOON = Date.UTC(2031, 1, 5, 12);
let site, now = NOON;
const at = (ms) => site.setClock((now = ms) - Date.now());
const one = (sql) => site.sql.value(sql);
const env = (fault) => ({ ...process.env, OVS_CONF: site.conf, ...(fault && { FAULT: fault }) });
const admin = (fault, ...args) => spawnSync(join(built, 'jobs/admin'), args, { env: env(fault), encoding: 'utf8' });

before(async () => {
    site = await startSite({ set: { signups_per_day: 100 } });
    at(NOON);
});
after(() => site?.stop());

async function paid(handle) {
    assert.equal(admin(null, 'user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD).status, 0);
    const login = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: handle, password: PASSWORD }) });
    const headers = { authorization: `Bearer ${(await login.json()).token}`, accept: 'application/json' };
    const post = (path, form) => fetch(site.url + path, { method: 'POST', headers, redirect: 'manual', body: new URLSearchParams(form) });
    const sent = await post('/subscribe', { months: 1 });
    assert.equal((await post(sent.headers.get('location'), { choice: 'pay' })).status, 303);
    return one('SELECT MAX(number) FROM receipt WHERE amount_minor > 0');
}

for (const amount of ['9.99', ''])
    test(`killed at any step; the amount is ${amount || 'all that is left'}`, async () => {
        let ended = false, killed = 0, wrong = [];
        for (let step = 1; !ended; step++) {
            const receipt = await paid(`m${step}${amount ? 'a' : 'b'}`);
            const { status, signal, stderr } = admin(`after:${step}`, 'pay', 'refund', receipt, amount, '--reason', 'asked');
            ended = status === 0;
            assert.ok(ended || signal === 'SIGKILL', stderr);
            killed += !ended;
            at(now + 6 * 60_000);
            site.job('expire');
            const again = admin(null, 'pay', 'refund', receipt, amount, '--reason', 'asked');
            const made = await one(`SELECT CONCAT(COUNT(*), ' ', SUM(v.amount_minor)) FROM reversal v JOIN receipt r ON r.payment_id = v.payment_id
                AND r.reversal_id = 0 WHERE r.number = ${receipt}`);
            const states = await one(`SELECT GROUP_CONCAT(state ORDER BY id) FROM act WHERE kind = 'refund' AND what LIKE '%of receipt ${receipt};%'`);
            if (made !== '1 999' || states !== 'done') wrong.push([step, made, states, again.stdout + again.stderr]);
        }
        assert.deepEqual(wrong, []);
        assert.ok(killed > 10, `${killed} steps`);
        assert.match(site.job('ledger_audit', ['--full']).output, /findings=0/);
    });
