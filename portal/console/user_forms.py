"""Forms about people and their roles."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.accounts.roles import Role
from portal.console.labels import role_label
from portal.console.user_commands import NewPerson, RoleWish
from portal.web.forms import PortalForm


class PersonFields(PortalForm):
    """Who somebody is. Comes before RoleForm: fields stand in the order in which they were written."""

    name = StringField(_l("Full name"), [InputRequired(_l("Enter the name.")), Length(max=50)])
    user_name = StringField(
        _l("User name"),
        [InputRequired(_l("Enter a user name.")), Length(max=40)],
        description=_l("3 to 40 small letters and digits, for example zhangsan. It cannot be changed later."),
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    mobile = StringField(
        _l("Mobile number"),
        [Optional(), Length(max=11)],
        description=_l("The person can sign in with it too."),
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )

    @property
    def person(self) -> NewPerson:
        """Give who a valid form is about."""
        data: dict[str, Any] = self.data
        return NewPerson(data["name"], data["user_name"], data["mobile"] or "")


class HolderFields(PortalForm):
    """Who gets a role."""

    sign_in_name = StringField(
        _l("User name or mobile number"),
        [InputRequired(_l("Say who gets the role.")), Length(max=40)],
        description=_l("Exactly as the person signs in."),
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )


class RoleForm(PortalForm):
    """Which role, and from when until when."""

    role = SelectField(_l("Role"), [InputRequired(_l("Choose a role."))])
    starts_on = DateField(_l("From"), [InputRequired(_l("Say from which day."))])
    ends_on = DateField(
        _l("Until and including"), [Optional()], description=_l("Leave empty when no end is known yet.")
    )

    def offer(self, roles: Sequence[Role], *, today: date) -> None:
        """Hand in the roles that may be given, and the day to begin with."""
        self.role.choices = [("", _l("Please choose")), *((role.value, role_label(role)) for role in roles)]
        if self.starts_on.data is None and not self.is_submitted():
            self.starts_on.data = today

    @property
    def wish(self) -> RoleWish:
        """Give what a valid form asks for."""
        data: dict[str, Any] = self.data
        return RoleWish(Role(data["role"]), data["starts_on"], data["ends_on"])


class PersonForm(PersonFields, RoleForm):
    """Somebody who has no account yet, and a first role."""


class GrantForm(HolderFields, RoleForm):
    """A role for somebody who has an account, here or elsewhere."""


class OpenWorkspaceForm(PersonFields):
    """The first person who answers for a workspace."""

    ends_on = DateField(
        _l("Until and including"),
        [InputRequired(_l("Say until when."))],
        description=_l("The end of the term of office. It can be prolonged later."),
    )
    reason = StringField(
        _l("Reason"),
        [InputRequired(_l("Say why, for example the letter of appointment.")), Length(max=200)],
    )
