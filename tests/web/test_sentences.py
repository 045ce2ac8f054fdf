"""Every sentence of a broken rule can be said in every language, whatever values come with it."""

from collections import defaultdict

import pytest
from flask_babel import force_locale

from portal.web.messages import known_codes, sentence
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
