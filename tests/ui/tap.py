# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that build on each other, reported as TAP. After the first one that fails the rest counts as failed, too."""
import gettext
import sys
import traceback
from pathlib import Path

from display import BUILD


def words(language):
    """The translator of our own strings, as the program uses it: words ("nb") ("New need") is "Nytt behov"."""
    languages = {'nb': ['nb', 'nn'], 'nn': ['nn', 'nb'], 'en': []}[language]
    catalogue = gettext.translation('samspill', localedir=BUILD / 'po', languages=languages, fallback=True)

    def translate(text, context=None):
        return catalogue.pgettext(context, text) if context else catalogue.gettext(text)
    return translate


def run_steps(steps, on_failure=None):
    """Run [(name, function)…] and return an exit code. on_failure (name) may leave a picture."""
    print(f'1..{len(steps)}', flush=True)
    broken = None
    for number, (name, function) in enumerate(steps, 1):
        if broken:
            print(f'not ok {number} {name}\n# not reached, because “{broken}” failed', flush=True)
            continue
        try:
            function()
            print(f'ok {number} {name}', flush=True)
        except Exception as error:
            broken = name
            print(f'not ok {number} {name}', flush=True)
            for line in f'{type(error).__name__}: {error}'.splitlines():
                print(f'# {line}', flush=True)
            traceback.print_exc(file=sys.stderr)
            if on_failure:
                try:
                    for line in on_failure(name):
                        print(f'# {line}', flush=True)
                except Exception as also:
                    print(f'# no picture: {also}', flush=True)
    return 1 if broken else 0


def evidence(display, program, stem):
    """For run_steps: a picture and the tree of what was on the screen, beside the logs."""
    def leave(_name):
        folder = BUILD / 'logs'
        folder.mkdir(parents=True, exist_ok=True)
        running = program()
        tree = folder / f'{stem}.tree.txt'
        if running is not None:
            tree.write_text(running.tree() + '\n\n' + '\n'.join(running.said()), encoding='utf-8')
        display.picture(folder / f'{stem}.png', trim=False)
        return [f'see {Path(folder / stem)}.png and {tree.name}']
    return leave
