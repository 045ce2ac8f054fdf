"""Words for roles and for what went wrong with long work."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts.roles import Role
from portal.web.messages import sentence

ROLES = {
    Role.OPERATOR: _l("Operator"),
    Role.DISTRICT_OFFICER: _l("District officer"),
    Role.STREET_OFFICER: _l("Street officer"),
    Role.COMMUNITY_SECRETARY: _l("Community secretary"),
    Role.COMMUNITY_CLERK: _l("Community clerk"),
    Role.REVIEWER: _l("Reviewer"),
    Role.IN_SERVICE_MEMBER: _l("In-service member"),
    Role.OWNER: _l("Owner"),
    Role.PROPERTY_CONTACT: _l("Property company contact"),
    Role.AUDITOR: _l("Auditor"),
    Role.VISITOR: _l("Visitor"),
}


def role_label(role: Role) -> str:
    """Give the words for a role."""
    return str(ROLES[role])


def job_problem(error: str | None) -> str:
    """Say why long work ended early."""
    code, _sep, reference = (error or "").partition(":")
    if code == "jobs.broken":
        return _("This broke for a reason nobody foresaw. Number %(reference)s.", reference=reference)
    return sentence(code)


def set_up(app: Flask) -> None:
    """Hand the words to the templates."""
    app.jinja_env.globals.update(role_label=role_label, job_problem=job_problem)
