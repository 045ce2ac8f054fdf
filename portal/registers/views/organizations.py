"""The tree of organizations; one organization with its committee, term and warnings; entering, changing, ending."""

import uuid
from typing import Any

from flask import Response, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.personal_data import mask_phone
from portal.desk.history import history_of
from portal.registers import queries
from portal.registers.commands.units import reveal_contact
from portal.registers.forms import RevealForm
from portal.registers.history import organization_fields
from portal.registers.messages import GREATER_COMMITTEE, KIND_WORDS, MESSAGES
from portal.registers.messages import structure as words
from portal.registers.models import PartyOrganization
from portal.registers.organs import CONTACT_SEAL
from portal.registers.queries.organizations import Judged, judge, organization_states
from portal.registers.queries.sheets import end_of, sheets_of
from portal.registers.queries.terms import list_posts, list_terms_of
from portal.registers.queries.units import units_of_organization
from portal.registers.rules import OrganizationKind
from portal.registers.rules.structure import (
    RESIDENTS_POSTS,
    SEAT_POSTS,
    Finding,
    PostKind,
    residents_term_findings,
    two_committee_findings,
)
from portal.registers.rules.terms import TERM_KINDS
from portal.registers.upper import upper_name
from portal.registers.views.blueprint import bp
from portal.tenancy import vault
from portal.tenancy.levels import Level
from portal.web.guard import requires
from portal.web.htmx import render
from portal.web.messages import written
from portal.web.panels import panels_for
from portal.web.templating import day


@bp.get("")
@requires(Permission.ORGANIZATION_LIST)
def show_tree() -> Response:
    """Show the tree of organizations with the members of each and of all below it."""
    today = clock.today(g.now)
    lines = judge(organization_states(tenant_id=g.tenant.id, today=today), today=today)
    return render(
        "registers/tree.html",
        lines=lines,
        total=sum(line.state.own_all for line in lines),
        full=sum(line.state.own_full for line in lines),
        kinds=KIND_WORDS,
        greater=GREATER_COMMITTEE,
        upper=upper_name(g.tenant),
        is_street=g.tenant.level is Level.STREET,
        say=say,
        words=words,
    )


def say(finding: Finding) -> str:
    """Give a finding as a sentence."""
    return str(MESSAGES[finding.code] % written(finding.values)) if finding.values else str(MESSAGES[finding.code])


@bp.get("/organizations/<uuid:organization_id>")
@requires(Permission.ORGANIZATION_LIST)
def show_organization(organization_id: uuid.UUID) -> Response:
    """Show an organization: facts, committee, term, warnings, what is below it, checks."""
    return organization_page(organization_id, RevealForm())


def organization_page(
    organization_id: uuid.UUID, form: Any, *, revealed: str | None = None, status: int = 200
) -> Response:
    """Give the page of an organization, with a form to reveal its telephone."""
    tenant_id, today = g.tenant.id, clock.today(g.now)
    organization = queries.get_organization(organization_id, tenant_id=tenant_id)
    lines = judge(organization_states(tenant_id=tenant_id, today=today), today=today)
    line = next((each for each in lines if each.state.id == organization_id), None)
    posts = list_posts([organization_id], tenant_id=tenant_id)
    held = [
        row for row in posts if row.post.from_on <= today and (row.post.until_on is None or row.post.until_on > today)
    ]
    return render(
        "registers/organization.html",
        status=status,
        organization=organization,
        line=line,
        findings=(line.findings if line else []) + _two_committees(held),
        facts=_facts(organization, lines, line),
        phone=_phone(organization, revealed),
        revealed=revealed is not None,
        form=form,
        held=held,
        past=[row for row in posts if row not in held],
        terms=list_terms_of(organization_id, tenant_id=tenant_id),
        below=[each for each in lines if each.state.parent_id == organization_id],
        sheets=sheets_of(organization_id, tenant_id=tenant_id),
        end=end_of(organization_id, tenant_id=tenant_id) if organization.ended_on else None,
        has_terms=organization.kind in TERM_KINDS,
        history=history_of(
            organization,
            tenant_id=tenant_id,
            fields=organization_fields({each.state.id: each.state.name for each in lines}),
            with_looks=can(g.actor, Permission.AUDIT_LIST),
        ),
        panels=panels_for("party_organization", organization_id, actor=g.actor),
        kinds=KIND_WORDS,
        say=say,
        words=words,
    )


def _two_committees(held: list[Any]) -> list[Finding]:
    def names(*kinds: PostKind) -> list[str]:
        return [str(row.post.member_id or row.post.person_name) for row in held if row.post.kind in kinds]

    elected = min((row.post.from_on for row in held if row.post.kind in RESIDENTS_POSTS), default=None)
    return residents_term_findings(elected, today=clock.today(g.now)) + two_committee_findings(
        secretaries=names(PostKind.SECRETARY),
        directors=names(PostKind.RESIDENTS_DIRECTOR),
        party=names(*SEAT_POSTS),
        residents=names(*RESIDENTS_POSTS),
    )


def _facts(organization: PartyOrganization, lines: list[Judged], line: Judged | None) -> list[tuple[str, str]]:
    names = {each.state.id: each.state.name for each in lines}
    category, situation = organization.category, organization.unit_situation
    units = units_of_organization(organization.id, tenant_id=organization.tenant_id)
    facts = [
        (_("Directly below"), _above(organization, names)),
        (_("Set up on"), day(organization.founded_on)),
        (_("Applied for on"), day(organization.applied_on)),
        (_("Replied to on"), day(organization.replied_on)),
        (_("Founding reply, number"), organization.founding_doc or ""),
        (_("Category"), str(words.CATEGORY_WORDS[category]) if category else ""),
        (_("Its unit"), str(words.SITUATION_WORDS[situation]) if situation else ""),
        (_("Set up in these units"), "、".join(unit.name for unit in units)),
        (_("Serves"), f"{organization.estate or ''} {organization.buildings or ''}".strip()),
        (_("Contact person"), organization.contact_name or ""),
    ]
    if line is not None:
        number = _("%(all)s members, %(full)s of them full", all=line.state.members_all, full=line.state.members_full)
        facts.insert(0, (_("Members"), number))
    return facts


def _above(organization: PartyOrganization, names: dict[uuid.UUID, str]) -> str:
    """Give what stands above: here, or for the highest of a community the street's; a working committee has neither."""
    if organization.parent_id:
        return names.get(organization.parent_id, "")
    return "" if organization.kind is OrganizationKind.WORKING_COMMITTEE else upper_name(g.tenant) or ""


def _phone(organization: PartyOrganization, revealed: str | None) -> str | None:
    if organization.contact_sealed is None:
        return None
    clear = vault.unseal(CONTACT_SEAL, organization.tenant_id, organization.id, organization.contact_sealed)
    return revealed or mask_phone(clear)


@bp.post("/organizations/<uuid:organization_id>/contact-reveals")
@requires(Permission.CONTACT_REVEAL)
def reveal_organization_contact(organization_id: uuid.UUID) -> Response:
    """Show the contact's telephone in clear, once, for a reason that is recorded."""
    form: Any = RevealForm()
    queries.get_organization(organization_id, tenant_id=g.tenant.id)
    if not form.validate():
        return organization_page(organization_id, form, status=422)
    try:
        text = reveal_contact(organization_id, of_unit=False, reason=form.reason.data, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return organization_page(organization_id, form, status=422)
    return organization_page(organization_id, RevealForm(formdata=None), revealed=text)
