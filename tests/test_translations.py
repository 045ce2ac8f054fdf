"""Both catalogs say everything that the code says, and the check that tells so is awake."""

import shutil
from pathlib import Path

import pytest

from scripts import messages

FRAGMENT = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Hello %(name)s"
msgstr "您好，%(name)s"

msgid "%(num)s day"
msgid_plural "%(num)s days"
msgstr[0] "%(num)s 天"
"""


def test_both_catalogs_are_complete_not_fuzzy_and_keep_the_placeholders() -> None:
    assert messages.check() == []


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny project with two translated messages."""
    shutil.copy(messages.ROOT / "babel.cfg", tmp_path)
    translations = tmp_path / "portal" / "translations"
    (translations / "fragments").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("{{ _('Hello %(name)s', name='Wang') }}")
    (tmp_path / "portal" / "code.py").write_text("ngettext('%(num)s day', '%(num)s days', 2)")
    (translations / "fragments" / "part.po").write_text(FRAGMENT, encoding="utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "FOLDER", translations)
    return tmp_path


def test_update_takes_the_fragments_in_and_leaves_nothing_to_mend(project: Path) -> None:
    assert messages.update() == []
    assert messages.check() == []
    assert "您好，%(name)s" in messages.path_of("zh_Hans").read_text(encoding="utf-8")


def test_update_names_the_message_that_nobody_translated(project: Path) -> None:
    (project / "portal" / "more.py").write_text("_('Quite new')")
    assert messages.update() == ["portal/more.py: 'Quite new'"]


def test_update_does_not_take_a_guess_for_a_translation(project: Path) -> None:
    fragment = project / "portal" / "translations" / "fragments" / "part.po"
    fragment.write_text(FRAGMENT.replace('msgid "Hello', '#, fuzzy\nmsgid "Hello'), encoding="utf-8")
    assert messages.update() == ["templates/page.html: 'Hello %(name)s'"]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('%(name)s"\n', '%(nam)s"\n', "zh_Hans: placeholders differ: '您好，%(nam)s': 'Hello %(name)s'"),
        ('msgstr "您好，%(name)s"', 'msgstr ""', "zh_Hans: not translated: 'Hello %(name)s'"),
        ('#, python-format\nmsgid "Hello', '#, fuzzy\nmsgid "Hello', "zh_Hans: fuzzy: 'Hello %(name)s'"),
        ('msgid "Hello %(name)s"', 'msgid "Hi"', "zh_Hans: not in the catalog: 'Hello %(name)s'"),
    ],
)
def test_check_sees_a_broken_entry(project: Path, before: str, after: str, fault: str) -> None:
    messages.update()
    catalog = messages.path_of("zh_Hans")
    head, found, tail = catalog.read_text(encoding="utf-8").rpartition(before)
    assert found
    catalog.write_text(head + after + tail, encoding="utf-8")
    assert fault in messages.check()
