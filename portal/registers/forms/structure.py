"""What can be typed about organizations, their terms, posts, checks and units."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
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

from portal.registers.forms import MISSING, NONE
from portal.registers.messages import KIND_WORDS
from portal.registers.messages.structure import (
    CATEGORY_WORDS,
    MANNER_WORDS,
    NATURE_WORDS,
    POST_WORDS,
    SHEET_WORDS,
    SITUATION_WORDS,
)
from portal.registers.rules import ORGANIZATION_NAME_MAX
from portal.registers.rules.structure import SEAT_POSTS
from portal.registers.rules.units import UNIT_NAME_MAX
from portal.web.forms import PortalForm

NAME_MAX, DOC_MAX, REASON_MAX, PLACE_MAX, BUILDINGS_MAX, TEXT_MAX = 50, 80, 200, 40, 120, 2000
MOST = 1_000_000


def _words(words: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(member.value, word) for member, word in words.items()]


class Ticks(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OrganizationForm(PortalForm):
    """A party organization; members and organizations that move into a new one."""

    name = StringField(_("Name of the organization"), [InputRequired(MISSING), Length(max=ORGANIZATION_NAME_MAX)])
    kind = SelectField(_("Kind"), choices=_words(KIND_WORDS))
    is_greater_committee = BooleanField(_("Enlarged committee with heads of resident units"))
    parent_id = SelectField(_("Directly below"), [Optional()])
    founded_on = DateField(_("Set up on"), [Optional()])
    applied_on = DateField(_("Applied to the upper committee on"), [Optional()])
    replied_on = DateField(_("Its reply of"), [Optional()])
    founding_doc = StringField(_("Founding reply, number"), [Optional(), Length(max=DOC_MAX)])
    elected_on = DateField(_("Last election"), [Optional()])
    contact_name = StringField(_("Contact person"), [Optional(), Length(max=NAME_MAX)])
    contact_phone = StringField(_("Telephone"), [Optional(), Length(max=20)])
    estate = StringField(_("Estate that it serves"), [Optional(), Length(max=PLACE_MAX)])
    buildings = StringField(_("Buildings of that estate"), [Optional(), Length(max=BUILDINGS_MAX)])
    category = SelectField(_("Category"), [Optional()], choices=[NONE, *_words(CATEGORY_WORDS)])
    unit_situation = SelectField(_("Its unit"), [Optional()], choices=[NONE, *_words(SITUATION_WORDS)])
    work_units = SelectMultipleField(_("Set up in these units"), [Optional()])
    size_doc = StringField(_("Approval for fewer members than usual"), [Optional(), Length(max=DOC_MAX)])
    members = Ticks(_("Members who move into it"), [Optional()])
    children = Ticks(_("Organizations that move below it"), [Optional()])

    def offer(
        self,
        parents: list[tuple[str, str]],
        units: list[tuple[str, str]],
        members: Sequence[tuple[str, str]] = (),
        children: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Hand in the organizations and units that there are, and who may move in."""
        top = SelectChoice("", _("nothing: the highest here"))
        self.parent_id.choices = [top, *(SelectChoice(*parent) for parent in parents)]
        self.work_units.choices = [SelectChoice(*unit) for unit in units]
        self.members.choices = [SelectChoice(*member) for member in members]
        self.children.choices = [SelectChoice(*child) for child in children]


class PlaceForm(PortalForm):
    """Which place of the estates register is meant."""

    place = SelectField(_("In the estates register"), [InputRequired(MISSING)])

    def offer(self, places: list[tuple[str, str]]) -> None:
        """Hand in the places: what is sent, and its words."""
        self.place.choices = [SelectChoice("", _("Please choose")), *(SelectChoice(*place) for place in places)]


class EndForm(PortalForm):
    """How an organization ends."""

    into_id = SelectField(_("Its members and organizations go to"), [Optional()])
    ended_on = DateField(_("Ends on"), [InputRequired(MISSING)])
    doc = StringField(_("Reply of the upper organization, number"), [Optional(), Length(max=DOC_MAX)])
    reason = StringField(_("Reason"), [InputRequired(MISSING), Length(max=REASON_MAX)])

    def offer(self, others: list[tuple[str, str]], *, is_empty: bool) -> None:
        """Hand in the organizations that can take them; an empty one needs none."""
        nowhere = SelectChoice("", _("nowhere: nobody is in it") if is_empty else _("Please choose"))
        self.into_id.choices = [nowhere, *(SelectChoice(*other) for other in others)]


class SeatForm(Form):
    """One seat of the committee that was elected."""

    kind = SelectField(_("Post"), choices=_words({kind: POST_WORDS[kind] for kind in SEAT_POSTS}))
    person = StringField(_("Name"), [Optional(), Length(max=NAME_MAX)])
    votes = IntegerField(_("Votes"), [Optional(), NumberRange(0, MOST)])


class TermFactsForm(PortalForm):
    """An election, without the committee."""

    starts_on = DateField(_("Elected on"), [InputRequired(MISSING)])
    session_no = IntegerField(_("Session number"), [Optional(), NumberRange(1, 99)])
    manner = SelectField(_("Who elected"), [Optional()], choices=[NONE, *_words(MANNER_WORDS)])
    is_scattered = BooleanField(_("Members live scattered"))
    approved_doc = StringField(_("Reply of the upper organization, number"), [Optional(), Length(max=DOC_MAX)])
    entitled = IntegerField(_("Entitled to attend"), [Optional(), NumberRange(1, MOST)])
    attended = IntegerField(_("Attended"), [Optional(), NumberRange(0, MOST)])
    candidates = IntegerField(_("Candidates"), [Optional(), NumberRange(1, 99)])
    seats = IntegerField(_("Seats"), [Optional(), NumberRange(1, 99)])


class TermForm(TermFactsForm):
    """An election: figures and the committee."""

    posts = FieldList(FormField(SeatForm), label=_("Elected committee"))


class TermCorrectForm(TermFactsForm):
    """What is wrong about an election."""

    drops_move = BooleanField(_("The other day was never approved: take it out"))


class MoveForm(PortalForm):
    """An approved delay or advance."""

    moved_to = DateField(_("New day at the latest"), [InputRequired(MISSING)])
    approved_on = DateField(_("Approved on"), [InputRequired(MISSING)])
    doc = StringField(_("Approval, number"), [InputRequired(MISSING), Length(max=DOC_MAX)])
    reason = StringField(_("Reason"), [InputRequired(MISSING), Length(max=REASON_MAX)])


class ReminderForm(PortalForm):
    """A letter that was sent."""

    sent_on = DateField(_("Sent on"), [InputRequired(MISSING)])
    letter_no = StringField(_("Letter, number"), [Optional(), Length(max=DOC_MAX)])


class PostForm(PortalForm):
    """Who holds a post."""

    kind = SelectField(_("Post"), choices=_words(POST_WORDS))
    person = StringField(_("Name"), [InputRequired(MISSING), Length(max=NAME_MAX)])
    from_on = DateField(_("In the post since"), [InputRequired(MISSING)])
    work_unit_id = SelectField(_("Comes from the resident unit"), [Optional()])
    duty = StringField(_("In charge of"), [Optional(), Length(max=40)])
    doc = StringField(_("Appointment, number"), [Optional(), Length(max=DOC_MAX)])
    replaces = HiddenField()

    def offer(self, units: list[tuple[str, str]]) -> None:
        """Hand in the resident units."""
        self.work_unit_id.choices = [SelectChoice("", _("no unit")), *(SelectChoice(*unit) for unit in units)]


class PostCorrectForm(PostForm):
    """What is wrong about a post."""

    until_on = DateField(_("First day without the post"), [Optional()])
    end_reason = StringField(_("Reason for its end"), [Optional(), Length(max=100)])
    votes = IntegerField(_("Votes"), [Optional(), NumberRange(0, MOST)])


class PostEndForm(PortalForm):
    """When and why a post ends."""

    until_on = DateField(_("First day without the post"), [InputRequired(MISSING)])
    reason = StringField(_("Reason"), [InputRequired(MISSING), Length(max=100)])


class SheetForm(PortalForm):
    """A check of an organization."""

    kind = SelectField(_("What is looked at"), choices=_words(SHEET_WORDS))
    checked_on = DateField(_("Checked on"), [InputRequired(MISSING)])
    findings = TextAreaField(_("What was found"), [Optional(), Length(max=TEXT_MAX)])
    measures = TextAreaField(_("What is done about it"), [Optional(), Length(max=TEXT_MAX)])
    responsible = StringField(_("Who answers for it"), [InputRequired(MISSING), Length(max=NAME_MAX)])
    due_on = DateField(_("Mend by"), [Optional()])


class ReviewForm(PortalForm):
    """A re-check."""

    reviewed_on = DateField(_("Looked at again on"), [InputRequired(MISSING)])
    outcome = RadioField(
        _("Outcome"),
        [InputRequired(MISSING)],
        choices=[SelectChoice("passed", _("Mended; close it")), SelectChoice("again", _("Not yet"))],
    )
    result = TextAreaField(_("What was seen"), [InputRequired(MISSING), Length(max=TEXT_MAX)])
    due_on = DateField(_("If not yet: until"), [Optional()])


class UnitForm(PortalForm):
    """A work unit."""

    name = StringField(_("Name of the unit"), [InputRequired(MISSING), Length(max=UNIT_NAME_MAX)])
    short_name = StringField(_("Short name that members write"), [Optional(), Length(max=UNIT_NAME_MAX)])
    credit_code = StringField(_("Unified social credit code"), [Optional(), Length(max=30)])
    nature = SelectField(_("Nature"), [Optional()], choices=[NONE, *_words(NATURE_WORDS)])
    is_resident = BooleanField(_("Resident unit: it sits in this community"))
    address = StringField(_("Address"), [Optional(), Length(max=120)])
    head_name = StringField(_("Head"), [Optional(), Length(max=NAME_MAX)])
    contact_name = StringField(_("Contact person"), [Optional(), Length(max=NAME_MAX)])
    phone = StringField(_("Telephone"), [Optional(), Length(max=20)])
