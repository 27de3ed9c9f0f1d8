#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 during 200 saves: what the screen had shown as saved is there afterwards.

One types a word at a time into a need. After some words the screen says that all is saved: from then on these words are
promised. Every twenty saves the program is killed in the middle of the next word, with a save on its way, and is started
again on the same profile."""
import random
import re
import sys

import display

SESSION = display.in_session()
import tap  # noqa: E402
import walk  # noqa: E402
from driver import text_of  # noqa: E402

SAVES, ROUNDS = 200, 10


class Typist:
    def __init__(self):
        self.here = walk.Walk(SESSION / 'profile', size='1240x800')
        self.saved = re.compile('^' + re.escape(self.here.say('Saved %s')).replace('%s', '.+') + '$')
        self.rng = random.Random(9)
        self.promised, self.typed, self.saves = [], 0, 0
        self.label = 'What goes wrong today'

    def begin(self):
        self.here.start()
        self.here.introduce_oneself()
        self.here.begin()
        self.here.program.key('ctrl+n')
        self.field()

    def field(self):
        return self.here.program.focus_is('text', self.here.say(self.label))

    def type_and_save(self, field, state):
        """One word, and wait until the screen says that it is saved."""
        p = self.here.program
        word = f'ord{self.typed:03}'
        self.typed += 1
        p.type(word + ' ')
        p.wait(lambda: word in text_of(field), f'{word} on the screen')
        p.wait(lambda: self.saved.search(state.get_name()), 'the screen to say that it is saved')
        self.promised.append(word)
        self.saves += 1

    def round(self):
        p = self.here.program
        field = self.field()
        state = p.find('label', re.compile(self.saved.pattern + '|^' + re.escape(self.here.say('Saved as you write')) + '$'))
        for _ in range(SAVES // ROUNDS):
            self.type_and_save(field, state)
        p.type(f'halv{self.typed}'[:self.rng.randint(1, 6)])  # a save is under way, or is not: both must do
        p.kill()
        self.here.close()
        needs = walk.ctl_json(SESSION / 'profile', 'list', 'need', '--space', 'mine')
        assert len(needs) == 1, f'{len(needs)} needs in “mine”'
        self.here.start()
        self.here.open_place(2, 'Needs')
        self.here.open_first()
        p = self.here.program
        text = p.wait(lambda: next((t for t in (text_of(n) for n in p.look('text')) if 'ord000' in t), None), 'the need as it was')
        lost = [word for word in self.promised if word not in text]
        assert not lost, f'shown as saved and lost: {", ".join(lost)}'
        p.key('F2')
        p.focus_is('text', self.here.say('The need as a question'))
        p.tab_to('text', self.here.say(self.label))
        p.key('ctrl+End')

    def sound(self):
        assert self.saves == SAVES, self.saves
        self.here.program.key('ctrl+q')
        self.here.program.process.wait(40)
        said = walk.ctl(SESSION / 'profile', 'check')
        assert said, 'check says something when all is well'


def main():
    with display.Display(1300, 900) as screen:
        display.settings()
        typist = Typist()
        steps = [('a need is begun', typist.begin)]
        steps += [(f'killed after {(n + 1) * SAVES // ROUNDS} saves: nothing that was shown as saved is lost', typist.round)
                  for n in range(ROUNDS)]
        steps.append(('the store is sound after ten kills', typist.sound))
        try:
            return tap.run_steps(steps, tap.evidence(screen, lambda: typist.here.program, 'kill'))
        finally:
            typist.here.close()


sys.exit(main())
