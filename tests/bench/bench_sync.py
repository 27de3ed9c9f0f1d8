# SPDX-License-Identifier: GPL-3.0-or-later
"""Sync: ours on disk, every batch flushed, beside PouchDB in memory and PouchDB Server in memory, in turns."""
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
from pathlib import Path

import peers
from peers import PouchServer, Registry, ours, pouch

sys.path.insert(0, str(peers.TOP / 'tests/peers'))
from proxy import Proxy  # noqa: E402

SLOW_LINE = {'bits_per_second': 10e6, 'delay_ms': 20}
SLOW_DOCUMENTS = 20000
SPACES = ('joint-7b1c4a52-3c0f-4d3e-9a52-0d8a5b0e7f{:02x}'.format(i) for i in range(256))


def middle(values):
    return statistics.median(values)


def spread(values):
    return f'{middle(values):9,.0f} ({min(values):,.0f}-{max(values):,.0f})'


class Rounds:
    """Documents a second, by the clock and by CPU, of each piece of work."""

    def __init__(self):
        self.rows = {}

    def add(self, name, count, seconds, cpu):
        self.rows.setdefault(name, []).append((count / seconds, count / max(cpu, 1e-9)))

    def get(self, name, by_cpu=False):
        return middle([row[by_cpu] for row in self.rows[name]])

    def show(self):
        for name, values in self.rows.items():
            print(f'{name:44} {spread([v[0] for v in values])} documents a second   {middle([v[1] for v in values]):10,.0f} by CPU', flush=True)


def written(summary, count):
    """The replication itself: neither side's start and end of program are counted, in PouchDB's figures nor in ours."""
    if summary.get('written') != count:
        raise RuntimeError(f'{summary} of {count}')
    return summary


def one_round(folder, count, kind, order, rounds, with_peer):
    """First pull and first push of all, in one direction after the other."""
    space = next(SPACES)
    bodies = list(peers.documents(count, kind, order))
    text = folder / 'documents.jsonl'
    text.write_bytes(b'\n'.join(bodies))
    name = f'{kind}, {order}'
    if with_peer:
        with PouchServer(folder / 'pouch') as server:
            server.load('from', peers.batches(bodies))
            done = written(pouch('pull', server.url('from')), count)
            rounds.add(f'pull {name}: PouchDB', count, done['seconds'], done['cpu'])
            done = written(pouch('push', server.url('to'), text), count)
            rounds.add(f'push {name}: PouchDB', count, done['seconds'], done['cpu'])
    with Registry(folder / 'registry') as server:
        server.load('from', peers.batches(bodies, 2000))
        ours(folder / 'profile', 'stats')  # makes the profile, with all that comes with the program
        done = written(ours(folder / 'profile', 'replicate', server.url('from'), f'space:{space}'), count)
        rounds.add(f'pull {name}: ours', count, done['seconds_inside'], done['cpu'])
        again = ours(folder / 'profile', 'replicate', server.url('from'), f'space:{space}')
        server.ask('PUT', '/to')
        done = written(ours(folder / 'profile', 'replicate', f'space:{space}', server.url('to')), count)
        rounds.add(f'push {name}: ours', count, done['seconds_inside'], done['cpu'])
        if kind == 'need':
            server.ask('PUT', '/team-310000000')
            done = ours(folder / 'profile', 'replicate', f'space:{space}', server.url('team-310000000'))
            rounds.add(f'push {name}: ours, rules on', count, written(done, count)['seconds_inside'], done['cpu'])
        if with_peer:  # PouchDB on our registry
            done = written(pouch('pull', server.url('from')), count)
            rounds.add(f'pull {name}: PouchDB from our registry', count, done['seconds'], done['cpu'])
    return again


def saves_over_http(server, body):
    """(documents, seconds, seconds of the server's CPU) that eight clients put one by one."""
    server.ask('PUT', '/save')
    headers = [part for name, value in (server.headers | {'Content-Type': 'application/json'}).items() for part in ('-H', f'{name}: {value}')]
    cpu = peers.cpu_of(server.process.pid)
    said = subprocess.run(['wrk', '-t1', '-c8', '-d4s', '-s', peers.TOP / 'tests/bench/put.lua', *headers, f'http://127.0.0.1:{server.port}'], check=True,
                          capture_output=True, text=True, env=os.environ | {'SAMSPILL_BENCH_BODY': str(body)}).stdout
    if 'Non-2xx' in said:
        raise RuntimeError(said)
    count, seconds = re.search(r'(\d+) requests in ([\d.]+)s', said).groups()
    return int(count), float(seconds), peers.cpu_of(server.process.pid) - cpu


def save_round(folder, rounds, count=5000):
    """A save that is at the server (ratio_save: eight clients, ours flushed to disk), and one that is on this computer (ratio_save_local: one after
    the other, ours flushed, PouchDB's in memory; the disk bounds it)."""
    text = folder / 'save.jsonl'
    text.write_bytes(b'\n'.join(peers.documents(count)))
    done = pouch('save', text)
    rounds.add('save need: PouchDB in memory', done['written'], done['seconds'], done['cpu'])
    line = subprocess.run([peers.BUILD / 'tests/bench/bench-put', folder / 'save', text], check=True, capture_output=True, text=True).stdout.split()
    rounds.add('save need: ours, flushed', int(line[2]), float(line[0]), float(line[1]))
    body = folder / 'body.json'
    body.write_bytes(b'{' + next(peers.documents(1)).split(b',', 2)[2])  # without _id and _rev
    with PouchServer(folder / 'pouch-save') as server:
        rounds.add('save need over HTTP: PouchDB Server', *saves_over_http(server, body))
    with Registry(folder / 'registry-save') as server:
        rounds.add('save need over HTTP: ours, flushed', *saves_over_http(server, body))


def own_address():
    """An address of this machine that is not loopback, so that answers are packed as over a real line; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(('192.0.2.1', 9))
            return probe.getsockname()[0]
        except OSError:
            return '127.0.0.1'


TRUST = '/etc/ssl/certs/ca-certificates.crt'


def certificate(folder, host):
    """A certificate for an address of this machine, and the command within which samspillctl believes it: (certificate, key, command)."""
    paths = [folder / 'certificate.pem', folder / 'key.pem']
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', f'/CN={host}',
                    '-addext', f'subjectAltName=IP:{host}', '-out', paths[0], '-keyout', paths[1]], check=True, capture_output=True)
    within = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', 'mount --bind "$0" "$1" && shift && exec "$@"', paths[0], TRUST]
    return *paths, within


def slow_line(folder):
    """Seconds of a first sync over 10 Mbit/s and 40 ms there and back: what a person waits for. With TLS and packed answers, as over a real
    line, where this machine has an address of its own and we may trust a certificate for a moment."""
    bodies = list(peers.documents(SLOW_DOCUMENTS))
    host, path, key, within = own_address(), None, None, ()
    if host != '127.0.0.1' and os.geteuid() == 0 and Path(TRUST).exists():
        path, key, within = certificate(folder, host)
    else:
        host = '127.0.0.1'
    with Registry(folder / 'registry', host, path, key) as server:
        server.load('from', peers.batches(bodies, 2000))
        ours(folder / 'profile', 'stats')
        with Proxy(server.port, SLOW_LINE, host, host) as line:
            done = written(ours(folder / 'profile', 'replicate', server.url('from', line.port), f'space:{next(SPACES)}', within=within), SLOW_DOCUMENTS)
    with PouchServer(folder / 'pouch') as server:
        server.load('from', peers.batches(bodies))
        with Proxy(server.port, SLOW_LINE) as line:
            peer = written(pouch('pull', server.url('from', line.port)), SLOW_DOCUMENTS)
    return done['seconds'], peer['seconds'], bool(within)


def run(count, runs):
    session = Path(os.environ['SAMSPILL_TEST_SESSION'])
    rounds, again = Rounds(), None
    plan = [('need', 'in order', True)] * runs + [('need', 'random', True), ('flat', 'in order', True)]
    for number, (kind, order, with_peer) in enumerate(plan):
        folder = session / f'sync-{number}'
        folder.mkdir()
        again = one_round(folder, count, kind, order, rounds, with_peer)
        if number < runs:
            save_round(folder, rounds)
        shutil.rmtree(folder)
    rounds.show()
    folder = session / 'slow'
    folder.mkdir()
    slow, slow_peer, packed = slow_line(folder)
    shutil.rmtree(folder)
    print(f'first sync of {SLOW_DOCUMENTS:,} needs over 10 Mbit/s and 40 ms: {slow:.1f} s{", TLS and gzip" if packed else ", not packed"}; PouchDB {slow_peer:.1f} s')
    ratio = {name: [rounds.get(f'{name} need, in order: {who}') for who in ('ours', 'PouchDB')] for name in ('pull', 'push')}
    result = {'bench': 'sync', 'documents': count, 'runs': runs}
    for name, (mine, theirs) in ratio.items():
        result[f'{name}_per_s'], result[f'pouchdb_{name}_per_s'], result[f'ratio_{name}'] = round(mine), round(theirs), mine / theirs
        result[f'ratio_{name}_by_cpu'] = rounds.get(f'{name} need, in order: ours', True) / rounds.get(f'{name} need, in order: PouchDB', True)
        result[f'ratio_{name}_random'] = rounds.get(f'{name} need, random: ours') / rounds.get(f'{name} need, random: PouchDB')
        result[f'ratio_{name}_flat'] = rounds.get(f'{name} flat, in order: ours') / rounds.get(f'{name} flat, in order: PouchDB')
    result['ratio_push_with_rules'] = rounds.get('push need, in order: ours, rules on') / ratio['push'][1]
    result['ratio_pull_to_pouchdb_on_our_registry'] = ratio['pull'][0] / rounds.get('pull need, in order: PouchDB from our registry')
    result['ratio_save_local'] = rounds.get('save need: ours, flushed') / rounds.get('save need: PouchDB in memory')
    result['ratio_save'] = rounds.get('save need over HTTP: ours, flushed') / rounds.get('save need over HTTP: PouchDB Server')
    result |= {'requests_when_nothing_is_new': again.get('requests'), 'slow_line_s': slow, 'pouchdb_slow_line_s': slow_peer}
    return result
