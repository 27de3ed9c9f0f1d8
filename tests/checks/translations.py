# SPDX-License-Identifier: GPL-3.0-or-later
"""Every string is marked, listed, translated and spelt."""
import re
import subprocess
import tempfile
from pathlib import Path

NEVER = re.compile(r'\bconflict|konflikt|\bregister(?:et|a)?\b', re.IGNORECASE)  # two versions; a registry is a tjener
LANGUAGES = {'nb': 'nb_NO', 'nn': 'nn_NO'}
MARKED = {
    '.c': re.compile(r'(?<![\w"])(?:N?C?_|g_dn?gettext|ngettext|g_dpgettext2?|g_dngettext)\s*\('),
    '.h': re.compile(r'(?<![\w"])(?:N?C?_)\s*\(\s*"'),
    '.ui': re.compile(r'translatable="(yes|true|1)"'),
    '.js': re.compile(r'(?<!\w)_\("'),
}


def read_po(path, kinds='msgstr'):
    """Yield the msgstr (or msgid) of each entry, unescaped."""
    text = subprocess.run(['msgcat', '--no-wrap', '--no-location', path], text=True, capture_output=True, check=True).stdout
    for entry in text.split('\n\n'):
        strings = re.findall(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"$', entry, re.MULTILINE)
        if strings and strings[0][1]:
            yield [s.replace('\\n', '\n').replace('\\"', '"') for kind, s in strings if kind.startswith(kinds)]


def add(check, top, build, run, tracked):
    listed = [line for line in (top / 'po/POTFILES.in').read_text(encoding='utf-8').splitlines() if line and line[0] != '#']

    def template(folder):
        pot = Path(folder) / 'samspill.pot'
        subprocess.run([top / 'po/update', '--template', pot], check=True, text=True, capture_output=True)
        return pot

    @check('POTFILES.in names every file with text for people')
    def potfiles():
        faults = [f'{path}: listed, but not there' for path in listed if not (top / path).exists()]
        if listed != sorted(listed):
            faults.append('po/POTFILES.in is not sorted')
        for path in tracked(*MARKED):
            if path.startswith('tests/') or path in listed:
                continue
            text = re.sub(r'^\s*#.*$', '', (top / path).read_text(encoding='utf-8'), flags=re.MULTILINE)
            if MARKED[Path(path).suffix].search(text):
                faults.append(f'{path}: has text for people and is not listed')
        return faults

    @check('no text says what a caseworker does not say')
    def words():
        return [f'{language}: {text}' for language in LANGUAGES for kind in ('msgid', 'msgstr')
                for strings in read_po(top / f'po/{language}.po', kind) for text in strings if NEVER.search(text)]

    for language, dictionary in LANGUAGES.items():
        po = top / f'po/{language}.po'

        @check(f'{language}: translation is complete, current and well formed')
        def complete(po=po):
            if not po.exists():
                return [f'{po.relative_to(top)} is missing']
            code, faults = run('msgfmt', '--check', '--output-file=/dev/null', str(po))
            if code:
                return faults
            with tempfile.TemporaryDirectory() as folder:
                merged = Path(folder) / 'merged.po'
                subprocess.run(['msgmerge', '--quiet', '--no-fuzzy-matching', f'--output-file={merged}', str(po), str(template(folder))],
                               check=True)
                for what in ('--untranslated', '--only-fuzzy'):
                    left = run('msgattrib', what, '--no-obsolete', '--no-wrap', str(merged))[1]
                    strings = [line for line in left if re.match(r'msgid(_plural)? "."?', line) and line != 'msgid ""']
                    faults += [f'{what[2:]}: {line}' for line in strings]
            return faults

        @check(f'{language}: translation is spelt as the dictionary spells')
        def spelling(po=po, language=language, dictionary=dictionary):
            if not po.exists():
                return [f'{po.relative_to(top)} is missing']
            own = top / f'po/words-{language}.txt'
            known = {w.strip().lower() for w in own.read_text(encoding='utf-8').splitlines()} if own.exists() else set()
            words = set()
            for strings in read_po(po):
                for text in strings:
                    text = re.sub(r'<[^>]*>|--[a-z-]+|%\d*\$?[-+\' 0-9.]*[a-zA-Z]+|\{[^}]*\}|&\w+;|https?://\S+|\S+@\S+|\S+\.\w{2,4}\b', ' ', text).replace('_', '')
                    words.update(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text))
            wrong = run('hunspell', '-d', dictionary, '-i', 'UTF-8', '-l', stdin='\n'.join(sorted(words)) + '\n')[1]
            return [f'not in the dictionary, nor in {own.name}: {word}' for word in sorted(set(wrong)) if word.lower() not in known]
