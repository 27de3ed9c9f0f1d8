# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks of sync and registry measure with: both servers, documents of both kinds, and PouchDB's times."""
import base64
import http.client
import json
import os
import random
import socket
import ssl
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get('SAMSPILL_BUILD_DIR', TOP / '_build'))
CTL = BUILD / 'src/cli/samspillctl'
REGISTRY = BUILD / 'src/server/samspill-registry'
PASSWORD = 'riktig hest batteri'
AUTHORIZATION = 'Basic ' + base64.b64encode(f'styrer:{PASSWORD}'.encode()).decode()
WORDS = ('lekkasje vassverk måling innbyggjar sjukeheim rapport brøyting sensor kommune avtale finne før røyr veg skole heim brann '
         'bygd kyst lys snø teneste plan vakt nett rydding hjelp transport bygg energi').split()


def documents(count, kind='need', order='in order', seed=4):
    """Bytes of one document each, with `_id` and `_rev`: a need of 1.1 KB as a caseworker writes it, or flat, one string of 900 letters."""
    rng = random.Random(seed)
    filling = 'x' * 900
    for number in range(count):
        # UUID 7: the time first, so that ids sort as they were made
        first = 0x0197c0de0000 + number if order == 'in order' else rng.getrandbits(48)
        ident = f'{first >> 16:08x}-{first & 0xffff:04x}-7{rng.getrandbits(12):03x}-8{rng.getrandbits(12):03x}-{rng.getrandbits(48):012x}'
        rev = f'1-{rng.getrandbits(128):032x}'
        if kind == 'flat':
            yield f'{{"_id":"flat:310000000:{ident}","_rev":"{rev}","x":"{filling}"}}'.encode()
            continue

        def text(words):
            return ' '.join(rng.choice(WORDS) for _ in range(words))
        record = {'_id': f'need:310000000:{ident}', '_rev': rev, 'type': 'need', 'schema': 1, 'owner': '310000000', 'lang': 'nn',
                  'title': f'Korleis kan vi finne {text(3)} nummer {number}?', 'phase': 'draft', 'problem': text(45),
                  'affected': {'who': text(6), 'count': rng.randrange(10000)}, 'tried': text(20), 'wished_effect': text(15), 'limits': text(10),
                  'measures': [{'what': text(2), 'now': f'{rng.randrange(100)} %', 'goal': f'{rng.randrange(10)} %'}],
                  'created': {'at': '2026-11-24T09:00:00Z', 'by': 'rådgjevar'}, 'changed': {'at': '2026-11-25T10:30:00Z', 'by': 'rådgjevar'},
                  'tags': [rng.choice(WORDS), rng.choice(WORDS)], 'subjects': {'los': ['avlop']}, 'owner_role': 'Leiar for vatn og avløp'}
        yield json.dumps(record, ensure_ascii=False, separators=(',', ':')).encode()


def batches(bodies, size=500):
    part = []
    for body in bodies:
        part.append(body)
        if len(part) == size:
            yield b'{"new_edits":false,"docs":[' + b','.join(part) + b']}'
            part = []
    if part:
        yield b'{"new_edits":false,"docs":[' + b','.join(part) + b']}'


def cpu_of(pid):
    """Seconds of CPU that a process has used."""
    fields = Path(f'/proc/{pid}/stat').read_text(encoding='ascii').rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def memory_of(pid):
    """Bytes that are its own: what it shares with other programs (libraries) is not counted."""
    rollup = Path(f'/proc/{pid}/smaps_rollup').read_text(encoding='ascii').splitlines()
    return sum(int(line.split()[1]) * 1024 for line in rollup if line.startswith(('Private_Clean:', 'Private_Dirty:')))


def resident_of(pid):
    return int(Path(f'/proc/{pid}/statm').read_text(encoding='ascii').split()[1]) * os.sysconf('SC_PAGE_SIZE')


def environment():
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith('_proxy')}
    return env | {'SAMSPILL_DATA_DIR': f'{BUILD}/data:{TOP}/data', 'GSETTINGS_BACKEND': 'memory'}


class Server:
    """Something that speaks CouchDB's protocol on host and port."""
    host, headers = '127.0.0.1', {}

    def connect(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=600)

    def ask(self, method, path, body=None):
        connection = self.connect()
        connection.request(method, path, body, self.headers | {'Content-Type': 'application/json'})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f'{method} {path} gave {answer.status}: {text[:300]!r}')
        return json.loads(text)

    def load(self, name, parts):
        """Seconds (by the clock, by the server's CPU) that it takes to have all of these batches."""
        self.ask('PUT', f'/{name}')
        connection = self.connect()
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        parts = list(parts)
        cpu, start = cpu_of(self.process.pid), time.perf_counter()
        for part in parts:
            connection.request('POST', f'/{name}/_bulk_docs', part, self.headers | {'Content-Type': 'application/json'})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 300 or text.strip() not in (b'[]',):
                raise RuntimeError(f'_bulk_docs gave {answer.status}: {text[:300]!r}')
        took = time.perf_counter() - start
        connection.close()
        return took, cpu_of(self.process.pid) - cpu

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Registry(Server):
    headers = {'Authorization': AUTHORIZATION}

    def __init__(self, folder, host='127.0.0.1', certificate=None, key=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.data, self.host = folder / 'data', host
        password = folder / 'password'
        password.write_text(PASSWORD, encoding='utf-8')
        subprocess.run([REGISTRY, 'init', '--data', self.data, '--admin', 'styrer', '--password-file', password], check=True, env=environment(), stdout=subprocess.DEVNULL)
        tls = ['--certificate', certificate, '--key', key] if certificate else []
        self.scheme = 'https' if tls else 'http'
        self.process = subprocess.Popen([REGISTRY, '--data', self.data, '--listen', f'{host}:0', *tls], env=environment(), stdout=subprocess.PIPE, text=True)
        self.port = urllib.parse.urlsplit(self.process.stdout.readline().split()[-1]).port

    def url(self, name, port=None):
        return f'{self.scheme}://styrer:{urllib.parse.quote(PASSWORD)}@{self.host}:{port or self.port}/{name}'

    def connect(self):
        if self.scheme == 'http':
            return super().connect()
        return http.client.HTTPSConnection(self.host, self.port, timeout=600, context=ssl._create_unverified_context())


class PouchServer(Server):
    """pouchdb-server 4.2 --in-memory."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        program = TOP / 'node_modules/pouchdb-server/bin/pouchdb-server'
        self.process = subprocess.Popen(['node', program, '--in-memory', '--no-stdout-logs', '--port', str(self.port), '--dir', folder], cwd=folder,
                                        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f'http://127.0.0.1:{self.port}/', timeout=5).read()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError('PouchDB Server did not start')

    def url(self, name, port=None):
        return f'http://127.0.0.1:{port or self.port}/{name}'


def pouch(work, *arguments):
    """PouchDB in memory on Node: {"seconds", "cpu", …} of pull, push or save."""
    done = subprocess.run(['node', TOP / 'tests/bench/pouch.mjs', work, *map(str, arguments)], check=True, capture_output=True, text=True, env=environment())
    return json.loads(done.stdout.splitlines()[-1])


def ours(profile, *arguments, within=()):
    """One run of samspillctl: its summary, with seconds by the clock from start to end and of CPU."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run([*within, CTL, '--profile', profile, *arguments], capture_output=True, text=True, env=environment(), check=False)
    seconds, after = time.perf_counter() - start, os.times()
    if done.returncode:
        raise RuntimeError(f'samspillctl {arguments[0]} ended with {done.returncode}: {done.stdout}{done.stderr}')
    summary = json.loads(done.stdout.splitlines()[-1]) if done.stdout.startswith('{') else {}
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return summary | {'seconds': seconds, 'cpu': cpu, 'seconds_inside': summary.get('seconds')}
