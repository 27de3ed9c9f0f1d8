// SPDX-License-Identifier: GPL-3.0-or-later
// Our replicator through a line that breaks, truncates, stalls and dawdles (proxy.py). After each attempt the store is clean and has what
// it had; when the line is good at last both sides are the same. SAMSPILL_PEER_SERVER=pouchdb: against PouchDB Server.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import { assertSame, fill, need } from './documents.mjs';
import { PouchDB, ctl, memory, newFolder, startPouchServer, startProxy, startRegistry } from './programs.mjs';
import { Random } from './random.mjs';
import { Skip, run, test } from './tap.mjs';

const server = process.env.SAMSPILL_PEER_SERVER === 'pouchdb' ? await startPouchServer() : await startRegistry();
const withFiles = process.env.SAMSPILL_WITHOUT_FILES === undefined;
let made = 0;
const remote = () => new PouchDB(server.database(`bad-line-${++made}`));

async function assertClean(profile) {
  const { code, out, err } = await ctl(profile, ['check']);
  assert.equal(code, 0, out + err);
}

/** Tries until it says that it is done; every failure must be said, and leave the store whole. */
async function insist(profile, source, target, after = async () => {}) {
  for (let attempt = 1; attempt < 60; attempt++) {
    const { code, out, err } = await ctl(profile, ['replicate', source, target], { seconds: 100 });
    await after();
    if (code === 0) return { attempt, summary: JSON.parse(out.trim().split('\n').at(-1)) };
    assert.equal(code, 1, `attempt ${attempt}: ${code} ${out}${err}`);
    assert.ok(err.trim(), 'a failure says what was wrong');
    assert.ok(!/"ok":true/.test(out));
    await assertClean(profile);
  }
  throw new Error('it never came through');
}

const lines = {
  'is cut': { cut_after: [0, 60000], faults: 12, seed: 1 },
  'ends too early, in order': { end_after: [0, 60000], faults: 12, seed: 2 },
  'is refused half of the time': { refuse: 0.5, faults: 12, seed: 3 },
  'is cut late': { cut_after: [30000, 300000], faults: 6, seed: 4 },
  'does all of it': { cut_after: [0, 200000], end_after: [0, 200000], refuse: 0.1, delay_ms: 3, faults: 12, seed: 5 },
  'is slow': { bits_per_second: 8e6, delay_ms: 10, seed: 6 },
};

for (const [name, faults] of Object.entries(lines)) {
  test(`a line that ${name}: both ways, and all is there in the end`, async () => {
    const [profile, space, from, to, here] = [newFolder('profile'), `joint-${randomUUID()}`, remote(), remote(), memory()];
    const random = new Random(faults.seed);
    await fill(here, { seed: faults.seed, files: withFiles });
    await here.bulkDocs(Array.from({ length: 600 }, (_, i) => need(random, 1000 + i)));
    await here.replicate.to(from, { batch_size: 500 });
    await to.info();
    const line = await startProxy(server, faults);
    const pulled = await insist(profile, line.through(from.name), `space:${space}`);
    const met = await line.met();
    await line.set(faults);
    let had = 0;
    const pushed = await insist(profile, `space:${space}`, line.through(to.name), async () => {
      const { doc_count: has } = await to.info();
      assert.ok(has >= had, 'what the server had taken is gone');
      had = has;
    });
    assert.equal((await line.met()) > 0 || !faults.faults, true, 'the line was never bad');
    console.log(`# ${name}: ${pulled.attempt} and ${pushed.attempt} attempts, ${met} and ${(await line.met()) - met} faults`);
    line.stop();
    await assertSame(from, to);
    await assertClean(profile);
  }, { seconds: 240 });
}

test('a line that falls silent: given up in time', async () => {
  if (!process.env.SAMSPILL_LONG) throw new Skip('takes a minute: SAMSPILL_LONG=1');
  const [profile, from] = [newFolder('profile'), remote()];
  await from.bulkDocs(Array.from({ length: 300 }, (_, i) => need(new Random(i), i)));
  const line = await startProxy(server, { stall_after: [1000, 50000], faults: 1, seed: 7 });
  const start = Date.now();
  await insist(profile, line.through(from.name), `space:joint-${randomUUID()}`);
  console.log(`# after ${(Date.now() - start) / 1000} s`);
  line.stop();
}, { seconds: 200 });

await run();
