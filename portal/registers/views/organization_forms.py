"""Entering, changing and ending an organization; a suggestion fills the form beforehand."""

import uuid
from typing import Any

from flask import Response, flash, g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.desk.rules import read_mobile
from portal.registers import commands, queries
from portal.registers.commands.organizations import end_organization, update_organization
from portal.registers.forms.structure import EndForm, OrganizationForm
from portal.registers.models import PartyOrganization
from portal.registers.organization_facts import NewOrganization
from portal.registers.queries.organizations import OrganizationState, organization_states
from portal.registers.queries.sheets import members_living_in
from portal.registers.queries.units import unit_choices, units_of_organization
from portal.registers.rules import ALLOWED_PARENTS, OrganizationKind
from portal.registers.rules.places import plain_place
from portal.registers.rules.structure import committee_of
from portal.registers.rules.terms import OrganizationCategory
from portal.registers.rules.units import UnitSituation
from portal.registers.views.blueprint import bp
from portal.tenancy.known_places import place_names
from portal.tenancy.levels import Level
from portal.web.guard import requires
from portal.web.htmx import render, see_other

LANDLINE_MAX = 20


@bp.route("/organizations/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def create_organization() -> Response:
    """Enter an organization; a suggestion brings its name, place and members along in the address."""
    states = organization_states(tenant_id=g.tenant.id, today=clock.today(g.now))
    form: Any = OrganizationForm(data=_suggested(states))
    _offer(form, states, with_moves=True)
    if form.validate_on_submit():
        try:
            organization = commands.create_organization(
                _new(form), actor=g.actor, now=g.now,
                member_ids=[uuid.UUID(each) for each in form.members.data or []],
                child_ids=[uuid.UUID(each) for each in form.children.data or []],
            )  # fmt: skip
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is entered.", name=organization.name), "success")
            return see_other("registers.show_organization", organization_id=organization.id)
    status = 422 if form.is_submitted() else 200
    known = place_names(g.tenant.id)
    return render("registers/organization_form.html", form=form, organization=None, known=known, status=status)


@bp.route("/organizations/<uuid:organization_id>/facts", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def edit_organization(organization_id: uuid.UUID) -> Response:
    """Change an organization's facts and place."""
    organization = queries.get_organization(organization_id, tenant_id=g.tenant.id)
    states = organization_states(tenant_id=g.tenant.id, today=clock.today(g.now))
    form: Any = OrganizationForm(data=_form_data(organization))
    _offer(form, [state for state in states if state.id != organization_id])
    if form.validate_on_submit():
        try:
            update_organization(organization_id, _new(form), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The facts of %(name)s are changed.", name=organization.name), "success")
            return see_other("registers.show_organization", organization_id=organization_id)
    status = 422 if form.is_submitted() else 200
    known = place_names(g.tenant.id)
    return render("registers/organization_form.html", form=form, organization=organization, known=known, status=status)


@bp.route("/organizations/<uuid:organization_id>/end", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def close_organization(organization_id: uuid.UUID) -> Response:
    """Dissolve an organization or merge it into another."""
    today = clock.today(g.now)
    states = organization_states(tenant_id=g.tenant.id, today=today)
    state = next((each for each in states if each.id == organization_id), None)
    if state is None:
        queries.get_organization(organization_id, tenant_id=g.tenant.id)
        return see_other("registers.show_organization", organization_id=organization_id)
    form: Any = EndForm(data={"ended_on": today})
    below = sum(1 for each in states if each.parent_id == organization_id)
    others = [(str(each.id), each.name) for each in states if each.id != organization_id]
    form.offer(others, is_empty=not below and not state.own_all)
    if form.validate_on_submit():
        into_id = uuid.UUID(form.into_id.data) if form.into_id.data else None
        try:
            end_organization(
                organization_id, into_id=into_id, ended_on=form.ended_on.data, doc=form.doc.data,
                reason=form.reason.data, actor=g.actor, now=g.now,
            )  # fmt: skip
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s has ended.", name=state.name), "success")
            return see_other("registers.show_organization", organization_id=organization_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/organization_end.html", form=form, state=state, below=below, status=status)


def _offer(form: Any, states: list[OrganizationState], *, with_moves: bool = False) -> None:
    parents = [(str(state.id), state.name) for state in states if state.kind is not OrganizationKind.GROUP]
    units = [(str(unit_id), name) for unit_id, name in unit_choices(tenant_id=g.tenant.id)]
    members, children = _moves(form, states) if with_moves else ([], [])
    form.offer(parents, units, members, children)


def _moves(form: Any, states: list[OrganizationState]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Who may move into a suggested organization: those who live there; the groups or branches without one above."""
    kind = request.args.get("kind", form.kind.data or "")
    estate, building = plain_place(request.args.get("estate")), plain_place(request.args.get("building"))
    if kind == OrganizationKind.GROUP.value and estate:
        names = {state.id: state.name for state in states}
        rows = members_living_in(estate, building or None, tenant_id=g.tenant.id)
        return [(str(row.id), f"{row.full_name}（{names.get(row.organization_id, '')}）") for row in rows], []
    below = [state for state in states if _may_go_below(state, kind, estate)]
    return [], [(str(state.id), state.name) for state in below]


def _may_go_below(state: OrganizationState, kind: str, estate: str) -> bool:
    if kind not in set(OrganizationKind) or OrganizationKind(kind) not in ALLOWED_PARENTS[state.kind]:
        return False
    if state.kind is OrganizationKind.GROUP:
        return bool(estate) and plain_place(state.estate) == estate
    return state.parent_id is None


def _suggested(states: list[OrganizationState]) -> dict[str, Any]:
    """Fill the form from a suggestion of the 3-3-3 rule, or from the link on an organization's page."""
    kind = request.args.get("kind", "")
    if kind not in set(OrganizationKind):
        return _usual(states)
    estate, building = plain_place(request.args.get("estate")), plain_place(request.args.get("building"))
    data: dict[str, Any] = {"kind": kind, "estate": estate[:40], "buildings": building[:40]}
    if estate or request.args.get("suggested"):
        data |= _suggested_place(OrganizationKind(kind), states, estate, building)
    return data


def _usual(states: list[OrganizationState]) -> dict[str, Any]:
    """Fill the form with what is entered most: first the committee, then branches below it."""
    if not states and g.tenant.level is Level.STREET:
        kind, name = committee_of(g.tenant.name)
        return {"kind": kind.value, "name": name}
    if not states:
        return {"kind": OrganizationKind.PARTY_COMMITTEE.value}
    top = next((state for state in states if state.kind in ALLOWED_PARENTS[OrganizationKind.BRANCH]), None)
    return {"kind": OrganizationKind.BRANCH.value, "parent_id": str(top.id) if top else ""}


def _suggested_place(
    kind: OrganizationKind, states: list[OrganizationState], estate: str, building: str
) -> dict[str, Any]:
    here = [state for state in states if estate and plain_place(state.estate) == estate]
    if kind is OrganizationKind.GROUP:
        living = members_living_in(estate, building or None, tenant_id=g.tenant.id)
        branch = _branch_for(states, here, [row.organization_id for row in living])
        inside = {state.id for state in states if branch in {state.id, state.parent_id}}
        moving = [str(row.id) for row in living if row.organization_id in inside]
        return {"name": f"{estate}{building}党小组", "parent_id": str(branch or ""), "members": moving}
    if kind is OrganizationKind.BRANCH:
        top = next((state for state in states if state.kind in ALLOWED_PARENTS[kind]), None)
        groups = [str(state.id) for state in here if state.kind is OrganizationKind.GROUP]
        return {"name": f"{estate}党支部", "parent_id": str(top.id) if top else "", "children": groups}
    alone = [str(state.id) for state in states if state.parent_id is None and kind in ALLOWED_PARENTS[state.kind]]
    name = "党委" if kind is OrganizationKind.PARTY_COMMITTEE else "党总支"
    return {"name": f"{g.tenant.name}{name}", "children": alone}


def _branch_for(
    states: list[OrganizationState], here: list[OrganizationState], homes: list[uuid.UUID]
) -> uuid.UUID | None:
    """The branch of the estate, else the one that most of these members are in."""
    for state in here:
        if state.kind in ALLOWED_PARENTS[OrganizationKind.GROUP]:
            return state.id
    parents = {state.id: state.parent_id for state in states if state.kind is OrganizationKind.GROUP}
    branches = [parents.get(home) or home for home in homes]
    return max(branches, key=branches.count) if branches else None


def _new(form: Any) -> NewOrganization:
    return NewOrganization(
        name=form.name.data,
        kind=OrganizationKind(form.kind.data),
        parent_id=uuid.UUID(form.parent_id.data) if form.parent_id.data else None,
        is_greater_committee=form.is_greater_committee.data,
        founded_on=form.founded_on.data,
        elected_on=form.elected_on.data,
        category=OrganizationCategory(form.category.data) if form.category.data else None,
        unit_situation=UnitSituation(form.unit_situation.data) if form.unit_situation.data else None,
        contact_name=form.contact_name.data,
        contact_phone=read_phone(form.contact_phone.data),
        founding_doc=form.founding_doc.data,
        size_doc=form.size_doc.data,
        estate=form.estate.data,
        buildings=form.buildings.data,
        application=(form.applied_on.data, form.replied_on.data),
        work_unit_ids=tuple(uuid.UUID(each) for each in form.work_units.data or []),
    )


def read_phone(text: str | None) -> str | None:
    """Give a telephone as it is sealed: a mobile checked, a landline as written; raises RuleBroken of read_mobile."""
    plain = "".join((text or "").split())
    if not plain:
        return None
    is_landline = "-" in plain or (plain.isdecimal() and len(plain) < 11)  # noqa: PLR2004  digits of a mobile
    return plain[:LANDLINE_MAX] if is_landline else read_mobile(plain, column="contact_phone")


def _form_data(organization: PartyOrganization) -> dict[str, Any]:
    units = units_of_organization(organization.id, tenant_id=organization.tenant_id)
    return {
        "name": organization.name,
        "kind": organization.kind.value,
        "is_greater_committee": organization.is_greater_committee,
        "parent_id": str(organization.parent_id or ""),
        "founded_on": organization.founded_on,
        "applied_on": organization.applied_on,
        "replied_on": organization.replied_on,
        "founding_doc": organization.founding_doc,
        "category": organization.category.value if organization.category else "",
        "unit_situation": organization.unit_situation.value if organization.unit_situation else "",
        "contact_name": organization.contact_name,
        "size_doc": organization.size_doc,
        "estate": organization.estate,
        "buildings": organization.buildings,
        "work_units": [str(unit.id) for unit in units],
    }
