# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry beside PouchDB Server (in memory), in turns: reads of a document (wrk), batches, memory, long polls that wait."""
import os
import re
import shutil
import socket
import statistics
import subprocess
import time
from pathlib import Path

import peers
from peers import PouchServer, Registry, cpu_of, memory_of, resident_of

READ_SECONDS = 5
POLLS = 1000


def reads(server, path):
    """Requests a second with eight connections, by the clock and by the server's CPU."""
    headers = [part for name, value in server.headers.items() for part in ('-H', f'{name}: {value}')]
    command = ['wrk', '-t1', '-c8', f'-d{READ_SECONDS}s', *headers, f'http://{server.host}:{server.port}{path}']
    cpu = cpu_of(server.process.pid)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if 'Non-2xx' in said:
        raise RuntimeError(said)
    requests = int(re.search(r'(\d+) requests in', said).group(1))
    return float(re.search(r'Requests/sec:\s+([\d.]+)', said).group(1)), requests / (cpu_of(server.process.pid) - cpu)


def long_polls(server, name, count):
    """Bytes a long poll that waits, seconds of CPU in five seconds of waiting, and seconds until all have heard of a write."""
    before = resident_of(server.process.pid)
    extra = ''.join(f'{key}: {value}\r\n' for key, value in server.headers.items())
    request = f'GET /{name}/_changes?feed=longpoll&since=now&timeout=600000 HTTP/1.1\r\nHost: {server.host}\r\n{extra}\r\n'.encode()
    sockets = []
    for _ in range(count):
        one = socket.create_connection((server.host, server.port), timeout=60)
        one.sendall(request)
        sockets.append(one)
    time.sleep(3)
    each = (resident_of(server.process.pid) - before) / count
    cpu = cpu_of(server.process.pid)
    time.sleep(5)
    cpu = cpu_of(server.process.pid) - cpu
    start = time.perf_counter()
    server.ask('PUT', f'/{name}/wake', b'{"n":1}')
    heard = 0
    for one in sockets:
        one.settimeout(max(0.1, start + 20 - time.perf_counter()))
        text = b''
        try:
            while b'"wake"' not in text and (piece := one.recv(65536)):
                text += piece
        except OSError:
            pass
        heard += b'"wake"' in text
        one.close()
    return each, cpu, time.perf_counter() - start if heard == count else None, heard


def measure(server, count, rows):
    kind = type(server).__name__
    rows = rows.setdefault(kind, {})

    def add(name, value):
        rows.setdefault(name, []).append(value)
    add('memory_at_start', memory_of(server.process.pid))
    bodies = list(peers.documents(count))
    seconds, cpu = server.load('bench', peers.batches(bodies))
    add('bulk', count / seconds)
    add('bulk_cpu', count / max(cpu, 0.01))
    add('memory', memory_of(server.process.pid))
    add('resident', resident_of(server.process.pid))
    ident = bodies[count // 2].split(b'"', 4)[3].decode()
    by_clock, by_cpu = reads(server, f'/bench/{ident.replace(":", "%3A")}')
    add('reads', by_clock)
    add('reads_cpu', by_cpu)


def measure_polls(server, polls, rows):
    """On a server that has done nothing else."""
    kind = type(server).__name__
    server.ask('PUT', '/polls')
    each, idle, woken, heard = long_polls(server, 'polls', polls)
    rows[kind].setdefault('poll_bytes', []).append(each)
    rows[kind].setdefault('poll_idle_cpu', []).append(idle / 5)
    print(f'{kind}: {polls} long polls: {each / 1024:.1f} KB each, {idle / 5:.3f} cores while they wait, '
          + (f'all answered in {woken:.2f} s' if woken else f'{heard} answered after 20 s'), flush=True)


def run(count, runs):
    session, rows = Path(os.environ['SAMSPILL_TEST_SESSION']), {}
    for number in range(runs):
        folder = session / f'registry-{number}'
        folder.mkdir()
        with PouchServer(folder / 'pouch') as server:
            measure(server, count, rows)
        with Registry(folder / 'registry') as server:
            measure(server, count, rows)
        with PouchServer(folder / 'pouch-polls') as server:
            measure_polls(server, POLLS // 5, rows)
        with Registry(folder / 'registry-polls') as server:
            measure_polls(server, POLLS, rows)
        shutil.rmtree(folder)
    middle = {kind: {name: statistics.median(values) for name, values in row.items()} for kind, row in rows.items()}
    mine, theirs = middle['Registry'], middle['PouchServer']
    for name, what in {'reads': 'GET of a document a second', 'bulk': 'documents a second by _bulk_docs', 'memory': 'bytes of its own after it'}.items():
        print(f'{what:36} ours {mine[name]:14,.0f}   PouchDB Server {theirs[name]:14,.0f}')
    return {'bench': 'registry', 'documents': count, 'runs': runs,
            'reads_per_s': round(mine['reads']), 'ratio_reads': mine['reads'] / theirs['reads'], 'ratio_reads_by_cpu': mine['reads_cpu'] / theirs['reads_cpu'],
            'bulk_writes_per_s': round(mine['bulk']), 'ratio_bulk_writes': mine['bulk'] / theirs['bulk'], 'ratio_bulk_writes_by_cpu': mine['bulk_cpu'] / theirs['bulk_cpu'],
            'memory_at_start_mb': mine['memory_at_start'] / 1e6, 'memory_mb': mine['memory'] / 1e6, 'resident_mb': mine['resident'] / 1e6,
            'ratio_memory': theirs['memory'] / mine['memory'],
            'long_poll_kb': mine['poll_bytes'] / 1024, 'long_poll_idle_cores': mine['poll_idle_cpu'], 'pouchdb_long_poll_kb': theirs['poll_bytes'] / 1024}
