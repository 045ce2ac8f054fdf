"""Pages of a list."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    """Where one is in a list. Numbers begin with 1."""

    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """Give how many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def offset(self) -> int:
        """Give how many rows come before this page."""
        return (self.number - 1) * self.per_page

    @property
    def previous_url(self) -> str | None:
        """Give the address of the page before, or None."""
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """Give the address of the next page, or None."""
        return self._url(self.number + 1) if self.number < self.pages else None

    def _url(self, number: int) -> str:
        values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": number}
        return url_for(str(request.endpoint), **values)


def page_number() -> int:
    """Give the page asked for, 1 when it is no number or below."""
    number = request.args.get("page", 1, type=int)
    return min(max(1, number), 1_000_000)
