# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of runs: what is killed while it does what."""
import base64
import http.client
import json
import sqlite3
import subprocess
import threading
import time
import urllib.parse
import uuid

from stage import CTL, REGISTRY, TOP, WORKER, Broken, Program, Stage

OWNER = '302353875'


class Save(Stage):
    """The store: edits, batches, files, drafts, compaction."""

    def run(self, index, rng):
        store = self.folder / 'store'
        said, _ = self.work_and_kill([WORKER, 'save', store, index], self.moment(rng))
        self.said += said
        self.verify(store)


class Draft(Stage):
    """A person who edits needs: the profile as the program uses it."""
    renew_after = 40

    def run(self, index, rng):
        profile = self.folder / 'profile'
        said, _ = self.work_and_kill([WORKER, 'draft', profile, index + 1], self.moment(rng))
        last = {}  # of a record only the newest text is on the screen
        for line in said:
            last[line.split()[1] if line.startswith('typed') else line] = line
        self.said += last.values()
        self.verify(profile)


class Migrate(Stage):
    """A store of an older version, opened by a program that dies."""
    renew_after = 4
    documents = 3000

    def __init__(self, folder, rng):
        super().__init__(folder, rng)
        schemas = sorted((TOP / 'tests/store/schema').glob('schema-*.sql'))
        self.store = folder / 'store'
        self.store.mkdir()
        with sqlite3.connect(self.store / 'store.db', isolation_level=None) as database:
            database.executescript(rng.choice(schemas).read_text(encoding='utf-8'))
            columns = [row[1] for row in database.execute('PRAGMA table_info (document)')]
            values = ', '.join({'doc': 'NULL', 'id': "'old-' || value", 'seq': 'value + 10', 'winner': 'value + 10'}.get(name, name) for name in columns)
            database.execute('BEGIN')
            database.execute(SERIES + "INSERT INTO body (body, json) SELECT value + 10, '{\"old\":' || value || '}' FROM series", (self.documents,))
            template = database.execute("SELECT hex (tree) FROM document WHERE id = 'b'").fetchone()[0]
            database.execute(SERIES + f"INSERT INTO document ({', '.join(columns)}) SELECT {values} FROM document, series WHERE id = 'b'", (self.documents,))
            self.grow_trees(database, template)
            database.execute('UPDATE meta SET seq = ?', (self.documents + 10,))
            database.execute('COMMIT')
        database.close()

    def grow_trees(self, database, template):
        """Each tree names its own body: the number is the varint behind the digest."""
        for number, in database.execute("SELECT winner FROM document WHERE id LIKE 'old-%'").fetchall():
            tree = template.replace('CC' * 16 + '03', 'CC' * 16 + varint(number))
            database.execute('UPDATE document SET tree = ? WHERE winner = ?', (bytes.fromhex(tree), number))
            self.said.append(f'saved mine old-{number - 10} 1-{"cc" * 16} {{"old":{number - 10}}}')

    def run(self, index, rng):
        said, _ = self.work_and_kill([WORKER, 'save', self.store, index], self.moment(rng, 0.1))
        self.said += said
        self.verify(self.store)


SERIES = 'WITH RECURSIVE series (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM series WHERE value < ?) '


def varint(number):
    out = ''
    while number >= 0x80:
        out += f'{number & 0x7f | 0x80:02x}'
        number >>= 7
    return out + f'{number:02x}'


class Import(Stage):
    """The command line: a file of records is kept whole or not at all."""

    def run(self, index, rng):
        profile, path = self.folder / 'profile', self.folder / 'records.json'
        records = [need(rng, index, n) for n in range(rng.choice((1, 20, 200)))]
        path.write_text(json.dumps(records), encoding='utf-8')
        _, code = self.work_and_kill([CTL, '--profile', profile, 'import', path], self.moment(rng, 0.25))
        said = [f'alive mine {record["_id"]}' for record in records]
        if code == 0:
            self.said += said
        elif (profile / 'store.db').exists():
            missing = self.missing(profile, said)
            if missing not in (0, len(said)):
                raise Broken(f'{missing} of {len(said)} records of one file are missing')
        if (profile / 'store.db').exists():
            self.verify(profile)


class Command(Stage):
    """The command line: one record after the other is put, changed, put into the trash, until it is killed."""

    def run(self, index, rng):
        profile = self.folder / 'profile'
        for n in range(3):
            record = need(rng, index, n)
            program = Program([CTL, '--profile', profile, 'put', '-'], self.env, stdin=subprocess.PIPE)
            try:
                program.process.stdin.write(json.dumps(record).encode())
                program.process.stdin.close()
            except BrokenPipeError:
                pass
            code = program.kill_after(self.moment(rng, 0.12) if n == 2 else 30)
            if code not in (None, 0):
                raise Broken(f'put ended with {code}: {program.words()}')
            if code == 0:
                self.said.append(f'alive mine {record["_id"]}')
        if (profile / 'store.db').exists():
            self.verify(profile)


def need(rng, index, n):
    return {'_id': f'need:{OWNER}:{uuid.UUID(int=rng.getrandbits(128), version=4)}', 'type': 'need', 'schema': 1, 'lang': 'nb', 'owner': OWNER,
            'title': f'Hvordan kan vi holde fast ved nummer {index} · {n}?', 'problem': 'tekst ' * rng.randrange(1, 60)}


class Publish(Stage):
    """A person who shares, publishes and withdraws: each is whole or has not been."""
    renew_after = 40

    def run(self, index, rng):
        profile = self.folder / 'profile'
        said, _ = self.work_and_kill([WORKER, 'publish', profile, index + 1], self.moment(rng, 0.25))
        last = {}  # what counts of a place is what was said last, and the next step may have been done without a word
        for line in said:
            words = line.split()
            last[words[1:] and tuple(words[1:])] = line
        unsure = said[-1].split()[-1] if said else None
        self.said += [line for line in last.values() if not (line.split()[-1] == unsure and ' commons ' in line)]
        self.verify(profile)


class Served(Stage):
    """A registry that is there before the run."""
    password = 'riktig hest batteri'
    registry = None

    def __init__(self, folder, rng):
        super().__init__(folder, rng)
        self.store = folder / 'registry'
        path = folder / 'password'
        path.write_text(self.password, encoding='utf-8')
        done = subprocess.run([REGISTRY, 'init', '--data', self.store, '--admin', 'styrer', '--password-file', path], env=self.env,
                              capture_output=True, check=False)
        if done.returncode:
            raise Broken(f'init ended with {done.returncode}: {done.stderr.decode()}')
        self.passwords = path

    def serve(self):
        self.registry = Program([REGISTRY, '--data', self.store, '--listen', '127.0.0.1:0', '--threads', '1'], self.env)
        deadline = time.monotonic() + 20
        while not self.registry.lines():
            if self.registry.process.poll() is not None or time.monotonic() > deadline:
                raise Broken(f'the registry does not serve: {self.registry.words()}')
            time.sleep(0.002)
        return urllib.parse.urlsplit(self.registry.lines()[0].split()[-1])

    def kill_registry(self):
        if self.registry is not None:
            self.registry.process.kill()
            self.registry.end()
            self.registry = None

    def close(self):
        self.kill_registry()


class Registry(Served):
    """The registry while clients write."""

    def run(self, index, rng):
        address = self.serve()
        header = 'Basic ' + base64.b64encode(f'styrer:{self.password}'.encode()).decode()
        timer = threading.Timer(self.moment(rng, 0.3), self.registry.process.kill)
        timer.start()
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
        try:
            self.write(connection, {'Authorization': header, 'Content-Type': 'application/json'}, index, rng)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            timer.join()
            connection.close()
            self.kill_registry()
        self.verify(self.store)

    def write(self, connection, headers, index, rng):
        def ask(method, path, body, good):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status not in good:
                raise Broken(f'{method} {path} gave {answer.status}: {text[:300]!r}')
            return json.loads(text)

        ask('PUT', '/team-310000000', None, (201, 412))
        for n in range(100000):
            body = json.dumps({'n': n, 'text': 'x' * rng.randrange(300)}, separators=(',', ':'))
            choice = rng.random()
            if choice < 0.5:
                done = ask('PUT', f'/team-310000000/put-{index}-{n}', body, (201, 202))
                self.said.append(f'saved team-310000000 {done["id"]} {done["rev"]} {body}')
            elif choice < 0.9:
                documents = [f'{{"_id":"bulk-{index}-{n}-{i}",{body[1:]}' for i in range(rng.randrange(1, 60))]
                rows = ask('POST', '/team-310000000/_bulk_docs', f'{{"docs":[{",".join(documents)}]}}', (201, 202))
                self.said += [f'saved team-310000000 {row["id"]} {row["rev"]} {body}' for row in rows]
            else:
                ask('POST', '/team-310000000/_compact', '{}', (202,))


class Sync(Served):
    """Replication in one direction or the other, of which either end dies; at last it comes through, and all is on both sides."""
    renew_after = 15
    space = 'team-310000000'

    def __init__(self, folder, rng):
        super().__init__(folder, rng)
        self.profiles = [folder / 'one', folder / 'two']

    def run(self, index, rng):
        one, two = rng.sample(self.profiles, 2)
        said, _ = self.work_and_kill([WORKER, 'save', one, index], rng.uniform(0.01, 0.06))
        self.said += [line for line in said if line.startswith(f'saved {self.space} ')]
        address = self.serve()
        url = f'http://styrer:{urllib.parse.quote(self.password)}@{address.netloc}/{self.space}'
        push = [CTL, '--profile', one, 'replicate', f'space:{self.space}', url]
        pull = [CTL, '--profile', two, 'replicate', url, f'space:{self.space}']
        self.make_database(address)
        dying = Program(rng.choice((push, pull)), self.env)
        if rng.random() < 0.5:
            dying.kill_after(self.moment(rng, 0.25))
        else:
            time.sleep(self.moment(rng, 0.25))
            self.kill_registry()
            dying.end()
            address = self.serve()
            url = f'http://styrer:{urllib.parse.quote(self.password)}@{address.netloc}/{self.space}'
            push[-2:] = [f'space:{self.space}', url]
            pull[-2:] = [url, f'space:{self.space}']
        mine = [line for line in said if line.startswith(f'saved {self.space} ')]
        self.once(push)
        self.once(pull)
        self.kill_registry()
        for store in (one, two, self.store):
            self.verify(store, mine)

    def make_database(self, address):
        header = 'Basic ' + base64.b64encode(f'styrer:{self.password}'.encode()).decode()
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
        connection.request('PUT', f'/{self.space}', None, {'Authorization': header})
        if (status := connection.getresponse().status) not in (201, 412):
            raise Broken(f'making a database gave {status}')
        connection.close()

    def once(self, command):
        code = (program := Program(command, self.env)).end()
        if code:
            raise Broken(f'replicate ended with {code}: {program.words()}')


KINDS = {'save': Save, 'draft': Draft, 'publish': Publish, 'migrate': Migrate, 'import': Import, 'command': Command, 'sync': Sync, 'registry': Registry}


def available():
    """Without the registry (a build option) its kinds are left out."""
    return [kind for kind, scene in KINDS.items() if REGISTRY.exists() or not issubclass(scene, Served)]
