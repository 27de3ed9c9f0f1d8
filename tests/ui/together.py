# SPDX-License-Identifier: GPL-3.0-or-later
"""Two organisations on one registry: they write each for themselves, meet, publish, and one solves two versions, all by
keyboard. The tests assert it, the tour takes its pictures."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import walk
from display import TOP
from driver import Atspi, has_state, text_of

sys.path.insert(0, str(TOP / 'build-aux'))
from local_registry import Registry  # noqa: E402

OYER, STAD = '961381185', '921060157'
TITLE = 'Hvordan kan vi finne lekkasjer i vannettet før de koster oss vannet?'
HERS = 'Hvordan kan vi finne lekkasjer i vannettet mens de er små?'
HIS = 'Hvordan kan vi oppdage lekkasjer i vannrørene før de koster oss vannet?'
NEED = {
    'type': 'need', 'lang': 'nb', 'title': TITLE,
    'problem': 'Vi mister om lag 38 % av drikkevannet på vei til husene.\n\nVi merker lekkasjen først når veien synker.',
    'affected': {'count': 4950, 'who': 'innbyggere langs ledningsnettet'}, 'frequency': 'Om lag 40 lekkasjer i året.',
    'wished_effect': 'Vannet som går tapt, går ned fra 38 % til 20 % innen 2028.',
    'measures': [{'what': 'Vann som går tapt', 'now': '38 %', 'target': '20 %', 'by': '2028-12-31'}],
    'limits': 'Rørene er fra 1965.', 'owner_role': 'Virksomhetsleder vann og avløp', 'largest_loss_nok': 300000,
    'subjects': {'los': ['ord/vann-og-avlop']}, 'rights': 'Den som lager løsningen, beholder rettighetene.',
    'route_to_purchase': 'Åpen konkurranse når prøven er ferdig.', 'tags': ['vann'],
}
STADS = {**NEED, 'lang': 'nn', 'title': 'Korleis kan vi halde vegane opne når det snør?', 'problem': 'Brøytebilane kjem for seint.',
         'frequency': 'Om lag 20 gonger i året.', 'subjects': {'los': ['ord/broyting']}, 'tags': []}


class Together:
    """Kari of Øyer, her colleague Ola, and Per of Stad."""

    def __init__(self, folder, album=None, language='nb'):
        self.folder, self.album, self.language = Path(folder), album, language
        self.folder.mkdir(parents=True, exist_ok=True)
        self.registry = Registry(self.folder / 'registry')
        self.kari = walk.Walk(self.folder / 'kari', language)
        self.per = walk.Walk(self.folder / 'per', language)
        self.say = self.kari.say
        self.passwords = {}
        self.need = None

    @property
    def program(self):
        for here in (self.per, self.kari):
            if here.program is not None and here.program.process.poll() is None:
                return here.program
        return self.kari.program

    def close(self):
        self.kari.close()
        self.per.close()
        self.registry.stop()

    def picture(self, name, sentence, here=None):
        here = here or self.kari
        here.look_around(name)
        if self.album is not None:
            self.album.add(name, sentence, here.program)

    def list(self):
        return [
            ('a registry on this computer, two organisations, three people', self.open_registry),
            ('a wrong password is said in plain words', self.wrong_password),
            ('what goes where is seen before anything is sent, and off until a person turns it on', self.connect),
            ('the publication is seen before it is one, and what stays inside', self.publish),
            ('it has reached the commons, with who approved it and without what is internal', self.published),
            ('the other organisation finds it as news, and can read it only', self.news),
            ('two colleagues change the same sentence, each without a network', self.apart),
            ('when they meet, both versions are there', self.meet),
            ('two versions are solved by keyboard', self.solve),
            ('an undo brings both back, and solving them again sends one', self.undo),
            ('it is withdrawn with a reason', self.withdraw),
            ('the program ends at once when all is sent', self.ends),
        ]

    def all(self):
        for _, function in self.list():
            function()

    # --- helpers ---

    def url(self, user):
        return self.registry.address.replace('://', f'://{user}:{self.passwords[user]}@')

    def replicate(self, profile, space, user, push=False):
        sides = (f'{self.url(user)}/{space}', f'space:{space}')
        walk.ctl(profile, 'replicate', *(reversed(sides) if push else sides))

    def import_need(self, here, need, owner):
        path = self.folder / f'{owner}.json'
        path.write_text(json.dumps({**need, 'owner': owner}), encoding='utf-8')
        walk.ctl(here.profile, 'import', str(path))
        return walk.ctl_json(here.profile, 'list', 'need', '--space', 'mine')[0]

    def introduce(self, here, municipality):
        here.start()
        here.introduce_oneself(municipality)
        here.begin()
        here.program.key('ctrl+q')
        here.program.process.wait(20)

    def press(self, name, within=None):
        """A button by its name: Tab to it and press it, as a person would."""
        p = self.program
        p.tab_to('button', self.say(name))
        p.key('Return')

    def status(self, text):
        self.kari.program.find('toggle button', re.compile(re.escape(self.say(text)).replace('%s', '.*').replace('%u', r'\d+')), timeout=60)

    # --- the steps ---

    def open_registry(self):
        self.registry.init()
        for user, owner in (('kari', OYER), ('ola', OYER), ('per', STAD)):
            self.passwords[user] = self.registry.add_user(user, [owner])
        self.registry.start()
        for owner in (OYER, STAD):
            self.registry.make_team(owner)
        self.introduce(self.kari, 'Øyer')
        self.introduce(self.per, 'Stad')
        self.need = self.id_of(self.import_need(self.kari, NEED, OYER))
        self.import_need(self.per, STADS, STAD)

    def id_of(self, row):
        return row.get('_id') or row['id']

    def wrong_password(self):
        here = self.kari
        p = here.start()
        p.sees('Øyer')
        here.do('Connect to the commons')
        p.find('dialog', self.say('Connect to the commons'))
        p.focus_is('text', self.say('Address'))
        p.key('ctrl+a')
        p.type(self.registry.address)
        p.tab_to('text', self.say('User name'))
        p.type('kari')
        p.tab_to(('text', 'password text'), self.say('Password'))
        p.type('feil')
        self.picture('connect', 'connecting: an address, a name and a password')
        p.key('Return')
        p.sees(re.escape(self.say('The name or the password is not right. Ask whoever gave them to you.')))
        self.picture('connect-wrong', 'a wrong password, in plain words')

    def connect(self):
        p = self.kari.program
        p.tab_to(('text', 'password text'), self.say('Password'))
        p.key('ctrl+a')
        p.type(self.passwords['kari'])
        p.key('Return')
        p.find('button', self.say('Begin to sync'))
        p.tab_to(('check box', 'switch'), self.say('Send and fetch'))
        self.picture('what-goes-where', 'space by space: what goes where, and who can read it')
        p.key('space')
        p.focus_is('text', self.say('Turned on by (role)'))
        p.type('IT-leder')
        self.picture('team-on', 'what is internal is sent when a person has turned it on, by role')
        self.press('Begin to sync')
        p.gone('button', self.say('Begin to sync'))
        self.status('Everything is sent, %s')

    def publish(self):
        p, here = self.kari.program, self.kari
        here.open_place(2, 'Needs')
        here.open_first()
        p.wait(lambda: any(text_of(n) == TITLE for n in p.look('text')), 'the need as a page')
        p.find('button', self.say('Publish'))
        here.do('Publish or update')
        dialog = p.find('dialog', self.say('Publish'))
        p.focus_is('text', self.say('Role'))
        words = p.words(dialog)
        assert TITLE in words, 'the publication itself is shown'
        assert not any('vann' == word for word in words), 'a tag is internal'
        p.type('Kommunedirektør')
        self.picture('publish', 'publishing shows what others will see, what stays inside, who reads it and who approved it')
        p.key('Return')
        p.gone('dialog', self.say('Publish'))
        self.status('Everything is sent, %s')
        p.sees(re.escape(self.say('Published %s')).replace('%s', '.+'))
        self.picture('published', 'the page says where it stands')

    def document(self):
        return self.registry.request('GET', f'commons/{self.need}?conflicts=true', missing_is_fine=True)

    def published(self):
        doc = self.kari.program.wait(self.document, 'the publication in the registry')
        assert doc['title'] == TITLE and doc['approved']['role'] == 'Kommunedirektør', doc
        assert 'tags' not in doc, doc
        original = self.registry.request('GET', f'team-{OYER}/{self.need}')
        assert original['tags'] == ['vann'], original

    def news(self):
        secret = self.folder / 'per-password'
        secret.write_text(self.passwords['per'], encoding='utf-8')
        subprocess.run(['samspillctl', '--profile', str(self.per.profile), 'connect', 'commons', self.registry.address, '--user', 'per',
                        '--password-file', str(secret)], check=True, capture_output=True)
        os.environ['SAMSPILL_PASSWORD_FILE'] = str(secret)
        try:
            p = self.per.start()
        finally:
            del os.environ['SAMSPILL_PASSWORD_FILE']
        p.find('list item', re.compile(re.escape(TITLE)), timeout=60)
        p.sees(re.escape(self.say('While you were away')))
        self.picture('news', 'another organisation opens the program: what came while one was away', self.per)
        p.tab_to('list item', re.compile(re.escape(TITLE)), 20)
        p.key('Return')
        p.wait(lambda: any(text_of(n) == TITLE for n in p.look('text')), 'the need of the others')
        p.sees('Øyer')
        p.key('F2')
        assert not any(has_state(n, Atspi.StateType.EDITABLE) for n in p.look('text') if text_of(n) == TITLE), 'it is not ours to change'
        self.picture('commons', 'a need of the commons: whose it is, and that only they can change it', self.per)
        p.key('ctrl+q')
        assert p.process.wait(20) == 0
        self.per.close()

    def apart(self):
        p, here = self.kari.program, self.kari
        team = f'team-{OYER}'
        ola = self.folder / 'ola'
        self.replicate(ola, team, 'ola')
        self.port = self.registry.port
        self.registry.stop()
        record = walk.ctl_json(ola, 'show', self.need, '--space', team)[0]
        record['title'] = HIS
        (self.folder / 'his.json').write_text(json.dumps(record), encoding='utf-8')
        walk.ctl(ola, 'put', str(self.folder / 'his.json'), '--space', team)
        p.key('F2')
        field = p.focus_is('text', self.say('The need as a question'))
        p.key('ctrl+a')
        p.type(HERS)
        p.wait(lambda: text_of(field) == HERS, 'her sentence')
        p.key('Escape')
        self.status('%s waits for the network')
        self.picture('waits', 'without a network: it waits, and says so')

    def meet(self):
        self.registry.start(self.port)
        self.replicate(self.folder / 'ola', f'team-{OYER}', 'ola', push=True)
        p = self.kari.program
        p.key('F5')
        self.status('%u has two versions')
        p.sees(re.escape(self.say('This need has two versions')))
        self.picture('two-versions', 'the page, its row and the status line say that there are two versions')

    def choose(self, side):
        p = self.kari.program
        dialog = p.find('dialog', self.say('Two versions'))
        choice = p.find('radio button', self.say('Mine', 'which version'), dialog)
        p.focus_is('radio button', self.say('Mine', 'which version'))
        if side == 'The other’s':
            p.key('Right')
            choice = p.focus_is('radio button', self.say(side, 'which version'))
        p.key('space')
        p.wait(lambda: has_state(choice, Atspi.StateType.CHECKED), f'{side} to be chosen')
        return dialog

    def solve(self):
        p, here = self.kari.program, self.kari
        here.do('Look at the two versions')
        dialog = p.find('dialog', self.say('Two versions'))
        p.find('radio button', self.say('Mine', 'which version'), dialog)
        words = p.words(dialog)
        assert HERS in words and HIS in words, words
        assert not any(re.search('conflict|konflikt', word, re.IGNORECASE) for word in words), words
        self.picture('side-by-side', 'mine and the other’s side by side, the words marked that differ')
        self.choose('The other’s')
        result = p.tab_to('text', None, 3)
        assert text_of(result) == HIS, text_of(result)
        p.key('ctrl+End')
        p.type(' Nå')
        self.picture('chosen', 'the other’s is chosen; what will stand can still be edited')
        self.press('Use this')
        p.gone('dialog', self.say('Two versions'))
        p.wait(lambda: any(text_of(n) == HIS + ' Nå' for n in p.look('text')), 'one version on the page')

    def undo(self):
        p, here = self.kari.program, self.kari
        p.key('ctrl+z')
        p.sees(re.escape(self.say('This need has two versions')))
        here.do('Look at the two versions')
        self.choose('Mine')
        self.press('Use this')
        p.gone('dialog', self.say('Two versions'))
        p.wait(lambda: any(text_of(n) == HERS for n in p.look('text')), 'her version on the page')
        p.key('F5')
        self.status('Everything is sent, %s')
        doc = p.wait(lambda: (lambda d: d['title'] == HERS and '_conflicts' not in d and d)(
            self.registry.request('GET', f'team-{OYER}/{self.need}?conflicts=true')), 'one version in the registry')
        assert doc['tags'] == ['vann'], doc
        p.sees(re.escape(self.say('Published %s; changed since')).replace('%s', '.+'))
        self.picture('changed-since', 'published, and changed since: the button brings it up to date')

    def withdraw(self):
        p, here = self.kari.program, self.kari
        here.do('Withdraw what is published')
        p.focus_is('text', self.say('Reason'))
        p.type('Vi har løst det.')
        self.picture('withdraw', 'withdrawing takes a reason')
        self.press('Withdraw')
        p.sees(re.escape(self.say('Withdrawn %s: %s')).replace('%s', '.+'))
        p.wait(lambda: self.document() is None, 'the publication to be gone from the commons')

    def ends(self):
        p = self.kari.program
        self.status('Everything is sent, %s')
        p.key('ctrl+q')
        assert p.process.wait(20) == 0
        said = p.said()
        assert not said, '\n'.join(said)
