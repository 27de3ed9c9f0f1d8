# SPDX-License-Identifier: GPL-3.0-or-later
"""What other programs make of our pages: Poppler of the PDF, LibreOffice of the ODT, an XML and an HTML parser."""
import html.parser
import pathlib
import subprocess
import sys
import tempfile
import traceback
import xml.etree.ElementTree
import zipfile

RENDER, DATA = sys.argv[1], pathlib.Path(sys.argv[2])
WORK = pathlib.Path(tempfile.mkdtemp(prefix="samspill-pages-"))


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True, timeout=240).stdout


def render(form, name):
    output = WORK / f"{name}.{form}"
    run(RENDER, form, DATA / f"{name}.json", output)
    return output


def squeeze(text):
    return " ".join(text.split())


def test_pdf_is_one_tagged_page():
    info = run("pdfinfo", render("pdf", "need"))
    assert "Tagged:          yes" in info, info
    assert "Pages:           1" in info, info
    assert "A4" in info, info
    assert "Hvordan kan vi finne lekkasjer" in info, info


def test_pdf_text_can_be_selected():
    text = squeeze(run("pdftotext", "-layout", render("pdf", "need"), "-"))
    for words in ("Lillevik kommune", "9 500", "4,2 mill.", "38 % → 20 %", "Leder for vann og avløp", "15. februar 2027"):
        assert words in text.replace("\u00a0", " ").replace("\u202f", " "), (words, text)


def test_pdf_has_headings():
    structure = run("pdfinfo", "-struct", render("pdf", "need"))
    assert "H1" in structure and "H2" in structure and "TD" in structure, structure


def test_hostile_record_is_plain_text_everywhere():
    assert "alert(3)" in run("pdftotext", render("pdf", "hostile"), "-")
    with zipfile.ZipFile(render("odt", "hostile")) as odt:
        for part in ("content.xml", "styles.xml", "meta.xml"):
            xml.etree.ElementTree.fromstring(odt.read(part))
    seen = []

    class Parser(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            seen.append(tag)
            assert not any(name.startswith("on") for name, _ in attributes), attributes

    Parser().feed(render("html", "hostile").read_text())
    assert "script" not in seen and "img" not in seen and "svg" not in seen, seen


def test_odt_opens_in_libreoffice():
    odt = render("odt", "need")
    assert odt.read_bytes()[30:38] == b"mimetype"
    run("soffice", f"-env:UserInstallation=file://{WORK}/office", "--headless", "--convert-to", "txt:Text (encoded):UTF8",
        "--outdir", WORK / "txt", odt)
    text = (WORK / "txt" / "need.txt").read_text()
    assert "Hvordan kan vi finne lekkasjer" in text and "Driftsoperatøren skal kunne" in text, text


def test_pitch_in_nynorsk():
    text = run("pdftotext", render("pdf", "pitch"), "-")
    assert "Vi lyttar på røyra heile året" in text and "Røyrlytt AS" in text, text


TESTS = [value for name, value in sorted(globals().items()) if name.startswith("test_")]
print(f"1..{len(TESTS)}")
failed = 0
for number, test in enumerate(TESTS, 1):
    try:
        test()
        print(f"ok {number} {test.__name__}")
    except Exception:
        failed += 1
        print(f"not ok {number} {test.__name__}")
        print("# " + traceback.format_exc().replace("\n", "\n# "))
sys.exit(1 if failed else 0)
