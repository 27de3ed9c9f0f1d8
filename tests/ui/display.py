# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop that nobody sees: an X server, a window manager and a compositor (for shadows and round corners).

in_session () starts the calling script again under a message bus of its own, with empty folders for settings, data and
caches, so that nothing of the person who runs it is touched or seen.
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get('SAMSPILL_BUILD_DIR', TOP / '_build'))
GROUND = '#d8dce3'


def built_environment(env):
    """What a program finds by itself when it is installed."""
    env['PATH'] = os.pathsep.join([str(BUILD / 'src/app'), str(BUILD / 'src/cli'), str(BUILD / 'src/server'), env.get('PATH', '/usr/bin:/bin')])
    env['GSETTINGS_SCHEMA_DIR'] = str(BUILD / 'data')
    env['SAMSPILL_DATA_DIR'] = f'{BUILD}/data{os.pathsep}{TOP}/data'
    env['SAMSPILL_LOCALEDIR'] = str(BUILD / 'po')
    return env


def in_session():
    """Return the session's folder; the first call of a script does not return but runs it again inside."""
    if 'SAMSPILL_TEST_SESSION' in os.environ:
        os.dup2(int(os.environ.pop('SAMSPILL_TEST_STDOUT')), 1)
        return Path(os.environ['SAMSPILL_TEST_SESSION'])
    with tempfile.TemporaryDirectory(prefix='samspill-screen-') as folder:
        env = built_environment(dict(os.environ))
        for name in ('DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XAUTHORITY', 'DESKTOP_SESSION'):
            env.pop(name, None)
        # Sockets have short names, and some services look for this folder to be the person's own.
        for name, below in {'XDG_RUNTIME_DIR': 'r', 'XDG_CONFIG_HOME': 'config', 'XDG_DATA_HOME': 'data', 'XDG_CACHE_HOME': 'cache',
                            'XDG_STATE_HOME': 'state'}.items():
            env[name] = f'{folder}/{below}'
            os.makedirs(env[name], mode=0o700)
        env |= {
            'SAMSPILL_TEST_SESSION': folder, 'GDK_BACKEND': 'x11', 'GSK_RENDERER': 'cairo', 'GSETTINGS_BACKEND': 'keyfile',
            'ADW_DISABLE_PORTAL': '1', 'GTK_USE_PORTAL': '0', 'NO_AT_BRIDGE': '0', 'GTK_A11Y': 'atspi', 'XDG_CURRENT_DESKTOP': 'GNOME',
            'PYTHONUNBUFFERED': '1',
        }
        # HOME itself stays: the build's caches and the font cache are found there.
        # Services that the bus starts write to its standard output, which must not mix with ours.
        ours = os.dup(1)
        env['SAMSPILL_TEST_STDOUT'] = str(ours)
        script = subprocess.Popen(['dbus-run-session', '--', sys.executable, *sys.argv], env=env, stdout=2, pass_fds=[ours])
        try:
            sys.exit(script.wait())
        except KeyboardInterrupt:
            script.terminate()
            sys.exit(script.wait())


class Display:
    """An X server of `width` by `height`, with a Norwegian keyboard. Use it in a with statement."""

    def __init__(self, width=1500, height=1000):
        self.size = (width, height)
        self.processes = []

    def __enter__(self):
        reading, writing = os.pipe()
        self._start(['Xvfb', '-displayfd', str(writing), '-screen', '0', f'{self.size[0]}x{self.size[1]}x24', '-nolisten', 'tcp', '-noreset',
                     '-dpi', '96'], pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError('Xvfb did not start')
        os.environ['DISPLAY'] = f':{number}'
        subprocess.run(['dbus-update-activation-environment', 'DISPLAY'], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(['setxkbmap', 'no'], check=False, stderr=subprocess.DEVNULL)
        window_manager_settings()
        self._start(['xfwm4', '--compositor=on'])
        subprocess.run(['hsetroot', '-solid', GROUND], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # A client that asks for the manager's name proves that it is there.
        until(lambda: b'_NET_SUPPORTING_WM_CHECK(WINDOW)' in subprocess.run(
            ['xprop', '-root', '_NET_SUPPORTING_WM_CHECK'], capture_output=True, check=False).stdout, 'a window manager')
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait()
        os.environ.pop('DISPLAY', None)

    def _start(self, command, **options):
        log = open(Path(os.environ['SAMSPILL_TEST_SESSION']) / 'display.log', 'ab')
        self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, **options))

    def picture(self, path, trim=True):
        """Save what is on the screen; `trim` cuts away the empty ground around the windows."""
        shot = None
        for _ in range(20):  # until what is painted stays
            before, shot = shot, subprocess.run(['import', '-silent', '-window', 'root', '-depth', '8', 'rgb:-'], check=True, capture_output=True).stdout
            if shot == before:
                break
            time.sleep(0.12)
        crop = ['-bordercolor', GROUND, '-border', '1', '-fuzz', '1%', '-trim', '+repage', '-bordercolor', GROUND, '-border', '14'] if trim else []
        subprocess.run(['convert', '-size', f'{self.size[0]}x{self.size[1]}', '-depth', '8', 'rgb:-', *crop, '-strip', str(path)], input=shot, check=True)


def until(condition, what, timeout=20.0):
    """Wait until `condition ()` is true and return what it gave; TimeoutError names what was waited for."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f'waited {timeout:.0f} s in vain for {what}')
        time.sleep(0.03)


def settings(*, dark=False, contrast=False, scale=1.0, buttons='appmenu:close'):
    """The desktop's settings for programs that start from now on."""
    config = Path(os.environ['XDG_CONFIG_HOME'])
    keyfile = config / 'glib-2.0/settings/keyfile'
    keyfile.parent.mkdir(parents=True, exist_ok=True)
    kept = ''
    if keyfile.exists():  # what the program itself has stored
        text = keyfile.read_text(encoding='utf-8')
        kept = '\n'.join(part for part in ('[' + p for p in text.split('[') if p.strip()) if part.startswith('[no/samspill'))
    keyfile.write_text(
        f"""[org/gnome/desktop/interface]
font-name='Adwaita Sans 11'
color-scheme='{"prefer-dark" if dark else "default"}'
text-scaling-factor={scale}
cursor-blink=false
enable-animations=false

[org/gnome/desktop/a11y/interface]
high-contrast={"true" if contrast else "false"}

[org/gnome/desktop/wm/preferences]
button-layout='{buttons}'

{kept}""", encoding='utf-8')
    gtk = config / 'gtk-4.0/settings.ini'
    gtk.parent.mkdir(parents=True, exist_ok=True)
    gtk.write_text(f"""[Settings]
gtk-font-name=Adwaita Sans 11
gtk-xft-antialias=1
gtk-xft-hinting=1
gtk-xft-hintstyle=hintslight
gtk-xft-rgba=none
gtk-enable-animations=false
gtk-cursor-blink=false
gtk-decoration-layout={buttons}
""", encoding='utf-8')
    # The size of text: without a settings daemon GDK asks the X server.
    subprocess.run(['xrdb', '-nocpp', '-merge'], input=f'Xft.dpi: {int(96 * scale)}\n', text=True, check=False)


def window_manager_settings():
    """Windows in the middle, and no keys of its own."""
    folder = Path(os.environ['XDG_CONFIG_HOME']) / 'xfce4/xfconf/xfce-perchannel-xml'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'xfwm4.xml').write_text("""<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfwm4" version="1.0"><property name="general" type="empty">
<property name="placement_mode" type="string" value="center"/><property name="placement_ratio" type="int" value="100"/>
<property name="workspace_count" type="int" value="1"/><property name="easy_click" type="string" value="none"/>
<property name="focus_new" type="bool" value="true"/>
</property></channel>""", encoding='utf-8')
    (folder / 'xfce4-keyboard-shortcuts.xml').write_text("""<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-keyboard-shortcuts" version="1.0"><property name="xfwm4" type="empty">
<property name="custom" type="empty"><property name="override" type="bool" value="true"/></property>
</property></channel>""", encoding='utf-8')


def stop(process):
    """End a program that we started; the hard way when it does not listen."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
