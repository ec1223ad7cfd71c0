/*
 * ask: sends requests to the site's programs as a browser or a program does, over HTTP or to a
 * plain CGI process, and returns the answer: { status, headers, body }. Headers are pairs of a
 * lower-case name and a value; a request's body is bytes, an answer's body is text.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { built, root, routeOf } from '../lib.mjs';

const LARGE_BYTES = 65536;
const BOUNDARY = 'a-line-between-the-parts';
const TYPES = {
    '.jpg': 'image/jpeg', '.png': 'image/png', '.mp4': 'video/mp4', '.webm': 'video/webm',
};

/* The parts before and after the first `mark`. */
export function split(text, mark) {
    const at = text.indexOf(mark);
    return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

export const headerOf = (headers, name) =>
    headers.find(([key]) => key === name.toLowerCase())?.[1];

export function overHttp(site, { method, path, headers, body }) {
    // A large body waits for a word from the server, which may refuse after reading the head.
    const waits = body.length > LARGE_BYTES;
    const sent = waits ? [...headers, ['expect', '100-continue']] : headers;
    return new Promise((done, failed) => {
        const asked = request(site.url, { method, path, headers: sent.flat(), agent: false });
        asked.on('error', failed);
        asked.on('response', (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part));
            answer.on('end', () => {
                const { rawHeaders: raw, statusCode: status } = answer;
                const names = raw.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
                const received = names.map((name, i) => [name, raw[2 * i + 1]]);
                done({ status, headers: received, body: Buffer.concat(parts).toString() });
                asked.destroy();
            });
        });
        if (waits) asked.once('continue', () => asked.end(body)).flushHeaders();
        else asked.end(body);
    });
}

/* The environment that lighttpd gives a program (RFC 3875), and nothing else. */
function cgiEnvironment(site, { method, path, headers, body }) {
    const [name, query = ''] = split(path, '?');
    const env = {
        GATEWAY_INTERFACE: 'CGI/1.1', SERVER_PROTOCOL: 'HTTP/1.1', SERVER_SOFTWARE: 'lighttpd',
        SERVER_NAME: '127.0.0.1', SERVER_PORT: new URL(site.url).port,
        REMOTE_ADDR: '127.0.0.1', REMOTE_PORT: '1024',
        REQUEST_METHOD: method, REQUEST_SCHEME: 'http', REQUEST_URI: path,
        SCRIPT_NAME: name, PATH_INFO: '', QUERY_STRING: query,
        CONTENT_LENGTH: String(body.length), CONTENT_TYPE: headerOf(headers, 'content-type') ?? '',
        OVS_CONF: site.conf, PATH: '/usr/local/bin:/usr/bin:/bin',
    };
    for (const name of ['ASAN_OPTIONS', 'UBSAN_OPTIONS'])
        if (process.env[name]) env[name] = process.env[name];
    for (const [key, value] of headers)
        if (!key.startsWith('content-'))
            env[`HTTP_${key.toUpperCase().replaceAll('-', '_')}`] = value;
    return env;
}

/* Rejects, with the program's output, when it ends with anything but 0. */
export function overCgi(site, asked) {
    const program = routeOf(split(asked.path, '?')[0]);
    if (!program) return { status: 404, headers: [], body: 'no line of routes.conf has this path' };
    return new Promise((done, failed) => {
        const env = cgiEnvironment(site, asked);
        const child = spawn(join(built, 'handlers', program), { env, cwd: '/' });
        const parts = [];
        let errors = '';
        child.on('error', failed);
        child.stdout.on('data', (part) => parts.push(part));
        child.stderr.on('data', (text) => (errors += text));
        child.stdin.on('error', () => {}); // a program may refuse without reading
        child.stdin.end(asked.body);
        child.on('close', (code, signal) => {
            if (code === 0) done(cgiAnswer(Buffer.concat(parts).toString()));
            else failed(new Error(`${program}: ${code ?? signal}\n${errors.slice(-4000)}`));
        });
    });
}

function cgiAnswer(text) {
    const [head, body = ''] = split(text, '\r\n\r\n');
    const headers = head.split('\r\n').map((line) => split(line, ': '))
        .map(([key, value]) => [key.toLowerCase(), value]);
    return {
        status: parseInt(headerOf(headers, 'status') ?? '200', 10),
        headers: headers.filter(([key]) => key !== 'status'),
        body,
    };
}

/* Cookies and the form token of one visitor; a program with a bearer token has neither. */
export class Browser {
    cookies = new Map();
    csrf = undefined;
    isProgram = false;

    get isSignedIn() {
        return this.cookies.has('rt');
    }

    /* Store the cookies that an answer sets. */
    take(answer) {
        for (const [name, value] of answer.headers) {
            if (name !== 'set-cookie') continue;
            const [key, text] = split(value.split(';')[0], '=');
            if (key === 'rt') this.csrf = undefined; // form tokens are bound to the login
            if (/max-age=0(;|$)/i.test(value)) this.cookies.delete(key);
            else this.cookies.set(key, text);
        }
    }

    get cookieHeader() {
        return [...this.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
    }
}

/* The body of a form `a=b&c=some text`, with files: { type, bytes }. What is percent-encoded
 * already stays so; other characters that have to be encoded are. */
export function formBody(text, files) {
    const fields = text.split('&').filter(Boolean);
    if (files.length) return multipart(fields, files);
    const encode = (letter) => (letter === ' ' ? '+' : encodeURIComponent(letter));
    const encoded = fields.map((field) => field.replace(/[^!-~]/gu, encode)).join('&');
    return { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(encoded) };
}

function multipart(fields, files) {
    const pieces = [];
    const add = (head, content) => pieces.push(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`, content, '\r\n');
    for (const field of fields) {
        const [name, value = ''] = split(field, '=');
        add(`name="${name}"`, decodeURIComponent(value.replaceAll('+', ' ')));
    }
    for (const { field, path, name } of files) {
        const type = TYPES[extname(name)] ?? 'application/octet-stream';
        add(`name="${field}"; filename="${name}"\r\nContent-Type: ${type}`, fileBytes(path));
    }
    pieces.push(`--${BOUNDARY}--\r\n`);
    return {
        type: `multipart/form-data; boundary=${BOUNDARY}`,
        bytes: Buffer.concat(pieces.map((piece) => Buffer.from(piece))),
    };
}

/* A file by its path in this tree. */
export const fileBytes = (path) => readFileSync(resolve(root, path));
