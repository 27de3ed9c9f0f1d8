#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main walk, by keyboard only. test_walk.py [nb|nn]; in Nynorsk English words of our own are faults, too."""
import re
import sys

import display

SESSION = display.in_session()
import steps  # noqa: E402
import tap  # noqa: E402

# Words that English has and Norwegian has not, and that our own strings are full of.
ENGLISH = re.compile(r'\b(?:the|and|what|with|your|you|have|this|from|which|save|saved|need|needs|how|who|when|their|before|page|new)\b', re.IGNORECASE)


def main(language):
    with display.Display(1800, 1060) as screen:
        display.settings()
        walk = steps.Steps(SESSION / 'profile', SESSION / 'out', None, language,
                           municipality={'nb': 'Øyer', 'nn': 'Stad'}[language])
        english = {}

        def then_look(name, function):
            def run():
                function()
                if language != 'en' and walk.program.process.poll() is None:
                    for said in walk.program.words():
                        if ENGLISH.search(said):
                            english.setdefault(said, name)
            return run

        def accessible():
            assert not walk.here.faults, '\n'.join(sorted(set(walk.here.faults)))

        def norwegian():
            assert not english, '\n'.join(f'{said!r} ({where})' for said, where in english.items())

        try:
            return tap.run_steps([(name, then_look(name, function)) for name, function in walk.list()] + [
                ('everything that can have the focus has a name', accessible),
                ('no English words of ours on the screen', norwegian),
            ], tap.evidence(screen, lambda: walk.program, f'walk-{language}'))
        finally:
            walk.here.close()


sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else 'nb'))
