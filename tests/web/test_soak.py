"""Hundreds of pages after each other take no more memory, files, threads or connections than the first ones."""

from __future__ import annotations

import gc

import psutil
import pytest
from sqlalchemy.pool import QueuePool

from portal.accounts.roles import Role
from portal.core.db import db
from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.registers.makers import make_many_members, make_organization

pytestmark = pytest.mark.slow

PAGES = (
    "",
    "registers/members",
    "registers/members?q=zs",
    "registers/members?order=-born",
    "registers",
    "desk",
    "jobs",
)
WARM, ROUNDS = 15, 45
MORE_MIB = 12


def used() -> tuple[int, int, int, int]:
    """Give the open files, threads, connections, and MiB of this process."""
    process = psutil.Process()
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    gc.collect()
    connections = pool.checkedin() + pool.checkedout()
    return process.num_fds(), process.num_threads(), connections, process.memory_info().rss // 2**20


def test_nothing_grows_with_the_pages_that_were_asked_for(portal: Portal) -> None:
    with portal.inside():
        make_many_members(make_organization().id, 60)
    secretary = portal.as_role(Role.COMMUNITY_SECRETARY)

    def walk(rounds: int) -> None:
        for number in range(rounds):
            for page in PAGES:
                secretary._ask("get", f"/t/{HERE_CODE}/{page}")
            data = {"csrf_token": secretary.token(), "name": "", "class": "RETIRED"}
            secretary._ask("post", f"/t/{HERE_CODE}/registers/members/lists", data=data)
            secretary._ask("get", f"/t/{HERE_CODE}/no-such-page-{number}")

    walk(WARM)
    before = used()
    walk(ROUNDS)
    after = used()
    print(f"\n{portal.engine}: {ROUNDS * (len(PAGES) + 3)} requests; files, threads, connections, MiB {before} {after}")
    assert all(now <= then for now, then in zip(after[:3], before[:3], strict=True))
    assert after[3] - before[3] <= MORE_MIB
