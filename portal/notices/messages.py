"""Sentences of notices: rules that say no, kinds, and the working of a last day."""

from typing import Any

from flask_babel import lazy_gettext

from portal.core.statutory_days import Step, StepCode
from portal.notices.rules import NoticeKind, NoticeStanding
from portal.web.templating import day

MESSAGES: dict[str, Any] = {
    "notices.title_missing": lazy_gettext("Give the notice a title."),
    "notices.text_missing": lazy_gettext("Write what the notice announces."),
    "notices.table_ragged": lazy_gettext("A row of the table has too few or too many cells."),
    "notices.objection_missing": lazy_gettext("Say how and where one can object."),
    "notices.already_withdrawn": lazy_gettext("This notice has been taken back already."),
    "notices.reason_missing": lazy_gettext("Say why the notice is taken back."),
}

KINDS: dict[NoticeKind, Any] = {
    NoticeKind.GENERAL: lazy_gettext("Notice"),
    NoticeKind.CANDIDATES: lazy_gettext("List of candidates"),
    NoticeKind.SCORING_RESULT: lazy_gettext("Result of an appraisal"),
}

STANDINGS: dict[NoticeStanding, tuple[Any, str]] = {
    NoticeStanding.CURRENT: (lazy_gettext("On display"), "good"),
    NoticeStanding.ENDED: (lazy_gettext("Display ended"), "plain"),
    NoticeStanding.WITHDRAWN: (lazy_gettext("Taken back"), "warn"),
}


STEPS: dict[StepCode, Any] = {
    StepCode.DAY_ZERO: lazy_gettext("%(day)s itself is not counted (Civil Code art. 201)."),
    StepCode.COUNTED: lazy_gettext("%(amount)s days counted from %(day)s end on %(until)s."),
    StepCode.COUNTED_WORKING: lazy_gettext("%(amount)s working days counted from %(day)s end on %(until)s."),
    StepCode.CORRESPONDING_DAY: lazy_gettext("The corresponding day is %(until)s (Civil Code art. 202)."),
    StepCode.MONTH_END: lazy_gettext(
        "There is no corresponding day, so the last day of the month, %(until)s, counts (Civil Code art. 202)."
    ),
    StepCode.ROLLED: lazy_gettext(
        "%(day)s is a day off, so the last day is the next working day, %(until)s (Civil Code art. 203)."
    ),
    StepCode.ENDS: lazy_gettext("The last day is %(day)s, until 24:00 (Civil Code art. 203)."),
    StepCode.PROVISIONAL: lazy_gettext(
        "The holidays of %(year)s are not announced yet: counted with weekends only, to be checked again."
    ),
}


def step_sentence(step: Step) -> str:
    """One line of the working of a last day, in the reader's language."""
    values = {"day": day(step.day), "until": day(step.until), "amount": step.amount, "year": step.day.year}
    return str(STEPS[step.code]) % values
