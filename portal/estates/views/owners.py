"""Screens of owners: the list with search and filters, one owner with everything held."""

import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import flash, g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.personal_data import mask_id_number, mask_phone
from portal.desk.history import history_of
from portal.estates import commands, queries
from portal.estates.forms import OwnerChangeForm, RevealForm
from portal.estates.history import owner_fields
from portal.estates.listed import MISSING_WORDS, OWNERS
from portal.estates.messages import FIELD_WORDS, OWNER_WORDS
from portal.estates.queries import OwnerFilter
from portal.estates.views.blueprint import WORDS, bp, status_of
from portal.web.addresses import address
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import PER_PAGE, Page, page_number

SEARCH_MAX = 50
MASKS = {"id_number": mask_id_number, "phone": mask_phone, "guardian_phone": mask_phone}


@bp.get("/owners")
@requires(Permission.ESTATE_LIST)
def list_owners() -> Any:
    """Show the owners, narrowed by estate, kind, what is missing, and search."""
    return _owner_list(request.args.get("q", "").strip()[:SEARCH_MAX])


@bp.post("/owners/search")
@requires(Permission.ESTATE_LIST)
def search_owners() -> Any:
    """Search. A name goes into the address, so that it can be kept; a number or phone never does."""
    text = request.form.get("q", "").strip()[:SEARCH_MAX]
    if not queries.is_full_number(text):
        return see_other("estates.list_owners", q=text or None)
    return _owner_list(text)


def _owner_list(text: str) -> Any:
    look = OWNERS.look(request.args)
    look = replace(look, found=replace(look.found, search=text))
    wanted, counts = look.found, queries.count_owners(on=look.today)
    page = Page(page_number(), OWNERS.count(look))
    return render(
        "estates/owners.html",
        rows=OWNERS.rows(look, limit=PER_PAGE, offset=page.offset),
        heads=OWNERS.heads(look),
        export=None if queries.is_full_number(text) else OWNERS.export_url(look),
        page=page,
        kept_query=OWNERS.query(look),
        q="" if queries.is_full_number(text) else text,
        counts=counts,
        kind_links=_kind_links(counts, wanted),
        missing_links=_missing_links(counts, wanted),
        estate_links=_estate_links(counts, wanted),
        chosen=_chosen(counts, wanted),
        owner_words=OWNER_WORDS,
    )


def _link(**changed: str | None) -> str:
    """Give the address of this list with some of its filters changed and the first page again."""
    kept = {key: value for key, value in request.args.items() if key != "page"}
    values = {key: value for key, value in {**kept, **changed}.items() if value}
    return f"{address('estates.list_owners')}?{urlencode(values)}".removesuffix("?")


def _kind_links(counts: queries.OwnerCounts, wanted: OwnerFilter) -> list[tuple[str, str, int, bool]]:
    links = [(_("All"), _link(kind=None), counts.total, wanted.kind is None)]
    for kind, word in OWNER_WORDS.items():
        links.append((str(word), _link(kind=kind.value), counts.by_kind[kind], wanted.kind is kind))
    return links


def _missing_links(counts: queries.OwnerCounts, wanted: OwnerFilter) -> list[tuple[str, str, int, bool]]:
    return [
        (str(word), _link(missing=missing.value), counts.missing[missing], wanted.missing is missing)
        for missing, word in MISSING_WORDS.items()
    ]


def _estate_links(counts: queries.OwnerCounts, wanted: OwnerFilter) -> list[tuple[str, str, int, bool]]:
    return [
        (name, _link(estate=str(estate_id)), number, wanted.estate_id == estate_id)
        for estate_id, name, number in counts.by_estate
    ]


def _chosen(counts: queries.OwnerCounts, wanted: OwnerFilter) -> list[tuple[str, str]]:
    """Filters in force, each with the address without it."""
    chosen: list[tuple[str, str]] = []
    if wanted.search:
        words = _("a full number") if queries.is_full_number(wanted.search) else wanted.search
        chosen.append((_("Search: %(words)s", words=words), _link(q=None)))
    if wanted.estate_id:
        names = {estate_id: name for estate_id, name, _number in counts.by_estate}
        chosen.append((names.get(wanted.estate_id, "?"), _link(estate=None)))
    if wanted.kind:
        chosen.append((str(OWNER_WORDS[wanted.kind]), _link(kind=None)))
    if wanted.missing:
        chosen.append((str(MISSING_WORDS[wanted.missing]), _link(missing=None)))
    return chosen


@bp.get("/owners/<uuid:owner_id>")
@requires(Permission.ESTATE_LIST)
def show_owner(owner_id: uuid.UUID) -> Any:
    """Show an owner: holdings now and before, sealed fields masked, entries that count with this one."""
    return _owner_page(owner_id, RevealForm())


@bp.post("/owners/<uuid:owner_id>/reveals/<string:field>")
@requires(Permission.OWNER_REVEAL)
def reveal_owner(owner_id: uuid.UUID, field: str) -> Any:
    """Show one sealed field in clear, once, for a reason that is recorded."""
    owner = queries.get_owner(owner_id)
    form: Any = RevealForm()
    if not form.validate():
        return _owner_page(owner_id, form, asked=field, status=422)
    try:
        text = commands.reveal_owner(owner, field=field, reason=form.reason.data, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return _owner_page(owner_id, form, asked=field, status=422)
    return _owner_page(owner_id, RevealForm(formdata=None), revealed={field: text})


def _owner_page(
    owner_id: uuid.UUID, form: Any, *, asked: str = "", revealed: dict[str, str] | None = None, status: int = 200
) -> Any:
    owner = queries.get_owner(owner_id)
    today = clock.today(g.now)
    held = queries.held_units([owner_id], on=None).get(owner_id, [])
    same_head = queries.owners_of_head(owner)
    names = {other.id: other.name for other in same_head} | {owner.id: owner.name}
    return render(
        "estates/owner.html",
        status=status,
        owner=owner,
        sealed=_sealed_fields(owner, revealed or {}),
        held=[unit for unit in held if unit.valid_until is None or unit.valid_until > today],
        former=[unit for unit in held if unit.valid_until is not None and unit.valid_until <= today],
        same_head=same_head,
        history=history_of(owner, tenant_id=g.tenant.id, fields=owner_fields(names)),
        decisions=queries.list_decisions(owner_ids=[owner_id]),
        form=form,
        asked=asked,
        **WORDS,
    )


def _sealed_fields(owner: Any, revealed: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    """Name, words, what is shown, whether that is in clear; fields that are empty are left out."""
    fields = []
    for name, word in FIELD_WORDS.items():
        text = queries.unseal_owner_field(owner, name)
        if text is not None:
            fields.append((name, str(word), revealed.get(name) or MASKS[name](text), name in revealed))
    return fields


@bp.route("/owners/<uuid:owner_id>/change", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def change_owner(owner_id: uuid.UUID) -> Any:
    """Correct an owner; sealed fields are not shown and stay when left empty."""
    owner = queries.get_owner(owner_id)
    form: Any = OwnerChangeForm(name=owner.name, kind=owner.kind, guardian_name=owner.guardian_name)
    if form.validate_on_submit():
        facts = commands.NewOwner(
            name=form.name.data,
            kind=form.kind.data,
            id_number=form.id_number.data or None,
            phone=form.phone.data or None,
            guardian_name=form.guardian_name.data or "",
            guardian_phone=form.guardian_phone.data or None,
        )
        try:
            commands.change_owner(owner, facts=facts, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is changed.", name=facts.name), "success")
            return see_other("estates.show_owner", owner_id=owner_id)
    return render("estates/owner_form.html", form=form, owner=owner, status=status_of(form))
