#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program starts, takes a person in, shows what ships with it and ends; by keyboard, in Norwegian.

SAMSPILL_COMMAND   another way to start it, for the sandbox of Flatpak
"""
import os
import sys

import display

SESSION = display.in_session()
import tap  # noqa: E402
import walk  # noqa: E402


def main():
    if 'SAMSPILL_COMMAND' in os.environ:  # the sandbox has its own folders, below HOME
        os.environ['HOME'] = str(SESSION)
        for name in ('SAMSPILL_LOCALEDIR', 'SAMSPILL_DATA_DIR', 'GSETTINGS_SCHEMA_DIR'):
            os.environ.pop(name, None)
        folder = SESSION / '.var/app/no.samspill.Samspill/data/smoke'
    else:
        folder = SESSION / 'profile'
    here = walk.Walk(folder)

    with display.Display(1300, 900) as screen:
        display.settings()

        def first_run():
            here.start()
            here.look_around('first run')
            here.introduce_oneself()
            here.begin()

        def home():
            here.program.sees(walk.MUNICIPALITY)
            here.look_around('home')

        def cases():
            here.go(4, 'Cases')
            here.program.wait(lambda: len(here.rows()) > 5, 'more than five cases')
            here.program.key('Down')
            here.look_around('cases')

        def search():
            before = here.rows()
            here.search('lekkasje')
            here.program.wait(lambda: here.rows() and here.rows() != before, 'other rows')

        def shortcuts():
            here.program.key('ctrl+question')
            here.program.find('dialog', here.say('Keyboard shortcuts'))
            here.look_around('shortcuts')
            here.program.key('Escape')
            here.program.gone('dialog', here.say('Keyboard shortcuts'))

        def accessible():
            assert not here.faults, '\n'.join(sorted(set(here.faults)))

        def quits():
            here.program.key('ctrl+q')
            code = here.program.process.wait(20)
            assert code == 0, f'ended with {code}'

        def quiet():
            said = here.program.said()
            assert not said, '\n'.join(said)

        try:
            return tap.run_steps([
                ('first run: the municipality is found and taken', first_run),
                ('home names the municipality', home),
                ('the cases that ship are there', cases),
                ('a list is searched as one types', search),
                ('the shortcuts open and Escape closes them', shortcuts),
                ('everything that can have the focus has a name', accessible),
                ('Ctrl+Q ends the program', quits),
                ('nothing was written to the terminal', quiet),
            ], tap.evidence(screen, lambda: here.program, 'smoke'))
        finally:
            here.close()


sys.exit(main())
