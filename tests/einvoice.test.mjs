/*
 * Electronic invoices, read by software that is not ours: the samples of unit_ubl are valid by the
 * schema of UBL 2.1 (xmllint) and by the validation artefacts of CEN/TC 434 for EN 16931 (their XSLT,
 * run by Saxon), which also find what is planted in them.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { built, root } from './lib.mjs';

const RULES = join(root, '../shared/cases/en16931/EN16931-UBL-validation.xslt');
const SCHEMAS = join(root, '../shared/cases/en16931/xsd/maindoc');
const SAXON = '/usr/share/java/Saxon-HE.jar';
const NONE = { schema: !existsSync(SCHEMAS) && 'the schemas of UBL 2.1 are not in ../shared/cases/en16931',
    rules: !existsSync(RULES) ? 'the rules of EN 16931 are not in ../shared/cases/en16931'
        : !existsSync(SAXON) && 'libsaxonhe-java is not installed' };
let folder, files;

before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ubl-'));
    mkdirSync(join(folder, 'xml'));
    execFileSync(join(built, 'tests/unit_ubl'), { env: { ...process.env, UBL_SAMPLES: join(folder, 'xml') } });
    files = readdirSync(join(folder, 'xml')).map((name) => join(folder, 'xml', name));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('each sample is valid by the schema of UBL 2.1', { skip: NONE.schema }, () => {
    assert.ok(files.length > 10);
    for (const file of files) {
        const root = /<(Invoice|CreditNote) /.exec(readFileSync(file, 'utf8'))[1];
        const { status, stderr } = spawnSync('xmllint',
            ['--nonet', '--noout', '--schema', join(SCHEMAS, `UBL-${root}-2.1.xsd`), file], { encoding: 'utf8' });
        assert.equal(status, 0, stderr);
    }
});

/* File name -> the rules that it breaks; all files of a folder in one run. */
function broken(from) {
    const to = join(folder, 'svrl');
    mkdirSync(to, { recursive: true });
    execFileSync('java', ['-cp', SAXON, 'net.sf.saxon.Transform', `-s:${from}`, `-xsl:${RULES}`, `-o:${to}`]);
    return Object.fromEntries(readdirSync(to).map((name) => {
        const report = readFileSync(join(to, name), 'utf8');
        assert.ok((report.match(/<svrl:fired-rule/g) ?? []).length > 20, `${name} was really read`);
        return [name, [...report.matchAll(/<svrl:failed-assert[^>]*? id="([^"]+)"/g)].map(([, id]) => id).sort()];
    }));
}

test('each sample keeps the rules of EN 16931, and a changed one breaks them', { skip: NONE.rules }, () => {
    const good = readFileSync(join(folder, 'xml/plain.xml'), 'utf8');
    const planted = {
        'sum.xml': good.replace(/(TaxInclusiveAmount[^>]*>)9\.99/, '$110.99'),
        'rate.xml': good.replace('<cbc:Percent>20.00', '<cbc:Percent>90.00'),
        'due.xml': good.replace(/(PayableAmount[^>]*>)0\.00/, '$11.00'),
        'nobody.xml': good.replace(/<cac:PartyTaxScheme>[\s\S]*?<\/cac:PartyTaxScheme>/, ''),
        'decimals.xml': good.replaceAll(/>8\.32</g, '>8.321<'),
    };
    for (const [name, xml] of Object.entries(planted)) writeFileSync(join(folder, 'xml', name), xml);
    const found = broken(join(folder, 'xml'));
    for (const [name, rules] of Object.entries(found))
        if (!(name in planted)) assert.deepEqual(rules, [], name);
    assert.ok(found['sum.xml'].includes('BR-CO-15'));
    assert.ok(found['rate.xml'].includes('BR-CO-17') || found['rate.xml'].includes('BR-S-08'), String(found['rate.xml']));
    assert.ok(found['due.xml'].includes('BR-CO-16'));
    assert.ok(found['nobody.xml'].includes('BR-CO-26') && found['nobody.xml'].includes('BR-S-02'));
    assert.ok(found['decimals.xml'].some((rule) => rule.startsWith('BR-DEC')));
});
