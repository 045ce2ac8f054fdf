"""Every sentence of a broken rule can be said in every language, whatever values come with it."""

from collections import defaultdict

import pytest
from flask_babel import force_locale

from portal.core.errors import RuleBroken
from portal.web.messages import known_codes, said, sentence
from tests.conftest import Machine


class Anything(defaultdict[str, str]):
    """Values for every placeholder that a sentence may have; never empty, so that the sentence is always filled in."""

    def __init__(self) -> None:
        super().__init__(lambda: "7", {"": "7"})


@pytest.mark.parametrize("machine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_every_sentence_can_be_said(machine: Machine, locale: str) -> None:
    broken = []
    with machine.app.test_request_context(), force_locale(locale):
        for code in sorted(known_codes()):
            try:
                sentence(code, Anything())
            except (ValueError, TypeError) as error:
                broken.append(f"{code}: {error}")
    assert broken == []


@pytest.mark.parametrize("machine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param("2026-05-01", "2026年5月1日", id="a day"),
        pytest.param("2026-13-40", "2026-13-40", id="no day at all"),
        pytest.param("2026-05-01起", "2026-05-01起", id="more than a day"),
        pytest.param(7, "7", id="a number"),
    ],
)
def test_a_page_says_days_as_people_write_them(machine: Machine, given: object, shown: str) -> None:
    error = RuleBroken("registers.act_too_early", earliest=given)
    with machine.app.test_request_context(), force_locale("zh_Hans"):
        assert f"不能早于{shown}。" in said(error)
