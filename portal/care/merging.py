"""What the rows of care are called where two records of one member become one. They move by their keys."""

from flask_babel import lazy_gettext as _

from portal.desk.removing import TABLES
from portal.registers.merging import name_table

for _table, _words in {
    "duty_post": _("Post of a retired member"),
    "care_visit": _("Visits"),
    "floating_member": _("Floating ledger"),
    "public_card": _("Public card"),
    "contact_link": _("Four-level contact"),
    "party_delegate": _("Office of a delegate"),
}.items():
    name_table(_table, _words)
    TABLES[_table] = _words
