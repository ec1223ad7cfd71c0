/*
 * The journal that jobs/books prints, read by hledger: each account of the ledger has the balance
 * that its legs add up to, in all and by month, however many pages of postings there are.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { startSite } from './lib.mjs';

const OUTPUT_MAX_BYTES = 64e6;
const MONTHS = ['2031-07', '2031-08', '2031-09'];
const has = (program) => spawnSync(program, ['--version']).status === 0;
const skip = has('hledger') ? false : 'hledger is not installed';
let site, env;

before(async () => {
    site = await startSite();
    env = { ...process.env, OVS_CONF: site.conf };
    await site.sql.run(`INSERT INTO user (id, email, handle, display_name, created_ms)
        VALUES (1, 'c@example.org', 'cleo', 'Cleo', 0)`);
    await site.sql.run("INSERT INTO ledger_currency (id, currency) VALUES (1, 'XTS'), (2, 'JPY')");
    await site.sql.run(`INSERT INTO ledger_account (id, code, class, currency, owner_id) VALUES
        (1, 'asset:psp', 'asset', 'XTS', NULL), (2, 'liab:vat', 'liability', 'XTS', NULL),
        (3, 'liab:deferred', 'liability', 'XTS', NULL), (4, 'liab:creator:1:held', 'liability', 'XTS', 1),
        (5, 'rev:platform', 'revenue', 'XTS', NULL), (6, 'exp:fees_lost', 'expense', 'XTS', NULL),
        (7, 'asset:bank', 'asset', 'JPY', NULL), (8, 'clearing:unmatched', 'liability', 'JPY', NULL)`);
    await site.sql.run(`INSERT INTO ledger_tx (id, ikey, digest, kind, legs, effective_ms, created_ms)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
        SELECT i, CONCAT('act:', i), SHA2('a', 256), 'act', 7,
        (UNIX_TIMESTAMP('2031-07-01') + i * 8000) * 1000, 1 FROM n`);
    await site.sql.run(`INSERT INTO ledger_leg (tx_id, legs, line, debit_id, credit_id, currency, amount_minor, unit_id)
        WITH RECURSIVE k (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM k WHERE j < 7)
        SELECT id, 7, j, IF(j = 7, 7, 1 + (id + j) % 6), IF(j = 7, 8, 1 + (id + j + 1) % 6),
        IF(j = 7, 'JPY', 'XTS'), 1 + (id * 7919 + j * 104729) % 100000, IF(j = 3, id, NULL)
        FROM ledger_tx JOIN k`);
});
after(() => site?.stop());

function journal(...args) {
    const { status, stdout, stderr } = spawnSync(`${site.built}/jobs/books`, ['--hledger', ...args],
        { env, maxBuffer: OUTPUT_MAX_BYTES });
    assert.equal(status, 0, String(stderr));
    return stdout;
}

/* account -> "12.34 XTS", as hledger reads it. */
function balances(text) {
    const { status, stdout, stderr } = spawnSync('hledger',
        ['-f-', 'balance', '--flat', '--empty', '--no-total', '-O', 'csv'], { input: text, maxBuffer: OUTPUT_MAX_BYTES });
    assert.equal(status, 0, String(stderr));
    const rows = String(stdout).trim().split('\n').slice(1).map((line) => JSON.parse(`[${line}]`));
    return Object.fromEntries(rows.filter(([, amount]) => amount !== '0'));
}

/* The same balances, added up from the legs. */
async function sums(where) {
    const rows = await site.sql.run(`SELECT a.code, a.currency, SUM(IF(l.debit_id = a.id, 1, -1) * l.amount_minor)
        FROM ledger_account a JOIN ledger_leg l ON a.id IN (l.debit_id, l.credit_id)
        JOIN ledger_tx t ON t.id = l.tx_id WHERE ${where} GROUP BY a.id HAVING 1`);
    const amount = (minor, currency) => currency === 'JPY' ? `${minor} JPY` : `${(minor / 100).toFixed(2)} XTS`;
    return Object.fromEntries(rows.filter(([, , minor]) => Number(minor)).map(
        ([code, currency, minor]) => [code, amount(Number(minor), currency)]));
}

test('hledger finds the balances of the ledger', { skip }, async () => {
    const all = await sums('1');
    assert.ok(Object.keys(all).length >= 7);
    assert.deepEqual(balances(journal()), all);
});

for (const month of MONTHS)
    test(`... and those of ${month}`, { skip }, async () => {
        const where = `'1970-01-01' + INTERVAL t.effective_ms DIV 1000 SECOND LIKE '${month}-%'`;
        assert.deepEqual(balances(journal('--month', month)), await sums(where));
    });

test('hledger knows which accounts are what', { skip }, () => {
    const kinds = spawnSync('hledger', ['-f-', 'accounts', 'type:L'], { input: journal() });
    assert.match(String(kinds.stdout), /liab:creator:1:held/);
    assert.match(String(kinds.stdout), /clearing:unmatched/);
    assert.doesNotMatch(String(kinds.stdout), /asset|rev|exp/);
});

test('a reader that stops early is no accident', () => {
    const { stdout } = spawnSync('sh', ['-c', `${site.built}/jobs/books --hledger | head -n 3`], { env });
    assert.equal(String(stdout).split('\n').length, 4);
});
