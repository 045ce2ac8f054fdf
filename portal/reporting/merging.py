"""What the rows of double reporting are called where records become one, or are kept from being removed."""

from flask_babel import lazy_gettext as _l

from portal.desk.removing import TABLES
from portal.registers.merging import name_table

name_table("member_report", _l("Member reports"))
TABLES["member_report"] = _l("Member reports")
