// SPDX-License-Identifier: GPL-3.0-or-later
// PouchDB as a client of our registry. SAMSPILL_PEER_SERVER=pouchdb tries the tests themselves on PouchDB Server.

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';

import { addOddEdits, assertSame, bytes, fill, leavesOf, need, oddIds, sha256 } from './documents.mjs';
import { PouchDB, admin, memory, startPouchServer, startRegistry, until } from './programs.mjs';
import { Random } from './random.mjs';
import { Skip, run, test } from './tap.mjs';

const ours = process.env.SAMSPILL_PEER_SERVER !== 'pouchdb';
const server = ours ? await startRegistry() : await startPouchServer();
let made = 0;

const onlyOurs = () => {
  if (!ours) throw new Skip('not in PouchDB Server');
};

function remote(name = `peers-${++made}`, account = admin) {
  return new PouchDB(ours ? server.database(name, account) : `${server.url}/${name}`);
}

const basic = (account) => `Basic ${Buffer.from(`${account.name}:${account.password}`).toString('base64')}`;

/** {status, headers, json} of a request as it stands. */
async function ask(path, { method = 'GET', body, account = admin, headers = {} } = {}) {
  const all = { ...headers };
  if (account) all.Authorization = basic(account);
  if (body !== undefined && !all['Content-Type']) all['Content-Type'] = 'application/json';
  const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
  const answer = await fetch(server.url + path, { method, headers: all, body: raw ? body : JSON.stringify(body) });
  const text = await answer.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch { /* not all is JSON */ }
  return { status: answer.status, headers: answer.headers, text, json };
}

const refused = async (promise) => {
  const error = await promise.then(() => null, (e) => e);
  assert.ok(error, 'it was not refused');
  return error;
};

test('a document is put, read, changed, refused when it is old, removed and made anew', async () => {
  const db = remote();
  const { rev } = await db.put({ _id: 'a', n: 1 });
  assert.match(rev, /^1-[0-9a-f]{32}$/);
  assert.deepEqual(await db.get('a'), { _id: 'a', _rev: rev, n: 1 });
  const second = await db.put({ _id: 'a', _rev: rev, n: 2 });
  const late = await refused(db.put({ _id: 'a', _rev: rev, n: 3 }));
  assert.deepEqual([late.status, late.name], [409, 'conflict']);
  assert.equal((await refused(db.put({ _id: 'a', n: 3 }))).status, 409);
  const gone = await db.remove('a', second.rev);
  assert.match(gone.rev, /^3-/);
  const missing = await refused(db.get('a'));
  assert.deepEqual([missing.status, missing.reason], [404, 'deleted']);
  assert.equal((await refused(db.get('never'))).reason, 'missing');
  const again = await db.put({ _id: 'a', n: 4 });
  assert.match(again.rev, /^4-/);
  assert.equal((await db.get('a')).n, 4);
});

test('any id comes through', async () => {
  const db = remote();
  for (const _id of oddIds) {
    const { id, rev } = await db.put({ _id, text: _id });
    assert.equal(id, _id);
    assert.deepEqual(await db.get(_id), { _id, _rev: rev, text: _id });
  }
  const { rows } = await db.allDocs({ include_docs: true });
  assert.deepEqual(new Set(rows.map((r) => r.doc.text)), new Set(oddIds));
  assert.equal((await ask(`/${encodeURIComponent(db.name.split('/').pop())}/%ff`)).status, 400);
});

test('what JSON can say is kept', async () => {
  const db = remote();
  const value = { long: 'a\u0000b\u001f"\\/\ud83d\ude00', numbers: [0, -1, 0.1, 1e21, 5e-324, 9007199254740991], nested: { a: [[], {}, [null, true, false]] }, '': 'no name', ключ: 'name' };
  await db.put({ _id: 'v', ...value });
  const { _id, _rev, ...back } = await db.get('v');
  assert.deepEqual(back, value);
});

test('many at once: a row each, conflicts among them, and again with the revisions given', async () => {
  const db = remote();
  const random = new Random(3);
  const first = await db.bulkDocs([...Array.from({ length: 300 }, (_, i) => need(random, i)), { _id: 'x' }]);
  assert.equal(first.filter((r) => r.ok).length, 301);
  const second = await db.bulkDocs([{ _id: 'x', n: 1 }, { _id: 'y' }]);
  assert.deepEqual([second[0].status, second[0].name, second[1].ok], [409, 'conflict', true]);
  const rev = `7-${random.hex(32)}`;
  assert.deepEqual(await db.bulkDocs([{ _id: 'z', _rev: rev, n: 1 }], { new_edits: false }), []);
  assert.equal((await db.get('z'))._rev, rev);
  const { results } = await db.bulkGet({ docs: [{ id: 'z', rev }, { id: 'none', rev: `1-${random.hex(32)}` }, { id: 'y' }], revs: true });
  assert.equal(results[0].docs[0].ok.n, 1);
  assert.equal(results[1].docs[0].ok, undefined);
  assert.ok(results[2].docs[0].ok._rev);
});

test('all documents: keys, ranges, backwards, pages, conflicts, deleted ones by key', async () => {
  const db = remote();
  await db.bulkDocs(['a', 'b', 'c', 'd', 'e'].map((_id) => ({ _id, t: _id })));
  await db.remove('c', (await db.get('c'))._rev);
  await db.bulkDocs([{ _id: 'b', _rev: `1-${'0'.repeat(32)}`, t: 'other' }], { new_edits: false });
  const ids = async (options) => (await db.allDocs(options)).rows.map((r) => r.id);
  assert.deepEqual(await ids({}), ['a', 'b', 'd', 'e']);
  assert.deepEqual(await ids({ startkey: 'b', endkey: 'd' }), ['b', 'd']);
  assert.deepEqual(await ids({ startkey: 'b', endkey: 'd', inclusive_end: false }), ['b']);
  assert.deepEqual(await ids({ startkey: 'd', endkey: 'b', descending: true }), ['d', 'b']);
  assert.deepEqual(await ids({ skip: 1, limit: 2 }), ['b', 'd']);
  assert.deepEqual(await ids({ descending: true, limit: 1 }), ['e']);
  const { rows } = await db.allDocs({ keys: ['e', 'nowhere', 'c', 'a', 'e'] });
  assert.deepEqual(rows.map((r) => [r.key, r.error ?? !!r.value.deleted]), [['e', false], ['nowhere', 'not_found'], ['c', true], ['a', false], ['e', false]]);
  const [, b] = (await db.allDocs({ include_docs: true, conflicts: true })).rows;
  assert.equal(b.doc._conflicts.length, 1);
  assert.equal((await db.allDocs()).total_rows, 4);
});

test('changes: since, limit, backwards, all leaves, chosen ids, documents', async () => {
  const db = remote();
  await db.bulkDocs(['a', 'b', 'c'].map((_id) => ({ _id, n: 1 })));
  const all = await db.changes({ since: 0 });
  assert.deepEqual(all.results.map((r) => r.id), ['a', 'b', 'c']);
  await db.put({ ...(await db.get('a')), n: 2 });
  await db.remove('b', (await db.get('b'))._rev);
  const later = await db.changes({ since: all.last_seq, include_docs: true });
  assert.deepEqual(later.results.map((r) => [r.id, r.deleted === true, r.doc.n]), [['a', false, 2], ['b', true, undefined]]);
  const page = await db.changes({ since: 0, limit: 2 });
  assert.deepEqual(page.results.map((r) => r.id), ['c', 'a']);
  assert.deepEqual((await db.changes({ since: page.last_seq })).results.map((r) => r.id), ['b']);
  assert.equal((await db.changes({ descending: true, limit: 1 })).results[0].id, 'b');
  assert.deepEqual((await db.changes({ doc_ids: ['a', 'c'] })).results.map((r) => r.id).sort(), ['a', 'c']);
  await db.bulkDocs([{ _id: 'c', _rev: `1-${'f'.repeat(32)}` }], { new_edits: false });
  const row = (await db.changes({ style: 'all_docs', doc_ids: ['c'] })).results[0];
  assert.equal(row.changes.length, 2);
  assert.deepEqual((await db.changes({ since: 'now' })).results, []);
});

test('changes chosen by a selector', async () => {
  onlyOurs(); // PouchDB Server ends with it
  const db = remote();
  await db.bulkDocs([{ _id: 'a', type: 'need', n: 1 }, { _id: 'b', type: 'pitch', n: 2 }, { _id: 'c', type: 'need', n: 3 }]);
  const ids = async (selector) => (await db.changes({ selector, filter: '_selector' })).results.map((r) => r.id);
  assert.deepEqual(await ids({ type: 'need' }), ['a', 'c']);
  assert.deepEqual(await ids({ type: { $eq: 'need' }, n: { $gt: 1 } }), ['c']);
  assert.deepEqual(await ids({ $or: [{ n: 1 }, { n: 2 }] }), ['a', 'b']);
  assert.deepEqual(await ids({ type: { $in: ['pitch'] } }), ['b']);
});

test('a live feed hears of each document while it waits, and ends when it is told to', async () => {
  const db = remote();
  await db.info();
  const seen = [];
  const feed = db.changes({ live: true, since: 'now', include_docs: true, timeout: 3000, heartbeat: 500 }).on('change', (c) => seen.push(c.doc.n));
  const ended = new Promise((done, fail) => feed.on('complete', done).on('error', fail));
  await new Promise((done) => setTimeout(done, 50));
  for (let n = 0; n < 10; n++) {
    await db.put({ _id: `n${n}`, n });
    await until(() => seen.includes(n), `document ${n} in the feed`);
  }
  feed.cancel();
  await ended;
  assert.deepEqual(seen, [...Array(10).keys()]);
});

test('a continuous feed sends lines and heartbeats', async () => {
  onlyOurs();
  const db = remote();
  const name = db.name.split('/').pop();
  await db.put({ _id: 'a' });
  const stop = new AbortController();
  const answer = await fetch(`${server.url}/${name}/_changes?feed=continuous&heartbeat=100&since=0`, { headers: { Authorization: basic(admin) }, signal: stop.signal });
  const lines = [];
  let beats = 0;
  const read = (async () => {
    let rest = '';
    for await (const piece of answer.body) {
      rest += Buffer.from(piece).toString('utf8');
      const parts = rest.split('\n');
      rest = parts.pop();
      for (const line of parts) line.trim() ? lines.push(JSON.parse(line)) : beats++;
    }
  })().catch(() => {});
  await until(() => lines.length === 1, 'the first line');
  await until(() => beats >= 2, 'heartbeats');
  await db.put({ _id: 'b' });
  await until(() => lines.some((l) => l.id === 'b'), 'the second line');
  stop.abort();
  await read;
});

test('revisions: the tree as PouchDB asks for it', async () => {
  const db = remote();
  const one = await db.put({ _id: 'r', n: 1 });
  const two = await db.put({ _id: 'r', _rev: one.rev, n: 2 });
  const other = `2-${'f'.repeat(32)}`;
  await db.bulkDocs([{ _id: 'r', _rev: other, n: 3, _revisions: { start: 2, ids: ['f'.repeat(32), one.rev.slice(2)] } }], { new_edits: false });
  const document = await db.get('r', { revs: true, revs_info: true, conflicts: true });
  assert.equal(document._rev, other);
  assert.deepEqual(document._revisions, { start: 2, ids: ['f'.repeat(32), one.rev.slice(2)] });
  assert.deepEqual(document._conflicts, [two.rev]);
  assert.deepEqual(document._revs_info.map((r) => r.rev), [other, one.rev]);
  assert.equal((await db.get('r', { rev: two.rev })).n, 2);
  const open = await db.get('r', { open_revs: 'all' });
  assert.deepEqual(open.map((r) => r.ok._rev).sort(), [two.rev, other].sort());
  const some = await db.get('r', { open_revs: [two.rev, `5-${'a'.repeat(32)}`] });
  assert.deepEqual(some.map((r) => r.ok?._rev ?? r.missing), [two.rev, `5-${'a'.repeat(32)}`]);
  const latest = await db.get('r', { open_revs: [one.rev], latest: true });
  assert.deepEqual(latest.map((r) => r.ok._rev).sort(), [two.rev, other].sort());
  const name = db.name.split('/').pop();
  const diff = await ask(`/${name}/_revs_diff`, { method: 'POST', body: { r: [one.rev, `3-${'b'.repeat(32)}`], q: [`1-${'c'.repeat(32)}`] } });
  assert.deepEqual(diff.json.q, { missing: [`1-${'c'.repeat(32)}`] });
  assert.deepEqual(diff.json.r.missing, [`3-${'b'.repeat(32)}`]);
});

test('out to the server and back into another: conflicts, deletions, files, odd ids', async () => {
  const [here, there, other] = [memory(), remote(), memory()];
  await fill(here);
  const sent = await here.replicate.to(there);
  assert.deepEqual([sent.ok, sent.doc_write_failures], [true, 0]);
  await other.replicate.from(there);
  const count = await assertSame(here, there);
  assert.equal(await assertSame(there, other), count);
  const again = await here.replicate.to(there);
  assert.deepEqual([again.docs_read, again.docs_written], [0, 0]);
  await addOddEdits(other, 5);
  await other.replicate.to(there);
  await here.replicate.from(there);
  await assertSame(here, other);
});

test('both ways at once, live', async () => {
  const [one, two, there] = [memory(), memory(), remote()];
  const syncs = [one, two].map((db) => db.sync(there, { live: true, retry: true, heartbeat: 1000 }));
  await one.put({ _id: 'from-one', n: 1 });
  await two.put({ _id: 'from-two', n: 2 });
  await until(() => two.get('from-one').catch(() => null), 'the one in the other');
  await until(() => one.get('from-two').catch(() => null), 'the other in the one');
  await one.remove(await one.get('from-two'));
  await until(() => two.get('from-two').then(() => false, (e) => e.reason === 'deleted'), 'the deletion');
  for (let n = 0; n < 20; n++) await (n % 2 ? one : two).put({ _id: `live-${n}`, n });
  await until(async () => (await Promise.all([one, two, there].map((db) => db.allDocs()))).every((r) => r.rows.length === 21), 'all in all three');
  for (const sync of syncs) sync.cancel();
  await Promise.all(syncs);
  await assertSame(one, two);
});

test('a replication that is stopped goes on where it was', async () => {
  const [here, there] = [memory(), remote()];
  const random = new Random(8);
  await here.bulkDocs(Array.from({ length: 600 }, (_, i) => need(random, i)));
  const half = here.replicate.to(there, { batch_size: 50, batches_limit: 1 });
  await new Promise((done) => half.on('change', ({ docs_written }) => docs_written >= 200 && done(half.cancel())));
  await half.catch(() => {});
  const rest = await here.replicate.to(there, { batch_size: 50 });
  assert.ok(rest.docs_read < 500, `${rest.docs_read} were read again`);
  assert.equal((await there.info()).doc_count, 600);
});

test('a database made anew gets everything again', async () => {
  const here = memory();
  await here.bulkDocs([{ _id: 'a' }, { _id: 'b' }]);
  let there = remote();
  const { name } = there;
  await here.replicate.to(there);
  await there.destroy();
  assert.equal((await ask(`/${name.split('/').pop()}`)).status, 404);
  there = new PouchDB(name);
  const again = await here.replicate.to(there);
  assert.equal(again.docs_written, 2);
  await assertSame(here, there);
});

test('files: text, every byte, nothing, three megabytes, odd names', async () => {
  const db = remote();
  const files = {
    'æ ø å.txt': ['text/plain; charset=utf-8', Buffer.from('blåbær')],
    'every byte': ['application/octet-stream', Buffer.from([...Array(256).keys()])],
    'nothing.bin': ['application/octet-stream', Buffer.alloc(0)],
    'folder/large.bin': ['application/x-large', bytes(new Random(5), 3 << 20)],
  };
  let rev;
  for (const [name, [type, data]] of Object.entries(files)) ({ rev } = await db.putAttachment('d', name, rev, data, type));
  const document = await db.get('d');
  assert.deepEqual(Object.keys(document._attachments).sort(), Object.keys(files).sort());
  for (const [name, [type, data]] of Object.entries(files)) {
    const stub = document._attachments[name];
    assert.deepEqual([stub.stub, stub.length, stub.content_type], [true, data.length, type]);
    assert.equal(sha256(await db.getAttachment('d', name)), sha256(data), name);
  }
  const whole = await db.get('d', { attachments: true, binary: true });
  assert.equal(sha256(whole._attachments['folder/large.bin'].data), sha256(files['folder/large.bin'][1]));
  ({ rev } = await db.put({ ...document, title: 'kept' }));
  assert.equal((await db.get('d'))._attachments['every byte'].digest, document._attachments['every byte'].digest);
  await db.removeAttachment('d', 'every byte', rev);
  assert.equal((await refused(db.getAttachment('d', 'every byte'))).status, 404);
  const copy = memory();
  await db.replicate.to(copy);
  assert.equal(sha256(await copy.getAttachment('d', 'folder/large.bin')), sha256(files['folder/large.bin'][1]));
});

test('a part of a file', async () => {
  onlyOurs();
  const db = remote();
  const data = bytes(new Random(6), 100000);
  await db.putAttachment('d', 'f', data, 'application/octet-stream');
  const headers = { Authorization: basic(admin), Range: 'bytes=1000-1999' };
  const answer = await fetch(`${server.url}/${db.name.split('/').pop()}/d/f`, { headers });
  assert.equal(answer.status, 206);
  assert.equal(answer.headers.get('content-range'), 'bytes 1000-1999/100000');
  assert.equal(sha256(Buffer.from(await answer.arrayBuffer())), sha256(data.subarray(1000, 2000)));
});

test('local documents stay where they are', async () => {
  const db = remote();
  await db.put({ _id: '_local/mine', n: 1 });
  const document = await db.get('_local/mine');
  assert.equal(document.n, 1);
  await db.put({ ...document, n: 2 });
  assert.equal((await db.get('_local/mine')).n, 2);
  assert.deepEqual((await db.allDocs()).rows, []);
  assert.deepEqual((await db.changes()).results, []);
  await db.remove(await db.get('_local/mine'));
  assert.equal((await refused(db.get('_local/mine'))).status, 404);
});

test('nobody comes in without an account, or with a wrong password', async () => {
  onlyOurs();
  const db = remote();
  await db.put({ _id: 'a' });
  const name = db.name.split('/').pop();
  for (const path of [`/${name}`, `/${name}/a`, `/${name}/_changes`, `/${name}/_all_docs`, '/_all_dbs']) assert.equal((await ask(path, { account: null })).status, 401, path);
  const wrong = await ask(`/${name}/a`, { account: { ...admin, password: 'feil' } });
  assert.deepEqual([wrong.status, wrong.json.error], [401, 'unauthorized']);
  for (const path of ['/', '/_up', '/_session']) assert.equal((await ask(path, { account: null })).status, 200, path);
  assert.equal((await ask('/_session', { account: null })).json.userCtx.name, null);
});

test('signed in by cookie', async () => {
  onlyOurs();
  const db = remote();
  await db.put({ _id: 'a', n: 1 });
  const login = await ask('/_session', { method: 'POST', account: null, body: admin });
  assert.equal(login.status, 200);
  const cookie = login.headers.get('set-cookie').split(';')[0];
  assert.match(login.headers.get('set-cookie'), /HttpOnly/i);
  const me = await ask('/_session', { account: null, headers: { Cookie: cookie } });
  assert.deepEqual([me.json.userCtx.name, me.json.info.authenticated], [admin.name, 'cookie']);
  const withCookie = new PouchDB(`${server.url}/${db.name.split('/').pop()}`, { fetch: (url, options) => PouchDB.fetch(url, { ...options, headers: new Headers([...options.headers, ['Cookie', cookie]]) }) });
  assert.equal((await withCookie.get('a')).n, 1);
  const form = await ask('/_session', { method: 'POST', account: null, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(admin).toString() });
  assert.equal(form.status, 200);
  assert.equal((await ask('/_session', { method: 'POST', account: null, body: { name: admin.name, password: 'feil' } })).status, 401);
  assert.equal((await ask('/_session', { method: 'DELETE', account: null, headers: { Cookie: cookie } })).status, 200);
});

const kari = { name: 'kari', password: 'passord på flere ord' };

test('an account is made, is a member of one database and of no other', async () => {
  onlyOurs();
  const users = remote('_users');
  await users.put({ _id: `org.couchdb.user:${kari.name}`, type: 'user', ...kari, roles: ['org:310000000'] });
  const stored = await users.get(`org.couchdb.user:${kari.name}`);
  assert.equal(stored.password, undefined);
  assert.equal(stored.password_scheme, 'pbkdf2');
  const [open, closed] = [remote(), remote()];
  for (const db of [open, closed]) await db.put({ _id: 'a', n: 1 });
  const name = open.name.split('/').pop();
  const security = await ask(`/${name}/_security`, { method: 'PUT', body: { admins: { names: [], roles: [] }, members: { names: [kari.name], roles: [] } } });
  assert.equal(security.status, 200);
  const hers = remote(name, kari);
  assert.equal((await hers.get('a')).n, 1);
  await hers.put({ _id: 'b', by: kari.name });
  const no = await refused(remote(closed.name.split('/').pop(), kari).get('a'));
  assert.deepEqual([no.status, no.name], [403, 'forbidden']);
  const changed = await refused(ask(`/${name}/_security`, { method: 'PUT', account: kari, body: {} }).then((r) => (r.status === 200 ? r : Promise.reject(r))));
  assert.ok([401, 403].includes(changed.status));
});

test('a design document judges what is written, and the words reach the client', async () => {
  onlyOurs();
  const db = remote();
  const name = db.name.split('/').pop();
  await ask(`/${name}/_security`, { method: 'PUT', body: { members: { names: [kari.name] } } }).then(() => db.info());
  const judge = 'function (doc, old, user) { if (doc.bad) throw ({ forbidden: "ikke slik" }); if (doc.who && doc.who !== user.name) throw ({ unauthorized: "ikke du" }); }';
  await db.put({ _id: '_design/rules', validate_doc_update: judge });
  await ask(`/${name}/_security`, { method: 'PUT', body: { members: { names: [kari.name] } } });
  const hers = remote(name, kari);
  const no = await refused(hers.put({ _id: 'x', bad: true }));
  assert.deepEqual([no.status, no.reason], [403, 'ikke slik']);
  assert.equal((await refused(hers.put({ _id: 'x', who: 'ola' }))).status, 401);
  const here = memory();
  await here.bulkDocs([{ _id: 'bad', bad: true }, { _id: 'good', who: kari.name }]);
  const denied = [];
  const result = await here.replicate.to(hers).on('denied', (d) => denied.push(d));
  assert.deepEqual([result.docs_written, result.doc_write_failures], [1, 1]);
  assert.deepEqual((await db.allDocs({ startkey: 'a' })).rows.map((r) => r.id), ['good']);
  await until(() => denied.length === 1, 'the refusal');
  const design = await refused(hers.put({ _id: '_design/mine', x: 1 }));
  assert.ok([401, 403].includes(design.status));
});

test('the administration that tools ask for', async () => {
  onlyOurs();
  const db = remote();
  const name = db.name.split('/').pop();
  const { rev } = await db.put({ _id: 'a' });
  assert.equal((await ask('/')).json.couchdb, 'Welcome');
  assert.equal((await ask('/_up')).json.status, 'ok');
  assert.equal((await ask('/_uuids?count=3')).json.uuids.length, 3);
  assert.ok((await ask('/_all_dbs')).json.includes(name));
  assert.equal((await ask(`/${name}`, { method: 'PUT' })).status, 412);
  assert.equal((await ask('/Not-A-Name', { method: 'PUT' })).status, 400);
  assert.deepEqual((await ask(`/${name}/_ensure_full_commit`, { method: 'POST', body: '{}' })).json.ok, true);
  assert.equal((await ask(`/${name}/_compact`, { method: 'POST', body: '{}' })).status, 202);
  assert.equal((await ask(`/${name}/_revs_limit`)).json, 1000);
  assert.equal((await ask(`/${name}/_revs_limit`, { method: 'PUT', body: '5' })).status, 200);
  for (const path of ['_design/x/_view/y', '_find', '_design/x/_show/y']) {
    const answer = await ask(`/${name}/${path}`, path === '_find' ? { method: 'POST', body: { selector: {} } } : {});
    assert.deepEqual([answer.status, typeof answer.json.error], [501, 'string'], path);
  }
  const purged = await ask(`/${name}/_purge`, { method: 'POST', body: { a: [rev] } });
  assert.deepEqual([purged.status < 300, purged.json.purged], [true, { a: [rev] }]);
  assert.equal((await refused(db.get('a'))).reason, 'missing');
});

test('an answer is asked for only when it is another', async () => {
  onlyOurs();
  const db = remote();
  const { rev } = await db.put({ _id: 'a' });
  const path = `/${db.name.split('/').pop()}/a`;
  const first = await ask(path);
  assert.equal(first.headers.get('etag'), `"${rev}"`);
  assert.equal((await ask(path, { headers: { 'If-None-Match': `"${rev}"` } })).status, 304);
  assert.equal((await ask(path, { method: 'DELETE', headers: { 'If-Match': '1-0' } })).status, 409);
  assert.equal((await ask(path, { method: 'DELETE', headers: { 'If-Match': `"${rev}"` } })).status, 200);
});

test('gzip both ways', async () => {
  onlyOurs();
  const db = remote();
  const name = db.name.split('/').pop();
  await db.info();
  const body = gzipSync(JSON.stringify({ docs: [{ _id: 'a', text: 'æ'.repeat(5000) }] }));
  const answer = await ask(`/${name}/_bulk_docs`, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip' } });
  assert.equal(answer.status, 201);
  assert.equal((await db.get('a')).text.length, 5000);
  const wrong = await ask(`/${name}/_bulk_docs`, { method: 'POST', body: Buffer.from('not gzip'), headers: { 'Content-Encoding': 'gzip' } });
  assert.ok([400, 415].includes(wrong.status), `${wrong.status}`);
});

test('what is no document is refused, and nothing changes', async () => {
  onlyOurs();
  const db = remote();
  const name = db.name.split('/').pop();
  await db.put({ _id: 'a' });
  const before = await leavesOf(db);
  const wrong = ['', '{', '[]', '"x"', 'null', '{"docs":1}', '{"docs":[1]}', '{"docs":[{"_id":1}]}', '{"docs":[{"_id":""}]}', '{"docs":[{"_id":"b","_x":1}]}', '{"docs":[{"_id":"b"}]', `{"docs":${'['.repeat(100000)}`];
  for (const body of wrong) {
    const answer = await ask(`/${name}/_bulk_docs`, { method: 'POST', body });
    const rows = Array.isArray(answer.json) ? answer.json.filter((r) => !r.error) : [];
    assert.ok(answer.status >= 400 || rows.length === 0, `${answer.status} for ${body.slice(0, 40)}`);
    assert.ok(answer.status < 500, `${answer.status} for ${body.slice(0, 40)}`);
  }
  for (const path of ['a?rev=x', 'a?open_revs=x', '_changes?since=x%00', '_changes?limit=-x', '_all_docs?startkey=x', '_local/']) {
    const { status } = await ask(`/${name}/${path}`);
    assert.ok(status >= 400 && status < 500, `${status} for ${path}`);
  }
  assert.deepEqual(await leavesOf(db), before);
});

await run();
