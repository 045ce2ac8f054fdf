"""What can be typed into the estates register."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, DecimalField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields import TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.estates.messages import (
    AREA_WORDS,
    CONTACT_WORDS,
    OWNER_WORDS,
    STATUS_WORDS,
    TITLE_WORDS,
    USAGE_WORDS,
    VERDICT_WORDS,
)
from portal.estates.rules import AreaBasis, ContactKind, HeadVerdict, OwnerKind, TitleBasis, UnitStatus, UnitUsage
from portal.web.forms import PortalForm

MISSING = _("Please fill this in.")


def choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """Give the choices of a select from an enum's words."""
    return [SelectChoice(member.value, text) for member, text in words.items()]


class EstateForm(PortalForm):
    """A new estate."""

    name = StringField(_("Name of the estate"), [InputRequired(MISSING), Length(max=60)])
    address = StringField(_("Address"), [Optional(), Length(max=120)])


class EstateChangeForm(EstateForm):
    """What can change about an estate."""

    counts_special = BooleanField(_("Parking, storage and special spaces count in votes"))
    counts_special_source = StringField(_("Clause of the rules of procedure"), [Optional(), Length(max=100)])


class UnitsForm(PortalForm):
    """Units of a building, one a line."""

    lines = TextAreaField(_("Units, one a line"), [InputRequired(MISSING), Length(max=100_000)])
    basis = SelectField(_("Where the areas come from"), choices=choices(AREA_WORDS), coerce=AreaBasis)
    status = SelectField(_("State of these units"), choices=choices(STATUS_WORDS), coerce=UnitStatus)
    usage = SelectField(
        _("What they are for"), choices=choices(USAGE_WORDS), coerce=UnitUsage, default=UnitUsage.DWELLING
    )


class BuildingForm(UnitsForm):
    """A new building with its units."""

    building_name = StringField(_("Name of the building"), [InputRequired(MISSING), Length(max=30)])
    phase = StringField(_("Phase"), [Optional(), Length(max=20)])


class BuildingChangeForm(PortalForm):
    """What can change about a building; of its residents only counts."""

    building_name = StringField(_("Name of the building"), [InputRequired(MISSING), Length(max=30)])
    phase = StringField(_("Phase"), [Optional(), Length(max=20)])
    households = IntegerField(_("Households living here"), [Optional()])
    persons = IntegerField(_("Persons living here"), [Optional()])
    counted_on = DateField(_("Counted on"), [Optional()])


class UnitForm(PortalForm):
    """What can change about a unit."""

    room = StringField(_("Room"), [Optional(), Length(max=20)])
    area_m2 = DecimalField(_("Area in m²"), [InputRequired(MISSING)], places=2)
    basis = SelectField(_("Where the area comes from"), choices=choices(AREA_WORDS), coerce=AreaBasis)
    document = StringField(_("Paper that says so"), [Optional(), Length(max=80)])
    usage = SelectField(_("What it is for"), choices=choices(USAGE_WORDS), coerce=UnitUsage, default=UnitUsage.DWELLING)
    status = SelectField(_("State"), choices=choices(STATUS_WORDS), coerce=UnitStatus)
    sold_on = DateField(_("Sold on"), [Optional()])
    delivered_on = DateField(_("Handed over on"), [Optional()])


class TitleForm(PortalForm):
    """On what ground and for which share somebody owns."""

    basis = SelectField(_("Ground of ownership"), choices=choices(TITLE_WORDS), coerce=TitleBasis)
    document = StringField(_("Paper that was seen"), [Optional(), Length(max=80)])
    share = DecimalField(_("Share in percent"), [Optional(), NumberRange(min=0.01, max=100)], places=2)
    valid_from = DateField(_("Owner since"), [InputRequired(MISSING)])


class OwnerForm(TitleForm):
    """An owner of a unit."""

    name = StringField(_("Name of the owner"), [InputRequired(MISSING), Length(max=100)])
    kind = SelectField(_("Kind of owner"), choices=choices(OWNER_WORDS), coerce=OwnerKind)
    id_number = StringField(_("Identity number or credit code"), [Optional(), Length(max=30)])
    phone = StringField(_("Phone"), [Optional(), Length(max=30)])
    is_voting_representative = BooleanField(_("Votes for this unit"))


class OwnerChangeForm(PortalForm):
    """What can change about an owner; sealed fields left empty stay as they are."""

    name = StringField(_("Name of the owner"), [InputRequired(MISSING), Length(max=100)])
    kind = SelectField(_("Kind of owner"), choices=choices(OWNER_WORDS), coerce=OwnerKind)
    id_number = StringField(_("Identity number or credit code"), [Optional(), Length(max=30)])
    phone = StringField(_("Phone"), [Optional(), Length(max=30)])
    guardian_name = StringField(_("Guardian who votes"), [Optional(), Length(max=50)])
    guardian_phone = StringField(_("Guardian's phone"), [Optional(), Length(max=30)])


class EndForm(PortalForm):
    """The last day of something."""

    last_day = DateField(_("Last day"), [InputRequired(MISSING)])


class FromForm(PortalForm):
    """The first day of something."""

    from_day = DateField(_("From"), [InputRequired(MISSING)])


class VerifyForm(PortalForm):
    """Which account an owner uses."""

    account = StringField(_("User name or mobile number of the owner's account"), [InputRequired(MISSING)])


class RevealForm(PortalForm):
    """Why somebody looks at a sealed field."""

    reason = StringField(_("Reason"), [InputRequired(MISSING), Length(max=200)])


class CertainForm(PortalForm):
    """The one answer for all pairs with the same number."""

    expected = HiddenField(validators=[InputRequired()])
    reason = StringField(_("Why, for the record"), [Optional(), Length(max=200)])


class HeadForm(PortalForm):
    """What is decided about two entries of owners."""

    first = HiddenField(validators=[InputRequired(MISSING)])
    second = HiddenField(validators=[InputRequired(MISSING)])
    verdict = SelectField(choices=choices(VERDICT_WORDS), coerce=HeadVerdict)
    reason = StringField(_("Note"), [Optional(), Length(max=200)])


class ContactForm(PortalForm):
    """Who looks after a building."""

    kind = SelectField(_("What for"), choices=choices(CONTACT_WORDS), coerce=ContactKind)
    known = SelectField(_("In the register already"), [Optional()])
    name = StringField(_("Name"), [Optional(), Length(max=50)])
    organization = StringField(_("Unit or post"), [Optional(), Length(max=60)])
    phone = StringField(_("Phone given to be posted"), [Optional(), Length(max=20)])
    valid_from = DateField(_("From"), [InputRequired(MISSING)])
    everywhere = BooleanField(_("For all buildings of this estate"))

    def offer(self, units: list[tuple[str, str]], people: list[tuple[str, str]]) -> None:
        """Hand in the resident units and the people with a post."""
        self.known.choices = {
            "": [("", _("nobody of these: I write the name"))],
            str(_("Resident units")): units,
            str(_("People with a post")): people,
        }


class CompanyForm(PortalForm):
    """A property company."""

    company_name = StringField(_("Name of the property company"), [InputRequired(MISSING), Length(max=100)])
    credit_code = StringField(_("Unified social credit code"), [InputRequired(MISSING), Length(max=30)])


class ContractDaysForm(PortalForm):
    """The days and the fee of a contract."""

    valid_from = DateField(_("First day of the contract"), [InputRequired(MISSING)])
    last_day = DateField(_("Last day of the contract"), [Optional()])
    fee = DecimalField(_("Fee in ¥ per m² and month"), [Optional()], places=3)


class ContractForm(CompanyForm, ContractDaysForm):
    """A service contract with a firm, known or new."""
