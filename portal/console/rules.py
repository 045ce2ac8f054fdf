"""Where a reader may be sent to. Plain Python."""

from urllib.parse import urlsplit


def is_own_path(address: str) -> bool:
    """Say whether an address is a path of this site: one slash first, no host, no backslash, no control character."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return False
    if any(ord(character) < 33 or ord(character) == 127 for character in address):
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc
