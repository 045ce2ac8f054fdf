"""The type of what an audit event says was changed."""

from collections.abc import Mapping, Sequence

Changes = Mapping[str, Sequence[object]]
