"""Many values are looked up through their own index, also in a table of which PostgreSQL knows nothing yet."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.db import db
from portal.core.ids import new_id
from portal.registers.models import PartyMember, PartyMemberPast, WorkUnit
from portal.tenancy.finding import by_index, looked_up, rows_among
from tests.conftest import Portal
from tests.registers.makers import make_member, make_organization

CROWD = 3_000
INDEXES = {
    "postgresql": ("uq_party_member_tenant_id_id_index", "pk_party_member"),
    "sqlite": ("(tenant_id=? AND id_index=?)", "(tenant_id=? AND id=?)"),
}


def crowd(portal: Portal) -> list[PartyMember]:
    """Put a crowd into one community; nobody has counted the table since."""
    with portal.inside():
        first = make_member(make_organization().id)
        columns = [each.key for each in inspect(PartyMember).column_attrs]
        like = {key: getattr(first, key) for key in columns}
        rows = [like | {"id": new_id(), "id_index": place.to_bytes(32)} for place in range(CROWD)]
        db.session.execute(insert(PartyMember), rows)
    with portal.inside():
        return list(db.session.scalars(select(PartyMember)))


def plan(column: InstrumentedAttribute[Any], values: list[Any], tenant_id: int) -> str:
    """Give how the database would look these values up."""
    model: Any = column.class_
    connection = db.session.connection()
    dialect = connection.dialect
    if dialect.name == "sqlite":
        statement = select(model).where(model.tenant_id == tenant_id, column.in_(values))
        said = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        marks = (1,) * len(said.params)
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", marks).all())
    said = looked_up(model, column, values, tenant_id=tenant_id).compile(dialect=dialect)
    with by_index():
        return str(connection.exec_driver_sql(f"EXPLAIN {said}", said.params).all())


def test_the_index_of_the_column_is_used_without_statistics(portal: Portal) -> None:
    crowd(portal)
    with portal.inside():
        if portal.engine == "postgresql":
            counted = db.session.scalar(text("SELECT count(*) FROM pg_stats WHERE tablename = 'party_member'"))
            assert counted == 0, "nothing has been counted"
        unique, key = INDEXES[portal.engine]
        assert unique in plan(PartyMember.id_index, [place.to_bytes(32) for place in range(0, CROWD, 3)], portal.here)
        assert key in plan(PartyMember.id, [new_id() for _ in range(500)], portal.here)


@pytest.mark.parametrize(
    ("column", "value", "index"),
    [
        (WorkUnit.name, "演示中学", "uq_work_unit_tenant_id_name"),
        (WorkUnit.credit_code, "52520303000000001C", "uq_work_unit_tenant_id_credit_code"),
        (PartyMemberPast.row_id, UUID(int=1), "ix_party_member_past_tenant_id_row_id_until_at"),
    ],
)
def test_other_columns_that_are_looked_up_have_their_index(
    portal: Portal, column: InstrumentedAttribute[Any], value: Any, index: str
) -> None:
    with portal.inside():
        used = index if portal.engine == "postgresql" else f"(tenant_id=? AND {column.key}=?)"
        assert used in plan(column, [value] * 500, portal.here)


def test_the_rows_of_this_tenant_that_hold_one_of_the_values(portal: Portal) -> None:
    with portal.inside(portal.there):
        elsewhere = make_member(make_organization().id)
    mine = crowd(portal)
    with portal.inside():
        wanted = [*(row.id_index for row in mine[::7]), b"\xff" * 32, elsewhere.id_index]
        found = rows_among(PartyMember, PartyMember.id_index, wanted, tenant_id=portal.here)
        assert {row.id for row in found} == {row.id for row in mine[::7]}
        assert rows_among(PartyMember, PartyMember.id, [], tenant_id=portal.here) == []
        assert rows_among(PartyMember, PartyMember.id, [mine[0].id], tenant_id=portal.here)[0].full_name == "张示例"
