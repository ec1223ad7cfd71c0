/*
 * Receipts and credit notes: what they state is what was true when they were issued, on the page and
 * in the electronic invoice, which other programs read; old ones of a site are stored by migrate; and
 * nobody can change one.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSite, until } from './lib.mjs';

const PASSWORD = 'a long walk in may', NOON = Date.UTC(2031, 2, 5, 12), DAY_MS = 86_400_000;
const OLD = { seller_name: 'Example Video Ltd', seller_address: 'Hauptstr. 1, 10115 Berlin', seller_vat_id: 'DE123456788',
    tax_bp: 2000, site_name: 'Kino' };
const NEW = { seller_name: 'Other AG', seller_address: 'Nebenstr. 2, 20095 Hamburg', seller_vat_id: 'DE999999999',
    tax_bp: 700, site_name: 'Theatre', seller_country: 'DE' };
let site;

before(async () => {
    site = await startSite({ set: { pay_provider: 'manual', bank_holder: 'Example Video Ltd',
        bank_iban: 'AT611904300234573201', price_minor: 999, signups_per_day: 100, ...OLD } });
    at(NOON);
});
after(() => site?.stop());

const at = (ms) => site.setClock(ms - Date.now());
function done(...args) {
    const { status, output } = site.job('admin', args);
    assert.equal(status, 0, output);
    return output;
}

/* Somebody who uses the site like a program: ask(method, path, form). */
async function enter(name) {
    const login = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, password: PASSWORD }) });
    assert.equal(login.status, 200);
    const { token } = await login.json();
    return (method, path, form, accept = 'application/json') => fetch(site.url + path, { method, redirect: 'manual',
        headers: { authorization: `Bearer ${token}`, accept }, ...(form && { body: new URLSearchParams(form) }) });
}
function member(handle, role = 'member') {
    done('user', 'add', `${handle}@example.org`, handle, '--password', PASSWORD, '--role', role);
    return enter(`${handle}@example.org`);
}

/* The member pays; the number of the receipt. */
async function pay(ask) {
    const sent = await ask('POST', '/subscribe', { months: 1 });
    const { reference, amount_minor } = await (await ask('GET', sent.headers.get('location'))).json();
    done('pay', 'confirm', reference, (amount_minor / 100).toFixed(2));
    return Number(await site.sql.value('SELECT MAX(number) FROM receipt'));
}

/* Other settings, for jobs at once and for the programs that answer requests once they began anew. */
async function set(settings) {
    let text = readFileSync(site.conf, 'utf8');
    for (const [key, value] of Object.entries(settings)) {
        text = text.replace(new RegExp(`^${key} *=.*\n`, 'm'), '');
        text += `${key} = ${value}\n`;
    }
    writeFileSync(site.conf, text);
    for (const pid of ['receipt', 'subscribe'].flatMap((name) => site.pids(`handlers/${name}`))) process.kill(pid);
    await until('the programs have ended', () => !site.pids('handlers/receipt').length);
}

const json = async (ask, path) => {
    const answer = await ask('GET', path);
    assert.equal(answer.status, 200, path);
    return answer.json();
};
const article = async (ask, number) => /<article[\s\S]*<\/article>/.exec(
    await (await ask('GET', `/account/receipt/${number}`, undefined, 'text/html')).text())[0];
const xpath = (xml, path) => execFileSync('xmllint', ['--xpath', `string(${path.replaceAll(/([a-zA-Z]+)/g,
    (name) => `*[local-name()="${name}"]`)})`, '-'], { input: xml, encoding: 'utf8' }).trim();

test('a document keeps what was true when it was issued', async () => {
    const ann = await member('ann'), ben = await member('ben'), ola = await member('ola', 'operator');
    const number = await pay(ann), path = `/account/receipt/${number}`;
    const before = await json(ann, path), page = await article(ann, number);

    assert.equal(before.seller.name, OLD.seller_name);
    assert.equal(before.text, 'Subscription to Kino, 1 month');
    assert.equal(before.tax_bp, 2000);
    assert.equal(before.tax_minor, 167);
    assert.equal(before.buyer.name, 'ann');
    assert.match(page, /Example Video Ltd[\s\S]*VAT number DE123456788/);

    await set(NEW);
    await ann('POST', '/account', { name: 'Anna', handle: 'anna', about: '' });
    const saved = await ann('POST', '/account/invoice', { name: 'Anna GmbH', street: 'Weg 3', postcode: '80331',
        city: 'München', country: 'DE', vat_id: 'de 111 111 125' });
    assert.equal(saved.status, 303);
    assert.deepEqual(await json(ann, path), before);
    assert.equal(await article(ann, number), page);
    assert.equal((await ben('GET', path)).status, 404);
    assert.deepEqual(await json(ola, path), before);

    const refunded = done('pay', 'refund', String(number), '4.00', '--reason', 'half');
    assert.match(refunded, /4\.00/);
    const note = await json(ann, `/account/receipt/${number + 1}`);
    assert.equal(note.credit_note, true);
    assert.equal(note.corrects, number);
    assert.equal(note.tax_bp, 2000, 'a credit note has the rate of its receipt');
    assert.equal(note.gross_minor, 400);
    assert.equal(note.seller.name, NEW.seller_name, 'and the seller of its own day');
    assert.equal(note.buyer.name, 'Anna GmbH');
    assert.equal(note.buyer.vat_id, 'DE111111125');

    at(NOON + 40 * DAY_MS);
    const later = await enter('ann@example.org');
    const next = await json(later, `/account/receipt/${await pay(later)}`);
    assert.equal(next.text, 'Subscription to Theatre, 1 month');
    assert.equal(next.tax_bp, 700);
    assert.equal(next.buyer.city, 'München');
});

test('the electronic invoice states the same; without the seller\'s country it says what to set', async () => {
    const ola = await member('otto', 'operator');
    const refused = await ola('GET', '/account/receipt/1.xml');

    assert.equal(refused.status, 409);
    assert.match((await refused.json()).error.message, /Set seller_country/);
    assert.match(await (await ola('GET', '/account/receipt/1', undefined, 'text/html')).text(), /Set seller_country/);
    for (const number of [2, 3]) {
        const answer = await ola('GET', `/account/receipt/${number}.xml`);
        assert.equal(answer.status, 200);
        assert.match(answer.headers.get('content-type'), /application\/xml/);
        const xml = await answer.text(), d = await json(ola, `/account/receipt/${number}`);
        const root = d.credit_note ? 'CreditNote' : 'Invoice';
        const amount = (minor) => (minor / 100).toFixed(2);
        assert.equal(xpath(xml, `/${root}/ID`), String(number));
        assert.equal(xpath(xml, `/${root}/TaxTotal/TaxAmount`), amount(d.tax_minor));
        assert.equal(xpath(xml, `/${root}/LegalMonetaryTotal/TaxExclusiveAmount`), amount(d.net_minor));
        assert.equal(xpath(xml, `/${root}/LegalMonetaryTotal/PrepaidAmount`), amount(d.gross_minor));
        assert.equal(xpath(xml, `/${root}/LegalMonetaryTotal/PayableAmount`), '0.00');
        assert.equal(xpath(xml, `/${root}/AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName`), 'Anna GmbH');
        assert.equal(xpath(xml, `/${root}/BillingReference/InvoiceDocumentReference/ID`), d.credit_note ? '1' : '');
    }
});

test('operators find documents, and take a period with them', async () => {
    const ola = await enter('otto@example.org'), ann = await enter('ann@example.org');
    const found = async (query) => (await json(ola, `/admin/documents?${query}`)).documents.map(({ number }) => number);

    assert.equal((await ann('GET', '/admin/documents')).status, 404);
    assert.deepEqual(await found(''), [3, 2, 1]);
    assert.deepEqual(await found('number=2'), [2]);
    assert.deepEqual(await found('member=anna&kind=receipt'), [3, 1]);
    assert.deepEqual(await found('from=2031-03-05&to=2031-03-05'), [2, 1]);
    assert.deepEqual(await found('amount=4.00'), [2]);
    assert.deepEqual(await found('below=3'), [2, 1]);
    assert.equal((await ola('GET', '/admin/documents?member=nobody')).status, 400);
    assert.equal((await ola('GET', '/admin/documents?from=2031-03-06&to=2031-03-05')).status, 400);
    assert.equal((await ola('GET', '/admin/documents.csv?from=yesterday')).status, 400);

    const sheet = await (await ola('GET', '/admin/documents.csv?from=2031-03-05&to=2031-03-05')).text();
    const [head, ...rows] = sheet.trimEnd().split('\r\n');
    const names = head.split(',');
    assert.equal(rows.length, 2);
    const row = Object.fromEntries(JSON.parse(`[${rows[1]}]`).map((value, i) => [names[i], value]));
    assert.deepEqual([row.number, row.kind, row.corrects, row.gross, row.tax, row.rate, row.country, row.xml],
        ['2', 'credit_note', '1', '4.00', '0.66', '20.00', 'DE', 'yes']);

    const archive = join(site.var, 'page.zip'), written = join(site.var, 'command.zip');
    const answer = await ola('GET', '/admin/documents.zip');
    assert.equal(answer.headers.get('content-type'), 'application/zip');
    writeFileSync(archive, Buffer.from(await answer.arrayBuffer()));
    assert.match(done('documents', 'export', written), /3 documents in/);
    for (const file of [archive, written]) {
        const files = execFileSync('unzip', ['-Z1', file], { encoding: 'utf8' }).trim().split('\n').sort();
        assert.deepEqual(files, ['credit_note-2.html', 'credit_note-2.xml', 'documents.csv', 'receipt-1.html',
            'receipt-3.html', 'receipt-3.xml']);
    }
    const unpacked = (name) => execFileSync('unzip', ['-p', written, name], { encoding: 'utf8' });
    assert.equal(unpacked('receipt-3.xml'), await (await ola('GET', '/account/receipt/3.xml')).text());
    assert.match(unpacked('credit_note-2.html'), /Takes back receipt[\s\S]*1 of 5 Mar 2031[\s\S]*Anna GmbH|Anna GmbH[\s\S]*1 of 5 Mar 2031/);
    const again = site.job('admin', ['documents', 'export', written]);
    assert.notEqual(again.status, 0, 'an archive is not overwritten');
    assert.notEqual(site.job('admin', ['documents', 'export', `${written}x`, '--to', '2030-01-01']).status, 0);
    assert.match(done('documents', 'list', '--member', 'anna'), /credit_note/);
});

test('nobody changes or deletes a document', async () => {
    for (const statement of ['UPDATE document SET net_minor = 1', 'DELETE FROM document', 'UPDATE receipt SET tax_minor = 1',
        'DELETE FROM receipt'])
        await assert.rejects(site.sql.run(statement), /stays as it was issued/);
    const grants = (await site.sql.run('SHOW GRANTS FOR ovs_money@localhost')).flat()
        .filter((grant) => /`(document|receipt)`/.test(grant));
    assert.equal(grants.length, 2);
    for (const grant of grants) assert.doesNotMatch(grant, /UPDATE|DELETE/);
});

test('documents from before they were stored are stored by migrate, and say so', async () => {
    const ola = await member('olga', 'operator');
    const stored = await json(ola, '/account/receipt/2');

    await site.sql.run('DROP TRIGGER document_stay');
    await site.sql.run('DELETE FROM document');
    assert.equal((await ola('GET', '/account/receipt/2')).status, 404);
    const migrated = site.job('migrate');
    assert.equal(migrated.status, 0, migrated.output);
    assert.match(migrated.output, /3 old receipts and credit notes stored/);
    assert.doesNotMatch(site.job('migrate').output, /old receipts/);
    const again = await json(ola, '/account/receipt/2');
    assert.equal(again.afterwards, true);
    assert.equal(again.corrects, 1);
    assert.deepEqual({ ...again, afterwards: false, sha256: '', text: '' }, { ...stored, sha256: '', text: '' });
    assert.match(await article(ola, 2), /stored later as it would have been shown then/);
});
