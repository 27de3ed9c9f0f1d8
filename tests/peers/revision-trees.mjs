// SPDX-License-Identifier: GPL-3.0-or-later
// Random histories on two to five stores, replicated in random order and direction and broken off on the way. Each step is
// done in PouchDB, too, with the same revision ids; then leaves, winner and deletions must be the same in our store, in
// PouchDB and in a model of a few lines. SAMSPILL_HISTORIES: how many; SAMSPILL_SEED: from which seed.

import assert from 'node:assert/strict';
import { join } from 'node:path';

import { Lines, build, memory, newFolder } from './programs.mjs';
import { Random } from './random.mjs';
import { run, test } from './tap.mjs';

const histories = Number(process.env.SAMSPILL_HISTORIES ?? 24);
const firstSeed = Number(process.env.SAMSPILL_SEED ?? 20261125);

const generation = (rev) => Number(rev.slice(0, rev.indexOf('-')));
const hash = (rev) => rev.slice(rev.indexOf('-') + 1);
const bytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What CouchDB's documentation says, and no more: revisions with their parents. */
class Model {
  constructor() {
    this.revisions = new Map(); // rev → {parent, deleted}
  }

  insert(path, deleted) {
    path.forEach((rev, i) => {
      const known = this.revisions.get(rev);
      if (!known) this.revisions.set(rev, { parent: path[i + 1] ?? null, deleted: i === 0 && deleted });
      else known.parent ??= path[i + 1] ?? null;
    });
  }

  leaves() {
    const parents = new Set([...this.revisions.values()].map((r) => r.parent));
    return [...this.revisions.keys()].filter((rev) => !parents.has(rev)).sort();
  }

  deleted(rev) {
    return this.revisions.get(rev).deleted;
  }

  winner() {
    return this.leaves().sort((a, b) => this.deleted(a) - this.deleted(b) || generation(b) - generation(a) || bytes(hash(b), hash(a)))[0];
  }

  path(rev) {
    const out = [];
    for (let next = rev; next; next = this.revisions.get(next)?.parent) out.push(next);
    return out;
  }
}

function asDocument(id, revisions, deleted, body) {
  const [start] = revisions.map(generation);
  const document = { ...body, _id: id, _rev: revisions[0], _revisions: { start, ids: revisions.map(hash) } };
  if (deleted) document._deleted = true;
  return document;
}

/** Other programs count their revisions with what they like (PouchDB takes no second hyphen). */
const odd = ['abc', 'ABC', '1', 'f', 'x'.repeat(40), 'æ', 'a b', 'F'.repeat(32), 'g'.repeat(32), '0'.repeat(31), '"'];
const taken = new Set(); // of a history: the same id for two revisions is no history

function newHash(random) {
  const free = odd.filter((one) => !taken.has(one));
  const chosen = random.chance(0.25) && free.length ? random.pick(free) : random.hex(32);
  taken.add(chosen);
  return chosen;
}

/** One computer: our store, PouchDB and the model beside each other. */
class Replica {
  constructor(lines, name, limit) {
    Object.assign(this, { lines, name, limit, models: new Map(), pouch: memory(limit ? { revs_limit: limit } : {}) });
  }

  async open() {
    assert.deepEqual(await this.lines.ask({ do: 'open', store: this.name }), { ok: true });
    if (this.limit) assert.deepEqual(await this.lines.ask({ do: 'limit', store: this.name, revisions: this.limit }), { ok: true });
  }

  model(id) {
    if (!this.models.has(id)) this.models.set(id, new Model());
    return this.models.get(id);
  }

  ours(id) {
    return this.lines.ask({ do: 'leaves', store: this.name, id });
  }

  /** A revision from elsewhere, through one door of the store or the other. */
  async insert(id, revisions, deleted, body, asSent) {
    const answer = await this.lines.ask(asSent
      ? { do: 'write', store: this.name, document: JSON.stringify(asDocument(id, revisions, deleted, body)) }
      : { do: 'insert', store: this.name, id, revisions, deleted, body: JSON.stringify(body) });
    assert.equal(answer.error, undefined);
    await this.replay(id, revisions, deleted, body);
  }

  /** A revision that our store makes by itself. */
  async edit(random, id, parent, deleted, body) {
    if (this.limit && deleted) {
      // Two computers delete alike. Where the tree was cut, PouchDB overlooks how a revision that it has hangs together.
      const { revisions } = (await this.ours(id)).leaves.find((leaf) => leaf.rev === parent);
      await this.insert(id, [`${generation(parent) + 1}-${random.hex(32)}`, ...revisions], true, {}, false);
      return;
    }
    const answer = await this.lines.ask({ do: deleted ? 'delete' : 'put', store: this.name, id, parent, body: deleted ? undefined : JSON.stringify(body) });
    assert.equal(answer.error, undefined);
    const leaf = (await this.ours(id)).leaves.find((l) => l.rev === answer.rev);
    assert.ok(leaf, 'what was just written is a leaf');
    if (this.limit !== 1) assert.equal(leaf.revisions[1] ?? null, parent);
    const path = leaf.revisions.length > 1 || !parent ? leaf.revisions : [answer.rev, parent]; // where only one is kept
    await this.replay(id, path, deleted, deleted ? {} : body);
  }

  async replay(id, revisions, deleted, body) {
    const document = asDocument(id, revisions, deleted, body);
    assert.deepEqual((await this.pouch.bulkDocs([document], { new_edits: false })).filter((r) => r.error), []);
    this.model(id).insert(revisions, deleted);
  }

  async pouchLeaves(id) {
    const found = await this.pouch.get(id, { open_revs: 'all' }).catch((error) => {
      if (error.status === 404) return [];
      throw error;
    });
    return found.map(({ ok }) => [ok._rev, ok._deleted === true]);
  }

  async compare(id) {
    const ours = await this.ours(id);
    const theirs = (await this.pouchLeaves(id)).sort((a, b) => bytes(a[0], b[0]));
    const mine = ours.leaves.map((leaf) => [leaf.rev, leaf.deleted]).sort((a, b) => bytes(a[0], b[0]));
    assert.deepEqual(mine, theirs, `leaves of ${id} in ${this.name}: ours and PouchDB's`);
    if (!mine.length) return;
    const { rows: [row] } = await this.pouch.allDocs({ keys: [id] });
    assert.deepEqual([ours.winner, ours.deleted], [row.value.rev, row.value.deleted === true], `winner of ${id} in ${this.name}: ours and PouchDB's`);
    if (this.limit) return;
    const model = this.model(id);
    assert.deepEqual(mine.map(([rev]) => rev).sort(), model.leaves(), `leaves of ${id} in ${this.name}: ours and the model's`);
    assert.equal(ours.winner, model.winner(), `winner of ${id} in ${this.name}: ours and the model's`);
  }
}

/** Sends leaves as a replicator does, in any order, and stops when it likes. */
async function replicate(random, from, to, ids, whole) {
  let left = whole ? Infinity : random.below(6);
  for (const id of random.shuffled(ids)) {
    for (const leaf of random.shuffled((await from.ours(id)).leaves)) {
      if (left-- <= 0) return;
      await to.insert(id, leaf.revisions, leaf.deleted, leaf.body ? JSON.parse(leaf.body) : {}, random.chance(0.5));
      await to.compare(id);
    }
  }
}

const steps = {
  async create(random, replica, id) {
    if ((await replica.ours(id)).leaves.length) return steps.edit(random, replica, id);
    return replica.edit(random, id, null, false, { n: random.next() });
  },
  async edit(random, replica, id) {
    const { leaves } = await replica.ours(id);
    const living = leaves.filter((leaf) => !leaf.deleted);
    if (!living.length) return steps.recreate(random, replica, id);
    return replica.edit(random, id, random.pick(living).rev, false, { n: random.next() });
  },
  async remove(random, replica, id) {
    const living = (await replica.ours(id)).leaves.filter((leaf) => !leaf.deleted);
    if (living.length) await replica.edit(random, id, random.pick(living).rev, true);
  },
  async recreate(random, replica, id) {
    const { winner, deleted } = await replica.ours(id);
    if (winner && deleted) await replica.edit(random, id, winner, false, { again: random.next() });
  },
  /** What another program wrote on a revision that we have: on a leaf or on an older one. */
  async conflict(random, replica, id) {
    const { leaves } = await replica.ours(id);
    if (!leaves.length) return;
    const path = random.pick(leaves).revisions;
    const known = path.slice(random.below(path.length));
    const rev = `${generation(known[0]) + 1}-${newHash(random)}`;
    await replica.insert(id, [rev, ...known], random.chance(0.25), { other: random.next() }, random.chance(0.5));
  },
  /** A document of the same id that began elsewhere. */
  async root(random, replica, id) {
    const length = 1 + random.below(3);
    const path = Array.from({ length }, (_, i) => `${length - i}-${newHash(random)}`);
    await replica.insert(id, path, random.chance(0.2), { foreign: random.next() }, random.chance(0.5));
  },
  /** One wins, the others are ended. */
  async resolve(random, replica, id) {
    const { winner, leaves } = await replica.ours(id);
    for (const leaf of leaves) if (!leaf.deleted && leaf.rev !== winner) await replica.edit(random, id, leaf.rev, true);
  },
};

async function history(lines, seed, { limit = 0, ids = ['need:310000000:å-𝄞', 'b', 'c'] } = {}) {
  const random = new Random(seed);
  taken.clear();
  const replicas = [];
  for (let i = 0; i < 2 + random.below(4); i++) {
    replicas.push(new Replica(lines, `${seed}-${limit}-${i}`, limit));
    await replicas.at(-1).open();
  }
  const kinds = ['create', 'edit', 'edit', 'edit', 'remove', 'recreate', 'conflict', 'conflict', 'root', 'resolve'];
  for (let i = 0; i < 40; i++) {
    const replica = random.pick(replicas);
    if (random.chance(0.35)) {
      const to = random.pick(replicas.filter((other) => other !== replica));
      await replicate(random, replica, to, ids, false);
    } else {
      const id = random.pick(ids);
      await steps[random.pick(kinds)](random, replica, id);
      await replica.compare(id);
    }
  }
  await meet(random, replicas, ids);
  for (const replica of replicas) await replica.pouch.destroy();
}

/** At last all hear of everything; all must then say the same, also after they were closed. */
async function meet(random, replicas, ids) {
  for (let round = 0; round < 2; round++)
    for (const [i, replica] of replicas.entries()) await replicate(random, replica, replicas[(i + 1) % replicas.length], ids, true);
  for (const replica of replicas) {
    await replica.lines.ask({ do: 'reopen', store: replica.name });
    assert.deepEqual((await replica.lines.ask({ do: 'check', store: replica.name })).faults, []);
    for (const id of ids) {
      await replica.compare(id);
      if (replica.limit) continue;
      const [first, here] = await Promise.all([replicas[0].ours(id), replica.ours(id)]);
      for (const leaf of [...first.leaves, ...here.leaves]) leaf.body ??= '{}'; // a deletion here has none, one that came has an empty one
      assert.deepEqual(here, first, `${id} in ${replica.name} and in ${replicas[0].name}`);
    }
  }
}

const lines = new Lines(join(build, 'tests/peers/store-lines'), [newFolder('stores')]);

test('random histories: leaves, winner and deletions are as in PouchDB after each step', async () => {
  for (let i = 0; i < histories; i++) {
    try {
      await history(lines, firstSeed + i);
    } catch (error) {
      error.stack = `seed ${firstSeed + i}: ${error.stack}`;
      throw error;
    }
  }
}, { seconds: 600 });

test('random histories with few revisions kept: the same', async () => {
  for (let i = 0; i < histories; i++) {
    const limit = 1 + (i % 7);
    try {
      await history(lines, firstSeed + 1000 + i, { limit, ids: ['x'] });
    } catch (error) {
      error.stack = `seed ${firstSeed + 1000 + i}, ${limit} kept: ${error.stack}`;
      throw error;
    }
  }
}, { seconds: 600 });


await run();
