"""What can be typed about lists."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from portal.registers.forms import MISSING
from portal.web.forms import PortalForm

NAME_MAX = 40


class SavedListForm(PortalForm):
    """A name for a list."""

    name = StringField(_("Name of the list"), [InputRequired(MISSING), Length(max=NAME_MAX)])
    is_shared = BooleanField(_("Colleagues here may open it, too"))
