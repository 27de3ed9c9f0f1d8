# SPDX-License-Identifier: GPL-3.0-or-later
"""What a caseworker does, by keyboard only: the verbs that tests, tour and benchmarks share."""
import json
import os
import re
import subprocess
from pathlib import Path

from driver import Atspi, Program, describe, has_state, text_of
from driver import walk as walk_nodes
from tap import words

MUNICIPALITY = 'Øyer'


class Walk:
    """A program and the person at its keyboard."""

    def __init__(self, profile, language='nb', size='1240x820', arguments=()):
        self.profile, self.language, self.size = Path(profile), language, size
        self.arguments = list(arguments)
        self.say = words(language)
        self.program = None
        self.faults = []
        self.notes = []

    def start(self):
        command = os.environ.get('SAMSPILL_COMMAND', 'samspill').split()
        self.program = Program(*command, '--profile', str(self.profile), '--size', self.size, *self.arguments, language=self.language)
        return self.program

    def close(self):
        if self.program is not None:
            self.program.close()

    def look_around(self, where):
        """Note what would be missed by somebody who does not see the screen."""
        self.faults += [f'{where}: {fault}' for fault in self.program.lint()]

    def note(self, what):
        self.notes.append(what)

    # --- first run ---

    def introduce_oneself(self, municipality=MUNICIPALITY, sample=False):
        p, say = self.program, self.say
        p.focus_is('text', say('Municipality or organisation number'))
        p.type(municipality)
        p.find('list item', municipality)
        p.key('Down')
        p.focus_is('list item', municipality)
        p.key('Return')
        p.wait(lambda: not text_of(p.find('text', say('Municipality or organisation number'))), 'the municipality to be taken')
        if sample:
            p.tab_to('check box', say('Show samples'))
            p.key('space')
        p.tab_to('button', say('Begin'))

    def begin(self):
        self.program.key('Return')
        self.program.find('list', self.say('Places'))

    def focus_in(self, node):
        return next((n for n in walk_nodes(node) if has_state(n, Atspi.StateType.FOCUSED)), None)

    def choose_file(self, path, title=None):
        """Answer a file dialog. GTK's own completes paths while one types, which garbles fast typing: hence the text is put
        into its field in one piece."""
        p = self.program
        dialog = p.find('dialog', title)
        here = p.wait(lambda: self.focus_in(dialog), 'the focus in the file dialog')
        if here.get_role_name() != 'text':  # a dialog that opens: a path begins with a slash
            p.key('slash')
        field = p.focus_is('text')
        Atspi.EditableText.set_text_contents(field, str(path))
        p.wait(lambda: text_of(field) == str(path), 'the path')
        p.key('Return')

    # --- places and lists ---

    def go(self, number, title):
        """Alt+number goes to a place; its list or page is there when its title is."""
        self.program.key(f'alt+{number}')
        self.program.find('label', self.say(title))

    def open_place(self, number, title):
        """The same, and wait until its list has rows."""
        self.go(number, title)
        if number > 1:
            self.program.wait(self.rows, f'rows in {title}')

    def open_first(self):
        """From a list: the first row is shown as a page."""
        p = self.program
        rows = self.rows()
        p.key('F6')
        for _ in range(4):
            here = p.focused()
            if here is not None and here.get_name() in rows:
                break
            p.key('F6')
            p.settle(0.05, 1)
        p.key('Home')
        p.key('Return')

    def do(self, label):
        """Ctrl+K finds every command by its name."""
        p, words_of_it = self.program, self.say(label)
        p.key('ctrl+k')
        p.focus_is(None, self.say('Find or do anything'))
        p.type(words_of_it)
        p.find('list item', re.compile(re.escape(words_of_it)), p.find('dialog', self.say('Find or do anything')))
        p.key('Return')

    def search(self, text):
        p = self.program
        p.key('ctrl+f')
        p.focus_is(None, self.say('Search this list'))
        p.key('ctrl+a')
        p.type(text)

    def rows(self):
        """The titles in the list that is shown; those of the places are not among them."""
        p = self.program
        places = p.look('list', self.say('Places'))
        inside_places = {node.get_name() for place in places for node in p.look('list item', None, place)}
        return [name for name in (node.get_name() for node in p.look('list item')) if name and name not in inside_places]


def introduce(profile, language='nb'):
    """Do the first run on a new profile, without looking."""
    if (Path(profile) / '.introduced').exists():
        return
    walk = Walk(profile, language)
    walk.start()
    try:
        walk.introduce_oneself()
        walk.begin()
        walk.program.key('ctrl+q')
        walk.program.process.wait(20)
    finally:
        walk.close()
    (Path(profile) / '.introduced').touch()


def ctl(profile, *arguments):
    """Run samspillctl on a profile and return what it printed."""
    return subprocess.run(['samspillctl', '--profile', str(profile), *arguments], check=True, capture_output=True, text=True).stdout


def ctl_json(profile, *arguments):
    return [json.loads(line) for line in ctl(profile, *arguments, '--json').splitlines() if line.strip()]


__all__ = ['MUNICIPALITY', 'Walk', 'ctl', 'ctl_json', 'describe', 'introduce', 're', 'text_of']
