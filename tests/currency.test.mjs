/* The table of currencies (lib/base/currency.c) against a maintained list of ISO 4217. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './lib.mjs';

const LATER = ['XCG'];  // since the package's edition
const OURS = ['XTS'];   // the code for tests, which has no decimals of its own

const require = createRequire(join(root, 'htdocs/package.json'));
const theirs = require('currency-codes');
const list = readFileSync(join(root, 'htdocs/node_modules/currency-codes/iso-4217-list-one.xml'), 'utf8');
const table = readFileSync(join(root, 'lib/base/currency.c'), 'utf8');

/* code -> decimals */
function read(pairs) {
    const map = new Map(pairs);
    assert.equal(map.size, pairs.length, 'no code is there twice');
    return map;
}
const ours = () => read([...table.matchAll(/\{ (\d),((?:\s*"[^"]*")+) \}/g)].flatMap(([, decimals, text]) =>
    text.replace(/"/g, ' ').trim().split(/\s+/).map((code) => [code, Number(decimals)])));

test('each code is followed by a blank', () => {
    for (const [, line] of table.matchAll(/"([A-Z ]+)"/g)) assert.match(line, /^(?:[A-Z]{3} )+$/);
});

test('currencies and their decimals are those of ISO 4217', () => {
    const without = new Set(list.split('<CcyNtry>').filter((entry) => entry.includes('<CcyMnrUnts>N.A.'))
        .map((entry) => /<Ccy>(\w+)</.exec(entry)[1]));
    assert.ok(without.has('XAU') && without.has('XXX') && !without.has('EUR'), [...without].join(' '));
    const want = read(theirs.data.filter(({ code }) => !without.has(code)).map(({ code, digits }) => [code, digits]));
    assert.ok(want.size > 150, 'the list is read');
    for (const code of [...LATER, ...OURS]) {
        assert.ok(!want.has(code), `${code} is in the list now: it needs no exception`);
        want.set(code, 2);
    }
    const sorted = (map) => [...map].sort().map(([code, decimals]) => `${code} ${decimals}`);
    assert.deepEqual(sorted(ours()), sorted(want));
});
