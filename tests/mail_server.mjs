/* The thread of startMail() in lib.mjs: an SMTP server that hands on what it gets. */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const require = createRequire(new URL('../htdocs/package.json', import.meta.url));
const { SMTPServer } = require('smtp-server');
const { simpleParser } = require('mailparser');
const { key, cert, users, secure = false } = workerData;
const tls = secure || Boolean(key);
let rules = [];

const ruleOf = (name, to) => rules.find((rule) => rule.step === name && (!rule.to || rule.to === to));

/* Goes on, or does what a rule for this step says. */
function step(name, session, to, callback) {
    const { say } = ruleOf(name, to) ?? {};
    if (say === 'slow') return;
    if (say === 'cut')
        for (const each of server.connections) each._socket.destroy();
    else if (say)
        callback(Object.assign(new Error(say.text ?? 'no'), { responseCode: say.code }));
    else
        callback();
}

async function taken(raw, session, how = 'arrived') {
    const recipient = session.envelope.rcptTo[0].address;
    const { text, html, subject, from, to, replyTo, date, messageId, headerLines, attachments } = await simpleParser(raw);
    const [, link] = /^[^\n:]+:\n(https?:\S+)$/m.exec(text ?? '') ?? [];
    const path = link && new URL(link).pathname + new URL(link).search;
    parentPort.postMessage({ [how]: { text, html, subject, from, to, replyTo, date, messageId, headerLines,
        attachments, recipient, link, path, raw: raw.toString('latin1'), login: session.user,
        tls: Boolean(session.secure), sender: session.envelope.mailFrom.address } });
}

const server = new SMTPServer({
    secure, key, cert, logger: false, closeTimeout: 100, disableReverseLookup: true, authOptional: !users,
    disabledCommands: [...users ? [] : ['AUTH'], ...tls ? [] : ['STARTTLS']],
    onAuth: ({ username, password }, session, callback) => users?.[username] === password
        ? callback(null, { user: username })
        : callback(Object.assign(new Error('wrong'), { responseCode: 535 })),
    onConnect: (session, callback) => step('connect', session, undefined, callback),
    onMailFrom: ({ address }, session, callback) => step('sender', session, address, callback),
    onRcptTo: ({ address }, session, callback) => step('recipient', session, address, callback),
    onData: (stream, session, callback) => {
        const parts = [];
        stream.on('data', (part) => parts.push(part));
        stream.on('end', async () => {
            const [{ address }] = session.envelope.rcptTo;
            if (ruleOf('data', address)) await taken(Buffer.concat(parts), session, 'lost');
            step('data', session, address, async (refused) => {
                if (!refused) await taken(Buffer.concat(parts), session);
                callback(refused);
            });
        });
    },
});
server.on('error', () => {}); // a connection that was cut off
parentPort.on('message', (what) => {
    rules = what.rules ?? rules;
    parentPort.postMessage({});
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.server.address().port }));
