# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kind of run needs: programs that are started, killed and judged, and the account of what they said they had done."""
import os
import subprocess
import threading
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get('SAMSPILL_BUILD_DIR', TOP / '_build'))
WORKER = BUILD / 'tests/torture/torture-worker'
CTL = BUILD / 'src/cli/samspillctl'
REGISTRY = BUILD / 'src/server/samspill-registry'
SECONDS = 60


class Broken(Exception):
    """Something that must not be."""


def environment(data=None):
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith('_proxy')}
    env |= {'GSETTINGS_BACKEND': 'memory', 'LC_ALL': 'C.UTF-8', 'GSETTINGS_SCHEMA_DIR': str(BUILD / 'data'),
            'SAMSPILL_DATA_DIR': f'{data}:{BUILD}/data:{TOP}/data' if data else f'{BUILD}/data:{TOP}/data'}
    return env


class Program:
    """A program whose words are kept as they come, up to its death."""

    def __init__(self, command, env, stdin=None):
        self.process = subprocess.Popen([str(part) for part in command], env=env, stdin=stdin or subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.started = time.monotonic()
        self.out, self.err = bytearray(), bytearray()
        self.threads = [threading.Thread(target=self._read, args=pair, daemon=True) for pair in
                        ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def _read(pipe, into):
        while piece := os.read(pipe.fileno(), 1 << 16):
            into += piece
        pipe.close()

    def kill_after(self, seconds):
        """Kill it at a moment after its start, unless it has ended; return its exit code, None when it was killed."""
        try:
            self.process.wait(max(0.0, self.started + seconds - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
        return self.end()

    def end(self, seconds=SECONDS):
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Broken(f'{self.process.args[0]} did not end in {seconds} s: {self.words()}') from None
        for thread in self.threads:
            thread.join()
        if code == -9:
            return None
        return code

    def lines(self):
        """Whole lines: the last may be cut."""
        return [line.decode() for line in bytes(self.out).split(b'\n')[:-1]]

    def words(self):
        return bytes(self.err).decode(errors='replace').strip()[-2000:]


class Stage:
    """Some data on which runs of one kind follow each other."""
    renew_after = 25

    def __init__(self, folder, rng):
        self.folder, self.runs, self.rng = folder, 0, rng
        self.said = []
        self.data = folder / 'shipped'
        self.data.mkdir()
        (self.data / 'shipped.jsonl').write_text('{"_id":"case:a","type":"case","schema":1,"lang":"nb","title":"Vannlekkasjer i Bjerkvik"}\n', encoding='utf-8')
        self.env = environment(self.data)

    @staticmethod
    def moment(rng, most=0.15):
        """Half of them early, when a program opens, recovers or migrates."""
        return rng.uniform(0, most / 5) if rng.random() < 0.5 else rng.uniform(0, most)

    def run(self, index, rng):
        raise NotImplementedError

    def work_and_kill(self, command, seconds):
        """Return what it said, and its exit code (None: killed)."""
        program = Program(command, self.env)
        code = program.kill_after(seconds)
        if code not in (None, 0):
            raise Broken(f'{Path(command[0]).name} ended with {code}: {program.words()}')
        return program.lines(), code

    def verify(self, store, said=None):
        """`check` is clean and all that was said is there."""
        lines = self.said if said is None else said
        done = subprocess.run([WORKER, 'verify', store], env=self.env, input=''.join(f'{line}\n' for line in lines).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS, check=False)
        if done.returncode:
            raise Broken(f'{store.name} after {self.runs} runs ({done.returncode}):\n{done.stdout.decode(errors="replace")[:2000]}{done.stderr.decode(errors="replace")[:500]}')

    def missing(self, store, said):
        """How many of these lines do not hold."""
        done = subprocess.run([WORKER, 'verify', store], env=self.env, input=''.join(f'{line}\n' for line in said).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS, check=False)
        if done.returncode not in (0, 1) or b'fault:' in done.stdout:
            raise Broken(f'{store.name}: {done.stdout.decode(errors="replace")[:2000]}{done.stderr.decode(errors="replace")[:500]}')
        return done.stdout.count(b'missing: ')

    def close(self):
        pass
