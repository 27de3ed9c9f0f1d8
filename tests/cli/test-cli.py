# SPDX-License-Identifier: GPL-3.0-or-later
"""samspillctl as a person or a script would use it: what each command prints, its exit code, and what it refuses.

Usage: test-cli.py PATH-OF-SAMSPILLCTL PATH-OF-WRONG-CLOCK. Prints TAP.
"""

import base64
import http.server
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback
from pathlib import Path

SAMSPILLCTL, WRONG_CLOCK = sys.argv[1:3]
SOURCE = Path(os.environ.get('SAMSPILL_SOURCE_DIR', Path(__file__).resolve().parents[2]))
SAMPLES = sorted((SOURCE / 'data/sample').glob('*.json'))
OWNER = '302353875'
TITLE = 'Hvordan kan vi finne vannlekkasjer før de blir brudd?'


class Person:
    """One profile in a folder of its own."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.profile = self.folder / 'profile'

    def call(self, *arguments, stdin='', code=0, env=None, profile=True):
        """Run a command; its exit code must be `code`. Returns (stdout, stderr)."""
        command = [SAMSPILLCTL, *(['--profile', str(self.profile)] if profile else []), *map(str, arguments)]
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        done = subprocess.run(command, input=data, capture_output=True, timeout=120, check=False,
                              env={**os.environ, 'LC_ALL': 'C', **(env or {})})
        out, err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == code, f'{command} gave {done.returncode}, not {code}: {out[:500]} {err[:1500]}'
        assert code == 0 or err.strip(), f'{command} failed without a word'
        return out, err

    def out(self, *arguments, **options):
        return self.call(*arguments, **options)[0]

    def lines(self, *arguments, **options):
        return [json.loads(line) for line in self.out(*arguments, '--json', **options).splitlines()]

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def put(self, **members):
        return self.out('put', '-', stdin=json.dumps(need(**members))).strip()

    def show(self, record):
        return json.loads(self.out('show', record))


def need(**members):
    return {'type': 'need', 'lang': 'nb', 'owner': OWNER, 'title': TITLE} | members


class Skipped(Exception):
    """This machine cannot show it."""


TESTS = []


def test(function):
    TESTS.append(function)
    return function


# Records


@test
def put_prints_id_and_fills_in_envelope(me):
    record = me.put()
    assert record.startswith(f'need:{OWNER}:'), record
    shown = me.show(record)
    assert shown['_id'] == record and shown['_rev'].startswith('1-'), shown
    assert shown['title'] == TITLE and shown['schema'] == 1
    assert shown['created']['at'] and shown['changed']['by'], shown


@test
def put_makes_revision_on_top_of_the_one_named(me):
    record = me.put()
    shown = me.show(record) | {'problem': 'Vi finner dem for sent.', 'ukjent': [1, 2.50]}
    assert me.out('put', me.file('n.json', json.dumps(shown))).strip() == record
    again = me.show(record)
    assert again['_rev'].startswith('2-') and again['problem'] and again['ukjent'] == [1, 2.5], again
    _, err = me.call('put', me.file('n.json', json.dumps(shown)), code=1)
    assert 'changed' in err, err
    assert len(me.lines('history', record)) == 2


@test
def put_wants_type_lang_owner_and_title(me):
    for name in ('type', 'lang', 'owner', 'title'):
        record = need()
        del record[name]
        _, err = me.call('put', '-', stdin=json.dumps(record), code=1)
        assert name in err, err
    assert me.out('list', 'need') == ''


@test
def list_gives_id_type_title(me):
    record = me.put()
    assert me.lines('list', 'need') == [{'id': record, 'type': 'need', 'title': TITLE}]
    assert me.out('list', 'need') == f'{record}\t{TITLE}\n'
    assert me.out('list', 'pitch') == ''


@test
def list_leaves_out_shipped_unless_asked(me):
    assert me.out('list', 'case') == ''
    shipped = me.lines('list', 'case', '--space', 'shipped')
    assert len(shipped) > 50 and all(line['id'].startswith('case:') for line in shipped)
    me.call('list', 'case', '--space', 'ingen', code=1)


@test
def delete_goes_to_trash_and_back(me):
    record = me.put()
    me.call('delete', record)
    assert me.out('list', 'need') == ''
    assert me.show(record)['trashed']['at']
    me.call('restore', record)
    assert len(me.lines('list', 'need')) == 1
    me.call('delete', record, '--for-ever')
    me.call('show', record, code=1)
    me.call('delete', record, code=1)


@test
def shipped_cannot_be_changed(me):
    case = me.lines('list', 'case', '--space', 'shipped')[0]['id']
    me.call('delete', case, code=1)
    me.call('put', '-', stdin=json.dumps(me.show(case) | {'title': 'Min egen'}), code=1)


# Import, export


@test
def samples_are_counted_by_list(me):
    me.call('import', *SAMPLES)
    records = [record for path in SAMPLES for record in json.loads(path.read_text())]
    for kind in ('need', 'pitch', 'organisation', 'case'):
        count = sum(record['type'] == kind for record in records)
        assert count and len(me.lines('list', kind)) == count, kind
        assert len(me.out('list', kind).splitlines()) == count, kind


@test
def import_reads_what_export_writes(me):
    me.call('import', *SAMPLES)
    me.put()
    me.call('export', me.folder / 'all.json')
    assert (me.folder / 'all.json').read_text() == me.out('export')
    other = Person(me.folder / 'other')
    other.folder.mkdir()
    line = other.lines('import', me.folder / 'all.json')[0]
    assert line['added'] == len(json.loads((me.folder / 'all.json').read_text())), line
    assert other.out('export') == me.out('export')
    assert other.lines('import', me.folder / 'all.json')[0]['same'] == line['added']


@test
def import_keeps_all_of_a_file_or_nothing(me):
    good, bad = me.file('good.json', json.dumps([need()])), me.file('bad.json', json.dumps([need(), need(owner='302353876')]))
    _, err = me.call('import', bad, good, code=1)
    assert 'bad.json' in err and 'Record 2' in err, err
    assert len(me.lines('list', 'need')) == 1


@test
def bad_files_are_refused_and_change_nothing(me):
    me.put()
    before = me.out('export')
    record = json.dumps(need())
    twice = json.dumps(need(_id=f'need:{OWNER}:019a9102-a2ef-7eb1-a82a-faf9a6deb505'))
    contents = {
        'empty': '', 'broken': record[:-1], 'no record': '7', 'wrong type': json.dumps(need(type='ting')),
        'wrong kind': json.dumps(need(cost_nok='mye')), 'wrong utf-8': record.encode().replace(b'Hvordan', b'Hv\xff'),
        'key twice': record[:-1] + ', "title": "en til"}', 'id twice': f'[{twice}, {twice}]',
        'wrong number': json.dumps(need(owner='123456789')), 'deep': record[:-1] + ', "x": ' + '[' * 10000 + ']' * 10000 + '}',
    }
    for name, content in contents.items():
        _, err = me.call('import', me.file('bad.json', content), code=1)
        assert len(err.strip()) > 20, (name, err)
    with open(me.folder / 'large.json', 'wb') as large:
        large.truncate(200 * 1024 * 1024)
    me.call('import', me.folder / 'large.json', code=1)
    me.call('import', me.folder / 'not-there.json', code=1)
    me.call('import', me.folder, code=1)
    assert me.out('export') == before


@test
def reply_is_asked_about_before_it_is_kept(me):
    record = me.put()
    reply = {'samspill': 'reply', 'version': 1, 'need': record, 'need_title': TITLE, 'lang': 'nb',
             'pitch': {'title': '<script>alert(1)</script>', 'problem': 'Lekkasjer', 'how': 'Vi lytter på rørene.',
                       'supplier': {'name': 'Lytt AS', 'email': 'post@example.com'}}}
    path = me.file('svar.json', json.dumps(reply))
    assert me.lines('import', path)[0] == {'file': str(path), 'title': reply['pitch']['title'], 'need': record, 'kept': False}
    assert me.out('list', 'pitch') == ''
    kept = me.lines('import', path, '--accept')[0]
    assert me.show(kept['id'])['need'] == record
    reply['need'] = f'need:{OWNER}:019a9102-a2ef-7eb1-a82a-faf9a6deb505'
    _, err = me.call('import', me.file('svar.json', json.dumps(reply)), '--accept', code=1)
    assert 'need' in err
    assert len(me.lines('list', 'pitch')) == 1


# Search


@test
def search_finds_at_once_what_was_put(me):
    record = me.put(title='Hvordan kan vi holde skøyteisen blank?')
    found = me.lines('search', 'skøyteis')
    assert {'id': record, 'type': 'need', 'title': 'Hvordan kan vi holde skøyteisen blank?'} in found, found
    assert me.lines('search', 'finnesikkenoestedoverhodet') == []


@test
def similar_gives_reasons(me):
    record = me.put(title='Hvordan kan vi finne lekkasjer på vannledningsnettet før de blir brudd?',
                    problem='40 prosent av drikkevannet lekker ut av ledningsnettet. Vi finner lekkasjene når det er for sent.',
                    subjects={'words': ['vannlekkasje', 'drikkevann']})
    found = me.lines('similar', record)
    assert 1 <= len(found) <= 5, found
    assert all(set(line) == {'id', 'type', 'title', 'reason'} and line['reason'] for line in found), found
    me.call('similar', 'need:ingen', code=1)


@test
def check_text_remarks_on_words(me):
    text = 'Kommunen trenger en app så innbyggerne kan melde feil. Ring Kari på 912 34 567.'
    remarks = me.lines('check-text', me.file('behov.txt', text), profile=False)
    kinds = {remark['kind'] for remark in remarks}
    assert {'solution', 'personal-data'} <= kinds, remarks
    assert kinds <= {'solution', 'vague', 'no-effect', 'no-user-group', 'no-owner', 'several-needs', 'personal-data'}
    for remark in remarks:
        assert remark['message'] and ('start' in remark) == ('end' in remark), remark
        if 'start' in remark:
            assert 0 <= remark['start'] < remark['end'] <= len(text), remark
    (solution,) = [remark for remark in remarks if remark['kind'] == 'solution']
    assert 'app' in text[solution['start']:solution['end']], solution
    assert '?' in solution['message'], 'how to mend it is a question to ask instead'
    assert me.out('check-text', '-', stdin=text).count('\n') == len(remarks)
    me.call('check-text', me.file('feil.txt', b'Hv\xff'), code=1)
    assert not me.profile.exists() or me.out('list', 'need') == ''


# Pages


@test
def page_in_three_formats(me):
    record = me.put(problem='Vi finner lekkasjene for sent.')
    for form, start in (('pdf', b'%PDF-'), ('odt', b'PK'), ('html', b'<!')):
        path = me.folder / f'side.{form}'
        me.call('page', record, '--format', form, '-o', path)
        assert path.read_bytes().lstrip().startswith(start), form
    text = me.out('page', record, '--format', 'html', '-o', '-')
    assert 'lekkasjer' in text and 'Hva går galt i dag' in text, text[:2000]
    me.call('page', record, '--format', 'docx', '-o', me.folder / 'x', code=2)
    me.call('page', record, '--format', 'pdf', code=2)
    me.call('page', 'need:ingen', '--format', 'pdf', '-o', me.folder / 'x', code=1)
    me.call('page', record, '-o', me.folder / 'ingen mappe' / 'x', code=1)


@test
def reply_form_is_one_file(me):
    record = me.put(problem='Vi finner lekkasjene for sent.')
    me.call('forslag', record, '-o', me.folder / 'forslag.html')
    text = (me.folder / 'forslag.html').read_text()
    assert record in text and '<form' in text


# Upkeep


@test
def check_rebuild_stats(me):
    me.put()
    me.call('check')
    assert me.lines('check') == []
    assert me.lines('rebuild')[0]['records'] > 100
    assert {'space': 'mine', 'type': 'need', 'records': 1} in me.lines('stats')


@test
def check_finds_faults(me):
    me.put()
    with open(me.profile / 'store.db', 'r+b') as store:
        size = store.seek(0, os.SEEK_END)
        store.seek(size // 2)
        store.write(b'\xa5' * (size // 4))
    me.call('check', code=1)


@test
def backup_and_back(me):
    record = me.put()
    day = me.out('backup').strip()
    me.call('delete', record, '--for-ever')
    me.call('restore-backup', day)
    assert me.show(record)['title'] == TITLE
    _, err = me.call('restore-backup', '1999-01-01', code=1)
    assert day in err, err


def damage(me, share):
    """Overwrites the data file from this share of its length on."""
    with open(me.profile / 'store.db', 'r+b') as store:
        size = store.seek(0, os.SEEK_END)
        store.seek(int(size * share))
        store.write(b'\xa5' * (size - store.tell()))


@test
def damaged_store_is_replaced_by_a_backup(me):
    record = me.put()
    day = me.out('backup').strip()
    for share in (0, 0.1, 0.5):
        damage(me, share)
        me.call('restore-backup', '1999-01-01', code=1)
        me.call('restore-backup', day)
        assert me.show(record)['title'] == TITLE
        me.call('check')


@test
def damaged_store_that_is_open_elsewhere_stays(me):
    me.put()
    day = me.out('backup').strip()
    other = sqlite3.connect(me.profile / 'store.db')
    other.execute('SELECT seq FROM meta').fetchone()
    damage(me, 0)
    before = (me.profile / 'store.db').read_bytes()
    me.call('restore-backup', day, code=1)
    assert (me.profile / 'store.db').read_bytes() == before
    other.close()
    me.call('restore-backup', day)


# Use


@test
def options_stand_anywhere(me):
    record = me.put()
    for arguments in (['--json', 'list', 'need'], ['list', '--json', 'need'], ['list', 'need', '-j']):
        assert json.loads(me.out(*arguments))['id'] == record
    assert me.out('list', 'need', '--profile', me.profile, profile=False).startswith(record)


@test
def wrong_use_gives_two(me):
    for arguments in ([], ['ingenting'], ['list'], ['list', 'ting'], ['list', 'need', 'pitch'], ['show'], ['--ukjent', 'list', 'need'],
                      ['list', 'need', '--for-ever'], ['check', 'noe'], ['restore-backup']):
        me.call(*arguments, code=2)
    assert not me.profile.exists() or me.out('export') == '[\n]\n'


@test
def help_names_every_command(me):
    text = me.out('--help')
    for command in ('import', 'export', 'list', 'show', 'put', 'delete', 'search', 'similar', 'check', 'rebuild', 'stats'):
        assert f'\n  {command} ' in text, command


@test
def letters_survive_every_locale(me):
    record = me.put(title='Æ ø å – «sitat»')
    for locale in ('C', 'C.UTF-8', 'nb_NO.UTF-8', 'POSIX'):
        assert me.out('list', 'need', env={'LC_ALL': locale}) == f'{record}\tÆ ø å – «sitat»\n'


@test
def own_profile_without_option(me):
    env = {'XDG_DATA_HOME': str(me.folder / 'data-home'), 'XDG_CACHE_HOME': str(me.folder / 'cache')}
    me.out('put', '-', stdin=json.dumps(need()), env=env, profile=False)
    assert (me.folder / 'data-home/samspill/store.db').exists()


@test
def full_output_is_a_failure(me):
    me.call('import', *SAMPLES)
    with open('/dev/full', 'wb') as full:
        for arguments in (['export'], ['list', 'need']):
            done = subprocess.run([SAMSPILLCTL, '--profile', me.profile, *arguments], stdout=full, stderr=subprocess.PIPE, check=False)
            assert done.returncode == 1 and done.stderr, arguments


@test
def profile_in_the_way_is_refused(me):
    me.profile.write_text('a file')
    _, err = me.call('list', 'need', code=1)
    assert str(me.profile) in err, err


@test
def profile_of_newer_program_is_only_read(me):
    record = me.put()
    before = me.out('export')
    with sqlite3.connect(me.profile / 'store.db') as store:
        store.execute('PRAGMA user_version = 9999')
    store.close()
    assert me.show(record)['title'] == TITLE
    assert len(me.lines('list', 'need')) == 1
    for arguments in (['delete', record], ['put', '-'], ['import', me.file('n.json', json.dumps(need()))], ['backup']):
        _, err = me.call(*arguments, stdin=json.dumps(need()), code=1)
        assert 'newer' in err, err
    assert me.out('export') == before


@test
def write_protected_profile_is_only_read(me):
    record = me.put()
    before = me.out('export')
    # Who is root may write everywhere, so somebody else tries.
    nobody = {'user': 65534, 'group': 65534, 'extra_groups': []} if os.geteuid() == 0 else {}
    for path in (me.folder, me.profile, *me.profile.rglob('*')):
        if nobody:
            shutil.chown(path, 65534, 65534)
        path.chmod(0o500 if path.is_dir() else 0o400)
    me.folder.chmod(0o700)
    env = {**os.environ, 'LC_ALL': 'C', 'HOME': str(me.folder), 'XDG_CACHE_HOME': str(me.folder / 'cache')}

    def call(*arguments):
        return subprocess.run([SAMSPILLCTL, '--profile', me.profile, *arguments], capture_output=True, check=False, env=env, **nobody)

    try:
        assert call('export').stdout.decode() == before
    except PermissionError as error:
        raise Skipped('somebody else may not see the built program') from error
    assert record in call('list', 'need').stdout.decode()
    done = call('delete', record)
    assert done.returncode == 1 and b'write' in done.stderr, done
    for path in (me.profile, *me.profile.rglob('*')):
        path.chmod(0o700)
    assert me.out('export') == before


# Sharing, publishing, connecting

class Registry(http.server.BaseHTTPRequestHandler):
    """As much of a registry as connect asks for."""

    def do_GET(self):
        known = self.headers.get('Authorization') == 'Basic ' + base64.b64encode(b'kari:hemmelig').decode()
        if not known:
            self.answer(401, {'error': 'unauthorized', 'reason': 'Name or password is incorrect.'})
        elif self.path == '/_session':
            self.answer(200, {'ok': True, 'userCtx': {'name': 'kari', 'roles': [f'org:{OWNER}']}})
        else:
            self.answer(200, {'couchdb': 'Welcome', 'version': '3.4.0'})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def whole_need(**members):
    return need(problem='Vi mister vann.', affected={'who': 'innbyggere'}, wished_effect='Mindre tapt.',
                measures=[{'what': 'tapt vann', 'now': '38 %'}], limits='Gamle rør.', owner_role='Leder for vann',
                largest_loss_nok=300000, subjects={'los': ['avlop']}, rights='Den som lager det.',
                route_to_purchase='Ny konkurranse.', tags=['hemmelig']) | members


@test
def draft_is_shared_published_and_withdrawn(me):
    record = me.out('put', '-', stdin=json.dumps(whole_need())).strip()
    [shared] = me.lines('share', record)
    assert shared['space'] == f'team-{OWNER}' and shared['publication'] == 'none', shared
    _, err = me.call('share', record, code=1)
    assert 'already' in err, err
    me.call('publish', record, code=2)
    [published] = me.lines('publish', record, '--approved-by', 'kommunalsjef', '--approved-on', '2026-11-20')
    assert published['publication'] == 'current' and published['approved_by'] == 'kommunalsjef', published
    open_part = json.loads(me.out('show', record, '--space', 'commons'))
    assert open_part['approved'] == {'role': 'kommunalsjef', 'at': '2026-11-20'} and 'tags' not in open_part, open_part
    assert me.show(record)['tags'] == ['hemmelig']
    assert len(me.lines('list', 'need')) == 1
    me.call('withdraw', record, code=2)
    [withdrawn] = me.lines('withdraw', record, '--reason', 'Løst på en annen måte')
    assert withdrawn['publication'] == 'withdrawn' and withdrawn['reason'] == 'Løst på en annen måte', withdrawn
    me.call('show', record, '--space', 'commons', code=1)
    assert me.show(record)['title'] == TITLE


@test
def what_others_published_is_not_withdrawn_here(me):
    record = me.out('put', '-', stdin=json.dumps(whole_need())).strip()
    me.call('publish', record, '--approved-by', 'kommunalsjef')
    me.call('delete', record, '--for-ever')
    me.call('show', record, '--space', f'team-{OWNER}', code=1)
    _, err = me.call('withdraw', record, '--reason', 'feil', code=1)
    assert 'do not work for' in err, err
    assert me.out('show', record, '--space', 'commons')


@test
def publishing_says_all_that_stands_in_the_way(me):
    record = me.put()
    _, err = me.call('publish', record, '--approved-by', 'leder', code=1)
    assert 'What goes wrong today' in err and 'Need owner' in err, err
    me.call('publish', record, '--approved-by', 'leder', '--approved-on', 'i går', code=1)
    me.call('publish', f'need:{OWNER}:0190f0e0-0000-7000-8000-000000000001', '--approved-by', 'leder', code=1)
    assert me.lines('list', 'need', '--space', 'mine')


@test
def connect_looks_before_it_keeps(me):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f'http://127.0.0.1:{server.server_port}'
    password = me.file('password', 'hemmelig\n')
    login = ['--user', 'kari', '--password-file', password]
    try:
        me.call('connect', 'commons', url, code=2)
        me.call('connect', 'commons', url, '--user', 'kari', '--password-file', me.file('wrong', 'feil'), code=1)
        me.call('connect', 'mine', url, *login, code=1)
        me.call('connect', 'commons', 'http://example.com', *login, code=1)
        me.call('connect', 'team-302353883', url, *login, code=1)
        me.call('disconnect', 'commons', code=1)
        [line] = me.lines('connect', 'commons', url + '/commons', *login)
        assert line['space'] == 'commons' and line['url'] == url and line['user'] == 'kari', line
        assert 'hemmelig' not in json.dumps(line)
        # The account says for whom the profile is.
        [line] = me.lines('connect', 'team', url.replace('//', '//kari:hemmelig@'), '--approved-by', 'IT-leder')
        assert line['space'] == f'team-{OWNER}', line
        assert b'hemmelig' not in (me.profile / 'store.db').read_bytes()
        me.call('disconnect', 'team')
        me.call('disconnect', 'team', code=1)
    finally:
        server.shutdown()


@test
def account_says_which_team(me):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f'http://127.0.0.1:{server.server_port}'
    try:
        [line] = me.lines('connect', 'team', url, '--user', 'kari', '--password-file', me.file('password', 'hemmelig\n'))
        assert line['space'] == f'team-{OWNER}', line
    finally:
        server.shutdown()


def without_room():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


@test
def full_disk_is_told_of_and_changes_nothing(me):
    record = me.put()
    before = me.out('export')
    path = me.file('n.json', json.dumps(need(problem='x' * 20000)))
    for arguments in (['put', path], ['import', path], ['delete', record]):
        done = subprocess.run([SAMSPILLCTL, '--profile', me.profile, *arguments], capture_output=True, check=False, preexec_fn=without_room)
        assert done.returncode == 1 and len(done.stderr) > 30, (arguments, done)
    assert me.out('export') == before
    me.call('check')


@test
def clock_in_1970_is_told_of(me):
    record = me.put()
    before = me.out('export')
    # The sanitizers want to be loaded first; here they need not be.
    env = {'LD_PRELOAD': WRONG_CLOCK, 'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'}
    for arguments in (['delete', record], ['put', '-'], ['import', me.file('n.json', json.dumps(need()))]):
        _, err = me.call(*arguments, stdin=json.dumps(need()), code=1, env=env)
        assert '1970' in err, err
    assert me.lines('list', 'need', env=env)[0]['id'] == record
    assert me.out('export') == before


@test
def two_at_once(me):
    me.put()
    many = [subprocess.Popen([SAMSPILLCTL, '--profile', me.profile, 'put', '-'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for _ in range(4)]
    ids = {process.communicate(json.dumps(need()).encode())[0] for process in many}
    assert all(process.returncode == 0 for process in many) and len(ids) == 4
    assert len(me.lines('list', 'need')) == 5


def main():
    print(f'1..{len(TESTS)}')
    failed = 0
    for number, function in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory(prefix='samspill-cli-') as folder:
            name = f'/cli/{function.__name__.replace("_", "-")}'
            try:
                function(Person(folder))
                print(f'ok {number} {name}', flush=True)
            except Skipped as why:
                print(f'ok {number} {name} # SKIP {why}', flush=True)
            except Exception:  # a test that breaks is told of like one that fails
                failed += 1
                for line in traceback.format_exc().splitlines():
                    print(f'# {line}')
                print(f'not ok {number} {name}', flush=True)
    sys.exit(1 if failed else 0)


main()
