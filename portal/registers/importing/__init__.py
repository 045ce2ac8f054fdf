"""What the registers give the desk: rosters of members."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from portal.authz.permissions import Permission
from portal.core.db import db
from portal.desk.kinds import Judgement, Row, Seen, Source, register_kind
from portal.desk.rules import Change, Problem, Verdict
from portal.registers import handover as _handover  # noqa: F401  its notes are dealt with
from portal.registers import queries, standards
from portal.registers.columns import changed_columns, member_columns
from portal.registers.facts import MemberFacts
from portal.registers.importing import organizations as _organizations  # noqa: F401  they register their kinds
from portal.registers.importing import units as _units  # noqa: F401  likewise
from portal.registers.importing.reading import MemberReading, as_columns, ready_members, seen_in
from portal.registers.models import PartyMember
from portal.registers.queries.standing import entry_of
from portal.registers.roster_words import (
    CLASS_NAMES,
    COLUMNS,
    FLOW_NAMES,
    HARDSHIP_NAMES,
    JOB_NAMES,
    LOST_NAMES,
    STATUS_NAMES,
    TYPE_NAMES,
    YES_NO_NAMES,
    intent_names,
)
from portal.registers.rules import ManagementClass, PartyDate
from portal.registers.rules.corrections import Entry, Fact, taken_over
from portal.tenancy.past import Kept
from portal.tenancy.scope import insert_ready, written_tenant

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
    reveal = Permission.MEMBER_REVEAL
    columns = COLUMNS
    models: tuple[type[Kept], ...] = (PartyMember,)

    def judge(self, rows: Sequence[Row], *, today: date, seen: Seen | None = None) -> list[Judgement]:
        """Read each row and compare it with the register; at most three statements for all of them.

        `seen`: what the same reading has seen in the rows; then they are read once more only when somebody is known.
        """
        tenant_id, table, names = written_tenant(), None, dict[Any, str]()
        if seen is None:
            table = self.reading(today=today).table(rows)
            seen = seen_in(table)
        judgements = [Judgement(Verdict.NEW, [], [], identity) for identity in seen.identities]
        for place, problems in seen.problems.items():
            judgements[place].verdict, judgements[place].problems = Verdict.REFUSED, problems
        sound = [(place, each) for place, each in enumerate(judgements) if each.verdict is Verdict.NEW]
        known = queries.members_by_number([each.identity for _, each in sound if each.identity], tenant_id=tenant_id)
        if known:
            reading = self.reading(today=today)
            table = table or reading.table(rows)
            names = {place: name for name, place in reading.places.items()}
        for place, judgement in sound:
            if table is not None:
                judgement.facts = table.facts(place)
            if judgement.identity in known:
                _compare(judgement, known[judgement.identity], names)
            elif place in seen.marked:
                judgement.verdict, judgement.problems = Verdict.REFUSED, [Problem("status", "registers.status_new")]
        return judgements

    def reading(self, *, today: date) -> MemberReading:
        """Give what reads rosters, with the organizations as they are now; one statement."""
        return MemberReading(queries.member_places(tenant_id=written_tenant()), today)

    def write(self, rows: Sequence[tuple[Row, Judgement]], *, source: Source) -> None:
        """Enter the new ones in bulk; change the others by what their row says and no more."""
        for row, judgement in rows:
            if judgement.verdict is not Verdict.NEW:
                _change(judgement.subject, judgement.facts, row, source)
        fresh = [(row.number, judgement.facts) for row, judgement in rows if judgement.verdict is Verdict.NEW]
        if fresh:
            numbers, facts = [number for number, _ in fresh], as_columns([facts for _, facts in fresh])
            insert_ready(ready_members(numbers, facts, source=source, engine=db.engine.dialect.name))

    def choices(self, *, tenant_id: int) -> dict[str, list[str]]:
        """Give the drop-downs that depend on this community."""
        return {"organization": list(queries.member_places(tenant_id=tenant_id))}

    def words(self, *, tenant_id: int) -> Callable[[str, Any], str]:
        """Give what says the value of a column as a roster would."""
        names = {row.id: row.name for row in queries.list_organizations(tenant_id=tenant_id)}
        return lambda column, value: _words(column, value, names)


def _compare(judgement: Judgement, member: PartyMember, names: dict[Any, str]) -> None:
    """A member who is known: the same, or what the row would change, old and new as people write it."""
    judgement.subject = member
    if member.status not in queries.PRESENT:
        judgement.verdict = Verdict.REFUSED
        judgement.problems = [Problem("id_number", "registers.has_left")]
        return
    taken, judgement.problems = _decided(member, judgement.facts)
    if judgement.facts.vulnerable_since and _is_vulnerable(member, judgement.facts):
        judgement.problems.append(Problem("vulnerable_since", "registers.vulnerable_class"))
    if judgement.problems:
        judgement.verdict = Verdict.REFUSED
        return
    judgement.facts = replace(judgement.facts, joined=taken.joined, full=taken.full)
    changes = changed_columns(member, judgement.facts, keep_missing=True)
    judgement.changes = [
        Change(COLUMN_OF.get(column, column), _words(column, old, names), _words(column, new, names))
        for column, (old, new) in changes.items()
    ]
    judgement.verdict = Verdict.CHANGED if changes else Verdict.SAME


def _is_vulnerable(member: PartyMember, facts: MemberFacts) -> bool:
    """Say whether the class that the member will be in says already what the flag beside it would say."""
    return (facts.management_class or member.management_class) is ManagementClass.VULNERABLE


def _decided(member: PartyMember, facts: MemberFacts) -> tuple[Entry, list[Problem]]:
    """Give what a row may add to the facts that only decisions change, and where it contradicts the register."""
    old = entry_of(member)
    given = Entry(facts.member_type, facts.joined, facts.full, facts.lost_since, facts.lost_reason)
    taken, contradicted = taken_over(old, given)
    lost = f"{old.lost_since} {_words('lost_reason', old.lost_reason, {})}".strip() if old.lost_since else "未失联"
    now = {Fact.TYPE: TYPE_NAMES[old.member_type], Fact.JOINED: date_text(old.joined), Fact.FULL: date_text(old.full)}
    now[Fact.LOST] = lost
    problems = [Problem(fact.value, f"registers.{fact.value}_decided", {"now": now[fact]}) for fact in contradicted]
    if facts.status not in {None, member.status}:
        problems.append(Problem("status", "registers.status_decided", {"now": STATUS_NAMES[member.status]}))
    return taken, problems


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
        "hardship_level": HARDSHIP_NAMES,
        "on_owners_committee": YES_NO_NAMES,
    }
    if column == "service_intents":
        return intent_names(value) or ""
    return str(tables[column].get(value, value)) if column in tables else str(value)


def date_text(value: PartyDate | None) -> str:
    """Give a date of party life as a roster has it: 2020-01-02, or 2020-01 when only the month is known."""
    if value is None:
        return ""
    return f"{value.on:%Y-%m}" if value.by_month else f"{value.on:%Y-%m-%d}"


def _change(member: PartyMember, facts: MemberFacts, row: Row, source: Source) -> None:
    """Set what the row gives; what it leaves out stays. Sealed columns keep company with their index."""
    columns = member_columns(member.id, facts)
    for column, value in columns.items():
        if value is not None and not (column == "full_by_month" and columns["full_on"] is None):
            setattr(member, column, value)
    member.source_batch_id, member.source_row = source.batch_id, row.number
    member.updated_at = source.now


register_kind(MemberKind())
