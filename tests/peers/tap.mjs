// SPDX-License-Identifier: GPL-3.0-or-later
// Tests one after the other, as TAP. test (name, function) collects, run () tells; what a test throws is shown below it.

const tests = [];
const cleanups = [];

export function test(name, body, options = {}) {
  tests.push({ name, body, ...options });
}

/** Called when all is over, last added first. */
export function atEnd(body) {
  cleanups.push(body);
}

/** Thrown by a test that cannot run here, with the reason. */
export class Skip extends Error {}

function withTime(promise, seconds) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export async function run() {
  const only = process.env.SAMSPILL_TEST_ONLY;
  const chosen = tests.filter((t) => !only || t.name.includes(only));
  let failed = 0;
  console.log(`1..${chosen.length}`);
  for (const [index, { name, body, seconds = 60 }] of chosen.entries()) {
    const start = Date.now();
    try {
      await withTime(Promise.resolve().then(body), seconds);
      console.log(`ok ${index + 1} - ${name}`);
      if (Date.now() - start > 1000) console.log(`# ${(Date.now() - start) / 1000} s`);
    } catch (error) {
      if (error instanceof Skip) {
        console.log(`ok ${index + 1} - ${name} # SKIP ${error.message}`);
        continue;
      }
      failed++;
      console.log(`not ok ${index + 1} - ${name}`);
      const said = error?.status ? `${error.status} ${error.name} ${error.reason} ${JSON.stringify(error.result ?? error.docId ?? '')}\n` : '';
      for (const line of (said + String(error?.stack ?? error)).split('\n').slice(0, 30)) console.log(`# ${line}`);
    }
  }
  for (const body of cleanups.reverse()) {
    try {
      await body();
    } catch (error) {
      console.log(`# afterwards: ${error}`);
    }
  }
  process.exit(failed ? 1 : 0);
}
