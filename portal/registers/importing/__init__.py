"""What the registers give the desk: rosters of members."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.db import db
from portal.core.ids import new_id
from portal.desk.kinds import Judgement, Prepare, Row, Source, Table, columns_of, register_kind
from portal.desk.rules import Change, Problem, Verdict
from portal.registers import handover as _handover  # noqa: F401  its notes are dealt with
from portal.registers import queries, standards
from portal.registers.columns import ID_SEAL, changed_columns, member_columns, new_columns
from portal.registers.facts import Found, MemberFacts, Memo, read_facts, read_table
from portal.registers.importing import organizations as _organizations  # noqa: F401  they register their kinds
from portal.registers.importing import units as _units  # noqa: F401  likewise
from portal.registers.models import PartyMember
from portal.registers.roster_words import CLASS_NAMES, COLUMNS, FLOW_NAMES, JOB_NAMES, LOST_NAMES, TYPE_NAMES
from portal.registers.rules import MemberStatus, PartyDate
from portal.tenancy import vault
from portal.tenancy.bulk import Insertion
from portal.tenancy.past import Kept
from portal.tenancy.scope import ready_insertion, written_tenant

# A fact's name where it differs from that of its column.
COLUMN_OF = {
    "ethnic_code": "ethnic",
    "education_code": "education",
    "organization_id": "organization",
    "sex_code": "sex",
}


class MemberKind:
    """Rosters of party members (党员花名册)."""

    code = "members"
    title = _("Roster of party members")
    explanation = _("One row per member. Members are recognised by their ID number.")
    sheet_name = "党员花名册"
    identity_column = "id_number"
    shown_columns: tuple[str, ...] = ("full_name", "id_number")
    list_endpoint = "registers.list_members"
    permission = Permission.MEMBER_EDIT
    columns = COLUMNS
    models: tuple[type[Kept], ...] = (PartyMember,)

    def judge(self, rows: Sequence[Row], *, today: date) -> list[Judgement]:
        """Read each row and compare it with the register; two statements for all of them."""
        tenant_id = written_tenant()
        places = queries.member_places(tenant_id=tenant_id)
        names = {place: name for name, place in places.items()}
        found = _read(rows, places, today)
        identities = vault.blind_indexes(ID_SEAL, [number for _facts, number, _problems in found])
        judgements = [
            Judgement(Verdict.REFUSED if problems else Verdict.NEW, problems, [], identity, facts)
            for (facts, _number, problems), identity in zip(found, identities, strict=True)
        ]
        sound = [each.identity for each in judgements if each.facts and each.identity]
        known = queries.members_by_number(sound, tenant_id=tenant_id)
        for judgement in judgements:
            if judgement.facts and judgement.identity in known:
                _compare(judgement, known[judgement.identity], names)
        return judgements

    def write(self, rows: Sequence[tuple[Row, Judgement]], *, source: Source) -> None:
        """Enter the new ones in bulk; change the others by what their row says and no more."""
        for row, judgement in rows:
            if judgement.verdict is not Verdict.NEW:
                _change(judgement.subject, judgement.facts, row, source)
        fresh = [(row.number, judgement) for row, judgement in rows if judgement.verdict is Verdict.NEW]
        if fresh:
            db.session.flush()
            facts, identities = [each.facts for _, each in fresh], [each.identity for _, each in fresh]
            _ready([number for number, _ in fresh], facts, identities, source).run()

    def preparing(self, *, source: Source) -> Prepare:
        """Give what makes new members ready to be entered, with the organizations as they are now; one statement."""
        places, today = queries.member_places(tenant_id=written_tenant()), clock.today(source.now)

        def prepare(rows: Table) -> Insertion | None:
            found = _read(rows, places, today)
            if any(facts is None for facts, _number, _problems in found):
                return None
            identities = vault.blind_indexes(ID_SEAL, [number for _facts, number, _problems in found])
            return _ready(rows.numbers, [facts for facts, _number, _problems in found], identities, source)

        return prepare

    def choices(self, *, tenant_id: int) -> dict[str, list[str]]:
        """Give the drop-downs that depend on this community."""
        return {"organization": list(queries.member_places(tenant_id=tenant_id))}

    def words(self, *, tenant_id: int) -> Callable[[str, Any], str]:
        """Give what says the value of a column as a roster would."""
        names = {row.id: row.name for row in queries.list_organizations(tenant_id=tenant_id)}
        return lambda column, value: _words(column, value, names)


def _read(rows: Sequence[Row], places: Mapping[str, Any], today: date) -> list[Found]:
    """Read each row, most of them column by column."""
    table, memo = columns_of(rows), _memo(written_tenant(), places, today)
    quick = read_table(table, len(rows), memo, today)
    return [
        each or read_facts(rows[place].cells, organizations=places, today=today, memo=memo)
        for place, each in enumerate(quick)
    ]


_last_memo: list[tuple[Any, Memo]] = []


def _memo(tenant_id: int, places: Mapping[str, Any], today: date) -> Memo:
    """Give what words meant in the piece before, as long as they would mean the same in this one."""
    key = (tenant_id, places, today)
    if not _last_memo or _last_memo[0][0] != key:
        _last_memo[:] = [(key, Memo(places))]
    return _last_memo[0][1]


def _compare(judgement: Judgement, member: PartyMember, names: dict[Any, str]) -> None:
    """A member who is known: the same, or what the row would change, old and new as people write it."""
    judgement.subject = member
    if member.status not in queries.PRESENT:
        judgement.verdict = Verdict.REFUSED
        judgement.problems = [Problem("id_number", "registers.has_left")]
        return
    changes = changed_columns(member, judgement.facts, keep_missing=True)
    judgement.changes = [
        Change(COLUMN_OF.get(column, column), _words(column, old, names), _words(column, new, names))
        for column, (old, new) in changes.items()
    ]
    judgement.verdict = Verdict.CHANGED if changes else Verdict.SAME


def _words(column: str, value: Any, names: dict[Any, str]) -> str:
    """Give a value as it would stand in a roster."""
    if value is None:
        return ""
    if isinstance(value, PartyDate):
        return date_text(value)
    codes = {
        "ethnic_code": standards.ETHNIC_GROUPS,
        "education_code": standards.EDUCATIONS,
        "sex_code": standards.SEXES,
    }
    if column in codes:
        return codes[column][value].zh
    tables: dict[str, dict[Any, str]] = {
        "member_type": TYPE_NAMES,
        "management_class": CLASS_NAMES,
        "job_category": JOB_NAMES,
        "flow_direction": FLOW_NAMES,
        "lost_reason": LOST_NAMES,
        "organization_id": names,
    }
    return str(tables[column].get(value, value)) if column in tables else str(value)


def date_text(value: PartyDate | None) -> str:
    """Give a date of party life as a roster has it: 2020-01-02, or 2020-01 when only the month is known."""
    if value is None:
        return ""
    return f"{value.on:%Y-%m}" if value.by_month else f"{value.on:%Y-%m-%d}"


def _ready(
    numbers: Sequence[int], found: Sequence[Any], identities: Sequence[bytes | None], source: Source
) -> Insertion:
    """Make members ready whom nobody knew, each with the number of their row."""
    member_ids = [new_id() for _ in found]
    columns = new_columns(member_ids, found, [each or b"" for each in identities])
    columns |= {
        "id": member_ids,
        "status": [MemberStatus.NORMAL],
        "source_batch_id": [source.batch_id],
        "source_row": numbers,
        "created_at": [source.now],
        "updated_at": [source.now],
    }
    return ready_insertion(PartyMember, columns, len(found))


def _change(member: PartyMember, facts: MemberFacts, row: Row, source: Source) -> None:
    """Set what the row gives; what it leaves out stays. Sealed columns keep company with their index."""
    columns = member_columns(member.id, facts)
    for column, value in columns.items():
        if value is not None and not (column == "full_by_month" and columns["full_on"] is None):
            setattr(member, column, value)
    member.source_batch_id, member.source_row = source.batch_id, row.number
    member.updated_at = source.now


register_kind(MemberKind())
