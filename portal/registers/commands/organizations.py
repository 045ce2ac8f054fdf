"""Changes of the tree: enter, change and end an organization, move what stands in it."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.core.personal_data import mask_phone
from portal.registers import queries, rules
from portal.registers.models import (
    OrganizationEnd,
    OrganizationUnit,
    PartyMember,
    PartyOrganization,
    WorkUnit,
)
from portal.registers.organization_facts import NewOrganization
from portal.registers.organs import CONTACT_SEAL, begin_first_term, close_posts_and_term, locked_organization
from portal.registers.rules import OrganizationKind
from portal.registers.rules.sheets import EndKind, check_end
from portal.registers.rules.structure import JOINT_UNITS_MAX, check_application
from portal.tenancy import vault
from portal.tenancy.scope import written_tenant


def create_organization(
    new: NewOrganization,
    *,
    actor: Actor,
    now: datetime,
    member_ids: Sequence[uuid.UUID] = (),
    child_ids: Sequence[uuid.UUID] = (),
) -> PartyOrganization:
    """Enter a party organization at its place in the tree; members and organizations named move into it.

    Raises NotFound for an unknown parent, unit, member or child, RuleBroken `registers.wrong_parent`,
    `registers.group_needs_branch`, `registers.name_taken` (with `name`), `registers.not_a_branch`,
    `registers.too_many_units`, and of rules.structure.check_application.
    """
    _check_place(new)
    _check_application(new, now)
    organization = PartyOrganization(id=new_id(), created_at=now, updated_at=now, **new.columns())
    _seal_contact(organization, new)
    _put(organization)
    _set_units(organization.id, new)
    begin_first_term(organization, new.elected_on, now=now)
    changes: dict[str, list[object]] = {"name": [None, organization.name], "kind": [None, organization.kind.value]}
    record(AuditTag.ORGANIZATION_CREATE, subject=organization, actor=actor, now=now, changes=changes)
    if member_ids:
        rules.check_holds_members(organization.kind)
        _move_members(_members(member_ids), organization, actor=actor, now=now)
    if child_ids:
        _move_children(_organizations(child_ids), organization, actor=actor, now=now)
    return organization


def update_organization(
    organization_id: uuid.UUID, new: NewOrganization, *, actor: Actor, now: datetime
) -> PartyOrganization:
    """Change an organization to exactly these facts (see NewOrganization for what None leaves).

    Raises NotFound, RuleBroken `registers.wrong_parent`, `registers.group_needs_branch`, `registers.below_itself`
    (field `parent_id`), `registers.kind_has_members`, `registers.kind_has_children` (field `kind`),
    `registers.name_taken`, `registers.organization_ended`, `registers.too_many_units`.
    """
    organization = locked_organization(organization_id)
    _check_place(new)
    _check_application(new, now)
    _check_below(organization, new)
    columns = new.columns()
    changes: dict[str, list[object]] = {
        key: [getattr(organization, key), value]
        for key, value in columns.items()
        if getattr(organization, key) != value
    }
    if new.contact_phone:
        changes["contact_phone"] = [None, mask_phone(new.contact_phone)]
    for key, value in columns.items():
        setattr(organization, key, value)
    _seal_contact(organization, new)
    organization.updated_at = now
    _put(organization)
    _set_units(organization.id, new)
    record(AuditTag.ORGANIZATION_UPDATE, subject=organization, actor=actor, now=now, changes=changes)
    return organization


def end_organization(
    organization_id: uuid.UUID,
    *,
    into_id: uuid.UUID | None,
    ended_on: date,
    doc: str | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> OrganizationEnd:
    """End an organization: dissolved, or merged into the one that takes its members and organizations.

    Its posts and its term end on the same day. Raises NotFound, RuleBroken `registers.organization_ended` and those of
    rules.sheets.check_end.
    """
    organization = locked_organization(organization_id)
    into = queries.get_organization(into_id, tenant_id=written_tenant()) if into_id else None
    if into is not None and (into.id == organization.id or into.ended_on):
        raise RuleBroken("registers.end_into", field="into_id")
    members = list(db.session.scalars(select(PartyMember).where(PartyMember.organization_id == organization.id)))
    children = list(
        db.session.scalars(
            select(PartyOrganization).where(
                PartyOrganization.parent_id == organization.id, PartyOrganization.ended_on.is_(None)
            )
        )
    )
    check_end(
        organization.kind, into=into.kind if into else None, members=len(members), children=len(children),
        ended_on=ended_on, today=clock.today(now),
    )  # fmt: skip
    if into is not None:
        _move_members(members, into, actor=actor, now=now)
        _move_children(children, into, actor=actor, now=now)
    close_posts_and_term(organization.id, ended_on, reason=reason, now=now)
    organization.ended_on, organization.updated_at = ended_on, now
    kind = EndKind.MERGED if into else EndKind.DISSOLVED
    end = OrganizationEnd(
        id=new_id(), organization_id=organization.id, kind=kind, into_id=into_id, ended_on=ended_on,
        doc=doc or None, reason=reason, members_moved=len(members),
    )  # fmt: skip
    db.session.add(end)
    changes: dict[str, list[object]] = {
        "ended_on": [None, ended_on],
        "into": [None, into.name if into else None],
        "members_moved": [None, len(members)],
        "reason": [None, reason],
    }
    record(AuditTag.ORGANIZATION_END, subject=organization, actor=actor, now=now, changes=changes)
    return end


def _check_place(new: NewOrganization) -> None:
    parent = queries.get_organization(new.parent_id, tenant_id=written_tenant()) if new.parent_id else None
    if parent is not None and parent.ended_on:
        raise RuleBroken("registers.wrong_parent", field="parent_id")
    rules.check_parent(new.kind, parent.kind if parent else None)


def _check_application(new: NewOrganization, now: datetime) -> None:
    if new.application is not None:
        check_application(*new.application, today=clock.today(now))


def _check_below(organization: PartyOrganization, new: NewOrganization) -> None:
    """An organization cannot come to stand below itself, nor become what its members and groups cannot be in."""
    rows = {row.id: row for row in queries.list_organizations(tenant_id=written_tenant())}
    above = new.parent_id
    while above is not None:
        if above == organization.id:
            raise RuleBroken("registers.below_itself", field="parent_id")
        above = rows[above].parent_id if above in rows else None
    if new.kind is organization.kind:
        return
    for row in rows.values():
        if row.parent_id == organization.id and new.kind not in rules.ALLOWED_PARENTS[row.kind]:
            raise RuleBroken("registers.kind_has_children", field="kind")
    holds = select(PartyMember.id).where(PartyMember.organization_id == organization.id).limit(1)
    if new.kind not in rules.MEMBER_KINDS and db.session.scalars(holds).first() is not None:
        raise RuleBroken("registers.kind_has_members", field="kind")


def _seal_contact(organization: PartyOrganization, new: NewOrganization) -> None:
    if new.contact_phone:
        organization.contact_sealed = vault.seal(CONTACT_SEAL, organization.id, new.contact_phone)


def _put(organization: PartyOrganization) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(organization)
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken("registers.name_taken", field="name", name=organization.name) from error


def _set_units(organization_id: uuid.UUID, new: NewOrganization) -> None:
    if new.work_unit_ids is None:
        return
    wanted = list(dict.fromkeys(new.work_unit_ids))
    if new.kind is not OrganizationKind.JOINT_BRANCH and len(wanted) > 1:
        raise RuleBroken("registers.too_many_units", field="work_units", most=JOINT_UNITS_MAX)
    known = set(db.session.scalars(select(WorkUnit.id).where(WorkUnit.id.in_(wanted)))) if wanted else set()
    if known != set(wanted):
        raise NotFound
    links = db.session.scalars(select(OrganizationUnit).where(OrganizationUnit.organization_id == organization_id))
    held = {link.work_unit_id: link for link in links}
    for unit_id, link in held.items():
        if unit_id not in known:
            db.session.delete(link)
    db.session.add_all(
        OrganizationUnit(id=new_id(), organization_id=organization_id, work_unit_id=unit_id)
        for unit_id in wanted
        if unit_id not in held
    )


def _members(member_ids: Sequence[uuid.UUID]) -> list[PartyMember]:
    wanted = set(member_ids)
    found = list(
        db.session.scalars(
            select(PartyMember).where(PartyMember.tenant_id == written_tenant(), PartyMember.id.in_(wanted))
        )
    )
    if {member.id for member in found} != wanted:
        raise NotFound
    return found


def _organizations(ids: Sequence[uuid.UUID]) -> list[PartyOrganization]:
    wanted = set(ids)
    found = list(
        db.session.scalars(
            select(PartyOrganization).where(
                PartyOrganization.tenant_id == written_tenant(), PartyOrganization.id.in_(wanted)
            )
        )
    )
    if {row.id for row in found} != wanted:
        raise NotFound
    return found


def _move_members(members: Sequence[PartyMember], into: PartyOrganization, *, actor: Actor, now: datetime) -> None:
    for member in members:
        changes: dict[str, list[object]] = {"organization_id": [member.organization_id, into.id]}
        member.organization_id, member.updated_at = into.id, now
        record(AuditTag.MEMBER_UPDATE, subject=member, actor=actor, now=now, changes=changes)


def _move_children(
    children: Sequence[PartyOrganization], into: PartyOrganization, *, actor: Actor, now: datetime
) -> None:
    for child in children:
        rules.check_parent(child.kind, into.kind)
        changes: dict[str, list[object]] = {"parent_id": [child.parent_id, into.id]}
        child.parent_id, child.updated_at = into.id, now
        record(AuditTag.ORGANIZATION_UPDATE, subject=child, actor=actor, now=now, changes=changes)
