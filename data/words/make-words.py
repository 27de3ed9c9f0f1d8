#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the tables behind src/domain/samspill-words.c from the translations.

    make-words.py MSGFMT OUT nb=FILE.po nn=FILE.po

A file that does not exist gives an empty table. Of plurals, `msgid` stands for one and `msgid_plural` for several.
"""

import gettext
import json
import pathlib
import subprocess
import sys
import tempfile


def read(msgfmt, path):
    if not pathlib.Path(path).exists():
        return {}
    with tempfile.NamedTemporaryFile(suffix=".mo") as compiled:
        subprocess.run([msgfmt, "-o", compiled.name, path], check=True)
        with open(compiled.name, "rb") as file:
            return gettext.GNUTranslations(file)._catalog


def plurals(path):
    """msgid → msgid_plural; the compiled file does not tell."""
    pairs, last, key = {}, "", None
    parts = {}
    if not pathlib.Path(path).exists():
        return pairs
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines() + [""]:
        word = line.split(" ", 1)[0]
        if word in ("msgctxt", "msgid", "msgid_plural") or word.startswith("msgstr"):
            key = word
            parts[key] = ""
            line = line[len(word):]
        elif not line.startswith('"'):
            if "msgid_plural" in parts:
                context = parts["msgctxt"] + "\004" if "msgctxt" in parts else ""
                pairs[context + parts["msgid"]] = context + parts["msgid_plural"]
            parts, key = {}, None
            continue
        if key and line.strip():
            parts[key] += json.loads(line.strip())
    return pairs


def table(msgfmt, path):
    several = plurals(path)
    words = {}
    for key, text in read(msgfmt, path).items():
        if isinstance(key, tuple):
            msgid, number = key
            key = msgid if number == 0 else several.get(msgid, "") if number == 1 else ""
        if key and text:
            words[key] = text
    return sorted(words.items(), key=lambda word: word[0].encode())


def c_string(text):
    return json.dumps(text, ensure_ascii=False).replace("\\u0004", "\\004")


def main():
    msgfmt, out, *files = sys.argv[1:]
    lines = ["/* Made by data/words/make-words.py from the translations in po/. */"]
    for item in files:
        lang, path = item.split("=", 1)
        lines.append(f"static const Word words_{lang}[] = {{")
        lines += [f"  {{ {c_string(key)}, {c_string(text)} }}," for key, text in table(msgfmt, path)]
        lines += ["  { NULL, NULL },", "};"]
    pathlib.Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
