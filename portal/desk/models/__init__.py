"""Tables of the desk: an uploaded file, its rows with their verdicts, and pieces not judged yet."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.desk.models.exports import ExportOrder, HeadingMemory
from portal.desk.models.saved import SavedList
from portal.desk.rules import BatchState
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique

__all__ = ["ExportOrder", "HeadingMemory", "ImportBatch", "ImportPiece", "SavedList", "UndoRest"]


class ImportBatch(TenantOwned, Base):
    """One uploaded file on its way into a register."""

    __tablename__ = "import_batch"

    kind: Mapped[str] = mapped_column(String(30))
    file_name: Mapped[str] = mapped_column(String(200))
    sheet_name: Mapped[str] = mapped_column(String(100))
    other_sheets: Mapped[int] = mapped_column(Integer)
    headings: Mapped[list[str]] = mapped_column(JSON)
    places: Mapped[dict[str, int]] = mapped_column(JSON)
    unused: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[BatchState]
    row_count: Mapped[int] = mapped_column(Integer)
    job_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    uploaded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    uploaded_by_name: Mapped[str] = mapped_column(String(50))
    uploaded_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # The file itself, until its rows are written: another sheet of it may be read, its columns named anew.
    file_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    sheets: Mapped[list[str] | None] = mapped_column(JSON)  # that have anything in them, in the file's order
    heading_row: Mapped[int | None] = mapped_column(Integer)
    matched: Mapped[dict[str, str] | None] = mapped_column(JSON)  # how each column was recognised
    samples_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # the first cells of each column
    # The undo: begun when its job is there, over when it is dated; what it could not undo is in UndoRest.
    undo_job_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    undone_at: Mapped[datetime | None]
    undone_by_name: Mapped[str | None] = mapped_column(String(50))
    removed: Mapped[int | None] = mapped_column(Integer)
    restored: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (tenant_index("uploaded_at"), tenant_index("state"))

    @property
    def asks_columns(self) -> bool:
        """Say whether a person must first say what the columns mean; nothing is judged before."""
        return self.state is BatchState.STAGING and self.job_id is None


class ImportPiece(TenantOwned, Base):
    """Some rows of a file as they stood in it, sealed together, and what becomes of each.

    `verdicts` holds a letter for each row (rules.LETTERS), nothing before they are judged; `told` the reasons and
    changes of those that have any, sealed; `identities` finds the same person twice in one file without saying who
    it is: the first bytes of each row's blind index. `seen` is what was seen in the rows while they were read, sealed.
    """

    __tablename__ = "import_piece"

    batch_id: Mapped[uuid.UUID]
    number: Mapped[int] = mapped_column(Integer)
    is_written: Mapped[bool] = mapped_column(Boolean)
    verdicts: Mapped[str] = mapped_column(Text)
    told: Mapped[bytes | None] = mapped_column(LargeBinary)
    identities: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    seen: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        tenant_fk("batch_id", "import_batch", ondelete="CASCADE"),
        tenant_unique("batch_id", "number"),
    )


class UndoRest(TenantOwned, Base):
    """One thing that an undone import left as it is, and why: who changed it since, or what hangs on it."""

    __tablename__ = "undo_rest"

    batch_id: Mapped[uuid.UUID]
    row_number: Mapped[int] = mapped_column(Integer)  # in the file
    subject: Mapped[str] = mapped_column(String(100))  # whose row, as lists show it
    reason: Mapped[str] = mapped_column(String(20))  # undoing.Reason
    field: Mapped[str] = mapped_column(String(60))  # the column's heading, or what hangs on the row
    before: Mapped[str] = mapped_column(String(200))  # what would be restored and what stands there, masked
    after: Mapped[str] = mapped_column(String(200))
    by_name: Mapped[str] = mapped_column(String(50))
    at: Mapped[datetime | None]

    __table_args__ = (
        tenant_fk("batch_id", "import_batch", ondelete="CASCADE"),
        tenant_index("batch_id", "row_number"),
    )
