#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry on this computer with the records of the sample organisations, for trying the program and for its tests.

  local_registry.py FOLDER [--profile PROFILE] -- COMMAND …    start it, connect the profile, run the command, stop both

Needs samspill-registry and samspillctl on the path.
"""
import argparse
import base64
import json
import os
import secrets
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
SAMPLE = TOP / 'data/sample'
STORVIK, LILLEVIK = '302353875', '201412684'


class Registry:
    """samspill-registry in a folder of its own. Use it in a with statement."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.data = self.folder / 'data'
        self.process = None
        self.address = None

    def run(self, *arguments, password=None):
        return subprocess.run(['samspill-registry', *arguments, '--data', str(self.data)], check=True, text=True, capture_output=True,
                              input=password)

    def init(self):
        """Make it where it is missing; the administrator's password is in a file that only its owner reads."""
        self.folder.mkdir(parents=True, exist_ok=True)
        secret = self.folder / 'admin-password'
        if not secret.exists():
            secret.touch(0o600)
            secret.write_text(secrets.token_urlsafe(18), encoding='utf-8')
        if not self.data.exists():
            self.run('init', '--admin', 'admin', '--password-file', str(secret))
        self.admin_password = secret.read_text(encoding='utf-8').strip()

    def add_user(self, name, organisations, password=None):
        """Make an account, or give it this password; returns the password."""
        password = password or secrets.token_urlsafe(12)
        roles = [argument for number in organisations for argument in ('--role', f'org:{number}')]
        self.run('add-user', '--replace', '--name', name, *roles, '--password-file', '-', password=password)
        return password

    def start(self, port=0):
        with open(self.folder / 'registry.log', 'ab') as log:
            self.process = subprocess.Popen(['samspill-registry', '--data', str(self.data), '--listen', f'127.0.0.1:{port}'],
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        self.address = self.process.stdout.readline().strip().rstrip('/')
        if not self.address:
            raise RuntimeError(f'the registry did not start; see {self.folder}/registry.log')
        self.port = urllib.parse.urlsplit(self.address).port
        return self

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def request(self, method, path, body=None, user='admin', password=None, missing_is_fine=False):
        login = base64.b64encode(f'{user}:{password or self.admin_password}'.encode()).decode()
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f'{self.address}/{path}', data, {'Authorization': f'Basic {login}', 'Content-Type': 'application/json'},
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if missing_is_fine and error.code in (404, 412):
                return None
            raise RuntimeError(f'{method} {path}: {error.code} {error.read().decode(errors="replace")}') from error

    def make_team(self, number):
        """The space of an organisation; who may come in follows from its name."""
        self.request('PUT', f'team-{number}', missing_is_fine=True)

    def publish_samples(self, password):
        """What the sample organisations would have published, written by the account “samples”, once."""
        records = [record for name in ('organisations', 'needs', 'pitches', 'cases')
                   for record in json.loads((SAMPLE / f'{name}.json').read_text(encoding='utf-8'))]
        docs = []
        for record in records:
            if self.request('GET', f'commons/{urllib.parse.quote(record["_id"], safe="")}', missing_is_fine=True) is not None:
                return 0
            inside = internal_members(record['type'])
            doc = {key: value for key, value in record.items() if key not in inside}
            docs.append(doc | {'approved': {'role': 'rådmann', 'at': record['changed']['at'][:10]}})
        answers = self.request('POST', 'commons/_bulk_docs', {'docs': docs}, user='samples', password=password)
        refused = [answer for answer in answers if 'error' in answer]
        if refused:
            raise RuntimeError(f'{len(refused)} samples were refused: {refused[0]}')
        return len(docs)


def internal_members(kind):
    """What the schema marks as internal: never in a publication."""
    schema = json.loads((TOP / f'data/schema/{kind}.json').read_text(encoding='utf-8'))
    common = json.loads((TOP / 'data/schema/common.json').read_text(encoding='utf-8'))['$defs']

    def is_internal(field):
        return field.get('x-internal') or common.get(field.get('$ref', '').rpartition('/')[2], {}).get('x-internal')
    members = {**common['envelope']['properties'], **schema['properties']}
    return {name for name, field in members.items() if is_internal(field) and name != 'sample'}


def sample_owners():
    return [record['owner'] for record in json.loads((SAMPLE / 'organisations.json').read_text(encoding='utf-8'))]


def connect(profile, space, registry, user, password_file):
    subprocess.run(['samspillctl', '--profile', str(profile), 'connect', space, registry.address, '--user', user, '--password-file',
                    str(password_file)], check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('folder')
    parser.add_argument('--profile')
    parser.add_argument('command', nargs='+')
    arguments = parser.parse_args()
    with Registry(arguments.folder) as registry:
        registry.init()
        samples = registry.add_user('samples', sample_owners())
        secret = Path(arguments.folder) / 'password'
        secret.touch(0o600)
        secret.write_text(registry.add_user('kari', [STORVIK]), encoding='utf-8')
        # The same address again, where it is free: the profile remembers it.
        remembered = Path(arguments.folder) / 'port'
        try:
            registry.start(int(remembered.read_text(encoding='utf-8')))
        except (OSError, ValueError, RuntimeError):
            registry.start()
        remembered.write_text(str(registry.port), encoding='utf-8')
        registry.publish_samples(samples)
        registry.make_team(STORVIK)
        if arguments.profile:
            connect(arguments.profile, 'commons', registry, 'kari', secret)
        print(f'A registry with the sample organisations runs at {registry.address}; the program is signed in as kari of Storvik.',
              flush=True)
        return subprocess.run(arguments.command, env=os.environ | {'SAMSPILL_PASSWORD_FILE': str(secret)}, check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
