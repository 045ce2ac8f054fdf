"""Duplicates: pairs that may be one person, merging them field by field, taking a merge back."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import merging, queries
from portal.registers.commands.merges import merge_members, say_distinct
from portal.registers.commands.merges import undo_merge as undo
from portal.registers.field_words import UNIT_WORDS, words_of
from portal.registers.forms.lifecycle import ReasonForm
from portal.registers.messages.lifecycle import LIKENESS_WORDS, OBSTACLE_WORDS
from portal.registers.models import PartyMember
from portal.registers.queries.duplicates import (
    count_merges,
    get_merge,
    list_merges,
    possible_duplicates,
)
from portal.registers.rules.corrections import Fact
from portal.registers.rules.duplicates import UNDO_DAYS, Match, Side, differing_places, may_undo, only_differing
from portal.registers.standing_lines import contradictions
from portal.registers.unmerging import undo_obstacles
from portal.registers.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import PER_PAGE, Page, page_number

UNIT_OF_FACT = {Fact.TYPE: "member_type", Fact.JOINED: "joined", Fact.FULL: "full", Fact.LOST: "lost"}


@bp.get("/duplicates")
@requires(Permission.MEMBER_MERGE)
def list_duplicates() -> Response:
    """Show pairs of records that may be of one person, each with why."""
    pairs = possible_duplicates(tenant_id=g.tenant.id)
    page = Page(page_number(), len(pairs))
    names = {row.id: row.name for row in queries.list_organizations(tenant_id=g.tenant.id)}
    return render(
        "registers/duplicates.html",
        pairs=pairs[page.offset : page.offset + PER_PAGE],
        page=page,
        names=names,
        words=LIKENESS_WORDS,
        merges=count_merges(tenant_id=g.tenant.id),
    )


@bp.post("/members/<uuid:member_id>/distinct/<uuid:other_member_id>")
@requires(Permission.MEMBER_MERGE)
def tell_apart(member_id: uuid.UUID, other_member_id: uuid.UUID) -> Response:
    """Remember that two records are two people."""
    form: Any = ReasonForm()
    reason = (form.reason.data or "")[:200]
    say_distinct(member_id, other_member_id, reason=reason, actor=g.actor, now=g.now)
    flash(_("Remembered: these are two people. Nobody is asked again."), "success")
    return see_other("registers.list_duplicates")


@dataclass(frozen=True, slots=True)
class Line:
    """One field of two records side by side."""

    unit: str
    label: str
    kept: str
    gone: str
    match: Match


@bp.route("/members/<uuid:member_id>/merge/<uuid:other_member_id>", methods=["GET", "POST"])
@requires(Permission.MEMBER_MERGE)
def merge(member_id: uuid.UUID, other_member_id: uuid.UUID) -> Response:
    """Show two records side by side with a choice for each contradiction; then make them one."""
    kept = queries.get_member(member_id, tenant_id=g.tenant.id)
    gone = queries.get_member(other_member_id, tenant_id=g.tenant.id)
    form: Any = ReasonForm()
    choices = {
        unit: Side(value) for unit in merging.units() if (value := request.form.get(f"choice-{unit}", "")) in set(Side)
    }
    missing = ""
    if request.method == "POST" and form.validate():
        try:
            _check_may_decide(kept, gone)
            merge_members(kept.id, gone.id, choices, reason=form.reason.data or "", actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
            missing = error.field.removeprefix("choice-") if error.field and error.field != "reason" else ""
        else:
            flash(_("The two records of %(name)s are one now. It can be undone for 7 days.", name=kept.full_name),
                  "success")  # fmt: skip
            return see_other("registers.show_member", member_id=kept.id)
    return render(
        "registers/merge.html",
        form=form,
        kept=kept,
        gone=gone,
        lines=_lines(kept, gone),
        choices=choices,
        missing=missing,
        contradictions={UNIT_OF_FACT[fact] for fact in contradictions(kept, gone)},
        moves=[(merging.title_of(name), number) for name, number in merging.count_all(gone.id).items()],
        status=422 if request.method == "POST" else 200,
    )


def _check_may_decide(kept: PartyMember, gone: PartyMember) -> None:
    """Let nobody else choose in a merge what only the secretary corrects."""
    if contradictions(kept, gone) and not can(g.actor, Permission.STANDING_DECIDE):
        raise RuleBroken("registers.merge_decides")


def _lines(kept: PartyMember, gone: PartyMember) -> list[Line]:
    """Give the fields in which there is anything, contradictions first."""
    names = {row.id: row.name for row in queries.list_organizations(tenant_id=g.tenant.id)}
    lines = []
    for unit, found in merging.compare(kept, gone).items():
        left, right = (words_of(member, unit, names) for member in (kept, gone))
        if unit in queries.MASKS and found is Match.CONFLICT and unit != "address":
            left, right = _apart(kept, gone, unit)
        if left or right:
            lines.append(Line(unit, str(UNIT_WORDS.get(unit, unit)), left, right, found))
    order = [Match.CONFLICT, Match.WITH_TYPE, Match.ONLY_GONE, Match.ONLY_KEPT, Match.SAME]
    return sorted(lines, key=lambda line: order.index(line.match))


def _apart(kept: PartyMember, gone: PartyMember, unit: str) -> tuple[str, str]:
    """Show of two numbers only where they differ: enough to choose, and no look at either that would need recording."""
    left, right = str(merging.value_of(kept, unit)), str(merging.value_of(gone, unit))
    places = differing_places(left, right)
    if len(places) > len(left) // 2:
        return merging.shown_masked(kept, unit), merging.shown_masked(gone, unit)
    return only_differing(left, places), only_differing(right, places)


@bp.get("/merges")
@requires(Permission.MEMBER_MERGE)
def show_merges() -> Response:
    """Show what was merged, and what can still be undone."""
    page = Page(page_number(), count_merges(tenant_id=g.tenant.id))
    rows = list_merges(tenant_id=g.tenant.id, limit=PER_PAGE, offset=page.offset)
    shown = [
        (row, clock.today(row.merged_at + timedelta(days=UNDO_DAYS)), may_undo(merged_at=row.merged_at, now=g.now))
        for row in rows
    ]
    return render("registers/merges.html", rows=shown, page=page)


@bp.route("/merges/<uuid:merge_id>/undo", methods=["GET", "POST"])
@requires(Permission.MEMBER_MERGE)
def undo_merge(merge_id: uuid.UUID) -> Response:
    """Show what undoing a merge does and what stands in its way; then take it back."""
    row = get_merge(merge_id, tenant_id=g.tenant.id)
    form: Any = ReasonForm()
    if request.method == "POST" and form.validate():
        try:
            undo(merge_id, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Both records stand as they did before the merge."), "success")
            return see_other("registers.show_member", member_id=row.gone_id)
    obstacles = [] if row.undone_at else undo_obstacles(row, tenant_id=g.tenant.id)
    return render(
        "registers/merge_undo.html",
        form=form,
        row=row,
        obstacles=[(OBSTACLE_WORDS[each.code], _about(each.code, each.about), each.number) for each in obstacles],
        fields=[str(UNIT_WORDS.get(unit, unit)) for unit in row.taken],
        moves=[(merging.title_of(name), len(ids)) for name, ids in row.moved.items()],
        is_open=row.undone_at is None and may_undo(merged_at=row.merged_at, now=g.now),
        back=url_for("registers.show_merges"),
        status=422 if request.method == "POST" else 200,
    )


def _about(code: str, about: str) -> str:
    return str(merging.title_of(about) if code == "moved_on" else UNIT_WORDS.get(about, about))
