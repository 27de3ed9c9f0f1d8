// SPDX-License-Identifier: GPL-3.0-or-later
// The design documents that are made of data/rules, in PouchDB with pouchdb-validation: the cases of rule-cases.json, which
// test-rules.c judges in QuickJS. PouchDB finds the old document itself, so that it is stored first.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import PouchCore from 'pouchdb-core';
import memoryAdapter from 'pouchdb-adapter-memory';
import validation from 'pouchdb-validation';

import { run, test } from '../peers/tap.mjs';

const PouchDB = PouchCore.plugin(memoryAdapter).plugin(validation);
const cases = JSON.parse(readFileSync(new URL('rule-cases.json', import.meta.url)));
const build = process.env.SAMSPILL_BUILD_DIR ?? fileURLToPath(new URL('../../_build', import.meta.url));
const design = (kind) => JSON.parse(readFileSync(join(build, 'data/couchdb', `${kind}.json`)));
let made = 0;

/** What pouchdb-validation says to a document: null, "forbidden" or "unauthorized". */
async function judge(kind, { document, old, user, security, fill }) {
  const db = new PouchDB(`rules-${++made}`, { adapter: 'memory' });
  if (old) {
    const { _rev, ...body } = { ...old, _deleted: undefined, _id: document._id };
    const { rev } = await db.put(JSON.parse(JSON.stringify(body)));
    if (old._deleted) await db.remove(document._id, rev);
  }
  await db.put(design(kind));
  const text = fill ? { text: 'x'.repeat(fill) } : {};
  // PouchDB itself refuses members that it makes itself; the rules are asked before that.
  const said = await db.validatingPut({ ...structuredClone(document), ...text }, { userCtx: user, secObj: security }).then(() => null, (e) => e);
  await db.destroy();
  if (!said) return null;
  return ['forbidden', 'unauthorized'].includes(said.name) ? said.name : `not judged (${said.name})`;
}

for (const kind of ['commons', 'team', 'joint', 'users']) {
  test(`${kind}.js judges in PouchDB as in QuickJS`, async () => {
    const mine = cases.filter((one) => one.rules === kind);
    assert.ok(mine.length > 20);
    for (const one of mine) {
      const said = await judge(kind, one);
      const allowed = one.result === null && (said === null || said.startsWith('not judged'));
      assert.ok(allowed || said === one.result, `${one.name}: wanted ${one.result}, got ${said}`);
    }
  });
  test(`${kind}.js is a design document with a version`, () => {
    const made = design(kind);
    assert.equal(made._id, `_design/samspill-${kind}`);
    assert.equal(made.version, 1);
    assert.match(made.validate_doc_update, /^function \(newDoc, oldDoc, userCtx, secObj/);
  });
}

test('every record of the sample data is let in for its owner and for nobody else', async () => {
  let judged = 0;
  for (const file of ['cases', 'needs', 'organisations', 'pitches']) {
    for (const document of JSON.parse(readFileSync(new URL(`../../data/sample/${file}.json`, import.meta.url)))) {
      const owner = { name: 'a', roles: [`org:${document.owner}`] };
      assert.equal(await judge('commons', { document, user: owner, security: {} }), null, document._id);
      assert.equal(await judge('team', { document, user: owner, security: { members: { roles: owner.roles } } }), null, document._id);
      assert.equal(await judge('commons', { document, user: { name: 'b', roles: ['org:999999999'] }, security: {} }), 'forbidden', document._id);
      judged++;
    }
  }
  assert.ok(judged > 20);
});

await run();
