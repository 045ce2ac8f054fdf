"""What elections ask of people today; at most two statements."""

from datetime import datetime, timedelta

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.elections import queries
from portal.elections.queries import ReviewDue
from portal.notices import queries as notices
from portal.notices.rules import NoticeKind
from portal.web.tasks import Task

SOON = timedelta(days=7)


def waiting_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Sheets to fill and lists to publish, and the lists whose display ends within seven days."""
    found: list[Task] = []
    may_check, may_publish = can(actor, Permission.CHECK_RECORD), can(actor, Permission.CANDIDATES_PUBLISH)
    if may_check or may_publish:
        for due in queries.list_reviews_due():
            found += _review_tasks(due, may_check=may_check, may_publish=may_publish)
    if may_publish:
        ending = notices.list_notices_ending([NoticeKind.CANDIDATES], since=now, until=now + SOON)
        found += [
            Task(
                title=_l("See whether anybody objects to the list of candidates"),
                url=url_for("notices.show_notice", notice_id=notice.id),
                due=notice.last_day,
            )
            for notice in ending
        ]
    return found


def _review_tasks(due: ReviewDue, *, may_check: bool, may_publish: bool) -> list[Task]:
    url = url_for("elections.show_case", case_id=due.case_id)
    if due.undecided:
        return [Task(title=_l("Check and decide on candidates"), url=url, count=due.undecided)] if may_check else []
    if not may_publish:
        return []
    return [
        Task(title=_l("Publish the list of candidates"), url=url_for("elections.new_publication", case_id=due.case_id))
    ]
