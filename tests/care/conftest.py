"""What tests of care's commands work in."""

from collections.abc import Iterator

import pytest

from portal.accounts.roles import Role
from tests.care import makers
from tests.conftest import Portal


@pytest.fixture
def inside(portal: Portal) -> Iterator[None]:
    """Work in the community here, in the name of its secretary."""
    makers.use_account(portal.person(Role.COMMUNITY_SECRETARY).id)
    with portal.inside():
        yield
