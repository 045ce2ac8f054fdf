"""What can be typed into scoring."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.web.forms import PortalForm

MISSING = _("Please fill this in.")


class RoundForm(PortalForm):
    """A new round; the contracts to choose from are handed in."""

    contract = SelectField(_("Estate and property company"), validators=[InputRequired(MISSING)])
    title = StringField(_("Name of the round"), [InputRequired(MISSING), Length(max=60)])
    first_day = DateField(_("First day"), [InputRequired(MISSING)])
    last_day = DateField(_("Last day"), [InputRequired(MISSING)])


class CloseForm(PortalForm):
    """Why a round ends before its announced end."""

    reason = TextAreaField(_("Reason for ending early"), [Length(max=200)])
