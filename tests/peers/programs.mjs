// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests start: PouchDB, PouchDB Server, our registry, samspillctl. All of it ends with the test.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import PouchCore from 'pouchdb-core';
import httpAdapter from 'pouchdb-adapter-http';
import memoryAdapter from 'pouchdb-adapter-memory';
import replication from 'pouchdb-replication';

import { atEnd } from './tap.mjs';

export const top = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const build = process.env.SAMSPILL_BUILD_DIR ?? join(top, '_build');
export const PouchDB = PouchCore.plugin(httpAdapter).plugin(memoryAdapter).plugin(replication);
PouchDB.setMaxListeners?.(0);

const folder = mkdtempSync(join(tmpdir(), 'samspill-peers-'));
atEnd(() => rmSync(folder, { recursive: true, force: true }));

let number = 0;
/** A folder of the test's own that is taken away at the end. */
export function newFolder(name = 'folder') {
  const path = join(folder, `${name}-${++number}`);
  mkdirSync(path);
  return path;
}

/** A database in memory. */
export function memory(options = {}) {
  return new PouchDB(`memory-${++number}`, { adapter: 'memory', ...options });
}

export const ctlPath = join(build, 'src/cli/samspillctl');
export const registryPath = join(build, 'src/server/samspill-registry');

export const environment = {
  ...process.env,
  SAMSPILL_DATA_DIR: process.env.SAMSPILL_DATA_DIR ?? `${build}/data:${top}/data`,
  GSETTINGS_BACKEND: 'memory',
  GSETTINGS_SCHEMA_DIR: `${build}/data`,
  LC_ALL: 'C.UTF-8',
  NO_COLOR: '1',
};
delete environment.http_proxy;
delete environment.https_proxy;
delete environment.HTTP_PROXY;
delete environment.HTTPS_PROXY;

/** Runs a program to its end: {code, out, err}. */
export function runProgram(command, args, { input, env, seconds = 60 } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { env: { ...environment, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done({ code: code ?? signal, out, err });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

/** samspillctl with a profile. */
export function ctl(profile, args, options) {
  return runProgram(ctlPath, ['--profile', profile, ...args], options);
}

function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    child.on('close', () => {
      clearTimeout(timer);
      done();
    });
    child.kill('SIGTERM');
  });
}

export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Waits until `condition ()` gives something, at most so many seconds. */
export async function until(condition, what, seconds = 20) {
  const late = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > late) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** PouchDB Server in memory: {url, pid, stop}. */
export async function startPouchServer() {
  const home = newFolder('pouchdb-server');
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort();
    const program = join(top, 'node_modules/pouchdb-server/bin/pouchdb-server');
    const child = spawn(process.execPath, [program, '--in-memory', '--no-stdout-logs', '--port', String(port), '--dir', home], {
      cwd: home,
      env: environment,
      stdio: 'ignore',
    });
    const url = `http://127.0.0.1:${port}`;
    const up = await until(
      async () => child.exitCode !== null || (await fetch(url).then((r) => r.ok, () => false)),
      'PouchDB Server', 30,
    );
    if (child.exitCode !== null || !up) continue; // somebody took the port
    const server = { kind: 'PouchDB Server', url, pid: child.pid, stop: () => end(child), admin: null };
    server.database = (name) => `${url}/${name}`;
    atEnd(server.stop);
    return server;
  }
  throw new Error('PouchDB Server did not start');
}

export const admin = { name: 'styrer', password: 'riktig hest batteri ø' };

/** Our registry: {url, pid, admin, database (name, account), stop, kill, folder}. */
export async function startRegistry({ data = null, args = [] } = {}) {
  let home = data;
  if (!home) {
    home = join(newFolder('registry'), 'data');
    const passwordFile = join(newFolder('password'), 'password');
    writeFileSync(passwordFile, `${admin.password}\n`);
    const made = await runProgram(registryPath, ['init', '--data', home, '--admin', admin.name, '--password-file', passwordFile]);
    if (made.code !== 0) throw new Error(`samspill-registry init ended with ${made.code}: ${made.err}`);
  }
  const child = spawn(registryPath, ['--data', home, '--listen', '127.0.0.1:0', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-20000)));
  const first = await new Promise((done, fail) => {
    createInterface({ input: child.stdout }).on('line', done);
    child.on('close', (code) => fail(new Error(`samspill-registry ended with ${code}: ${said}`)));
  });
  const url = first.match(/https?:\/\/\S+/)?.[0]?.replace(/\/$/, '');
  if (!url) throw new Error(`the first line of samspill-registry is no address: ${first}`);
  const server = { kind: 'samspill-registry', url, pid: child.pid, folder: home, admin, log: () => said, stop: () => end(child) };
  server.kill = () => new Promise((done) => child.on('close', done) && child.kill('SIGKILL'));
  server.database = (name, account = admin) => {
    const address = new URL(`${url}/${name}`);
    address.username = encodeURIComponent(account.name);
    address.password = encodeURIComponent(account.password);
    return address.href;
  };
  atEnd(server.stop);
  return server;
}

/** A program that answers each line of JSON with a line of JSON. */
export class Lines {
  constructor(command, args) {
    this.child = spawn(command, args, { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
    this.waiting = [];
    createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift().done(JSON.parse(line)));
    this.child.on('close', (code, signal) => {
      for (const { fail } of this.waiting) fail(new Error(`${command} ended with ${code ?? signal}`));
      this.waiting = [];
    });
    atEnd(() => this.child.stdin.end());
  }

  ask(message) {
    return new Promise((done, fail) => {
      this.waiting.push({ done, fail });
      this.child.stdin.write(`${JSON.stringify(message)}\n`);
    });
  }
}

/** A bad line to a server: {url, met (), set (faults)}; see proxy.py. */
export async function startProxy(server, faults) {
  const child = spawn('python3', [join(top, 'tests/peers/proxy.py'), new URL(server.url).port, JSON.stringify(faults)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()(line));
  const said = () => new Promise((done) => waiting.push(done));
  const port = await said();
  const ask = async (text) => {
    const answer = said();
    child.stdin.write(`${text}\n`);
    return JSON.parse(await answer);
  };
  atEnd(() => child.stdin.end());
  const through = (address) => Object.assign(new URL(address), { port }).href;
  return { through, set: (other) => ask(JSON.stringify(other)), met: async () => (await ask('')).met, stop: () => child.stdin.end() };
}
