"""Committees, posts, terms, checks and units of party organizations."""

import uuid
from datetime import date

import sqlalchemy as sa
from alembic import op

from migrations.row_security import all_rows, protect

revision = "registers0004"
down_revision = "registers0003"
branch_labels = None
depends_on = None

CATEGORIES = ("STATE_FIRM", "PRIVATE_FIRM", "RURAL", "ORGAN", "SCHOOL", "INSTITUTION", "COMMUNITY", "SOCIAL", "OTHER")
SITUATIONS = ("SAME_AS_UPPER", "OWN_UNIT", "JOINT")
NATURES = ("ORGAN", "INSTITUTION", "STATE_FIRM", "PRIVATE_FIRM", "SOCIAL", "SELF_GOVERNING", "OTHER")
POSTS = (
    "SECRETARY", "DEPUTY_SECRETARY", "ORGANIZATION_MEMBER", "PUBLICITY_MEMBER", "DISCIPLINE_MEMBER",
    "COMMITTEE_MEMBER", "PART_TIME_DEPUTY", "PART_TIME_MEMBER", "GROUP_HEAD", "RESIDENTS_DIRECTOR",
    "RESIDENTS_DEPUTY", "RESIDENTS_MEMBER",
)
ORGANIZATION_CHOICES = {
    "category": ("organizationcategory", CATEGORIES),
    "unit_situation": ("unitsituation", SITUATIONS),
}
ORGANIZATION_COLUMNS = {
    "ended_on": sa.Date(),
    "contact_name": sa.String(length=50),
    "contact_sealed": sa.LargeBinary(),
    "founding_doc": sa.String(length=80),
    "size_doc": sa.String(length=80),
    "estate": sa.String(length=40),
    "buildings": sa.String(length=120),
}
MEMBER_COLUMNS = ("estate", "building")
TERM_KINDS = ("PARTY_COMMITTEE", "GENERAL_BRANCH", "BRANCH", "JOINT_BRANCH")
TERM_YEARS = 5
TABLES = (
    "check_review", "check_sheet", "organization_end", "organization_unit", "party_post_past", "party_post",
    "term_reminder", "party_term_past", "party_term", "work_unit_past", "work_unit",
)


def upgrade() -> None:
    extend_existing()
    for fill in (create_work_unit, create_term, create_post):
        fill("")
        fill("_past")
    create_links()
    create_sheets()
    terms_from_elections()
    for table in ("party_organization", "party_organization_past"):
        op.drop_column(table, "elected_on")
    for table in TABLES:
        protect(table)


def extend_existing() -> None:
    for table in ("party_organization", "party_organization_past"):
        for name, kind in ORGANIZATION_COLUMNS.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
        for name, (check, values) in ORGANIZATION_CHOICES.items():
            words = ", ".join(f"'{value}'" for value in values)
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN {name} VARCHAR(32) "
                f"CONSTRAINT ck_{table}_{check} CHECK ({name} IN ({words}))"
            )
    for table in ("party_member", "party_member_past"):
        for name in MEMBER_COLUMNS:
            op.add_column(table, sa.Column(name, sa.String(length=40), nullable=True))


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def create(table: str, *columns: sa.schema.SchemaItem, indexes: tuple[tuple[str, ...], ...] = ()) -> None:
    op.create_table(
        table,
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )
    for names in indexes:
        op.create_index(op.f(f"ix_{table}_tenant_id_{'_'.join(names)}"), table, ["tenant_id", *names])


def within(table: str, column: str, target: str, ondelete: str = "RESTRICT") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=ondelete,
    )


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("tenant_id", *columns, name=op.f(f"uq_{table}_tenant_id_{'_'.join(columns)}"))


def kept_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_batch_id", sa.Uuid(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
    )


def past_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
    )


PAST_INDEXES = (("row_id", "until_at"), ("until_at",), ("source_batch_id",))


def create_work_unit(suffix: str) -> None:
    table = f"work_unit{suffix}"
    keys = () if suffix else (unique(table, "name"), unique(table, "credit_code"))
    create(
        table,
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=True),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("nature", words("unitnature", *NATURES), nullable=True),
        sa.Column("is_resident", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=True),
        sa.Column("head_name", sa.String(length=50), nullable=True),
        sa.Column("contact_name", sa.String(length=50), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        *kept_columns(),
        *(past_columns() if suffix else ()),
        *keys,
        indexes=PAST_INDEXES if suffix else (("source_batch_id",),),
    )


def create_term(suffix: str) -> None:
    table = f"party_term{suffix}"
    keys = () if suffix else (
        within(table, "organization_id", "party_organization"),
        unique(table, "organization_id", "starts_on"),
    )
    create(
        table,
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("session_no", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("manner", words("manner", "ASSEMBLY", "CONGRESS"), nullable=True),
        sa.Column("approved_doc", sa.String(length=80), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("candidates", sa.Integer(), nullable=True),
        sa.Column("entitled", sa.Integer(), nullable=True),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("moved_to", sa.Date(), nullable=True),
        sa.Column("moved_approved_on", sa.Date(), nullable=True),
        sa.Column("moved_doc", sa.String(length=80), nullable=True),
        sa.Column("moved_reason", sa.String(length=200), nullable=True),
        *kept_columns(),
        *(past_columns() if suffix else ()),
        *keys,
        indexes=PAST_INDEXES if suffix else (("ended_on",), ("source_batch_id",)),
    )


def create_post(suffix: str) -> None:
    table = f"party_post{suffix}"
    keys = () if suffix else (
        within(table, "organization_id", "party_organization"),
        within(table, "term_id", "party_term"),
        within(table, "member_id", "party_member"),
        within(table, "work_unit_id", "work_unit"),
    )
    create(
        table,
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=True),
        sa.Column("kind", words("postkind", *POSTS), nullable=False),
        sa.Column("duty", sa.String(length=40), nullable=True),
        sa.Column("person_name", sa.String(length=50), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("work_unit_id", sa.Uuid(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=100), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("doc", sa.String(length=80), nullable=True),
        *kept_columns(),
        *(past_columns() if suffix else ()),
        *keys,
        indexes=PAST_INDEXES
        if suffix
        else (("organization_id", "from_on"), ("term_id",), ("member_id",), ("work_unit_id",), ("source_batch_id",)),
    )


def create_links() -> None:
    create(
        "organization_unit",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("work_unit_id", sa.Uuid(), nullable=False),
        within("organization_unit", "organization_id", "party_organization", "CASCADE"),
        within("organization_unit", "work_unit_id", "work_unit"),
        unique("organization_unit", "organization_id", "work_unit_id"),
        indexes=(("work_unit_id",),),
    )
    create(
        "organization_end",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", words("endkind", "DISSOLVED", "MERGED"), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("doc", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("members_moved", sa.Integer(), nullable=False),
        within("organization_end", "organization_id", "party_organization"),
        within("organization_end", "into_id", "party_organization"),
        unique("organization_end", "organization_id"),
        indexes=(("into_id",),),
    )


def create_sheets() -> None:
    create(
        "term_reminder",
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("letter_no", sa.String(length=80), nullable=True),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        indexes=(("term_id", "sent_on"),),
    )
    create(
        "check_sheet",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", words("sheetkind", "STANDARDS", "RECTIFICATION"), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=50), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", words("sheetstate", "OPEN", "CLOSED"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        within("check_sheet", "organization_id", "party_organization"),
        indexes=(("organization_id", "checked_on"), ("state", "due_on")),
    )
    create(
        "check_review",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        within("check_review", "sheet_id", "check_sheet", "CASCADE"),
        indexes=(("sheet_id", "reviewed_on"),),
    )


ORGANIZATION = sa.table(
    "party_organization",
    sa.column("tenant_id", sa.BigInteger()),
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("elected_on", sa.Date()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
TERM = sa.table(
    "party_term",
    sa.column("tenant_id", sa.BigInteger()),
    sa.column("id", sa.Uuid()),
    sa.column("organization_id", sa.Uuid()),
    sa.column("starts_on", sa.Date()),
    sa.column("due_on", sa.Date()),
    sa.column("ended_on", sa.Date()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("updated_at", sa.DateTime(timezone=True)),
)


def terms_from_elections() -> None:
    """Make the last election of each elected organ the beginning of its present term."""
    with all_rows("party_organization"):
        found = op.get_bind().execute(
            sa.select(*ORGANIZATION.c).where(
                ORGANIZATION.c.elected_on.is_not(None), ORGANIZATION.c.kind.in_(TERM_KINDS)
            )
        )
        rows = [
            {
                "tenant_id": row.tenant_id,
                "id": uuid.uuid4(),
                "organization_id": row.id,
                "starts_on": row.elected_on,
                "due_on": years_later(row.elected_on),
                "created_at": row.created_at,
                "updated_at": row.created_at,
            }
            for row in found
        ]
    if rows:
        op.bulk_insert(TERM, rows)


def years_later(day: date) -> date:
    try:
        return day.replace(year=day.year + TERM_YEARS)
    except ValueError:
        return day.replace(year=day.year + TERM_YEARS, day=28)


def downgrade() -> None:
    for table in ("party_organization", "party_organization_past"):
        op.add_column(table, sa.Column("elected_on", sa.Date(), nullable=True))
    elections_from_terms()
    for table in TABLES:
        op.drop_table(table)
    for table in ("party_organization", "party_organization_past"):
        for name in (*ORGANIZATION_CHOICES, *ORGANIZATION_COLUMNS):
            op.drop_column(table, name)
    for table in ("party_member", "party_member_past"):
        for name in MEMBER_COLUMNS:
            op.drop_column(table, name)


def elections_from_terms() -> None:
    with all_rows("party_term"), all_rows("party_organization"):
        newest = sa.select(sa.func.max(TERM.c.starts_on)).where(
            TERM.c.tenant_id == ORGANIZATION.c.tenant_id, TERM.c.organization_id == ORGANIZATION.c.id
        )
        op.execute(sa.update(ORGANIZATION).values(elected_on=newest.scalar_subquery()))
