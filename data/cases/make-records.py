#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes records of the real cases, published needs and programmes in this folder.

    make-records.py OUT FILE.json…

One record a line. Ids stay as they are. A text in two languages becomes a plain string in the language of the record, and
the other one goes to `translations` under the same names; where the record's own language has none, the text stands only
there. What the sources do not tell is left out.
"""

import json
import pathlib
import sys

MADE = {"at": "2026-11-24T12:00:00Z", "by": "shipped"}
RENAMED = {"summary": "problem"}
LANGUAGES = {"nb", "nn"}
LEFT_OUT = (None, [], {})


def is_text(value):
    return isinstance(value, dict) and value and set(value) <= LANGUAGES


def flatten(value, lang, others):
    """The value in one language; fills `others` with the same shape in the other."""
    if is_text(value):
        for other, text in value.items():
            if other != lang:
                others[other] = text
        return value.get(lang)
    if isinstance(value, dict):
        result = {}
        for key, member in value.items():
            below = {}
            flat = flatten(member, lang, below)
            if flat not in LEFT_OUT:
                result[key] = flat
            for other, text in below.items():
                others.setdefault(other, {})[key] = text
        return result
    if isinstance(value, list):
        # A list has no names to put another language under: the text that there is.
        return [flatten_element(element, lang) for element in value]
    return value


def flatten_element(element, lang):
    if is_text(element):
        return element.get(lang) or next(iter(element.values()))
    if isinstance(element, dict):
        return {key: flatten_element(member, lang) for key, member in element.items() if member not in LEFT_OUT}
    return element


def valid_number(number):
    if not (isinstance(number, str) and number.isdigit() and len(number) == 9):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, (3, 2, 7, 6, 5, 4, 3, 2)))
    return (11 - total % 11) % 11 == int(number[8])


def owner_of(item):
    bodies = [body for body in item.get("buyers", item.get("owners", [])) if isinstance(body, dict)]
    leading = [body for body in bodies if body["role"] == "leading"]
    return leading[0]["orgnr"] if len(leading) == 1 and valid_number(leading[0]["orgnr"]) else None


def record_of(item):
    lang = item["lang"]
    record = {"_id": item["id"], "type": item["id"].split(":")[0], "schema": 1}
    owner = owner_of(item)
    if owner:
        record["owner"] = owner
    record |= {"created": MADE, "changed": MADE, "lang": lang}
    others = {}
    texts = {RENAMED.get(key, key): value for key, value in item.items() if key not in ("id", "lang")}
    record |= flatten(texts, lang, others)
    if others:
        record["translations"] = others
    return record


def main():
    out, *files = sys.argv[1:]
    records = [record_of(item) for file in files for item in json.loads(pathlib.Path(file).read_text(encoding="utf-8"))]
    records.sort(key=lambda record: record["_id"])
    with open(out, "w", encoding="utf-8") as stream:
        for record in records:
            stream.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
