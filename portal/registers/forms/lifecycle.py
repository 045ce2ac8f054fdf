"""What can be typed about a member's standing, transfers, second belongings and merges."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, DecimalField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from portal.registers.forms import MISSING, NONE, MemberForm
from portal.registers.messages import HARDSHIP_WORDS, LOST_WORDS, SERVICE_WORDS, YES_NO_WORDS
from portal.registers.messages.lifecycle import GROUND_WORDS, PAY_WORDS
from portal.registers.rules.extras import SKILLS_MAX
from portal.web.forms import PortalForm

ON_PAPER, BY_CODE = "paper", "code"
YES, NO = "yes", "no"
YES_OR_NO = ((YES, YES_NO_WORDS[True]), (NO, YES_NO_WORDS[False]))
CHOOSE = SelectChoice("", _("please choose"))
MONTH = Regexp(r"20[0-9]{2}-(0[1-9]|1[0-2])$", message=_("Write year and month like 2026-11."))


def _words(words: dict[Any, Any]) -> list[SelectChoice]:
    return [CHOOSE, *(SelectChoice(code.value, word) for code, word in words.items())]


YEARS = [SelectChoice("1", _("one year")), SelectChoice("2", _("two years"))]


class ActForm(PortalForm):
    """An act of standing; each act shows the fields that it needs."""

    on = DateField(_("Date"), [InputRequired(MISSING)])
    lost_reason = SelectField(_("Reason on the national list"), [Optional()], choices=_words(LOST_WORDS))
    ground = SelectField(_("Ground"), [Optional()], choices=_words(GROUND_WORDS))
    has_searched = BooleanField(_("Searched for in every way, without result"))
    since = DateField(_("Abroad since"), [Optional()])
    until = DateField(_("Extended until"), [Optional()])
    years = SelectField(_("For how long"), [Optional()], choices=[CHOOSE, *YEARS])
    reason = StringField(_("What happened"), [Optional(), Length(max=200)])
    document = StringField(_("Number of the decision"), [Optional(), Length(max=60)])


class ExtrasForm(PortalForm):
    """The flag beside the class, hardship, service and dues; the pay is asked for and not kept."""

    is_vulnerable = BooleanField(_("Also in need: old and frail, or in hardship"))
    vulnerable_since = DateField(_("Since"), [Optional()])
    hardship_level = SelectField(_("Level of hardship"), [Optional()], choices=[NONE, *_words(HARDSHIP_WORDS)[1:]])
    skills = StringField(_("Good at"), [Optional(), Length(max=SKILLS_MAX)])
    service_intents = SelectMultipleField(
        _("Wants to help with"),
        choices=_words(SERVICE_WORDS)[1:],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    on_owners_committee = SelectField(
        _("On the owners' committee"), [Optional()], choices=[NONE, *(SelectChoice(*each) for each in YES_OR_NO)]
    )
    dues_monthly = DecimalField(_("Dues a month (¥)"), [Optional()], places=2)
    pay_kind = SelectField(_("Reckoned by"), [Optional()], choices=_words(PAY_WORDS))
    pay = DecimalField(_("Pay a month (¥)"), [Optional()], places=2)


class WithdrawForm(PortalForm):
    """Why something that was recorded is taken back."""

    reason = StringField(_("Why it is taken back"), [InputRequired(MISSING), Length(max=200)])


class MoveForm(PortalForm):
    """A move to another branch or group of this community."""

    organization = SelectField(_("New branch or group"), [InputRequired(MISSING)])
    on = DateField(_("From which day"), [InputRequired(MISSING)])
    reason = StringField(_("Reason"), [InputRequired(MISSING), Length(max=200)])

    def offer(self, places: dict[str, Any]) -> None:
        """Hand in name → id of branches and groups."""
        self.organization.choices = _places(places)


def _places(places: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice("", _("Please choose")), *(SelectChoice(str(key), name) for name, key in places.items())]


class TransferForm(PortalForm):
    """Where a relation is to go, and why."""

    where = SelectField(_("Where to"), [InputRequired(MISSING)])
    to_code = StringField(_("Code of the community (12 digits) or street (9 digits)"), [Optional(), Length(max=12)])
    other_name = StringField(_("Receiving organization, in full"), [Optional(), Length(max=100)])
    reason = StringField(_("Reason"), [InputRequired(MISSING), Length(max=200)])
    back_on = DateField(_("Comes back on, if only for a time"), [Optional()])
    dues_until = StringField(_("Dues paid up to (month)"), [Optional(), MONTH])

    def offer(self, places: list[tuple[str, str]]) -> None:
        """Hand in code and name of the registers close by."""
        self.where.choices = [
            SelectChoice("", _("Please choose")),
            SelectChoice(ON_PAPER, _("outside the portal: a letter on paper")),
            SelectChoice(BY_CODE, _("a community or street of another district: by its code")),
            *(SelectChoice(code, name) for code, name in places),
        ]


class LetterForm(PortalForm):
    """The letter of introduction."""

    letter_no = StringField(_("Number of the letter"), [InputRequired(MISSING), Length(max=40)])
    letter_on = DateField(_("Date of the letter"), [InputRequired(MISSING)])
    valid_to = DateField(_("Good until"), [Optional()])


class ReasonForm(PortalForm):
    """Why something is refused or returned."""

    reason = StringField(_("Reason"), [Optional(), Length(max=200)])


class AcceptForm(PortalForm):
    """Into which branch somebody comes."""

    organization = SelectField(_("Branch or group"), [InputRequired(MISSING)])

    def offer(self, places: dict[str, Any]) -> None:
        """Hand in name → id of branches and groups."""
        self.organization.choices = _places(places)


class ReceiptForm(PortalForm):
    """The slip that came back."""

    on = DateField(_("Accepted there on"), [InputRequired(MISSING)])
    receipt_no = StringField(_("Number of the receipt slip"), [Optional(), Length(max=40)])


class IncomingForm(MemberForm):
    """A letter on paper with the member whom it brings."""

    from_name = StringField(_("Issued by"), [InputRequired(MISSING), Length(max=100)])
    letter_no = StringField(_("Number of the letter"), [InputRequired(MISSING), Length(max=40)])
    letter_on = DateField(_("Date of the letter"), [InputRequired(MISSING)])
    valid_to = DateField(_("Good until"), [InputRequired(MISSING)])
    dues_until = StringField(_("Dues paid up to (month)"), [Optional(), MONTH])


class LinkForm(PortalForm):
    """Where one of our own members reports."""

    other_name = StringField(
        _("Community where the member lives and reports"), [InputRequired(MISSING), Length(max=100)]
    )
    from_on = DateField(_("From"), [InputRequired(MISSING)])


class GuestForm(PortalForm):
    """Somebody of another organization who reports here."""

    full_name = StringField(_("Name"), [InputRequired(MISSING), Length(max=50)])
    other_name = StringField(_("Home organization, in full"), [InputRequired(MISSING), Length(max=100)])
    mobile = StringField(_("Mobile"), [Optional(), Regexp(r"1[3-9][0-9]{9}$", message=_("needs 11 digits."))])
    from_on = DateField(_("From"), [InputRequired(MISSING)])


class CorrectLinkForm(LinkForm):
    """What was entered wrong of one of our own, and why it is corrected."""

    reason = StringField(_("Why it is corrected"), [InputRequired(MISSING), Length(max=200)])


class CorrectGuestForm(GuestForm):
    """What was entered wrong of somebody from elsewhere; a mobile that is left empty stays as it is."""

    reason = StringField(_("Why it is corrected"), [InputRequired(MISSING), Length(max=200)])


class EndLinkForm(PortalForm):
    """From when a second belonging no longer holds."""

    until_on = DateField(_("First day on which it no longer holds"), [InputRequired(MISSING)])
