// AIS sentences for a test, and what a feed must find in them, worked out by itself from the sentences:
// this script knows ITU-R M.1371 and nothing of the program under test.
//
//   node ais.mjs make DIR    writes DIR/sentences.nmea (100,000 lines) and DIR/vessels.txt (500 MMSI)
//   node ais.mjs count DIR   reads both and prints {"mmsi": {"count", "lat", "lon"}, ...} as JSON,
//                            and what was counted, to standard output
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LINES = 100_000;
const SHIPS = 5_000;
const WANTED = 500;
const START_S = 1_764_000_000;

/** Mulberry32: the same numbers in each run. */
function random(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

class Bits {
  bits = [];
  add(value, width) {
    let v = BigInt(value);
    if (v < 0n) v += 1n << BigInt(width);
    for (let i = width - 1; i >= 0; i--) this.bits.push(Number((v >> BigInt(i)) & 1n));
    return this;
  }
  text(text, length) {
    const padded = text.toUpperCase().padEnd(length, '@');
    for (const c of padded.slice(0, length)) {
      const code = c.charCodeAt(0);
      this.add(code >= 64 ? code - 64 : code, 6);
    }
    return this;
  }
  /** Payload characters and fill bits. */
  armour() {
    const fill = (6 - (this.bits.length % 6)) % 6;
    const bits = [...this.bits, ...Array(fill).fill(0)];
    let out = '';
    for (let i = 0; i < bits.length; i += 6) {
      let six = 0;
      for (const bit of bits.slice(i, i + 6)) six = six * 2 + bit;
      out += String.fromCharCode(six < 40 ? six + 48 : six + 56);
    }
    return [out, fill];
  }
}

const checksum = (body) =>
  [...body].reduce((sum, c) => sum ^ c.charCodeAt(0), 0).toString(16).toUpperCase().padStart(2, '0');
const sentence = (body) => `!${body}*${checksum(body)}`;
const tagged = (time, line) => {
  const block = `c:${time}`;
  return `\\${block}*${checksum(block)}\\${line}`;
};

function make(dir) {
  const next = random(20_261_124);
  const ships = new Set();
  while (ships.size < SHIPS) ships.add(200_000_000 + next(575_000_000));
  const all = [...ships];
  const wanted = all.slice(0, WANTED);
  const lines = [];
  let id = 0;
  while (lines.length < LINES) {
    // One in four is a wanted ship's: wanted ships are where the feed is.
    const mmsi = next(4) === 0 ? wanted[next(WANTED)] : all[next(SHIPS)];
    const time = START_S + Math.floor(lines.length / 20);
    const lat = next(160_000_000) - 80_000_000; // millionths of a degree
    const lon = next(340_000_000) - 170_000_000;
    const fine = (micro) => Math.round((micro * 600_000) / 1_000_000); // 1/10,000 minute
    const coarse = (micro) => Math.round((micro * 600) / 1_000_000); // 1/10 minute
    const b = new Bits();
    const kind = [1, 1, 1, 2, 3, 3, 18, 18, 19, 24, 24, 27, 5, 5, 4, 9][next(16)];
    b.add(kind, 6).add(0, 2).add(mmsi, 30);
    if (kind <= 3) {
      b.add(0, 4).add(0, 8).add(next(300), 10).add(1, 1).add(fine(lon), 28).add(fine(lat), 27);
      b.add(next(3600), 12).add(next(360), 9).add(next(60), 6).add(0, 2).add(0, 3).add(0, 1).add(0, 19);
    } else if (kind === 18) {
      b.add(0, 8).add(next(300), 10).add(0, 1).add(fine(lon), 28).add(fine(lat), 27).add(next(3600), 12);
      b.add(511, 9).add(next(60), 6).add(0, 2).add(1, 1).add(0, 1).add(0, 1).add(0, 1).add(0, 1).add(0, 1).add(0, 1);
      b.add(0, 20);
    } else if (kind === 19) {
      b.add(0, 8).add(next(300), 10).add(0, 1).add(fine(lon), 28).add(fine(lat), 27).add(next(3600), 12);
      b.add(511, 9).add(next(60), 6).add(0, 4).text(`CLASS B ${mmsi % 1000}`, 20).add(37, 8);
      b.add(5, 9).add(5, 9).add(2, 6).add(2, 6).add(1, 4).add(0, 1).add(0, 1).add(0, 1).add(0, 4);
    } else if (kind === 24) {
      if (next(2) === 0) b.add(0, 2).text(`CRAFT ${mmsi % 1000}`, 20).add(0, 8);
      else {
        b.add(1, 2).add(37, 8).text('ABC', 3).add(1, 4).add(77, 20).text('CALL', 7);
        b.add(5, 9).add(5, 9).add(2, 6).add(2, 6).add(0, 6);
      }
    } else if (kind === 27) {
      b.add(1, 1).add(0, 1).add(0, 4).add(coarse(lon), 18).add(coarse(lat), 17).add(next(60), 6).add(next(360), 9);
      b.add(0, 1).add(0, 1);
    } else if (kind === 5) {
      b.add(0, 2).add(9_074_729, 30).text('CALL', 7).text(`SHIP ${mmsi % 1000}`, 20).add(70, 8);
      b.add(100, 9).add(50, 9).add(10, 6).add(10, 6).add(1, 4).add(11, 4).add(24, 5).add(12, 5).add(30, 6);
      b.add(80, 8).text('JEBEL ALI', 20).add(0, 1).add(0, 1);
    } else if (kind === 4) {
      b.add(2026, 14).add(11, 4).add(24, 5).add(12, 5).add(30, 6).add(0, 6).add(1, 1);
      b.add(fine(lon), 28).add(fine(lat), 27).add(1, 4).add(0, 10).add(0, 1).add(0, 19);
    } else if (kind === 9) {
      b.add(500, 12).add(100, 10).add(1, 1).add(fine(lon), 28).add(fine(lat), 27).add(next(3600), 12);
      b.add(next(60), 6).add(0, 8).add(0, 1).add(0, 3).add(0, 1).add(0, 1).add(0, 20);
    }
    const [payload, fill] = b.armour();
    const channel = 'AB'[next(2)];
    if (payload.length > 56) {
      id = (id + 1) % 10;
      const first = sentence(`AIVDM,2,1,${id},${channel},${payload.slice(0, 56)},0`);
      const second = sentence(`AIVDM,2,2,${id},${channel},${payload.slice(56)},${fill}`);
      if (lines.length + 2 > LINES) continue;
      lines.push(tagged(time, first));
      // One part in fifty never comes.
      lines.push(next(50) === 0 ? tagged(time, '!AIVDM,garbage*00') : tagged(time, second));
      continue;
    }
    let line = sentence(`AIVDM,1,1,,${channel},${payload},${fill}`);
    const mishap = next(100);
    if (mishap === 0) line = line.replace(/.$/, (c) => (c === '0' ? '1' : '0')); // wrong checksum
    else if (mishap === 1) line = line.slice(0, 20); // cut
    lines.push(tagged(time, line));
  }
  writeFileSync(join(dir, 'sentences.nmea'), lines.join('\n') + '\n');
  writeFileSync(join(dir, 'vessels.txt'), wanted.join('\n') + '\n');
}

/** Bits of a payload, as a string of 0 and 1. */
function unarmour(payload) {
  let bits = '';
  for (const c of payload) {
    let six = c.charCodeAt(0) - 48;
    if (six > 40) six -= 8;
    bits += six.toString(2).padStart(6, '0');
  }
  return bits;
}

const unsigned = (bits, from, width) => parseInt(bits.slice(from, from + width), 2);
function signed(bits, from, width) {
  const value = unsigned(bits, from, width);
  return value >= 2 ** (width - 1) ? value - 2 ** width : value;
}

/** Where each type has its longitude, the widths, and how many parts of a degree it counts. */
const PLACES = {
  1: [61, 28, 27, 600_000],
  2: [61, 28, 27, 600_000],
  3: [61, 28, 27, 600_000],
  9: [61, 28, 27, 600_000],
  18: [57, 28, 27, 600_000],
  19: [57, 28, 27, 600_000],
  27: [44, 18, 17, 600],
};

function count(dir) {
  const wanted = new Set(readFileSync(join(dir, 'vessels.txt'), 'utf8').trim().split('\n').map(Number));
  const found = {};
  const counted = { read: 0, bad: 0, matched: 0 };
  const parts = new Map();
  for (const line of readFileSync(join(dir, 'sentences.nmea'), 'utf8').trim().split('\n')) {
    counted.read += 1;
    const [, time, body, sum] = /^\\c:(\d+)\*..\\!(.*)\*(..)$/.exec(line) ?? [];
    if (body === undefined || checksum(body) !== sum) {
      counted.bad += 1;
      continue;
    }
    const [, total, part, id, channel, payload] = body.split(',');
    let whole = payload;
    if (total === '2') {
      const key = `${id} ${channel}`;
      if (part === '1') {
        parts.set(key, payload);
        continue;
      }
      if (!parts.has(key)) {
        counted.bad += 1;
        continue;
      }
      whole = parts.get(key) + payload;
      parts.delete(key);
    }
    const bits = unarmour(whole);
    const kind = unsigned(bits, 0, 6);
    const mmsi = unsigned(bits, 8, 30);
    if (!(kind in PLACES) && kind !== 5 && kind !== 24) continue;
    if (!wanted.has(mmsi)) continue;
    counted.matched += 1;
    const ship = (found[mmsi] ??= { count: 0, lat: null, lon: null, seen: 0 });
    ship.count += 1;
    if (kind in PLACES && Number(time) >= ship.seen) {
      const [at, lonWidth, latWidth, scale] = PLACES[kind];
      ship.lon = signed(bits, at, lonWidth) / scale;
      ship.lat = signed(bits, at + lonWidth, latWidth) / scale;
      ship.seen = Number(time);
    }
  }
  console.log(JSON.stringify({ ...counted, found }));
}

const [, , what, dir] = process.argv;
if (what === 'make') make(dir);
else if (what === 'count') count(dir);
else throw new Error('make or count');
