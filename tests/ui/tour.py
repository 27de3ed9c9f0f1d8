#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program in a display that nobody sees, driven by keyboard: a picture a step into _tour, a line printed for each.

  tour.py [WORD…]    all of it, or the parts whose name contains a word: walk, together, sample, dark, contrast, large, narrow, nynorsk

The pictures come out of the program as it is. Exit code 1 when a part could not be gone through.
"""
import os
import subprocess
import sys
import traceback
from pathlib import Path

import display

SESSION = display.in_session()
import steps  # noqa: E402
import together  # noqa: E402
import walk  # noqa: E402

TOUR = Path(os.environ.get('SAMSPILL_TOUR', display.TOP / '_tour'))


class Album:
    """Numbers the pictures and says what is on them."""

    def __init__(self, screen):
        self.screen, self.number = screen, 0

    def path(self, name):
        self.number += 1
        return TOUR / f'{self.number:02}-{name}.png'

    def add(self, name, sentence, program):
        program.settle()
        path = self.path(name)
        self.screen.picture(path)
        self.say(path, sentence)

    def say(self, path, sentence):
        print(f'{path.relative_to(TOUR.parent)}  {sentence}', flush=True)


def main_walk(album):
    walked = steps.Steps(SESSION / 'walk', SESSION / 'out', album)
    try:
        walked.all()
    except Exception:
        album.screen.picture(TOUR / 'failed-walk.png', trim=False)
        raise
    finally:
        walked.here.close()


def together_part(album):
    here = together.Together(SESSION / 'together', album)
    try:
        here.all()
    except Exception:
        album.screen.picture(TOUR / 'failed-together.png', trim=False)
        raise
    finally:
        here.close()


def sample_part(album, name, language='nb', size='1240x820', **settings):
    """The same screens with the sample data, in another dress."""
    display.settings(**settings)
    subprocess.run(['gsettings', 'set', 'no.samspill.Samspill', 'filter', 'all'], check=True)
    here = walk.Walk(SESSION / f'sample-{language}', language, size, ['--sample'])
    p = here.start()
    try:
        if p.wait(lambda: p.look('text', here.say('Municipality or organisation number')) or p.look('list', here.say('Places'))
                  or p.look('grouping'), 'a window') and p.look('text', here.say('Municipality or organisation number')):
            here.introduce_oneself()
            here.begin()
        here.open_place(2, 'Needs')
        here.search('vann')
        album.add(f'{name}-list', 'the needs, searched as one types', p)
        here.open_first()
        album.add(f'{name}-page', 'a need as a page', p)
        p.key('F2')
        album.add(f'{name}-edit', 'the same page, edited in place', p)
        p.key('Escape')
        if name == 'sample':
            here.open_place(3, 'Proposals')
            here.open_first()
            album.add(f'{name}-proposal', 'a proposal', p)
            here.open_place(4, 'Cases')
            here.open_first()
            album.add(f'{name}-case', 'a case: what was tried, and what came of it', p)
            p.key('ctrl+k')
            p.type('vann')
            album.add(f'{name}-find', 'Ctrl+K finds everything and every command', p)
            p.key('Escape')
            here.open_place(1, 'Home')
            album.add(f'{name}-home', 'home', p)
            p.key('ctrl+comma')
            album.add(f'{name}-preferences', 'the preferences', p)
            p.key('Escape')
            p.key('ctrl+question')
            album.add(f'{name}-shortcuts', 'the shortcuts', p)
            p.key('Escape')
    except Exception:
        album.screen.picture(TOUR / f'failed-{name}.png', trim=False)
        raise
    finally:
        here.close()


PARTS = [
    ('walk', main_walk),
    ('together', together_part),
    ('sample', lambda album: sample_part(album, 'sample')),
    ('dark', lambda album: sample_part(album, 'dark', dark=True)),
    ('contrast', lambda album: sample_part(album, 'contrast', contrast=True)),
    ('large', lambda album: sample_part(album, 'large', scale=1.5)),
    ('narrow', lambda album: sample_part(album, 'narrow', size='360x720')),
    ('nynorsk', lambda album: sample_part(album, 'nynorsk', language='nn')),
]


def main(wanted):
    TOUR.mkdir(exist_ok=True)
    if not wanted:
        for old in TOUR.glob('*.png'):
            old.unlink()
    failed = []
    with display.Display(1800, 1060) as screen:
        album = Album(screen)
        for name, part in PARTS:
            if wanted and not any(word in name for word in wanted):
                continue
            display.settings()
            try:
                part(album)
            except Exception as error:
                failed.append(name)
                print(f'FAIL  {name}: {error}', flush=True)
                traceback.print_exc(file=sys.stderr)
    print(f'{album.number} pictures in {TOUR}' + (f', {len(failed)} parts not gone through' if failed else ''))
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
