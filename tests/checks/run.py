#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of form: one line of TAP each, what is wrong below it as comments.

  run.py [NAME…]    all checks, or those whose name contains a word
"""
import json
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
TOP = Path(__file__).resolve().parents[2]
BUILD = TOP / '_build'
CHECKS = []


def check(name):
    def add(function):
        CHECKS.append((name, function))
        return function
    return add


def run(*command, stdin=None, **options):
    """Return (exit code, lines of what it said)."""
    done = subprocess.run(command, cwd=TOP, input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    return done.returncode, done.stdout.splitlines()


def complaints(*command, **options):
    code, lines = run(*command, **options)
    return (lines or [f'{command[0]} ended with {code}']) if code else []


def tracked(*suffixes):
    """The project's own files: what git knows, and what it would if it were added."""
    listed = subprocess.run(['git', '-c', f'safe.directory={TOP}', 'ls-files', '--cached', '--others', '--exclude-standard'],
                            cwd=TOP, text=True, capture_output=True, check=True).stdout.splitlines()
    return [p for p in listed if (TOP / p).is_file() and (not suffixes or p.endswith(suffixes))]


@check('C is formatted as .clang-format says')
def clang_format():
    code, lines = run('clang-format', '--dry-run', '-Werror', *tracked('.c'))
    return sorted({line.split(':')[0] for line in lines if ': error:' in line} or ({'\n'.join(lines)} if code else set()))


@check('cppcheck finds nothing')
def cppcheck():
    work = BUILD / 'cppcheck'
    work.mkdir(parents=True, exist_ok=True)
    includes = [f'-I{folder.relative_to(TOP)}' for folder in (TOP / 'src').iterdir() if folder.is_dir()]
    return complaints(
        'cppcheck', '--quiet', '--error-exitcode=1', '--enable=warning,performance,portability', '--inline-suppr', '-j2',
        '--std=c11', '--library=gtk', f'--cppcheck-build-dir={work}', '--template={file}:{line}: {id}: {message}',
        # GLib's macros are more than it can read.
        '--suppress=unknownMacro', '--suppress=nullPointerArithmeticRedundantCheck', '--suppress=normalCheckLevelMaxBranches',
        '--suppress=nullPointerRedundantCheck', '--suppress=internalAstError', '--suppress=varFuncNullUB', '--suppress=nullPointerOutOfMemory', '--suppress=ctunullpointerOutOfMemory',
        # Ownership is handed on in ways that it does not follow; LeakSanitizer judges that.
        '--suppress=leakNoVarFunctionCall', '--suppress=memleak',
        '-DG_GNUC_PRINTF(a,b)=', '-DG_BEGIN_DECLS=', '-DG_END_DECLS=', '-DG_GNUC_BEGIN_IGNORE_DEPRECATIONS=',
        '-DG_GNUC_END_IGNORE_DEPRECATIONS=', *includes, 'src')


@check('shell scripts pass shellcheck')
def shellcheck():
    scripts = [p for p in tracked() if (TOP / p).read_bytes()[:40].split(b'\n')[0] in (b'#!/bin/bash', b'#!/bin/sh')]
    return complaints('shellcheck', '--severity=warning', '--format=gcc', *scripts)


@check('Python compiles')
def python_compiles():
    faults = []
    for path in tracked('.py'):
        try:
            compile((TOP / path).read_text(encoding='utf-8'), path, 'exec')
        except SyntaxError as error:
            faults.append(f'{path}:{error.lineno}: {error.msg}')
    return faults


@check('metainfo is valid')
def metainfo():
    return complaints('appstreamcli', 'validate', '--no-net', '--explain', str(BUILD / 'data/no.samspill.Samspill.metainfo.xml'))


@check('desktop file is valid')
def desktop_file():
    return complaints('desktop-file-validate', str(BUILD / 'data/no.samspill.Samspill.desktop'))


@check('settings schema is valid')
def settings_schema():
    return complaints('glib-compile-schemas', '--strict', '--dry-run', 'data')


@check('every JSON file parses, without duplicate keys')
def json_files():
    def no_duplicates(pairs):
        keys = [key for key, _ in pairs]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f'duplicate keys: {", ".join(sorted(twice))}')
        return dict(pairs)

    faults = []
    for path in tracked('.json'):
        if path.startswith('tests/'):
            continue
        try:
            json.loads((TOP / path).read_text(encoding='utf-8'), object_pairs_hook=no_duplicates)
        except ValueError as error:
            faults.append(f'{path}: {error}')
    return faults


@check('the systemd unit is valid')
def systemd_unit():
    unit = BUILD / 'samspill-registry.service'
    text = (BUILD / 'data/systemd/samspill-registry.service').read_text(encoding='utf-8')
    # It names the program where it will be installed.
    unit.write_text(re.sub(r'(?m)^ExecStart=\S+', f'ExecStart={BUILD}/src/server/samspill-registry', text), encoding='utf-8')
    return run('systemd-analyze', 'verify', '--man=no', '--generators=no', str(unit))[1]  # a key that it does not know is no error to it


@check('the icons are SVG that a renderer takes')
def icons():
    faults = []
    for path in tracked('.svg'):
        faults += complaints('rsvg-convert', '--output', str(BUILD / 'icon.png'), path)
    return faults


def load_parts():
    import translations
    import ui_files
    import words
    for module in (translations, ui_files, words):
        module.add(check, TOP, BUILD, run, tracked)


def main(wanted):
    load_parts()
    chosen = [(name, function) for name, function in CHECKS if not wanted or any(word in name for word in wanted)]
    failed = 0
    print(f'1..{len(chosen)}', flush=True)
    for number, (name, function) in enumerate(chosen, 1):
        start = time.monotonic()
        try:
            faults = function()
        except Exception as error:  # a check that cannot run has not passed
            faults = [f'{type(error).__name__}: {error}']
        print(f'{"not ok" if faults else "ok"} {number} {name}', flush=True)
        for fault in faults[:40]:
            print(f'#   {fault}', flush=True)
        if len(faults) > 40:
            print(f'#   and {len(faults) - 40} more')
        print(f'{time.monotonic() - start:5.1f} s  {name}', file=sys.stderr)
        failed += bool(faults)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
