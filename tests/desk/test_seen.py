"""What was seen in the rows of a file while it was read, and when it is looked for once more."""

from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError

from portal.accounts.roles import Role
from portal.core import second_process
from portal.core.db import db
from portal.core.ids import new_id
from portal.desk import importing, pieces
from portal.desk.commands import reading
from portal.desk.importing import reading as ready
from portal.desk.importing.reading import begun_before
from portal.desk.kinds import Seen, Source
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules import Problem
from portal.registers.importing.reading import MemberReading
from portal.registers.models import PartyMember, PartyOrganization
from portal.tenancy.bulk import Insertion
from portal.tenancy.vault import LentKey
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, run_jobs, upload, verdicts, workbook
from tests.makers import NOW, stranger
from tests.registers.makers import make_branches, make_id_number

ROWS = 6


def roster(branch: str) -> bytes:
    lines = [["张示例", make_id_number(n), "正式党员", "2005-07-01", branch, f"199{n:08d}"] for n in range(1, ROWS + 1)]
    return workbook([HEADINGS, *lines])


@pytest.fixture
def tables_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give how many rows are read each time somebody reads some."""
    counts: list[int] = []
    table = MemberReading.table
    monkeypatch.setattr(MemberReading, "table", lambda self, rows: counts.append(len(rows)) or table(self, rows))
    return counts


def test_rows_are_read_once_until_somebody_confirms_them(portal: Portal, tables_read: list[int]) -> None:
    with portal.inside():
        branch = make_branches()[0].name
    url = upload(portal.as_role(Role.COMMUNITY_CLERK), "名单.xlsx", roster(branch)).location
    assert tables_read == [ROWS]
    assert run_jobs(portal) == []
    assert tables_read == [ROWS], "what was seen tells all that judging must know of people nobody knows"
    assert verdicts(portal.as_role(Role.COMMUNITY_CLERK), url)["new"] == ROWS


def test_a_branch_renamed_meanwhile_counts(portal: Portal, tables_read: list[int]) -> None:
    """The rows were right when they came in and name a branch that is called otherwise by the time they are judged."""
    with portal.inside():
        branch = make_branches()[0]
        branch_id, name = branch.id, branch.name
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", roster(name)).location
    with portal.inside():
        renamed = db.session.scalars(select(PartyOrganization).where(PartyOrganization.id == branch_id)).one()
        renamed.name, renamed.updated_at = "更名支部", NOW
    assert run_jobs(portal) == []
    assert tables_read == [ROWS, ROWS]
    assert verdicts(clerk, url) == {"new": 0, "changed": 0, "same": 0, "refused": ROWS}


def test_a_piece_without_it_is_judged_all_the_same(portal: Portal) -> None:
    """As those are that came in before it was kept."""
    with portal.inside():
        branch = make_branches()[0].name
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", roster(branch)).location
    with portal.inside():
        db.session.scalars(select(ImportPiece)).one().seen = None
    assert run_jobs(portal) == []
    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    with portal.inside():
        assert len(db.session.scalars(select(PartyMember)).all()) == ROWS


@pytest.mark.usefixtures("two_processes")
def test_the_next_pieces_are_begun_while_these_are_entered(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PIECE_ROWS", 1)
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    begun: list[int] = []
    in_turn = second_process.in_turn
    monkeypatch.setattr(
        second_process,
        "in_turn",
        lambda *given, begun, at_end: kept(begun) or in_turn(*given, begun=begun, at_end=at_end),
    )

    def kept(earlier: list[Future[Insertion | None]]) -> None:
        begun.append(len(earlier))

    with portal.inside():
        branch = make_branches()[0].name
    clerk = portal.as_role(Role.COMMUNITY_CLERK)
    url = upload(clerk, "名单.xlsx", roster(branch)).location
    assert run_jobs(portal) == []
    clerk.post(f"{url}/application")
    assert run_jobs(portal) == []
    assert begun == [0, 2, 2]
    with portal.inside():
        rows = {row.source_row: row.id_index for row in db.session.scalars(select(PartyMember))}
    assert set(rows) == set(range(2, ROWS + 2))
    assert len(set(rows.values())) == ROWS


def test_what_was_begun_for_something_else_or_long_ago_is_not_taken() -> None:
    source = Source(new_id(), stranger(1), NOW)
    piece = ready.SealedPiece(LentKey(1, b"k" * 32), new_id(), b"rows", b"seen", {"full_name": 0})
    then: ready.Given = (piece, [0], MemberReading({}, date(2026, 11, 23)), source, "sqlite")

    def later(seconds: float) -> ready.Given:
        return (*then[:3], replace(source, now=NOW + timedelta(seconds=seconds)), then[4])

    future: Future[None] = Future()

    def taken(now: ready.Given) -> bool:
        return begun_before([(then, future)], [now]) == [future]

    assert [taken(later(seconds)) for seconds in (0, 4.9, 5, -1)] == [True, True, False, False]
    assert not taken((piece, [1], *then[2:])), "another row is new"
    assert not taken((*then[:2], MemberReading({}, date(2026, 11, 24)), *then[3:])), "another day"
    assert not taken((replace(piece, sealed=b""), *then[1:])), "other rows"


def test_behind_something_else_nothing_is_taken() -> None:
    """Results are told apart by their place alone: a gap would give a piece the rows of another."""
    source, futures = Source(new_id(), stranger(1), NOW), [Future[None]() for _ in range(3)]
    pieces_ = [ready.SealedPiece(LentKey(1, b"k" * 32), new_id(), b"rows", b"seen", {}) for _ in range(3)]
    given: list[ready.Given] = [
        (each, [0], MemberReading({}, date(2026, 11, 23)), source, "sqlite") for each in pieces_
    ]
    ahead = list(zip(given, futures, strict=True))
    assert begun_before(ahead, given) == futures
    assert begun_before(ahead, given[1:]) == []
    assert begun_before([(given[1], futures[1]), *ahead[1:]], given) == []
    assert begun_before([ahead[0], (given[2], futures[1]), ahead[2]], given) == futures[:1]


IDENTITIES = st.one_of(st.none(), st.binary(min_size=32, max_size=32).filter(any))
PROBLEMS = st.builds(
    Problem, st.sampled_from(["", "id_number"]), st.just("desk.twice"), st.dictionaries(st.text(), st.integers(0, 99))
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(IDENTITIES, max_size=5), st.dictionaries(st.integers(0, 4), st.lists(PROBLEMS)), st.sets(st.integers(0, 4))
)
def test_what_was_seen_comes_out_as_it_went_in(
    portal: Portal, identities: list[bytes | None], problems: dict[int, list[Problem]], marked: set[int]
) -> None:
    seen, numbers, piece_id = Seen(identities, problems, frozenset(marked)), list(range(len(identities))), new_id()
    with portal.inside():
        sealed = pieces.seal_seen(piece_id, numbers, seen, "abc")
        assert pieces.open_seen(portal.here, piece_id, sealed) == ("abc", numbers, seen)


def test_an_import_stays(portal: Portal) -> None:
    """Members say by its id alone where they come from."""
    upload(portal.as_role(Role.COMMUNITY_CLERK), "名单.xlsx", roster("演示第一党支部"))
    with suppress(DatabaseError), portal.inside():
        db.session.execute(delete(ImportPiece))
        db.session.execute(delete(ImportBatch))
    with portal.inside():
        assert len(db.session.scalars(select(ImportBatch)).all()) == 1
