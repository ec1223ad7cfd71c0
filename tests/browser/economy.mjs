/*
 * economy: calculates a month a second time and in another way than the site does: from what each
 * member paid and when what was played, in exact integers (BigInt), with nothing from lib/app.
 *
 *     credited(plays)                    milliseconds that count
 *     settle(unit, watched, terms)       one paid month
 *     close(units, terms)                what the idle money adds
 *
 * Amounts are minor units, ids are of creators; a Map leads from a creator to a number.
 */

/* Divides a total by weight: each creator gets the whole part; the units that are left go one by
 * one to the largest remainders, the lower id first. */
export function byWeight(total, weights) {
    const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0n);
    const parts = [...weights].map(([id, weight]) => ({
        id, amount: all && (total * weight) / all, rest: all && (total * weight) % all,
    }));
    let left = all ? total - parts.reduce((sum, part) => sum + part.amount, 0n) : 0n;
    const first = [...parts].sort((a, b) =>
        a.rest === b.rest ? Number(a.id) - Number(b.id) : a.rest > b.rest ? -1 : 1);
    for (const part of first) if (left > 0n) part.amount++, left--;
    return new Map(parts.map(({ id, amount }) => [id, amount]));
}

/* Milliseconds that count, by creator: plays are { at, ms, video, length, creator } of one member.
 * Of two at the same time only the one that began first counts; a video counts once a day; own
 * videos do not. */
export function credited(member, plays) {
    const spans = plays.filter(({ creator }) => creator !== member)
        .map((play) => ({ ...play, from: play.at - play.ms, to: play.at }))
        .sort((a, b) => a.from - b.from);
    const days = new Map(), sums = new Map();
    let until = 0;

    for (const { from, to, video, length, creator } of spans) {
        const key = `${Math.floor(from / 86_400_000)} ${video}`;
        const counted = days.get(key) ?? 0;
        const more = Math.max(0, Math.min(to - Math.max(from, until), length - counted));
        days.set(key, counted + more);
        sums.set(creator, (sums.get(creator) ?? 0) + more);
        until = Math.max(until, to);
    }
    return sums;
}

/* One paid month: { gross, tax, fee, refunded } and the milliseconds by creator. */
export function settle({ gross, tax, fee, refunded = 0n }, watched, { share_bp, min_seconds }) {
    const back = gross ? (tax * refunded) / gross : 0n;
    const left = gross - tax - fee - (refunded - back);
    const net = left > 0n ? left : 0n;
    const creators = (net * share_bp) / 10_000n;
    const seconds = new Map([...watched].map(([id, ms]) => [id, BigInt(Math.floor(ms / 1000))])
        .filter(([, s]) => s > 0n));
    const all = [...seconds.values()].reduce((sum, s) => sum + s, 0n);
    const watchedEnough = all > 0n && all >= min_seconds;

    return {
        tax: tax - back, fee, net, creators, platform: net - creators, seconds,
        shares: watchedEnough ? byWeight(creators, seconds) : new Map(),
        idle: watchedEnough ? 0n : creators,
    };
}

/* What creators get from a month of settled units: their shares, and what the idle money adds. */
export function close(units, { share_bp }, idle_in = 0n) {
    const earned = new Map();
    let idle = idle_in;

    for (const unit of units) {
        idle += unit.idle;
        for (const [id, amount] of unit.shares) earned.set(id, (earned.get(id) ?? 0n) + amount);
    }
    const all = [...earned.values()].reduce((sum, amount) => sum + amount, 0n);
    const cap = share_bp ? (all * (10_000n - share_bp)) / share_bp : 0n;
    const total = idle < cap ? idle : cap;
    const uplift = byWeight(total, earned);

    return { earned, uplift, total, idle: idle - total };
}
