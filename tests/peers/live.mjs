// SPDX-License-Identifier: GPL-3.0-or-later
// Two profiles of one organisation, a profile of another and PouchDB on one registry: connected as a person would, live.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PouchDB, ctl, ctlPath, environment, memory, newFolder, registryPath, runProgram, startRegistry, until } from './programs.mjs';
import { atEnd, run, test } from './tap.mjs';

const storvik = '302353875';
const team = `team-${storvik}`;
const server = await startRegistry();
const password = 'eit passord på fleire ord';
const passwordFile = join(newFolder('password'), 'password');
writeFileSync(passwordFile, password);

async function addUser(name, ...roles) {
  const done = await runProgram(registryPath, ['add-user', '--data', server.folder, '--name', name, ...roles.flatMap((role) => ['--role', role]), '--password-file', passwordFile]);
  assert.equal(done.code, 0, done.err);
}

/** A profile that is signed in; what it does is done as samspillctl. */
async function person(name, spaces) {
  const profile = newFolder(name);
  const env = { SAMSPILL_PASSWORD_FILE: passwordFile };
  const call = async (args, options = {}) => {
    const done = await ctl(profile, args, { env, ...options });
    assert.equal(done.code, options.code ?? 0, `${name}: ${args.join(' ')}: ${done.out}${done.err}`);
    return done.out;
  };
  for (const space of spaces) await call(['connect', space, server.url, '--user', name, '--password-file', passwordFile]);
  const watch = () => {
    const child = spawn(ctlPath, ['--profile', profile, 'sync', '--watch'], { env: { ...environment, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
    const stop = () => new Promise((done) => (child.exitCode === null && child.signalCode === null ? child.on('close', done) && child.kill('SIGTERM') : done()));
    atEnd(stop);
    return stop;
  };
  const show = async (id, space) => {
    const { code, out } = await ctl(profile, ['show', id, '--space', space], { env });
    return code === 0 ? JSON.parse(out) : null;
  };
  return { call, watch, show };
}

const need = (title) => JSON.stringify({ type: 'need', schema: 1, lang: 'nb', owner: storvik, title });


const admin = new PouchDB(server.database(team));
await admin.info();
await addUser('kari', `org:${storvik}`);
await addUser('ola', `org:${storvik}`);
await addUser('framand', 'org:310000000');
const kari = await person('kari', ['commons', team]);
const ola = await person('ola', ['commons', team]);

test('one run of each brings what one wrote to the other', async () => {
  const id = (await kari.call(['put', '-', '--space', team], { input: need('Hvordan kan vi finne lekkasjer?') })).trim();
  await kari.call(['sync']);
  await ola.call(['sync']);
  assert.equal((await ola.show(id, team)).title, 'Hvordan kan vi finne lekkasjer?');
});

test('both edit while they are away, then meet: both have both fields, in one version', async () => {
  const id = (await kari.call(['put', '-', '--space', team], { input: need('Hvordan kan vi møtes?') })).trim();
  for (const who of [kari, ola]) await who.call(['sync']);
  await kari.call(['put', '-', '--space', team], { input: JSON.stringify({ ...(await kari.show(id, team)), problem: 'Kari skrev dette.' }) });
  await ola.call(['put', '-', '--space', team], { input: JSON.stringify({ ...(await ola.show(id, team)), limits: 'Ola skrev dette.' }) });
  for (const who of [kari, ola, kari, ola]) await who.call(['sync']);
  const [hers, his] = [await kari.show(id, team), await ola.show(id, team)];
  assert.deepEqual([hers.problem, hers.limits], ['Kari skrev dette.', 'Ola skrev dette.']);
  assert.deepEqual(his, hers);
});

test('live: PouchDB writes, both hear; one writes, PouchDB hears', async () => {
  const stops = [kari.watch(), ola.watch()];
  const pouch = memory();
  const theirs = new PouchDB(server.database(team, { name: 'kari', password }));
  const sync = pouch.sync(theirs, { live: true, retry: true });
  const id = `need:${storvik}:0197c0de-0000-7000-8000-0000000000aa`;
  const now = new Date().toISOString().replace(/\.\d+/, '');
  await pouch.put({ _id: id, type: 'need', schema: 1, lang: 'nn', owner: storvik, title: 'Korleis kan vi høyre kvarandre?', created: { at: now, by: 'kari' }, changed: { at: now, by: 'kari' } });
  for (const who of [kari, ola]) await until(() => who.show(id, team), 'what PouchDB wrote', 40);
  const other = (await kari.call(['put', '-', '--space', team], { input: need('Hvordan kan vi svare?') })).trim();
  await until(() => pouch.get(other).catch(() => null), 'what was written with samspillctl in PouchDB', 40);
  await until(() => ola.show(other, team), 'the same with the colleague', 40);
  sync.cancel();
  await sync;
  for (const stop of stops) await stop();
}, { seconds: 150 });

test('who is of another organisation sees nothing of the team, and its program says so', async () => {
  const framand = await person('framand', ['commons']);
  await framand.call(['connect', team, server.url, '--user', 'framand', '--password-file', passwordFile], { code: 1 });
  const theirs = new PouchDB(server.database(team, { name: 'framand', password }));
  const error = await theirs.allDocs().then(() => null, (e) => e);
  assert.equal(error?.status, 403);
  await framand.call(['sync']);
});

await run();
