"""Many rows at once: whatever stands in them comes back as it was."""

import pickle
import uuid
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Date, Index, MetaData, String, Table, Uuid, delete, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from portal.core.db import Base, db
from portal.core.ids import new_id, new_ids
from portal.desk.models import ImportBatch, ImportPiece
from portal.desk.rules import BatchState
from portal.tenancy.arrays import array_of, array_text
from portal.tenancy.bulk import Insertion, _checks_words_only, _dialect, ready_columns
from portal.tenancy.scope import bulk_insert, insert_unless_taken, ready_insertion
from tests.conftest import Portal
from tests.makers import NOW, make_user

WORDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=20)
NASTY = ["", "NULL", "null", '"', "\\", '\\"', "{a,b}", "a,b", "'; --", "%s", "换行\n", "\t", "𠮷", " a "]


def row(user_id: object, **more: object) -> dict[str, object]:
    fixed = {"kind": "members", "file_name": "x", "sheet_name": "", "other_sheets": 0, "headings": [], "places": {}}
    fixed |= {"unused": [], "state": BatchState.DONE, "row_count": 0, "uploaded_by": user_id, "uploaded_by_name": "张"}
    return fixed | {"uploaded_at": NOW, **more}


@pytest.mark.parametrize("words", [NASTY])
def test_what_is_hard_to_write_comes_back(portal: Portal, words: list[str]) -> None:
    user = make_user("张三")
    with portal.inside():
        rows = [row(user.id, file_name=word, headings=[word, None], places={word: 1}) for word in words]
        bulk_insert(ImportBatch, [{**each, "finished_at": NOW if place else None} for place, each in enumerate(rows)])
    with portal.inside():
        found = {each.file_name: each for each in db.session.scalars(select(ImportBatch))}
        assert set(found) == set(words)
        assert all(found[word].headings == [word, None] and found[word].places == {word: 1} for word in words)
        assert {found[word].finished_at for word in words} == {NOW, None}
        assert {each.uploaded_at for each in found.values()} == {NOW}
        assert found["NULL"].job_id is None


def test_what_is_too_long_is_never_cut_in_silence(portal: Portal) -> None:
    """PostgreSQL refuses it; SQLite, which does not look at lengths, keeps it whole."""
    user, name = make_user("张三"), "长" * 51
    with pytest.raises(DBAPIError) if portal.engine == "postgresql" else nullcontext(), portal.inside():
        bulk_insert(ImportBatch, [row(user.id, uploaded_by_name=name)])
    with portal.inside():
        kept = list(db.session.scalars(select(ImportBatch.uploaded_by_name)))
    assert kept == ([] if portal.engine == "postgresql" else [name])


def test_a_column_that_does_not_exist_and_one_that_is_left_out(portal: Portal) -> None:
    user = make_user("张三")
    with pytest.raises(KeyError), portal.inside():
        bulk_insert(ImportBatch, [row(user.id, invented=1)])
    given_id = new_id()
    with portal.inside():
        bulk_insert(ImportBatch, [row(user.id, id=given_id), row(user.id)])
    with portal.inside():
        ids = list(db.session.scalars(select(ImportBatch.id)))
        assert len(set(ids)) == 2
        assert given_id in ids, "the other one got an id of its own"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(WORDS, st.none()), min_size=1, max_size=5))
def test_postgresql_reads_the_arrays_back(portal: Portal, words: list[str | None]) -> None:
    if portal.engine == "sqlite":
        return
    with portal.inside():
        back = db.session.execute(text("SELECT CAST(CAST(:a AS text) AS text[])"), {"a": array_text(words)}).scalar()
        assert back == words
        db.session.execute(delete(ImportBatch))


DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "BOOLEAN": st.booleans(),
    "BYTEA": st.binary(max_size=1100),
    "BIGINT": st.integers(-(2**63), 2**63 - 1),
    "INTEGER": st.integers(-(2**31), 2**31 - 1),
    "text": WORDS,
    "DATE": DAYS,
    "UUID": st.uuids(),
    "NUMERIC": st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_every_type_comes_back_from_its_array(portal: Portal, kind: str, data: st.DataObject) -> None:
    if portal.engine == "sqlite":
        return
    values = data.draw(st.lists(st.one_of(st.none(), KINDS[kind]), min_size=1, max_size=5))
    with portal.inside():
        asked = f"SELECT u.v FROM unnest(%s::{kind}[]) WITH ORDINALITY AS u(v, place) ORDER BY place"
        back = db.session.connection().exec_driver_sql(asked, (array_of(values, kind),)).scalars().all()
        db.session.execute(delete(ImportBatch))
    assert back == values
    assert isinstance(array_of(values, kind), str) == (kind == "NUMERIC")


def test_ids_made_many_at_once_are_ids(portal: Portal) -> None:
    user, ids = make_user("张三"), new_ids(3)
    assert [str(each).replace("-", "") for each in ids] == [each.hex for each in ids]
    with portal.inside():
        bulk_insert(ImportBatch, [row(user.id, id=each) for each in ids])
        bulk_insert(ImportBatch, [row(user.id, id=(last := new_ids(1)[0]))])
    with portal.inside():
        found = {each.hex for each in db.session.scalars(select(ImportBatch.id))}
    assert found == {each.hex for each in (*ids, last)}


def test_a_word_that_no_enumeration_knows_is_refused_on_both_engines(portal: Portal) -> None:
    """SQLite is told to leave out checks of words, because nothing comes so far that would fail one."""
    user = make_user("张三")
    for _again in range(2):
        with pytest.raises((LookupError, StatementError)), portal.inside():
            bulk_insert(ImportBatch, [row(user.id, state="NOWHERE"), row(user.id)])
        with pytest.raises(IntegrityError), portal.inside():  # and afterwards it checks again
            db.session.execute(text("UPDATE import_batch SET state = 'NOWHERE'"))
            bulk_insert(ImportBatch, [row(user.id)])
            db.session.execute(text("UPDATE import_batch SET state = 'NOWHERE'"))


def test_only_checks_of_words_are_left_out() -> None:
    tables = Base.metadata.tables
    assert _checks_words_only(tables["party_member"])
    assert not _checks_words_only(tables["ownership"]), "a share lies between bounds"
    assert not _checks_words_only(tables["unit"]), "an area is above zero"


@given(DAYS)
def test_sqlite_gets_the_days_that_sqlalchemy_would_send(day: date) -> None:
    process = Date().dialect_impl(_dialect("sqlite")).bind_processor(_dialect("sqlite"))
    assert process is not None
    assert process(day) == day.isoformat()


def test_all_rows_go_in_or_none_when_one_meets_another(portal: Portal) -> None:
    """What somebody else has is left as it is, and so is whatever came in before."""
    user, other = make_user("张三"), new_id()
    with portal.inside():
        batch_id = new_id()
        bulk_insert(ImportBatch, [row(user.id, id=batch_id)])
        assert insert_unless_taken(pieces_of(portal, batch_id, [0, 1]))
        assert not insert_unless_taken(pieces_of(portal, batch_id, [2, 1, 3]))
        assert insert_unless_taken(pieces_of(portal, batch_id, [2], first=other))
    with portal.inside():
        found = db.session.execute(select(ImportPiece.number, ImportPiece.id).order_by(ImportPiece.number)).all()
    assert [number for number, _id in found] == [0, 1, 2]
    assert found[2].id == other


def pieces_of(portal: Portal, batch_id: uuid.UUID, numbers: list[int], *, first: uuid.UUID | None = None) -> Insertion:
    ids = [first or new_id(), *(new_id() for _ in numbers[1:])]
    columns = {"id": ids, "batch_id": [batch_id], "number": numbers, "is_written": [False], "verdicts": [""]}
    ready = ready_insertion(portal.engine, ImportPiece, columns | {"sealed": [b"rows"]}, len(numbers))
    return pickle.loads(pickle.dumps(ready))  # noqa: S301  as it comes from the second process


def test_a_table_whose_key_only_some_rows_have_is_entered_otherwise(portal: Portal) -> None:
    if portal.engine != "sqlite":
        return
    table = Table("some", MetaData(), Column("id", Uuid, primary_key=True), Column("name", String))
    Index("uq_some", table.c.name, unique=True, sqlite_where=table.c.name.is_not(None))
    ready = ready_columns("sqlite", table, {"id": [new_id()], "name": ["x"]}, 1)
    with portal.inside(), pytest.raises(ValueError, match="some"):
        ready.run_unless_taken(db.session.connection())
