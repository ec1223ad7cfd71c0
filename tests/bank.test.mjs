/*
 * Money by bank transfer: what the member is told, what an operator confirms or imports, that
 * nothing is booked twice, and that no transfer that arrived is missing from the books.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { built, root, startSite } from './lib.mjs';

const PASSWORD = 'a long walk in may', DAY_MS = 86_400_000, DATE = '2031-03-05';
const NOON = Date.UTC(2031, 2, 5, 12), TODAY = '2031-04-05'; // after the checkout that came too late
let site;

before(async () => {
    site = await startSite({ set: {
        pay_provider: 'manual', bank_holder: 'Example Video Ltd', bank_iban: 'AT61 1904 3002 3457 3201',
        tax_bp: 2000, price_year_minor: 9990, signups_per_day: 100,
    } });
    at(NOON);
});
after(() => site?.stop());

let now;
const at = (ms) => { now = ms; site.setClock(ms - Date.now()); };

function admin(...args) {
    const { status, output } = site.job('admin', args);
    return { status, output };
}
function done(...args) {
    const { status, output } = admin(...args);
    assert.equal(status, 0, output);
    return output;
}

/* A new member who uses the site like a program: ask(method, path, form). */
async function member(handle) {
    done('user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD);
    const login = async () => {
        const answer = await fetch(`${site.url}/login`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ name: handle, password: PASSWORD }),
        });
        assert.equal(answer.status, 200);
        return (await answer.json()).token;
    };
    let token = await login();
    const ask = (method, path, form) => fetch(site.url + path, {
        method, headers: { authorization: `Bearer ${token}`, accept: 'application/json' }, redirect: 'manual',
        ...(form && { body: new URLSearchParams(form) }),
    });
    return async (...args) => {
        const answer = await ask(...args);
        const known = answer.status !== 401 && (args[1] !== '/subscribe' || args[0] !== 'GET'
            || (await answer.clone().json()).payments !== undefined);
        if (known) return answer;
        token = await login(); // the clock has moved on
        return ask(...args);
    };
}

/* The page of a new checkout, as JSON. */
async function checkout(ask, months = 1) {
    const sent = await ask('POST', '/subscribe', { months });
    assert.equal(sent.status, 303);
    return (await ask('GET', sent.headers.get('location'))).json();
}

const state = async (ask) => (await ask('GET', '/subscribe')).json();

/* The balance of an account of the site, which grows by debit. */
const asset = async (code) => Number(await site.sql.value(`SELECT COALESCE(SUM(CASE WHEN d.code = '${code}'
    THEN l.amount_minor ELSE -l.amount_minor END), 0) FROM ledger_leg l
    JOIN ledger_account d ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id
    WHERE '${code}' IN (d.code, c.code)`));
const payments = async () => Number(await site.sql.value('SELECT COUNT(*) FROM payment'));

function statement(lines, head = 'date,amount,currency,text') {
    const path = join(site.var, `statement-${Math.random()}.csv`);
    writeFileSync(path, [head, ...lines, ''].join('\r\n'));
    return path;
}

test('a transfer is confirmed by hand, once', async () => {
    const ask = await member('ada'), page = await checkout(ask);
    assert.equal(page.state, 'open');
    assert.equal(page.amount_minor, 999);
    assert.equal(page.currency, 'EUR');
    assert.equal(page.iban, 'AT611904300234573201');
    assert.match(page.reference, /^OVS-[0-9A-HJKMNP-TV-Z]{6}-[0-9A-HJKMNP-TV-Z]$/);
    assert.equal((await state(ask)).waiting_reference, page.reference);
    assert.equal((await checkout(ask)).reference, page.reference, 'the same terms keep the reference');

    assert.match(admin('pay', 'confirm', `${page.reference.slice(0, -1)}0`, '9.99').output, /is not a reference/);
    assert.match(admin('pay', 'confirm', page.reference, '9.99', '--date', '2031-03-06').output, /in the future/);
    assert.match(admin('pay', 'confirm', page.reference, '9.99', '--date', '2020-01-01').output,
        /The books are closed up to that day: 1 Jan 2020 is before 1 Feb 2031/);
    assert.equal(await payments(), 0);
    const typed = page.reference.toLowerCase().replaceAll('-', '');
    assert.match(done('pay', 'confirm', typed, '9,99', '--date', '2031-03-03'), /9\.99 EUR booked/);
    assert.match(done('pay', 'confirm', page.reference, '9.99', '--date', '2031-03-03'), /has already been booked/);
    assert.match(done('pay', 'confirm', page.reference, '9.99', '--ref', 'BANK-1'), /has already been booked/,
        'the bank’s key of what is known');
    assert.equal(await payments(), 1);
    const now = await state(ask);
    assert.equal(now.state, 'active');
    assert.equal(now.payments.length, 1);
    assert.equal(now.payments[0].tax_minor, 167);
    assert.equal(now.payments[0].paid_ms, Date.UTC(2031, 2, 3));
    assert.ok(now.payments[0].starts_ms >= NOON, 'the time begins when it is booked');
    assert.equal(await asset('asset:bank'), 999);
});

test('a bank statement: every line is answered, and booked once however often it comes', async () => {
    const bea = await member('bea'), cid = await member('cid'), dan = await member('dan');
    const one = await checkout(bea), year = await checkout(cid, 12), wrong = await checkout(dan);
    const bank = await asset('asset:bank'), count = await payments();
    const path = statement([
        `${DATE};9,99;EUR;"Video; ""${one.reference.toLowerCase()}"" thank you"`,
        `${DATE};+99,90;EUR;SVWZ+${year.reference.replaceAll('-', '')}XX`,
        `${DATE};5,00;EUR;${wrong.reference}`,
        `${DATE};7,00;EUR;a present`,
        `${DATE};7,00;EUR;a present`,
        `${DATE};-50,00;EUR;rent`,
        `${DATE};9,99;USD;${wrong.reference}`,
        `05/03/2031;9,99;EUR;${wrong.reference}`,
        `${DATE};9.9999,00;EUR;${wrong.reference}`,
    ], 'Date;Amount;Currency;Text');
    const first = admin('pay', 'import', path);
    assert.equal(first.status, 1, 'not every line could be read');
    assert.match(first.output, /line 2: OVS-\w{6}-\w 9\.99 EUR: booked/);
    assert.match(first.output, /line 3: OVS-\w{6}-\w 99\.90 EUR: booked/);
    assert.match(first.output, /line 4: .* part as \d+: 5\.00 of 9\.99 EUR have arrived; 4\.99 are missing/);
    assert.match(first.output, /line 5: no reference 7\.00 EUR: unmatched/);
    assert.match(first.output, /line 8: is in another currency, USD; nothing is booked/);
    assert.match(first.output, /line 9: has no date/);
    assert.match(first.output, /line 10: has no amount/);
    assert.match(first.output, /2 booked, 3 unmatched, 0 seen before, 1 parts, 0 other, 0 announced, 3 not readable/);
    assert.match(first.output, /new: 128\.89 EUR came in, 50\.00 EUR went out/);
    assert.match(admin('pay', 'import', path).output, /0 booked, 0 unmatched, 6 seen before/);
    assert.equal(await payments(), count + 2);
    assert.equal(await asset('asset:bank'), bank + 999 + 9990 + 500 + 700 + 700 - 5000);
    assert.equal(await asset('clearing:unmatched'), -(500 + 700 + 700 - 5000));
    assert.equal((await state(cid)).payments[0].months, 12);
    assert.equal((await state(dan)).state, 'none');
});

test('unmatched money finds its checkout, or goes back', async () => {
    const eve = await member('eve'), page = await checkout(eve);
    assert.match(done('pay', 'import', statement([`${DATE},9.99,EUR,forgot to say`])), /1 unmatched/);
    const id = await site.sql.value("SELECT id FROM bank_line WHERE text = 'forgot to say'");
    assert.match(done('pay', 'match', id, page.reference), /is booked/);
    assert.equal((await state(eve)).state, 'active');
    assert.match(admin('pay', 'match', id, page.reference).output, /This line is booked/);
    assert.match(admin('pay', 'return', id).output, /This line is booked/);
    const waiting = (await site.sql.run("SELECT id FROM bank_line WHERE state IN ('unmatched', 'part') AND amount_minor > 0")).flat();
    assert.equal(waiting.length, 3);
    for (const other of waiting) assert.match(done('pay', 'return', other), /is returned/);
    const [rent] = (await site.sql.run("SELECT id FROM bank_line WHERE text = 'rent'")).flat();
    assert.match(admin('pay', 'return', rent).output, /This line went out/);
    assert.match(admin('pay', 'match', rent, page.reference).output, /This line went out/);
    assert.match(admin('pay', 'explain', rent, 'nothing').output, /none of the choices/);
    assert.match(done('pay', 'explain', rent, 'owner'), /is explained: owner/);
    assert.match(admin('pay', 'explain', rent, 'fee').output, /This line is explained/);
    assert.equal(await asset('liab:owner'), 5000);
    assert.match(admin('pay', 'return', '999').output, /There is no such line/);
    assert.match(done('pay', 'unmatched'), /^0 unmatched/);
    assert.equal(await asset('clearing:unmatched'), 0);
});

test('what was confirmed by hand is not booked again by the statement', async () => {
    const ask = await member('fay'), page = await checkout(ask), bank = await asset('asset:bank');
    done('pay', 'confirm', page.reference, '9.99', '--date', DATE);
    const line = `${DATE},9.99,EUR,${page.reference}`;
    assert.match(done('pay', 'import', statement([line])), /0 booked, 0 unmatched, 1 seen before/);
    assert.equal(await asset('asset:bank'), bank + 999);
    assert.equal(await site.sql.value("SELECT COUNT(*) FROM bank_line WHERE source = 'by hand' AND on_ms = " + Date.parse(DATE)
        + ` AND quoted = '${page.reference}'`), '0', 'the statement has named it');
    assert.match(done('pay', 'import', statement([line, line])), /1 booked, 0 unmatched, 1 seen before/);
    assert.equal(await asset('asset:bank'), bank + 2 * 999, 'the second one of that day is other money');
    assert.equal((await state(ask)).payments.length, 2);
    assert.match(done('pay', 'import', statement([line, line])), /2 seen before/);
});

test('a reference is good for 30 days, though another checkout was opened since', async () => {
    const gil = await member('gil'), first = await checkout(gil), later = await checkout(gil, 12);
    assert.notEqual(first.reference, later.reference);
    assert.match(done('pay', 'import', statement([`${DATE},9.99,EUR,${first.reference}`])), /1 booked/);
    const hal = await member('hal'), late = await checkout(hal);
    at(NOON + 31 * DAY_MS);
    assert.match(done('pay', 'import', statement([`2031-04-05,9.99,EUR,${late.reference}`])),
        /could be paid for only to 4 Apr 2031[^]*1 unmatched/);
    assert.equal(await site.sql.value(`SELECT COUNT(*) FROM payment p JOIN user u ON u.id = p.user_id
        WHERE u.handle = 'hal'`), '0');
    const id = await site.sql.value('SELECT MAX(id) FROM bank_line');
    assert.match(done('pay', 'match', id, late.reference), /is booked/, 'an operator may');
    assert.equal((await state(hal)).state, 'active');
});

test('a text that names two payments is for an operator to read', async () => {
    const nat = await member('nat'), oda = await member('oda');
    const one = await checkout(nat), two = await checkout(oda);
    const today = new Date(NOON + 31 * DAY_MS).toISOString().slice(0, 10);
    assert.match(done('pay', 'import', statement([`${today},19.98,EUR,${one.reference} and ${two.reference}`])),
        /unmatched as \d+: It names two payments/);
    assert.equal((await state(nat)).state, 'none');
    assert.match(done('pay', 'import', statement([`${today},9.99,EUR,${two.reference} ${two.reference}`])), /1 booked/);
    done('pay', 'return', await site.sql.value("SELECT id FROM bank_line WHERE state = 'unmatched'"));
});

test('a balance pays a month again when its paid time ends where it once did', async () => {
    const ulf = await member('ulf'), page = await checkout(ulf);
    const today = new Date(NOON + 31 * DAY_MS).toISOString().slice(0, 10);
    done('pay', 'import', statement([`${today},29.97,EUR,${page.reference}`]));
    const first = await state(ulf), until = first.paid_until_ms;
    assert.equal(first.balance_minor, 1998);
    assert.match(done('user', 'close', 'ulf', 'ulf', '--reason', 'left', '--preview'),
        /Their balance:? +19\.98 EUR; it is not sent back by this/);
    const pay = () => ulf('POST', '/subscribe/balance', { until });
    assert.equal((await pay()).status, 303);
    assert.equal((await pay()).status, 303, 'the same once more: it is paid');
    assert.equal((await state(ulf)).balance_minor, 999);
    const receipt = first.payments[0].receipt;
    done('pay', 'refund', String(receipt), '9.99');
    assert.equal((await state(ulf)).paid_until_ms, until, 'the other month has moved up');
    assert.equal((await pay()).status, 303);
    const last = await state(ulf);
    assert.equal(last.balance_minor, 0);
    assert.ok(last.paid_until_ms > until);
});

test('eight imports of one file at once', async () => {
    const lines = [];
    for (const handle of ['ida', 'jon', 'kim', 'lea'])
        lines.push(`${TODAY},9.99,EUR,${(await checkout(await member(handle))).reference}`);
    lines.push(`${TODAY},3.00,EUR,tip`, `${TODAY},3.00,EUR,tip`);
    const path = statement(lines), count = await payments(), bank = await asset('asset:bank');
    const env = { ...process.env, OVS_CONF: site.conf };
    const runs = await Promise.all(Array.from({ length: 8 }, () => new Promise((end) => {
        const child = spawn(join(built, 'jobs/admin'), ['pay', 'import', path], { env, cwd: root });
        child.once('exit', end);
    })));
    assert.ok(runs.every((status) => status === 0 || status === 75), `they ended with ${runs}`);
    done('pay', 'import', path);
    assert.equal(await payments(), count + 4);
    assert.equal(await asset('asset:bank'), bank + 4 * 999 + 600);
});

test('an import that is killed or loses an answer at any step is only to be repeated', async () => {
    const ask = await member('mona');
    const count = await payments(), bank = await asset('asset:bank');
    let steps = 1, rounds = 0;
    const round = async (fault) => {
        const { reference } = await checkout(ask), path = statement([`${TODAY},9.99,EUR,${reference}`]);
        const { signal } = spawnSync(join(built, 'jobs/admin'), ['pay', 'import', path],
            { env: { ...process.env, OVS_CONF: site.conf, FAULT: fault } });
        assert.match(done('pay', 'import', path), /1 (booked|seen before)/);
        rounds++;
        assert.equal(await payments(), count + rounds, fault);
        assert.equal(await asset('asset:bank'), bank + rounds * 999, fault);
        return signal === 'SIGKILL';
    };
    for (; steps < 100 && await round(`before:${steps}`); steps++);
    assert.ok(steps > 15 && steps < 100, `it has ${steps} steps`);
    for (const fault of ['lost', 'unheard'])
        for (let step = 1; step < steps; step++) await round(`${fault}:${step}`);
});

test('a standing order extends the subscription', async () => {
    const ask = await member('nia'), { reference } = await checkout(ask);
    assert.match(done('pay', 'import', statement([`${TODAY},9.99,EUR,${reference}`])), /1 booked/);
    const until = (await state(ask)).paid_until_ms;
    at(Date.UTC(2031, 4, 6, 12));
    assert.match(done('pay', 'import', statement([`2031-05-06,9.99,EUR,${reference}`])),
        /booked: Paid again by the same reference/);
    const now = await state(ask);
    assert.equal(now.payments.length, 2);
    assert.equal(now.payments[0].starts_ms, until, 'in grace, from the end of the paid time');
    assert.equal(now.state, 'active');
    assert.match(done('pay', 'confirm', reference, '9.99', '--date', '2031-05-07'), /has already been booked/);
    assert.equal((await state(ask)).payments.length, 2);
});

test('too much goes to the balance, which pays next; too little waits for the rest', async () => {
    const ask = await member('oki'), { reference } = await checkout(ask), count = await payments();
    const bank = await asset('asset:bank'), day = '2031-05-06';
    const owed = async () => Number(await site.sql.value(`SELECT COALESCE(SUM(b.credits_minor - b.debits_minor), 0)
        FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id WHERE a.code LIKE 'liab:member:%'`));
    assert.match(done('pay', 'import', statement([`${day},12.00,EUR,${reference}`])),
        /booked: 2\.01 EUR more than was due went to the member's balance/);
    assert.equal(await owed(), 201);
    assert.equal((await state(ask)).balance_minor, 201);
    const second = await checkout(ask);
    assert.match(done('pay', 'import', statement([`${day},3.00,EUR,${second.reference}`])), /1 parts/);
    const waiting = await state(ask);
    assert.equal(waiting.arrived_minor, 300);
    assert.equal(waiting.payments.length, 1);
    assert.equal(await asset('clearing:unmatched'), -300 - 600);
    assert.match(done('pay', 'unmatched'), /3\.00 of 9\.99 EUR have arrived/);
    assert.match(done('pay', 'import', statement([`${day},4.98,EUR,${second.reference}`])),
        /booked: 2\.01 EUR of it came from the member's balance/);
    assert.equal(await owed(), 0);
    assert.equal((await state(ask)).payments.length, 2);
    assert.equal(await payments(), count + 2);
    assert.equal(await asset('asset:bank'), bank + 1200 + 300 + 498);
    assert.equal(await asset('clearing:unmatched'), -600, 'only the tips of the test above');
});

test('five and 4.99 are the price, also for pay match and by hand', async () => {
    const ask = await member('pia'), one = await checkout(ask), day = '2031-05-06';
    const output = done('pay', 'import', statement([`${day},5.00,EUR,${one.reference}`, `${day},4.99,EUR,${one.reference}`]));
    assert.match(output, /1 booked, 0 unmatched, 0 seen before, 1 parts/);
    const two = await checkout(ask);
    done('pay', 'import', statement([`${day},5.00,EUR,no idea`]));
    const id = await site.sql.value('SELECT MAX(id) FROM bank_line');
    assert.match(done('pay', 'match', id, two.reference), /is part: 5\.00 of 9\.99 EUR have arrived/);
    assert.match(done('pay', 'confirm', two.reference, '6.00'), /6\.00 EUR booked: 1\.01 EUR more than was due/);
    assert.equal((await state(ask)).payments.length, 2);
    done('pay', 'import', statement([`${day},1.01,EUR,one more`]));
    assert.match(done('pay', 'return', await site.sql.value('SELECT MAX(id) FROM bank_line')), /is returned/);
});

test('confirmed today, on the statement tomorrow: one payment, whichever comes first', async () => {
    const ask = await member('rae'), one = await checkout(ask), bank = await asset('asset:bank');
    done('pay', 'confirm', one.reference, '9.99', '--date', '2031-05-05');
    assert.match(done('pay', 'import', statement([`2031-05-06,9.99,EUR,${one.reference}`])), /1 seen before/);
    assert.match(done('pay', 'import', statement([`2031-05-06;9,99;eur;thanks  ${one.reference.toLowerCase()}`],
        'date;amount;currency;text')), /1 seen before/);
    const two = await checkout(ask);
    done('pay', 'import', statement([`2031-05-05,9.99,EUR,${two.reference}`]));
    assert.match(done('pay', 'confirm', two.reference, '9.99'), /has already been booked/);
    assert.equal((await state(ask)).payments.length, 2);
    assert.equal(await asset('asset:bank'), bank + 2 * 999);
});

test('a date in a closed period: refused by hand, moved to the first open day for the bank', async () => {
    const ask = await member('sam'), one = await checkout(ask);
    assert.match(admin('pay', 'confirm', one.reference, '9.99', '--date', '2020-01-01').output, /1 Apr 2031/);
    assert.equal((await state(ask)).state, 'none');
    assert.match(done('pay', 'import', statement([`2031-03-30,9.99,EUR,${one.reference}`])),
        /its day, 30 Mar 2031, is closed: booked on 1 Apr 2031/);
    assert.equal((await state(ask)).payments[0].paid_ms, Date.UTC(2031, 3, 1));
    assert.equal(await site.sql.value(`SELECT booked_ms - on_ms FROM bank_line WHERE quoted = '${one.reference}'`), String(2 * DAY_MS));
});

test('what went out: noted refunds and returns, the bank’s own fees, a refund that nobody noted', async () => {
    const ask = await member('tom'), one = await checkout(ask), day = '2031-05-06';
    const bank = await asset('asset:bank'), clearing = await asset('clearing:unmatched');
    done('pay', 'import', statement([`${day},9.99,EUR,${one.reference}`, `${day},55.55,EUR,wrong account`]));
    const wrong = await site.sql.value('SELECT MAX(id) FROM bank_line');
    const receipt = (await state(ask)).payments[0].receipt;
    done('pay', 'refund', String(receipt), '4.00');
    done('pay', 'return', wrong);
    assert.equal(await asset('asset:bank'), bank + 599);
    const output = done('pay', 'import', statement([`${day},-4.00,EUR,refund`, `${day},-55.55,EUR,back to you`,
        `${day},-2.00,EUR,also a refund`]));
    assert.match(output, /line 2: refund -4\.00 EUR: booked: It had been noted before/);
    assert.match(output, /line 3: return -55\.55 EUR: booked: It had been noted before/);
    assert.match(output, /line 4: no reference -2\.00 EUR: unmatched/);
    assert.equal(await asset('asset:bank'), bank + 399);
    const id = await site.sql.value('SELECT MAX(id) FROM bank_line');
    assert.equal(admin('pay', 'explain', id, 'refund').status, 1);
    assert.match(done('pay', 'explain', id, 'refund', '--receipt', String(receipt)), /explained: refund/);
    assert.equal(await site.sql.value(`SELECT SUM(r.amount_minor) FROM reversal r
        JOIN payment p ON p.id = r.payment_id JOIN user u ON u.id = p.user_id WHERE u.handle = 'tom'`), '600');
    assert.equal(await asset('asset:bank'), bank + 399);
    assert.equal(await asset('clearing:unmatched'), clearing);

    const path = join(site.var, 'fees.csv');
    writeFileSync(path, 'Buchungstag;Umsatzart;Buchungstext;Betrag;Währung\n06.05.2031;Entgelte;Kontoführung;-4,90;EUR\n'
        + '06.05.2031;Zinsen;Habenzinsen;0,17;EUR\n06.05.2031;Zinsen;Sollzinsen;-0,03;EUR\n');
    assert.match(done('pay', 'import', path), /0 booked, 0 unmatched, 0 seen before, 0 parts, 3 other/);
    assert.equal(await asset('exp:bank_fees'), 493);
    assert.equal(await asset('rev:interest'), -17);
    assert.match(done('pay', 'import', path), /3 seen before/);
});

test('a preview says what the import then does, and does nothing', async () => {
    const ask = await member('uma'), one = await checkout(ask), count = await payments();
    const lines = await site.sql.value('SELECT COUNT(*) FROM bank_line');
    const path = statement([`2031-05-06,5.00,EUR,${one.reference}`, `2031-05-06,4.99,EUR,${one.reference}`,
        `2031-05-06,9.99,EUR,${one.reference}`, '2031-05-06,1.00,EUR,x', '2031-05-06,1.0012,99,EUR']);
    const plain = (text) => text.replace(/ as \d+/g, '').split('\n').filter((l) => l.startsWith('line ') || l.includes(' booked, '));
    const before = admin('pay', 'import', path, '--preview');
    assert.equal(await payments(), count);
    assert.equal(await site.sql.value('SELECT COUNT(*) FROM bank_line'), lines);
    const after = admin('pay', 'import', path);
    assert.deepEqual(plain(before.output), plain(after.output));
    assert.match(after.output, /2 booked, 1 unmatched, 0 seen before, 1 parts/);
    assert.equal(await payments(), count + 2);
});

test('vouchers whose codes cannot be written are an error', async () => {
    const vouchers = async () => Number(await site.sql.value('SELECT COUNT(*) FROM voucher'));
    const full = openSync('/dev/full', 'w'), count = await vouchers();
    const { status, stderr } = spawnSync(join(built, 'jobs/admin'), ['voucher', 'create', '--count', '3'],
        { env: { OVS_CONF: site.conf }, stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    closeSync(full);
    assert.equal(status, 1);
    assert.match(stderr, /could not be written/);
    assert.equal(await vouchers(), count + 3, 'they are one act, and can be cancelled');
});

test('a dispute follows its own steps, and says what does not fit', async () => {
    const ask = await member('dis'), { reference } = await checkout(ask);
    done('pay', 'confirm', reference, '9.99');
    const receipt = await site.sql.value('SELECT MAX(number) FROM receipt');
    const dispute = (...args) => admin('pay', 'dispute', receipt, ...args).output;
    assert.match(dispute('won'), /No dispute about this payment was noted/);
    done('pay', 'refund', receipt, '5.00', '--access', 'keep');
    assert.match(admin('pay', 'refund', receipt, '5.00', '--access', 'keep').output, /nothing was done now: act \d+ did this/);
    assert.match(admin('pay', 'refund', receipt, '5.00', '--ref', '2').output, /more than is left of the payment: 4\.99 EUR/);
    assert.match(dispute('open', '--amount', '9.99'), /about 4\.99 EUR at most/);
    assert.match(dispute('open'), /dispute open/, 'about what is left');
    assert.match(dispute('open', '--ref', '2'), /Nothing is left/);
    assert.match(dispute('won'), /dispute won/);
    assert.match(dispute('lost'), /has been won.*a key of its own/);
    assert.match(dispute('open', '--ref', '2'), /dispute open/, 'the payer disputes it again');
    assert.match(dispute('lost', '--ref', '2'), /dispute lost/);
    assert.equal((await state(ask)).state, 'ended');
});

test('the books hold', async () => {
    for (const id of (await site.sql.run("SELECT id FROM bank_line WHERE state = 'unmatched'")).flat())
        done('pay', 'return', id);
    for (const job of ['watch_flush', 'watch_rollup', 'settle']) assert.equal(site.job(job).status, 0, job);
    const { status, output } = site.job('ledger_audit');
    assert.equal(status, 0, output);
});

test('the audit says when clearing:unmatched is not what the lines say, and that a line confirms nothing', async () => {
    done('pay', 'import', statement(['2031-05-06,3.33,EUR,whose is this']));
    const id = await site.sql.value('SELECT MAX(id) FROM bank_line');
    const audit = async (change) => {
        await site.sql.run(`UPDATE bank_line SET ${change} WHERE id = ${id}`);
        return site.job('ledger_audit').output;
    };
    assert.match(await audit("state = 'booked'"), /clearing:unmatched holds 333, the lines of the bank that wait add up to 0/);
    assert.match(await audit("state = 'unmatched', confirms = 'refund:manual:nothing'"), /of the bank confirms refund:manual:nothing, which is no posting/);
    assert.match(await audit("confirms = NULL"), /findings=0/);
    done('pay', 'return', id);
});

test('the audit waits for parts, and sees what waits though its sum is 0', async () => {
    const zoe = await member('zoe'), page = await checkout(zoe);
    const day = new Date(now).toISOString().slice(0, 10);
    done('pay', 'import', statement([`${day},5.00,EUR,${page.reference}`]));
    const audit = () => site.job('ledger_audit').output;
    at(now + 5 * DAY_MS);
    assert.doesNotMatch(audit(), /unexplained for/);
    done('pay', 'import', statement([`${day},7.77,EUR,whose`, `${day},-7.77,EUR,for whom`]));
    assert.match(audit(), /line \d+ of the bank has been unexplained for more than 3 days, 2 in all/);
    done('pay', 'return', await site.sql.value("SELECT id FROM bank_line WHERE text = 'whose'"));
    done('pay', 'explain', await site.sql.value("SELECT id FROM bank_line WHERE text = 'for whom'"), 'owner');
    at(now + 29 * DAY_MS);
    assert.match(audit(), /line \d+ of the bank has been unexplained for more than 3 days, 1 in all/);
});

test('test money does not come into books of real money, nor transfers without an account', () => {
    const changed = (from, to) => {
        const path = join(site.var, 'changed.conf');
        writeFileSync(path, readFileSync(site.conf, 'utf8').replace(from, to), { mode: 0o600 });
        return path;
    };
    const run = (program, args, conf) =>
        spawnSync(join(built, program), args, { env: { OVS_CONF: conf }, encoding: 'utf8' });
    const test_money = changed(/^pay_provider.*$/m, 'pay_provider = test');
    const sold = run('jobs/admin', ['voucher', 'create', '--value', '9.99'], test_money);
    assert.equal(sold.status, 1);
    assert.match(sold.stderr, /The books are in EUR, but with currency = EUR and pay_provider = test they would/);
    for (const iban of ['', 'AT61 1904 3002 3457 3202']) {
        const ran = run('handlers/subscribe', [], changed(/^bank_iban.*$/m, `bank_iban = ${iban}`));
        assert.equal(ran.status, 78);
        assert.match(ran.stderr, /need bank_holder and a valid bank_iban/);
    }
});
