"""Input of the desk."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from portal.web.forms import PortalForm

REASON_MOST = 200
NAME_MAX = 40


class UploadForm(PortalForm):
    """One file."""

    file = FileField(_("File"))


class ExportForm(PortalForm):
    """Why a list leaves the house, and whether with the sealed fields in clear."""

    reason = StringField(_("Reason"), [InputRequired(_("Say what the workbook is for.")), Length(max=REASON_MOST)])
    in_clear = BooleanField(_("With full ID numbers, mobiles and addresses"))


class RemovalForm(PortalForm):
    """Why something is removed or taken back."""

    reason = StringField(_("Why, for the record"), [InputRequired(_("Please fill this in.")), Length(max=REASON_MOST)])


class SavedListForm(PortalForm):
    """A name for a list."""

    name = StringField(_("Name of the list"), [InputRequired(_("Please fill this in.")), Length(max=NAME_MAX)])
    is_shared = BooleanField(_("Colleagues here may open it, too"))
