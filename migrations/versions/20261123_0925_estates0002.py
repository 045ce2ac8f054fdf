"""Keep the past of units and owners; phases, usage, fees, contacts of buildings, and which owners are one."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from pypinyin import Style, lazy_pinyin, pinyin

from migrations.row_security import all_rows, protect

revision = "estates0002"
down_revision = "registers0005"
branch_labels = None
depends_on = None

KEPT = ("estate", "building", "unit", "owner", "ownership")
LONG_AGO = "1970-01-01 00:00:00+00:00"
ONE_NUMBER = "uq_owner_tenant_id_id_number_index"
USAGES = ("DWELLING", "SHOP", "PARKING", "STORAGE", "SPECIAL")
CONTACTS = (
    "COMMUNITY_WORKER", "POLICE_OFFICER", "GRID_HEAD", "BUILDING_HEAD", "PARTNER_UNIT", "OWNERS_REPRESENTATIVE",
)


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def maybe(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, nullable=True)


NEW_COLUMNS = {
    "estate": lambda: [
        sa.Column("counts_special", sa.Boolean(), nullable=False, server_default=sa.false()),
        text("counts_special_source", 100),
    ],
    "building": lambda: [
        text("phase", 20), maybe("households", sa.Integer()), maybe("persons", sa.Integer()), maybe("counted_on", sa.Date()),
    ],
    "unit": lambda: [text("area_document", 80), maybe("sold_on", sa.Date()), maybe("delivered_on", sa.Date())],
    "owner": lambda: [
        text("name_key", 200), text("sound_key", 200), text("search_key", 200), text("sort_key", 200),
        maybe("phone_index", sa.LargeBinary(length=32)), maybe("phone_sealed", sa.LargeBinary()),
        text("guardian_name", 50), maybe("guardian_phone_sealed", sa.LargeBinary()), maybe("head_id", sa.Uuid()),
    ],
    "ownership": lambda: [text("document", 80), maybe("votes_from", sa.Date()), maybe("votes_until", sa.Date())],
}
INDEXES = (
    *((table, ["source_batch_id"]) for table in KEPT),
    ("owner", ["id_number_index"]),
    ("owner", ["phone_index"]),
    ("owner", ["name_key"]),
    ("owner", ["sound_key"]),
    ("owner", ["sort_key", "id"]),
    ("owner", ["head_id"]),
)


def upgrade() -> None:
    for table in KEPT:
        add_columns(table)
    fill_times()
    fill_names()
    loosen()
    op.add_column("service_contract", sa.Column("fee_per_m2_month", sa.Numeric(precision=6, scale=3), nullable=True))
    for table, columns in INDEXES:
        op.create_index(op.f(f"ix_{table}_tenant_id_{'_'.join(columns)}"), table, ["tenant_id", *columns])
    create_pasts()
    create_contacts()
    create_decisions()


def add_columns(table: str) -> None:
    added = [*NEW_COLUMNS[table](), maybe("source_batch_id", sa.Uuid()), maybe("source_row", sa.Integer())]
    moments = ["updated_at"] if table in ("estate", "owner") else ["created_at", "updated_at"]
    added += [sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=LONG_AGO) for name in moments]
    for column in added:
        op.add_column(table, column)
    if table == "unit":
        op.execute(
            "ALTER TABLE unit ADD COLUMN usage VARCHAR(32) DEFAULT 'DWELLING' NOT NULL "
            f"CONSTRAINT ck_unit_unitusage CHECK (usage IN ({', '.join(repr(each) for each in USAGES)}))"
        )
    if is_postgresql():
        for column in added:
            if column.server_default is not None:
                op.alter_column(table, column.name, server_default=None)
        if table == "unit":
            op.alter_column(table, "usage", server_default=None)


def fill_times() -> None:
    """What was there before stands as it stands since it was entered."""
    with all_rows("estate"), all_rows("building"), all_rows("unit"), all_rows("owner"), all_rows("ownership"):
        op.execute("UPDATE estate SET updated_at = created_at")
        op.execute("UPDATE owner SET updated_at = created_at")
        for table, above, key in (
            ("building", "estate", "estate_id"),
            ("unit", "building", "building_id"),
            ("ownership", "owner", "owner_id"),
        ):
            op.execute(
                f"UPDATE {table} SET created_at = (SELECT above.created_at FROM {above} AS above "
                f"WHERE above.tenant_id = {table}.tenant_id AND above.id = {table}.{key})"
            )
            op.execute(f"UPDATE {table} SET updated_at = created_at")
        op.execute("UPDATE ownership SET votes_from = valid_from WHERE is_voting_representative")


def fill_names() -> None:
    owner = sa.table("owner", *(sa.column(name, sa.Uuid() if name == "id" else None) for name in (
        "tenant_id", "id", "name", "name_key", "sound_key", "search_key", "sort_key")))  # fmt: skip
    here = (owner.c.tenant_id == sa.bindparam("of_tenant"), owner.c.id == sa.bindparam("of_id", type_=sa.Uuid()))
    with all_rows("owner"):
        rows = op.get_bind().execute(sa.select(owner.c.tenant_id, owner.c.id, owner.c.name)).all()
        if rows:
            op.get_bind().execute(
                sa.update(owner).where(*here).values({each: sa.bindparam(each) for each in keys_of("")}),
                [{"of_tenant": tenant_id, "of_id": id_, **keys_of(name)} for tenant_id, id_, name in rows],
            )


def keys_of(name: str) -> dict[str, str]:
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()
    found = [""]
    for letter in plain:
        readings = pinyin(letter, style=Style.FIRST_LETTER, heteronym=True)[0]
        initials = tuple(dict.fromkeys(reading[0].lower() for reading in readings if reading)) or (letter,)
        found = [key + initial for key in found for initial in initials][:8]
    return {
        "name_key": plain[:200],
        "sound_key": "".join(lazy_pinyin(plain)).lower()[:200],
        "search_key": f" {' '.join(found)} "[:200],
        "sort_key": f"{' '.join(lazy_pinyin(name)).lower()} {name}"[:200],
    }


def loosen() -> None:
    """Two entries may have one number until somebody says that they are one; joint owners have no shares."""
    if is_postgresql():
        op.drop_constraint(op.f(ONE_NUMBER), "owner", type_="unique")
        op.alter_column("ownership", "share", nullable=True)
        op.drop_column("ownership", "is_voting_representative")
        return
    op.drop_column("ownership", "is_voting_representative")
    reword("CREATE TABLE%ownership%share SMALLINT NOT NULL%", r"(\bshare SMALLINT) NOT NULL", r"\1", besides="ownership_past")
    rebuild((rf",\s*CONSTRAINT {ONE_NUMBER} UNIQUE \([^)]*\)", ""))


def rebuild(edit: tuple[str, str]) -> None:
    """SQLite cannot drop a constraint: make owner anew with other words; who points to it goes on pointing."""
    run = op.get_bind().exec_driver_sql
    before = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'owner'").scalar_one()
    after = re.sub(*edit, before)
    assert after != before
    others = run("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'owner' AND sql IS NOT NULL").all()
    for kind, name, _sql in others:
        if kind != "table":
            run(f"DROP {kind} {name}")
    run("ALTER TABLE owner RENAME TO owner_before")
    reword("%owner_before%", r'"?\bowner_before\b"?', "owner", besides="owner_before")
    run(after)
    columns = ", ".join(row[1] for row in run("PRAGMA table_info(owner)"))
    run(f"INSERT INTO owner ({columns}) SELECT {columns} FROM owner_before")
    run("DROP TABLE owner_before")
    for kind, _name, sql in others:
        if kind != "table":
            run(sql)


def reword(like: str, pattern: str, words: str, *, besides: str = "") -> None:
    """Change the words of SQLite's tables where these say nothing about how rows are stored.

    This is the way that SQLite's own page on ALTER TABLE gives for foreign keys and NOT NULL.
    """
    run = op.get_bind().exec_driver_sql
    rows = run("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE ? AND name <> ?", (like, besides))
    changed = [(re.sub(pattern, words, sql), name) for name, sql in rows.all()]
    run("PRAGMA writable_schema = ON")
    for sql, name in changed:
        run("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (sql, name))
    run("PRAGMA writable_schema = RESET")


def create_pasts() -> None:
    status = words("unitstatus", "UNSOLD", "SOLD_UNDELIVERED", "DELIVERED")
    create_past(
        "estate",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("counts_special", sa.Boolean(), nullable=False),
        sa.Column("counts_special_source", sa.String(length=100), nullable=False),
    )
    create_past(
        "building",
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        maybe("households", sa.Integer()),
        maybe("persons", sa.Integer()),
        maybe("counted_on", sa.Date()),
    )
    create_past(
        "unit",
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("exclusive_area_m2", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("area_basis", words("areabasis", "REGISTERED", "SURVEYED", "CONTRACT"), nullable=False),
        sa.Column("area_document", sa.String(length=80), nullable=False),
        sa.Column("status", status, nullable=False),
        maybe("sold_on", sa.Date()),
        maybe("delivered_on", sa.Date()),
        sa.Column("usage", words("unitusage", *USAGES), nullable=False),
    )
    create_past(
        "owner",
        sa.Column("kind", words("ownerkind", "PERSON", "ORGANIZATION"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        *(sa.Column(f"{each}_key", sa.String(length=200), nullable=False) for each in ("name", "sound", "search", "sort")),
        maybe("id_number_index", sa.LargeBinary(length=32)),
        maybe("id_number_sealed", sa.LargeBinary()),
        maybe("phone_index", sa.LargeBinary(length=32)),
        maybe("phone_sealed", sa.LargeBinary()),
        sa.Column("guardian_name", sa.String(length=50), nullable=False),
        maybe("guardian_phone_sealed", sa.LargeBinary()),
        maybe("head_id", sa.Uuid()),
        maybe("user_id", sa.Uuid()),
    )
    create_past(
        "ownership",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        maybe("valid_until", sa.Date()),
        sa.Column(
            "title_basis", words("titlebasis", "REGISTERED", "POSSESSION", "INHERITANCE", "COURT", "BUILT"), nullable=False
        ),
        sa.Column("document", sa.String(length=80), nullable=False),
        maybe("share", sa.SmallInteger()),
        maybe("votes_from", sa.Date()),
        maybe("votes_until", sa.Date()),
        maybe("verified_at", sa.DateTime(timezone=True)),
        maybe("verified_by", sa.Uuid()),
    )
    op.create_index(op.f("ix_ownership_past_tenant_id_unit_id"), "ownership_past", ["tenant_id", "unit_id"])


def create_past(of: str, *columns: sa.Column) -> None:
    table = f"{of}_past"
    op.create_table(
        table,
        *owned(table),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        maybe("source_batch_id", sa.Uuid()),
        maybe("source_row", sa.Integer()),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
    )
    for names in (["row_id", "until_at"], ["until_at"], ["source_batch_id"]):
        op.create_index(op.f(f"ix_{table}_tenant_id_{'_'.join(names)}"), table, ["tenant_id", *names])
    protect(table)


def owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    ]


def create_contacts() -> None:
    op.create_table(
        "building_contact",
        *owned("building_contact"),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("kind", words("contactkind", *CONTACTS), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("organization", sa.String(length=60), nullable=False),
        maybe("phone_sealed", sa.LargeBinary()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        maybe("valid_until", sa.Date()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_building_contact_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "building_id"],
            ["building.tenant_id", "building.id"],
            name=op.f("fk_building_contact_tenant_id_building_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        op.f("ix_building_contact_tenant_id_building_id_valid_from"),
        "building_contact",
        ["tenant_id", "building_id", "valid_from"],
    )
    protect("building_contact")


def create_decisions() -> None:
    op.create_table(
        "head_decision",
        *owned("head_decision"),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", words("headverdict", "ONE", "NOT_ONE", "LATER"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        maybe("decided_by", sa.Uuid()),
        sa.Column("decided_by_name", sa.String(length=50), nullable=False),
        maybe("undone_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_head_decision_lesser_id_first")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                ["owner.tenant_id", "owner.id"],
                name=op.f(f"fk_head_decision_tenant_id_{column}"),
                ondelete="CASCADE",
            )
            for column in ("first_id", "second_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_head_decision_decided_by"), ondelete="RESTRICT"
        ),
    )
    for columns in (["first_id", "second_id"], ["second_id"], ["decided_at"]):
        op.create_index(
            op.f(f"ix_head_decision_tenant_id_{'_'.join(columns)}"), "head_decision", ["tenant_id", *columns]
        )
    protect("head_decision")


def downgrade() -> None:
    op.drop_table("head_decision")
    op.drop_table("building_contact")
    for table in reversed(KEPT):
        op.drop_table(f"{table}_past")
    for table, columns in INDEXES:
        op.drop_index(op.f(f"ix_{table}_tenant_id_{'_'.join(columns)}"), table_name=table)
    op.drop_column("service_contract", "fee_per_m2_month")
    tighten()
    for table in KEPT:
        dropped = [column.name for column in NEW_COLUMNS[table]()]
        dropped += ["source_batch_id", "source_row", "updated_at"]
        dropped += [] if table in ("estate", "owner") else ["created_at"]
        for name in dropped:
            op.drop_column(table, name)
    drop_usage()


def tighten() -> None:
    op.add_column(
        "ownership", sa.Column("is_voting_representative", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with all_rows("owner"), all_rows("ownership"):
        op.execute("UPDATE ownership SET is_voting_representative = (votes_from IS NOT NULL AND votes_until IS NULL)")
        op.execute("UPDATE ownership SET share = 1 WHERE share IS NULL")
        op.execute(
            "UPDATE owner SET id_number_index = NULL WHERE EXISTS (SELECT 1 FROM owner AS other WHERE "
            "other.tenant_id = owner.tenant_id AND other.id_number_index = owner.id_number_index AND other.id < owner.id)"
        )
    if is_postgresql():
        op.create_unique_constraint(op.f(ONE_NUMBER), "owner", ["tenant_id", "id_number_index"])
        op.alter_column("ownership", "share", nullable=False)
        op.alter_column("ownership", "is_voting_representative", server_default=None)
        return
    reword("CREATE TABLE%ownership%share SMALLINT%", r"(\bshare SMALLINT)", r"\1 NOT NULL", besides="ownership_past")
    rebuild((
        r"(,\s*CONSTRAINT uq_owner_tenant_id_user_id UNIQUE)",
        rf", CONSTRAINT {ONE_NUMBER} UNIQUE (tenant_id, id_number_index)\1",
    ))  # fmt: skip


def drop_usage() -> None:
    if is_postgresql():
        op.drop_constraint(op.f("ck_unit_unitusage"), "unit", type_="check")
    op.drop_column("unit", "usage")
