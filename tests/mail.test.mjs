/*
 * Mail: every kind through a real SMTP server, read by independent software.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startMail, startSite } from './lib.mjs';

let mail, site;
before(async () => {
    mail = await startMail();
    site = await startSite({ set: mail.set });
});
after(async () => {
    await site?.stop();
    await mail?.stop();
});

test('a mail leaves', async () => {
    await site.sql.run(`INSERT INTO user (id, email, handle, display_name, created_ms) VALUES (7, 'ann@example.org', 'ann', 'Ann', 1)`);
    await site.sql.run(`INSERT INTO mail (user_id, kind, link, fields, turn, made_ms, next_ms) VALUES (7, 'video_published', '/watch/x', 'title=Ein längerer Titel, der übläßt: évil.example\n', 1, 1, 1)`);
    const ran = site.job('mail');
    assert.equal(ran.status, 0, ran.output);
    const got = await mail.to('ann@example.org');
    assert.equal(got.path, '/watch/x');
});
