#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmarks: what a person waits for. The last line is one JSON object; ratio_…: how many times better than the peer.

  bench.py start   exec to first frame, empty and with 100,000 records, beside GNOME Text Editor, taken in turns
  bench.py list    the cost of a frame while 100,000 rows scroll
  bench.py save    a revision made durable, beside one row in plain SQLite with the same guarantees
  bench.py store   documents as a peer sends them into the store and out of it, beside a plain SQLite insert of the same bytes
  bench.py sync    first sync both ways and saves, beside PouchDB and PouchDB Server in memory; and over a slow line
  bench.py registry  the registry beside PouchDB Server in memory: reads, batches, memory, long polls that wait
  bench.py files   files of 20 MB on the registry and on PouchDB Server in memory, and of 200 MB on ours; the most memory

--documents N or SAMSPILL_BENCH_RECORDS   another number of records      SAMSPILL_BENCH_RUNS   another number of runs
"""
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'ui'))
import display  # noqa: E402

RECORDS = int(os.environ.get('SAMSPILL_BENCH_RECORDS', '100000'))
RUNS = int(os.environ.get('SAMSPILL_BENCH_RUNS', '7'))
PRELOAD = display.BUILD / 'tests/bench/first-frame.so'
CACHE = Path(os.environ.get('XDG_CACHE_HOME_OF_PERSON', Path.home() / '.cache')) / 'samspill'


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def many_records():
    """A profile with many needs, made once and kept: words of the sample data, shuffled, so that the index has work."""
    profile = CACHE / f'bench-{RECORDS}'
    done = profile / '.complete'
    if done.exists():
        return profile
    print(f'making a profile with {RECORDS} records (once)', file=sys.stderr)
    rng = random.Random(4)
    words = [f'{a}{b}' for a in ('vann', 'snø', 'skole', 'heime', 'brann', 'bygde', 'kyst', 'lys', 'veg', 'barne') for b in
             ('leiting', 'tenester', 'lekkasje', 'plan', 'vakt', 'nett', 'rydding', 'hjelp', 'måling', 'transport')]

    def need(number):
        text = ' '.join(rng.choice(words) for _ in range(40))
        return {'type': 'need', 'schema': 1, 'lang': 'nb', 'owner': '310000000',
                'title': f'Hvordan kan vi finne {rng.choice(words)} før {rng.choice(words)} nummer {number}?', 'problem': text}

    profile.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, RECORDS, 5000):
            path = Path(folder) / 'part.json'
            path.write_text(json.dumps([need(n) for n in range(first, min(first + 5000, RECORDS))], ensure_ascii=False), encoding='utf-8')
            subprocess.run(['samspillctl', '--profile', str(profile), 'import', str(path)], check=True, stdout=subprocess.DEVNULL)
    done.touch()
    return profile


def launch(command, env=None, scroll=0):
    """Run a program until its first frame (or until it has scrolled) and return what the preloaded part wrote."""
    out = Path(os.environ['SAMSPILL_TEST_SESSION']) / 'frames'
    out.unlink(missing_ok=True)
    full = dict(os.environ, LD_PRELOAD=str(PRELOAD), SAMSPILL_BENCH_OUT=str(out), SAMSPILL_BENCH_SCROLL=str(scroll), **(env or {}))
    full['SAMSPILL_BENCH_START'] = str(time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000)
    code = subprocess.run(command, env=full, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False).returncode
    lines = [line.split() for line in out.read_text(encoding='utf-8').splitlines()]
    if code or not lines:
        raise RuntimeError(f'{command[0]} ended with {code} before it had shown anything')
    return [int(value) / 1000 for name, value in lines if name == 'first-frame'], [int(v) / 1000 for n, v in lines if n == 'frame']


def first_run_done(profile):
    """A person whom the program knows: what is measured is every day's start, not the first."""
    import walk
    walk.introduce(profile)
    return profile


def start():
    with display.Display():
        display.settings()
        empty = first_run_done(Path(os.environ['SAMSPILL_TEST_SESSION']) / 'empty')
        full = first_run_done(many_records())
        programs = {
            'empty': ['samspill', '--profile', str(empty)],
            'full': ['samspill', '--profile', str(full)],
            'peer': ['gnome-text-editor', '--standalone'],
        }
        times = {name: [] for name in programs}
        for run in range(RUNS + 1):  # the first warms the caches
            for name, command in programs.items():
                ms = launch(command)[0][0]
                if run:
                    times[name].append(ms)
    middle = {name: statistics.median(values) for name, values in times.items()}
    return {'bench': 'start', 'records': RECORDS, 'runs': RUNS, 'empty_ms': middle['empty'], 'full_ms': middle['full'],
            'gnome_text_editor_ms': middle['peer'], 'ratio_empty': middle['peer'] / middle['empty'],
            'ratio_full': middle['peer'] / middle['full']}


def scroll():
    with display.Display():
        display.settings()
        profile = first_run_done(many_records())
        subprocess.run(['gsettings', 'set', 'no.samspill.Samspill', 'place', 'needs'], check=True)
        frames = launch(['samspill', '--profile', str(profile)], scroll=600)[1][20:]
    return {'bench': 'list', 'records': RECORDS, 'frames': len(frames), 'p50_ms': percentile(frames, 0.5), 'p99_ms': percentile(frames, 0.99),
            'max_ms': max(frames), 'frames_over_16_ms': sum(f > 16.7 for f in frames)}


def save():
    folder = Path(os.environ['SAMSPILL_TEST_SESSION'])
    ours = []
    record = {'type': 'need', 'lang': 'nb', 'owner': '310000000', 'title': 'Hvordan kan vi finne lekkasjer før de koster oss vannet?'}
    measured = subprocess.run([str(display.BUILD / 'tests/bench/bench-save'), str(folder / 'save'), json.dumps(record, ensure_ascii=False)],
                              check=True, capture_output=True, text=True).stdout.split()
    ours = [float(value) for value in measured]
    peer, text = [], json.dumps(record)
    with sqlite3.connect(folder / 'peer.db', isolation_level=None) as database:
        database.executescript('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)')
        for number in range(len(ours)):
            begin = time.perf_counter()
            database.execute('INSERT INTO t (body) VALUES (?)', (f'{text}{number}',))
            peer.append((time.perf_counter() - begin) * 1000)
    middle = statistics.median
    return {'bench': 'save', 'saves': len(ours), 'p50_ms': middle(ours), 'p99_ms': percentile(ours, 0.99), 'sqlite_p50_ms': middle(peer),
            'ratio_p50': middle(peer) / middle(ours)}


def store():
    """By the clock and by CPU; floor is the peer: the same bytes under the same ids in one table, with the same guarantees."""
    program = str(display.BUILD / 'tests/bench/bench-store')
    runs = min(RUNS, 3)
    rows = {}
    for run in range(runs):
        folder = Path(os.environ['SAMSPILL_TEST_SESSION']) / f'store-{run}'
        folder.mkdir()
        for line in subprocess.run([program, str(folder), str(RECORDS)], check=True, capture_output=True, text=True).stdout.splitlines():
            name, number, wall, cpu = line.split()
            rows.setdefault(name, []).append((int(number) / float(wall), int(number) / max(float(cpu), 1e-9)))
        shutil.rmtree(folder)
    result = {'bench': 'store', 'records': RECORDS, 'runs': runs}
    for name, values in rows.items():
        by_clock, by_cpu = (statistics.median(value[i] for value in values) for i in (0, 1))
        print(f'{name:20} {by_clock:12,.0f} a second   {by_cpu:12,.0f} by CPU')
        result[f"{name.replace('-', '_')}_per_s"] = round(by_clock)
        result[f"{name.replace('-', '_')}_per_cpu_s"] = round(by_cpu)
    for name in ('insert', 'second', 'insert_random'):
        result[f'ratio_{name}'] = result[f'{name}_per_cpu_s'] / result['floor_per_cpu_s']
    return result


def sync():
    import bench_sync
    return bench_sync.run(RECORDS, min(RUNS, 3))


def registry():
    import bench_registry
    return bench_registry.run(RECORDS, min(RUNS, 3))


def files():
    import bench_files
    return bench_files.run(min(RUNS, 3))


def main(arguments):
    benches = {'start': start, 'list': scroll, 'save': save, 'store': store, 'sync': sync, 'registry': registry, 'files': files}
    name, *options = arguments or ['']
    if name not in benches or (options and (len(options) != 2 or options[0] != '--documents' or not options[1].isdigit())):
        print(__doc__, file=sys.stderr)
        return 2
    if options:
        global RECORDS
        RECORDS = int(options[1])
    os.environ.setdefault('XDG_CACHE_HOME_OF_PERSON', os.environ.get('XDG_CACHE_HOME', str(Path.home() / '.cache')))
    display.in_session()
    result = benches[name]()
    print(json.dumps({key: round(value, 3) if isinstance(value, float) else value for key, value in result.items()}))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
