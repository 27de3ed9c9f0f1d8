// SPDX-License-Identifier: GPL-3.0-or-later
// Documents that have everything a replication must carry, and the comparison of two databases.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { Random } from './random.mjs';

/** Ids that break what is quoted wrongly. */
export const oddIds = ['æøå ÆØÅ', 'need:310000000:0197c0de-0000-7000-8000-000000000001', 'a/b', 'a%2Fb', 'a+b c', '"\'\\', '𝄞', '日本語', 'é', 'e\u0301', '?rev=1#x', '~!@$&*()=;,', 'x'.repeat(200)];

/** A need as a caseworker writes it: nested, some 1.1 KB, Norwegian words. */
export function need(random, number) {
  const words = ['lekkasje', 'vassverk', 'måling', 'innbyggjar', 'sjukeheim', 'rapport', 'brøyting', 'sensor', 'kommune', 'avtale', 'å finne', 'før', 'røyr'];
  const text = (n) => Array.from({ length: n }, () => random.pick(words)).join(' ');
  return {
    _id: `need:310000000:0197c0de-${(number >>> 16).toString(16).padStart(4, '0')}-7000-8000-${(number & 0xffff).toString(16).padStart(4, '0')}${random.hex(8)}`,
    type: 'need', schema: 1, owner: '310000000', lang: 'nb', phase: 'describing', title: `Korleis kan vi finne ${text(3)} nummer ${number}?`,
    created: { at: '2026-11-24T09:00:00Z', by: 'rådgjevar' }, changed: { at: '2026-11-25T10:30:00Z', by: 'rådgjevar' },
    problem: text(30), users: text(15), today: text(20), gains: [text(4), text(5), text(6)], tags: [random.pick(words), random.pick(words)],
    money: { from: random.below(1000000), to: 2000000, currency: 'NOK' }, deadline: '2027-03-01', municipality: '4601',
    measures: [{ name: text(2), now: random.below(100), goal: random.below(10), unit: '%' }, { name: text(2), now: 3.5, goal: 0.1, unit: 'm³' }],
  };
}

export function flat(random, number) {
  return { _id: `flat-${String(number).padStart(9, '0')}`, x: 'x'.repeat(900) };
}

export function bytes(random, length) {
  const out = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) out.writeUInt32LE(random.next(), i);
  return out;
}

export const sha256 = (buffer) => createHash('sha256').update(buffer).digest('hex');

/** Fills a database with all there is: edits, deletions, conflicts of both kinds, files, odd ids. Returns what must be in it. */
export async function fill(db, { seed = 1, many = 60, files = true } = {}) {
  const random = new Random(seed);
  const ok = async (documents, options) => {
    const refused = (await db.bulkDocs(documents, options)).filter((row) => row.error);
    assert.deepEqual(refused, []);
  };
  await ok(Array.from({ length: many }, (_, i) => need(random, i)));
  await ok(oddIds.map((_id) => ({ _id, odd: true, text: _id })));
  for (const { id, value } of (await db.allDocs()).rows.filter((_, i) => i % 5 === 0)) await db.put({ _id: id, _rev: value.rev, changed: id });
  for (const { id, value } of (await db.allDocs()).rows.filter((_, i) => i % 11 === 3)) await db.remove(id, value.rev);
  await ok([{ _id: 'deleted-with-words', _deleted: true, _rev: `1-${random.hex(32)}`, reason: 'trukke tilbake' }], { new_edits: false });
  for (let i = 0; i < 8; i++) {
    const root = random.hex(32);
    const branch = (n, deleted) => ({ _id: `conflict-${i}`, _rev: `${n + 1}-${random.hex(32)}`, _deleted: deleted || undefined, branch: n, _revisions: undefined, root });
    const documents = [branch(1), branch(1, i % 3 === 0), branch(1)].map((d) => ({ ...d, _revisions: { start: 2, ids: [d._rev.slice(2), root] } }));
    await ok(documents.map((d) => JSON.parse(JSON.stringify(d))), { new_edits: false });
  }
  if (files) await addFiles(db, random);
}

async function addFiles(db, random) {
  const put = async (id, name, data, type) => {
    const { _rev } = await db.get(id).catch(() => ({}));
    await db.putAttachment(id, name, _rev, data, type);
  };
  await put('files', 'tekst æ.txt', Buffer.from('blåbærsyltetøy\n'), 'text/plain; charset=utf-8');
  await put('files', 'alle byte.bin', Buffer.from(Array.from({ length: 256 }, (_, i) => i)), 'application/octet-stream');
  await put('files', 'tom', Buffer.alloc(0), 'application/octet-stream');
  await put('files', 'mappe/stor.bin', bytes(random, 700000), 'application/octet-stream');
  const document = await db.get('files');
  await db.put({ ...document, edited: 'the files stay' });
}

/** id → leaves with their deletion and a digest of what they say, files with theirs. */
export async function leavesOf(db) {
  const { results } = await db.changes({ style: 'all_docs', since: 0 });
  const wanted = results.filter((row) => !row.id.startsWith('_design/')).flatMap(({ id, changes }) => changes.map(({ rev }) => ({ id, rev })));
  const out = new Map();
  for (let first = 0; first < wanted.length; first += 500) {
    const asked = wanted.slice(first, first + 500);
    for (const { id, docs } of (await db.bulkGet({ docs: asked })).results) {
      if (!out.has(id)) out.set(id, []);
      for (const { ok, error } of docs) {
        assert.ok(ok, `${id}: ${JSON.stringify(error)}`);
        out.get(id).push(inWords(ok));
      }
    }
  }
  for (const leaves of out.values()) leaves.sort();
  return new Map([...out].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function inWords({ _attachments: files = {}, _id, _rev, _deleted = false, _revisions, ...body }) {
  const names = Object.entries(files).map(([name, f]) => `${name} ${f.digest} ${f.length} ${f.content_type}`).sort();
  return [_rev, _deleted, JSON.stringify(sorted(body)), ...names].join('\n');
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

export async function assertSame(a, b) {
  const [one, other] = [await leavesOf(a), await leavesOf(b)];
  assert.deepEqual([...other.keys()], [...one.keys()], 'the same documents');
  for (const [id, leaves] of one) assert.deepEqual(other.get(id), leaves, `the same leaves of ${id}`);
  const winners = async (db) => Object.fromEntries((await db.allDocs({ keys: [...one.keys()] })).rows.map((r) => [r.key, r.value && [r.value.rev, !!r.value.deleted]]));
  assert.deepEqual(await winners(b), await winners(a), 'the same winners');
  for (const name of await namesOfFiles(a)) {
    const [x, y] = await Promise.all([a.getAttachment('files', name), b.getAttachment('files', name)]);
    assert.equal(sha256(y), sha256(x), `the same bytes of ${name}`);
  }
  return one.size;
}

async function namesOfFiles(db) {
  const document = await db.get('files').catch(() => ({}));
  return Object.keys(document._attachments ?? {});
}

/** What a second person does in between. */
export async function addOddEdits(db, seed) {
  const random = new Random(seed);
  const { rows } = await db.allDocs({ include_docs: true });
  for (const { doc } of rows.filter(() => random.chance(0.3))) {
    if (random.chance(0.3)) await db.remove(doc);
    else await db.put({ ...doc, seen: random.below(100) });
  }
  await db.put({ _id: `new-${seed}`, text: 'nytt' });
}
