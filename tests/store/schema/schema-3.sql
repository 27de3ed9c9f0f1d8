-- SPDX-License-Identifier: GPL-3.0-or-later
-- What version 3 of the store made, with a little in it. Kept as it was: the program must open it for ever.
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), uuid TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, at_us INTEGER NOT NULL);
CREATE TABLE space (space INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, uuid TEXT NOT NULL, revs_limit INTEGER NOT NULL DEFAULT 1000, purge_seq INTEGER NOT NULL DEFAULT 0);
CREATE TABLE "document" (doc INTEGER PRIMARY KEY, space INTEGER NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, flags INTEGER NOT NULL, leaves INTEGER NOT NULL, winner INTEGER, tree BLOB NOT NULL, UNIQUE (space, id));
CREATE UNIQUE INDEX document_by_seq ON document (space, seq, flags);
CREATE TABLE body (body INTEGER PRIMARY KEY, json TEXT NOT NULL, attachments TEXT);
CREATE INDEX body_with_attachments ON body (body) WHERE attachments IS NOT NULL;
CREATE TABLE working_copy (working_copy INTEGER PRIMARY KEY, space INTEGER NOT NULL, id TEXT NOT NULL, base TEXT, json TEXT NOT NULL, at_us INTEGER NOT NULL, UNIQUE (space, id));
CREATE TABLE local (local INTEGER PRIMARY KEY, space INTEGER NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, json TEXT NOT NULL, UNIQUE (space, name));
CREATE TABLE blob (blob INTEGER PRIMARY KEY, sha256 TEXT UNIQUE, md5 TEXT, length INTEGER, state INTEGER NOT NULL, at_us INTEGER NOT NULL);
CREATE INDEX blob_by_md5 ON blob (md5);
CREATE TABLE gone (seq INTEGER PRIMARY KEY, doc INTEGER NOT NULL, space TEXT NOT NULL, id TEXT NOT NULL);
PRAGMA application_id = 1398893939;
PRAGMA user_version = 3;
INSERT INTO meta VALUES (1, '5b2b9d5e-4a39-4a3c-9d2e-3f6b3c1d2e4f', 12345, 3, 1764000000000000);
INSERT INTO space (space, name, uuid) VALUES (1, 'mine', '0d9a4ad4-3f3c-4f7e-8f0e-8f7a2a9f3c11');
INSERT INTO body VALUES (1, '{"n":1}', NULL);
INSERT INTO body VALUES (2, '{"n":2}', NULL);
INSERT INTO body VALUES (3, '{"n":3}', '{"a":{"digest":"md5-x","revpos":1}}');
-- a: 1-aa.. and on it 2-bb.. · b: 1-cc..
INSERT INTO document VALUES (1, 1, 'a', 2, 0, 1, 2, x'01020e01aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0180809296a896a2060a01bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb02d00f');
INSERT INTO document VALUES (2, 1, 'b', 3, 0, 1, 3, x'01010e01cccccccccccccccccccccccccccccccc0380809296a896a206');
INSERT INTO working_copy VALUES (1, 1, 'c', NULL, '{"n":4}', 1764000000000000);
INSERT INTO local VALUES (1, 0, 'identity', 1, '{"n":5}');
COMMIT;
