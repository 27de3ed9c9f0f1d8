# SPDX-License-Identifier: GPL-3.0-or-later
"""The .ui files: do they load, and can everyone use what they make?

gtk4-builder-tool cannot look up our templates, so each template is loaded as an object of its parent's class, types of
our own as their parents, without the handlers of signals.
"""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

NAMED = {'GtkEntry', 'GtkSearchEntry', 'GtkPasswordEntry', 'GtkText', 'GtkTextView', 'GtkSwitch', 'GtkSpinButton', 'GtkDropDown',
         'GtkScale', 'GtkProgressBar', 'GtkListView', 'GtkGridView', 'GtkListBox', 'GtkFlowBox', 'GtkPicture', 'AdwToggleGroup'}
BUTTONS = {'GtkButton', 'GtkToggleButton', 'GtkMenuButton', 'GtkLinkButton', 'GtkCheckButton', 'AdwSplitButton'}
LISTS = {'GtkListView', 'GtkListBox', 'GtkGridView'}


def properties(node):
    return {p.get('name').replace('_', '-'): p for p in node.findall('property')}


def named_in_code(top):
    """Ids of widgets that get their label or name in C."""
    setter = re.compile(r'(?:set_label|set_tooltip_text|set_child|update_property|update_relation)\s*\((?:GTK_\w+ \()?self->(\w+)')
    return {name for path in (top / 'src/app').rglob('*.c') for name in setter.findall(path.read_text(encoding='utf-8'))}


def lint(path, in_code=frozenset()):
    """Yield what somebody with a keyboard or a screen reader would miss."""
    root = ElementTree.parse(path).getroot()
    pointed_at = set()
    for node in root.iter('property'):
        if node.get('name') in ('mnemonic-widget', 'activatable-widget', 'key-capture-widget'):
            pointed_at.add((node.text or '').strip())
    for node in [*root.iter('object'), *root.iter('template')]:
        kind = node.get('parent') or node.get('class')
        own = properties(node)
        role = own['accessible-role'].text if 'accessible-role' in own else ''
        if role in ('none', 'presentation') or ('visible' in own and own['visible'].text in ('False', 'false', '0')
                                                and kind in LISTS):
            continue
        where = f'{path.name}: {kind} {node.get("id", "")}'.rstrip()
        told = node.find('accessibility') is not None
        relations = {p.get('name') for p in node.iter('relation')} | {p.get('name') for a in node.findall('accessibility') for p in a}
        named = told and bool(relations & {'label', 'labelled-by'})
        if kind in BUTTONS:
            text = any(p in own for p in ('label', 'tooltip-text')) or any(c.find('object') is not None for c in node.findall('child')) \
                or ('child' in own and own['child'].find('object') is not None)
            if not text and not named and node.get('id') not in in_code:
                yield f'{where}: a button without label, tooltip or accessible label'
        if kind in NAMED and not named and node.get('id', '') not in pointed_at | in_code:
            yield f'{where}: no accessible label'
        if kind == 'GtkTextView' and ('accepts-tab' not in own or own['accepts-tab'].text not in ('False', 'false', '0')):
            yield f'{where}: keeps Tab to itself (accepts-tab)'
        # A form is a list without a selection whose rows are fields: there Tab has to go through every row, and says so.
        form = kind == 'GtkListBox' and 'selection-mode' in own and own['selection-mode'].text == 'none'
        if kind in LISTS and ('tab-behavior' not in own or own['tab-behavior'].text not in (('item', 'cell', 'all') if form else ('item', 'cell'))):
            yield f'{where}: Tab walks through every row (tab-behavior)'
        if kind == 'AdwSpinRow':
            yield f'{where}: is not in the accessibility tree in libadwaita 1.7; use AdwActionRow with GtkSpinButton'


def own_types(top):
    """Our types and their parents, from templates and from the macros in C."""
    parents = {}
    for path in (top / 'ui').rglob('*.ui') if (top / 'ui').exists() else []:
        for node in ElementTree.parse(path).getroot().iter('template'):
            parents[node.get('class')] = node.get('parent')
    for path in (top / 'src/app').rglob('*.c'):
        for name, parent in re.findall(r'G_DEFINE_\w*TYPE\w*\s*\(\s*(\w+),\s*\w+,\s*((?:GTK|ADW)_TYPE_\w+)', path.read_text(encoding='utf-8')):
            space, _, rest = parent.partition('_TYPE_')
            parents.setdefault(name, space.capitalize() + ''.join(word.capitalize() for word in rest.split('_')))
    return parents


def load(top):
    """Runs in a process with a display: print what GtkBuilder says against each file."""
    import gi
    gi.require_version('Gtk', '4.0')
    gi.require_version('Adw', '1')
    from gi.repository import Adw, GObject, Gtk
    Adw.init()
    parents = own_types(top)

    def builtin(name):
        while name in parents:
            name = parents[name]
        return {'GtkWidget': 'AdwBin'}.get(name, name)

    for path in sorted((top / 'ui').rglob('*.ui')):
        root = ElementTree.parse(path).getroot()
        root.attrib.pop('domain', None)
        ours = {node.get('id') for node in root.iter('object') if node.get('class') in parents}
        for parent in list(root.iter()):
            for node in list(parent):
                if node.tag in ('signal', 'binding') or (node.tag == 'property' and node.get('bind-source')) \
                        or (node.tag == 'setter' and node.get('object') in ours):
                    parent.remove(node)
        for node in list(root.iter()):
            if node.tag == 'template':
                node.tag = 'object'
                node.set('id', node.attrib.pop('class'))
                node.set('class', builtin(node.attrib.pop('parent')))
                replaced = True
            elif node.tag == 'object' and node.get('class') in parents:
                node.set('class', builtin(node.get('class')))
                replaced = True
            else:
                replaced = False
            if replaced:
                kind = node.get('class')
                known = {p.name for p in GObject.list_properties(getattr(Adw if kind.startswith('Adw') else Gtk, kind[3:]))}
                for child in list(node):
                    if child.tag == 'property' and child.get('name').replace('_', '-') not in known:
                        node.remove(child)
        try:
            Gtk.Builder().add_from_string(ElementTree.tostring(root, encoding='unicode'))
        except Exception as error:  # GLib.Error
            print(f'{path.relative_to(top)}: {getattr(error, "message", error)}')


def add(check, top, build, run, tracked):
    @check('.ui files load')
    def loads():
        if not (top / 'ui').exists():
            return []
        env = dict(os.environ, GDK_BACKEND='x11', GSK_RENDERER='cairo', GTK_A11Y='none', GSETTINGS_BACKEND='memory', LC_ALL='C.UTF-8')
        code, lines = run('xvfb-run', '-a', sys.executable, __file__, str(top), env=env)
        lines = [line for line in lines if 'WARNING' not in line and line.strip()]
        return lines or ([f'ended with {code}'] if code else [])

    @check('.ui files: everything has a name, Tab gets through')
    def accessible():
        return [fault for path in sorted((top / 'ui').rglob('*.ui')) for fault in lint(path, named_in_code(top))] if (top / 'ui').exists() else []

    @check('.ui files: every text is translatable')
    def translatable():
        faults = []
        for path in sorted((top / 'ui').rglob('*.ui')) if (top / 'ui').exists() else []:
            for node in ElementTree.parse(path).getroot().iter('property'):
                if node.get('name') in ('label', 'title', 'subtitle', 'tooltip-text', 'placeholder-text', 'description', 'heading', 'body') \
                        and re.search(r'[A-Za-z]{2}', node.text or '') and node.text != 'Samspill' and node.get('translatable') not in ('yes', 'true', '1'):
                    faults.append(f'{path.name}: {node.get("name")} “{node.text}”')
        return faults


if __name__ == '__main__':
    load(Path(sys.argv[1]))
