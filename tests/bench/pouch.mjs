// SPDX-License-Identifier: GPL-3.0-or-later
// pouch.mjs pull URL · push URL FILE · save FILE: PouchDB in memory at work; prints seconds by the clock and of CPU. FILE: a document a line.

import { readFileSync } from 'node:fs';

import PouchCore from 'pouchdb-core';
import httpAdapter from 'pouchdb-adapter-http';
import memoryAdapter from 'pouchdb-adapter-memory';
import replication from 'pouchdb-replication';

const PouchDB = PouchCore.plugin(httpAdapter).plugin(memoryAdapter).plugin(replication);
const [work, ...args] = process.argv.slice(2);
const options = { batch_size: 500 };
const here = new PouchDB('here', { adapter: 'memory' });
await here.info();

const read = (file) => readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));

async function measure(body) {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  const out = await body();
  const used = process.cpuUsage(cpu);
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, cpu: (used.user + used.system) / 1e6, ...out }));
}

if (work === 'pull') {
  const there = new PouchDB(args[0]);
  await there.info();
  await measure(async () => ({ written: (await here.replicate.from(there, options)).docs_written }));
} else if (work === 'push') {
  const documents = read(args[1]);
  for (let first = 0; first < documents.length; first += 5000) await here.bulkDocs(documents.slice(first, first + 5000), { new_edits: false });
  const there = new PouchDB(args[0]);
  await there.info();
  await measure(async () => ({ written: (await here.replicate.to(there, options)).docs_written }));
} else {
  const documents = read(args[0]).map(({ _rev, ...document }) => document);
  for (const document of documents.splice(0, documents.length / 5)) await here.put(document); // warm
  await measure(async () => {
    for (const document of documents) await here.put(document);
    return { written: documents.length };
  });
}
process.exit(0);
