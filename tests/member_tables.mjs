/*
 * member_tables: what becomes of every column that holds the number of a member, when the member leaves and when
 * they take their data along. leave.test.mjs compares it with the schema: a new
 * column makes it fail until it has a line here, in lib/app/leaving/erase.c and in
 * lib/app/leaving/takeout_data.c, or a reason why not.
 *
 *   gone    no row of a member who has left holds their number any more
 *   stays   the reason why rows stay; they hold numbers, and no text of the member's except what PLACES names
 *   file    in which file of the archive the rows are
 *   without the reason why they are in none
 */
const MONEY = 'a record of money: the law wants it kept';
const NUMBERS = 'numbers only, swept once the months that they divide are settled';
const STAFF = 'what operators and moderators do is kept, under the number of their account';

export const MEMBERS = {
    'act.asked_by': { stays: STAFF, without: 'work for the site' },
    'act.ended_by': { stays: STAFF, without: 'work for the site' },
    'act.member_id': { stays: MONEY, file: 'acts.json' },
    'appeal.by_id': { stays: STAFF, without: 'work for the site' },
    'bank_file.user_id': { stays: 'of operators, for a day', without: 'work for the site' },
    'channel_search.user_id': { gone: true, without: 'words of name and handle, which are in profile.json' },
    'checkout.user_id': { stays: MONEY, file: 'checkouts.json' },
    'comment.owner_id': { stays: 'the member\'s own comments on their own videos, emptied', without: 'what others wrote is theirs' },
    'comment.user_id': { stays: 'the row, emptied: others have answered it', file: 'comments.json' },
    'comment_like.user_id': { gone: true, file: 'comment_likes.json' },
    'comment_rule.user_id': { gone: true, file: 'comment_rules.json' },
    'credential.user_id': { gone: true, without: 'the hash of a password helps nobody but thieves' },
    'decision.by_id': { stays: STAFF, without: 'work for the site' },
    'decision.owner_id': { stays: 'decisions of moderation can be disputed later', file: 'decisions.json' },
    'departure.user_id': { stays: 'that and when they left', without: 'a member who leaves sees it on the page' },
    'document.user_id': { stays: MONEY, file: 'receipts.json' },
    'follow.channel_id': { gone: true, without: 'who follows them is theirs to say; profile.json has the number' },
    'follow.user_id': { gone: true, file: 'follows.json' },
    'freeze.creator_id': { stays: MONEY, file: 'freezes.json' },
    'freeze_part.creator_id': { stays: MONEY, file: 'freezes.json' },
    'handle_past.user_id': { stays: 'a hash, so that nobody else gets the handle', file: 'old_handles.json' },
    'invoice_address.user_id': { gone: true, file: 'invoice_address.json' },
    'ledger_account.owner_id': { stays: MONEY, file: 'earnings.csv' },
    'link.user_id': { gone: true, without: 'hashes of links that were mailed' },
    'live_setting.made_by': { stays: STAFF, without: 'work for the site' },
    'live_setting.withdrawn_by': { stays: STAFF, without: 'work for the site' },
    'login_seen.user_id': { gone: true, without: 'hashes of devices and places that were seen before' },
    'mail.user_id': { gone: true, file: 'mails.json' },
    'media_opened.user_id': { gone: true, file: 'opened.json' },
    'moderation_log.by_id': { stays: STAFF, without: 'work for the site' },
    'month_uplift.creator_id': { stays: MONEY, file: 'earnings.csv' },
    'name_key.user_id': { gone: true, without: 'hashes of how the name looks' },
    'not_interested.user_id': { gone: true, file: 'not_interested.json' },
    'notice.user_id': { gone: true, file: 'notices.json' },
    'notice_off.user_id': { gone: true, file: 'mail_choices.json' },
    'paid_span.user_id': { stays: MONEY, file: 'paid_time.json' },
    'passkey.user_id': { gone: true, without: 'keys that only check a log-in; /account/factor has their names' },
    'payee.user_id': { stays: 'until nothing is owed any more', file: 'payout_account.json' },
    'payee_change.user_id': { gone: true, file: 'payout_account_changes.json' },
    'payment.user_id': { stays: MONEY, file: 'payments.csv' },
    'payout.user_id': { stays: MONEY, file: 'payouts.csv' },
    'payout_hold.by_user': { stays: STAFF, without: 'work for the site' },
    'payout_hold.lifted_by': { stays: STAFF, without: 'work for the site' },
    'payout_hold.open_user_id': { stays: MONEY, without: 'the same as user_id' },
    'payout_hold.user_id': { stays: MONEY, file: 'payout_holds.json' },
    'period_lock.by_user': { stays: STAFF, without: 'work for the site' },
    'playlist.later_of': { gone: true, without: 'the same as user_id' },
    'playlist.user_id': { gone: true, file: 'playlists.json' },
    'rating.user_id': { gone: true, file: 'ratings.json' },
    'receipt.user_id': { stays: MONEY, file: 'receipts.json' },
    'recovery_code.user_id': { gone: true, without: 'hashes of codes help nobody but thieves' },
    'report.reporter_id': { stays: 'a report is part of its case', file: 'reports.json' },
    'report_case.owner_id': { stays: 'cases of moderation can be disputed later', file: 'decisions.json' },
    'report_case.taken_by': { stays: STAFF, without: 'work for the site' },
    'session.user_id': { gone: true, file: 'logins.json' },
    'setting.changed_by': { stays: STAFF, without: 'work for the site' },
    'statement.creator_id': { stays: MONEY, file: 'statements/' },
    'subscription.user_id': { stays: MONEY, file: 'subscription.json' },
    'takeout.open_user_id': { gone: true, without: 'the same as user_id' },
    'takeout.user_id': { gone: true, without: 'it is the archive itself' },
    'taste.user_id': { gone: true, file: 'taste.json' },
    'taste_category.user_id': { gone: true, file: 'taste.json' },
    'totp.user_id': { gone: true, without: 'the secret of a second step helps nobody but thieves' },
    'unit.user_id': { stays: MONEY, file: 'paid_months.json' },
    'unit_share.creator_id': { stays: MONEY, file: 'earnings.csv' },
    'upload.user_id': { gone: true, file: 'uploads.json' },
    'video.user_id': { stays: 'the row, emptied: watch time and money refer to it', file: 'videos.json' },
    'view_day.user_id': { gone: true, file: 'views.json' },
    'voucher.redeemed_by': { stays: MONEY, file: 'vouchers.json' },
    'watch_break.user_id': { gone: true, file: 'break.json' },
    'watch_day.creator_id': { stays: NUMBERS, without: 'what others watched is theirs; the sums are in earnings.csv' },
    'watch_day.user_id': { stays: NUMBERS, file: 'watched.json' },
    'watch_dirty.user_id': { stays: NUMBERS, without: 'a list of days that are to be added up' },
    'watch_history.user_id': { gone: true, file: 'profile.json' },
    'watch_position.user_id': { gone: true, file: 'history.json' },
    'watch_seg.creator_id': { stays: NUMBERS, without: 'what others watched is theirs' },
    'watch_seg.user_id': { stays: NUMBERS, without: 'added up by day in watched.json' },
};

/* Columns whose names look like it, and that hold something else. */
export const NO_MEMBERS = ['decision.member', 'document.paid_by', 'reversal.by_member', 'video_search.creator'];

/* Where words of somebody who has left may stand, and why. */
export const PLACES = {
    'freeze.why': MONEY, 'freeze.ikey': MONEY,
    'act.fields': MONEY, 'act.what': MONEY, 'act.reason': MONEY, 'act.result': MONEY,
    'bank_line.text': MONEY, 'bank_line.name': MONEY,
    'document.buyer_name': MONEY, 'document.buyer_email': MONEY, 'document.buyer_street': MONEY,
    'document.buyer_city': MONEY, 'document.buyer_postcode': MONEY,
    'payout.holder': MONEY, 'payee.holder': 'until nothing is owed any more',
    'statement.csv': MONEY,
    'moderation_log.what': STAFF, 'moderation_log.why': STAFF,
    'report_case.name': 'the case', 'report_case.title': 'the case', 'report_case.snapshot': 'the case',
    'report.explanation': 'the case', 'report.location': 'the case', 'report.holder': 'the case',
    'report.work': 'the case', 'report.snapshot': 'the case',
    'decision.facts': 'the case', 'decision.ground_text': 'the case',
    'appeal.text': 'the case', 'appeal.name': 'the case', 'appeal.address': 'the case', 'appeal.reasons': 'the case',
    'notice.fields': 'what others were told, for 180 days', 'mail.fields': 'mails to others, until they are sent',
};

/* Every column of the schema that holds a member's number, as TABLE.COLUMN: those with a foreign key, and
 * those whose name says so. */
export async function memberColumns(sql) {
    const rows = await sql.run(`SELECT CONCAT(c.table_name, '.', c.column_name) FROM information_schema.columns c
        LEFT JOIN information_schema.key_column_usage k ON k.table_schema = c.table_schema AND k.table_name = c.table_name
          AND k.column_name = c.column_name AND k.referenced_table_name = 'user'
        WHERE c.table_schema = DATABASE() AND (k.column_name IS NOT NULL OR c.column_name = 'later_of'
          OR c.column_name REGEXP '(^|_)(user|owner|creator|member|channel|reporter|by|maker|author)(_id)?$')`);
    return [...new Set(rows.map(([name]) => name))].filter((name) => !NO_MEMBERS.includes(name)).sort();
}
