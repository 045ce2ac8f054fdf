"""Addresses of the portal's own pages."""

from functools import lru_cache
from typing import Any

from flask import g, request, url_for


def address(endpoint: str, **values: Any) -> str:
    """Give the address of a page. The frame's thirty links need no values and are put together once per tenant."""
    return url_for(endpoint, **values) if values else _plain(endpoint, g.get("code"), request.script_root)


@lru_cache(maxsize=8192)
def _plain(endpoint: str, _code: str | None, _script_root: str) -> str:
    return url_for(endpoint)
