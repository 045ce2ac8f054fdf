"""What waits in scoring: ballots for owners, ends and publications for the secretary."""

from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import lazy_gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.scoring import queries
from portal.scoring.models import RatingRound
from portal.scoring.rules import RoundState
from portal.web.tasks import Group, Task

WEEK = timedelta(days=7)


def waiting_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give what waits for this person; two statements for an owner, one for the secretary."""
    tasks: list[Task] = []
    if can(actor, Permission.BALLOT_SUBMIT):
        tasks += _of_owner(actor, now=now)
    if can(actor, Permission.ROUND_MANAGE):
        tasks += [_of_secretary(round_, now=now) for round_ in queries.list_waiting_rounds()]
    return tasks


def _of_owner(actor: Actor, *, now: datetime) -> list[Task]:
    waiting = queries.list_rounds_of_owner(actor.user_id, on=clock.today(now), now=now)
    return [
        Task(
            title=_(
                "Score the property company for %(building)s %(room)s: %(title)s",
                building=one.unit.building_name,
                room=one.unit.room,
                title=one.round.title,
            ),
            url=url_for("scoring.start_ballot", round_id=one.round.id, unit_id=one.unit.unit_id),
            due=last_day(one.round),
            group=_group(last_day(one.round), on=clock.today(now)),
        )
        for one in waiting
        if one.ballot_user_id is None
    ]


def _group(due: date, *, on: date) -> Group | None:
    """Give the group of something that is far off but waits for nobody else; None leaves it to the due day."""
    return Group.WEEK if due - on > WEEK else None


def _of_secretary(round_: RatingRound, *, now: datetime) -> Task:
    url = url_for("scoring.show_round", round_id=round_.id)
    if round_.state is RoundState.DRAFT:
        return Task(_("Open the round “%(title)s”", title=round_.title), url, due=clock.today(round_.opens_at))
    if round_.state is RoundState.CLOSED:
        return Task(_("Publish the result of “%(title)s”", title=round_.title), url, group=Group.TODAY)
    if now >= round_.closes_at:
        return Task(_("End the round “%(title)s”", title=round_.title), url, group=Group.TODAY)
    return Task(
        _("Owners are scoring: “%(title)s”", title=round_.title), url, due=last_day(round_), group=Group.WAITING
    )


def last_day(round_: RatingRound) -> date:
    """Give the last calendar day on which a ballot can come in."""
    return clock.today(round_.closes_at - timedelta(microseconds=1))
