# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry that a test started: the real program on a free port of loopback, and requests to it."""

import base64
import http.client
import json
import os
import queue
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import traceback
import urllib.parse
from pathlib import Path

PROGRAM = os.environ.get('SAMSPILL_REGISTRY') or str(Path(os.environ['SAMSPILL_BUILD_DIR']) / 'src/server/samspill-registry')
ADMIN = ('sjef', 'hemmelig æøå')
ENVIRONMENT = {**os.environ, 'LC_ALL': 'C.UTF-8'}


class Answer:
    """What came back."""

    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'{self.status} {self.body[:300]!r}'


def call(*arguments, stdin=b'', code=0):
    """Run the program to its end; its exit code must be `code`. Returns (stdout, stderr)."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, timeout=60, check=False, env=ENVIRONMENT)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == code, f'{arguments} gave {done.returncode}, not {code}: {out[:500]} {err[:1500]}'
    assert code == 0 or err.strip() or out.strip(), f'{arguments} failed without a word'
    return out, err


class Registry:
    """One data folder, and the program while it runs."""

    def __init__(self, folder, init=True):
        self.data = Path(folder) / 'data'
        self.process = self.url = None
        if init:
            call('init', '--data', self.data, '--admin', ADMIN[0], '--password-file', '-', stdin=ADMIN[1].encode() + b'\n')

    def add(self, name, *roles, password=None):
        """An account whose password is its name."""
        call('add-user', '--data', self.data, '--name', name, '--password-file', '-',
             *(word for role in roles for word in ('--role', role)), stdin=(password or name).encode())
        return (name, password or name)

    def start(self, *arguments, context=None):
        self.process = subprocess.Popen([PROGRAM, '--data', str(self.data), '--listen', '127.0.0.1:0', *map(str, arguments)],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
        self.lines = queue.Queue()
        threading.Thread(target=self.follow, daemon=True).start()
        self.url = self.process.stdout.readline().decode().strip()
        assert self.url.startswith('http'), f'no address: {self.url!r} {self.errors()}'
        self.address = urllib.parse.urlsplit(self.url)
        self.context = context
        return self

    def follow(self):
        for line in self.process.stderr:
            self.lines.put(line.decode().rstrip('\n'))
        self.lines.put(None)

    def errors(self):
        """All that it said on stderr until it ended."""
        said = []
        while (line := self.lines.get(timeout=30)) is not None:
            said.append(line)
        return said

    def stop(self, number=signal.SIGTERM, code=0):
        self.process.send_signal(number)
        assert self.process.wait(timeout=60) == code, f'ended with {self.process.returncode}, not {code}: {self.errors()}'

    def connect(self, timeout=30):
        if self.address.scheme == 'https':
            return http.client.HTTPSConnection(self.address.hostname, self.address.port, timeout=timeout, context=self.context or ssl._create_unverified_context())
        return http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=timeout)

    def ask(self, method, path, body=None, account=None, headers=None, connection=None):
        """A request; body: JSON, or bytes as they are."""
        headers = dict(headers or {})
        if account:
            headers['Authorization'] = 'Basic ' + base64.b64encode(f'{account[0]}:{account[1]}'.encode()).decode()
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault('Content-Type', 'application/json')
        used = connection or self.connect()
        try:
            used.request(method, path, body=body, headers=headers)
            response = used.getresponse()
            return Answer(response, response.read())
        finally:
            if not connection:
                used.close()

    def must(self, status, method, path, body=None, account=None, **more):
        answer = self.ask(method, path, body, account, **more)
        wanted = status if isinstance(status, tuple) else (status,)
        assert answer.status in wanted, f'{method} {path} gave {answer}, not {status}'
        return answer


def quote(part):
    return urllib.parse.quote(part, safe='')


def run(tests):
    """Run [(name, function (folder))…] as TAP."""
    only = os.environ.get('SAMSPILL_TEST_ONLY')
    chosen = [test for test in tests if not only or only in test[0]]
    failed = 0
    print(f'1..{len(chosen)}', flush=True)
    for number, (name, function) in enumerate(chosen, 1):
        folder = tempfile.mkdtemp(prefix='samspill-registry-')
        try:
            function(Path(folder))
            print(f'ok {number} {name}', flush=True)
        except Exception as error:
            failed += 1
            print(f'not ok {number} {name}', flush=True)
            for line in f'{type(error).__name__}: {error}'.splitlines()[:20]:
                print(f'# {line}', flush=True)
            traceback.print_exc(file=sys.stderr)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)
