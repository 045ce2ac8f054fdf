"""What can be typed into the estates register."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, DecimalField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.estates.messages import AREA_WORDS, OWNER_WORDS, STATUS_WORDS, TITLE_WORDS
from portal.estates.rules import AreaBasis, OwnerKind, TitleBasis, UnitStatus
from portal.web.forms import PortalForm

MISSING = _("Please fill this in.")


def choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """Give the choices of a select from an enum's words."""
    return [SelectChoice(member.value, text) for member, text in words.items()]


class EstateForm(PortalForm):
    """A new estate."""

    name = StringField(_("Name of the estate"), [InputRequired(MISSING), Length(max=60)])
    address = StringField(_("Address"), [Optional(), Length(max=120)])


class UnitsForm(PortalForm):
    """Units of a building, one a line."""

    lines = TextAreaField(_("Units, one a line"), [InputRequired(MISSING), Length(max=100_000)])
    basis = SelectField(_("Where the areas come from"), choices=choices(AREA_WORDS), coerce=AreaBasis)
    status = SelectField(_("State of these units"), choices=choices(STATUS_WORDS), coerce=UnitStatus)


class BuildingForm(UnitsForm):
    """A new building with its units."""

    building_name = StringField(_("Name of the building"), [InputRequired(MISSING), Length(max=30)])


class UnitForm(PortalForm):
    """What can change about a unit."""

    area_m2 = DecimalField(_("Area in m²"), [InputRequired(MISSING)], places=2)
    basis = SelectField(_("Where the area comes from"), choices=choices(AREA_WORDS), coerce=AreaBasis)
    status = SelectField(_("State"), choices=choices(STATUS_WORDS), coerce=UnitStatus)


class OwnerForm(PortalForm):
    """An owner of a unit."""

    name = StringField(_("Name of the owner"), [InputRequired(MISSING), Length(max=100)])
    kind = SelectField(_("Kind of owner"), choices=choices(OWNER_WORDS), coerce=OwnerKind)
    id_number = StringField(_("Identity number or credit code"), [Optional(), Length(max=30)])
    basis = SelectField(_("Ground of ownership"), choices=choices(TITLE_WORDS), coerce=TitleBasis)
    share = DecimalField(_("Share in percent"), [InputRequired(MISSING), NumberRange(min=0.01, max=100)], places=2)
    valid_from = DateField(_("Owner since"), [InputRequired(MISSING)])
    is_voting_representative = BooleanField(_("Votes for this unit"))


class VerifyForm(PortalForm):
    """Which account an owner uses."""

    account = StringField(_("User name or mobile number of the owner's account"), [InputRequired(MISSING)])


class ContractForm(PortalForm):
    """A service contract with a firm, known or new."""

    company_name = StringField(_("Name of the property company"), [InputRequired(MISSING), Length(max=100)])
    credit_code = StringField(_("Unified social credit code"), [InputRequired(MISSING), Length(max=30)])
    valid_from = DateField(_("First day of the contract"), [InputRequired(MISSING)])
    last_day = DateField(_("Last day of the contract"), [Optional()])
