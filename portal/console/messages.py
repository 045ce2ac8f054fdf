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
}
