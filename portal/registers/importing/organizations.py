"""What the registers give the desk: lists of party organizations with term and secretary."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal.authz.permissions import Permission
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.personal_data import mask_phone
from portal.desk.kinds import Judgement, Row, Source, register_kind
from portal.desk.rules import Cell, Change, Column, Problem, Verdict, text_of
from portal.registers.importing import undo_words as _undo_words  # noqa: F401  what an undo says is registered
from portal.registers.importing.cells import (
    CellReader,
    read_choice,
    read_day,
    read_number,
    read_phone,
    read_short,
)
from portal.registers.importing.organization_rows import Known, write_rows
from portal.registers.models import PartyOrganization, PartyPost, PartyTerm
from portal.registers.organs import CONTACT_SEAL
from portal.registers.paper_words import CATEGORY_NAMES, KIND_NAMES
from portal.registers.rules import ORGANIZATION_NAME_MAX, OrganizationKind, check_parent, clean_name
from portal.registers.rules.places import plain_place, split_buildings
from portal.registers.rules.structure import PostKind
from portal.registers.rules.terms import TERM_KINDS, OrganizationCategory
from portal.tenancy import vault
from portal.tenancy.past import Kept
from portal.tenancy.scope import written_tenant

_K, _C = OrganizationKind, OrganizationCategory
GREATER = "大党委"
_KIND_WORDS = {**{name: (kind, False) for kind, name in KIND_NAMES.items()}, GREATER: (_K.PARTY_COMMITTEE, True)}
# Read off the end of a name, the longest first: 某某联合党支部 is a joint branch, not a branch.
_ENDINGS = tuple(sorted(((name, kind) for kind, name in KIND_NAMES.items()), key=lambda pair: -len(pair[0])))
_CATEGORY_WORDS = {
    **{name: category for category, name in CATEGORY_NAMES.items()},
    "国企": _C.STATE_FIRM,
    "非公": _C.PRIVATE_FIRM,
    "其他事业": _C.INSTITUTION,
    "街道社区": _C.COMMUNITY,
    "社区": _C.COMMUNITY,
}
KEY = "party_organization.name"

COLUMNS: tuple[Column, ...] = (
    Column(
        "name", "党组织名称", ("组织名称", "党组织全称", "支部名称", "名称"), required=True, example="演示第一党支部"
    ),
    Column("kind", "组织类别", ("组织类型", "党组织类型", "类型"), choices=tuple(_KIND_WORDS)),
    Column("parent", "上级党组织", ("上级党组织名称", "上级", "隶属党组织", "所属党组织")),
    Column("founded_on", "成立时间", ("成立日期", "建立时间", "建立日期", "批准成立时间")),
    Column("category", "党组织类别", ("所属领域", "领域", "行业类别"), choices=tuple(CATEGORY_NAMES.values())),
    Column("session_no", "届次", ("届", "第几届", "本届届次")),
    Column("elected_on", "本届选举时间", ("选举时间", "换届时间", "上次换届时间", "任期起始时间", "本届任期开始")),
    Column("secretary", "书记", ("党组织书记", "书记姓名", "支部书记", "党支部书记", "组长", "党小组长")),
    Column("contact_name", "联系人", ("党组织联系人",)),
    Column("phone", "联系电话", ("电话", "联系方式", "联系人电话"), mask="mobile"),
    Column("estate", "服务小区", ("小区", "楼院", "所在小区")),
    Column("buildings", "服务楼栋", ("楼栋", "楼号")),
)


@dataclass(slots=True)
class OrganizationRow:
    """What a row says; None: nothing. `parent_id` or `parent` says what it stands below."""

    name: str
    kind: OrganizationKind | None
    is_greater: bool
    parent: str | None
    founded_on: date | None
    category: OrganizationCategory | None
    session_no: int | None
    elected_on: date | None
    secretary: str | None
    contact_name: str | None
    phone: str | None
    estate: str | None
    buildings: str | None
    own_id: uuid.UUID | None = None
    parent_id: uuid.UUID | None = None
    changed: set[str] = field(default_factory=set)


def read_organization(cells: Mapping[str, Cell]) -> tuple[OrganizationRow | None, list[Problem]]:
    """Read one organization: what the row says, or every problem."""
    reader = CellReader(cells)
    name = "".join((reader.read("name", read_short("name", ORGANIZATION_NAME_MAX), required=True) or "").split())
    kind, is_greater = reader.read("kind", read_choice("kind", _KIND_WORDS)) or (_kind_of(name), False)
    parent = reader.read("parent", text_of)
    row = OrganizationRow(
        name,
        kind,
        is_greater,
        "".join(parent.split()) if parent else None,
        reader.read("founded_on", read_day("founded_on")),
        reader.read("category", read_choice("category", _CATEGORY_WORDS)),
        reader.read("session_no", read_number("session_no", 29)),
        reader.read("elected_on", read_day("elected_on")),
        reader.read("secretary", read_short("secretary", 50)),
        reader.read("contact_name", read_short("contact_name", 50)),
        reader.read("phone", read_phone("phone")),
        reader.read("estate", read_short("estate", 40)),
        reader.read("buildings", read_short("buildings", 120)),
    )
    row.secretary = clean_name(row.secretary) if row.secretary else None
    row.estate = plain_place(row.estate) or None
    row.buildings = "、".join(split_buildings(row.buildings)) or None
    return (None if reader.problems else row), reader.problems


def _kind_of(name: str) -> OrganizationKind | None:
    return next((kind for ending, kind in _ENDINGS if name.endswith(ending)), None)


class OrganizationKindOfFile:
    """Lists of party organizations with their terms (党组织基本情况、换届台账)."""

    code = "organizations"
    title = _("Party organizations and terms")
    explanation = _("One row per organization, the upper ones first. Organizations are recognised by their name.")
    sheet_name = "党组织"
    identity_column = "name"
    shown_columns: tuple[str, ...] = ("name", "parent")
    list_endpoint = "registers.show_tree"
    permission = Permission.ORGANIZATION_EDIT
    reveal = Permission.CONTACT_REVEAL
    columns = COLUMNS
    models: tuple[type[Kept], ...] = (PartyOrganization, PartyTerm, PartyPost)

    def judge(self, rows: Sequence[Row], *, today: date) -> list[Judgement]:
        """Read each row and compare it with the register; three statements for all of them."""
        known = _load()
        judgements = []
        for row in rows:
            said, problems = read_organization(row.cells)
            identity = vault.blind_index(KEY, said.name) if said else None
            verdict = Verdict.REFUSED if problems else Verdict.NEW
            judgements.append(Judgement(verdict, problems, identity=identity, facts=said))
        for judgement in judgements:
            if judgement.facts:
                _compare(judgement, known, today)
        _settle_parents(judgements, known)
        return judgements

    def write(self, rows: Sequence[tuple[Row, Judgement]], *, source: Source) -> None:
        """Enter and change organizations from the top down, then their terms and secretaries."""
        write_rows([(row.number, judgement.facts, judgement.subject) for row, judgement in rows], source=source)

    def choices(self, *, tenant_id: int) -> dict[str, list[str]]:
        """Give the drop-downs that depend on this community."""
        statement = select(PartyOrganization.name).where(
            PartyOrganization.tenant_id == tenant_id, PartyOrganization.ended_on.is_(None)
        )
        return {"parent": list(db.session.scalars(statement.order_by(PartyOrganization.created_at)))}


def _load() -> Known:
    """Read the tree with its present terms and heads; a community has some hundred organizations at most."""
    tenant_id = written_tenant()
    organizations = {
        row.name: row
        for row in db.session.scalars(select(PartyOrganization).where(PartyOrganization.tenant_id == tenant_id))
    }
    terms = {
        term.organization_id: term
        for term in db.session.scalars(
            select(PartyTerm).where(PartyTerm.tenant_id == tenant_id, PartyTerm.ended_on.is_(None))
        )
    }
    heads = {
        post.organization_id: post
        for post in db.session.scalars(
            select(PartyPost).where(
                PartyPost.tenant_id == tenant_id,
                PartyPost.until_on.is_(None),
                PartyPost.kind.in_((PostKind.SECRETARY, PostKind.GROUP_HEAD)),
            )
        )
    }
    return Known(organizations, terms, heads)


def _refuse(judgement: Judgement, column: str, code: str, **values: str | int) -> None:
    judgement.verdict, judgement.facts = Verdict.REFUSED, None
    judgement.problems = [*judgement.problems, Problem(column, code, values)]


def _compare(judgement: Judgement, known: Known, today: date) -> None:
    said: OrganizationRow = judgement.facts
    present = known.organizations.get(said.name)
    if present is not None:
        judgement.subject, said.own_id = present, present.id
        said.kind = said.kind or present.kind
        if present.ended_on is not None:
            _refuse(judgement, "name", "registers.organization_gone")
            return
    if said.kind is None:
        _refuse(judgement, "kind", "desk.missing")
    elif said.elected_on and said.elected_on > today:
        _refuse(judgement, "elected_on", "registers.term_future")
    elif present is not None:
        _compare_known(judgement, present, known)


def _compare_known(judgement: Judgement, present: PartyOrganization, known: Known) -> None:
    said: OrganizationRow = judgement.facts
    term = known.terms.get(present.id)
    if said.elected_on and term is not None and said.elected_on < term.starts_on:
        start = term.starts_on.isoformat()
        _refuse(judgement, "elected_on", "registers.term_before_previous", start=start)
        return
    judgement.changes = _changes(said, present, known)
    said.changed = {change.column for change in judgement.changes}
    judgement.verdict = Verdict.CHANGED if judgement.changes else Verdict.SAME


def _changes(said: OrganizationRow, present: PartyOrganization, known: Known) -> list[Change]:
    term, head = known.terms.get(present.id), known.heads.get(present.id)
    names = {row.id: row.name for row in known.organizations.values()}
    has_terms = present.kind in TERM_KINDS
    pairs: list[tuple[str, Any, Any]] = [
        ("kind", KIND_NAMES[present.kind], KIND_NAMES[said.kind] if said.kind else None),
        ("parent", names.get(present.parent_id, "") if present.parent_id else "", said.parent),
        ("founded_on", present.founded_on, said.founded_on),
        (
            "category",
            CATEGORY_NAMES.get(present.category) if present.category else None,
            CATEGORY_NAMES[said.category] if said.category else None,
        ),
        ("session_no", term.session_no if term else None, said.session_no if has_terms else None),
        ("elected_on", term.starts_on if term else None, said.elected_on if has_terms else None),
        ("secretary", head.person_name if head else None, said.secretary),
        ("contact_name", present.contact_name, said.contact_name),
        ("phone", _phone(present), said.phone),
        ("estate", present.estate, said.estate),
        ("buildings", present.buildings, said.buildings),
    ]
    return [
        Change(column, _text(column, old), _text(column, new))
        for column, old, new in pairs
        if new is not None and old != new
    ]


def _phone(present: PartyOrganization) -> str | None:
    sealed = present.contact_sealed
    return vault.unseal(CONTACT_SEAL, present.tenant_id, present.id, sealed) if sealed else None


def _text(column: str, value: Any) -> str:
    if value is None:
        return ""
    return mask_phone(value) if column == "phone" else str(value)


def _settle_parents(judgements: list[Judgement], known: Known) -> None:
    """Find what each row stands below: in the register, or among the sound rows of this piece; refuse the others.

    A refused row may be the parent of others: it is gone through until nothing changes.
    """
    while True:
        sound = {each.facts.name: each.facts.kind for each in judgements if each.facts}
        before = len(sound)
        for judgement in judgements:
            if judgement.facts:
                _settle_parent(judgement, known, sound)
        if sum(1 for each in judgements if each.facts) == before:
            return


def _settle_parent(judgement: Judgement, known: Known, sound: Mapping[str, OrganizationKind]) -> None:
    said: OrganizationRow = judgement.facts
    present = known.organizations.get(said.name)
    if said.parent is None:
        kind = next((row.kind for row in known.organizations.values() if present and row.id == present.parent_id), None)
    elif said.parent in sound:
        kind = sound[said.parent]
    elif said.parent in known.organizations and known.organizations[said.parent].ended_on is None:
        kind = known.organizations[said.parent].kind
    else:
        _refuse(judgement, "parent", "registers.parent_unknown", found=said.parent[:40])
        return
    try:
        if said.kind is not None:  # a row without one was refused
            check_parent(said.kind, kind)
    except RuleBroken as broken:
        _refuse(judgement, "parent", broken.code)


register_kind(OrganizationKindOfFile())
