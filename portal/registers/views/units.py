"""Work units and resident units: the list, one unit with its members, entering and changing."""

import uuid
from typing import Any

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core.errors import RuleBroken
from portal.core.identity_numbers import organization_part_is_sound
from portal.core.personal_data import mask_phone
from portal.desk.history import history_of
from portal.desk.lists import LONGEST
from portal.desk.removal import Removal, ask
from portal.desk.removing import what_hangs
from portal.registers.commands.units import create_unit, remove_unit, reveal_contact, update_unit
from portal.registers.forms import RevealForm
from portal.registers.forms.structure import UnitForm
from portal.registers.history import work_unit_fields
from portal.registers.messages import CLASS_WORDS
from portal.registers.messages import structure as words
from portal.registers.models import WorkUnit
from portal.registers.organization_facts import UnitFacts
from portal.registers.organs import UNIT_SEAL
from portal.registers.queries.units import (
    count_units,
    get_unit,
    list_units,
    members_of_unit,
    names_without_unit,
    organizations_of_unit,
)
from portal.registers.rules import MemberType
from portal.registers.rules.relations import HomeKind, proper_homes
from portal.registers.rules.structure import must_have_branch
from portal.registers.rules.units import UnitNature
from portal.registers.views.blueprint import bp
from portal.registers.views.organization_forms import read_phone
from portal.tenancy import vault
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number


@bp.get("/work-units")
@requires(Permission.WORK_UNIT_LIST)
def show_units() -> Response:
    """Show the work units with the members who name them, and the names that no unit has yet."""
    tenant_id, text = g.tenant.id, request.args.get("q", "").strip()[:LONGEST]
    resident_only = request.args.get("show") == "resident"
    page = Page(page_number(), count_units(tenant_id=tenant_id, text=text, resident_only=resident_only))
    rows = list_units(
        tenant_id=tenant_id, text=text, resident_only=resident_only, limit=page.per_page, offset=page.offset
    )
    return render(
        "registers/work_units.html",
        rows=rows,
        page=page,
        q=text,
        resident_only=resident_only,
        unnamed=names_without_unit(tenant_id=tenant_id),
        words=words,
    )


@bp.get("/work-units/<uuid:work_unit_id>")
@requires(Permission.WORK_UNIT_LIST)
def show_unit(work_unit_id: uuid.UUID) -> Response:
    """Show a unit: facts, members who work there, organizations in it."""
    return _unit_page(get_unit(work_unit_id, tenant_id=g.tenant.id), RevealForm())


def _unit_page(unit: WorkUnit, form: Any, *, revealed: str | None = None, status: int = 200) -> Response:
    members, organizations = members_of_unit(unit), organizations_of_unit(unit)
    full = sum(row.member_type is MemberType.FULL for row in members)
    return render(
        "registers/work_unit.html",
        status=status,
        unit=unit,
        facts=_facts(unit),
        phone=_phone(unit, revealed),
        revealed=revealed is not None,
        form=form,
        members=members,
        organizations=organizations,
        full=full,
        wants_branch=must_have_branch(full) and not organizations,
        belongs_there=HomeKind.UNIT in proper_homes(has_unit_organization=bool(organizations)),
        inside={row.id for row in organizations},
        doubtful=bool(unit.credit_code) and not organization_part_is_sound(unit.credit_code or ""),
        history=history_of(
            unit, tenant_id=unit.tenant_id, fields=work_unit_fields(), with_looks=can(g.actor, Permission.AUDIT_LIST)
        ),
        classes=CLASS_WORDS,
    )


def _facts(unit: WorkUnit) -> list[tuple[str, str]]:
    return [
        (_("Unified social credit code"), unit.credit_code or ""),
        (_("Nature"), str(words.NATURE_WORDS[unit.nature]) if unit.nature else ""),
        (_("Short name"), unit.short_name or ""),
        (_("Address"), unit.address or ""),
        (_("Head"), unit.head_name or ""),
        (_("Contact person"), unit.contact_name or ""),
    ]


def _phone(unit: WorkUnit, revealed: str | None) -> str | None:
    if unit.phone_sealed is None:
        return None
    return revealed or mask_phone(vault.unseal(UNIT_SEAL, unit.tenant_id, unit.id, unit.phone_sealed))


@bp.post("/work-units/<uuid:work_unit_id>/contact-reveals")
@requires(Permission.CONTACT_REVEAL)
def reveal_unit_contact(work_unit_id: uuid.UUID) -> Response:
    """Show the contact's telephone in clear, once, for a reason that is recorded."""
    unit, form = get_unit(work_unit_id, tenant_id=g.tenant.id), RevealForm()
    if not form.validate():
        return _unit_page(unit, form, status=422)
    try:
        text = reveal_contact(work_unit_id, of_unit=True, reason=form.data["reason"], actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return _unit_page(unit, form, status=422)
    return _unit_page(unit, RevealForm(formdata=None), revealed=text)


@bp.route("/work-units/new", methods=["GET", "POST"])
@requires(Permission.WORK_UNIT_EDIT)
def add_unit() -> Response:
    """Enter a work unit; a name that members write already stands in the form."""
    form: Any = UnitForm(data={"name": request.args.get("name", "")[:80]})
    if form.validate_on_submit():
        try:
            unit = create_unit(_unit_facts(form), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is entered.", name=unit.name), "success")
            return see_other("registers.show_unit", work_unit_id=unit.id)
    status = 422 if form.is_submitted() else 200
    return render("registers/work_unit_form.html", form=form, unit=None, status=status)


@bp.route("/work-units/<uuid:work_unit_id>/facts", methods=["GET", "POST"])
@requires(Permission.WORK_UNIT_EDIT)
def edit_unit(work_unit_id: uuid.UUID) -> Response:
    """Change a unit's facts; the telephone is kept when left empty."""
    unit = get_unit(work_unit_id, tenant_id=g.tenant.id)
    form: Any = UnitForm(data=_form_data(unit))
    if form.validate_on_submit():
        try:
            update_unit(work_unit_id, _unit_facts(form), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The facts of %(name)s are changed.", name=unit.name), "success")
            return see_other("registers.show_unit", work_unit_id=work_unit_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/work_unit_form.html", form=form, unit=unit, status=status)


@bp.route("/work-units/<uuid:work_unit_id>/remove", methods=["GET", "POST"])
@requires(Permission.WORK_UNIT_EDIT)
def remove_work_unit(work_unit_id: uuid.UUID) -> Response:
    """Remove a work unit that was entered by mistake."""
    unit = get_unit(work_unit_id, tenant_id=g.tenant.id)
    name, members = unit.name, len(members_of_unit(unit))
    naming = ngettext(
        "%(num)s member writes this name as the place of work and keeps it.",
        "%(num)s members write this name as their place of work and keep it.",
        members,
    )
    removal = Removal(
        title=_("Remove %(name)s", name=name),
        what=_("The unit goes out of the register, for good. No organization, post or second belonging names it."),
        label=_("Remove this work unit"),
        area=name,
        back=url_for("registers.show_unit", work_unit_id=work_unit_id),
        module="registers",
        facts=[naming] if members else (),
        hangs=what_hangs(unit),
    )
    page = ask(removal, lambda reason: remove_unit(work_unit_id, reason=reason, actor=g.actor, now=g.now))
    if page is not None:
        return page
    flash(_("%(name)s is removed.", name=name), "success")
    return see_other("registers.show_units")


def _unit_facts(form: Any) -> UnitFacts:
    return UnitFacts(
        name=form.name.data,
        short_name=form.short_name.data,
        credit_code=form.credit_code.data,
        nature=UnitNature(form.nature.data) if form.nature.data else None,
        is_resident=form.is_resident.data,
        address=form.address.data,
        head_name=form.head_name.data,
        contact_name=form.contact_name.data,
        phone=read_phone(form.phone.data),
    )


def _form_data(unit: WorkUnit) -> dict[str, Any]:
    kept = ("name", "short_name", "credit_code", "is_resident", "address", "head_name", "contact_name")
    return {**{name: getattr(unit, name) for name in kept}, "nature": unit.nature.value if unit.nature else ""}
