"""Every rule that says no has its sentence, and no sentence waits for a rule that is gone."""

import re
from pathlib import Path

import pytest

from portal.elections import messages as elections
from portal.notices import messages as notices

PORTAL = Path(elections.__file__).parents[1]


@pytest.mark.parametrize(
    ("package", "sentences"),
    [
        pytest.param("elections", elections.MESSAGES, id="elections"),
        pytest.param("notices", notices.MESSAGES, id="notices"),
    ],
)
def test_codes_and_sentences_are_the_same(package: str, sentences: dict[str, object]) -> None:
    raised = {
        code
        for name in ("rules", "commands")
        for code in re.findall(rf'"({package}\.[a-z_]+)"', (PORTAL / package / f"{name}.py").read_text("utf-8"))
    }
    assert raised == set(sentences)


def test_every_state_kind_and_step_has_a_name() -> None:
    assert set(elections.STATES) == set(elections.CaseState)
    assert set(elections.CANDIDATE_STATES) == set(elections.CandidateState)
    assert set(elections.SOURCES) == set(elections.NominationSource)
    assert set(elections.KINDS) == set(elections.CaseKind)
    assert set(elections.OUTCOMES) == set(elections.CheckOutcome)
    assert set(elections.MILESTONES) == set(elections.Milestone)
    assert set(notices.STEPS) == set(notices.StepCode)
    assert set(notices.KINDS) == set(notices.NoticeKind)
