"""Pages of a list."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

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
        # Never as arguments of url_for(), some of which would lead elsewhere.
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
        return f"{request.script_root}{request.path}?{urlencode([*kept, ('page', str(number))])}"


def page_number() -> int:
    """Give the page asked for, 1 when it is no number or below."""
    number = request.args.get("page", 1, type=int)
    return min(max(1, number), 1_000_000)
