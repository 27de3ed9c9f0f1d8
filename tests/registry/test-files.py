# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of documents over HTTP, in the forms that CouchDB's clients use."""
import base64
import email
import email.policy
import gzip
import hashlib
import socket
import sys
import time
import urllib.parse

from registry import Registry, Tap, same

CONTENT = bytes(range(256)) * 40
MD5 = base64.b64encode(hashlib.md5(CONTENT).digest()).decode()


def document(registry, path):
    status, _, body = registry.ask("GET", path)
    same(status, 200)
    return body


def parts_of(headers, body):
    """The parts of a multipart body, through Python's own reader."""
    message = email.message_from_bytes(b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body,
                                       policy=email.policy.HTTP)
    same(message.is_multipart(), True)
    same(message.defects, [])
    return message.get_payload()


def one_by_one(registry):
    status, headers, answer = registry.ask("PUT", "/files/a/%C3%B8/x%20y.bin", CONTENT, Content_Type="image/png")
    same(status, 201)
    rev = answer["rev"]
    same(answer, {"ok": True, "id": "a", "rev": rev})
    same(urllib.parse.urlsplit(headers["Location"]).path, "/files/a/%C3%B8/x%20y.bin")
    stub = document(registry, "/files/a")["_attachments"]["ø/x y.bin"]
    same(stub, {"content_type": "image/png", "revpos": 1, "digest": "md5-" + MD5, "length": len(CONTENT), "stub": True})
    status, headers, body = registry.ask("GET", "/files/a/%C3%B8%2Fx%20y.bin")
    same((status, body), (200, CONTENT))
    same([headers[name] for name in ("Content-Type", "ETag", "Content-MD5", "Accept-Ranges", "Content-Length")],
         ["image/png", f'"{MD5}"', MD5, "bytes", str(len(CONTENT))])
    status, headers, body = registry.ask("HEAD", "/files/a/%C3%B8/x%20y.bin")
    same((status, headers["Content-Length"], body), (200, str(len(CONTENT)), b""))
    same(registry.ask("GET", "/files/a/%C3%B8/x%20y.bin", If_None_Match=f'"{MD5}"')[0], 304)
    # On top of it, without a revision, on a wrong one, by If-Match.
    same(registry.ask("PUT", "/files/a/z", b"1")[0], 409)
    same(registry.ask("PUT", "/files/a/z?rev=1-0123456789abcdef0123456789abcdef", b"1")[0], 409)
    same(registry.ask("PUT", "/files/a/z?rev=nonsense", b"1")[0], 400)
    status, _, answer = registry.ask("PUT", "/files/a/z", b"", If_Match=f'"{rev}"')
    same(status, 201)
    same(sorted(document(registry, "/files/a")["_attachments"]), ["z", "ø/x y.bin"])
    same(registry.ask("GET", "/files/a/z")[2], b"")
    same(registry.ask("GET", f"/files/a/z?rev={rev}")[0], 404)
    # Away again.
    same(registry.ask("DELETE", "/files/a/z")[0], 409)
    same(registry.ask("DELETE", f"/files/a/y?rev={answer['rev']}")[2]["reason"], "Document is missing attachment")
    status, _, answer = registry.ask("DELETE", f"/files/a/z?rev={answer['rev']}")
    same((status, answer["rev"][:2]), (200, "3-"))
    same(registry.ask("GET", "/files/a/z")[0], 404)
    same(registry.ask("GET", "/files/none/z")[2]["reason"], "missing")
    same(registry.ask("GET", "/none/none/z")[0], 404)
    same(registry.ask("PUT", "/files/b/_x", b"1")[0], 400)
    same(registry.ask("PUT", "/files/b/x", b"1", Content_MD5="AAAAAAAAAAAAAAAAAAAAAA==")[0], 400)
    same(registry.ask("GET", "/files/b")[0], 404)
    same(registry.ask("PUT", "/files/_design/d/logo", b"logo")[0], 201)
    same(registry.ask("GET", "/files/_design/d/logo")[2], b"logo")
    packed = registry.ask("PUT", "/files/packed/x", gzip.compress(CONTENT), Content_Encoding="gzip")
    same(packed[0], 201)
    same(registry.ask("GET", "/files/packed/x")[2], CONTENT)
    same(registry.ask("POST", "/files/a/z", b"1")[0], 405)


def ranges(registry):
    for asked, status, first, last in [("bytes=10-19", 206, 10, 19), ("bytes=10000-", 206, 10000, len(CONTENT) - 1),
                                       ("bytes=-7", 206, len(CONTENT) - 7, len(CONTENT) - 1),
                                       ("bytes=5-99999999999", 206, 5, len(CONTENT) - 1),
                                       ("bytes=-99999", 206, 0, len(CONTENT) - 1),
                                       ("bytes=0-", 200, 0, len(CONTENT) - 1), ("bytes=9-5", 200, 0, len(CONTENT) - 1),
                                       ("bytes=1-2,5-6", 200, 0, len(CONTENT) - 1), ("pages=1", 200, 0, len(CONTENT) - 1)]:
        found, headers, body = registry.ask("GET", "/files/a/%C3%B8/x%20y.bin", Range=asked)
        same((found, body), (status, CONTENT[first:last + 1]))
        same(headers["Content-Range"], f"bytes {first}-{last}/{len(CONTENT)}" if status == 206 else None)
    for asked in (f"bytes={len(CONTENT)}-", "bytes=-0"):
        status, headers, _ = registry.ask("GET", "/files/a/%C3%B8/x%20y.bin", Range=asked)
        same((status, headers["Content-Range"]), (416, f"bytes */{len(CONTENT)}"))
    status, _, body = registry.ask("GET", "/files/a/%C3%B8/x%20y.bin", Range="bytes=1-2", If_Range='"other"')
    same((status, len(body)), (200, len(CONTENT)))


def inline(registry):
    data = base64.b64encode(CONTENT).decode()
    status, _, answer = registry.ask("PUT", "/files/i", {"n": 1, "_attachments": {
        "x": {"content_type": "text/plain", "data": data}, "y": {"data": ""}}})
    same(status, 201)
    full = document(registry, "/files/i?attachments=true")["_attachments"]
    same([full["x"]["data"], full["y"]["data"], "stub" in full["x"]], [data, "", False])
    # Edited with its stubs; with a stub of nothing; with data that is none.
    status, _, answer = registry.ask("PUT", "/files/i", {"_rev": answer["rev"], "n": 2, "_attachments": {"x": {"stub": True}}})
    same(status, 201)
    same(list(document(registry, "/files/i")["_attachments"]), ["x"])
    status, _, refused = registry.ask("PUT", "/files/i", {"_rev": answer["rev"], "_attachments": {"y": {"stub": True}}})
    same((status, refused["error"]), (412, "missing_stub"))
    same(registry.ask("PUT", "/files/j", {"_attachments": {"x": {"data": "*"}}})[0], 400)
    rows = registry.ask("POST", "/files/_bulk_docs", {"new_edits": False, "docs": [
        {"_id": "k", "_rev": "2-b", "_revisions": {"start": 2, "ids": ["b", "a"]},
         "_attachments": {"x": {"content_type": "text/plain", "revpos": 1, "data": data}}},
        {"_id": "l", "_rev": "1-a", "_attachments": {"x": {"stub": True, "digest": "md5-" + MD5, "length": len(CONTENT)}}}]})
    same(rows[0], 201)
    same([(row["id"], row["error"]) for row in rows[2]], [("l", "missing_stub")])
    same(document(registry, "/files/k")["_attachments"]["x"]["revpos"], 1)
    got = registry.ask("POST", "/files/_bulk_get?attachments=true", {"docs": [{"id": "k"}]})[2]
    same(got["results"][0]["docs"][0]["ok"]["_attachments"]["x"]["data"], data)
    same(len(document(registry, "/files/k?atts_since=%5B%221-a%22%5D")["_attachments"]["x"].get("data", "")), 0)


def multipart_in(registry):
    def put(path, json, *files):
        body = b"--abc\r\nContent-Type: application/json\r\n\r\n" + json
        for head, content in files:
            body += b"\r\n--abc\r\n" + head + b"\r\n" + content
        return registry.ask("PUT", path, body + b"\r\n--abc--", Content_Type='multipart/related; boundary="abc"')

    by_order = put("/files/m", b'{"n":1,"_attachments":{"one":{"follows":true,"content_type":"text/plain","length":3},'
                   b'"two":{"follows":true,"content_type":"text/plain","length":10240}}}', (b"", b"1\r\n"), (b"", CONTENT))
    same(by_order[0], 201)
    same(registry.ask("GET", "/files/m/one")[2], b"1\r\n")
    same(registry.ask("GET", "/files/m/two")[2], CONTENT)
    by_name = put("/files/n?new_edits=false",
                  b'{"_rev":"5-e","_revisions":{"start":5,"ids":["e","d"]},"_attachments":{"one":{"follows":true,"revpos":4},'
                  b'"two":{"follows":true}}}',
                  (b'Content-Disposition: attachment; filename="two"\r\n', b"2"),
                  (b'Content-Disposition: attachment; filename="one"\r\n', b"1"))
    same((by_name[0], by_name[2]["rev"]), (201, "5-e"))
    same(registry.ask("GET", "/files/n/one")[2], b"1")
    same(document(registry, "/files/n")["_attachments"]["one"]["revpos"], 4)
    # Too few, another length, another digest, cut, no boundary.
    same(put("/files/o", b'{"_attachments":{"x":{"follows":true}}}')[0], 400)
    same(put("/files/o", b'{"_attachments":{"x":{"follows":true,"length":2}}}', (b"", b"1"))[0], 400)
    same(put("/files/o", b'{"_attachments":{"x":{"follows":true,"digest":"md5-AAAAAAAAAAAAAAAAAAAAAA=="}}}', (b"", b"1"))[0], 400)
    same(registry.ask("PUT", "/files/o", b"--abc\r\n\r\n{}", Content_Type='multipart/related; boundary="abc"')[0], 400)
    same(registry.ask("PUT", "/files/o", b"--abc\r\n\r\n{}", Content_Type="multipart/related")[0], 400)
    same(registry.ask("GET", "/files/o")[0], 404)


def multipart_out(registry):
    status, headers, body = registry.ask("GET", "/files/m?attachments=true", Accept="multipart/related")
    same(status, 200)
    json, one, two = parts_of(headers, body)
    same(json.get_content_type(), "application/json")
    same(b'"follows":true' in json.get_payload(decode=True), True)
    same([one.get_filename(), one.get_payload(decode=True).rstrip()], ["one", b"1"])
    same(two["Content-Length"], str(len(CONTENT)))
    same(CONTENT in body, True)
    # The leaves of a document with files, one that is not there, one without files.
    status, headers, body = registry.ask("GET", '/files/m?open_revs=["1-ff"]&revs=true', Accept="multipart/mixed")
    missing, = parts_of(headers, body)
    same((missing.get_param("error"), missing.get_payload(decode=True)), ("true", b'{"missing":"1-ff"}'))
    status, headers, body = registry.ask("GET", "/files/m?open_revs=all&revs=true", Accept="multipart/mixed")
    related, = parts_of(headers, body)
    same(related.get_content_type(), "multipart/related")
    same([part.get_content_type() for part in related.get_payload()], ["application/json", "text/plain", "text/plain"])
    rev = document(registry, "/files/m")["_rev"]
    status, headers, body = registry.ask("GET", f'/files/m?open_revs=["{rev}"]&atts_since=["{rev}"]', Accept="multipart/mixed")
    plain, = parts_of(headers, body)
    same(plain.get_content_type(), "application/json")


def cut(registry):
    """A client that goes away in the middle leaves nothing behind."""
    for line in ("PUT /files/cut/x HTTP/1.1\r\n",
                 "PUT /files/cut HTTP/1.1\r\nContent-Type: multipart/related; boundary=b\r\n"):
        own = socket.create_connection((registry.host, registry.port))
        own.sendall(f"{line}Host: x\r\nAuthorization: {registry.authorization}\r\nContent-Length: 100000\r\n\r\n--b\r\n\r\n"
                    '{"_attachments":{"x":{"follows":true}}}\r\n--b\r\n\r\nhalf'.encode())
        end = time.monotonic() + 10
        while not list((registry.folder / "data" / "blobs").glob(".incoming-*")) and time.monotonic() < end:
            time.sleep(0.01)
        own.close()
        while list((registry.folder / "data" / "blobs").glob(".incoming-*")) and time.monotonic() < end:
            time.sleep(0.01)
        same([path.name for path in (registry.folder / "data" / "blobs").glob(".incoming-*")], [])
    same(registry.ask("GET", "/files/cut")[0], 404)


def main():
    tap = Tap()
    with Registry() as registry:
        same(registry.ask("PUT", "/files")[0], 201)
        tap.run("a file is put, read and taken away", one_by_one, registry)
        tap.run("parts of a file", ranges, registry)
        tap.run("files inside the JSON", inline, registry)
        tap.run("files beside the JSON, in", multipart_in, registry)
        tap.run("files beside the JSON, out", multipart_out, registry)
        tap.run("a file that is cut leaves nothing", cut, registry)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
