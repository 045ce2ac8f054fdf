"""Sentences of the console's rules."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "tenancy.ended": _l("This division has ended. What was recorded can be read, but not changed."),
    "console.starts_in_past": _l("A role cannot begin before today."),
    "console.ends_before_start": _l("The last day must not be before the first."),
    "console.role_not_yours": _l("This role is not yours to give or end here."),
    "console.own_role": _l("You cannot end your own role. Ask somebody who manages people here."),
    "console.person_unknown": _l("Nobody signs in with this name. Check it, or add the person first."),
    "console.role_held": _l("This person holds this role here already."),
    "console.no_workspace": _l("This division has no workspace to open."),
    "console.already_open": _l("Somebody answers for this workspace already."),
    "console.user_name_other": _l("This user name belongs to somebody with another name."),
    "divisions.headings": _l(
        "The first line must be code,name,level,parent_code and may add former_codes; found: %(value)s"
    ),
    "divisions.cells": _l("A row has 4 or 5 cells, this one has %(value)s."),
    "divisions.code_digits": _l("A code has 2, 4, 6, 9 or 12 digits; found “%(value)s”."),
    "divisions.level_code": _l("The level does not fit the length of the code; found “%(value)s”."),
    "divisions.name_length": _l("A name has 1 to 60 characters; found “%(value)s”."),
    "divisions.code_twice": _l("%(value)s stands in the list twice."),
    "divisions.parent_unknown": _l("There is no division “%(value)s” in the list or in the database."),
    "divisions.parent_level": _l("%(value)s is not of the level right above."),
    "divisions.former_code": _l("A former code has as many digits as the code and differs from it; found “%(value)s”."),
    "divisions.former_in_use": _l("%(value)s is still in the list, or is the former code of another row too."),
    "divisions.code_is_former": _l("%(value)s is the former code of a division that has another one now."),
    "divisions.below_unknown": _l("There is no division %(value)s to be complete below."),
    "divisions.name_same": _l("That is its name already: %(value)s."),
    "divisions.ended_before": _l("%(value)s has ended before."),
    "divisions.merge_pair": _l("%(value)s must be another division of the same level that has not ended."),
}
