/*
 * From report to appeal, in Chromium with real mails: somebody without an account reports a video, a moderator
 * freezes what it earned and limits it, the creator appeals, another moderator overturns it, and each cent is
 * back where it was.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startMail, startSite } from '../lib.mjs';
import { newPage, startBrowser, violations } from './lib.mjs';

const DAY_MS = 86_400_000, PASSWORD = 'a long walk in may';
const FACTS = 'It calls a group of people names, from the first second on.';
const videos = { vera: 'VVVVVVVVVV1', ada: 'AAAAAAAAAA1' }, pages = {};
let site, mail, browser, held;

before(async () => {
    mail = await startMail();
    site = await startSite({ set: { ...mail.set, tax_bp: 2000, fee_minor: 40 } });
    browser = await startBrowser();
    for (const [handle, role] of [['vera', 'member'], ['ada', 'member'], ['vic', 'member'],
        ['mona', 'moderator'], ['max', 'moderator']])
        run('admin', 'user', 'add', `${handle}@example.org`, handle, '--role', role, '--password', PASSWORD);
    for (const handle of ['vera', 'ada'])
        await site.sql.run(`INSERT INTO video (public_id, user_id, category_id, title, description, state, visibility, length_ms,
            created_ms, published_ms) SELECT '${videos[handle]}', id, 4, 'A film of ${handle}', 'Of people.', 'ready', 'public', 600000, 1, 1
            FROM user WHERE handle = '${handle}'`);
});
after(async () => {
    await browser?.close();
    await site?.stop();
    await mail?.stop();
});

function run(program, ...args) {
    const { status, output } = site.job(program, args);
    assert.equal(status, 0, `${program} ${args.join(' ')}: ${output}`);
    return output;
}

async function logIn(handle) {
    const page = (pages[handle] ??= await newPage(browser, site));
    await page.context().clearCookies();
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(`${handle}@example.org`);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL('/');
    return page;
}

/* What the site owes vera on one of her accounts, or everybody's idle money. */
const owed = async (code) => Number(await site.sql.value(`SELECT COALESCE(SUM(IF(l.credit_id = a.id,
    l.amount_minor, -l.amount_minor)), 0) FROM ledger_account a JOIN ledger_leg l ON a.id IN (l.credit_id, l.debit_id)
    WHERE a.code = '${code}'`));
const veras = async (part) =>
    owed(`liab:creator:${await site.sql.value("SELECT id FROM user WHERE handle = 'vera'")}:${part}`);

/* Nothing is wrong with the page that is shown, on a desktop and on a phone. */
async function fine(page, name) {
    for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${name} is ${wide} px too wide at ${width}`);
        if (process.env.SHOTS)
            await page.screenshot({ path: join(process.env.SHOTS, `${name}-${width}.png`), fullPage: true });
    }
    assert.deepEqual(page.faults, [], name);
    assert.deepEqual(await violations(page), [], name);
    page.faults.length = 0; // axe copies style sheets into the page, which the policy refuses
}

test('a month is paid, watched and settled', async () => {
    const page = await logIn('vic');
    await page.goto('/subscribe');
    await page.getByRole('button', { name: 'Subscribe' }).click();
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.getByText('your payment has arrived').waitFor();
    await site.sql.run(`INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost)
        SELECT n.user_id, UNIX_TIMESTAMP() DIV 86400 + 2, v.id, v.user_id, n.id, IF(u.handle = 'vera', 300000, 200000), 300000, 0
        FROM unit n, video v JOIN user u ON u.id = v.user_id`);
    site.setClock(35 * DAY_MS);
    for (const job of ['watch_flush', 'watch_rollup']) run(job);
    const said = run('settle');
    held = await veras('held');
    assert.ok(held > 0, said);
});

test('somebody without an account reports the video', async () => {
    const page = await newPage(browser, site);
    await page.goto(`/watch/${videos.vera}`);
    await page.getByRole('link', { name: 'Report' }).click();
    await fine(page, 'reasons');
    await page.getByLabel('Illegal hate speech').check();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('What is wrong').fill('It calls a group of people names.');
    await page.getByLabel('Time in the video').fill('0:05');
    await page.getByLabel('Your name').fill('Rita R.');
    await page.getByLabel('Your e-mail address').fill('rita@example.net');
    await page.getByLabel('I believe in good faith').check();
    await fine(page, 'form');
    await page.getByRole('button', { name: 'Send the report' }).click();
    await page.getByText('Your report has arrived').waitFor();
    await fine(page, 'sent');
    run('mail');
    const { path } = await mail.to('rita@example.net', /We have got your report/);
    await page.goto(path);
    await page.getByText('Somebody will look at it').waitFor();
    pages.rita = page;
});

test('a moderator freezes what it earned, and limits it', async () => {
    const page = await logIn('mona');
    await page.goto('/admin/reports');
    await fine(page, 'queue');
    await page.getByRole('link', { name: 'A film of vera' }).click();
    await page.getByRole('button', { name: 'Take this case' }).click();
    await page.getByRole('button', { name: 'Freeze' }).click();
    await page.getByText('The earnings are frozen').waitFor();
    run('freeze');
    assert.equal(await veras('held'), 0, 'all that vera earned is of this video');
    assert.equal(await veras('frozen'), held);
    await fine(page, 'case');
    await page.getByLabel('Limited to its owner').check();
    await page.getByLabel('Go to the pool').check();
    await page.getByLabel('The rules of this site').check();
    await page.getByLabel('Which rule or which law').fill('Be kind');
    await page.getByLabel('What you found').fill(FACTS);
    await page.getByRole('button', { name: 'Decide', exact: true }).click();
    await page.getByText('All who are concerned are being told').waitFor();
    await fine(page, 'decided');
    run('freeze');
    assert.equal(await veras('frozen'), 0);
    assert.equal(await owed('liab:idle'), held, 'it raises what all creators earn when the month is closed');
    const answer = await pages.rita.goto(`/watch/${videos.vera}`);
    assert.equal(answer.status(), 404, 'nobody else sees it any more');
    pages.rita.faults.length = 0; // Chromium itself reports the status
});

test('the reporter and the creator get the reasons', async () => {
    run('mail');
    const told = await mail.to('rita@example.net', /was decided/);
    assert.ok(told.text.includes(FACTS));
    await pages.rita.goto(told.path);
    await pages.rita.getByText('Only its owner and the moderators can see the video.').waitFor();
    await fine(pages.rita, 'outcome');
    const decision = await mail.to('vera@example.org', /A decision about/);
    for (const words of [FACTS, 'Be kind', 'in all countries', 'without automated means', 'go to the pool'])
        assert.ok(decision.text.replaceAll(/\s+>?\s*/g, ' ').includes(words), words);
    const page = await logIn('vera');
    await page.goto('/studio');
    await page.getByRole('link', { name: 'The decision' }).click();
    await fine(page, 'decisions');
    await page.goto(decision.path);
    await fine(page, 'decision');
    await page.getByLabel('Why it is wrong').fill('The people who are called names are the actors themselves.');
    await page.getByRole('button', { name: 'Appeal' }).click();
    await page.getByText('Your appeal has arrived').waitFor();
});

test('another moderator overturns it, and each cent is back', async () => {
    const path = `/admin/reports/${await site.sql.value('SELECT MAX(id) FROM report_case')}`;
    await pages.mona.goto(path);
    await pages.mona.getByText('Another moderator than the one who made the decision').waitFor();
    const page = await logIn('max');
    await page.goto('/admin/reports?show=appeals');
    await page.getByRole('link', { name: 'A film of vera' }).click();
    await fine(page, 'appeal');
    await page.getByLabel('The appeal is right').check();
    await page.getByLabel('Reasons').fill('They are actors who play themselves.');
    await page.getByRole('button', { name: 'Decide the appeal' }).click();
    await page.getByText('The appeal is decided').waitFor();
    run('freeze');
    assert.equal(await veras('held'), held);
    assert.equal(await owed('liab:idle'), 0);
    run('mail');
    const told = await mail.to('vera@example.org', /Your appeal .* was decided/);
    assert.ok(told.text.includes('They are actors who play themselves.'));
    const answer = await pages.rita.goto(`/watch/${videos.vera}`);
    assert.equal(answer.status(), 200);
    await pages.rita.goto('/transparency');
    await fine(pages.rita, 'transparency');
    assert.match(run('ledger_audit', '--full'), /findings=0/);
});
