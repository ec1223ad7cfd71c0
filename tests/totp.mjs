/*
 * totp: the code that an authenticator app shows (RFC 6238: SHA-1, six digits, 30 seconds), made by
 * Node's crypto, so that the site's own code is compared with another one.
 */
import { createHmac } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function bytesOf(base32) {
    const bits = [...base32.replaceAll(' ', '')].map((c) => LETTERS.indexOf(c).toString(2).padStart(5, '0')).join('');
    return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/* Of the time `ms`, or so many steps before or after it. */
export function totp(secret, ms, steps = 0) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000) + steps));
    const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
    const value = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
    return String(value % 1_000_000).padStart(6, '0');
}
