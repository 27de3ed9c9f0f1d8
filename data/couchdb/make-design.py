#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a CouchDB design document of a rule: make-design.py OUT data/rules/KIND.js

The comment before the function stays behind, but for its version: CouchDB wants a function expression.
"""

import json
import pathlib
import re
import sys

def main():
    out, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    found = re.match(r'/\*(.*?)\*/\s*(function .*?)\s*\Z', source.read_text(encoding='utf-8'), re.DOTALL)
    version = found and re.search(r'^ \* version: (\d+)$', found[1], re.MULTILINE)
    if not version:
        sys.exit(f'{source}: begins with a comment that has the version, then the function')
    design = {
        '_id': f'_design/samspill-{source.stem}',
        'language': 'javascript',
        'version': int(version[1]),
        'validate_doc_update': found[2],
    }
    out.write_text(json.dumps(design, ensure_ascii=False, indent=2) + '\n', encoding='utf-8')

main()
