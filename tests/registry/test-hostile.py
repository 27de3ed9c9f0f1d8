# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that mean harm, or act as if: the registry's memory stays bounded and others are served meanwhile."""
import gzip
import json
import resource
import select
import socket
import sys
import threading
import time

from registry import Registry, Tap, same

CONNECTIONS = 10000
POLLS = 1000
WRITERS = 10
POLL_LIMIT = 25  # KiB each
PATIENCE = 20


def raise_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 500
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        except (ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def connect(registry):
    own = socket.create_connection((registry.host, registry.port), timeout=PATIENCE)
    return own


def head(registry, line, *more):
    return "\r\n".join([line + " HTTP/1.1", "Host: x", f"Authorization: {registry.authorization}", *more, "", ""]).encode()


def status_of(own):
    with own.makefile("rb") as stream:
        line = stream.readline()
    return int(line.split()[1]) if line else 0


def assert_served(registry, within=2.0):
    begun = time.monotonic()
    same(registry.ask("GET", "/d/known")[0], 200)
    took = time.monotonic() - begun
    if took > within:
        raise AssertionError(f"{took:.1f} s for a document")


def assert_small(registry, before, mib):
    grown = registry.memory("VmRSS") - before
    if grown > mib * 1024:
        raise AssertionError(f"{grown // 1024} MiB more")


def many_connections(registry, tap, limit):
    n = min(CONNECTIONS, limit - 300)
    before = registry.memory("VmRSS")
    crowd = []
    for _ in range(n):
        crowd.append(connect(registry))
    for own in crowd[::2]:  # half of them have begun to say something
        own.sendall(b"GET /d/known HTT")
    assert_served(registry)
    grown = registry.memory("VmRSS") - before
    tap.note(f"{n} connections: {grown / n:.1f} KiB each, a document is served meanwhile")
    if grown / n > 25:
        raise AssertionError(f"{grown / n:.1f} KiB a connection")
    for own in crowd:
        own.close()


def large_bodies(registry):
    before = registry.memory("VmRSS")
    gigabyte = 1024 ** 3
    for path in ("/d/_bulk_docs", "/d/x"):
        own = connect(registry)
        own.sendall(head(registry, "POST " + path if path.endswith("docs") else "PUT " + path, "Content-Type: application/json",
                         f"Content-Length: {gigabyte}"))
        same(status_of(own), 413)
        own.close()
    # In chunks, without saying how much: cut after the bound.
    own = connect(registry)
    own.sendall(head(registry, "POST /d/_bulk_docs", "Content-Type: application/json", "Transfer-Encoding: chunked"))
    block = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    sent = 0
    try:
        while sent < 300:
            own.sendall(block)
            sent += 1
    except OSError:
        pass
    own.close()
    if sent >= 300:
        raise AssertionError("300 MB were taken")
    assert_served(registry)
    assert_small(registry, before, 100)


def bodies_together(registry):
    """Each is small enough, and none says how long it is."""
    before = registry.memory("VmRSS")
    block = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    crowd = []
    for _ in range(40):
        own = connect(registry)
        own.sendall(head(registry, "POST /d/_bulk_docs", "Content-Type: application/json", "Transfer-Encoding: chunked"))
        for _ in range(17):
            own.sendall(block)
        crowd.append(own)
    assert_served(registry)
    assert_small(registry, before, 600)
    for own in crowd:  # the end of each body: those that were taken are empty batches, which are none
        own.sendall(b"0\r\n\r\n")
    answers = [status_of(own) for own in crowd]
    for own in crowd:
        own.close()
    same(set(answers), {400, 503})
    assert_served(registry)


def bomb(registry):
    before = registry.memory("VmHWM")
    packed = gzip.compress(b" " * (512 * 1024 * 1024), 1)
    own = connect(registry)
    own.sendall(head(registry, "POST /d/_bulk_docs", "Content-Type: application/json", "Content-Encoding: gzip",
                     f"Content-Length: {len(packed)}") + packed)
    same(status_of(own), 413)
    assert_served(registry)
    if registry.memory("VmHWM") - before > 160 * 1024:
        raise AssertionError(f"{(registry.memory('VmHWM') - before) // 1024} MiB for a bomb")


def strange_json(registry, tap):
    before = registry.memory("VmRSS")
    keys = ("{" + ",".join(f'"k{i}":0' for i in range(1000000)) + "}").encode()
    deep = b"[" * 5000000
    begun = time.monotonic()
    same(registry.ask("PUT", "/d/keys", keys, Content_Type="application/json")[0] in (201, 400, 413), True)
    tap.note(f"10^6 keys: {time.monotonic() - begun:.1f} s")
    same(registry.ask("PUT", "/d/deep", deep, Content_Type="application/json")[0], 400)
    same(registry.ask("POST", "/d/_bulk_docs", b'{"docs":' + deep, Content_Type="application/json")[0], 400)
    same(registry.ask("POST", "/d/_revs_diff", b'{"a":' + deep, Content_Type="application/json")[0], 400)
    same(registry.ask("GET", "/d/_changes?filter=_selector", b"", Content_Type="application/json")[0] in (400, 405), True)
    assert_served(registry)
    assert_small(registry, before, 200)


def open_polls(registry):
    _, _, feed = registry.ask("GET", "/d/_changes?since=now")
    polls = []
    for _ in range(POLLS):
        own = connect(registry)
        own.sendall(head(registry, f"GET /d/_changes?feed=longpoll&timeout=60000&since={feed['last_seq']}"))
        polls.append(own)
    return polls


def settle(registry):
    """Until the program does nothing more."""
    last = registry.cpu_seconds()
    for _ in range(100):
        time.sleep(0.2)
        now = registry.cpu_seconds()
        if now == last:
            return
        last = now


def wait_for_polls(polls):
    """How many were answered with something."""
    answered = 0
    watch = select.poll()
    by_fd = {own.fileno(): own for own in polls}
    for fd in by_fd:
        watch.register(fd, select.POLLIN)
    end = time.monotonic() + PATIENCE
    while by_fd and time.monotonic() < end:
        for fd, _ in watch.poll(1000):
            watch.unregister(fd)
            own = by_fd.pop(fd)
            answered += b"200 OK" in own.recv(4096)
    return answered


def long_polls(registry, tap):
    before = registry.memory("VmRSS")
    polls = open_polls(registry)
    settle(registry)
    each = (registry.memory("VmRSS") - before) / POLLS
    busy = registry.cpu_seconds()
    time.sleep(1)
    busy = registry.cpu_seconds() - busy
    begun = time.monotonic()
    failed = []

    def write(writer):
        connection = registry.connect()
        for i in range(20):
            if registry.ask("PUT", f"/d/w-{writer}-{i}", {"n": i}, connection)[0] != 201:
                failed.append(i)
        connection.close()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    answered = wait_for_polls(polls)
    took = time.monotonic() - begun
    for writer in writers:
        writer.join()
    for own in polls:
        own.close()
    tap.note(f"{POLLS} long polls: {each:.1f} KiB each, {busy * 1000:.0f} ms of CPU in an idle second, "
             f"answered {took:.2f} s after {WRITERS} began to write")
    same((answered, failed), (POLLS, []))
    if each > POLL_LIMIT:
        raise AssertionError(f"{each:.1f} KiB a poll")
    if busy > 0.05:
        raise AssertionError(f"{busy} s of CPU in an idle second")


def dawdlers(tap):
    with Registry("--idle-seconds", "2") as registry:
        same(registry.ask("PUT", "/d")[0], 201)
        same(registry.ask("PUT", "/d/known", {})[0], 201)
        crowd = [connect(registry) for _ in range(300)]
        beginnings = [b"GET /d/known HTTP/1.1\r\nX-", head(registry, "PUT /d/slow", "Content-Length: 100000"), b"G"]
        for i, own in enumerate(crowd):
            own.setblocking(False)
            own.send(beginnings[i % 3])
        begun = time.monotonic()
        while crowd and time.monotonic() - begun < PATIENCE:
            assert_served(registry)
            time.sleep(0.25)
            left = []
            for own in crowd:
                try:
                    own.send(b"x")
                    if own.recv(1) == b"":
                        continue
                except BlockingIOError:
                    pass
                except OSError:
                    continue
                left.append(own)
            crowd = left
        tap.note(f"300 that dawdle: the last is cut after {time.monotonic() - begun:.1f} s, with --idle-seconds 2")
        same(len(crowd), 0)


def main():
    limit = raise_limit()
    tap = Tap()
    with Registry() as registry:
        same(registry.ask("PUT", "/d")[0], 201)
        same(registry.ask("PUT", "/d/known", {"n": 1})[0], 201)
        tap.run("1,000 long polls with 10 writers", long_polls, registry, tap)
        tap.run("10,000 connections", many_connections, registry, tap, limit)
        tap.run("a body of 1 GB", large_bodies, registry)
        tap.run("many bodies at the same time", bodies_together, registry)
        tap.run("a gzip bomb", bomb, registry)
        tap.run("10^6 keys and deep nesting", strange_json, registry, tap)
        tap.note(f"at the end {registry.memory('VmRSS') // 1024} MiB, at most {registry.memory() // 1024} MiB")
    tap.run("those who dawdle", dawdlers, tap)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
