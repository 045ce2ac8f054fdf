"""Who may do what: the whole policy as one table. docs/roles.md is generated from it.

Reach: OWN, rows of this person only; HERE, this tenant; BELOW, this tenant and the ones under it, read only.
*When* something may be done is a rule of the module, not of this table.
"""

from enum import StrEnum

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.authz.permissions import Permission as P  # noqa: N817  the table reads better


class Reach(StrEnum):
    """How far a permission carries."""

    OWN = "own"
    HERE = "here"
    BELOW = "below"


SECRETARY, CLERK, REVIEWER = Role.COMMUNITY_SECRETARY, Role.COMMUNITY_CLERK, Role.REVIEWER
STREET, DISTRICT, OPERATOR, AUDITOR = Role.STREET_OFFICER, Role.DISTRICT_OFFICER, Role.OPERATOR, Role.AUDITOR
MEMBER, OWNER, COMPANY, VISITOR = Role.IN_SERVICE_MEMBER, Role.OWNER, Role.PROPERTY_CONTACT, Role.VISITOR

STAFF = {SECRETARY: Reach.HERE, CLERK: Reach.HERE}
# The register of party organizations and members: a street has its own, its working committee and what is directly
# below; its officers keep it alone, without a clerk beside them.
HEADS = {SECRETARY: Reach.HERE, STREET: Reach.HERE}
KEEPERS = {**STAFF, STREET: Reach.HERE}

POLICY: dict[P, dict[Role, Reach]] = {
    P.HOME_VIEW: dict.fromkeys(Role, Reach.OWN),
    P.USER_LIST: {SECRETARY: Reach.HERE, STREET: Reach.HERE, OPERATOR: Reach.HERE, AUDITOR: Reach.HERE},
    P.USER_MANAGE: {SECRETARY: Reach.HERE, STREET: Reach.HERE, OPERATOR: Reach.HERE},
    P.AUDIT_LIST: {SECRETARY: Reach.HERE, AUDITOR: Reach.HERE},
    P.TENANT_TOTALS: {STREET: Reach.BELOW, DISTRICT: Reach.BELOW, OPERATOR: Reach.BELOW},
    P.TENANT_OPEN: {OPERATOR: Reach.BELOW},
    P.JOB_VIEW: {**KEEPERS, OPERATOR: Reach.HERE},
    P.DESK_USE: KEEPERS,
    P.ORGANIZATION_LIST: {**KEEPERS, AUDITOR: Reach.HERE},
    P.ORGANIZATION_EDIT: HEADS,
    P.ORGANIZATION_BELOW: {STREET: Reach.BELOW},
    P.CONTACT_REVEAL: KEEPERS,
    P.WORK_UNIT_LIST: {**KEEPERS, AUDITOR: Reach.HERE},
    P.WORK_UNIT_EDIT: KEEPERS,
    P.MEMBER_LIST: {**KEEPERS, AUDITOR: Reach.HERE},
    P.MEMBER_SENSITIVE: KEEPERS,
    P.LIST_TIDY: HEADS,
    P.MEMBER_EDIT: KEEPERS,
    P.MEMBER_REVEAL: HEADS,
    P.MEMBER_EXPORT: HEADS,
    P.MEMBER_MERGE: KEEPERS,
    P.STANDING_RECORD: KEEPERS,
    P.STANDING_DECIDE: HEADS,
    P.TRANSFER_LIST: {**KEEPERS, AUDITOR: Reach.HERE},
    P.TRANSFER_PREPARE: KEEPERS,
    P.TRANSFER_DECIDE: HEADS,
    P.LINK_MANAGE: KEEPERS,
    P.ESTATE_LIST: {**STAFF, REVIEWER: Reach.HERE, AUDITOR: Reach.HERE},
    P.ESTATE_EDIT: STAFF,
    P.OWNER_REVEAL: STAFF,
    P.OWNER_EXPORT: {SECRETARY: Reach.HERE},
    P.HEAD_DECIDE: STAFF,
    P.OWNERSHIP_VERIFY: STAFF,
    P.REPORT_SUBMIT: {VISITOR: Reach.OWN},
    P.REPORT_DECIDE: STAFF,
    P.REPORT_REVEAL: STAFF,
    P.POST_MANAGE: STAFF,
    P.POST_CLAIM: {MEMBER: Reach.OWN},
    P.SERVICE_LOG: {MEMBER: Reach.OWN},
    P.SERVICE_CONFIRM: STAFF,
    P.CARD_VIEW: {VISITOR: Reach.OWN},
    P.CARD_LIST: {**STAFF, AUDITOR: Reach.HERE},
    P.ROUND_MANAGE: {SECRETARY: Reach.HERE},
    P.ROUND_LIST: {**STAFF, AUDITOR: Reach.HERE},
    P.BALLOT_SUBMIT: {OWNER: Reach.OWN},
    P.RESULT_VIEW: {**STAFF, AUDITOR: Reach.HERE},
    P.RESULT_READ: {**STAFF, OWNER: Reach.HERE, COMPANY: Reach.HERE, AUDITOR: Reach.HERE},
    P.CARE_LIST: {**STAFF, AUDITOR: Reach.HERE},
    P.CARE_REVEAL: STAFF,
    P.DUTY_POST_MANAGE: STAFF,
    P.VISIT_MANAGE: STAFF,
    P.FLOATING_MANAGE: STAFF,
    P.FLOATING_EXPORT: {SECRETARY: Reach.HERE},
    P.PUBLIC_CARD_MANAGE: STAFF,
    P.PUBLIC_CARD_PUBLISH: {SECRETARY: Reach.HERE},
    P.CONTACT_LINK_MANAGE: STAFF,
    P.DELEGATE_MANAGE: STAFF,
    P.CASE_LIST: {**STAFF, REVIEWER: Reach.HERE, AUDITOR: Reach.HERE},
    P.CASE_MANAGE: {SECRETARY: Reach.HERE},
    P.CANDIDATE_NOMINATE: STAFF,
    P.CHECK_RECORD: {SECRETARY: Reach.HERE, REVIEWER: Reach.HERE},
    P.CANDIDATE_DECIDE: {SECRETARY: Reach.HERE, REVIEWER: Reach.HERE},
    P.CANDIDATES_PUBLISH: {SECRETARY: Reach.HERE},
}


def role_for(actor: Actor | None, permission: P) -> Role | None:
    """Give the role by which the actor may do this, or None when the actor may not."""
    if actor is None:
        return None
    allowed = POLICY[permission]
    return next((role for role in allowed if role in actor.roles), None)


def can(actor: Actor | None, permission: P) -> bool:
    """Say whether the actor may do this in the tenant that the actor stands for."""
    return role_for(actor, permission) is not None
