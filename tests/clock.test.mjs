/*
 * When nothing may be booked: the clock of a machine is ahead or behind, a month is asked for too
 * early, the settings name another currency than the books.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { built, root, startSite, until } from './lib.mjs';

const DAY_MS = 86_400_000;
const JOBS = ['settle', 'mature', 'close_month', 'renew', 'statements', 'payout_run', 'payout_poll', 'ledger_audit'];
const sites = [];
after(() => Promise.all(sites.map((site) => site.stop())));

async function start(set) {
    sites.push(await startSite({ set }));
    return sites.at(-1);
}

const faketime = spawnSync('faketime', ['--version']).status === 0;
const real = { skip: !faketime && 'faketime is not installed' };
let site;

/* A program of the site whose clock is wrong by so much, such as '+3 days'. */
function at(offset, program, args = [], conf = site.conf) {
    const { status, stdout, stderr } = spawnSync('faketime', ['-f', offset, join(built, program), ...args],
        { encoding: 'utf8', cwd: root, env: { ...process.env, OVS_CONF: conf } });
    return { status, output: stdout + stderr };
}

/* A copy of the settings with some of them changed. */
function changed(from, set) {
    const path = join(from.var, `changed-${Object.values(set).join('-')}.conf`);
    const keys = new RegExp(`^(?:${Object.keys(set).join('|')}) *=.*$`, 'gm');
    const lines = Object.entries(set).map(([key, value]) => `${key} = ${value}`);
    writeFileSync(path, `${readFileSync(from.conf, 'utf8').replace(keys, '')}\n${lines.join('\n')}\n`, { mode: 0o600 });
    return path;
}

/* A member of a site, who posts forms like a program. */
async function member(of, handle) {
    const password = 'a long walk in may';
    assert.equal(of.job('admin', ['user', 'add', `${handle}@example.org`, handle, '--password', password]).status, 0);
    const login = await fetch(`${of.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: handle, password }) });
    assert.equal(login.status, 200);
    const authorization = `Bearer ${(await login.json()).token}`;
    const ask = (path, form) => fetch(of.url + path, { method: 'POST', redirect: 'manual',
        headers: { authorization, accept: 'application/json' }, body: new URLSearchParams(form) });
    return Object.assign(ask, { authorization });
}

test('a clock ahead of the database server books nothing', real, async () => {
    site = await start({ environment: 'development', clock_file: '' });
    assert.equal(at('+60', 'jobs/settle').status, 0, 'a minute does no harm');
    for (const conf of [site.conf, changed(site, { environment: 'production', pay_provider: 'manual',
        bank_holder: 'Example', bank_iban: 'AT61 1904 3002 3457 3201' })])
        for (const job of JOBS) {
            const { status, output } = at('+40d', `jobs/${job}`, [], conf);
            assert.equal(status, 1, `${job}: ${output}`);
            assert.match(output, /This machine's clock says \d+ \w+ \d+, \d\d:\d\d UTC, but that of the database server says \d+ \w+ \d+/);
        }
    assert.match(await site.sql.value("SELECT did FROM job_run WHERE job = 'settle' ORDER BY id DESC LIMIT 1"),
        /This machine's clock says .* Set both clocks/);
    assert.match(site.log('jobs.log'), /settle .*conflict.*This machine's clock says/);
    for (const job of ['close_month', 'payout_run']) {
        const { status, output } = at('+40d', `jobs/${job}`, ['--dry-run']);
        assert.equal(status, 1, `${job} announces what it then does: ${output}`);
        assert.match(output, /This machine's clock says/);
    }
    const sold = at('+40d', 'jobs/admin', ['voucher', 'create', '--value', '9.99', '--reason', 'sold']);
    assert.equal(sold.status, 1, sold.output);
    assert.match(sold.output, /^admin: This machine's clock says /m);
    assert.match(at('+40d', 'jobs/doctor').output, /^broken  books – This machine's clock says /m);
    assert.match(at('+0', 'jobs/doctor').output, /^ok +books$/m);
});

test('a page of a machine whose clock is ahead books nothing either', real, async () => {
    const ask = await member(site, 'bea');
    const sold = site.job('admin', ['voucher', 'create', '--value', '9.99', '--reason', 'sold']);
    const body = `voucher=${/[0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4}/.exec(sold.output)[0]}`;
    const redeem = (offset) => spawnSync('faketime', ['-f', offset, join(built, 'handlers/subscribe')], {
        encoding: 'utf8', input: body, cwd: root, env: { ...process.env, OVS_CONF: site.conf, REQUEST_METHOD: 'POST',
            REQUEST_URI: '/subscribe', SCRIPT_NAME: '/subscribe', QUERY_STRING: '', SERVER_PROTOCOL: 'HTTP/1.1',
            REMOTE_ADDR: '127.0.0.1', HTTP_HOST: new URL(site.url).host, HTTP_AUTHORIZATION: ask.authorization,
            HTTP_ACCEPT: 'application/json', CONTENT_TYPE: 'application/x-www-form-urlencoded', CONTENT_LENGTH: body.length },
    });
    const late = redeem('+300');
    assert.match(late.stdout, /^Status: 5\d\d/m);
    assert.match(late.stderr + site.log('error.log'), /ledger: this machine's clock is ahead of the database server's/);
    assert.equal(await site.sql.value('SELECT COUNT(*) FROM voucher WHERE redeemed_ms IS NOT NULL'), '0');
    assert.match(redeem('+0').stdout, /^Status: 303/m);
});

test('a clock behind the books books nothing', real, async () => {
    await site.sql.run(`INSERT INTO ledger_tx (ikey, digest, kind, legs, effective_ms, created_ms)
        VALUES ('late', SHA2('a', 256), 'act', 1, 0, ${Date.now()})`);
    assert.equal(at('-120', 'jobs/settle').status, 0, 'two minutes do no harm');
    for (const job of JOBS) {
        const { status, output } = at('-40d', `jobs/${job}`);
        assert.equal(status, 1, `${job}: ${output}`);
        assert.match(output, /This machine's clock says .*, but the books were last written at /);
    }
    assert.match(at('-40d', 'jobs/doctor').output, /^broken  books – .*the books were last written at/m);
});

test('one month a run, and the next runs go on', async () => {
    const months = await start({});
    const closed = async () => (await months.sql.run('SELECT month FROM month_close ORDER BY month')).flat().join(' ');
    const job = (...args) => months.job('close_month', args);
    months.setClock(Date.UTC(2031, 9, 4, 12) - Date.now());
    await months.sql.run(`INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor, uplift_minor,
        pool_minor, scaled_minor, idle_out_minor, closed_ms, posted_ms) VALUES (203103, 'XTS', 0, 0, 0, 0, 0, 0, 0, 1, 1)`);
    assert.equal(job().status, 0);
    assert.equal(await closed(), '203103 203104');
    assert.match(await months.sql.value("SELECT did FROM job_run WHERE job = 'close_month' ORDER BY id DESC LIMIT 1"),
        /months=1 last=203104 .*; May 2031 is due, too: the next run closes it, or close_month --all/);
    assert.equal(job('--months', '2').status, 0);
    assert.equal(await closed(), '203103 203104 203105 203106');
    for (const wrong of [['--months'], ['--months', '0'], ['--months', 'x'], ['--all', '1'], ['--most']])
        assert.equal(job(...wrong).status, 64, wrong.join(' '));
    assert.equal(job('--all').status, 0);
    assert.equal(await closed(), '203103 203104 203105 203106 203107 203108 203109');
    assert.equal(job().status, 0, 'nothing is due');

    months.setClock(Date.UTC(2031, 7, 4, 12) - Date.now());
    const early = months.job('settle');
    assert.equal(early.status, 1);
    assert.match(early.output, /the books were last written at 4 Oct 2031/);
});

test('books have one currency', async () => {
    const bank = await start({ pay_provider: 'manual', bank_holder: 'Example Video Ltd',
        bank_iban: 'AT61 1904 3002 3457 3201' });
    const get = async (path) => (await fetch(bank.url + path)).status;
    const use = (currency) => writeFileSync(bank.conf, readFileSync(changed(bank, { currency }), 'utf8'));
    const ask = await member(bank, 'ada'), sent = await ask('/subscribe', { months: '1' });
    assert.equal(sent.status, 303);
    const reference = await bank.sql.value('SELECT reference FROM checkout');
    use('USD'); // while nothing is booked, it may change; what was begun before cannot be paid
    assert.equal(bank.job('settle').status, 0);
    const begun = bank.job('admin', ['pay', 'confirm', reference, '9.99']);
    assert.notEqual(begun.status, 0);
    assert.match(begun.output, /begun in EUR, but this site is in USD now|in another currency/);
    assert.equal(await bank.sql.value('SELECT COUNT(*) FROM payment'), '0');
    use('EUR');
    const sold = bank.job('admin', ['voucher', 'create', '--value', '9.99', '--reason', 'sold']);
    assert.equal(sold.status, 0, sold.output);

    use('USD');
    const says = /The books are in EUR, but with currency = USD and pay_provider = manual they would go on in USD/;
    for (const job of JOBS) {
        const { status, output } = bank.job(job);
        assert.equal(status, 1, `${job}: ${output}`);
        assert.match(output, says);
    }
    for (const program of ['subscribe', 'pay']) {
        const ran = spawnSync(join(built, 'handlers', program), { env: { OVS_CONF: bank.conf }, encoding: 'utf8' });
        assert.equal(ran.status, 78, program);
        assert.match(ran.stderr, says);
        assert.match(ran.stderr, /let its subscriptions end, pay out what it owes, and open a new site with a new database/);
    }
    assert.match(bank.job('doctor').output, /^broken  books – The books are in EUR/m);
    for (const pid of bank.pids('handlers/subscribe')) process.kill(pid); // it still has the old settings
    await until('programs with the new settings do not start', async () => await get('/subscribe') >= 500);
    assert.equal(await get('/'), 200);
    assert.equal(await get('/health'), 200);
    use('EUR');
    assert.equal(bank.job('settle').status, 0);
});
