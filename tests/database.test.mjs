/*
 * The database's accounts, on servers that are reached by TCP: rights go to the accounts that the
 * settings name, no account is made, each login is proven, and TLS is what the settings ask for.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Sql, built, root, until } from './lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ovs-db-'));
const servers = [];
const PASSWORD = 'a password of the tests';
after(async () => {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
});

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });

/* A certificate authority NAME.pem, and of it a server's certificate for one address. */
function makeAuthority(name) {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    writeFileSync(join(folder, `${name}.ext`), 'subjectAltName = IP:127.0.0.2\n');
    openssl('req', '-x509', ...key, '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`);
    openssl('req', ...key, '-subj', '/CN=127.0.0.2', '-keyout', `${name}-db.key`, '-out', `${name}-db.csr`);
    openssl('x509', '-req', '-in', `${name}-db.csr`, '-CA', `${name}.pem`, '-CAkey', `${name}.key`, '-CAcreateserial',
        '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}-db.pem`);
}

const freePort = async () => {
    for (;;) {
        const port = 20000 + Math.floor(Math.random() * 12000);
        const taken = await new Promise((done) => {
            const socket = connect(port, '127.0.0.1');
            socket.once('connect', () => { socket.destroy(); done(true); });
            socket.once('error', () => done(false));
        });
        if (!taken) return port;
    }
};

/* A MariaDB of its own on a port of 127.0.0.1, and of the next two addresses, which the client library
 * does not take for this machine, where it need not check a certificate's name. Its administrator
 * has no password by its socket. */
async function startServer(name, options) {
    const data = join(folder, name), template = join(folder, 'template');
    const common = [`--user=${userInfo().username}`, '--innodb-log-file-size=8M', '--innodb-buffer-pool-size=32M'];
    if (!existsSync(template))
        execFileSync('mariadb-install-db', ['--no-defaults', `--datadir=${template}`, ...common, '--skip-test-db',
            '--skip-name-resolve', '--auth-root-authentication-method=normal'], { stdio: 'ignore' });
    cpSync(template, data, { recursive: true });
    const port = await freePort(), socket = join(folder, `${name}.sock`);
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'mariadbd', '--no-defaults', `--datadir=${data}`, ...common,
        `--port=${port}`, `--socket=${socket}`, '--bind-address=127.0.0.1,127.0.0.2,127.0.0.3', '--skip-name-resolve',
        '--performance-schema=OFF', '--innodb-flush-log-at-trx-commit=0', `--log-error=${data}.log`, ...options], { stdio: 'ignore' });
    await until('a server', () => existsSync(socket));
    const admin = new Sql(socket, '', 'mysql');
    await admin.run(`CREATE USER 'boss'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
    await admin.run("GRANT ALL ON *.* TO 'boss'@'127.0.0.1' WITH GRANT OPTION");
    const server = {
        port, sql: admin,
        stop: () => new Promise((done) => {
            admin.close();
            child.once('exit', done);
            child.kill('SIGKILL');
        }),
    };
    servers.push(server);
    return server;
}

let count = 0;

/* A new database on a server, with settings for it; `accounts`: make the three accounts as well. */
async function makeSite(server, { accounts = true, host = '127.0.0.1', set = {} } = {}) {
    const name = `site${++count}`, own = join(folder, name);
    await server.sql.run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    mkdirSync(join(own, 'secrets'), { recursive: true });
    writeFileSync(join(own, 'secrets/token'), '7f'.repeat(32), { mode: 0o600 });
    const users = { db_user: `${name}_w`, db_read_user: `${name}_r`, db_money_user: `${name}_m` };
    const settings = {
        environment: 'test', var_dir: own, media_dir: own, secrets_dir: join(own, 'secrets'),
        db_host: '127.0.0.1', db_port: server.port, db_name: name, db_grant_host: host, ...users,
        db_password: PASSWORD, db_read_password: PASSWORD, db_money_password: PASSWORD,
        db_admin_user: 'boss', db_admin_password: PASSWORD, ...set,
    };
    if (accounts)
        for (const user of Object.values(users))
            await server.sql.run(`CREATE USER '${user}'@'${host}' IDENTIFIED BY '${PASSWORD}'`);
    const site = {
        ...users, name, settings, folder: own, conf: join(own, 'site.conf'),
        set(more) {
            Object.assign(settings, more);
            writeFileSync(site.conf, Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`).join(''));
            return site;
        },
    };
    return site.set({});
}

function run(site, program, args = []) {
    const env = { ...process.env, OVS_CONF: site.conf };
    const ran = spawnSync(join(built, program), args, { env, encoding: 'utf8', cwd: root });
    return { status: ran.status, output: ran.stdout + ran.stderr };
}
const migrate = (site, ...args) => run(site, 'jobs/migrate', args);
const well = ({ status, output }) => assert.equal(status, 0, output);
function refused(ran, pattern, status = 1) {
    assert.match(ran.output, pattern);
    assert.equal(ran.status, status, ran.output);
}

let plain, secure;
before(async () => {
    makeAuthority('ours');
    makeAuthority('theirs');
    plain = await startServer('plain', ['--skip-ssl']);
    secure = await startServer('secure', [`--ssl-ca=${folder}/ours.pem`, `--ssl-cert=${folder}/ours-db.pem`,
        `--ssl-key=${folder}/ours-db.key`]);
});

describe('a migration', () => {
    test('grants to the accounts that the settings name, also rights over several lines', async () => {
        const site = await makeSite(plain);
        well(migrate(site));
        const rights = async (user) =>
            (await plain.sql.run(`SHOW GRANTS FOR '${user}'@'127.0.0.1'`)).flat().join('\n');
        assert.match(await rights(site.db_money_user), /SELECT, INSERT ON `site1`.`ledger_leg`/);
        assert.match(await rights(site.db_read_user), /SELECT \(.*`iban_end`.*\) ON `site1`.`payout`/);
        assert.match(await rights(site.db_user), /DELETE ON `site1`.`video`/);
        well(run(site, 'jobs/admin', ['user', 'add', 'a@example.org', 'somebody']));
        const users = (await plain.sql.run("SELECT user FROM mysql.user WHERE user LIKE 'ovs%'")).flat();
        assert.deepEqual(users, []);
        assert.match(migrate(site).output, /^0 applied/);
    });

    test('makes no account, but says how to make it', async () => {
        const site = await makeSite(plain, { accounts: false });
        refused(migrate(site), new RegExp(`CREATE USER '${site.db_user}'@'127.0.0.1' IDENTIFIED BY 'PASSWORD';`));
        assert.equal(await plain.sql.value(`SELECT COUNT(*) FROM mysql.user WHERE user LIKE '${site.name}%'`), '0');
        for (const user of [site.db_user, site.db_read_user, site.db_money_user])
            await plain.sql.run(`CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
        well(migrate(site));
    });

    test('grants again when the accounts are others, and when they were made anew', async () => {
        const site = await makeSite(plain);
        well(migrate(site));
        await plain.sql.run(`CREATE USER 'another'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
        well(migrate(site.set({ db_user: 'another' })));
        well(run(site, 'jobs/admin', ['user', 'list']));
        await plain.sql.run("DROP USER 'another'@'127.0.0.1'");
        refused(migrate(site), /CREATE USER 'another'@'127.0.0.1'/);
        await plain.sql.run(`CREATE USER 'another'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
        refused(run(site, 'jobs/admin', ['user', 'list']), /denied/);
        well(migrate(site));
        well(run(site, 'jobs/admin', ['user', 'list']));
    });

    test('grants nothing when one user does all', async () => {
        const site = await makeSite(plain, { accounts: false });
        await plain.sql.run(`CREATE USER 'only'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
        await plain.sql.run(`GRANT ALL ON ${site.name}.* TO 'only'@'127.0.0.1'`);
        site.set({ db_user: 'only', db_read_user: 'only', db_money_user: 'only', db_admin_user: 'only' });
        well(migrate(site));
        well(run(site, 'jobs/ledger_audit', ['--full']));
    });

    test('refuses a login that fails, has no password, is another account, or may too much', async () => {
        const site = await makeSite(plain);
        refused(migrate(site.set({ db_read_password: 'another' })), /_r cannot log in from this machine: Access denied/);
        well(migrate(site.set({ db_read_password: PASSWORD })));

        await plain.sql.run(`ALTER USER '${site.db_money_user}'@'127.0.0.1' IDENTIFIED BY ''`);
        refused(migrate(site.set({ db_money_password: '' })), /_m gets in without a password/);
        await plain.sql.run(`ALTER USER '${site.db_money_user}'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
        well(migrate(site.set({ db_money_password: PASSWORD })));

        await plain.sql.run(`GRANT INSERT ON ${site.name}.ledger_leg TO '${site.db_user}'@'127.0.0.1'`);
        refused(migrate(site), /_w@127\.0\.0\.1\) may run INSERT INTO ledger_leg.*must not/);

        const other = await makeSite(plain, { host: '10.0.0.%' });
        for (const user of [other.db_user, other.db_read_user, other.db_money_user])
            await plain.sql.run(`CREATE USER '${user}'@'%' IDENTIFIED BY '${PASSWORD}'`);
        refused(migrate(other), /Access denied.* Rights are granted to .*'@'10.0.0.%'; .* db_grant_host/);
        await plain.sql.run(`GRANT SELECT ON ${other.name}.* TO '${other.db_read_user}'@'%'`);
        refused(migrate(other), /_r@%\) may not run UPDATE session.* Rights are granted to/);
    });

    test('--check says whether there is anything to do, and does nothing', async () => {
        const site = await makeSite(plain);
        const tables = () => plain.sql.value(`SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '${site.name}'`);
        refused(migrate(site, '--check'), /schema files are to be applied, from 0001_account.sql/);
        assert.equal(await tables(), '0');
        well(migrate(site));
        well(migrate(site, '--check'));
        refused(migrate(site.set({ db_user: 'other' }), '--check'), /rights .* are to be granted/);
        refused(migrate(site.set({ db_port: await freePort() }), '--check'), /connect/i, 75);
    });

    test('leaves a database alone that a newer version made', async () => {
        const site = await makeSite(plain);
        const newer = join(site.folder, 'schema');
        cpSync(join(root, 'schema'), newer, { recursive: true });
        writeFileSync(join(newer, '9000_later.sql'), 'CREATE TABLE later (x INT);\n');
        well(migrate(site, newer));
        for (const args of [[], ['--check']])
            refused(migrate(site, ...args), /9000_later.sql was applied and is not in this version: .* newer version/);
        well(migrate(site, newer));
    });

    test('is done by one process at a time', async () => {
        const site = await makeSite(plain);
        await plain.sql.run(`DO GET_LOCK(CONCAT('ovs.', SHA2('${site.name}', 224)), 0)`);
        refused(migrate(site), /another migration is running/, 75);
        await plain.sql.run('DO RELEASE_ALL_LOCKS()');
        well(migrate(site));
    });
});

describe('passwords in secrets_dir', () => {
    test('are read by the programs that need them, and only there', async () => {
        const site = await makeSite(plain);
        const file = (name, text, mode = 0o600) => {
            rmSync(join(site.folder, 'secrets', name), { force: true });
            writeFileSync(join(site.folder, 'secrets', name), text, { mode });
        };
        site.set({ db_password: '', db_read_password: '', db_money_password: '', db_admin_password: '' });
        for (const name of ['db', 'db_read', 'db_money', 'db_admin']) file(name, `${PASSWORD}\n`);
        well(migrate(site));
        for (const name of ['db_read', 'db_money', 'db_admin']) file(name, 'wrong');
        well(run(site, 'jobs/reindex'));
        file('db', 'wrong');
        assert.notEqual(run(site, 'jobs/reindex').status, 0);
        well(run(site.set({ db_password: PASSWORD }), 'jobs/reindex'));
        file('db_money', PASSWORD, 0o644);
        refused(run(site, 'jobs/ledger_audit'), /secrets\/db_money: other users can read or change it/, 78);
        file('db_money', `${PASSWORD}\nand more\n`);
        refused(run(site, 'jobs/ledger_audit'), /db_money: is not one line/, 78);
        file('db_money', PASSWORD, 0o640);
        well(run(site, 'jobs/ledger_audit'));
    });
});

describe('TLS to the database', () => {
    /* Every account has to come by TLS, so that a login shows that it was used. */
    const secured = async (set) => {
        const site = await makeSite(secure, { set });
        for (const user of [site.db_user, site.db_read_user, site.db_money_user])
            await secure.sql.run(`ALTER USER '${user}'@'127.0.0.1' REQUIRE SSL`);
        return site;
    };

    test('required: encrypts, and refuses a server that does not', async () => {
        well(migrate(await secured({ db_tls: 'required' })));
        refused(migrate(await makeSite(plain, { set: { db_tls: 'required' } })), /offers no TLS/);
    });

    test('verify: refuses another authority and another name', async () => {
        const site = await secured({ db_tls: 'verify', db_ca: join(folder, 'ours.pem'), db_host: '127.0.0.2' });
        well(migrate(site));
        refused(migrate(site.set({ db_host: '127.0.0.3' })), /TLS|SSL/);
        refused(migrate(site.set({ db_host: '127.0.0.2', db_ca: join(folder, 'theirs.pem') })), /TLS|SSL/);
        refused(migrate(site.set({ db_ca: '/etc/ssl/certs/ca-certificates.crt' })), /TLS|SSL/);
        refused(migrate(site.set({ db_ca: join(folder, 'missing.pem') })), /TLS|SSL/);
        refused(migrate(await makeSite(plain, { set: { db_tls: 'verify', db_ca: join(folder, 'ours.pem') } })), /TLS|SSL/);
    });
});

const usual = '/etc/openvidstreamer/site.conf';
test(`without OVS_CONF, programs read ${usual}`, { skip: existsSync(usual) && 'this machine has a site' }, () => {
    const env = { ...process.env };
    delete env.OVS_CONF;
    const ran = spawnSync(join(built, 'jobs/admin'), ['config'], { env, encoding: 'utf8' });
    assert.equal(ran.status, 78);
    assert.ok(ran.stderr.startsWith(`config ${usual}: cannot be read`), ran.stderr);
});

test('a program that root starts becomes the owner of var_dir', { skip: process.getuid() !== 0 && 'not root' }, async () => {
    const OWNER = 54321;
    const site = await makeSite(plain);
    well(migrate(site));
    execFileSync('chown', ['-R', `${OWNER}:${OWNER}`, site.folder]);
    execFileSync('chmod', ['755', folder]);
    for (const name of ['token', 'csrf', 'media', 'play', 'payee'])
        writeFileSync(join(site.folder, 'secrets', name), 'ab'.repeat(32), { mode: 0o600 });
    execFileSync('chown', ['-R', `${OWNER}:${OWNER}`, site.folder]);
    well(run(site, 'jobs/admin', ['user', 'add', 'a@example.org', 'somebody']));
    well(run(site, 'jobs/watch_flush'));
    const foreign = execFileSync('find', [site.folder, '!', '-uid', String(OWNER)], { encoding: 'utf8' });
    assert.equal(foreign, '');
    const lock = join(site.folder, 'run/watch_flush.lock'); // of another user of the site's group
    execFileSync('chown', [`${OWNER + 1}:${OWNER}`, lock]);
    well(run(site, 'jobs/watch_flush'));
    well(migrate(site));
    execFileSync('chown', ['0:0', site.conf]);
    execFileSync('chmod', ['600', site.conf]);
    refused(run(site, 'jobs/reindex'), /the owner of var_dir, as which programs run, may not read this file/, 78);
});
