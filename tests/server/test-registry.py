# SPDX-License-Identifier: GPL-3.0-or-later
"""samspill-registry as an operator uses it. Prints TAP."""

import http.client
import os
import resource
import shutil
import signal
import socket
import sqlite3
import ssl
import stat
import subprocess
import threading
import time

from registry import ADMIN, ENVIRONMENT, PROGRAM, Registry, call, run


def password(folder, content=b'hemmelig\n'):
    path = folder / 'password'
    path.write_bytes(content)
    return path


def test_init(folder):
    data = folder / 'data'
    init = ('init', '--data', data, '--admin', 'sjef', '--password-file')
    call(*init, folder / 'none', code=1)
    assert not (data / 'store.db').exists()
    for bad in (b'', b'\n', b'x' * 1025, b'a\0b', b'\xff'):
        call(*init, password(folder, bad), code=1)
    for name in ('', '_x', 'a:b', 'x' * 201, 'a\nb'):
        call('init', '--data', data, '--admin', name, '--password-file', password(folder), code=1)
    assert call(*init, password(folder, b' to ord \r\n')) == ('', '')
    assert stat.S_IMODE((data / 'cookie-secret').stat().st_mode) == 0o600 and (data / 'cookie-secret').stat().st_size == 32
    assert stat.S_IMODE((data / 'store.db').stat().st_mode) & 0o077 == 0
    out, err = call('init', '--data', data, '--admin', 'en-annen', '--password-file', '-', stdin=b'x', code=1)
    assert 'sjef' in err and out == ''
    registry = Registry(folder, init=False).start()
    registry.must(200, 'GET', '/_session', account=('sjef', ' to ord '))
    registry.must(401, 'GET', '/_session', account=('sjef', 'to ord'))
    assert registry.must(200, 'GET', '/_all_dbs', account=('sjef', ' to ord ')).json == ['_users', 'commons']
    registry.stop()
    # Through a pipe that has no terminal, no line end, and UTF-8.
    other = Registry(folder / 'other', init=False)
    call('init', '--data', other.data, '--admin', 'sjéf', '--password-file', '-', stdin='blåbær'.encode())
    other.start().must(200, 'GET', '/_session', account=('sjéf', 'blåbær'))
    other.stop()


def test_accounts(folder):
    registry = Registry(folder)
    add = ('add-user', '--data', registry.data, '--name', 'kari', '--password-file', '-')
    for role in ('org:12', 'admin', 'org:302353875 ', ''):
        call(*add, '--role', role, stdin=b'x', code=2)
    call(*add, '--role', 'org:302353875', '--role', 'org:974760673', stdin=b'x')
    call(*add, stdin=b'y', code=1)
    registry.start()
    assert registry.must(200, 'GET', '/_session', account=('kari', 'x')).json['userCtx']['roles'] == ['org:302353875', 'org:974760673']
    call(*add, '--replace', stdin=b'y')  # while it runs
    deadline = time.monotonic() + 20
    while registry.ask('GET', '/_session', account=('kari', 'x')).status == 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert registry.must(200, 'GET', '/_session', account=('kari', 'y')).json['userCtx']['roles'] == ['org:302353875', 'org:974760673']
    registry.must(401, 'GET', '/_session', account=('kari', 'x'))
    call(*add, '--replace', '--role', '_admin', stdin=b'y')
    registry.stop()
    call('add-user', '--data', folder / 'none', '--name', 'a', '--password-file', '-', stdin=b'x', code=1)


def test_wrong_use(folder):
    data = ('--data', folder / 'data')
    for arguments in ((), ('--data',), data, ('--listen', '127.0.0.1:0'), (*data, '--listen', 'x'), (*data, '--listen', '127.0.0.1:65536'), (*data, '--listen', '127.0.0.1:-1'),
                      (*data, '--listen', ':5984'), (*data, '--listen', '::1:5984'), (*data, '--listen', '127.0.0.1:0x10'), (*data, '--listen', '127.0.0.1:0', '--nonsense'),
                      ('serv', *data), (*data, '--listen', '127.0.0.1:0', 'more'), ('init', *data), ('init', *data, '--admin', 'a'), ('init', *data, '--password-file', '-'),
                      ('init', '--admin', 'a', '--password-file', '-'), ('init', *data, '--admin', 'a', '--password-file', '-', '--listen', 'x:1'), ('backup', *data), ('check', *data, 'x'),
                      ('backup', *data, 'a', 'b'), ('add-user', *data, '--name', 'a'), (*data, '--listen', '127.0.0.1:0', '--certificate', 'x'), (*data, '--listen', '127.0.0.1:0', '--key', 'x'),
                      (*data, '--listen', '127.0.0.1:0', '--threads', '-1'), (*data, '--listen', '127.0.0.1:0', '--threads', 'two'), (*data, '--listen', '127.0.0.1:0', '--max-connections', '99999999999'),
                      (*data, '--listen', '127.0.0.1:0', '--max-document-bytes', '9000000'), (*data, '--listen', '127.0.0.1:0', '--replace'), ('check', *data, '--log')):
        out, _ = call(*arguments, code=2)
        assert out == '', arguments
    assert not (folder / 'data').exists()
    out, err = call('--help')
    assert all(word in out for word in ('init', 'add-user', 'backup', 'check', 'compact', '--listen', '--certificate', 'Exit code')) and err == ''
    assert call('--version')[0].startswith('samspill-registry ')


def test_what_fails(folder):
    serve = ('--listen', '127.0.0.1:0', '--data')
    _, err = call(*serve, folder / 'none', code=1)
    assert 'samspill-registry init' in err and not (folder / 'none').exists()
    (folder / 'file').write_text('x')
    call(*serve, folder / 'file', code=1)
    call('init', '--data', folder / 'file', '--admin', 'a', '--password-file', password(folder), code=1)
    for command in ('check', 'compact'):
        call(command, '--data', folder / 'none', code=1)
    registry = Registry(folder).start()
    _, err = call('--listen', f'127.0.0.1:{registry.address.port}', '--data', registry.data, code=1)
    assert str(registry.address.port) in err, err
    registry.must(200, 'GET', '/')
    registry.stop()
    call(*serve, registry.data, '--rules', folder / 'none', code=1)
    rules = folder / 'rules'
    shutil.copytree(os.environ['SAMSPILL_SOURCE_DIR'] + '/data/rules', rules)
    (rules / 'team.js').write_text('function (')
    _, err = call(*serve, registry.data, '--rules', rules, code=1)
    assert 'team.js' in err
    (rules / 'team.js').write_text('function () { throw {forbidden: "none"}; }')
    registry.start('--rules', rules)
    registry.must(201, 'PUT', '/team-302353875', account=ADMIN)
    assert registry.must(403, 'PUT', '/team-302353875/a', {}, ADMIN).json['reason'] == 'none'
    registry.stop()
    (registry.data / 'cookie-secret').write_bytes(b'short')
    call(*serve, registry.data, code=1)
    (registry.data / 'cookie-secret').unlink()
    registry.start()
    registry.stop()


def test_damaged(folder):
    registry = Registry(folder).start()
    for number in range(50):
        registry.must(201, 'PUT', f'/commons/_design/d{number}', {'text': 'x' * 5000}, ADMIN)
    registry.stop()
    database = registry.data / 'store.db'
    whole = database.read_bytes()
    assert call('check', '--data', registry.data) == ('', '')
    assert len(whole) > 20 * 8192
    database.write_bytes(whole[:8192 * 3] + b'\xa5' * (8192 * 12) + whole[8192 * 15:])
    out, err = call('check', '--data', registry.data, code=1)
    assert out or err
    database.write_bytes(b'no database at all' * 100)
    _, err = call('--listen', '127.0.0.1:0', '--data', registry.data, code=1)
    assert 'store.db' in err or str(registry.data) in err, err
    database.write_bytes(whole)
    with sqlite3.connect(database) as newer:
        newer.execute('PRAGMA user_version = 9999')
    _, err = call('--listen', '127.0.0.1:0', '--data', registry.data, code=1)
    assert err
    assert database.stat().st_size == len(whole)


def certificate(folder, name):
    cert, key = folder / 'cert.pem', folder / 'key.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', f'/CN={name}',
                    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], check=True, capture_output=True)
    return cert, key


def seen_certificate(registry):
    return ssl.get_server_certificate((registry.address.hostname, registry.address.port))


def test_tls(folder):
    registry = Registry(folder)
    cert, key = certificate(folder, 'first')
    first = cert.read_text()
    call('--listen', '127.0.0.1:0', '--data', registry.data, '--certificate', cert, '--key', folder / 'none', code=1)
    call('--listen', '127.0.0.1:0', '--data', registry.data, '--certificate', password(folder), '--key', key, code=1)
    registry.start('--certificate', cert, '--key', key, context=ssl.create_default_context(cafile=cert))
    assert registry.url.startswith('https://127.0.0.1:')
    registry.must(200, 'GET', '/commons', account=ADMIN)
    answer = registry.must(200, 'POST', '/_session', {'name': ADMIN[0], 'password': ADMIN[1]})
    assert 'Secure' in answer.headers['Set-Cookie']
    lasting = registry.connect()
    registry.must(200, 'GET', '/_up', connection=lasting)
    certificate(folder, 'second')
    second = cert.read_text()
    assert first != second
    registry.process.send_signal(signal.SIGHUP)
    assert 'anew' in registry.lines.get(timeout=30)
    assert seen_certificate(registry).strip() == second.strip()
    registry.must(200, 'GET', '/_up', connection=lasting)  # what was open stays
    cert.write_text('no certificate')
    registry.process.send_signal(signal.SIGHUP)
    assert 'stays' in registry.lines.get(timeout=30)
    assert seen_certificate(registry).strip() == second.strip()
    # Plain HTTP on the port of TLS is answered by nothing that is of use, and harms nobody.
    with socket.create_connection(registry.address.netloc.split(':'), timeout=10) as plain:
        plain.sendall(b'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
        try:
            assert b'couchdb' not in plain.recv(4096)
        except ConnectionError:
            pass
    lasting.close()
    registry.context = ssl._create_unverified_context()
    registry.must(200, 'GET', '/_up')
    registry.stop()


def test_drain(folder):
    for number in (signal.SIGTERM, signal.SIGINT):
        registry = Registry(folder / str(int(number))).start('--drain-seconds', 20)
        answers = []
        poll = threading.Thread(target=lambda r=registry, a=answers: a.append(r.ask('GET', '/commons/_changes?feed=longpoll&timeout=60000&since=now', account=ADMIN)))
        slow = registry.connect()
        slow.putrequest('PUT', '/commons/_design/slow')
        for name, value in (('Content-Length', '20'), ('Content-Type', 'application/json'), ('Authorization', 'Basic ' + __import__('base64').b64encode(':'.join(ADMIN).encode()).decode())):
            slow.putheader(name, value)
        slow.endheaders()
        slow.send(b'{"text":"')
        poll.start()
        registry.must(200, 'GET', '/_up')
        time.sleep(0.3)  # so that the long poll waits; nothing is judged by it
        begin = time.monotonic()
        registry.process.send_signal(number)
        poll.join(30)
        assert answers and answers[0].status == 200 and 'last_seq' in answers[0].json, answers
        slow.send(b'aaaaaaaaa"}')
        assert slow.getresponse().status == 201
        slow.close()
        assert registry.process.wait(timeout=30) == 0
        assert time.monotonic() - begin < 20
        try:
            registry.ask('GET', '/_up')
            raise AssertionError('it still answers')
        except OSError:
            pass
        registry.start().must(200, 'GET', '/commons/_design/slow', account=ADMIN)
        registry.stop()


def test_backup(folder):
    registry = Registry(folder).start()
    ids = [f'_design/d{number}' for number in range(40)]
    stop = threading.Event()
    written = []

    def write():
        number = 0
        while not stop.is_set():
            registry.must(201, 'PUT', f'/commons/_design/w{number}', {}, ADMIN)
            written.append(number)
            number += 1
    for id_ in ids:
        registry.must(201, 'PUT', f'/commons/{id_}', {'x': 1}, ADMIN)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        call('backup', '--data', registry.data, folder / 'copy')
        call('compact', '--data', registry.data)
        call('check', '--data', registry.data)
    finally:
        stop.set()
        writer.join()
    call('backup', '--data', registry.data, folder / 'copy', code=1)
    registry.stop()
    call('check', '--data', folder / 'copy')
    copy = Registry(folder, init=False)
    copy.data = folder / 'copy'
    copy.start()
    rows = copy.must(200, 'GET', '/commons/_all_docs', account=ADMIN).json['rows']
    assert set(ids) <= {row['id'] for row in rows}
    copy.stop()


def test_log(folder):
    registry = Registry(folder).start('--log')
    registry.must(404, 'GET', '/commons/need:302353875:019a9102-a2ef-7eb1-a82a-faf9a6deb505?rev=1-abc', account=ADMIN)
    registry.must(404, 'GET', '/_users/org.couchdb.user:kari.nordmann', account=ADMIN)
    registry.must(401, 'POST', '/_session', {'name': 'ola.nordmann', 'password': 'hemmeligere'})
    registry.stop()
    log = '\n'.join(registry.errors())
    assert 'GET /commons/need' in log and ' 404 ' in log and 'POST /_session' in log, log
    for secret in ('302353875', '019a9102', 'kari', 'ola', 'hemmelig', '127.0.0.1', '1-abc', 'Basic', ADMIN[0] + ':'):
        assert secret not in log, f'{secret}: {log}'


def test_limits(folder):
    registry = Registry(folder).start('--max-document-bytes', 10000, '--max-request-bytes', 50000, '--max-attachment-bytes', 20000, '--session-seconds', 60)
    registry.must(413, 'PUT', '/commons/_design/a', {'x': 'x' * 11000}, ADMIN)
    registry.must(413, 'POST', '/commons/_bulk_docs', {'docs': [{'x': 'x' * 60000}]}, ADMIN)
    rev = registry.must(201, 'PUT', '/commons/_design/a', {}, ADMIN).json['rev']
    registry.must(413, 'PUT', f'/commons/_design/a/big?rev={rev}', b'x' * 30000, ADMIN)
    registry.must(201, 'PUT', f'/commons/_design/a/small?rev={rev}', b'x' * 19000, ADMIN)
    assert 'Max-Age=60' in registry.must(200, 'POST', '/_session', {'name': ADMIN[0], 'password': ADMIN[1]}).headers['Set-Cookie']
    registry.stop()


def test_throttled(folder):
    registry = Registry(folder)
    kari = registry.add('kari')
    registry.start('--behind-proxy')
    outsider, home = {'X-Forwarded-For': '198.51.100.1, 203.0.113.9'}, {'X-Forwarded-For': '192.0.2.1'}
    statuses = [registry.ask('POST', '/_session', {'name': 'kari', 'password': f'guess {n}'}, headers=outsider).status for n in range(12)]
    assert statuses[:10] == [401] * 10 and 429 in statuses[10:], statuses
    late = registry.ask('GET', '/commons', account=('kari', 'guess'), headers=outsider)
    assert late.status == 429 and int(late.headers['Retry-After']) >= 1 and late.json['error'] == 'too_many_requests', late
    assert registry.ask('GET', '/commons', account=('ingen', 'x'), headers=outsider).status == 429  # says nothing about who is there
    registry.must(200, 'GET', '/commons', account=kari, headers=home)
    registry.must(200, 'GET', '/commons', account=kari, headers=outsider)  # what is right and remembered is never held up
    registry.must(200, 'GET', '/_up', headers=outsider)
    answer = registry.must(200, 'POST', '/_session', {'name': kari[0], 'password': kari[1]}, headers={**home, 'X-Forwarded-Proto': 'https'})
    assert 'Secure' in answer.headers['Set-Cookie']
    # Many at once with the right password pay once.
    results = []
    boss = [threading.Thread(target=lambda: results.append(registry.ask('GET', '/commons', account=ADMIN, headers=home).status)) for _ in range(30)]
    for thread in boss:
        thread.start()
    for thread in boss:
        thread.join()
    assert results == [200] * 30, results
    registry.stop()


def test_many_files(folder):
    """The soft bound on open files is raised to the hard one."""
    registry = Registry(folder)
    process = subprocess.Popen([PROGRAM, '--data', registry.data, '--listen', '127.0.0.1:0'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, min(2048, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))))
    host, port = process.stdout.readline().decode().strip().removeprefix('http://').split(':')
    connections = [http.client.HTTPConnection(host, int(port), timeout=20) for _ in range(150)]
    for connection in connections:
        connection.request('GET', '/_up')
        assert connection.getresponse().read()
    for connection in connections:
        connection.close()
    process.terminate()
    assert process.wait(timeout=30) == 0


def test_closed_output(folder):
    """The address that nobody can read is no reason to run on unseen."""
    registry = Registry(folder)
    with open('/dev/full', 'wb') as full:
        done = subprocess.run([PROGRAM, '--data', registry.data, '--listen', '127.0.0.1:0'], stdout=full, stderr=subprocess.PIPE, timeout=30, check=False, env=ENVIRONMENT)
    assert done.returncode == 1 and done.stderr


run([
    ('registry: init makes an administrator, once', test_init),
    ('registry: add-user makes accounts, also while it runs', test_accounts),
    ('registry: wrong use gives 2 and makes nothing', test_wrong_use),
    ('registry: what fails gives 1 and says why', test_what_fails),
    ('registry: a damaged folder is not served', test_damaged),
    ('registry: TLS, and another certificate on SIGHUP', test_tls),
    ('registry: SIGTERM and SIGINT end it when what is under way is done', test_drain),
    ('registry: backup, compact and check while it runs', test_backup),
    ('registry: the log names nobody', test_log),
    ('registry: bounds are options', test_limits),
    ('registry: wrong passwords are slowed down by address', test_throttled),
    ('registry: many connections', test_many_files),
    ('registry: an address that cannot be written ends it', test_closed_output),
])
