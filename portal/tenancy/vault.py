"""Personal data of one tenant: sealed with that tenant's key, bound to its row and column, found by blind index."""

import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import clock, crypto
from portal.core.db import db
from portal.core.ids import new_id
from portal.tenancy import scope
from portal.tenancy.models import TenantKey

_master: list[bytes] = []
_opened: dict[int, bytes] = {}
_fresh: set[int] = set()  # made in a transaction that has not ended yet


def set_master_key(key: bytes) -> None:
    """Hand over the master key at start; tenants' keys opened under another one are forgotten."""
    _master[:] = [key]
    _opened.clear()
    _purpose_key.cache_clear()


def forget_keys() -> None:
    """Forget the opened keys, as when the database is another one than before."""
    _opened.clear()


def platform_index(column: str, text: str) -> bytes:
    """Give the blind index of a value that is global, such as a sign-in mobile."""
    return crypto.keyed_hash(crypto.derive(_master[0], f"index:{column}"), text)


def platform_seal(column: str, row_id: uuid.UUID, text: str) -> bytes:
    """Seal a value that belongs to no tenant."""
    return crypto.seal(crypto.derive(_master[0], "platform"), text.encode(), bound_to=_place(0, column, row_id))


def platform_unseal(column: str, row_id: uuid.UUID, sealed: bytes) -> str:
    """Open what platform_seal() sealed for the same column and row."""
    key = crypto.derive(_master[0], "platform")
    return crypto.unseal(key, sealed, bound_to=_place(0, column, row_id)).decode()


def seal(column: str, row_id: uuid.UUID, text: str) -> bytes:
    """Seal a text for the written tenant. `column` is "table.column"; the row's id must be known beforehand."""
    return seal_bytes(column, row_id, text.encode())


def seal_fields(row_id: uuid.UUID, texts: Mapping[str, str | None]) -> list[bytes | None]:
    """Seal several columns of one row at once, in their order; None stays None."""
    tenant_id = scope.written_tenant()
    return crypto.seal_many(_key(tenant_id), [*texts.values()], [_place(tenant_id, each, row_id) for each in texts])


def seal_bytes(column: str, row_id: uuid.UUID, content: bytes) -> bytes:
    """Seal bytes, such as an uploaded file, for the written tenant."""
    tenant_id = scope.written_tenant()
    return crypto.seal(_key(tenant_id), content, bound_to=_place(tenant_id, column, row_id))


def unseal(column: str, tenant_id: int, row_id: uuid.UUID, sealed: bytes) -> str:
    """Open what seal() sealed for the same tenant, column and row; raises crypto.CannotUnseal otherwise."""
    return unseal_bytes(column, tenant_id, row_id, sealed).decode()


def unseal_bytes(column: str, tenant_id: int, row_id: uuid.UUID, sealed: bytes) -> bytes:
    """Open what seal_bytes() sealed."""
    return crypto.unseal(_key(tenant_id), sealed, bound_to=_place(tenant_id, column, row_id))


def unseal_many(
    column: str, tenant_id: int, row_ids: Iterable[bytes], sealed: Iterable[bytes | None]
) -> list[str | None]:
    """Open one column of many rows, whose ids are given as str(id).encode(); None stays None."""
    before = f"{tenant_id}|{column}|".encode()
    return crypto.unseal_many(_key(tenant_id), sealed, [before + row_id for row_id in row_ids])


def blind_index(column: str, text: str, *, tenant_id: int | None = None) -> bytes:
    """Give 32 bytes that find an exact value within one tenant (the written one unless named)."""
    owner = scope.written_tenant() if tenant_id is None else tenant_id
    return crypto.keyed_hash(_purpose_key(owner, _key(owner), f"index:{column}"), text)


def seal_column(column: str, row_ids: Sequence[bytes], texts: Sequence[str | None]) -> list[bytes | None]:
    """Seal one column of many rows, given by str(id).encode(), which unseal() and unseal_many() open.

    Nothing stays None.
    """
    tenant_id = scope.written_tenant()
    start = f"{tenant_id}|{column}|".encode()
    return crypto.seal_many(_key(tenant_id), texts, [start + row_id for row_id in row_ids])


def blind_indexes(column: str, texts: Sequence[str | None]) -> list[bytes | None]:
    """Give the blind index of each text of the written tenant; None for None and nothing."""
    owner = scope.written_tenant()
    key = _purpose_key(owner, _key(owner), f"index:{column}")
    found = iter(crypto.keyed_hashes(key, [text for text in texts if text]))
    return [next(found) if text else None for text in texts]


@dataclass(frozen=True, slots=True)
class LentKey:
    """A tenant's key for calculating with it in another process of ours; it is never stored or shown."""

    tenant_id: int
    key: bytes = field(repr=False)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Seal and open for this tenant, without a database."""
        _opened[self.tenant_id] = self.key
        with scope.calculating(scope.scope_of(self.tenant_id)):
            yield


def lend_key() -> LentKey:
    """Give the written tenant's key away to another process."""
    tenant_id = scope.written_tenant()
    return LentKey(tenant_id, _key(tenant_id))


def sealing_key(tenant_id: int, purpose: str) -> bytes:
    """Give a tenant's key for another purpose, such as sealing its audit trail."""
    return crypto.derive(_master[0], f"{purpose}:{tenant_id}")


@lru_cache(maxsize=4096)
def _purpose_key(tenant_id: int, key: bytes, purpose: str) -> bytes:
    return crypto.derive(key, f"{purpose}:{tenant_id}")


def _place(tenant_id: int, column: str, row_id: uuid.UUID) -> bytes:
    return f"{tenant_id}|{column}|{row_id}".encode()


def _key(tenant_id: int) -> bytes:
    """Give a tenant's key; made on first use where the tenant may be written."""
    key = _opened.get(tenant_id) or _load_key(tenant_id)
    if key is None:
        if scope.current().write != tenant_id:
            return bytes(crypto.KEY_BYTES)  # nothing was ever sealed here, so nothing can be found either
        key = _make_key(tenant_id)
    _opened[tenant_id] = key
    return key


def _load_key(tenant_id: int) -> bytes | None:
    row = db.session.execute(
        select(TenantKey.id, TenantKey.wrapped).where(TenantKey.tenant_id == tenant_id)
    ).one_or_none()
    if row is None:
        return None
    return crypto.unseal(_master[0], row.wrapped, bound_to=_place(tenant_id, "tenant_key.wrapped", row.id))


def _make_key(tenant_id: int) -> bytes:
    """Make a tenant's key; where two processes meet, the first one's holds."""
    key_id, key = new_id(), os.urandom(crypto.KEY_BYTES)
    wrapped = crypto.seal(_master[0], key, bound_to=_place(tenant_id, "tenant_key.wrapped", key_id))
    try:
        with db.session.begin_nested():
            db.session.add(TenantKey(id=key_id, wrapped=wrapped, created_at=clock.now()))
            db.session.flush()
    except IntegrityError:
        return _load_key(tenant_id) or key
    _fresh.add(tenant_id)
    return key


@event.listens_for(Session, "after_commit")
def _keep_fresh_keys(_session: Session) -> None:
    _fresh.clear()


@event.listens_for(Session, "after_rollback")
def _forget_fresh_keys(_session: Session) -> None:
    """A key whose row was rolled back must not seal anything more."""
    while _fresh:
        _opened.pop(_fresh.pop(), None)
