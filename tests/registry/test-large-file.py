# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of 200 MB goes up and down, alone and beside its document, while the registry stays small."""
import hashlib
import socket
import sys
import time

from registry import Registry, Tap, same

MB = 1024 * 1024
LENGTH = 200 * MB
LIMIT = 64 * 1024  # KiB
BLOCK = bytes(range(256)) * (MB // 256)


def blocks():
    """200 different MB, one in memory."""
    for i in range(LENGTH // MB):
        yield i.to_bytes(8, "big") + BLOCK[8:]


def request(registry, head, body=None):
    own = socket.create_connection((registry.host, registry.port), timeout=120)
    own.sendall((head + f"Host: x\r\nAuthorization: {registry.authorization}\r\nConnection: close\r\n\r\n").encode())
    for block in body or ():
        own.sendall(block)
    return own


def read_head(own):
    stream = own.makefile("rb")
    status = int(stream.readline().split()[1])
    while stream.readline() not in (b"\r\n", b""):
        pass
    return status, stream


def rate(begun):
    return f"{200 / (time.monotonic() - begun):.0f} MB/s"


def up(registry, tap):
    begun = time.monotonic()
    own = request(registry, f"PUT /files/a/big HTTP/1.1\r\nContent-Length: {LENGTH}\r\n", blocks())
    same(read_head(own)[0], 201)
    tap.note(f"up: {rate(begun)}, at most {registry.memory()} KiB")


def down(registry, tap):
    begun = time.monotonic()
    found, wanted = hashlib.sha1(), hashlib.sha1()
    status, stream = read_head(request(registry, "GET /files/a/big HTTP/1.1\r\n"))
    same(status, 200)
    while data := stream.read(MB):
        found.update(data)
    tap.note(f"down: {rate(begun)}, at most {registry.memory()} KiB")
    for block in blocks():
        wanted.update(block)
    same(found.hexdigest(), wanted.hexdigest())


def beside(registry, tap):
    head = (b'--abc\r\nContent-Type: application/json\r\n\r\n{"_attachments":{"big":{"follows":true,"length":%d}}}'
            b'\r\n--abc\r\n\r\n' % LENGTH)
    tail = b"\r\n--abc--"
    begun = time.monotonic()
    own = request(registry, f"PUT /files/b HTTP/1.1\r\nContent-Type: multipart/related; boundary=abc\r\n"
                  f"Content-Length: {len(head) + LENGTH + len(tail)}\r\n",
                  (part for parts in ([head], blocks(), [tail]) for part in parts))
    same(read_head(own)[0], 201)
    tap.note(f"up, multipart: {rate(begun)}, at most {registry.memory()} KiB")
    begun = time.monotonic()
    status, stream = read_head(request(registry, "GET /files/b?open_revs=all HTTP/1.1\r\nAccept: multipart/mixed\r\n"))
    same(status, 200)
    length = 0
    while data := stream.read(MB):
        length += len(data)
    same(length > LENGTH, True)
    tap.note(f"down, multipart: {rate(begun)}, at most {registry.memory()} KiB")


def small(registry):
    if registry.memory() > LIMIT:
        raise AssertionError(f"{registry.memory()} KiB")


def main():
    tap = Tap()
    with Registry() as registry:
        same(registry.ask("PUT", "/files")[0], 201)
        tap.run("up", up, registry, tap)
        tap.run("down", down, registry, tap)
        tap.run("beside the document, up and down", beside, registry, tap)
        tap.run("in less than 64 MB", small, registry)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
