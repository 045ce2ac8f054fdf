"""However many tap at once: one unit, one ballot. Real server, real processes, both engines."""

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from portal.accounts.models import UserAccount
from portal.core import clock
from portal.core.db import db
from portal.estates import commands as estates
from portal.estates.models import Estate, Unit
from portal.scoring import commands, queries
from portal.scoring.models import Ballot, RatingRound
from tests.estates.makers import make_building, make_clerk, make_contract, make_estate, units_of
from tests.makers import HERE_CODE, PASSWORD, make_user
from tests.scoring.makers import secretary
from tests.support.browser import LiveServer, live_server

pytestmark = pytest.mark.slow

VOTER = Path(__file__).with_name("one_voter.py")
CO_OWNERS, SESSIONS_EACH = 10, 5
RECORDED, SAME, CHANGED = (
    "Your ballot is counted.",
    "counted already, with these same answers",
    "Your ballot is changed",
)
ALREADY_IN = "One unit has one ballot: yours was not counted."
OVER = "This round is over."
ANSWERS = ("very-good", "good", "fair", "bad", "very-bad")


EARLY, LATE = 5, 5
"""Of the forty who race against the end, so many have voted before it and so many only begin after it."""


def real_now() -> datetime:
    """Give the server's time: it runs in a process of its own, whose clock the tests cannot set."""
    return datetime.now(UTC)


@dataclass
class Voter:
    """One process that will vote."""

    user: UserAccount
    unit: Unit
    delay: float = 0.0
    is_late: bool = False


@dataclass
class Answer:
    """What one process was told."""

    status: int
    says: str
    seconds: float


def own(unit: Unit, user: UserAccount, *, clerk: UserAccount, share: int, votes: bool) -> None:
    """Enter and verify an owner at the server's time."""
    actor, now = make_clerk(clerk), real_now() - timedelta(hours=1)
    title = estates.Title(valid_from=date(2020, 1, 1), share=share, is_voting_representative=votes)
    held = estates.add_owner(unit, owner=estates.NewOwner(name=user.name), title=title, actor=actor, now=now)
    estates.verify_ownership(held, user_id=user.id, actor=actor, now=now)


def begin_round(estate: Estate) -> RatingRound:
    """Open a round that runs now."""
    now = real_now()
    opens = clock.day_start(clock.today(now))
    round_ = commands.create_round(
        make_contract(estate),
        title="同时评价",
        opens_at=opens,
        closes_at=opens + timedelta(days=10),
        actor=secretary(),
        now=now,
    )
    return commands.open_round(round_, actor=secretary(), now=now)


def serve(portal: Any) -> Any:
    """Start the portal in earnest on this test's database, with several processes."""
    settings = portal.settings
    environ = {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.owner_database_url,
        "JOBS_DATABASE_URL": settings.jobs_database_url,
        "LINLI_SECRET_KEY": settings.secret_key,
        "LINLI_MASTER_KEY": settings.master_key.hex(),
    }
    return live_server(environ, worker=False, processes=4)


def all_at_once(server: LiveServer, round_: RatingRound, voters: list[Voter], *, meanwhile: Any = None) -> list[Answer]:
    """Let every voter get ready in a process of its own, fire the gun, collect the answers.

    `meanwhile` runs after the first gun; voters who are late wait for a second one, fired after it.
    """
    (gun, trigger), (late_gun, late_trigger) = os.pipe(), os.pipe()
    processes = [
        subprocess.Popen(
            _command(server, round_, voter, late_gun if voter.is_late else gun),
            stdout=subprocess.PIPE,
            pass_fds=(late_gun if voter.is_late else gun,),
        )
        for voter in voters
    ]
    os.close(gun)
    os.close(late_gun)
    ready = [json.loads(_line(process)) for process in processes]
    assert ready == [{"ready": True, "status": 200}] * len(voters)
    os.close(trigger)
    if meanwhile is not None:
        meanwhile()
    os.close(late_trigger)
    answers = [Answer(**json.loads(_line(process))) for process in processes]
    for process in processes:
        assert process.wait(timeout=30) == 0
        assert process.stdout is not None
        process.stdout.close()
    return answers


def _command(server: LiveServer, round_: RatingRound, voter: Voter, gun: int) -> list[str]:
    job = {
        "base": server.url,
        "path": f"/t/{HERE_CODE}/scoring/rounds/{round_.id}/units/{voter.unit.id}",
        "user": voter.user.user_name,
        "password": PASSWORD,
        "answer": random.choice(ANSWERS),
        "gun": gun,
        "delay": voter.delay,
    }
    return [sys.executable, "-I", "-S", str(VOTER), json.dumps(job)]


def _line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


def counted(portal: Any, round_: RatingRound) -> list[Ballot]:
    with portal.inside():
        return list(db.session.scalars(select(Ballot).where(Ballot.round_id == round_.id)))


def fifty_for_one_unit(portal: Any) -> tuple[list[Answer], list[Ballot], str]:
    """Let ten co-owners of one unit vote from five devices each."""
    clerk, users = make_user("经办人"), [make_user(f"共有人{number}") for number in range(CO_OWNERS)]
    with portal.inside():
        estate = make_estate()
        make_building(estate, units=2)
        unit = units_of(estate)[0]
        for place, user in enumerate(users):
            own(unit, user, clerk=clerk, share=1000, votes=place == 0)
        round_ = begin_round(estate)
    voters = [Voter(user, unit) for user in users for _ in range(SESSIONS_EACH)]
    random.shuffle(voters)
    with serve(portal) as server:
        answers = all_at_once(server, round_, voters)
        said = server.output()
    return answers, counted(portal, round_), said


def check_one_ballot(answers: list[Answer], ballots: list[Ballot], server_said: str) -> None:
    """Exactly one ballot, no error page, and each answer says what happened."""
    assert len(ballots) == 1, f"{len(ballots)} ballots for one unit"
    kinds = {kind: sum(kind in answer.says for answer in answers) for kind in (RECORDED, SAME, CHANGED, ALREADY_IN)}
    assert [answer.status for answer in answers] == [200] * len(answers)
    assert sum(kinds.values()) == len(answers), kinds
    assert kinds[RECORDED] == 1, kinds
    assert kinds[SAME] + kinds[CHANGED] == SESSIONS_EACH - 1, kinds
    assert kinds[ALREADY_IN] == (CO_OWNERS - 1) * SESSIONS_EACH, kinds
    assert not re.search(r"locked|Traceback|unforeseen", server_said), server_said[-2000:]


def test_fifty_processes_for_one_unit_make_one_ballot(portal: Any) -> None:
    answers, ballots, said = fifty_for_one_unit(portal)
    check_one_ballot(answers, ballots, said)
    slowest = max(answer.seconds for answer in answers)
    sys.stdout.write(f"\n{portal.engine}: 50 processes, 1 ballot, slowest answer {slowest:.2f} s")


def test_without_the_constraint_the_same_test_fails(portal: Any) -> None:
    """The control: it is the database's constraint that holds, and the test above is not blind."""
    drop_the_constraint(portal)
    answers, ballots, said = fifty_for_one_unit(portal)
    assert len(ballots) > 1
    with pytest.raises(AssertionError, match="ballots for one unit"):
        check_one_ballot(answers, ballots, said)
    sys.stdout.write(f"\n{portal.engine}: without the constraint {len(ballots)} ballots for one unit")


def drop_the_constraint(portal: Any) -> None:
    """Take the constraint out of this test's copy of the schema."""
    name = "uq_ballot_tenant_id_round_id_unit_id"
    if portal.engine == "postgresql":
        url = portal.settings.owner_database_url.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as connection:
            connection.execute(f"ALTER TABLE ballot DROP CONSTRAINT {name}")
        return
    connection = sqlite3.connect(portal.settings.database_url.removeprefix("sqlite:///"))
    made = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'ballot'").fetchone()[0]
    without, replaced = re.subn(rf",\s*CONSTRAINT {name} UNIQUE \([^)]*\)", "", made)
    assert replaced == 1
    connection.executescript(f"DROP TABLE ballot; {without}")
    connection.close()


def forty_units(portal: Any) -> tuple[RatingRound, list[Voter]]:
    """Give forty owners of a unit each, who vote at some moment of half a second."""
    clerk, users = make_user("经办人"), [make_user(f"业主{number}") for number in range(40)]
    with portal.inside():
        estate = make_estate()
        make_building(estate, units=len(users))
        units = units_of(estate)
        for unit, user in zip(units, users, strict=True):
            own(unit, user, clerk=clerk, share=10_000, votes=True)
        round_ = begin_round(estate)
    return round_, [
        Voter(user, unit, delay=random.random() / 2, is_late=place < LATE)
        for place, (unit, user) in enumerate(zip(units, users, strict=True))
    ]


def test_no_ballot_after_the_end_however_they_race(portal: Any) -> None:
    """Forty units vote while the round is ended: acknowledged = counted, all of them before the end."""
    round_, voters = forty_units(portal)

    def end_the_round() -> None:
        while len(counted(portal, round_)) < EARLY:
            time.sleep(0.01)
        with portal.inside():
            commands.close_round(round_, reason="试验", actor=secretary(), now=real_now())

    with serve(portal) as server:
        answers = all_at_once(server, round_, voters, meanwhile=end_the_round)
        said = server.output()
    ballots = counted(portal, round_)
    with portal.inside():
        ended = queries.get_round(round_.id)
        report = queries.round_report(ended)
    taken = [answer for answer in answers if RECORDED in answer.says]
    refused = [answer for answer in answers if OVER in answer.says]
    assert len(taken) + len(refused) == len(answers)
    assert all(answer.status == (200 if answer in taken else 422) for answer in answers)
    assert len(ballots) == len(taken) == report.ballots
    assert ended.closed_at is not None
    assert all(ballot.changed_at < ended.closed_at for ballot in ballots)
    assert len(taken) >= EARLY
    assert len(refused) >= LATE
    assert not re.search(r"locked|Traceback|unforeseen", said), said[-2000:]
    sys.stdout.write(f"\n{portal.engine}: {len(taken)} counted, {len(refused)} refused, none after the end")
