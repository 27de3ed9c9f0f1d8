# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of runs: what is killed while it does what."""
import json
import sqlite3
import subprocess
import uuid

from stage import CTL, TOP, WORKER, Broken, Program, Stage

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


KINDS = {'save': Save, 'draft': Draft, 'migrate': Migrate, 'import': Import, 'command': Command}


def available():
    return list(KINDS)
