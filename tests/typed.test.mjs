/*
 * What somebody typed is not lost: every form of every view is sent when its page is too old, when the
 * log-in has ended, and while the database is away, and each field comes back, except secrets.
 *
 * The forms are read from handlers/views, so that a new one is tried without being named here.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Browser, formBody, overCgi, overHttp } from './http/ask.mjs';
import { root, routeOf, startSite } from './lib.mjs';

const VIEWS = join(root, 'handlers/views');
const HOUR_MS = 3_600_000;
const PASSWORD = 'a long walk in may';
const PICTURE = 'htdocs/favicon.svg';

/* What may stand for {{...}} in an address, until there is a route. */
const SAMPLES = ['1', 'AAAAAAAAAAA', 'ann', 'month', 'site_name', 'member-change'];
/* Forms whose address is in the model: those of resume.html, of what came before it, and the page of acts. */
const WHOLE = { 'resume.html': undefined, default: '/admin/acts/new/member-change' };
/* By their names, no page may show what is in them. */
const SECRET = /password|secret|^(present|code|pin|token)$/i;

/* A view with what it includes. */
function source(name, depth = 0) {
    const text = readFileSync(join(VIEWS, name), 'utf8');
    return depth > 4 ? '' : text.replace(/\{\{>(\w+)[^}]*\}\}/g, (_, other) => other === 'csrf' ? '' : source(`${other}.html`, depth + 1));
}

function fill(action, name) {
    const whole = /^\{\{[^}]*\}\}$/.test(action);
    if (whole) return name in WHOLE ? WHOLE[name] : WHOLE.default;
    return SAMPLES.map((word) => action.replace(/\{\{[^}]*\}\}/g, word)).find((path) => routeOf(path.split('?')[0]));
}

function fieldsOf(html) {
    const fields = new Map();
    for (const [, element, attributes] of html.matchAll(/<(input|textarea|select|button)\b((?:"[^"]*"|[^">])*)>/g)) {
        const attribute = (key) => new RegExp(`\\b${key}="([^"]*)"`).exec(attributes)?.[1];
        const field = attribute('name')?.replace(/\{\{[^}]*\}\}/g, 'a');
        if (!field || field === 'csrf' || fields.has(field)) continue;
        const type = attribute('type') ?? element;
        fields.set(field, type === 'file' ? 'file' : type === 'password' ? 'password' : 'text');
    }
    return fields;
}

function allForms() {
    const forms = [];
    for (const name of readdirSync(VIEWS).filter((each) => each.endsWith('.html')))
        for (const [, head, html] of readFileSync(join(VIEWS, name), 'utf8')
            .replace(/\{\{>(\w+)[^}]*\}\}/g, (_, other) => other === 'csrf' ? '' : source(`${other}.html`, 1))
            .matchAll(/<form\b((?:"[^"]*"|[^">])*method="post"(?:"[^"]*"|[^">])*)>(.*?)<\/form>/gs)) {
            const path = fill(/action="([^"]*)"/.exec(head)[1], name);
            if (path) forms.push({ name, path, multipart: head.includes('multipart'), fields: fieldsOf(html) });
            else assert.ok(name in WHOLE, `${name}: no route for a form: ${head}`);
        }
    const known = new Map(forms.map((each) => [JSON.stringify([each.path, [...each.fields.keys()]]), each]));
    return [...known.values()];
}

const valueOf = (field) => SECRET.test(field) ? `hidden ${field} 7` : `typed <${field}> & more`;
const shown = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

let site, ann, forms;
before(async () => {
    site = await startSite({ set: { logins_per_15min: 1000 } });
    const made = site.job('admin', ['user', 'add', 'ann@example.org', 'ann', '--password', PASSWORD, '--role', 'operator']);
    assert.equal(made.status, 0, made.output);
    forms = allForms().filter((each) => [...each.fields.values()].some((type) => type !== 'file'));
    ann = await loggedIn();
});
after(() => site?.stop());

async function ask(browser, method, path, body = { type: '', bytes: Buffer.alloc(0) }, where = site) {
    const headers = [['accept', 'text/html'], ['cookie', browser.cookieHeader], ['host', new URL(site.url).host]];
    if (method === 'POST') headers.push(['content-type', body.type], ['content-length', String(body.bytes.length)]);
    const over = where === site ? overHttp : overCgi;
    const answer = await over(where, { method, path, headers, body: body.bytes });
    browser.take(answer);
    return answer;
}

async function loggedIn(kept = '') {
    const browser = new Browser();
    const page = await ask(browser, 'GET', '/login');
    const answer = await ask(browser, 'POST', '/login', send({ csrf: csrfOf(page), name: 'ann', password: PASSWORD, ...kept && { kept } }));
    assert.ok([200, 303].includes(answer.status), `${answer.status} ${answer.body.slice(0, 500)}`);
    if (kept) return answer;
    return Object.assign(browser, { csrf: csrfOf(await ask(browser, 'GET', '/account')) });
}

const csrfOf = ({ body }) => /name="csrf" value="([^"]+)"/.exec(body)[1];
const send = (fields, files = []) => formBody(Object.entries(fields)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&'), files);

function filled(form, csrf) {
    const fields = { csrf }, files = [];
    for (const [field, type] of form.fields)
        if (type === 'file') files.push({ field, path: PICTURE, name: 'picture.svg' });
        else fields[field] = valueOf(field);
    return send(fields, form.multipart && !files.length ? [{ field: 'none', path: PICTURE, name: 'x.svg' }] : files);
}

/* Everything that was typed is there, and no secret. */
function comesBack(form, { status, body }, wanted) {
    const about = `${form.name}: POST ${form.path} [${[...form.fields.keys()]}]`;
    assert.equal(status, wanted, `${about}: ${status}\n${body.replace(/[^]*<main/, '').slice(0, 600)}`);
    for (const [field, type] of form.fields) {
        if (type === 'file') continue;
        if (SECRET.test(field)) {
            assert.ok(!body.includes(shown(valueOf(field))), `${about}: shows the secret ${field}`);
            assert.ok(body.includes(`name="${field}" type="password"`), `${about}: does not ask for ${field} again`);
        } else
            assert.ok(body.includes(`name="${field}" value="${shown(valueOf(field))}"`), `${about}: has lost ${field}: ${body.replace(/[^]*<main/, "").slice(0, 900)}`);
    }
    assert.ok(body.includes(`action="${form.path}"`), `${about}: goes elsewhere`);
}

test('there are forms', () => {
    assert.ok(forms.length > 60, `${forms.length}`);
    for (const path of ['/account', '/signup', '/upload', '/report', '/watch/AAAAAAAAAAA/comments', '/studio/AAAAAAAAAAA'])
        assert.ok(forms.some((form) => form.path === path), path);
});

test('the log-in has ended: log in, and the form is filled', async () => {
    const old = await loggedIn();
    await site.sql.run('UPDATE session SET revoked_ms = 1 WHERE revoked_ms = 0');
    for (const form of forms) {
        const visitor = Object.assign(new Browser(), { cookies: new Map(old.cookies) });
        const refused = await ask(visitor, 'POST', form.path, filled(form, old.csrf));
        assert.equal(refused.status, 401, `${form.name}: POST ${form.path}: ${refused.status}`);
        const kept = /name="kept" value="([^"]+)"/.exec(refused.body)?.[1];
        assert.ok(kept, `${form.name}: POST ${form.path}: nothing is kept`);
        comesBack(form, await loggedIn(kept), 200);
    }
});

test('the page was open for too long: the same form with a new token', async () => {
    ann = await loggedIn();
    const { csrf } = ann; // forgotten with the first new cookie
    site.setClock(26 * HOUR_MS);
    for (const form of forms) comesBack(form, await ask(ann, 'POST', form.path, filled(form, csrf)), 403);
    site.setClock(0);
});

test('the database is away: the form, and a button to send it again', async () => {
    const away = { ...site, url: site.url, conf: join(site.var, 'away.conf') };
    writeFileSync(away.conf, readFileSync(site.conf, 'utf8').replace(/^db_socket.*$/m, `db_socket = ${site.var}/nowhere`));
    ann = await loggedIn();
    for (const form of forms) {
        const answer = await ask(ann, 'POST', form.path, filled(form, ann.csrf), away);
        comesBack(form, answer, 503);
        assert.ok(answer.body.includes('Send it again'), form.path);
    }
});

test('a form that is too large comes back to be shortened', async () => {
    ann = await loggedIn();
    const answer = await ask(ann, 'POST', '/account', send({ csrf: ann.csrf, handle: 'ann', name: 'Ann', about: 'words '.repeat(4000) }));
    assert.equal(answer.status, 413);
    assert.match(answer.body, /<textarea id="field-about" name="about"[^>]*>\s*words words/);
    assert.match(answer.body, /please shorten it/);
    const larger = await ask(ann, 'POST', '/account', send({ csrf: ann.csrf, about: 'words '.repeat(100000) }));
    assert.equal(larger.status, 413);
    assert.match(larger.body, /your form is still there/);
});
