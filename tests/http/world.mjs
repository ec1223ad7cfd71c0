/*
 * world: the words of a transcript that put rows into the database, so that requests have something
 * to show. run.mjs has the other words.
 *
 *     member cara name="Cara & Co."
 *     video AAAAAAAAAA1 by cara title="First <light>" length=245s published=-3d
 *     paid nora
 *     watched nora AAAAAAAAAA1 position=50s at=-2h
 *     set video AAAAAAAAAA1 visibility=private
 *     many 1..60 video song{n} by {n % 2 ? 'ann' : 'ben'} title="Song {n}" views={n * 10}
 *
 * A word is followed by what its form in WORDS lists, then by KEY=VALUE for values that differ from
 * the defaults there; a column that is not mentioned has the table's default. With ... at the end
 * of a form there may be several, each of which becomes a row. `set` changes existing rows, and
 * fails when there are none. `many FROM..TO` and `many A,B,C` repeat a line for each n; the text in
 * braces is JavaScript, of n. Indented lines that follow belong to the line.
 *
 *   Values    texts with blanks or escapes are JSON: "a \"b\"\n\u0002"
 *   Lengths   milliseconds, or 500ms 60s 5m 2h 3d
 *   Times     milliseconds since 1970, a date (2031-07-01, in UTC), or the distance in whole
 *             seconds from the real time (which `clock` does not move): -3d +30d now
 *   Days      days since 1970, or that many days before one or before today: 22000 22000-40 -3
 *   Members   by handle, videos by public id; either also by row number, for which no row need
 *             exist where the table does not require one
 *   Accounts  of the ledger, by code: asset:psp liab:creator:cleo:held
 *
 * A name of fewer than 11 characters becomes a public id with zeros before it; a longer one of
 * `many` loses characters at its beginning: AAAAAAAAAA{n} is AAAAAAAAA10 after AAAAAAAAAA9.
 * Afterwards $NAME is the public id or the handle, $NAME.id the number of the row.
 */
const FAR_MS = 4_000_000_000_000; // in 2096
const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const ID_CHARS = 11;
const ROWS_AT_ONCE = 200;
const CLASSES = {
    asset: 'asset', liab: 'liability', clearing: 'liability', rev: 'revenue', exp: 'expense',
};

/* The meaning of a value as written; `this` is the world. */
const text = (said) => said;
function number(said) {
    if (!/^-?\d+$/.test(said)) throw new Error(`${said} is no whole number`);
    return said;
}
function span(said) {
    const [, count, unit = 'ms'] = /^(\d+)(ms|s|m|h|d)?$/.exec(said) ?? [];
    if (!count) throw new Error(`${said} is no length: 60000, 60s, 5m, 2h, 3d`);
    return Number(count) * UNITS_MS[unit];
}
function time(said) {
    if (/^\d+$/.test(said)) return said;
    const now_ms = Math.floor(this.now_ms / 1000) * 1000;
    if (said === 'now') return now_ms;
    if (/^[+-]/.test(said)) return now_ms + Number(`${said[0]}1`) * span(said.slice(1));
    const ms = Date.parse(said);
    if (Number.isNaN(ms)) throw new Error(`${said} is no time: 1000, 2031-07-01, -3d, now`);
    return ms;
}
function day(said) {
    const [, from, back] = /^(\d*)(?:-(\d+))?$/.exec(said) ?? [];
    if (!from && !back) throw new Error(`${said} is no day: 22000, 22000-40, -3`);
    return Number(from || this.today) - Number(back ?? 0);
}
function publicId(said) {
    const id = said.padStart(ID_CHARS, '0');
    if (id.length > ID_CHARS && !this.isMany) throw new Error(`${said} is longer than a public id`);
    return id.slice(-ID_CHARS);
}
const row = (what, table, column, meant = text) => async function find(said) {
    if (/^\d{1,10}$/.test(said)) return said;
    const name = meant.call(this, said);
    const id = await this.rowOf(table, column, name);
    if (!id) throw new Error(`there is no ${what} ${name}`);
    return id;
};
const member = row('member', 'user', 'handle');
const video = row('video', 'video', 'public_id', publicId);
const playlist = row('playlist', 'playlist', 'public_id', publicId);
async function account(said) {
    const [kind, whose, owner, ...rest] = said.split(':');
    const owner_id = whose === 'creator' ? await member.call(this, owner) : undefined;
    const code = owner_id ? [kind, whose, owner_id, ...rest].join(':') : said;
    if (!CLASSES[kind])
        throw new Error(`${said} is no account: they begin with ${Object.keys(CLASSES).join(', ')}`);
    if (!(await this.rowOf('ledger_account', 'code', code)))
        await this.openAccount({ code, class: CLASSES[kind], currency: 'XTS', owner_id });
    return this.rowOf('ledger_account', 'code', code);
}
const hasFiles = (state) => !['processing', 'failed'].includes(state);
const capital = (handle) => handle[0].toUpperCase() + handle.slice(1);

/*
 * For each word:
 *
 *   table
 *   form   keys that are given without their names, and words between them
 *   known  the keys of the form by which `set` finds a row; without it, all of the form
 *   named  the key that gives a row its $NAME
 *   keys   KEY: [column, how its value is read, its default]; a default may be made from the values
 *          that were given
 */
const WORDS = {
    /* A member who never signs in; `as` makes those who do. */
    member: {
        table: 'user', form: 'handle', named: 'handle',
        keys: {
            handle: ['handle', text],
            email: ['email', text, ({ handle }) => `${handle}@example.org`],
            name: ['display_name', text, ({ handle }) => capital(handle)],
            about: ['about', text],
            avatar: ['avatar_key', text],
            role: ['role', number], // 1 moderator, 2 operator
            blocked: ['blocked', number], // banned
            suspended: ['suspended_until_ms', time],
            created: ['created_ms', time, 1],
            id: ['id', number],
        },
    },
    follows: {
        table: 'follow', form: 'member channel...',
        keys: {
            member: ['user_id', member],
            channel: ['channel_id', member],
            since: ['since_ms', time, 1],
        },
    },
    /* A subscription: the member may play everything. */
    paid: {
        table: 'subscription', form: 'member...',
        keys: {
            member: ['user_id', member],
            provider: ['provider', text, 'test'],
            until: ['paid_until_ms', time, FAR_MS],
            grace: ['grace_until_ms', time, ({ until }) => until ?? FAR_MS],
            from_earnings: ['from_earnings', number],
        },
    },

    /* A video that everybody may see. */
    video: {
        table: 'video', form: 'name by owner', known: 'name', named: 'name',
        keys: {
            name: ['public_id', publicId],
            owner: ['user_id', member],
            category: ['category_id', number, 4],
            title: ['title', text, ({ name }) => name],
            description: ['description', text],
            tags: ['tags', text],
            state: ['state', text, 'ready'],
            free: ['free_state', text, ({ state }) => (['hidden', 'limited', 'removed'].includes(state) ? 'ready' : undefined)],
            visibility: ['visibility', text],
            length: ['length_ms', span, ({ state }) => (hasFiles(state) ? 100_000 : undefined)],
            width: ['width', number],
            height: ['height', number],
            allow_preview: ['allow_preview', number],
            has_preview: ['has_preview', number],
            poster: ['poster_version', number],
            own_poster: ['own_poster', number],
            bytes: ['original_bytes', number],
            views: ['views', number],
            likes: ['likes', number],
            created: ['created_ms', time, 1],
            published: ['published_ms', time, ({ state }) => (hasFiles(state) ? 1 : undefined)],
            id: ['id', number],
        },
    },
    rendition: {
        table: 'rendition', form: 'video name',
        keys: {
            video: ['video_id', video],
            name: ['name', text],
            width: ['width', number, 0],
            height: ['height', number, 0],
            bytes: ['bytes', number, 0],
        },
    },
    /* The processing of a video's file. */
    transcode: {
        table: 'transcode_job', form: 'video',
        keys: {
            video: ['video_id', video],
            source: ['source', text, ({ video: id }) => String(id).padStart(22, 'a')],
            state: ['state', text, 'running'],
            percent: ['percent', number],
            attempts: ['attempts', number],
            error: ['error', text],
            created: ['created_ms', time, 1],
            ended: ['ended_ms', time],
        },
    },
    /* A video that jobs/reindex has to read. */
    unread: {
        table: 'video_search', form: 'video...',
        keys: {
            video: ['video_id', video],
            title: ['title', text, ''],
            tags: ['tags', text, ''],
            creator: ['creator', text, ''],
            body: ['body', text, ''],
            grams: ['grams', text, ''],
            version: ['version', number, 0],
        },
    },

    likes: {
        table: 'rating', form: 'member video...',
        keys: {
            member: ['user_id', member],
            video: ['video_id', video],
            value: ['value', number, 1], // or -1
            at: ['rated_ms', time, 1],
        },
    },
    uninterested: {
        table: 'not_interested', form: 'member video...',
        keys: {
            member: ['user_id', member],
            video: ['video_id', video],
            at: ['said_ms', time, 1],
        },
    },
    /* How far a member got, in the history. */
    watched: {
        table: 'watch_position', form: 'member video...',
        keys: {
            member: ['user_id', member],
            video: ['video_id', video],
            position: ['position_ms', span, 50_000],
            watched: ['watched_ms', span],
            at: ['updated_ms', time, 1],
        },
    },
    /* The credit that a creator gets for a member's day. */
    credited: {
        table: 'watch_day', form: 'member video...',
        keys: {
            member: ['user_id', member],
            day: ['day', day, function today() { return this.today; }],
            video: ['video_id', video],
            creator: ['creator_id', member, function owner(said) {
                return this.rowOf('video', 'id', said.video, 'user_id');
            }],
            unit: ['unit_id', number, 0],
            credited: ['credited_ms', span, 0],
            raw: ['raw_ms', span, ({ credited }) => credited ?? 0],
            lost: ['lost', number, 0],
        },
    },
    shown: {
        table: 'exposure', form: 'video',
        keys: {
            video: ['video_id', video],
            day: ['day', day],
            shown: ['shown', number, 0],
            opened: ['opened', number, 0],
        },
    },

    playlist: {
        table: 'playlist', form: 'name by owner', known: 'name', named: 'name',
        keys: {
            name: ['public_id', publicId],
            owner: ['user_id', member],
            title: ['title', text, ({ name }) => name],
            visibility: ['visibility', text],
            created: ['created_ms', time, 1],
            changed: ['changed_ms', time, 1],
        },
    },
    listed: {
        table: 'playlist_video', form: 'playlist video...',
        keys: {
            playlist: ['playlist_id', playlist],
            video: ['video_id', video],
            place: ['place', number, ({ video: id }) => id],
            added: ['added_ms', time, 1],
        },
    },

    /* --- Money. The terms, what was paid, its paid months, and what each creator gets of them. */
    policy: {
        table: 'policy', form: 'id',
        keys: {
            id: ['id', number],
            rule: ['rule', text, 'user'],
            share_bp: ['share_bp', number, 7000],
            fees: ['fees', text, 'shared'],
            idle: ['idle', text, 'uplift'],
            seconds: ['min_unit_seconds', number, 60],
            hold_days: ['hold_days', number, 30],
            since: ['since_ms', time, 0],
        },
    },
    payment: {
        table: 'payment', form: 'id by member',
        keys: {
            id: ['id', number],
            member: ['user_id', member],
            provider: ['provider', text, 'test'],
            ref: ['provider_ref', text, 'one'],
            amount: ['amount_minor', number, 999],
            tax: ['tax_minor', number, 167],
            currency: ['currency', text, 'XTS'],
            starts: ['starts_ms', time, 1],
            ends: ['ends_ms', time, 2],
            at: ['paid_ms', time, 1],
        },
    },
    unit: {
        table: 'unit', form: 'id by member', known: 'id...',
        keys: {
            id: ['id', number],
            member: ['user_id', member],
            payment: ['payment_id', number, 1],
            n: ['n', number, 0],
            policy: ['policy_id', number, 1],
            starts: ['starts_ms', time, 1],
            ends: ['ends_ms', time, 2],
            currency: ['currency', text, 'XTS'],
            gross: ['gross_minor', number, 999],
            tax: ['tax_minor', number, 167],
            fee: ['fee_minor', number, 40],
            refunded: ['refunded_minor', number],
            frozen: ['frozen', number],
            settled: ['settled_ms', time],
            seconds: ['seconds', number],
            net: ['net_minor', number],
            creators: ['creators_minor', number],
            platform: ['platform_minor', number],
            idle: ['idle_minor', number],
        },
    },
    share: {
        table: 'unit_share', form: 'unit to creator',
        keys: {
            unit: ['unit_id', number],
            creator: ['creator_id', member],
            seconds: ['seconds', number],
            amount: ['amount_minor', number],
            reversed: ['reversed_minor', number],
            absorbed: ['absorbed_minor', number],
        },
    },
    /* The accounts of the ledger are opened when they are first named. */
    balance: {
        table: 'ledger_balance', form: 'account',
        keys: {
            account: ['account_id', account],
            debits: ['debits_minor', number],
            credits: ['credits_minor', number],
        },
    },
    /* Its legs are the indented lines that follow: DEBIT CREDIT AMOUNT [unit=ID]. */
    booked: {
        table: 'ledger_tx', form: 'key',
        keys: {
            key: ['ikey', text],
            kind: ['kind', text, ({ key }) => key.split(':')[0]],
            at: ['effective_ms', time],
            digest: ['digest', text, 'a'.repeat(64)],
            legs: ['legs', number],
            created: ['created_ms', time, 1],
            id: ['id', number],
        },
    },
    leg: {
        table: 'ledger_leg', form: 'debit credit amount',
        keys: {
            tx: ['tx_id', number],
            legs: ['legs', number],
            line: ['line', number],
            debit: ['debit_id', account],
            credit: ['credit_id', account],
            amount: ['amount_minor', number],
            currency: ['currency', text, 'XTS'],
            unit: ['unit_id', number],
        },
    },
    payout_run: {
        table: 'payout_run', form: 'id',
        keys: {
            id: ['id', number],
            month: ['month', number],
            currency: ['currency', text, 'XTS'],
            created: ['created_ms', time, 1],
        },
    },
    payout: {
        table: 'payout', form: 'amount to member',
        keys: {
            amount: ['amount_minor', number],
            member: ['user_id', member],
            run: ['run_id', number, 1],
            provider: ['provider', text, 'test'],
            currency: ['currency', text, 'XTS'],
            state: ['state', text, 'sent'],
            iban_end: ['iban_end', text],
            note: ['note', text],
            created: ['created_ms', time, 1],
            changed: ['changed_ms', time, 1],
        },
    },
    held: {
        table: 'payout_hold', form: 'member',
        keys: {
            member: ['user_id', member],
            kind: ['kind', text, 'review'],
            reason: ['reason', text],
            created: ['created_ms', time, 1],
        },
    },
};

/* A value as a literal of SQL. */
function quoted(value) {
    if (value === undefined) return 'NULL';
    if (typeof value === 'number') return String(value);
    return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n')}'`;
}

/* Words and KEY=VALUE of a line; a value in double quotes is JSON. */
function pieces(line) {
    const said = [...line.matchAll(/(?:(\w+)=)?("(?:[^"\\]|\\.)*"|\S+)/gu)];
    return said.map(([, key, value]) => ({
        key, value: value.startsWith('"') ? JSON.parse(value) : value,
    }));
}

/* The line for each n. */
function repeated(line) {
    const [, from, to, list, rest] = /^(?:(\d+)\.\.(\d+)|(\S+,\S+)) (.*)$/.exec(line) ?? [];
    if (!rest) throw new Error('many FROM..TO WORD ..., or many A,B,C WORD ...');
    const all = list ? list.split(',').map((n) => (/^\d+$/.test(n) ? Number(n) : n))
        : Array.from({ length: to - from + 1 }, (_, i) => Number(from) + i);
    const evaluated = (n) => (_, expression) => new Function('n', `return (${expression})`)(n);
    return all.map((n) => rest.replace(/\{([^{}]*)\}/g, evaluated(n)));
}

/* `COLUMN = VALUE` of each column, for SQL. */
const equations = (columns) =>
    Object.entries(columns).map(([column, value]) => `${column} = ${quoted(value)}`);

export const isWorldWord = (word) => word in WORDS || ['many', 'set'].includes(word);

export class World {
    #sql;
    #now_ms;
    #keep;
    #found = new Map();

    /* now_ms() is the real time at the beginning of a block; keep() is called with the name of a row, the value of $NAME, and
     * the row's number. */
    constructor(sql, now_ms, keep) {
        this.#sql = sql;
        this.#now_ms = now_ms;
        this.#keep = keep;
    }

    get now_ms() {
        return this.#now_ms();
    }

    get today() {
        return Math.floor(this.now_ms / UNITS_MS.d);
    }

    /* Carry out a line. */
    async say(word, rest, block) {
        const line = `${word} ${rest}`;
        this.#found.clear(); // rows found for the line before may have gone
        this.isMany = word === 'many';
        if (word === 'booked') return this.#book(line, block.split('\n').filter(Boolean));
        const whole = `${line} ${block.replaceAll('\n', ' ')}`.trim();
        const lines = this.isMany ? repeated(whole.slice(word.length + 1)) : [whole];
        const rows = [];
        for (const one of lines) {
            if (one.startsWith('set ')) await this.#change(one.slice('set '.length));
            else rows.push(...(await this.#rows(one)));
        }
        await this.#insert(rows);
    }

    /* The number (or the column `wanted`) of the row whose column has this value. */
    async rowOf(table, column, value, wanted = 'id') {
        const select = `SELECT ${wanted} FROM ${table} WHERE ${column} = ${quoted(value)}`;
        if (!this.#found.has(select)) {
            const id = await this.#sql.value(select);
            if (id === undefined) return undefined;
            this.#found.set(select, id);
        }
        return this.#found.get(select);
    }

    async openAccount(columns) {
        await this.#insert([{ spec: { table: 'ledger_account' }, columns }]);
    }

    /* The rows that a line describes, each as its values by key. `formOf` says which form. */
    #read(line, formOf) {
        const [{ value: word }, ...rest] = pieces(line);
        const spec = WORDS[word];
        if (!spec) throw new Error(`unknown word ${word}`);
        const keys = rest.filter(({ key }) => key).map(({ key, value }) => [key, value]);
        const unknown = keys.find(([key]) => !spec.keys[key])?.[0];
        if (unknown)
            throw new Error(`${word} has no key ${unknown}: ${Object.keys(spec.keys).join(' ')}`);

        const form = formOf(spec);
        const parts = form.replace('...', '').split(' ');
        const places = rest.filter(({ key }) => !key).map(({ value }) => value);
        const first = places.slice(0, parts.length - 1), last = places.slice(parts.length - 1);
        const fits = last.length === 1 || (last.length > 1 && form.endsWith('...'));
        if (!fits || parts.some((part, i) => !spec.keys[part] && part !== first[i]))
            throw new Error(`${word} ${form} KEY=VALUE...`);
        const rows = last.map((one) => [...first, one].map((value, i) => [parts[i], value]));
        const named = rows.map((row) => row.filter(([part]) => spec.keys[part]));
        return { spec, keys, rows: named };
    }

    async #rows(line) {
        const { spec, keys, rows } = this.#read(line, ({ form }) => form);
        const made = [];
        for (const row of rows) made.push(await this.#row(spec, [...row, ...keys]));
        return made;
    }

    /* A row, completed with its defaults. */
    async #row(spec, said) {
        const values = await this.#meant(spec, said);
        for (const [key, [, , usual]] of Object.entries(spec.keys))
            values[key] ??= typeof usual === 'function' ? await usual.call(this, values) : usual;
        return { spec, columns: this.#columns(spec, values) };
    }

    async #meant(spec, said) {
        const values = {};
        for (const [key, value] of said)
            values[key] = await spec.keys[key][1].call(this, value);
        return values;
    }

    #columns(spec, values) {
        const known = Object.entries(spec.keys).filter(([key]) => values[key] !== undefined);
        return Object.fromEntries(known.map(([key, [column]]) => [column, values[key]]));
    }

    /* Rows of one table with the same columns, in their order. */
    async #insert(rows) {
        for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
            const some = rows.slice(i, i + ROWS_AT_ONCE);
            const [{ spec, columns }] = some;
            const names = Object.keys(columns).join(', ');
            const values = some.map((row) => Object.values(row.columns).map(quoted).join(', '));
            const list = values.map((row) => `(${row})`).join(', ');
            await this.#sql.run(`INSERT INTO ${spec.table} (${names}) VALUES ${list}`);
            if (spec.named) await this.#name(spec, some);
        }
    }

    async #name({ table, named, keys }, rows) {
        const [column] = keys[named];
        const names = rows.map(({ columns }) => quoted(columns[column])).join(', ');
        const found = await this.#sql.run(
            `SELECT ${column}, id FROM ${table} WHERE ${column} IN (${names})`);
        for (const [name, id] of found) this.#keep(name.replace(/^0+/, ''), name, id);
    }

    /* `set`: changes rows, which must exist. */
    async #change(line) {
        const { spec, keys, rows } = this.#read(line, ({ known, form }) => known ?? form);
        const change = equations(this.#columns(spec, await this.#meant(spec, keys))).join(', ');
        if (!change) throw new Error('set WORD NAME KEY=VALUE...');
        for (const row of rows) {
            const columns = this.#columns(spec, await this.#meant(spec, row));
            const where = equations(columns).join(' AND ');
            if (!(await this.#sql.value(`SELECT 1 FROM ${spec.table} WHERE ${where}`)))
                throw new Error(`no row of ${spec.table} has ${where}`);
            await this.#sql.run(`UPDATE ${spec.table} SET ${change} WHERE ${where}`);
        }
    }

    /* A transaction of the ledger with its legs. */
    async #book(line, legs) {
        const [tx] = await this.#rows(`${line} legs=${legs.length}`);
        await this.#insert([tx]);
        const id = await this.rowOf('ledger_tx', 'ikey', tx.columns.ikey);
        for (const [i, leg] of legs.entries()) {
            const of = `tx=${id} legs=${legs.length} line=${i + 1}`;
            await this.#insert(await this.#rows(`leg ${leg.trim()} ${of}`));
        }
    }
}
