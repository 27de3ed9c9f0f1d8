#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bad line between two programs: a TCP proxy that cuts, delays, truncates and throttles.

  proxy.py TARGET_PORT [FAULTS]     prints its port; ends with its standard input

Faults are a JSON object, also one a line on standard input to change them for connections from then on:

  "delay_ms": 40            each way, of every piece
  "bits_per_second": 1e7    of the whole line, each way
  "cut_after": [a, b]       a connection is reset after a random number of answered bytes between a and b
  "end_after": [a, b]       the answer ends early, in order: a truncated body with a clean close
  "refuse": 0.2             share of connections that are reset at once
  "stall_after": [a, b]     no more bytes after so many, and no end either
  "faults": 20              how many connections may meet a fault before the line is good; none: without end
  "seed": 1                 the same faults each time

`Proxy` is for Python tests: with Proxy (port, faults) as line: line.port, line.set (…), line.met
"""
import asyncio
import json
import random
import socket
import struct
import sys
import threading

PIECE = 65536


class Throttle:
    """A line has room for so many bits a second; whoever sends waits until his piece has gone by."""

    def __init__(self):
        self.free_at = 0.0

    async def wait(self, size, bits_per_second):
        now = asyncio.get_running_loop().time()
        self.free_at = max(self.free_at, now) + size * 8 / bits_per_second
        if self.free_at - now > 0.01:  # shorter sleeps take longer than they should
            await asyncio.sleep(self.free_at - now)


class Fate:
    """What happens to one connection, decided when it begins."""

    def __init__(self, line):
        faults, rng = line.faults, line.rng
        self.refuse = self.cut = self.end = self.stall = None
        if line.left == 0:
            return
        self.refuse = rng.random() < faults.get('refuse', 0)
        kinds = [name for name in ('cut_after', 'end_after', 'stall_after') if name in faults]
        if kinds and not self.refuse:
            kind = rng.choice(kinds)
            setattr(self, kind.split('_', maxsplit=1)[0], rng.randint(*faults[kind]))


class Line:
    def __init__(self, target, faults):
        self.target, self.met, self.connections = target, 0, 0
        self.tasks = set()
        self.room = {'up': Throttle(), 'down': Throttle()}
        self.set(faults)

    def set(self, faults):
        self.faults = faults
        self.rng = random.Random(faults.get('seed', 1))
        self.left = faults.get('faults', -1)

    def fault(self):
        self.met += 1
        if self.left > 0:
            self.left -= 1

    async def serve(self, reader, writer):
        self.connections += 1
        fate = Fate(self)
        if fate.refuse:
            self.fault()
            reset(writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target, limit=PIECE)
        except OSError:
            reset(writer)
            return
        up = asyncio.ensure_future(self.carry(reader, far_writer, 'up', None))
        down = asyncio.ensure_future(self.carry(far_reader, writer, 'down', fate))
        self.tasks |= {up, down}
        try:
            verdict = await down  # the answering side decides how the connection ends
            if verdict == 'cut':
                reset(writer)
        except (OSError, asyncio.CancelledError):
            reset(writer)
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
            self.tasks -= {up, down}
            for end in (writer, far_writer):
                end.close()

    async def carry(self, reader, writer, way, fate):
        """Pieces wait in a queue, so that delay costs time and not throughput."""
        queue = asyncio.Queue(maxsize=64)
        loop = asyncio.get_running_loop()

        async def read():
            while True:
                piece = await reader.read(PIECE)
                await queue.put((loop.time() + self.faults.get('delay_ms', 0) / 1000, piece))
                if not piece:
                    return

        reading = asyncio.ensure_future(read())
        carried = 0
        try:
            while True:
                due, piece = await queue.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                for name in ('cut', 'end', 'stall'):
                    bound = getattr(fate, name, None)
                    if bound is None or carried + len(piece) <= bound or not piece:
                        continue
                    self.fault()
                    await self.send(writer, piece[:max(0, bound - carried)], way)
                    if name == 'stall':
                        await asyncio.Event().wait()
                    return name
                if not piece:
                    if writer.can_write_eof():
                        writer.write_eof()
                    return 'whole'
                await self.send(writer, piece, way)
                carried += len(piece)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def send(self, writer, piece, way):
        rate = self.faults.get('bits_per_second')
        step = 4096 if rate else PIECE  # a slow line goes by in small steps, or it would come in bursts
        for first in range(0, len(piece), step):
            part = piece[first:first + step]
            if rate:
                await self.room[way].wait(len(part), rate)
            writer.write(part)
            await writer.drain()


def reset(writer):
    """Not an end but a broken line."""
    raw = writer.get_extra_info('socket')
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    writer.transport.abort()


class Proxy:
    """The same in a thread of its own."""

    def __init__(self, port, faults=None, host='127.0.0.1', listen='127.0.0.1'):
        self.line = Line((host, port), faults or {})
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()

        def work():
            asyncio.set_event_loop(self.loop)
            server = self.loop.run_until_complete(asyncio.start_server(self.line.serve, listen, 0, limit=PIECE))
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            self.loop.run_forever()
            server.close()
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.run_until_complete(asyncio.sleep(0.01))
            self.loop.close()

        self.thread = threading.Thread(target=work, daemon=True)
        self.thread.start()
        ready.wait()

    def set(self, faults):
        self.loop.call_soon_threadsafe(self.line.set, faults)

    @property
    def met(self):
        return self.line.met

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    with Proxy(int(arguments[0]), json.loads(arguments[1]) if len(arguments) == 2 else {}) as proxy:
        print(proxy.port, flush=True)
        for text in sys.stdin:
            if text.strip():
                proxy.set(json.loads(text))
            print(json.dumps({'met': proxy.met}), flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
