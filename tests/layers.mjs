/*
 * layers: checks that files include only what they may, and use only the tables they may. lib/rooms
 * says what they may; each line that breaks a rule is printed, and the exit code is then 1.
 *
 *     node tests/layers.mjs            from the root of the sources; --arrows prints who uses whom
 *
 * An include is read from its line. A table is found in the text of C strings: in neighbouring strings
 * that hold SQL, a table's name after FROM, JOIN, INTO, UPDATE, TABLE or a comma. A statement writes the
 * table after INTO, UPDATE, DELETE FROM, TRUNCATE or in RENAME TABLE, and reads the others.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDERS = ['handlers', 'jobs', 'lib'];
let wrong = 0;

function complain(file, line, text) {
    console.log(`${file}:${line}: ${text}`);
    wrong++;
}

/* lib/rooms: rooms by name, each with folder, uses, owns, reads, erases; and the words forbidden in a
 * room. */
function readRooms(path) {
    const rooms = new Map();
    let room;
    readFileSync(path, 'utf8').split('\n').forEach((text, i) => {
        const [word, ...rest] = text.replace(/#.*/, '').trim().split(/\s+/);
        if (!word) return;
        if (word === 'room') {
            room = { name: rest[0], folder: rest[1], uses: [], owns: [], reads: [], erases: [] };
            rooms.set(room.name, room);
        } else if (room && ['uses', 'owns', 'reads', 'erases'].includes(word)) {
            for (const name of rest)
                if (word === 'uses' && !rooms.has(name)) complain(path, i + 1, `${name} is no room above this line`);
            room[word].push(...rest);
        } else {
            complain(path, i + 1, `${word} is none of room, uses, owns, reads, erases`);
        }
    });
    return [...rooms.values()];
}

const walk = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]);
const files = FOLDERS.flatMap(walk).filter((path) => /\.[ch]$/.test(path)).sort();

const roomOf = (rooms, path) => rooms.find(({ folder }) => folder === dirname(path));

/* Includes are written relative to lib/, handlers/ or jobs/. */
function included(name) {
    return files.find((path) => FOLDERS.some((top) => path === `${top}/${name}`));
}

function checkIncludes(rooms, file, lines, arrows) {
    const room = roomOf(rooms, file);
    if (!room) return complain(file, 1, 'lies in no room of lib/rooms');
    lines.forEach((text, i) => {
        const [, name] = /^\s*#\s*include "([^"]+)"/.exec(text) ?? [];
        if (!name) return;
        const path = included(name);
        if (!path) return complain(file, i + 1, `includes ${name}, which is not there`);
        const other = roomOf(rooms, path);
        if (!other || other === room) return;
        const key = `${room.name} ${other.name}`;
        arrows.set(key, (arrows.get(key) ?? 0) + 1);
        if (!room.uses.includes(other.name))
            complain(file, i + 1, `${room.name} may not include ${name} of ${other.name}`);
    });
}

/* The strings of a C text, each with its line number; neighbouring strings count as one. */
function* strings(text) {
    const token = /\/\*[^]*?\*\/|\/\/.*|'(?:[^'\\]|\\.)'|"((?:[^"\\\n]|\\.)*)"|\S/g;
    let whole = '', at = 0;
    for (let m; (m = token.exec(text)); ) {
        const isString = m[1] !== undefined;
        const isMacro = /[A-Z_]/.test(m[0]); // a macro between two strings may be a string
        if (isString) {
            if (!whole) at = m.index;
            whole += `${m[1]} `;
        } else if (whole && !m[0].startsWith('/*') && !isMacro && m[0] !== '\\') {
            yield [whole, at];
            whole = '';
        }
    }
    if (whole) yield [whole, at];
}

const SQL = /\b(SELECT|INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|RENAME|FROM|JOIN)\b/;

/* The tables in an SQL text: a map from name to whether it is written. */
function tablesOf(sql, tables) {
    const found = new Map();
    const see = (name, writes) => {
        if (tables.has(name)) found.set(name, writes || found.get(name) === true);
    };
    for (const [, name] of sql.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+`?(\w+)/g)) see(name, false);
    for (const [, list] of sql.matchAll(/\b(?:FROM|TABLE)\s+((?:\w+(?:\s+(?:AS\s+)?\w+)?\s*,\s*)+\w+)/g))
        for (const part of list.split(',')) see(part.trim().split(/\s/)[0], false);
    for (const [, name] of sql.matchAll(/\b(?:INSERT(?: IGNORE)? INTO|REPLACE INTO|(?<!FOR |KEY )UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?)\s+`?(\w+)/g))
        see(name, true);
    for (const [, list] of sql.matchAll(/\bRENAME TABLE\s+(.*)/g))
        for (const [name] of list.matchAll(/\w+/g)) see(name, true);
    for (const [, alias] of sql.matchAll(/\bDELETE (\w+) FROM/g)) { // DELETE a FROM table a
        const [, name] = new RegExp(`(?:FROM|JOIN)\\s+(\\w+)(?:\\s+AS)?\\s+${alias}\\b`).exec(sql) ?? [, alias];
        see(name, true);
    }
    return found;
}

function checkTables(rooms, file, text, tables) {
    const room = roomOf(rooms, file);
    if (!room) return;
    for (const [sql, at] of strings(text)) {
        if (!SQL.test(sql)) continue;
        for (const [name, writes] of tablesOf(sql, tables)) {
            if (room.owns.includes(name) || room.erases.includes(name) || (!writes && room.reads.includes(name))) continue;
            const line = text.slice(0, at).split('\n').length;
            complain(file, line, `${room.name} may not ${writes ? 'write' : 'read'} the table ${name}`);
        }
    }
}

/* Those of the migrations, and the one that lists the migrations. */
function schemaTables() {
    const made = [...readdirSync('schema').map((file) => join('schema', file)), 'lib/app/site/schema.c'];
    const names = made.flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/^\s*"?CREATE TABLE (?:IF NOT EXISTS )?`?(\w+)/gm)]
            .map(([, name]) => name));
    return new Set(names);
}

function checkOwners(rooms, tables) {
    for (const table of tables) {
        const owners = rooms.filter(({ owns }) => owns.includes(table));
        if (!owners.length) complain('lib/rooms', 1, `the table ${table} has no owner`);
    }
    for (const { name, owns, reads, erases } of rooms)
        for (const table of [...owns, ...reads, ...erases])
            if (!tables.has(table)) complain('lib/rooms', 1, `${name}: there is no table ${table}`);
}

/* Words that are not allowed in the files of a folder. */
const FORBIDDEN = [
    [/^(handlers|handlers\/pages)$/, /\b(malloc|calloc|realloc|free|getenv)\(/, 'allocation and environment'],
    [/^(handlers|handlers\/pages)$/, /\b(STMT|db_run|db_insert|db_transact|DB_LIST)\(/, 'statements'],
    [/^(handlers|handlers\/pages)$/, /"[^"]*<\/?[a-z!][^"]*>?[^"]*"/, 'HTML'],
    [/^(handlers|jobs|lib\/app)(\/|$)/, /\b(mysql_|MYSQL|jwt_|memcached_|FCGX_|json_object|crypto_)/, 'foreign libraries'],
];

function checkWords(file, lines) {
    const rules = FORBIDDEN.filter(([folder]) => folder.test(dirname(file)));
    lines.forEach((text, i) => {
        if (/^\s*(\/?\*|#include)/.test(text)) return;
        for (const [, word, what] of rules)
            if (word.test(text)) complain(file, i + 1, `${what} have no place here: ${text.trim()}`);
    });
}

/* A view includes only its own model, and a template contains no C. */
function checkViews() {
    for (const name of readdirSync('handlers/views'))
        if (/\.[ch]$/.test(name)) complain(`handlers/views/${name}`, 1, 'only templates lie here');
}

const rooms = readRooms('lib/rooms');
const tables = schemaTables();
const arrows = new Map();
checkOwners(rooms, tables);
checkViews();
for (const file of files) {
    if (file.startsWith('lib/tools')) continue;
    const text = readFileSync(file, 'utf8'), lines = text.split('\n');
    checkIncludes(rooms, file, lines, arrows);
    checkTables(rooms, file, text, tables);
    checkWords(file, lines);
}
if (process.argv[2] === '--arrows')
    for (const [arrow, n] of [...arrows].sort()) console.log(`${arrow.replace(' ', ' -> ')}  ${n}`);
process.exitCode = wrong ? 1 : 0;
