#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes C of the record types in this folder.

    generate.py --table OUT    the property table (src/domain/samspill-schema.h says what it holds)
    generate.py --strings OUT  the texts alone, each in N_(), for xgettext (see README.md)
"""

import argparse
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
TYPES = ["need", "pitch", "case", "programme", "organisation", "file", "note"]
TEXTS = {"x-label", "x-help", "x-good", "x-bad", "x-unit"}
FLAGS = {"x-handing": "FOR_HANDING", "x-publishing": "FOR_PUBLISHING", "x-internal": "INTERNAL"}
KNOWN = TEXTS | set(FLAGS) | {"x-kind", "x-group", "x-weight"} | {
    "$ref", "type", "properties", "items", "oneOf", "pattern", "minLength", "maxLength", "maxItems", "minimum", "maximum"}
MAX_LENGTH = {"STRING": 300, "TEXT": 20000, "STRINGS": 50, "OBJECTS": 50, "DATE": 10, "ID": 200}


class Fault(Exception):
    """Something in a schema that would make a wrong table."""


def load(name):
    with open(HERE / name, encoding="utf-8") as file:
        return json.load(file)


def resolve(node, document, documents):
    """A node with what its $ref points at filled in; what stands beside the $ref wins."""
    while "$ref" in node:
        name, pointer = node["$ref"].split("#")
        document = documents[name] if name else document
        target = document
        for step in pointer.strip("/").split("/"):
            target = target[step]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        if "$ref" in target:
            node["$ref"] = target["$ref"]
    return node, document


class Field:
    def __init__(self, name, node, document, documents, where, flags=()):
        node, document = resolve(node, document, documents)
        self.where = f"{where}.{name}"
        unknown = set(node) - KNOWN
        if unknown:
            raise Fault(f"{self.where}: unknown keyword {sorted(unknown)}")
        if "x-label" not in node:
            raise Fault(f"{self.where}: has no x-label")
        self.name, self.node = name, node
        self.kind = self.find_kind()
        self.flags = list(flags) + [flag for key, flag in FLAGS.items() if node.get(key)]
        self.choices = [(str(choice["const"]), choice["title"]) for choice in node.get("oneOf", [])]
        shape = node.get("items", node) if self.kind == "OBJECTS" else node
        shape, document = resolve(shape, document, documents)
        self.fields = [Field(key, value, document, documents, self.where)
                       for key, value in shape.get("properties", {}).items()]

    def find_kind(self):
        node, kind = self.node, self.node.get("type")
        if "x-kind" in node:
            return node["x-kind"].upper()
        if kind == "integer":
            return "INTEGER"
        if "oneOf" in node:
            return "CHOICE"
        if kind == "array":
            return "STRINGS" if node["items"].get("type") == "string" else "OBJECTS"
        return {"string": "STRING", "boolean": "BOOLEAN", "object": "OBJECT"}.get(kind, "ANY")

    @property
    def max_length(self):
        return self.node.get("maxLength", self.node.get("maxItems", MAX_LENGTH.get(self.kind, 0)))


def c_string(text):
    if text is None:
        return "NULL"
    return json.dumps(text, ensure_ascii=False)


def c_name(where):
    return where.replace(".", "_").replace("-", "_")


class Type:
    def __init__(self, name, documents):
        self.name, self.schema = name, documents[f"{name}.json"]
        common = documents["common.json"]
        envelope = common["$defs"]["envelope"]
        groups = self.schema.get("x-groups", [])
        self.groups = groups
        self.fields = []
        for key, node in self.schema["properties"].items():
            flags = ["REQUIRED"] if key in self.schema["required"] else []
            self.fields.append(Field(key, node, self.schema, documents, name, flags))
        for key, node in envelope["properties"].items():
            flags = ["ENVELOPE"] + (["REQUIRED"] if key in envelope["required"] else [])
            self.fields.append(Field(key, node, common, documents, name, flags))
        self.check()

    def check(self):
        names = [field.name for field in self.fields]
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            raise Fault(f"{self.name}: {sorted(doubled)} stand in the envelope as well")
        missing = set(self.schema["required"]) - set(names)
        if missing:
            raise Fault(f"{self.name}: required, but not described: {sorted(missing)}")
        order = [group["name"] for group in self.groups]
        last = 0
        for field in self.fields:
            group = field.node.get("x-group")
            if group is None:
                continue
            if group not in order:
                raise Fault(f"{field.where}: there is no group “{group}”")
            if order.index(group) < last:
                raise Fault(f"{field.where}: fields stand in the order of their groups")
            last = order.index(group)


def write_choices(out, field):
    name = f"{c_name(field.where)}_choices"
    out.append(f"static const SamspillChoice {name}[] = {{")
    out += [f"  {{ {c_string(value)}, {c_string(label)} }}," for value, label in field.choices]
    out += ["  { NULL, NULL },", "};", ""]
    return name


def write_fields(out, where, fields):
    lines = []
    for field in fields:
        node = field.node
        choices = write_choices(out, field) if field.choices else "NULL"
        below = write_fields(out, field.where, field.fields) if field.fields else "NULL"
        flags = " | ".join(f"SAMSPILL_FIELD_{flag}" for flag in field.flags) or "SAMSPILL_FIELD_NONE"
        texts = [c_string(node.get(key)) for key in ("x-label", "x-help", "x-good", "x-bad", "x-unit", "x-group")]
        minimum = node.get("minimum", "-SAMSPILL_MAX_INTEGER")
        maximum = node.get("maximum", "SAMSPILL_MAX_INTEGER")
        lines.append(f"  {{ {c_string(field.name)}, SAMSPILL_FIELD_{field.kind}, {flags},\n    "
                     + ",\n    ".join(texts)
                     + f",\n    {node.get('x-weight', 0)}, {field.max_length}, {minimum}, {maximum}, "
                     + f"{c_string(node.get('pattern'))}, {choices}, {below} }},")
    name = f"{c_name(where)}_fields"
    out.append(f"static const SamspillField {name}[] = {{")
    out += lines
    out += ["  { .name = NULL },", "};", ""]
    return name


def table(types):
    out = ["/* Made by data/schema/generate.py from data/schema: change it there. */",
           '#include "samspill-schema.h"', "",
           "#define SAMSPILL_MAX_INTEGER G_GINT64_CONSTANT (9007199254740992)", ""]
    rows = []
    for record_type in types:
        fields = write_fields(out, record_type.name, record_type.fields)
        out.append(f"static const SamspillGroup {record_type.name}_groups[] = {{")
        for group in record_type.groups:
            texts = [c_string(group.get(key)) for key in ("name", "title", "question", "why", "good", "bad")]
            out.append("  { " + ",\n    ".join(texts) + " },")
        out += ["  { .name = NULL },", "};", ""]
        schema = record_type.schema
        rows.append(f"  {{ {c_string(record_type.name)}, {c_string(schema['title'])}, "
                    f"{c_string(schema['x-label-plural'])}, {schema['x-version']}, {fields}, {record_type.name}_groups }},")
    out += ["static const SamspillType schema_types[] = {"] + rows + ["};", ""]
    out += ["static const char *const schema_type_names[] = {"]
    out += [f"  {c_string(record_type.name)}," for record_type in types] + ["  NULL,", "};", ""]
    return "\n".join(out)


def field_strings(field):
    for key in sorted(TEXTS):
        if key in field.node:
            yield f"{field.where}: {key[2:]}", field.node[key]
    for value, label in field.choices:
        yield f"{field.where}: the choice {value}", label
    for below in field.fields:
        yield from field_strings(below)


def strings(types):
    found = {}
    for record_type in types:
        found.setdefault(record_type.schema["title"], f"{record_type.name}: one")
        found.setdefault(record_type.schema["x-label-plural"], f"{record_type.name}: several")
        for group in record_type.groups:
            for key in ("title", "question", "why", "good", "bad"):
                if key in group:
                    found.setdefault(group[key], f"{record_type.name}, group {group['name']}: {key}")
        for field in record_type.fields:
            for where, text in field_strings(field):
                found.setdefault(text, where)
    out = ["/* Made by data/schema/generate.py --strings from data/schema, for xgettext only. */"]
    for text, where in found.items():
        # "38 % of" is no format.
        out += [f"/* Translators: {where} */", "/* xgettext:no-c-format */", f"N_({c_string(text)});"]
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--table", metavar="OUT")
    what.add_argument("--strings", metavar="OUT")
    options = parser.parse_args()
    documents = {name: load(name) for name in ["common.json"] + [f"{name}.json" for name in TYPES]}
    try:
        types = [Type(name, documents) for name in TYPES]
    except Fault as fault:
        sys.exit(f"data/schema: {fault}")
    text = table(types) if options.table else strings(types)
    with open(options.table or options.strings, "w", encoding="utf-8") as out:
        out.write(text)


if __name__ == "__main__":
    main()
