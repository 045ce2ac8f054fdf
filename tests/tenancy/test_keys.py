"""Keys within a tenant: whoever asks what points at a row, or removes it, finds an index that begins with the key."""

import importlib
from collections.abc import Iterator

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, MetaData, Table, UniqueConstraint, Uuid
from sqlalchemy.schema import PrimaryKeyConstraint

from portal.core.db import Base
from portal.modules import FEATURES
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique

WITHOUT = {
    "ballot.building_id": "a building goes one at a time, and never once a round was held in it",
    "ballot_draft.unit_id": "drafts last until their ballot is cast or their round ends",
    "candidate.owner_id": "a few dozen in the life of a community",
    "election_case.estate_id": "one in some years",
    "eligibility_check.file_id": "a few for each candidate",
    "rating_round.company_id": "a few in a year",
    "rating_round.contract_id": "a few in a year",
}
"""Keys that need none, and why: their tables stay so small that reading the tenant's part costs the same."""


def leading(table: Table) -> Iterator[tuple[str, ...]]:
    """Give what each index over all rows begins with, up to the second column."""
    for index in table.indexes:
        if index.dialect_options["postgresql"]["where"] is None:
            yield tuple(column.name for column in list(index.expressions)[:2] if isinstance(column, Column))
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint):
            yield tuple(column.name for column in list(constraint.columns)[:2])


def keys_without_index(metadata: MetaData) -> set[str]:
    """Give the keys (tenant_id, column) that no index begins with."""
    keys = [
        (table, tuple(column.name for column in key.columns))
        for table in metadata.sorted_tables
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint)
    ]
    return {
        f"{table.name}.{columns[1]}"
        for table, columns in keys
        if len(columns) == 2 and columns[0] == "tenant_id" and columns not in leading(table)
    }


def test_each_key_within_a_tenant_has_an_index_or_a_reason() -> None:
    for feature in FEATURES:
        importlib.import_module(f"portal.{feature}.models")
    owned = {m.class_.__tablename__ for m in Base.registry.mappers if issubclass(m.class_, TenantOwned)}
    assert keys_without_index(Base.metadata) == set(WITHOUT)
    assert {name.partition(".")[0] for name in WITHOUT} <= owned


def test_an_index_over_some_rows_or_with_another_beginning_does_not_count() -> None:
    metadata = MetaData()
    Table("top", metadata, Column("tenant_id", Uuid, primary_key=True), Column("id", Uuid, primary_key=True))
    for name, *given in (
        ("bare", []),
        ("other", [tenant_index("day", "top_id")]),
        ("indexed", [tenant_index("top_id", "day")]),
        ("unique", [tenant_unique("top_id", "day")]),
    ):
        columns = [
            Column(each, Uuid, primary_key=each in ("tenant_id", "id")) for each in ("tenant_id", "id", "top_id", "day")
        ]
        table = Table(name, metadata, *columns, tenant_fk("top_id", "top", ondelete="RESTRICT"), *given[0])
        assert table.name == name
    assert keys_without_index(metadata) == {"bare.top_id", "other.top_id"}


def refers_to_its_tenant(table: Table) -> bool:
    """Say whether a table's tenant must be one: by a key of its own, or by one to a row of the same tenant."""
    for key in table.constraints:
        if isinstance(key, ForeignKeyConstraint) and next(iter(key.columns)).name == "tenant_id":
            target = key.elements[0].column.table
            if target.name == "tenant":
                return True
            if not any(column.nullable for column in key.columns) and refers_to_its_tenant(target):
                return True
    return False


def test_each_row_belongs_to_a_tenant_that_is_there() -> None:
    for feature in FEATURES:
        importlib.import_module(f"portal.{feature}.models")
    owned = [m.class_.__table__ for m in Base.registry.mappers if issubclass(m.class_, TenantOwned)]
    assert len(owned) > 50
    assert [table.name for table in owned if not refers_to_its_tenant(table)] == []


def test_a_key_that_may_be_empty_says_nothing_of_the_tenant() -> None:
    metadata = MetaData()
    Table("tenant", metadata, Column("id", Uuid, primary_key=True))
    Table("top", metadata, Column("tenant_id", ForeignKey("tenant.id"), primary_key=True), Column("id", Uuid))
    for name, is_empty in (("strict", False), ("loose", True)):
        columns = [Column("tenant_id", Uuid, primary_key=True), Column("top_id", Uuid, nullable=is_empty)]
        table = Table(name, metadata, *columns, tenant_fk("top_id", "top", ondelete="RESTRICT"))
        assert refers_to_its_tenant(table) is not is_empty
