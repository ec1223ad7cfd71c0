/*
 * common_passwords: writes C with the commonest passwords, for lib/io/strength.c.
 *
 *     node lib/tools/common_passwords.mjs LIST CHARS >FILE.c
 *
 * LIST has one password a line, the commonest first. Those with fewer than CHARS characters are left
 * out: they are refused for being short. Of each of the others, in lower case, the first HASH_BYTES
 * bytes of its SHA-256 are kept, sorted: no text has to be unpacked, and of ten million other
 * passwords about one is refused by mistake.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const HASH_BYTES = 5;
const [list, chars] = process.argv.slice(2);
const lower = (text) => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
const hash = (text) => createHash('sha256').update(text).digest().subarray(0, HASH_BYTES).toString('latin1');
const octal = (bytes) => [...bytes].map((c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`).join('');

const words = readFileSync(list, 'utf8').split('\n')
    .map((line) => lower(line.replace(/\r$/, '')))
    .filter((word) => [...word].length >= Number(chars));
const hashes = [...new Set(words.map(hash))].sort(); // of code units, so in the order of memcmp

console.log(`#include "io/strength.h"
static_assert(PASSWORD_MIN_CHARS == ${Number(chars)}, "the Makefile says the same");
static_assert(COMMON_HASH_BYTES == ${HASH_BYTES}, "the list is made for it");
const size_t common_passwords_n = ${hashes.length};
const char common_passwords[] =`);
for (const each of hashes) console.log(`    "${octal(each)}"`);
console.log('    "";');
