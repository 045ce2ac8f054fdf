"""Hash and check passwords: argon2id with 19 MiB, two passes, one lane (OWASP's suggested set)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Compared against when there is no such account, so that both answers take as long.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Give the hash to store."""
    return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Say whether the password is the one whose hash is stored; takes the same time when there is none."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
