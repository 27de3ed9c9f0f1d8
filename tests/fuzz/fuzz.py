#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run fuzzers (built by ./dev fuzz into _build-fuzz).

  fuzz.py NAME [SECONDS]   until it finds something, or for so long; what it learns stays in _build-fuzz/corpus
  fuzz.py --tap [SECONDS]  all of them, two at a time, as TAP
"""
import concurrent.futures
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get('SAMSPILL_FUZZ_BUILD', HERE.parents[1] / '_build-fuzz'))
NAMES = sorted(path.name.removeprefix('fuzz-') for path in (BUILD / 'tests/fuzz').glob('fuzz-*') if path.is_file() and path.suffix == '')
OPTIONS = 'detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:intercept_strndup=0:allocator_may_return_null=1'


def fuzz(name, seconds, out):
    """Return (exit code, what it said at the end)."""
    learned = BUILD / 'corpus' / name
    learned.mkdir(parents=True, exist_ok=True)
    dictionary = HERE / ('multipart.dict' if name == 'multipart' else 'json.dict')
    with tempfile.TemporaryDirectory(prefix='samspill-fuzz-', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None) as room:
        env = os.environ | {'ASAN_OPTIONS': OPTIONS, 'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1', 'TMPDIR': room,
                            'LSAN_OPTIONS': f'suppressions={HERE.parent / "leaks-of-others.txt"}:print_suppressions=0', 'LC_ALL': 'C.UTF-8'}
        command = [BUILD / f'tests/fuzz/fuzz-{name}', f'-dict={dictionary}', '-max_len=16384', '-timeout=10', '-rss_limit_mb=1024', '-print_final_stats=1',
                   f'-artifact_prefix={BUILD}/found-{name}-', *([f'-max_total_time={seconds}'] if seconds else []), learned, HERE / 'corpus' / name]
        done = subprocess.run([str(part) for part in command], env=env, stdout=out, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, (done.stdout or '').splitlines()


def all_of_them(seconds):
    if not NAMES:
        print('1..1\nnot ok 1 - no fuzzers are built')
        return 1
    failed = 0
    print(f'1..{len(NAMES)}', flush=True)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda name: (name, *fuzz(name, seconds, subprocess.PIPE)), NAMES)
        for number, (name, code, lines) in enumerate(results, 1):
            tried = next((line.split()[-1] for line in lines if line.startswith('stat::number_of_executed_units')), '0')
            lines = [line for line in lines if not line.startswith('#')]
            good = code == 0 and int(tried) > 100
            print(f'{"ok" if good else "not ok"} {number} - {name}: nothing found in {seconds} s', flush=True)
            print(f'# {tried} inputs')
            if not good:
                failed = 1
                print('\n'.join(f'# {line}' for line in lines[-40:]), flush=True)
    return failed


def main(arguments):
    if arguments[:1] == ['--tap']:
        return all_of_them(int(arguments[1]) if len(arguments) > 1 else 10)
    if len(arguments) not in (1, 2) or arguments[0] not in NAMES or not all(a.isdigit() for a in arguments[1:]):
        print(__doc__, f'\nThere is: {", ".join(NAMES) or "none, build them first"}', file=sys.stderr)
        return 2
    return fuzz(arguments[0], int(arguments[1]) if len(arguments) == 2 else 0, None)[0]


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
