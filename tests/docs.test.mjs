/*
 * README.md and docs/ are true: each field of each JSON answer, each address and method, each
 * setting with its default, each limit, each job with its times, each command, link and path.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { built, root } from './lib.mjs';

const README_LINES_MAX = 180;
const VIEWS = 'handlers/views';
const read = (path) => readFileSync(join(root, path), 'utf8');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)];
const sorted = (list) => [...new Set(list)].sort();

/* All files and folders below a folder, as paths relative to it, without those built or fetched. */
function below(folder) {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = `${folder}/${entry.name}`;
        if (!entry.isDirectory()) return [path];
        return entry.name === 'node_modules' ? [] : [path, ...below(path)];
    });
}

/* Sections of a page by their headings of one level; each without the sections that follow. */
function sections(text, level) {
    const parts = text.split(new RegExp(`^(?=#{1,${level}} )`, 'm'));
    return parts.filter((part) => part.startsWith(`${'#'.repeat(level)} `))
        .map((part) => ({ title: part.slice(level + 1, part.indexOf('\n')), text: part }));
}

/* Cells of the rows of a table whose first cell is code, without the backticks of that cell. */
const rows = (text) => [...text.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)]
    .map(([, first, rest]) => [first, ...rest.split(/(?<!\\)\|/).map((cell) => cell.trim())]);

/* --- Fields of the JSON answers ---------------------------------------------------------------- */

/* The paths of the values of a template, as in videos[].id. Another template that is shown in place
 * of a value counts as a value. */
function fieldsOf(template) {
    const text = template.replace(/\{\{(?:model|#|\/|else).*?\}\}/gs, '').replace(/\{\{.*?\}\}/gs, '0');
    const open = [], fields = new Set();
    let key = '';
    const path = () => [...open, key].reduce((all, part) =>
        !part ? all : all && part !== '[]' ? `${all}.${part}` : all + part, '');
    for (const [token, name] of text.matchAll(/"([^"]*)"\s*:|"[^"]*"|[{}[\]]|[^\s,"{}[\]:]+/g)) {
        if (name !== undefined) key = name;
        else if (token === '{') open.push(key), key = '';
        else if (token === '[') open.push(key, '[]'), key = '';
        else if (token === '}') key = open.pop(); // an alternative has the same name
        else if (token === ']') open.pop(), key = open.pop();
        else fields.add(path());
    }
    return [...fields].filter(Boolean);
}

test('a template is read as what it makes', () => {
    assert.deepEqual(fieldsOf(`{{model struct x}}
        {"a": {{a}}, "b": {"c": {{c | iso}}}, "d": [{{#each e in d}}{{>card e}}{{/each}}],
         "f": {{#if f}}{"g": "h"}{{else}}null{{/if}},
         "i": [{{#each j in i}}{"k": [{{#each l in j}}{{l}}{{/each}}]}{{/each}}]}`),
    ['a', 'b.c', 'd[]', 'f.g', 'f', 'i[].k[]']);
});

const api = read('docs/api.md');
const chapters = sections(api, 3);

test('docs/api.md names each field of each JSON template in its section, and no other', () => {
    const templates = readdirSync(join(root, VIEWS)).filter((name) => name.endsWith('.json'));
    assert.ok(templates.length > 40, 'templates are found');
    for (const name of templates) {
        const found = chapters.filter(({ text }) => text.includes(`\`${VIEWS}/${name}\``));
        assert.equal(found.length, 1, `${name} has one section`);
        const [{ text, title }] = found;
        const part = text.slice(text.indexOf(`\`${VIEWS}/${name}\``)).split(/\n`handlers\/views\//)[0];
        const documented = rows(part).map(([field]) => field);
        const made = fieldsOf(read(`${VIEWS}/${name}`));
        const objects = made.flatMap((field) => [...field.matchAll(/(\[\])?\./g)]
            .map(({ index }) => field.slice(0, index)));
        assert.deepEqual(made.filter((field) => !documented.includes(field)), [],
            `"${title}" lacks fields of ${name}`);
        assert.deepEqual(documented.filter((field) => !made.includes(field) && !objects.includes(field)), [],
            `"${title}" has fields that ${name} has not`);
    }
});

/* --- Addresses ---------------------------------------------------------------------------------- */

const routes = [...read('lighttpd/routes.conf').matchAll(/^\$HTTP\["url"\] =~ "(.*?)".* run \+ "\/(\w+)"/gm)]
    .map(([, pattern, program]) => ({ pattern, program }));

/* Which addresses a pattern matches, without choices and optional parts: all variants as patterns
 * of their own. A part that may be repeated occurs once. */
function variants(pattern) {
    let all = [''];
    const add = (ends) => { all = all.flatMap((begin) => ends.map((end) => begin + end)); };
    for (let i = 0; i < pattern.length;) {
        if (pattern[i] !== '(') {
            const [token] = /^(\\.|\[[^\]]*\](?:\{[^}]*\}|\+)?|.)/.exec(pattern.slice(i));
            add([token]);
            i += token.length;
            continue;
        }
        let depth = 0, end = i;
        do depth += { '(': 1, ')': -1 }[pattern[end++]] ?? 0; while (depth);
        const inner = pattern.slice(i + 1, end - 1), choices = [''];
        for (const char of inner) { // split at the bars of this level
            depth += { '(': 1, ')': -1 }[char] ?? 0;
            if (char === '|' && depth === 0) choices.push('');
            else choices[choices.length - 1] += char;
        }
        const [times] = /^(\?|\{0,\d+\})?/.exec(pattern.slice(end));
        add([...times === '?' ? [''] : [], ...choices.flatMap(variants)]);
        i = end + times.length;
    }
    return all;
}

const samples = {
    id: 'AmAH9-gKLRg', rendition: '720p', handle: 'ada', category: 'music', number: '17', n: '1', upload: 'zP3ic1Qxg193w9pI5haKcw',
    checkout: 'myoDBhCge89keNfDI5Arvg', month: '2026-11', kind: 'posting', name: 'terms', key: 'zP3ic1Qxg193w9pI5haKcw', token: '7-digest-0123456789abcdef0123456789abcdef',
};
const concrete = (path) => path.replace(/\{(\w+)\}/g, (all, name) => {
    assert.ok(samples[name], `docs/api.md: ${path}: no such part is known`);
    return samples[name];
});
const asked = chapters.flatMap(({ title }) => [...title.matchAll(/`((?:[A-Z]+, )*[A-Z]+) (\/[^`]*)`/g)])
    .map(([, methods, path]) => ({ methods: methods.split(', '), path, at: concrete(path) }));

test('docs/api.md has each address of lighttpd/routes.conf, and no other', () => {
    assert.ok(routes.length > 30, 'routes are found');
    assert.ok(asked.length > 50, 'addresses are found');
    for (const { path, at } of asked)
        assert.ok(routes.some(({ pattern }) => new RegExp(pattern).test(at)), `${path} leads nowhere`);
    for (const { pattern } of routes)
        for (const variant of variants(pattern))
            assert.ok(asked.some(({ at }) => new RegExp(variant).test(at)), `${variant} is not described`);
});

test('docs/api.md has each method of each program, and no other', () => {
    for (const { pattern, program } of routes) {
        const source = read(`handlers/${program}.c`);
        const on = source.slice(source.indexOf('.on = {'));
        const made = [...on.matchAll(/\[(GET|POST|PATCH|DELETE|OPTIONS)\]/g)].map(([, method]) => method);
        const said = asked.filter(({ at }) => new RegExp(pattern).test(at)).flatMap(({ methods }) => methods)
            .map((method) => (method === 'HEAD' ? 'GET' : method));
        assert.deepEqual(sorted(said), sorted(made), program);
    }
});

/* --- Settings, limits, jobs, commands ------------------------------------------------------------ */

const operate = read('docs/operate.md');
const chapter = (title) => {
    const found = sections(operate, 2).find((section) => section.title === title);
    assert.ok(found, `docs/operate.md has a section "${title}"`);
    return found.text;
};

function program(name, args) {
    const folder = mkdtempSync(join(tmpdir(), 'ovs-docs-'));
    const conf = join(folder, 'site.conf');
    writeFileSync(conf, '');
    const ran = spawnSync(join(built, name), args, { env: { ...process.env, OVS_CONF: conf }, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    assert.equal(ran.status, 0, `${name} ${args}: ${ran.stderr}`);
    return ran.stdout;
}

test('docs/operate.md has each setting with its default, and no other', () => {
    const said = rows(chapter('Settings')).map(([key, fallback]) => `${key} ${fallback}`);
    const made = rows(program('jobs/admin', ['config', '--markdown'])).map(([key, fallback]) => `${key} ${fallback}`);
    assert.ok(made.length > 80, 'settings are found');
    assert.deepEqual(sorted(said), sorted(made));
    assert.equal(said.length, made.length, 'each once');
});

const UNITS = {
    ms: 1, second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000,
    byte: 1, kB: 1000, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1 << 20, GiB: 1 << 30,
};
const NAMED = [[/_MS(_|$)/, 1], [/_HOURS?$/, 3_600_000], [/_DAYS$/, 86_400_000], [/_MINUTES$/, 60_000],
    [/(_SECONDS|_S)$/, 1000]];

test('docs/operate.md says each limit as the code has it', () => {
    const sources = ['lib', 'handlers', 'jobs', 'lighttpd'].flatMap(below).filter((path) => /\.([ch]|lua)$/.test(path))
        .map(read).join('\n');
    const limits = rows(chapter('Limits'));
    assert.ok(limits.length > 30, 'limits are found');
    for (const [name, value] of limits) {
        const found = [...sources.matchAll(new RegExp(`\\b${name}\\s*=\\s*([0-9][0-9 *+<]*)`, 'g'))];
        assert.ok(found.length, `${name} is in the code`);
        const [, digits, unit] = /^([\d,.]+) ?(\w*)/.exec(value);
        const number = Number(digits.replaceAll(',', ''));
        const factor = UNITS[unit] ?? UNITS[unit.replace(/s$/, '')] ?? 1;
        const time = factor > 1 && /second|minute|hour|day/.test(unit);
        const per = time ? NAMED.find(([suffix]) => suffix.test(name))?.[1] ?? factor : 1;
        for (const [, expression] of found)
            assert.equal(number * factor / per, new Function(`return ${expression}`)(), `${name}: ${value}`);
    }
});

test('docs/operate.md has each job with its times', () => {
    const crontab = [...read('jobs/crontab').matchAll(/^(\S+ +\S+ +\S+ +\S+ +\S+) +ovs +exec \$JOBS\/(\w+)/gm)]
        .map(([, times, name]) => [name, times.replace(/ +/g, ' ')]);
    const ticks = [...read('lib/app/site/schedule.c').matchAll(/\{ "(\w+)", ([\d *]+), /g)]
        .map(([, name, seconds]) => [name, new Function(`return ${seconds}`)()]);
    const words = { 0: 'each pass', 600: '10 minutes', 900: '15 minutes', 3600: 'hour', 86400: 'day' };
    const made = ticks.map(([name, seconds]) =>
        [name, `\`${crontab.find(([job]) => job === name)?.[1]}\``, words[seconds]].join(' | '));
    const said = rows(chapter('Jobs')).map((cells) => cells.slice(0, 3).join(' | '));
    assert.ok(made.length > 10, 'jobs are found');
    assert.deepEqual(sorted(said), sorted(made));
});

test('docs/operate.md has each command of jobs/admin and jobs/payout', () => {
    for (const name of ['admin', 'payout']) {
        const help = program(`jobs/${name}`, ['--help']);
        const commands = [...help.matchAll(new RegExp(`^  ${name} ([a-z]+(?: [a-z]+)?)`, 'gm'))];
        assert.ok(commands.length > 7, 'commands are found');
        for (const [, command] of commands)
            assert.ok(operate.includes(`${name} ${command}`), `${name} ${command}`);
    }
});

/* --- Links and paths ------------------------------------------------------------------------------ */

const anchorOf = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/ /g, '-');

test('each link leads somewhere', () => {
    for (const page of pages) {
        const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to);
        for (const link of links.filter((to) => !/^[a-z]+:/.test(to))) {
            const [file, anchor] = link.split('#');
            const path = file ? join(dirname(page), file) : page;
            assert.ok(existsSync(join(root, path)), `${page}: ${link}`);
            if (!anchor) continue;
            const headings = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
            assert.ok(headings.includes(anchor), `${page}: ${link}`);
        }
    }
});

test('each path that is named exists', () => {
    const folders = ['lib', 'handlers', 'jobs', 'lighttpd', 'schema', 'tests', 'htdocs', 'docs'];
    const named = new RegExp(`\`((?:${folders.join('|')})/[\\w./*-]*)\``, 'g');
    const files = [...folders, ...folders.flatMap(below)];
    let n = 0;
    const missing = [];
    for (const page of pages)
        for (const [, path] of read(page).matchAll(named)) {
            n++; // NAME and * match any name, jobs/audit a program
            const pattern = path.replace(/\/$/, '').replace(/\./g, '\\.').replace(/NAME|\*/g, '[\\w.-]+');
            const whole = new RegExp(`^${pattern}${/^jobs\/\w+$/.test(path) ? '(\\.c)?' : ''}$`);
            if (!files.some((file) => whole.test(file))) missing.push(`${page}: ${path}`);
        }
    assert.ok(n > 30, 'paths are found');
    assert.deepEqual(missing, []);
});

test(`README.md has at most ${README_LINES_MAX} lines and the two commands`, () => {
    const lines = read('README.md').trimEnd().split('\n');
    assert.ok(lines.length <= README_LINES_MAX, `${lines.length} lines`);
    for (const command of ['make run', 'make test'])
        assert.ok(lines.some((line) => line.startsWith(command)), command);
});
