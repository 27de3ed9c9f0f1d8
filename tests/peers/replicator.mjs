// SPDX-License-Identifier: GPL-3.0-or-later
// Our replicator (samspillctl replicate) against PouchDB Server, or with the argument "registry" against our own registry: both ways.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

import { addOddEdits, assertSame, fill, leavesOf, need } from './documents.mjs';
import { PouchDB, ctl, memory, newFolder, startPouchServer, startRegistry } from './programs.mjs';
import { Random } from './random.mjs';
import { run, test } from './tap.mjs';

const server = process.argv[2] === 'registry' ? await startRegistry() : await startPouchServer();
let made = 0;
const newSpace = () => `joint-${randomUUID()}`;
const remote = (name = `peers-${++made}`) => new PouchDB(server.database(name));

/** Runs samspillctl replicate; its summary is the last line. */
async function replicate(profile, source, target, { code = 0, args = [] } = {}) {
  const done = await ctl(profile, ['replicate', source, target, ...args]);
  assert.equal(done.code, code, `${source} → ${target}: ${done.out}${done.err}`);
  if (done.code !== 0) assert.ok(done.err.trim(), 'a failure says what was wrong');
  return done.out.trim() ? JSON.parse(done.out.trim().split('\n').at(-1)) : null;
}

async function assertClean(profile) {
  const { code, out, err } = await ctl(profile, ['check']);
  assert.equal(code, 0, out + err);
}

async function filled(options) {
  const [here, there] = [memory(), remote()];
  await fill(here, options);
  await here.replicate.to(there);
  await assertSame(here, there);
  return there;
}

test('from a database to a space and out to another database: all of it', async () => {
  const [profile, space] = [newFolder('profile'), newSpace()];
  const [from, to] = [await filled(), remote()];
  await to.info();
  const pulled = await replicate(profile, from.name, `space:${space}`);
  assert.ok(pulled.written > 70 && pulled.refused === 0, JSON.stringify(pulled));
  const pushed = await replicate(profile, `space:${space}`, to.name);
  assert.equal(pushed.written, pulled.written);
  await assertSame(from, to);
  await assertClean(profile);
});

test('nothing to do is nothing done', async () => {
  const [profile, space, from, to] = [newFolder('profile'), newSpace(), await filled({ files: false }), remote()];
  await to.info();
  await replicate(profile, from.name, `space:${space}`);
  await replicate(profile, `space:${space}`, to.name);
  for (const sides of [[from.name, `space:${space}`], [`space:${space}`, to.name]]) {
    const again = await replicate(profile, ...sides);
    assert.deepEqual([again.read, again.written], [0, 0]);
    if ('requests' in again) assert.ok(again.requests <= 3, `${again.requests} requests`);
  }
});

test('edits, deletions and conflicts of both sides meet', async () => {
  const [one, two, space, there] = [newFolder('profile'), newFolder('profile'), newSpace(), await filled({ many: 40 })];
  for (const profile of [one, two]) await replicate(profile, there.name, `space:${space}`);
  await addOddEdits(there, 11);
  const other = memory();
  await there.replicate.to(other);
  await addOddEdits(other, 12);
  const second = remote();
  await other.replicate.to(second);
  await replicate(one, there.name, `space:${space}`);
  await replicate(one, second.name, `space:${space}`);
  await replicate(one, `space:${space}`, there.name);
  await replicate(two, there.name, `space:${space}`);
  const last = remote();
  await last.info();
  await replicate(two, `space:${space}`, last.name);
  await assertSame(there, last);
  for (const profile of [one, two]) await assertClean(profile);
});

test('what samspillctl writes is in PouchDB, and what PouchDB writes samspillctl lists', async () => {
  const [profile, there] = [newFolder('profile'), remote()];
  const space = 'team-302353875';
  const random = new Random(21);
  await there.bulkDocs([need(random, 1), need(random, 2)]);
  await replicate(profile, there.name, `space:${space}`);
  const list = (await ctl(profile, ['list', 'need', '--space', space, '--json'])).out.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(list.length, 2);
  const record = { type: 'need', schema: 1, lang: 'nn', owner: '302353875', title: 'Korleis kan vi måle det vi ikkje ser?' };
  const put = await ctl(profile, ['put', '-', '--space', space], { input: JSON.stringify(record) });
  assert.equal(put.code, 0, put.err);
  await replicate(profile, `space:${space}`, there.name);
  assert.equal((await there.get(put.out.trim())).title, record.title);
});

test('more than a batch, twice', async () => {
  const [profile, space, from, to] = [newFolder('profile'), newSpace(), remote(), remote()];
  const random = new Random(31);
  await to.info();
  for (let first = 0; first < 3000; first += 1000) await from.bulkDocs(Array.from({ length: 1000 }, (_, i) => need(random, first + i)));
  const pulled = await replicate(profile, from.name, `space:${space}`);
  assert.equal(pulled.written, 3000);
  const pushed = await replicate(profile, `space:${space}`, to.name);
  assert.equal(pushed.written, 3000);
  assert.equal((await to.info()).doc_count, 3000);
}, { seconds: 120 });

test('a database that is made anew is filled anew', async () => {
  const [profile, space, from] = [newFolder('profile'), newSpace(), await filled({ files: false, many: 20 })];
  await replicate(profile, from.name, `space:${space}`);
  const to = remote();
  await to.info();
  const first = await replicate(profile, `space:${space}`, to.name);
  await to.destroy();
  const again = new PouchDB(to.name);
  await again.info();
  const second = await replicate(profile, `space:${space}`, to.name);
  assert.equal(second.written, first.written);
  await assertSame(from, again);
});

test('a document that is refused stops nobody else, and is said', async () => {
  const [profile, space, from, to] = [newFolder('profile'), newSpace(), remote(), remote()];
  await from.bulkDocs([{ _id: 'bad', bad: true }, { _id: 'good' }, { _id: 'good too' }]);
  await to.put({ _id: '_design/rules', validate_doc_update: 'function (doc) { if (doc.bad) throw ({ forbidden: "ikke slik" }); }' });
  await replicate(profile, from.name, `space:${space}`);
  const pushed = await replicate(profile, `space:${space}`, to.name, { code: 1 });
  assert.deepEqual([pushed.written, pushed.refused], [2, 1]);
  assert.equal((await to.get('good')).bad, undefined);
});

test('what is not there, or no database, is an error', async () => {
  const [profile, space] = [newFolder('profile'), newSpace()];
  await replicate(profile, server.database(`not-there-${++made}`), `space:${space}`, { code: 1 });
  await replicate(profile, 'http://127.0.0.1:9/nobody', `space:${space}`, { code: 1 });
  for (const [source, target] of [['nonsense', `space:${space}`], ['space:mine', `${server.url}/x`], [`${server.url}/x`, 'space:Ø']]) {
    const { code, err } = await ctl(profile, ['replicate', source, target]);
    assert.ok([1, 2].includes(code), `${source} → ${target} gave ${code}`);
    assert.ok(err.trim());
  }
});

/** A server that answers what it likes. */
async function liar(answer) {
  const seen = [];
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url}`);
      answer(request, response, body);
    });
  });
  await new Promise((done) => http.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${http.address().port}/db`, seen, close: () => http.close(() => {}) && http.closeAllConnections() };
}

const lies = {
  'no JSON': (request, response) => response.end('<html>'),
  'an empty answer': (request, response) => response.end(''),
  'a list': (request, response) => response.end('[]'),
  'another form': (request, response) => response.end('{"results":{"a":1},"last_seq":[],"update_seq":1,"db_name":"db"}'),
  'rows of nonsense': (request, response) => response.end('{"db_name":"db","update_seq":1,"results":[1,null,{"id":7},{"id":"a","changes":[{"rev":5}]}],"last_seq":1}'),
  'a redirect without end': (request, response) => response.writeHead(302, { Location: request.url }).end(),
  'only 500': (request, response) => response.writeHead(500).end('{"error":"x","reason":"y"}'),
  'a wrong length': (request, response) => response.writeHead(200, { 'Content-Length': '1000', Connection: 'close' }).end('{"db_name":"db"'),
};

for (const [name, answer] of Object.entries(lies)) {
  test(`a server that answers with ${name}: an error, and nothing is written`, async () => {
    const profile = newFolder('profile');
    const space = newSpace();
    const server = await liar(answer);
    const done = await ctl(profile, ['replicate', server.url, `space:${space}`]);
    server.close();
    assert.equal(done.code, 1, done.out + done.err);
    assert.ok(done.err.trim());
    await assertClean(profile);
  }, { seconds: 120 });
}

test('ids and revisions of any kind come through', async () => {
  const [profile, space, from, to] = [newFolder('profile'), newSpace(), remote(), remote()];
  const documents = ['abc', '1', 'ABC', 'x'.repeat(40)].map((hash, i) => ({ _id: `odd/${hash}?#%${i}`, _rev: `3-${hash}`, _revisions: { start: 3, ids: [hash, `b${hash}`, 'a'] }, i }));
  assert.deepEqual(await from.bulkDocs(documents, { new_edits: false }), []);
  await to.info();
  await replicate(profile, from.name, `space:${space}`);
  await replicate(profile, `space:${space}`, to.name);
  await assertSame(from, to);
  assert.equal((await leavesOf(to)).size, documents.length);
});

await run();
