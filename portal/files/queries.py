"""Get files back."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.files.models import StoredFile
from portal.tenancy import vault


@dataclass(frozen=True)
class OpenedFile:
    """A file with its content in clear."""

    id: uuid.UUID
    name: str
    media_type: str
    content: bytes


def get_file(file_id: uuid.UUID) -> OpenedFile:
    """Give a file of the tenant in scope; raises NotFound."""
    row = db.session.execute(
        select(StoredFile.tenant_id, StoredFile.name, StoredFile.media_type, StoredFile.sealed).where(
            StoredFile.id == file_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    content = vault.unseal_bytes("stored_file.sealed", row.tenant_id, file_id, row.sealed)
    return OpenedFile(file_id, row.name, row.media_type, content)
