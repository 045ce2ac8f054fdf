"""What tests of care's commands work in."""

from collections.abc import Iterator

import pytest

from portal.accounts.roles import Role
from tests.care import makers
from tests.client import PortalClient
from tests.conftest import Portal


@pytest.fixture
def inside(portal: Portal) -> Iterator[None]:
    """Work in the community here, in the name of its secretary."""
    makers.use_account(portal.person(Role.COMMUNITY_SECRETARY).id)
    with portal.inside():
        yield


@pytest.fixture
def secretary(portal: Portal) -> PortalClient:
    """Give the community's secretary, who reads English; what makers make is entered by the same account."""
    makers.use_account(portal.person(Role.COMMUNITY_SECRETARY).id)
    return english(portal.as_role(Role.COMMUNITY_SECRETARY))


def english(client: PortalClient) -> PortalClient:
    """Have somebody read English."""
    client.http.set_cookie("linli_language", "en")
    return client
