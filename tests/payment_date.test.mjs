/*
 * A payment that was noted with a wrong day gets the right one: the tax of both months follows, the
 * receipt stays, the audit has nothing to say; and what cannot be done is refused with the reason.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { built, startSite } from './lib.mjs';

const PASSWORD = 'a long walk in may', NOON = Date.UTC(2031, 2, 5, 12);
const WHY = ['--reason', 'typed the wrong day'];
const FEBRUARY = ['--from', '2031-02-01', '--to', '2031-02-28'], MARCH = ['--from', '2031-03-01', '--to', '2031-03-31'];
let site;

const admin = (...args) => site.job('admin', args);
function done(...args) {
    const { status, output } = admin(...args);
    assert.equal(status, 0, output);
    return output;
}
function refused(pattern, ...args) {
    const { status, output } = admin(...args);
    assert.notEqual(status, 0, output);
    assert.match(output, pattern);
}
const one = (sql) => site.sql.value(sql);
const day = (receipt, on) => ['pay', 'date', String(receipt), on, ...WHY];

/* A new member who pays for a month; the number of the receipt. */
async function paid(handle) {
    done('user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD);
    const login = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: handle, password: PASSWORD }) });
    const headers = { authorization: `Bearer ${(await login.json()).token}`, accept: 'application/json' };
    const sent = await fetch(`${site.url}/subscribe`, { method: 'POST', headers, redirect: 'manual', body: new URLSearchParams({ months: 1 }) });
    const { reference } = await (await fetch(site.url + sent.headers.get('location'), { headers })).json();
    done('pay', 'confirm', reference, '9.99');
    return { reference, receipt: Number(await one('SELECT MAX(number) FROM receipt')) };
}
function taxes(february, march) {
    for (const [period, minor] of [[FEBRUARY, february], [MARCH, march]]) {
        const text = done('export', 'vat', ...period);
        assert.match(text, new RegExp(`Tax of the documents ${minor} EUR`));
        assert.match(text, /they agree/);
    }
}
function audited(pattern) {
    const { status, output } = site.job('ledger_audit', ['--full']);
    if (pattern) return assert.match(output, pattern);
    assert.equal(status, 0, output);
}
const booked = () => one(`SELECT GROUP_CONCAT(CONCAT(FROM_UNIXTIME(t.effective_ms / 1000, '%m-%d'), ' ', IF(t.reverses IS NULL, '', '-'),
    l.amount_minor) ORDER BY t.id, l.line) FROM ledger_tx t JOIN ledger_leg l ON l.tx_id = t.id JOIN payment p
    ON t.ref_type = 'payment' AND t.ref_id = p.id WHERE p.id = 1 AND t.kind = 'invoice'`);
const sum = (code) => one(`SELECT COALESCE(SUM(IF(d.code = '${code}', 1, -1) * l.amount_minor), 0) FROM ledger_leg l
    JOIN ledger_account d ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id WHERE '${code}' IN (d.code, c.code)`);

let ann, ben;
before(async () => {
    site = await startSite({ set: { pay_provider: 'manual', bank_holder: 'Example', bank_iban: 'AT611904300234573201',
        tax_bp: 2000, fee_minor: 35, signups_per_day: 100 } });
    site.setClock(NOON - Date.now());
    ann = await paid('ann');
    ben = await paid('ben');
});
after(() => site?.stop());

test('the tax moves to the right month, the receipt and the balances stay', async () => {
    const document = () => one('SELECT CONCAT_WS(\' \', issued_ms, booked_ms, sha256) FROM document WHERE number = 1');
    const [before, bank, deferred] = [await document(), await sum('asset:bank'), await sum('liab:deferred')];
    taxes('0.00', '3.34');
    const preview = done(...day(1, '2031-02-20'), '--preview');
    assert.match(preview, /5 Mar 2031, then 20 Feb 2031/);
    taxes('0.00', '3.34');
    assert.match(done(...day(1, '2031-02-20')), /is booked on/);
    assert.equal(await booked(), '03-05 832,03-05 167,03-05 -832,03-05 -167,02-20 832,02-20 167');
    taxes('1.67', '1.67');
    assert.deepEqual([await document(), await sum('asset:bank'), await sum('liab:deferred')], [before, bank, deferred]);
    assert.equal(await one("SELECT FROM_UNIXTIME(on_ms / 1000, '%m-%d') FROM bank_line WHERE id = 1"), '02-20');
    audited();
});

test('again: nothing more; and back', async () => {
    refused(/has that date already/, ...day(1, '2031-02-20'));
    assert.equal(await one("SELECT COUNT(*) FROM ledger_tx WHERE reverses IS NOT NULL"), '2');
    done(...day(1, '2031-03-04'));
    taxes('0.00', '3.34');
    done(...day(1, '2031-02-20'));
    taxes('1.67', '1.67');
    audited();
});

test('closed days, days to come, no reason, no receipt', () => {
    refused(/before 1 Feb 2031/, ...day(2, '2031-01-31'));
    refused(/future|not come|has not/i, ...day(2, '2031-03-06'));
    refused(/reason/i, 'pay', 'date', '2', '2031-03-01');
    refused(/no receipt with that number/, ...day(99, '2031-03-01'));
    done('books', 'lock', '2031-02', '--reason', 'Reported');
    refused(/The day it has now, .*, is closed/, ...day(1, '2031-03-01'));
    refused(/before 1 Mar 2031/, ...day(2, '2031-02-27'));
    done('books', 'unlock', '--reason', 'One more');
    taxes('1.67', '1.67');
});

test('killed at any step, it is done once or not at all', async () => {
    const env = (fault) => ({ ...process.env, OVS_CONF: site.conf, FAULT: fault });
    let ended = false, killed = 0, days = ['2031-03-01', '2031-02-21'];
    for (let step = 1; !ended; step += 3) {
        const to = days[killed % 2];
        const { status, signal, stderr } = spawnSync(join(built, 'jobs/admin'), day(2, to), { env: env(`after:${step}`), encoding: 'utf8' });
        ended = status === 0;
        assert.ok(ended || signal === 'SIGKILL', stderr);
        killed += !ended;
        const { status: again, output } = admin(...day(2, to));
        assert.ok(again === 0 || /has that date already/.test(output), output);
        assert.equal(await one("SELECT FROM_UNIXTIME(paid_ms / 1000, '%Y-%m-%d') FROM payment WHERE id = 2"), to);
        assert.equal(await one(`SELECT COUNT(*) FROM ledger_tx t LEFT JOIN ledger_tx r ON r.reverses = t.id WHERE t.ref_type = 'payment'
            AND t.ref_id = '2' AND t.kind = 'invoice' AND t.reverses IS NULL AND r.id IS NULL`), '1');
    }
    assert.ok(killed > 5, `${killed} steps`);
    audited();
});

test('what a statement names, what was settled before, and what was refunded keeps its day', async () => {
    const file = join(site.var, 'payment_date.csv');
    writeFileSync(file, `date,amount,currency,text\n2031-02-20,9.99,EUR,${ann.reference}\n`);
    assert.match(done('pay', 'import', file), /1 seen before/);
    refused(/statement of the bank names this payment/, ...day(1, '2031-03-01'));
    assert.match(done('pay', 'import', file), /1 seen before/);
    await one('UPDATE payment SET paid_ms = paid_ms + 1 WHERE id = 1');
    audited(/payment 1 has the date/);
    await one('UPDATE payment SET paid_ms = paid_ms - 1 WHERE id = 1');
    await one(`UPDATE unit SET settled_ms = ${Date.UTC(2031, 1, 22)} WHERE payment_id = 2`);
    refused(/first month was settled on/, ...day(2, '2031-03-02'));
    await one('UPDATE unit SET settled_ms = 0 WHERE payment_id = 2');
    done('pay', 'refund', '2', '4.00');
    refused(/a refund or a dispute/, ...day(2, '2031-03-03'));
    audited();
    await one(`INSERT INTO ledger_tx (ikey, digest, kind, ref_type, ref_id, legs, effective_ms, created_ms, reverses)
        SELECT 'planted:1', digest, kind, ref_type, ref_id, legs, effective_ms, created_ms, id FROM ledger_tx WHERE ref_type = 'payment'
        AND ref_id = '1' AND kind = 'invoice' AND reverses IS NULL ORDER BY id DESC LIMIT 1`);
    await one(`INSERT INTO ledger_leg (tx_id, legs, line, debit_id, credit_id, currency, amount_minor, unit_id)
        SELECT t.id, l.legs, l.line, l.credit_id, l.debit_id, l.currency, l.amount_minor, l.unit_id
        FROM ledger_tx t JOIN ledger_leg l ON l.tx_id = t.reverses WHERE t.ikey = 'planted:1'`);
    audited(/payment 1 of 999 with a fee of \d+ is in the ledger as 0/);
});
