# SPDX-License-Identifier: GPL-3.0-or-later
"""Our registry's program in a folder of its own, and requests to it, for tests in Python."""
import base64
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(os.environ.get("SAMSPILL_BUILD_DIR", "_build"))
PROGRAM = BUILD / "src" / "server" / "samspill-registry"


class Registry:
    def __init__(self, *options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="samspill-registry-"))
        password = self.folder / "password"
        password.write_text("secret\n")
        data = self.folder / "data"
        subprocess.run([PROGRAM, "init", "--data", data, "--admin", "root", "--password-file", password],
                       check=True, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen([PROGRAM, "--data", data, "--listen", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()
        self.host, self.port = self.address.rsplit("/", 1)[-1].rsplit(":", 1)
        self.port = int(self.port)
        self.tls = None  # an ssl.SSLContext
        self.authorization = "Basic " + base64.b64encode(b"root:secret").decode()

    def connect(self):
        if self.tls:
            return http.client.HTTPSConnection(self.host, self.port, timeout=60, context=self.tls)
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def ask(self, method, path, body=None, connection=None, **headers):
        """(status, headers, body): JSON where the answer says so."""
        own = connection or self.connect()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers.setdefault("Authorization", self.authorization)
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        own.request(method, path, body, headers)
        answer = own.getresponse()
        data = answer.read()
        if answer.headers.get("Content-Type", "").startswith("application/json") and data:
            data = json.loads(data)
        if connection is None:
            own.close()
        return answer.status, answer.headers, data

    def memory(self, name="VmHWM"):
        """In KiB: VmHWM is the most that it ever had, VmRSS what it has."""
        for line in (pathlib.Path("/proc") / str(self.process.pid) / "status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
        raise KeyError(name)

    def cpu_seconds(self):
        fields = (pathlib.Path("/proc") / str(self.process.pid) / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            self.process.kill()
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Tap:
    """One line a behaviour; a failed one says why and the rest goes on."""

    def __init__(self):
        self.n = self.failed = 0

    def run(self, name, test, *arguments):
        self.n += 1
        try:
            test(*arguments)
            print(f"ok {self.n} {name}", flush=True)
        except Exception as error:  # a test fails by any exception
            self.failed += 1
            print(f"not ok {self.n} {name}", flush=True)
            import traceback
            for line in traceback.format_exception(error):
                print("#", line.rstrip().replace("\n", "\n# "), flush=True)

    def note(self, text):
        print("#", text, flush=True)

    def end(self):
        print(f"1..{self.n}", flush=True)
        sys.exit(1 if self.failed else 0)


def same(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")
