# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of a document, up and down, on our registry (on disk, with fsync) and on PouchDB Server (in memory), in turns; and the most
memory that each had. 20 MB on both: with 50 the peer takes half a minute and 2.3 GB, with 200 it answers 500. Ours with 200, too."""
import os
import socket
import statistics
import time
from pathlib import Path

from peers import PouchServer, Registry, cpu_of

MB = 1000 * 1000
SIZE, LARGE = 20, 200  # MB
BLOCK = os.urandom(MB)


def most_of(pid):
    """The most that a process ever had in memory, in MB."""
    for line in Path(f'/proc/{pid}/status').read_text(encoding='ascii').splitlines():
        if line.startswith('VmHWM:'):
            return int(line.split()[1]) * 1024 / MB
    raise RuntimeError('no VmHWM')


def begin(server, line, extra=''):
    own = socket.create_connection((server.host, server.port), timeout=600)
    headers = ''.join(f'{name}: {value}\r\n' for name, value in server.headers.items())
    own.sendall(f'{line} HTTP/1.1\r\nHost: {server.host}\r\nConnection: close\r\n{headers}{extra}\r\n'.encode())
    return own


def read_head(own):
    stream = own.makefile('rb')
    status = int(stream.readline().split()[1])
    while stream.readline().strip():
        pass
    return status, stream


def timed(server, size, work):
    """MB a second by the clock and by the server's CPU."""
    cpu, start = cpu_of(server.process.pid), time.perf_counter()
    work(server, '/files/a/file', size)
    took = time.perf_counter() - start
    return size / took, size / max(cpu_of(server.process.pid) - cpu, 0.01)


def up(server, path, size):
    own = begin(server, f'PUT {path}', f'Content-Type: application/octet-stream\r\nContent-Length: {size * MB}\r\n')
    for _ in range(size):
        own.sendall(BLOCK)
    status, _ = read_head(own)
    if status != 201:
        raise RuntimeError(f'PUT of a file gave {status}')


def down(server, path, size):
    status, stream = read_head(begin(server, f'GET {path}'))
    length, buffer = 0, bytearray(MB)
    while n := stream.readinto(buffer):
        length += n
    if status != 200 or length != size * MB:
        raise RuntimeError(f'GET of a file gave {status} and {length} bytes')


def measure(make, folder, size):
    with make(folder) as server:
        server.ask('PUT', '/files')
        return timed(server, size, up), timed(server, size, down), most_of(server.process.pid)


def run(runs):
    folder = Path(os.environ['SAMSPILL_TEST_SESSION'])
    rows = {'ours': [], 'peer': [], 'ours_large': []}
    for number in range(runs):
        for name, make, size in (('ours', Registry, SIZE), ('peer', PouchServer, SIZE), ('ours_large', Registry, LARGE)):
            rows[name].append(measure(make, folder / f'files-{name}-{number}', size))
    result = {'bench': 'files', 'megabytes': SIZE, 'megabytes_large': LARGE, 'runs': runs}
    for name, values in rows.items():
        for place, work in ((0, 'up'), (1, 'down')):
            result[f'{name}_{work}_mb_per_s'] = statistics.median(value[place][0] for value in values)
            result[f'{name}_{work}_mb_per_cpu_s'] = statistics.median(value[place][1] for value in values)
        result[f'{name}_most_mb'] = max(value[2] for value in values)
        print(f"{name:12} up {result[f'{name}_up_mb_per_s']:6.0f} MB/s   down {result[f'{name}_down_mb_per_s']:6.0f} MB/s   at most {result[f'{name}_most_mb']:6.0f} MB")
    for work in ('up', 'down'):
        result[f'ratio_{work}'] = result[f'ours_{work}_mb_per_s'] / result[f'peer_{work}_mb_per_s']
    result['ratio_memory'] = result['peer_most_mb'] / result['ours_most_mb']
    return result
