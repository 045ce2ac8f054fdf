"""One member: the facts, a look at what is sealed, entering and changing."""

import uuid
from typing import Any

from flask import Response, flash, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.desk.history import history_of
from portal.registers import commands, queries
from portal.registers.facts import read_facts
from portal.registers.forms import MemberForm, RevealForm
from portal.registers.history import member_fields
from portal.registers.importing import date_text
from portal.registers.member_facts import fact_groups
from portal.registers.messages import FIELD_WORDS, STATUS_WORDS
from portal.registers.models import PartyMember
from portal.registers.queries.standing import entry_of
from portal.registers.rules.corrections import is_full_date_settled
from portal.registers.views.blueprint import bp
from portal.registers.views.corrections import decided_facts
from portal.registers.views.list_address import sees_sensitive
from portal.tenancy.known_places import place_names
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.panels import panels_for

HERE = "本支部"
"""Stands for the branch in which a member is, where facts are read that do not say it."""


@bp.get("/members/<uuid:member_id>")
@requires(Permission.MEMBER_LIST)
def show_member(member_id: uuid.UUID) -> Response:
    """Show a member's facts, personal ones masked."""
    return _member_page(queries.get_member(member_id, tenant_id=g.tenant.id), RevealForm())


@bp.post("/members/<uuid:member_id>/reveals/<string:field>")
@requires(Permission.MEMBER_REVEAL)
def reveal_member(member_id: uuid.UUID, field: str) -> Response:
    """Show one sealed field in clear, once, for a reason that is recorded."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    form: Any = RevealForm()
    if not form.validate():
        return _member_page(member, form, asked=field, status=422)
    try:
        text = commands.reveal_member(member_id, field=field, reason=form.reason.data, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return _member_page(member, form, asked=field, status=422)
    return _member_page(member, RevealForm(formdata=None), revealed={field: text})


def _member_page(
    member: PartyMember, form: Any, *, asked: str = "", revealed: dict[str, str] | None = None, status: int = 200
) -> Response:
    tenant_id = g.tenant.id
    names = {row.id: row.name for row in queries.list_organizations(tenant_id=tenant_id)}
    looks = can(g.actor, Permission.AUDIT_LIST)
    return render(
        "registers/member.html",
        status=status,
        member=member,
        organization=names.get(member.organization_id) or _("an organization that has ended"),
        groups=fact_groups(member, today=clock.today(g.now)),
        sealed=_sealed_fields(member, revealed or {}),
        form=form,
        asked=asked,
        field_words=FIELD_WORDS,
        statuses=STATUS_WORDS,
        panels=panels_for("party_member", member.id, actor=g.actor),
        history=history_of(
            member, tenant_id=tenant_id, fields=member_fields(names, sees=sees_sensitive()), with_looks=looks
        ),
    )


def _sealed_fields(member: PartyMember, revealed: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    """Name, words, what is shown, whether that is in clear; fields that are empty are left out."""
    fields = []
    for name, word in FIELD_WORDS.items():
        text = queries.unseal_field(member, name)
        if text is not None:
            fields.append((name, str(word), revealed.get(name) or queries.MASKS[name](text), name in revealed))
    return fields


@bp.route("/members/new", methods=["GET", "POST"])
@requires(Permission.MEMBER_EDIT)
def create_member() -> Response:
    """Enter a member by hand."""
    form: Any = MemberForm()
    places = queries.member_places(tenant_id=g.tenant.id)
    form.offer(list(places))
    if form.validate_on_submit():
        facts = _facts_from(form, places)
        if facts is not None:
            try:
                member = commands.create_member(facts, actor=g.actor, now=g.now)
            except RuleBroken as error:
                form.add_rule_error(error)
            else:
                flash(_("%(name)s is entered.", name=member.full_name), "success")
                return see_other("registers.show_member", member_id=member.id)
    status = 422 if form.is_submitted() else 200
    return render(
        "registers/member_form.html",
        form=form,
        member=None,
        places=places,
        known=place_names(g.tenant.id),
        status=status,
    )


@bp.route("/members/<uuid:member_id>/facts", methods=["GET", "POST"])
@requires(Permission.MEMBER_EDIT)
def update_member(member_id: uuid.UUID) -> Response:
    """Change a member's facts. Sealed ones are not shown; left empty they stay as they are."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    form: Any = MemberForm(data=_form_data(member))
    del form.organization  # moved with a date and a reason, on a page of its own
    _leave_decided_alone(form, member)
    _let_sealed_be_empty(form)
    if form.validate_on_submit():
        facts = _facts_from(form, {HERE: member.organization_id}, member)
        if facts is not None:
            try:
                commands.update_member(member.id, facts, actor=g.actor, now=g.now)
            except RuleBroken as error:
                form.add_rule_error(error)
            else:
                flash(_("The facts of %(name)s are changed.", name=facts.full_name), "success")
                return see_other("registers.show_member", member_id=member.id)
    status_code = 422 if form.is_submitted() else 200
    names = {row.id: row.name for row in queries.list_organizations(tenant_id=g.tenant.id)}
    return render(
        "registers/member_form.html", form=form, member=member, places=names, known=place_names(g.tenant.id),
        place=names.get(member.organization_id, ""), decided=decided_facts(member), status=status_code,
    )  # fmt: skip


def _facts_from(form: Any, places: dict[str, uuid.UUID], member: PartyMember | None = None) -> Any:
    """Read the form like a roster's row; every problem goes beside its field."""
    cells = form.cells()
    if member is not None:
        for name in FIELD_WORDS:
            cells[name] = cells[name] or queries.unseal_field(member, name) or ""
        cells["organization"] = HERE
        cells |= {"member_type": member.member_type.value, "joined": date_text(member.joined)}
        cells["full"] = date_text(member.full) or cells.get("full", "")
        cells["lost_since"] = member.lost_since.isoformat() if member.lost_since else ""
        cells["lost_reason"] = member.lost_reason.value if member.lost_reason else ""
    facts, _number, problems = read_facts(cells, organizations=places, today=clock.today(g.now))
    for problem in problems:
        form.add_rule_error(RuleBroken(problem.code, field=problem.column, **problem.values))
    return facts


def _leave_decided_alone(form: Any, member: PartyMember) -> None:
    """Take out what acts and corrections change, each on a page of its own with its day, paper and reason."""
    del form.member_type, form.joined
    if is_full_date_settled(entry_of(member)):
        del form.full


def _let_sealed_be_empty(form: Any) -> None:
    for name in FIELD_WORDS:
        form[name].validators = [each for each in form[name].validators if type(each).__name__ != "InputRequired"]
        form[name].flags.required = False


def _form_data(member: PartyMember) -> dict[str, str]:
    return {
        "full_name": member.full_name,
        "member_type": member.member_type.value,
        "joined": date_text(member.joined),
        "full": date_text(member.full),
        "management_class": member.management_class.value if member.management_class else "",
        "ethnic": member.ethnic_code or "",
        "education": member.education_code or "",
        "work_unit": member.work_unit or "",
        "job_category": member.job_category.value if member.job_category else "",
        "flow_direction": member.flow_direction.value if member.flow_direction else "",
        "flow_place": member.flow_place or "",
        "estate": member.estate or "",
        "building": member.building or "",
    }
