"""What can be typed where an entry of the registers was wrong."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from portal.registers.forms import MISSING, NONE
from portal.registers.messages import LOST_WORDS, TYPE_WORDS
from portal.registers.rules.standing import DOCUMENT_MAX
from portal.web.forms import PortalForm


class CorrectionForm(PortalForm):
    """The facts that only a decision changes, as they should have been entered, and why they are corrected."""

    member_type = SelectField(_("Type"), choices=[SelectChoice(code.value, word) for code, word in TYPE_WORDS.items()])
    joined = StringField(_("Joined the Party"), [InputRequired(MISSING), Length(max=20)])
    full = StringField(_("Full member since"), [Optional(), Length(max=20)])
    lost_since = DateField(_("Contact lost since"), [Optional()])
    lost_reason = SelectField(
        _("Reason on the national list"),
        [Optional()],
        choices=[NONE, *(SelectChoice(code.value, word) for code, word in LOST_WORDS.items())],
    )
    reason = StringField(_("Why it is corrected"), [InputRequired(MISSING), Length(max=200)])
    document = StringField(_("Paper that shows it"), [Optional(), Length(max=DOCUMENT_MAX)])
