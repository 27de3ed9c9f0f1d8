# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be in a file, and what must not: licences, paths of one machine, unfinished words."""
import re
from pathlib import Path

COMMENTED = ('.c', '.h', '.py', '.sh', '.build', '.ui', '.css', '.js', '.html', '.svg', '.xml', '.xml.in', '.desktop.in', '.yml', '.toml')
MACHINE = re.compile(r'(?<![\w.])/(?:work|root|farm)/\w|/home/\w+/|artifact-registry|\b(?:10|192\.168|172\.16)\.\d+\.\d+\b'
                     r'|(?:registry|proxy|mirror)[\w.-]*\.(?:internal|local|corp)\b|\.\./shared/')
UNFINISHED = re.compile(r'\b(?:TODO|FIXME|XXX)\b|[Ll]orem ipsum')
HERE = 'tests/checks/words.py'


def add(check, top, build, run, tracked):
    def text(path):
        return (top / path).read_text(encoding='utf-8', errors='replace')

    @check('every source file names its licence')
    def licences():
        faults = []
        for path in tracked():
            head = text(path)[:600] if path.endswith(COMMENTED) or (top / path).stat().st_mode & 0o100 else None
            if head is not None and 'SPDX-License-Identifier:' not in head:
                faults.append(path)
        covered = (top / 'REUSE.toml')
        return faults if covered.exists() else faults + ['REUSE.toml is missing']

    @check('nothing names a machine, its folders or its package mirrors')
    def machines():
        return [f'{path}:{number}: {line.strip()[:90]}' for path in tracked() if path not in (HERE, 'LICENSE')
                for number, line in enumerate(text(path).splitlines(), 1) if MACHINE.search(line)]

    @check('nothing is marked as unfinished')
    def unfinished():
        return [f'{path}:{number}: {line.strip()[:90]}' for path in tracked('.c', '.h', '.py', '.ui', '.build', '.css', '.js', '.md')
                if path != HERE
                for number, line in enumerate(text(path).splitlines(), 1) if UNFINISHED.search(line)]

    @check('a folder includes only what the house plan lets it')
    def layers():
        may = {
            'base': '', 'domain': 'base', 'store': 'base', 'search': 'store domain base', 'profile': 'store search domain base',
            'pages': 'domain base', 'sync': 'store domain base', 'httpd': 'base', 'registry': 'httpd store base', 'server': 'registry httpd store base',
            'cli': 'sync profile pages store search domain base', 'app': 'sync profile pages store search domain base',
        }
        owner = {Path(path).name: path.split('/')[1] for path in tracked('.h') if path.startswith('src/')}
        faults = []
        for path in tracked('.c', '.h'):
            if not path.startswith('src/'):
                continue
            folder = path.split('/')[1]
            for name in re.findall(r'#include "([^"]+)"', text(path)):
                there = owner.get(Path(name).name, folder)
                if there != folder and there not in may.get(folder, there).split():
                    faults.append(f'{path}: {name} is in {there}')
        return faults
