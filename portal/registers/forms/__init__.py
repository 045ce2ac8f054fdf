"""What can be typed into the registers."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from portal.registers.messages import CLASS_WORDS, FLOW_WORDS, JOB_WORDS, TYPE_WORDS
from portal.registers.roster_words import FLOW_PLACE_MAX, PLACE_MAX, WORK_UNIT_MAX
from portal.registers.rules import ADDRESS_MAX
from portal.registers.standards import EDUCATIONS, ETHNIC_GROUPS, Coded
from portal.web.forms import PortalForm

MISSING = _("Please fill this in.")
NONE = SelectChoice("", _("not recorded"))


def _words(words: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(member.value, word) for member, word in words.items()]


def _coded(table: dict[str, Coded]) -> list[SelectChoice]:
    return [NONE, *(SelectChoice(row.code, row.zh) for row in table.values())]


class MemberForm(PortalForm):
    """A member's facts, written as in a roster; portal.registers.facts reads both."""

    full_name = StringField(_("Name"), [InputRequired(MISSING), Length(max=50)])
    id_number = StringField(_("ID number"), [InputRequired(MISSING), Length(max=30)])
    member_type = SelectField(_("Type"), choices=_words(TYPE_WORDS))
    joined = StringField(_("Joined the Party"), [InputRequired(MISSING), Length(max=20)])
    full = StringField(_("Full member since"), [Optional(), Length(max=20)])
    organization = SelectField(_("Branch or group"), [InputRequired(MISSING)])
    management_class = SelectField(_("Class of care"), [Optional()], choices=[NONE, *_words(CLASS_WORDS)])
    ethnic = SelectField(_("Ethnic group"), [Optional()], choices=_coded(ETHNIC_GROUPS))
    education = SelectField(_("Education"), [Optional()], choices=_coded(EDUCATIONS))
    job_category = SelectField(_("Occupation"), [Optional()], choices=[NONE, *_words(JOB_WORDS)])
    flow_direction = SelectField(_("Floating"), [Optional()], choices=[NONE, *_words(FLOW_WORDS)])
    flow_place = StringField(_("Where to or from"), [Optional(), Length(max=FLOW_PLACE_MAX)])
    mobile = StringField(_("Mobile"), [Optional(), Length(max=20)])
    work_unit = StringField(_("Work unit"), [Optional(), Length(max=WORK_UNIT_MAX)])
    address = StringField(_("Family address"), [Optional(), Length(max=ADDRESS_MAX)])
    estate = StringField(_("Estate"), [Optional(), Length(max=PLACE_MAX)])
    building = StringField(_("Building"), [Optional(), Length(max=PLACE_MAX)])

    def offer(self, places: list[str]) -> None:
        """Hand in the names of branches and groups."""
        self.organization.choices = [
            SelectChoice("", _("Please choose")),
            *(SelectChoice(name, name) for name in places),
        ]

    def cells(self) -> dict[str, str]:
        """Give what was typed as cells by column."""
        return {name: field.data or "" for name, field in self._fields.items() if name != "csrf_token"}


class RevealForm(PortalForm):
    """Why somebody looks at a sealed field."""

    reason = StringField(_("Reason"), [InputRequired(MISSING), Length(max=200)])


class ExportForm(PortalForm):
    """Why a list leaves the house, and whether with the sealed fields in clear."""

    reason = StringField(_("Reason"), [InputRequired(MISSING), Length(max=200)])
    in_clear = BooleanField(_("With full ID numbers, mobiles and addresses"))
