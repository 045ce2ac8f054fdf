"""Forms of elections."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.elections.messages import KINDS, OUTCOMES, SOURCES
from portal.elections.rules import (
    CandidateState,
    CheckOutcome,
    Finding,
    Nomination,
    NominationSource,
    Preparation,
    Verdict,
)
from portal.web.forms import PortalForm

DAY_NEEDED = _l("Enter the day.")


def choices(labels: Mapping[Any, Any]) -> list[Any]:
    """Options from value and label."""
    return [SelectChoice(value=str(value), label=label) for value, label in labels.items()]


class OpenCaseForm(PortalForm):
    """Open a case for one estate."""

    kind = RadioField(
        _l("What is it for"), [InputRequired(_l("Choose what the election is for."))], choices=choices(KINDS)
    )
    seats = IntegerField(_l("Seats to be filled"), [InputRequired(_l("Enter a whole number.")), NumberRange(1, 99)])
    pack_id = SelectField(_l("Rules that apply"), validate_choice=True)
    prep_formed_on = DateField(_l("Preparatory or renewal group formed on"), [InputRequired(DAY_NEEDED)])
    register_published_on = DateField(_l("Owners' register published on"), [InputRequired(DAY_NEEDED)])

    def preparation(self) -> Preparation:
        """What was filled in, once the form is valid."""
        return Preparation(cast("date", self.prep_formed_on.data), cast("date", self.register_published_on.data))


class NominationForm(PortalForm):
    """Put a person forward."""

    name = StringField(_l("Name of the candidate"), [InputRequired(_l("Enter the name.")), Length(max=50)])
    unit_text = StringField(_l("Building and room"), [InputRequired(_l("Enter building and room.")), Length(max=60)])
    source = RadioField(_l("How nominated"), [InputRequired(_l("Choose who nominated."))], choices=choices(SOURCES))

    def nomination(self) -> Nomination:
        """What was filled in, once the form is valid."""
        return Nomination(self.name.data or "", self.unit_text.data or "", NominationSource(self.source.data))


class CheckForm(PortalForm):
    """What was found under one rule; used once for each rule, with the rule's code as prefix."""

    evidence = TextAreaField(_l("What it rests on"), [Length(max=500)])
    file = FileField(_l("Paper (PDF or photo)"), [Optional()])
    outcome = RadioField(
        _l("Finding"),
        [InputRequired(_l("Choose a finding."))],
        choices=choices({outcome: words for outcome, (words, _tone) in OUTCOMES.items()}),
    )

    def finding(self, rule_code: str) -> Finding:
        """What was filled in, once the form is valid."""
        return Finding(rule_code, CheckOutcome(self.outcome.data), self.evidence.data or "")


class TickList(SelectMultipleField):
    """Several ticks instead of a list box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


DECISION_WORDS: dict[CandidateState, Any] = {
    CandidateState.PASSED: _l("Pass: all conditions are met"),
    CandidateState.CONDITIONAL: _l("Pass on condition: to be mended by a day"),
    CandidateState.NEED_INFO: _l("More is needed before deciding"),
    CandidateState.FAILED: _l("Refuse: a rule is not met"),
}


class DecisionForm(PortalForm):
    """Decide on a candidate."""

    outcome = RadioField(_l("Decision"), [InputRequired(_l("Choose a decision."))], choices=choices(DECISION_WORDS))
    cited = TickList(_l("Refused on"), validators=[Optional()])
    fix_by = DateField(_l("To be mended by"), [Optional()])
    reason = TextAreaField(
        _l("Reason"), [InputRequired(_l("Write the reason; the candidate will be told it.")), Length(max=500)]
    )

    def verdict(self) -> Verdict:
        """What was filled in, once the form is valid."""
        return Verdict(
            outcome=CandidateState(self.outcome.data),
            reason=self.reason.data or "",
            cited=tuple(self.cited.data or ()),
            fix_by=self.fix_by.data,
        )


class PublicationForm(PortalForm):
    """The words of the published list."""

    title = StringField(_l("Title"), [InputRequired(_l("Give the notice a title.")), Length(max=120)])
    text = TextAreaField(_l("Text"), [InputRequired(_l("Write what the notice announces.")), Length(max=2000)])
    objection = TextAreaField(
        _l("How and where to object"), [InputRequired(_l("Say how and where one can object.")), Length(max=400)]
    )


class WithdrawalForm(PortalForm):
    """Take the published list back."""

    reason = TextAreaField(
        _l("Why the list is taken back"), [InputRequired(_l("Say why the notice is taken back.")), Length(max=300)]
    )
