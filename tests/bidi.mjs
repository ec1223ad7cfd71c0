/*
 * bidi: finds places of templates where a member's text could change the order of what stands around it. Names,
 * titles and comments may be in a script that runs from right to left; where such a text stands among
 * others, it has to be isolated.
 *
 *     import { places } from './bidi.mjs';
 *     places(name, text)   { line, field, tag, alone, isolated } for each such value of a template
 *
 * A value is isolated when the element around it is <bdi>, has dir="auto", or is one that site.css isolates
 * (ISOLATES); or when it is all that a block holds.
 */
export const ISOLATES = ['a', 'strong', 'b', 'em', 'q', 'cite', 'button', 'summary', 'span', 'small', 'bdi'];

/* How fields that members write are called. Handles are ASCII and change nothing. */
const THEIRS = /(^|[._])(name|title|about|description|channel|channel_name|display_name|text|explanation|who|holder|tags|creator|owner|member|author|facts|work|snapshot|reasons?|appeal|why)$/;

/* These have such a name and are words of ours, or of operators who write to all in the site's language. */
const OURS = /^(why\.(text|field)|frame\.title|author)$/;
/* The last three are in paragraphs of their own. */
const OURS_THERE = ['studio_video.html n.name', 'transparency.html appeal', 'unsubscribe.html name', 'taste.html f.name',
    'imprint.html l.text', 'privacy.html l.text', 'terms.html c.title', 'terms.html c.row.why',
    'channel.html about', 'playlist.html description', 'watch.html description'];

const VOID = new Set(['meta', 'link', 'img', 'input', 'br', 'hr', 'source', 'path', 'use', 'col', 'track', 'wbr']);
const NOT_TEXT = new Set(['title', 'textarea', 'option', 'script', 'style']); // no elements inside; a line of its own

export function places(file, text) {
    const found = [], open = [];
    const token = /\{\{!.*?\}\}|\{\{([^}]*)\}\}|<!--[^]*?-->|<(\/?)([a-z][a-z0-9]*)((?:[^>"{]|"(?:\{\{[^}]*\}\}|[^"])*"|\{\{[^}]*\}\})*)>|[^<{]+|./g;
    const note = () => { for (const e of open) e.content++; };
    for (let m; (m = token.exec(text)); ) {
        const [whole, hole, close, tag, attributes] = m;
        if (tag && close) {
            const e = open.pop();
            for (const p of e?.holes ?? []) p.alone = e.content === 1;
        } else if (tag) {
            if (!VOID.has(tag) && !/\/$/.test(attributes)) open.push({ tag, dir: /dir="auto"/.test(attributes), content: 0, holes: [] });
        } else if (hole !== undefined) {
            if (/^[#/!]|^else|^asset /.test(hole)) continue;
            note();
            if (hole.startsWith('>')) continue;
            const [field, , filter] = hole.split(/\s+/);
            const e = open.at(-1);
            if (!THEIRS.test(field) || filter || OURS.test(field) ||
                OURS_THERE.includes(`${file} ${field}`) || !e || NOT_TEXT.has(e.tag)) continue;
            const place = { file, line: text.slice(0, m.index).split('\n').length, at: m.index, whole, field, tag: e.tag,
                isolated: e.dir || ISOLATES.includes(e.tag), alone: false };
            e.holes.push(place);
            found.push(place);
        } else if (/\S/.test(whole)) note();
    }
    return found;
}
