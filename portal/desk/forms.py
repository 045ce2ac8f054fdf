"""Input of the desk."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField

from portal.web.forms import PortalForm


class UploadForm(PortalForm):
    """One file."""

    file = FileField(_("File"))
