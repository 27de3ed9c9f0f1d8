#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connecting, publishing, two versions: by keyboard, with a real registry on this computer."""
import sys

import display

SESSION = display.in_session()
import tap  # noqa: E402
import together  # noqa: E402


def main(language):
    with display.Display(1500, 1000) as screen:
        display.settings()
        here = together.Together(SESSION / 'together', language=language)

        def accessible():
            faults = here.kari.faults + here.per.faults
            assert not faults, '\n'.join(sorted(set(faults)))

        try:
            return tap.run_steps(here.list() + [('everything that can have the focus has a name', accessible)],
                                 tap.evidence(screen, lambda: here.program, 'together'))
        finally:
            here.close()


sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else 'nb'))
