# SPDX-License-Identifier: GPL-3.0-or-later
"""The main walk: empty profile, first run, a need about water leaks written by keyboard, earlier cases beside it, a remark on
“en app”, the A4 page, a proposal from a form that a founder filled in. The tests assert it, the tour takes its pictures."""
import re
import subprocess
from pathlib import Path

import form
import walk
from driver import Atspi, has_state, text_of

TITLE = {
    'nb': 'Hvordan kan vi finne lekkasjer i vannettet før de koster oss vannet?',
    'nn': 'Korleis kan vi finne lekkasjar i vassnettet før dei kostar oss vatnet?',
}
PROBLEM = {
    'nb': 'Vi mister om lag 38 % av drikkevannet på vei til husene. Vi merker lekkasjen først når veien synker eller en kjeller '
          'står under vann, og da har opptil 200 husstander vært uten vann i en halv dag. ',
    'nn': 'Vi mistar om lag 38 % av drikkevatnet på veg til husa. Vi merkar lekkasjen først når vegen sig eller ein kjellar '
          'står under vatn, og då har opptil 200 husstandar vore utan vatn i ein halv dag. ',
}
SOLUTION = {'nb': 'Vi trenger en app.', 'nn': 'Vi treng ein app.'}
ANSWERS = {
    'nb': {
        'count': '4950', 'who': 'innbyggere langs ledningsnettet',
        'frequency': 'Om lag 40 lekkasjer i året, de fleste i januar og februar. Tallene er fra driftsloggen.',
        'cost': 'Hver lekkasje tar tre personer to dager. To kjellere ble oversvømt i fjor vinter.', 'cost_nok': '4200000',
        'effect': 'Vannet som går tapt, går ned fra 38 % til 20 % innen 2028, og ingen er uten vann i mer enn to timer.',
        'what': 'Vann som går tapt', 'now': '38 %', 'target': '20 %', 'by': '2028-12-31', 'how': 'Målerne på vannverket, hver måned',
        'limits': 'Rørene er fra 1965, og det er ikke strøm i kummene.',
        'tried': 'I 2023 gikk vi langs 12 km med lyttestav og fant 6 lekkasjer, men det tok en person sju uker.',
        'owner': 'Virksomhetsleder vann og avløp', 'loss': '300000', 'weeks': '6',
    },
    'nn': {
        'count': '4950', 'who': 'innbyggjarar langs leidningsnettet',
        'frequency': 'Om lag 40 lekkasjar i året, dei fleste i januar og februar. Tala er frå driftsloggen.',
        'cost': 'Kvar lekkasje tek tre personar to dagar. To kjellarar vart fløymde over i fjor vinter.', 'cost_nok': '4200000',
        'effect': 'Vatnet som går tapt, går ned frå 38 % til 20 % innan 2028, og ingen er utan vatn i meir enn to timar.',
        'what': 'Vatn som går tapt', 'now': '38 %', 'target': '20 %', 'by': '2028-12-31', 'how': 'Målarane på vassverket, kvar månad',
        'limits': 'Røyra er frå 1965, og det er ikkje straum i kummane.',
        'tried': 'I 2023 gjekk vi langs 12 km med lyttestav og fann 6 lekkasjar, men det tok ein person sju veker.',
        'owner': 'Verksemdsleiar vatn og avløp', 'loss': '300000', 'weeks': '6',
    },
}


class Steps:
    """The walk on `profile`. With an album a picture is taken at each step. `folder`: for the files that come out of it."""

    def __init__(self, profile, folder, album=None, language='nb', size='1720x960', municipality=walk.MUNICIPALITY):
        self.here = walk.Walk(profile, language, size)
        self.folder, self.album, self.language, self.municipality = Path(folder), album, language, municipality
        self.folder.mkdir(parents=True, exist_ok=True)
        self.say, self.answers = self.here.say, ANSWERS[language]
        self.reply = None

    @property
    def program(self):
        return self.here.program

    def picture(self, name, sentence):
        self.here.look_around(name)
        if self.album is not None:
            self.album.add(name, sentence, self.program)

    def list(self):
        return [
            ('first run: who do you work for', self.first_run),
            ('home of an empty profile', self.home),
            ('a need is a question, and an answer is saved as one types', self.first_question),
            ('a remark on a solution instead of a problem, and a way out', self.remark),
            ('two real earlier cases stand beside the text, each with a reason', self.earlier_cases),
            ('how often, and what it costs', self.extent),
            ('what would be better, with a measure', self.effect),
            ('what it must live with, and who owns it', self.limits_and_owner),
            ('ready to hand round: the title and what is missing', self.ready),
            ('the need as a page', self.page),
            ('the page is edited in place and nothing jumps', self.edit_in_place),
            ('the A4 page as PDF has the text in it', self.a4),
            ('the form for founders is one file', self.reply_form),
            ('a founder answers it on a telephone, without a network', self.founder),
            ('the answer is shown and asked for before it is kept', self.reply_dialog),
            ('the proposal stands with the need', self.proposal),
            ('closed and opened again, everything is there', self.again),
        ]

    def all(self):
        for _, function in self.list():
            function()

    # --- the steps ---

    def first_run(self):
        self.here.start()
        self.here.introduce_oneself(self.municipality)
        self.picture('first-run', 'first run: who do you work for? asked once, seen afterwards')
        self.here.begin()

    def home(self):
        self.program.sees(self.municipality)
        self.picture('home', 'home of somebody who begins')

    def first_question(self):
        p = self.program
        p.key('ctrl+n')
        p.focus_is('text', self.say('What goes wrong today'))
        self.picture('question', 'a new need begins with a question, why it is asked, a good and a bad example')
        p.type(PROBLEM[self.language])
        self.saved()

    def saved(self):
        """Wait until the screen says that what was typed is durable."""
        self.program.sees('^' + self.pattern('Saved %s') + '$')

    def pattern(self, text):
        return re.escape(self.say(text)).replace('%s', '.+').replace('%d', r'\d+')

    def remark(self):
        p = self.program
        p.type(SOLUTION[self.language])
        p.find(None, '«app»')
        self.picture('remark', 'a remark in the margin: “en app” is one answer among several')
        for _ in range(len(SOLUTION[self.language])):
            p.key('BackSpace')
        p.gone(None, '«app»')

    def earlier_cases(self):
        p = self.program
        heading = self.say('Who had it before')

        def cases():
            group = next(iter(p.look(('grouping', 'list', 'landmark', 'section'), heading)), None)
            return group is not None and [n.get_name() for n in p.look(('list item', 'button', 'link'), None, group) if n.get_name()]
        names = p.wait(lambda: (lambda found: len(found or []) >= 2 and found)(cases()), 'two earlier cases beside the text')
        self.here.note(names)
        self.picture('earlier', 'who had it before: real cases beside the text, each with its reason and what came of it')

    def fill(self, label, text, role='text'):
        """Tab to a field by its label and type."""
        self.program.tab_to(role, self.say(label))
        self.program.type(text)

    def next_question(self):
        before = self.program.focused()
        self.program.key('ctrl+Return')
        self.program.wait(lambda: self.program.focused() not in (None, before), 'the next question')

    def extent(self):
        self.fill('How many', self.answers['count'])
        self.fill('Who they are', self.answers['who'])
        self.fill('The need as a question', TITLE[self.language])
        self.next_question()
        self.program.focus_is('text', self.say('How often it happens'))
        self.program.type(self.answers['frequency'])
        self.fill('What it costs to wait', self.answers['cost'])
        self.fill('Cost today', self.answers['cost_nok'])
        self.picture('extent', 'how often, and what it costs')
        self.next_question()

    def effect(self):
        self.program.focus_is('text', self.say('What would be better'))
        self.program.type(self.answers['effect'])
        for label, key in (('What is measured', 'what'), ('Now', 'now'), ('Target', 'target'), ('Reached by', 'by'),
                           ('How it is measured', 'how')):
            self.fill(label, self.answers[key])
        self.picture('effect', 'what would be better, and how one would notice')
        self.next_question()

    def limits_and_owner(self):
        self.program.focus_is('text', self.say('What it must live with'))
        self.program.type(self.answers['limits'])
        self.fill('What has been tried', self.answers['tried'])
        self.next_question()
        self.program.focus_is('text', self.say('Need owner'))
        self.program.type(self.answers['owner'])
        self.fill('Largest loss in money', self.answers['loss'])
        self.fill('Largest loss in work', self.answers['weeks'])
        self.picture('owner', 'who owns it, and what one may lose at most')
        self.next_question()

    def ready(self):
        self.next_question()
        self.program.sees(self.pattern('The page can be handed round'))
        self.picture('ready', 'ready to hand round, with a quiet list of what is missing')

    def page(self):
        p = self.program
        p.key('ctrl+Return')
        p.gone('grouping', self.say('Steps'))
        field = p.find('text', self.say('The need as a question'))
        p.wait(lambda: text_of(field) == TITLE[self.language], 'the title on the page')
        p.key('Escape')
        p.wait(lambda: not has_state(p.find('text', self.say('The need as a question')), Atspi.StateType.EDITABLE), 'the page to be read')
        self.saved()
        self.picture('page', 'the need as a well-set page')

    def edit_in_place(self):
        p = self.program
        title = p.find('text', self.say('The need as a question'))
        before = [(n.get_name(), n.get_extents(Atspi.CoordType.WINDOW)) for n in p.look('text')]
        p.key('F2')
        p.wait(lambda: has_state(title, Atspi.StateType.EDITABLE), 'the page to be edited')
        p.focus_is('text', self.say('The need as a question'))
        self.picture('edit', 'the same page, edited in place: not one pixel jumps')
        after = {n.get_name(): n.get_extents(Atspi.CoordType.WINDOW) for n in p.look('text')}
        moved = [name for name, box in before if name in after and text_of(title) and
                 (abs(after[name].x - box.x) > 0 or abs(after[name].y - box.y) > 0) and name == self.say('The need as a question')]
        assert not moved, f'moved: {moved}'
        p.key('Escape')
        p.wait(lambda: not has_state(title, Atspi.StateType.EDITABLE), 'the page to be read')

    def save_to(self, name, begin):
        """Answer the dialog that `begin` opens, and return the file when it is whole."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        begin()
        self.here.choose_file(path)
        self.program.wait(lambda: path.exists() and path.stat().st_size > 0, f'{name} to be written')
        return path

    def a4(self):
        pdf = self.save_to('behov.pdf', lambda: self.here.do('Save as PDF'))
        said = subprocess.run(['pdftotext', '-layout', str(pdf), '-'], check=True, capture_output=True, text=True).stdout
        assert 'lekkasj' in said, said[:400]
        info = subprocess.run(['pdfinfo', str(pdf)], check=True, capture_output=True, text=True).stdout
        assert re.search(r'Pages: +1\b', info) and 'A4' in info, info
        if self.album is not None:
            path = self.album.path('a4')
            form.page_picture(pdf, path)
            self.album.say(path, 'the A4 page for the head of department')

    def reply_form(self):
        self.form = self.save_to('forslag.html', lambda: self.program.key('ctrl+e'))
        text = self.form.read_text(encoding='utf-8')
        assert 'http-equiv="Content-Security-Policy"' in text and len(text) < 400_000, 'one self-contained file'

    def founder(self):
        pictures = [self.album.path('form'), self.album.path('form-answered')] if self.album is not None else ()
        self.reply = form.fill_in(self.form, folder=self.folder / 'phone', pictures=pictures)
        for path, sentence in zip(pictures, ('the form for founders on a telephone', 'answered, without a network')):
            self.album.say(path, sentence)

    def reply_dialog(self):
        p = self.program
        p.key('ctrl+o')
        self.here.choose_file(self.reply)
        p.sees(re.escape(form.ANSWER['title']))
        self.picture('reply', 'the answer is shown and asked for before it is kept')

    def proposal(self):
        p = self.program
        p.tab_to('button', self.say('Keep proposal'), limit=12)
        p.key('Return')
        p.gone('button', self.say('Keep proposal'))
        self.here.open_place(3, 'Proposals')
        p.find('list item', re.compile(re.escape(form.ANSWER['title'])))
        self.here.open_first()
        p.wait(lambda: any(text_of(n) == form.ANSWER['title'] for n in p.look('text')), 'the proposal as a page')
        p.sees(re.escape(TITLE[self.language]))
        self.picture('proposal', 'the proposal, linked to the need that it answers')

    def again(self):
        p = self.program
        p.key('ctrl+q')
        code = p.process.wait(20)
        assert code == 0, f'ended with {code}'
        said = p.said()
        assert not said, '\n'.join(said)
        self.here.start()
        self.here.open_place(2, 'Needs')
        self.program.find('list item', re.compile(re.escape(TITLE[self.language])))
        self.here.close()
