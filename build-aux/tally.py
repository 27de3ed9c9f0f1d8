#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count tests.

  tally.py meson TESTLOG RESULTS SENTENCE SECONDS   the tests in meson's log, each subtest by itself
  tally.py tap FILE RESULTS SENTENCE SECONDS        the tests in a file of TAP
  tally.py sum RESULTS                              the last line of ./dev test

A test program that dies, or says less than it promised, counts as one failed test beside what it had said before.
Exit code 1 when something failed.
"""
import json
import re
import sys

LINE = re.compile(r'^\s*(not ok|ok)\b[ \d]*(?:- )?(.*?)(?:\s*#\s*(skip|todo)\b\S*\s*(.*))?$', re.IGNORECASE)
PLAN = re.compile(r'^1\.\.(\d+)')


def read_tap(text):
    """Return (passed, [failed names], [skipped with reasons], whole), from GLib's and our own TAP."""
    passed, failed, skipped, planned = 0, [], [], None
    for line in text.splitlines():
        plan = PLAN.match(line)
        if plan:
            planned = int(plan.group(1))
            continue
        match = LINE.match(line)
        if not match or line.lstrip().startswith('#'):
            continue
        verdict, name, word, reason = match.groups()
        if word and word.lower() == 'skip':
            skipped.append(f'{name.strip()}: {reason or "no reason given"}')
        elif verdict == 'ok':
            passed += 1
        else:
            failed.append(name.strip())
    said = passed + len(failed) + len(skipped)
    return passed, failed, skipped, planned is not None and said >= planned


def read_meson(path):
    passed, failed, skipped = 0, [], []
    try:
        with open(path, encoding='utf-8') as log:
            tests = [json.loads(line) for line in log if line.strip()]
    except FileNotFoundError:  # no tests in these suites, or no meson
        return 0, ['no test ran'], []
    for test in tests:
        good, bad, left, _ = read_tap(test.get('stdout', ''))
        if good + len(bad) + len(left) == 0 and test['result'] in ('OK', 'EXPECTEDFAIL'):
            good = 1
        if test['result'] == 'SKIP' and not left:
            left = [f"{test['name']}: {test.get('stderr', '').strip() or 'no reason given'}"]
        if test['result'] not in ('OK', 'EXPECTEDFAIL', 'SKIP') and not bad:
            bad = [f"{test['name']} ({test['result'].lower()})"]
        passed += good
        failed += bad
        skipped += left
    return passed, failed, skipped


def record(results, sentence, seconds, passed, failed, skipped):
    print(f"{'FAIL' if failed else 'ok  '}  {sentence}: {passed} passed, {len(failed)} failed ({seconds} s)")
    for name in failed:
        print(f'      failed: {name}')
    for name in skipped:
        print(f'      skipped: {name}')
    with open(results, 'a', encoding='utf-8') as out:
        out.write(json.dumps({'passed': passed, 'failed': len(failed), 'skipped': len(skipped)}) + '\n')
    return 1 if failed else 0


def main(arguments):
    if len(arguments) == 2 and arguments[0] == 'sum':
        with open(arguments[1], encoding='utf-8') as file:
            parts = [json.loads(line) for line in file]
        passed, failed = sum(p['passed'] for p in parts), sum(p['failed'] for p in parts)
        skipped = sum(p.get('skipped', 0) for p in parts)
        if skipped:
            print(f'{skipped} skipped, for the reasons above')
        print(f'{passed} passed, {failed} failed')
        return 1 if failed or not passed else 0
    if len(arguments) != 5:
        print(__doc__, file=sys.stderr)
        return 2
    kind, path, results, sentence, seconds = arguments
    if kind == 'meson':
        return record(results, sentence, seconds, *read_meson(path))
    with open(path, encoding='utf-8') as file:
        passed, failed, skipped, whole = read_tap(file.read())
    if not whole:
        failed.append(f'{sentence}: stopped half-way')
    return record(results, sentence, seconds, passed, failed, skipped)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
