"""What waits for a person: one line, one verb, one button."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from portal.accounts.actor import Actor
from portal.core import clock


class Group(StrEnum):
    """When it is due, in the order of the home page."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    WAITING = "waiting"  # for somebody else, or whenever it suits
    OPTIONAL = "optional"  # an offer: nobody waits for it


@dataclass(frozen=True)
class Task:
    """One thing to do. `title` is lazy text that begins with the verb; `url` leads to the very button."""

    title: Any
    url: str
    due: date | None = None
    group: Group | None = None  # None: from the due day
    count: int | None = None

    def group_on(self, day: date) -> Group:
        """Give the group on a day: named, or by the due day; without either it is for this week."""
        if self.group is not None:
            return self.group
        if self.due is None:
            return Group.WEEK
        if self.due < day:
            return Group.OVERDUE
        if self.due == day:
            return Group.TODAY
        return Group.WEEK if self.due <= day + timedelta(days=7) else Group.WAITING


class TaskSource(Protocol):
    """A module's share of the home page; at most two statements."""

    def __call__(self, actor: Actor, *, now: datetime) -> list[Task]: ...


_sources: list[TaskSource] = []


def register(source: TaskSource) -> None:
    """Hand in a module's source of tasks."""
    if source not in _sources:
        _sources.append(source)


def waiting_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """Give everything that waits for a person here, each with its group, the earliest due first."""
    day = clock.today(now)
    tasks = [task for source in _sources for task in source(actor, now=now)]
    tasks.sort(key=lambda task: task.due or date.max)
    return [replace(task, group=task.group_on(day)) for task in tasks]
