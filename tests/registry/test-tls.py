# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS: its certificate is read anew on SIGHUP, and what was open goes on with the old one."""
import hashlib
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

from registry import Registry, Tap, same


def make_certificate(folder, name):
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, stderr=subprocess.DEVNULL)
    return certificate, key


def trust_all():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def fingerprint(registry):
    with socket.create_connection((registry.host, registry.port), timeout=10) as plain:
        with trust_all().wrap_socket(plain) as own:
            return hashlib.sha256(own.getpeercert(binary_form=True)).hexdigest()


def wait_for(test):
    end = time.monotonic() + 10
    while not test():
        if time.monotonic() > end:
            raise AssertionError("not within ten seconds")
        time.sleep(0.02)


def served(registry, certificate):
    registry.tls = ssl.create_default_context(cafile=str(certificate))
    same(registry.address.startswith("https://"), True)
    same(registry.ask("GET", "/")[2]["couchdb"], "Welcome")
    body = bytes(range(256)) * 4096
    same(registry.ask("PUT", "/d")[0], 201)
    same(registry.ask("PUT", "/d/a/file", body)[0], 201)
    same(registry.ask("GET", "/d/a/file")[2], body)


def old_versions_refused(registry):
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        context = trust_all()
        context.set_ciphers("ALL:@SECLEVEL=0")
        try:
            context.minimum_version = context.maximum_version = version
            with socket.create_connection((registry.host, registry.port), timeout=10) as plain:
                context.wrap_socket(plain)
        except (ssl.SSLError, ConnectionError, ValueError):
            continue
        raise AssertionError(f"{version} was taken")


def plain_refused(registry):
    with socket.create_connection((registry.host, registry.port), timeout=10) as own:
        own.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            same(own.recv(100).startswith(b"HTTP"), False)
        except ConnectionError:
            pass


def reloaded(registry, folder):
    before = fingerprint(registry)
    old = registry.connect()
    same(registry.ask("GET", "/_up", connection=old)[0], 200)
    poll = registry.connect()
    last = registry.ask("GET", "/d/_changes?since=now")[2]["last_seq"]
    poll.request("GET", f"/d/_changes?feed=longpoll&timeout=60000&since={last}", headers={"Authorization": registry.authorization})
    # What cannot be used changes nothing.
    key = (folder / "key.pem").read_bytes()
    (folder / "key.pem").write_text("nonsense")
    registry.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    same(fingerprint(registry), before)
    (folder / "key.pem").write_bytes(key)
    certificate, _ = make_certificate(folder, "second")
    registry.process.send_signal(signal.SIGHUP)
    wait_for(lambda: fingerprint(registry) != before)
    # Both that were open go on.
    same(registry.ask("GET", "/_up", connection=old)[0], 200)
    registry.tls = ssl.create_default_context(cafile=str(certificate))
    same(registry.ask("PUT", "/d/b", {})[0], 201)
    answer = poll.getresponse()
    same((answer.status, b'"id":"b"' in answer.read()), (200, True))
    for _ in range(5):
        registry.process.send_signal(signal.SIGHUP)
        same(registry.ask("GET", "/d/b")[0], 200)


def ended(registry):
    poll = registry.connect()
    poll.request("GET", "/d/_changes?feed=longpoll&timeout=60000&since=now", headers={"Authorization": registry.authorization})
    time.sleep(0.2)
    registry.process.terminate()
    answer = poll.getresponse()
    same((answer.status, b"last_seq" in answer.read()), (200, True))
    same(registry.process.wait(10), 0)


def main():
    tap = Tap()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="samspill-tls-"))
    certificate, key = make_certificate(folder, "first")
    with Registry("--certificate", str(certificate), "--key", str(key)) as registry:
        tap.run("documents and files over TLS", served, registry, certificate)
        tap.run("TLS 1.0 and 1.1 are refused", old_versions_refused, registry)
        tap.run("HTTP without TLS is refused", plain_refused, registry)
        tap.run("certificate and key are read anew", reloaded, registry, folder)
        tap.run("long polls end with the program", ended, registry)
    shutil.rmtree(folder, ignore_errors=True)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
