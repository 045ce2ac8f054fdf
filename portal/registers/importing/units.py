"""What the registers give the desk: lists of work units and resident units."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.core.errors import RuleBroken
from portal.core.ids import new_id
from portal.core.personal_data import mask_phone
from portal.desk.kinds import Judgement, Row, Source, register_kind
from portal.desk.rules import Cell, Change, Column, Problem, Verdict, text_of
from portal.registers.importing.cells import CellReader, read_choice, read_phone, read_short, read_yes
from portal.registers.models import WorkUnit
from portal.registers.organization_facts import UnitFacts
from portal.registers.organs import UNIT_SEAL
from portal.registers.paper_words import NATURE_NAMES
from portal.registers.rules.units import UnitNature
from portal.tenancy import vault
from portal.tenancy.finding import rows_among
from portal.tenancy.past import Kept
from portal.tenancy.scope import bulk_insert, written_tenant

_NATURE_WORDS = {
    **{name: nature for nature, name in NATURE_NAMES.items()},
    "党政机关": UnitNature.ORGAN,
    "事业": UnitNature.INSTITUTION,
    "国企": UnitNature.STATE_FIRM,
    "非公企业": UnitNature.PRIVATE_FIRM,
    "民营企业": UnitNature.PRIVATE_FIRM,
    "居民委员会": UnitNature.SELF_GOVERNING,
    "村民委员会": UnitNature.SELF_GOVERNING,
}
KEY = "work_unit.key"

COLUMNS: tuple[Column, ...] = (
    Column("name", "单位名称", ("名称", "单位全称", "工作单位", "驻区单位", "单位"), required=True, example="演示中学"),
    Column(
        "credit_code", "统一社会信用代码", ("社会信用代码", "信用代码", "统一信用代码"), example="52520303000000001C"
    ),
    Column("short_name", "简称", ("单位简称", "常用名称")),
    Column("nature", "单位性质", ("性质", "单位类别", "单位性质类别"), choices=tuple(NATURE_NAMES.values())),
    Column("is_resident", "是否驻区单位", ("驻区", "是否驻区"), choices=("是", "否")),
    Column("address", "地址", ("单位地址", "住所")),
    Column("head_name", "负责人", ("主要负责人", "法定代表人", "单位负责人")),
    Column("contact_name", "联系人", ("单位联系人",)),
    Column("phone", "联系电话", ("电话", "联系方式", "联系人电话"), mask="mobile"),
)


def read_unit(cells: Mapping[str, Cell]) -> tuple[dict[str, Any], list[Problem]]:
    """Read one unit: what the row says by column (None: nothing), and every problem."""
    reader = CellReader(cells)
    said: dict[str, Any] = {
        "name": reader.read("name", text_of, required=True),
        "credit_code": reader.read("credit_code", text_of),
        "short_name": reader.read("short_name", read_short("short_name", 80)),
        "nature": reader.read("nature", read_choice("nature", _NATURE_WORDS)),
        "is_resident": reader.read("is_resident", read_yes("is_resident")),
        "address": reader.read("address", read_short("address", 120)),
        "head_name": reader.read("head_name", read_short("head_name", 50)),
        "contact_name": reader.read("contact_name", read_short("contact_name", 50)),
        "phone": reader.read("phone", read_phone("phone")),
    }
    if reader.problems:
        return said, reader.problems
    facts = UnitFacts(name=said["name"], short_name=said["short_name"], credit_code=said["credit_code"])
    try:
        said |= {key: facts.columns()[key] for key in ("name", "short_name", "credit_code")}
    except RuleBroken as broken:
        reader.note(broken)
    return said, reader.problems


class UnitKind:
    """Lists of work units and resident units (工作单位、驻区单位)."""

    code = "work-units"
    title = _("Work units and resident units")
    explanation = _("One row per unit. Units are recognised by their unified social credit code, else by name.")
    sheet_name = "工作单位"
    identity_column = "name"
    shown_columns: tuple[str, ...] = ("name", "credit_code")
    list_endpoint = "registers.show_units"
    permission = Permission.WORK_UNIT_EDIT
    reveal = Permission.CONTACT_REVEAL
    columns = COLUMNS
    models: tuple[type[Kept], ...] = (WorkUnit,)

    def judge(self, rows: Sequence[Row], *, today: date) -> list[Judgement]:  # noqa: ARG002  the protocol's
        """Read each row and compare it with the register; two looks into it for all of them."""
        judgements = []
        for row in rows:
            said, problems = read_unit(row.cells)
            key = said["credit_code"] or said["name"]
            identity = vault.blind_index(KEY, key) if key and not problems else None
            verdict = Verdict.REFUSED if problems else Verdict.NEW
            judgements.append(Judgement(verdict, problems, identity=identity, facts=None if problems else said))
        by_code, by_name = _known([each.facts for each in judgements if each.facts])
        for judgement in judgements:
            if judgement.facts:
                _compare(judgement, by_code, by_name)
        return judgements

    def write(self, rows: Sequence[tuple[Row, Judgement]], *, source: Source) -> None:
        """Enter the new ones in bulk; change the others by what their row says and no more."""
        fresh = []
        for row, judgement in rows:
            stamp = {"source_batch_id": source.batch_id, "source_row": row.number, "updated_at": source.now}
            if judgement.verdict is Verdict.NEW:
                unit_id = new_id()
                columns = {**_columns(unit_id, judgement.facts), **stamp}
                fresh.append({"id": unit_id, "created_at": source.now, **columns})
                continue
            changed = {key: value for key, value in _columns(judgement.subject.id, judgement.facts).items() if value}
            for key, value in {**changed, **_residence(judgement.facts), **stamp}.items():
                setattr(judgement.subject, key, value)
        bulk_insert(WorkUnit, fresh)

    def choices(self, *, tenant_id: int) -> dict[str, list[str]]:  # noqa: ARG002  nothing depends on the community
        """Give the drop-downs that depend on this community: none."""
        return {}


def _columns(unit_id: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: said[key] for key in said if key not in {"phone", "is_resident"}}
    sealed = vault.seal(UNIT_SEAL, unit_id, said["phone"]) if said["phone"] else None
    return {**plain, "is_resident": bool(said["is_resident"]), "phone_sealed": sealed}


def _residence(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says of sitting here; a row that says nothing leaves it."""
    return {} if said["is_resident"] is None else {"is_resident": said["is_resident"]}


def _known(facts: Sequence[Mapping[str, Any]]) -> tuple[dict[str, WorkUnit], dict[str, WorkUnit]]:
    codes = {each["credit_code"] for each in facts if each["credit_code"]}
    names = {each["name"] for each in facts}
    tenant_id = written_tenant()
    units = [
        *rows_among(WorkUnit, WorkUnit.credit_code, codes, tenant_id=tenant_id),
        *rows_among(WorkUnit, WorkUnit.name, names, tenant_id=tenant_id),
    ]
    return {unit.credit_code: unit for unit in units if unit.credit_code}, {unit.name: unit for unit in units}


def _compare(judgement: Judgement, by_code: Mapping[str, WorkUnit], by_name: Mapping[str, WorkUnit]) -> None:
    said = judgement.facts
    by_said_code = by_code.get(said["credit_code"]) if said["credit_code"] else None
    named = by_name.get(said["name"])
    unit = by_said_code or named
    if unit is None:
        return
    judgement.subject = unit
    taken = named is not None and by_said_code is not None and named.id != by_said_code.id
    other_code = bool(said["credit_code"] and unit.credit_code and unit.credit_code != said["credit_code"])
    if taken or other_code:
        judgement.verdict, judgement.facts = Verdict.REFUSED, None
        judgement.problems = [Problem("credit_code", "registers.unit_code_differs", {"name": unit.name})]
        return
    judgement.changes = _changes(unit, said)
    judgement.verdict = Verdict.CHANGED if judgement.changes else Verdict.SAME


def _changes(unit: WorkUnit, said: Mapping[str, Any]) -> list[Change]:
    changes = []
    for key, new in said.items():
        if new is None:
            continue
        old = _phone(unit) if key == "phone" else getattr(unit, key)
        if old != new:
            changes.append(Change(key, _text(key, old), _text(key, new)))
    return changes


def _phone(unit: WorkUnit) -> str | None:
    return vault.unseal(UNIT_SEAL, unit.tenant_id, unit.id, unit.phone_sealed) if unit.phone_sealed else None


def _text(key: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if key == "phone":
        return mask_phone(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return NATURE_NAMES[value] if isinstance(value, UnitNature) else str(value)


register_kind(UnitKind())
