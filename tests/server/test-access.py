# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what, over HTTP against the real program. Prints TAP."""

import hashlib
import json

from registry import ADMIN, Registry, quote, run

OURS, THEIRS = '302353875', '974760673'
UUID = '019a9102-a2ef-7eb1-a82a-faf9a6deb505'
OTHER_UUID = '019a9102-a2ef-7eb1-a82a-faf9a6deb506'
PUBLIC = ['organisation', 'need', 'pitch', 'interest', 'question', 'answer', 'announcement', 'file', 'link', 'case', 'programme', 'erasure', 'something-new']
INTERNAL = ['contact', 'note', 'task', 'handover', 'version', 'person', 'process', 'event', 'assessment', 'risk', 'fund', 'entry', 'placement']
FOREIGN = '9999-' + 'f' * 32


def record(type_, owner=THEIRS, uuid=UUID, **more):
    last = hashlib.sha256(uuid.encode()).hexdigest() if type_ in ('event', 'entry') else uuid
    return {'_id': f'{type_}:{owner}:{last}', 'type': type_, 'schema': 1, 'owner': owner, 'lang': 'nb', 'title': 'Deres',
            'created': {'at': '2026-11-25T09:00:00Z', 'by': 'a'}, 'changed': {'at': '2026-11-25T09:00:00Z', 'by': 'a'}, **more}


def start(folder):
    registry = Registry(folder)
    registry.kari = registry.add('kari', f'org:{OURS}')
    registry.ola = registry.add('ola', f'org:{THEIRS}')
    registry.guest = registry.add('gjest')
    return registry.start()


def edits(document, rev):
    """(what, method, path, body, headers) of everything that would change a record, or make it."""
    path = '/' + quote(document['_id'])
    changed = {**document, 'title': 'Stjålet'}
    foreign = {**changed, '_rev': FOREIGN, '_revisions': {'start': 9999, 'ids': ['f' * 32]}}
    grave = {'_id': document['_id'], '_deleted': True}
    bulk = lambda docs, new_edits: {'docs': docs, 'new_edits': new_edits}
    yield 'create', 'PUT', path, changed
    yield 'create by POST', 'POST', '', changed
    yield 'create in a batch', 'POST', '/_bulk_docs', bulk([changed], True)
    yield 'foreign root', 'PUT', path + '?new_edits=false', foreign
    yield 'foreign root in a batch', 'POST', '/_bulk_docs', bulk([foreign], False)
    yield 'foreign tombstone', 'POST', '/_bulk_docs', bulk([{**grave, '_rev': FOREIGN, '_revisions': foreign['_revisions']}], False)
    yield 'foreign tombstone with a body', 'POST', '/_bulk_docs', bulk([{**foreign, '_deleted': True}], False)
    yield 'owner is ours', 'PUT', path, {**changed, 'owner': OURS}
    yield 'owner is ours by a foreign root', 'POST', '/_bulk_docs', bulk([{**foreign, 'owner': OURS}], False)
    if rev:
        child = {**changed, '_rev': '2-' + 'e' * 32, '_revisions': {'start': 2, 'ids': ['e' * 32, rev.split('-')[1]]}}
        yield 'overwrite', 'PUT', f'{path}?rev={rev}', changed
        yield 'overwrite by a child', 'POST', '/_bulk_docs', bulk([child], False)
        yield 'delete', 'DELETE', f'{path}?rev={rev}', None
        yield 'delete in a batch', 'POST', '/_bulk_docs', bulk([{**grave, '_rev': rev}], True)
        yield 'add a file', 'PUT', f'{path}/stjålet.txt?rev={rev}'.replace('å', '%C3%A5'), b'x'
        yield 'purge', 'POST', '/_purge', {document['_id']: [rev]}
    yield 'add a file to nothing', 'PUT', f'{path}/a.txt', b'x'


def refused(answer):
    """403, or a row of a batch that says forbidden; 401 only for nobody."""
    if answer.status == 403:
        return True
    if answer.status == 201 and answer.body.startswith(b'['):
        rows = answer.json
        return len(rows) == 1 and rows[0].get('error') == 'forbidden'
    return False


def leaves(registry, database, document):
    answer = registry.ask('GET', f'/{database}/{quote(document)}?open_revs=all', account=ADMIN, headers={'Accept': 'application/json'})
    return (answer.status, sorted(json.dumps(row, sort_keys=True) for row in answer.json) if answer.status == 200 else None)


def try_all(registry, database, document, rev, account, wrong):
    before = leaves(registry, database, document['_id'])
    for what, method, path, body in edits(document, rev):
        answer = registry.ask(method, f'/{database}{path}', body, account)
        is_stale = what == 'add a file to nothing' and answer.status == 409  # there is something
        if not refused(answer) and not is_stale:
            wrong.append(f'{database}: {document["type"]}: {what}: {answer}')
    if leaves(registry, database, document['_id']) != before:
        wrong.append(f'{database}: {document["type"]}: it is not as it was')


def test_others_records(folder):
    registry = start(folder)
    joint = 'joint-019a9102-a2ef-7eb1-a82a-faf9a6deb507'
    registry.must(201, 'PUT', '/' + joint, account=ADMIN)
    registry.must(200, 'PUT', f'/{joint}/_security', {'members': {'roles': [f'org:{OURS}', f'org:{THEIRS}']}}, ADMIN)
    wrong = []
    for database, types in (('commons', PUBLIC), (joint, PUBLIC + INTERNAL)):
        for type_ in types:
            document = record(type_)
            try_all(registry, database, document, None, registry.kari, wrong)
            rev = registry.must(201, 'PUT', f'/{database}/{quote(document["_id"])}', document, registry.ola).json['rev']
            try_all(registry, database, document, rev, registry.kari, wrong)
            try_all(registry, database, document, rev, registry.guest, wrong)
            if type_ in ('erasure', 'event', 'entry') or (type_ == 'interest' and database == 'commons'):
                registry.must(403, 'DELETE', f'/{database}/{quote(document["_id"])}?rev={rev}', account=registry.ola)
                continue
            rev = registry.must(200, 'DELETE', f'/{database}/{quote(document["_id"])}?rev={rev}', account=registry.ola).json['rev']
            try_all(registry, database, document, None, registry.kari, wrong)  # made anew on the grave
    assert not wrong, f'{len(wrong)} were let through:\n' + '\n'.join(wrong[:15])
    for type_ in INTERNAL:
        registry.must(403, 'PUT', '/commons/' + quote(record(type_)['_id']), record(type_), registry.ola)
    registry.stop()


def test_readers_keep_how_far_they_have_read(folder):
    registry = start(folder)
    registry.must(201, 'PUT', '/commons/_local/lest', {'source_last_seq': '7'}, registry.guest)
    registry.must(200, 'GET', '/commons/_local/lest', account=registry.guest)
    registry.must(403, 'PUT', '/commons/' + quote(record('need')['_id']), record('need'), registry.guest)
    registry.must(201, 'PUT', f'/team-{OURS}', account=registry.kari)
    registry.must(403, 'PUT', f'/team-{OURS}/_local/lest', {}, registry.guest)
    registry.must(401, 'PUT', '/commons/_local/lest', {}, None)
    registry.stop()


def readings(document, rev):
    """Everything that would show something of a database."""
    id_ = quote(document)
    yield 'GET', '', None
    yield 'HEAD', '', None
    for path in ('/_all_docs', '/_all_docs?include_docs=true', '/_changes', '/_changes?include_docs=true&style=all_docs', '/_changes?feed=longpoll&timeout=100',
                 '/_changes?feed=continuous&timeout=100', '/_local_docs', '/_design_docs', '/_security', '/_revs_limit', f'/{id_}', f'/{id_}?rev={rev}',
                 f'/{id_}?open_revs=all', f'/{id_}?revs=true&attachments=true', f'/{id_}/a.txt', f'/{id_}/a.txt?rev={rev}', '/_local/x', '/_design/x', '/never-was',
                 '/_design/x/_view/y'):
        yield 'GET', path, None
    yield 'HEAD', f'/{id_}', None
    yield 'HEAD', f'/{id_}/a.txt', None
    for path, body in (('/_bulk_get', {'docs': [{'id': document}]}), ('/_all_docs', {'keys': [document]}), ('/_changes?filter=_doc_ids', {'doc_ids': [document]}),
                       ('/_changes?filter=_selector', {'selector': {}}), ('/_revs_diff', {document: [rev, '1-x']}), ('/_missing_revs', {document: [rev]}),
                       ('/_bulk_docs', {'docs': [{'_id': 'x'}]}), ('', {'_id': 'x'}), ('/_ensure_full_commit', {}), ('/_compact', {}), ('/_purge', {document: [rev]}),
                       ('/_find', {'selector': {}}), ('/_all_docs/queries', {'queries': [{}]})):
        yield 'POST', path, body
    for path, body in ((f'/{id_}', {'x': 1}), ('/_local/x', {}), ('/_design/y', {}), ('/_security', {}), ('/_revs_limit', 5), (f'/{id_}/b.txt', b'x')):
        yield 'PUT', path, body
    for path in (f'/{id_}?rev={rev}', f'/{id_}/a.txt?rev={rev}', '', '/_local/x'):
        yield 'DELETE', path, None
    yield 'COPY', f'/{id_}', None


def test_others_team(folder):
    registry = start(folder)
    team, document = f'team-{THEIRS}', record('need')
    id_ = quote(document['_id'])
    registry.must(201, 'PUT', f'/{team}', account=registry.ola)  # an organisation makes its own
    registry.must(412, 'PUT', f'/{team}', account=registry.ola)
    registry.must((401, 403), 'PUT', f'/team-{OURS}', account=registry.ola)
    rev = registry.must(201, 'PUT', f'/{team}/{id_}', document, registry.ola).json['rev']
    rev = registry.must(201, 'PUT', f'/{team}/{id_}/a.txt?rev={rev}', b'inside', registry.ola, headers={'Content-Type': 'text/plain'}).json['rev']
    registry.must(201, 'PUT', f'/{team}/_local/x', {'secret': 1}, registry.ola)
    before = registry.must(200, 'GET', f'/{team}/_changes?include_docs=true&attachments=true', account=registry.ola).body
    wrong = []
    for account, statuses in ((registry.kari, (403, 401)), (registry.guest, (403, 401)), (None, (401,))):
        for method, path, body in readings(document['_id'], rev):
            answer = registry.ask(method, f'/{team}{path}', body, account, headers={'Destination': 'x'} if method == 'COPY' else None)
            named = account[0] if account else 'nobody'
            if answer.status not in statuses and not (answer.status in (405, 501) and method in ('COPY', 'GET', 'POST')):
                wrong.append(f'{named}: {method} {path}: {answer}')
            if b'Deres' in answer.body or b'inside' in answer.body or b'secret' in answer.body or rev.encode() in answer.body:
                wrong.append(f'{named}: {method} {path} shows: {answer}')
    assert not wrong, f'{len(wrong)} were answered:\n' + '\n'.join(wrong[:15])
    assert registry.must(200, 'GET', f'/{team}/_changes?include_docs=true&attachments=true', account=registry.ola).body == before
    assert team not in registry.must(200, 'GET', '/_all_dbs', account=registry.kari).json
    assert team in registry.must(200, 'GET', '/_all_dbs', account=registry.ola).json
    assert registry.must(200, 'GET', f'/{team}/_security', account=registry.ola).json['members']['roles'] == [f'org:{THEIRS}']
    for account in (registry.ola, ADMIN):
        registry.must(403, 'PUT', f'/{team}/_security', {'members': {'roles': []}}, account)
    registry.must((401, 403), 'DELETE', f'/{team}', account=registry.ola)
    registry.stop()


def test_append_only(folder):
    registry = start(folder)
    team, event = f'team-{OURS}', record('event', OURS)
    path = f'/{team}/{quote(event["_id"])}'
    registry.must(201, 'PUT', f'/{team}', account=registry.kari)
    first = {**event, '_rev': '1-' + 'a' * 32, '_revisions': {'start': 1, 'ids': ['a' * 32]}}
    for _ in range(2):  # what comes twice is no change
        assert registry.must(201, 'POST', f'/{team}/_bulk_docs', {'docs': [first], 'new_edits': False}, registry.kari).json == []
    second = {**event, 'title': 'Anders', '_rev': '2-' + 'b' * 32, '_revisions': {'start': 2, 'ids': ['b' * 32, 'a' * 32]}}
    orphan = {**second, '_revisions': {'start': 2, 'ids': ['b' * 32]}}
    for document in (second, orphan, {**second, '_deleted': True}):
        assert registry.must(201, 'POST', f'/{team}/_bulk_docs', {'docs': [document], 'new_edits': False}, registry.kari).json[0]['error'] == 'forbidden'
    registry.must(403, 'PUT', path, {**event, '_rev': first['_rev'], 'title': 'Anders'}, registry.kari)
    registry.must(403, 'DELETE', path + '?rev=' + first['_rev'], account=registry.kari)
    registry.must(403, 'PUT', f'{path}/a.txt?rev={first["_rev"]}', b'x', registry.kari)
    assert registry.must(200, 'GET', path, account=registry.kari).json['title'] == 'Deres'
    registry.stop()


def test_nobody(folder):
    registry = start(folder)
    registry.must(200, 'GET', '/')
    registry.must(200, 'GET', '/_up')
    assert registry.must(200, 'GET', '/_session').json['userCtx'] == {'name': None, 'roles': []}
    for method, path in (('GET', '/commons'), ('GET', '/commons/_changes'), ('GET', '/_users/_all_docs'), ('GET', '/_all_dbs'), ('PUT', '/mine'), ('GET', '/never-was'),
                         ('PUT', '/commons/x'), ('POST', '/commons/_bulk_docs'), ('DELETE', '/commons'), ('PUT', '/_users/org.couchdb.user:ny'), ('GET', '/_users/org.couchdb.user:sjef')):
        registry.must(401, method, path, {} if method in ('PUT', 'POST') else None)
    for headers in ({'X-Auth-CouchDB-UserName': 'sjef', 'X-Auth-CouchDB-Roles': '_admin'}, {'Authorization': 'Basic'}, {'Authorization': 'Basic !!!'}, {'Authorization': 'Basic c2plZg=='},
                    {'Authorization': 'Basic Og=='}, {'Authorization': 'Bearer x'}, {'Authorization': 'Basic ' + 'QUFB' * 2000}, {'Cookie': 'AuthSession=' + 'QUFB' * 700}):
        registry.must(401, 'GET', '/commons', headers=headers)
    registry.stop()


def test_databases_of_the_administrator(folder):
    registry = start(folder)
    for account in (registry.kari, registry.guest):
        registry.must((401, 403), 'PUT', '/things', account=account)
    registry.must(201, 'PUT', '/things', account=ADMIN)
    registry.must(403, 'GET', '/things', account=registry.kari)
    registry.must(201, 'PUT', '/things/any%20id', {'any': 'thing'}, ADMIN)
    registry.must(200, 'PUT', '/things/_security', {'members': {'names': ['kari']}, 'admins': {'names': ['gjest']}}, ADMIN)
    registry.must(201, 'PUT', '/things/of-kari', {'no': 'rules of ours'}, registry.kari)
    registry.must(403, 'GET', '/things', account=registry.ola)
    registry.must(403, 'PUT', '/things/_security', {}, registry.kari)
    registry.must(403, 'PUT', '/things/_design/d', {'validate_doc_update': 'function () {}'}, registry.kari)
    rule = 'function (n, o, u) { if (n.bad) throw {forbidden: "Bad: " + u.name}; if (n.loop) for (;;) {} if (n.eat) for (var a = []; ;) a.push(new Array(9999).join("x")); }'
    rev = registry.must(201, 'PUT', '/things/_design/d', {'validate_doc_update': rule}, registry.guest).json['rev']
    assert registry.must(403, 'PUT', '/things/b', {'bad': True}, registry.kari).json == {'error': 'forbidden', 'reason': 'Bad: kari'}
    assert 'took longer' in registry.must(403, 'PUT', '/things/b', {'loop': True}, registry.kari).json['reason']
    assert 'was stopped' in registry.must(403, 'PUT', '/things/b', {'eat': True}, registry.kari).json['reason']
    registry.must(201, 'PUT', '/things/b', {'good': True}, registry.kari)
    rows = registry.must(201, 'POST', '/things/_bulk_docs', {'docs': [{'_id': 'c'}, {'_id': 'd', 'bad': 1}, {'_id': 'e'}]}, registry.kari).json
    assert [row.get('error') for row in rows] == [None, 'forbidden', None], rows
    registry.must(400, 'PUT', f'/things/_design/d?rev={rev}', {'validate_doc_update': 'function ('}, registry.guest)
    registry.must(200, 'DELETE', f'/things/_design/d?rev={rev}', account=registry.guest)
    registry.must(201, 'PUT', '/things/f', {'bad': True}, registry.kari)
    for bad in ({'members': []}, {'members': {'roles': 'x'}}, [], 'x'):
        registry.must(400, 'PUT', '/things/_security', bad, ADMIN)
    registry.must(404, 'PUT', '/never-was/_security', {}, ADMIN)
    registry.must(404, 'GET', '/never-was/_security', account=ADMIN)
    # What holds goes with the database, not with its name.
    registry.must(200, 'DELETE', '/things', account=ADMIN)
    registry.must(201, 'PUT', '/things', account=ADMIN)
    registry.must(403, 'GET', '/things', account=registry.kari)
    registry.must(200, 'PUT', '/things/_security', {}, ADMIN)
    registry.must(200, 'GET', '/things', account=registry.guest)  # open: to those who are signed in
    registry.must(401, 'GET', '/things')
    registry.stop()


def test_batches(folder):
    registry = start(folder)
    documents = [record('need', THEIRS if number % 7 == 0 else OURS, f'019a9102-a2ef-7eb1-a82a-{number:012x}', number=number) for number in range(3000)]
    for document in documents[::2]:
        document.update(_rev='1-' + 'a' * 32, _revisions={'start': 1, 'ids': ['a' * 32]})
    rows = registry.must(201, 'POST', '/commons/_bulk_docs', {'docs': documents[::2], 'new_edits': False}, registry.kari).json
    assert {row['id'] for row in rows} == {d['_id'] for d in documents[::2] if d['owner'] == THEIRS} and all(row['error'] == 'forbidden' for row in rows)
    rows = registry.must(201, 'POST', '/commons/_bulk_docs', {'docs': documents[1::2]}, registry.kari).json
    assert len(rows) == 1500
    for row, document in zip(rows, documents[1::2]):
        assert row['id'] == document['_id'] and ('error' in row) == (document['owner'] == THEIRS), (row, document)
    listed = registry.must(200, 'GET', '/commons/_all_docs', account=registry.guest).json['rows']
    assert {row['id'] for row in listed} == {d['_id'] for d in documents if d['owner'] == OURS}
    registry.stop()


def test_own_account(folder):
    registry = start(folder)
    path, other = '/_users/org.couchdb.user:kari', '/_users/org.couchdb.user:ola'
    mine = registry.must(200, 'GET', path, account=registry.kari).json
    assert 'password' not in mine and mine['password_scheme'] == 'pbkdf2' and mine['pbkdf2_prf'] == 'sha256' and mine['roles'] == [f'org:{OURS}']
    for method, target in (('GET', other), ('GET', '/_users'), ('GET', '/_users/_all_docs'), ('GET', '/_users/_changes'), ('GET', other + '?open_revs=all'), ('GET', '/_users/_design/x'), ('GET', '/_users/_local/x')):
        answer = registry.ask(method, target, account=registry.kari)
        assert answer.status in (403, 404) and b'derived_key' not in answer.body, f'{target}: {answer}'
    registry.must(403, 'POST', '/_users/_bulk_get', {'docs': [{'id': 'org.couchdb.user:ola'}]}, registry.kari)
    stolen = {**mine, 'roles': [f'org:{OURS}', '_admin']}
    foreign = {**stolen, '_rev': FOREIGN, '_revisions': {'start': 9999, 'ids': ['f' * 32]}}
    registry.must(403, 'PUT', path, stolen, registry.kari)
    registry.must(403, 'PUT', path + '?new_edits=false', foreign, registry.kari)
    registry.must(403, 'POST', '/_users/_bulk_docs', {'docs': [foreign], 'new_edits': False}, registry.kari)
    registry.must(403, 'POST', '/_users', stolen, registry.kari)
    registry.must(403, 'PUT', '/_users/org.couchdb.user:ny', {'name': 'ny', 'type': 'user', 'roles': [], 'password': 'x'}, registry.kari)
    registry.must(403, 'PUT', other, {'name': 'ola', 'type': 'user', 'roles': [], 'password': 'x'}, registry.kari)
    registry.must(403, 'DELETE', f'{path}?rev={mine["_rev"]}', account=registry.kari)
    registry.must(201, 'PUT', path, {**mine, 'password': 'nytt'}, registry.kari)
    registry.must(401, 'GET', '/commons', account=registry.kari)
    registry.must(200, 'GET', '/commons', account=('kari', 'nytt'))
    now = registry.must(200, 'GET', path, account=ADMIN).json
    assert 'password' not in now and now['salt'] != mine['salt'] and now['iterations'] == 600000
    # What an administrator takes away is gone at once.
    registry.must(201, 'PUT', path, {**now, 'roles': []}, ADMIN)
    registry.must(403, 'PUT', '/commons/' + quote(record('need', OURS)['_id']), record('need', OURS), ('kari', 'nytt'))
    rev = registry.must(200, 'GET', path, account=ADMIN).json['_rev']
    registry.must(200, 'DELETE', f'{path}?rev={rev}', account=ADMIN)
    registry.must(401, 'GET', '/commons', account=('kari', 'nytt'))
    for bad in ({'password': ''}, {'password': 7}, {'roles': ['_replicator'], 'password': 'x'}, {'name': 'zz', 'password': 'x'}, {'iterations': 10 ** 9, 'password_scheme': 'pbkdf2', 'salt': 'a', 'derived_key': 'a' * 64}):
        registry.must((400, 403), 'PUT', '/_users/org.couchdb.user:b', {'name': 'b', 'type': 'user', 'roles': [], **bad}, ADMIN)
    registry.stop()


def test_session(folder):
    registry = start(folder)
    answer = registry.must(200, 'POST', '/_session', {'name': 'kari', 'password': 'kari'})
    assert answer.json == {'ok': True, 'name': 'kari', 'roles': [f'org:{OURS}']}
    cookie = answer.headers['Set-Cookie']
    assert cookie.startswith('AuthSession=') and 'HttpOnly' in cookie and 'SameSite=Strict' in cookie and 'Max-Age=600' in cookie and 'Secure' not in cookie, cookie
    value = cookie.split(';')[0]
    session = registry.must(200, 'GET', '/_session', headers={'Cookie': value}).json
    assert session == {'ok': True, 'userCtx': {'name': 'kari', 'roles': [f'org:{OURS}']}, 'info': {'authentication_handlers': ['cookie', 'default'], 'authenticated': 'cookie'}}, session
    registry.must(200, 'GET', '/commons', headers={'Cookie': 'other=1; ' + value})
    assert registry.must(200, 'GET', '/_session', account=registry.ola).json['info']['authenticated'] == 'default'
    form = {'Content-Type': 'application/x-www-form-urlencoded'}
    registry.must(200, 'POST', '/_session', b'name=sjef&password=hemmelig+%C3%A6%C3%B8%C3%A5', headers=form)
    for body in (b'name=sjef', b'password=x', b'', b'name=%ff&password=x'):
        registry.must((400, 401), 'POST', '/_session', body, headers=form)
    for body in ({'name': 'kari', 'password': 'x'}, {'name': 'kari'}, {'name': 'ingen', 'password': 'x'}, {'name': ['kari'], 'password': 'kari'}, {'name': 'kari:kari', 'password': ''}):
        assert registry.must(401, 'POST', '/_session', body).json == {'error': 'unauthorized', 'reason': 'Name or password is incorrect.'}
    registry.must(400, 'POST', '/_session', b'{', headers={'Content-Type': 'application/json'})
    for broken in (value[:-4], value + 'AAAA', 'AuthSession=', 'AuthSession=%00', 'AuthSession=c2plZjo2OTI1OkFBQUE', value.replace('a', 'b')):
        registry.must(401, 'GET', '/commons', headers={'Cookie': broken}) if broken != value else None
    away = registry.must(200, 'DELETE', '/_session', headers={'Cookie': value})
    assert away.headers['Set-Cookie'].startswith('AuthSession=;') and away.json == {'ok': True}
    registry.must(405, 'PUT', '/_session', {})
    # Another password ends the sessions; another process may set it.
    registry.stop()
    registry.start()
    registry.must(200, 'GET', '/commons', headers={'Cookie': value})  # the secret outlives the program
    mine = registry.must(200, 'GET', '/_users/org.couchdb.user:kari', headers={'Cookie': value}).json
    registry.must(201, 'PUT', '/_users/org.couchdb.user:kari', {**mine, 'password': 'nytt'}, headers={'Cookie': value})
    registry.must(401, 'GET', '/commons', headers={'Cookie': value})
    registry.stop()


run([
    ('access: another organisation’s record of every type cannot be made, overwritten, deleted or made anew', test_others_records),
    ('access: who may only read keeps how far it has read, and nothing else', test_readers_keep_how_far_they_have_read),
    ('access: nothing of another organisation’s team is shown or changed', test_others_team),
    ('access: what has happened is added to and not changed', test_append_only),
    ('access: nobody sees the door and no more', test_nobody),
    ('access: a database of the administrator has _security and design documents, and no rules of ours', test_databases_of_the_administrator),
    ('access: a large batch is judged document by document', test_batches),
    ('access: one’s own account, and no more rights by it', test_own_account),
    ('access: sessions as in CouchDB', test_session),
])
