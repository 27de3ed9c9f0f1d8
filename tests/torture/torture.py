#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at moments that nobody chose, while programs save, sync, publish, migrate and compact.

  torture.py [--runs N] [--seed N] [--kinds save,draft,…] [--lanes N] [--tap]

A run starts programs, lets them work for some milliseconds and kills one. What they had said was done is kept here, outside; after each run
`check` must be clean and nothing of it missing. Data of earlier runs stays and is judged again, until it is made anew after some runs. The
last line is "N passed, M failed". The same seed gives the same moments; a run that failed leaves its folder.
"""
import argparse
import concurrent.futures
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import scenes  # noqa: E402
from stage import Broken  # noqa: E402


class Lane:
    """Runs one after the other, with data that they share; several lanes work at the same time."""

    def __init__(self, root, number, kinds):
        self.root, self.number, self.kinds = root, number, kinds
        self.stages = {}

    def run(self, index, seed):
        rng = random.Random(f'{seed}-{index}')
        kind = self.kinds[(index // LANES) % len(self.kinds)]
        stage = self.stages.get(kind)
        if stage is None or stage.runs >= scenes.KINDS[kind].renew_after:
            if stage is not None:
                stage.close()
                shutil.rmtree(stage.folder, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(prefix=f'{kind}-{self.number}-', dir=self.root))
            stage = self.stages[kind] = scenes.KINDS[kind](folder, rng)
        stage.runs += 1
        try:
            stage.run(index, rng)
            return kind, None
        except Exception as error:  # whatever went wrong, it was this run
            stage.close()
            del self.stages[kind]
            said = str(error) if isinstance(error, Broken) else f'{type(error).__name__}: {error}'
            return kind, f'{said}\nits folder: {stage.folder}'

    def close(self):
        for stage in self.stages.values():
            stage.close()


LANES = 1


def main(arguments):
    global LANES
    parser = argparse.ArgumentParser(description='kill -9 at moments that nobody chose')
    parser.add_argument('--runs', type=int, default=100)
    parser.add_argument('--seed', type=int, default=20261125)
    parser.add_argument('--kinds', default=','.join(scenes.available()))
    parser.add_argument('--lanes', type=int, default=os.cpu_count() or 1)
    parser.add_argument('--tap', action='store_true', help='a line of TAP a kind of run')
    options = parser.parse_args(arguments)
    kinds = options.kinds.split(',')
    unknown = [kind for kind in kinds if kind not in scenes.KINDS]
    if unknown or options.runs < 1 or options.lanes < 1:
        parser.error(f'there is: {", ".join(scenes.KINDS)}' if unknown else 'a number above 0 is needed')
    LANES = options.lanes
    root = Path(tempfile.mkdtemp(prefix='samspill-torture-'))
    start = time.monotonic()
    counts = {kind: [0, 0] for kind in kinds}
    failures = []

    def run_lane(number):
        lane = Lane(root, number, kinds)
        for index in range(number, options.runs, LANES):
            kind, failure = lane.run(index, options.seed)
            counts[kind][failure is not None] += 1
            if failure:
                failures.append(failure)
                print(f'run {index} ({kind}, seed {options.seed}): {failure}', file=sys.stderr, flush=True)
            elif not options.tap and index % 50 == 49:
                print(f'{index + 1} runs, {time.monotonic() - start:.0f} s', file=sys.stderr, flush=True)
        lane.close()

    with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
        for future in [pool.submit(run_lane, number) for number in range(LANES)]:
            future.result()
    if not failures:
        shutil.rmtree(root, ignore_errors=True)
    passed, failed = (sum(pair[i] for pair in counts.values()) for i in (0, 1))
    if options.tap:
        print(f'1..{len(kinds)}')
        for number, kind in enumerate(kinds, 1):
            good, bad = counts[kind]
            print(f'{"not ok" if bad or not good else "ok"} {number} - killed {good + bad} times while it does: {kind}')
        for failure in failures:
            print('\n'.join(f'# {line}' for line in failure.splitlines()))
    else:
        for kind, (good, bad) in counts.items():
            print(f'{kind}: {good} passed, {bad} failed')
        print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
