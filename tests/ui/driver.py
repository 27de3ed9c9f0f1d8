# SPDX-License-Identifier: GPL-3.0-or-later
"""Drive a program through what a screen reader sees and a keyboard does.

Nothing here sleeps for a fixed time: every verb looks again until what it waits for is there, or a deadline has passed.
"""
import os
import re
import subprocess
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

from display import stop, until  # noqa: E402

TYPE_NAME = re.compile(r'^(Gtk|Adw|Gdk|Samspill)[A-Z]')
# Scrolled panes are focusable and have no name in GTK 4.18, nor have the list in a group of preferences without a title and
# the one in a combo row. Lists of our own are judged in their .ui files.
UNNAMED_IS_FINE = {'scroll pane', 'list', 'filler', 'viewport'}


def matches(node, role, name):
    try:
        if role is not None and node.get_role_name() not in ((role,) if isinstance(role, str) else role):
            return False
        if name is None:
            return True
        said = node.get_name() or ''
        return bool(name.search(said)) if isinstance(name, re.Pattern) else said == name
    except GLib.Error:  # it went away while we looked
        return False


def walk(node):
    """Every node below `node` that is on the screen, itself first."""
    stack = [node]
    while stack:
        here = stack.pop()
        try:
            states = here.get_state_set()
            if here is not node and not states.contains(Atspi.StateType.VISIBLE):
                continue
            children = [here.get_child_at_index(i) for i in range(here.get_child_count())]
        except GLib.Error:
            continue
        yield here
        stack.extend(reversed([child for child in children if child is not None]))


def inside(node, role, steps=100):
    """Whether something above `node`, at most so many steps, has this role."""
    try:
        node = node.get_parent()
        while node is not None and steps > 0:
            if node.get_role_name() == role:
                return True
            node, steps = node.get_parent(), steps - 1
    except GLib.Error:
        pass
    return False


def has_state(node, state):
    try:
        return node.get_state_set().contains(state)
    except GLib.Error:
        return False


def text_of(node):
    try:
        if node.get_text_iface() is not None:
            return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))
        return node.get_name() or ''
    except GLib.Error:
        return ''


def describe(node):
    if node is None:
        return 'nothing'
    try:
        return f'{node.get_role_name()} “{node.get_name()}”'
    except GLib.Error:
        return 'something that went away'


class Program:
    """A running program. Use it in a with statement; leaving it ends the program."""

    def __init__(self, *command, language='nb', env=None, log=None):
        env = dict(os.environ, **(env or {}))
        locale = {'nb': 'nb_NO', 'nn': 'nn_NO', 'se': 'se_NO', 'en': 'en_GB'}[language]
        env |= {'LC_ALL': f'{locale}.UTF-8', 'LANG': f'{locale}.UTF-8', 'LANGUAGE': {'nn': 'nn:nb', 'se': 'se:nb'}.get(language, language)}
        self.log_path = log or os.path.join(env['SAMSPILL_TEST_SESSION'], f'program-{time.monotonic_ns()}.log')
        self.log = open(self.log_path, 'wb')
        self.process = subprocess.Popen(command, env=env, stdout=self.log, stderr=subprocess.STDOUT)
        self.pid = self.process.pid
        self.sandboxed = os.path.basename(command[0]) == 'flatpak'
        self.app = None
        self.app = self.wait(self._look_up, f'{command[0]} on the accessibility bus')
        self.app.set_cache_mask(Atspi.Cache.NONE)
        self.wait(lambda: any(n.get_role_name() in ('frame', 'window') for n in walk(self.app)), 'a window')

    def _look_up(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(index)
            try:
                if app is not None and (app.get_process_id() == self.pid or self.pid in ancestors(app.get_process_id())
                                        # behind the proxy of a sandbox only the name is left
                                        or (self.sandboxed and app.get_name() in ('samspill', 'no.samspill.Samspill'))):
                    return app
            except GLib.Error:
                continue
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        stop(self.process)
        self.log.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def said(self):
        """What it wrote to its terminal, without what the desktop of the test lacks."""
        with open(self.log_path, encoding='utf-8', errors='replace') as log:
            lines = log.read().splitlines()
        return [line for line in lines if line.strip() and not re.search(
            r'dbind-WARNING|dconf|Unable to acquire session bus|portal|gvfs|AT-SPI|Vulkan|libEGL|MESA', line)]

    # --- looking ---

    def wait(self, condition, what, timeout=40.0):
        def alive():
            value = condition()
            if not value and self.process.poll() is not None:
                raise RuntimeError(f'the program ended with {self.process.returncode} while waiting for {what}: {" / ".join(self.said()[-5:])}')
            return value
        return until(alive, what, timeout)

    def look(self, role=None, name=None, within=None):
        """Everything that is there now."""
        return [node for node in walk(within or self.app) if matches(node, role, name)]

    def find(self, role=None, name=None, within=None, timeout=40.0):
        what = f'{role or "anything"} “{name.pattern if isinstance(name, re.Pattern) else name}”'
        return self.wait(lambda: next(iter(self.look(role, name, within)), None), what, timeout)

    def gone(self, role=None, name=None, timeout=40.0):
        self.wait(lambda: not self.look(role, name), f'{role} “{name}” to go away', timeout)

    def words(self, within=None):
        """All that can be read on the screen now."""
        found = []
        for node in walk(within or self.app):
            for said in (node.get_name() or '', text_of(node)):
                if said.strip() and said not in found[-2:]:
                    found.append(said)
        return found

    def sees(self, pattern, within=None, timeout=40.0):
        """Wait until something on the screen matches and return the match."""
        regex = re.compile(pattern) if isinstance(pattern, str) else pattern

        def search():
            for said in self.words(within):
                match = regex.search(said)
                if match:
                    return match
            return None
        return self.wait(search, f'the words “{regex.pattern}”', timeout)

    def focused(self):
        return next((node for node in walk(self.app) if has_state(node, Atspi.StateType.FOCUSED)
                     and node.get_role_name() not in ('frame', 'window')), None)

    # --- doing, by keyboard ---

    def window(self):
        """The X window; there is one that is not tiny."""
        out = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '.'], capture_output=True, text=True, check=False).stdout.split()
        for window in out:
            geometry = subprocess.run(['xdotool', 'getwindowgeometry', '--shell', window], capture_output=True, text=True, check=False).stdout
            size = dict(line.split('=') for line in geometry.split() if '=' in line)
            if int(size.get('WIDTH', 0)) > 200:
                return window
        return None

    def key(self, *keys):
        """Press keys, named as xdotool names them: key ("ctrl+n")."""
        for each in keys:
            subprocess.run(['xdotool', 'key', '--clearmodifiers', '--delay', '12', each], check=True)

    def type(self, text):
        """Type as a person would, but faster."""
        for number, line in enumerate(text.split('\n')):
            if number:
                self.key('Return')
            if line:
                subprocess.run(['xdotool', 'type', '--clearmodifiers', '--delay', '8', '--', line], check=True)

    def tab_to(self, role=None, name=None, limit=60, backwards=False):
        """Press Tab until the focus is there: what cannot be reached so, cannot be reached by keyboard."""
        seen = []
        for _ in range(limit):
            here = self.focused()
            if here is not None and matches(here, role, name):
                return here
            seen.append(describe(here))
            self.key('shift+Tab' if backwards else 'Tab')
            before = here
            try:
                until(lambda: self.focused() != before, 'the focus to move', 1.0)
            except TimeoutError:
                pass
        raise TimeoutError(f'{limit} times Tab does not reach {role} “{name}”; on the way: {", ".join(seen[-14:])}')

    def focus_is(self, role=None, name=None, timeout=30.0):
        def there():
            here = self.focused()
            return here if here is not None and matches(here, role, name) else None
        try:
            return self.wait(there, f'the focus on {role} “{name}”', timeout)
        except TimeoutError as error:
            raise TimeoutError(f'{error}; it is on {describe(self.focused())}') from None

    def resize(self, width, height):
        window = self.window()
        subprocess.run(['xdotool', 'windowsize', '--sync', window, str(width), str(height)], check=True, timeout=20)

    def settle(self, quiet=0.25, timeout=8.0):
        """Wait until the screen says the same twice: for pictures."""
        last, since, deadline = None, time.monotonic(), time.monotonic() + timeout
        while time.monotonic() < deadline:
            now = tuple(self.words())
            if now != last:
                last, since = now, time.monotonic()
            elif time.monotonic() - since > quiet:
                return
            time.sleep(0.05)

    # --- judging ---

    def lint(self):
        """What somebody who does not see the screen would stumble over."""
        faults = []
        for node in walk(self.app):
            try:
                name, role = node.get_name() or '', node.get_role_name()
            except GLib.Error:
                continue
            if TYPE_NAME.search(name):
                faults.append(f'{role} is named like a type: {name}')
            if has_state(node, Atspi.StateType.FOCUSABLE) and has_state(node, Atspi.StateType.SHOWING) and not name.strip() \
                    and role not in UNNAMED_IS_FINE and not inside(node, 'combo box') \
                    and not (role == 'panel' and (inside(node, 'dialog', 3) or inside(node, 'alert', 3))):  # sheets of libadwaita's own
                faults.append(f'{role} can have the focus and has no name (in {describe(node.get_parent())})')
        return faults

    def tree(self):
        """What can be named, as text, for people who look for a name; boxes without one are left out."""
        def lines(node, depth):
            try:
                states = node.get_state_set()
                flags = ''.join(letter for letter, state in (('f', Atspi.StateType.FOCUSABLE), ('F', Atspi.StateType.FOCUSED))
                                if states.contains(state))
                text = text_of(node)
                if (node.get_name() or text or flags) and node.get_role_name() != 'scroll pane':
                    yield f'{"  " * depth}{describe(node)}{" [" + flags + "]" if flags else ""}' + \
                        (f' = {text[:80]!r}' if text and text != node.get_name() else '')
                    depth += 1
                for index in range(node.get_child_count()):
                    child = node.get_child_at_index(index)
                    if child is not None and has_state(child, Atspi.StateType.VISIBLE):
                        yield from lines(child, depth)
            except GLib.Error:
                return
        return '\n'.join(lines(self.app, 0))


def ancestors(pid):
    """A program in a sandbox is a descendant of what we started."""
    found = []
    while pid > 1:
        try:
            with open(f'/proc/{pid}/stat', encoding='utf-8') as stat:
                pid = int(stat.read().rpartition(')')[2].split()[1])
        except OSError:
            break
        found.append(pid)
    return found
