"""What the staff fill in about care."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from portal.care import messages as words
from portal.care.rules import LINE_MAX, NAME_MAX, REASON_MAX, TEXT_MAX, TITLE_MAX, floating
from portal.care.rules.cards import CONTRIBUTION_MAX, IDENTITY_MAX, POST_MAX, PROMISE_MAX
from portal.care.rules.delegates import CONGRESS_MAX, CONTENT_MAX
from portal.care.rules.visits import OCCASION_MAX, VisitReason
from portal.core import clock
from portal.registers.roster_words import FLOW_PLACE_MAX
from portal.web.forms import PortalForm

NEEDED = InputRequired(_l("Fill this in."))
DAY_NEEDED = InputRequired(_l("Choose a day."))


def choices(texts: Mapping[Any, Any]) -> list[SelectChoice]:
    """Give the choices of a field from the words for an enum's values."""
    return [SelectChoice(each.value, text) for each, text in texts.items()]


class ReasonForm(PortalForm):
    """A reason that is recorded."""

    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Give a reason.")), Length(max=REASON_MAX)])


class DutyPostsForm(PortalForm):
    """Posts of one kind."""

    name = StringField(_l("Name of the post"), [NEEDED, Length(max=TITLE_MAX)])
    kind = SelectField(_l("Kind of post"), choices=choices(words.DUTY_KINDS))
    duties = TextAreaField(_l("Duties"), [NEEDED, Length(max=TEXT_MAX)])
    places = IntegerField(_l("How many such posts"), [NEEDED], default=1)


class ClaimForm(PortalForm):
    """Which vacant post a member takes."""

    post_id = SelectField(_l("Vacant duty post"), [InputRequired(_l("Choose a post."))])
    begins_on = DateField(_l("Begins on"), [DAY_NEEDED])
    skill = StringField(_l("What the member is good at"), [Optional(), Length(max=TITLE_MAX)])
    health = TextAreaField(_l("Health: what to mind"), [Optional(), Length(max=TEXT_MAX)])

    def offer(self, posts: Iterable[tuple[uuid.UUID, str]]) -> None:
        """Put the vacant posts into the list."""
        self.post_id.choices = [SelectChoice(str(post_id), name) for post_id, name in posts]


class DeedForm(PortalForm):
    """What was done on a post."""

    done_on = DateField(_l("Done on"), [DAY_NEEDED])
    what = TextAreaField(_l("What was done"), [NEEDED, Length(max=TEXT_MAX)])


class ReviewForm(PortalForm):
    """How it went, and how it goes on."""

    grade = RadioField(_l("How it went"), [InputRequired(_l("Choose one."))], choices=choices(words.GRADES))
    words = TextAreaField(_l("In a few words"), [NEEDED, Length(max=TEXT_MAX)])
    then = RadioField(
        _l("And then"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("same", _l("The same person for another year")),
            SelectChoice("offered", _l("Offer the post to others")),
            SelectChoice("over", _l("The post is over")),
        ],
        default="same",
    )


class RoundForm(PortalForm):
    """A festival and the last day for its visits."""

    occasion = StringField(_l("Festival"), [NEEDED, Length(max=OCCASION_MAX)])
    due_on = DateField(_l("To be paid until"), [DAY_NEEDED])
    visitor = StringField(_l("Who visits"), [Optional(), Length(max=NAME_MAX)])
    with_others = BooleanField(_l("Also those visited in illness or hardship within the last year"))


class VisitPlanForm(PortalForm):
    """One visit."""

    visit_reason = RadioField(
        _l("Reason of the visit"),
        [InputRequired(_l("Choose one."))],
        choices=choices(words.VISIT_REASONS),
        default=VisitReason.ILLNESS,
    )
    due_on = DateField(_l("To be paid until"), [DAY_NEEDED])
    visitor = StringField(_l("Who visits"), [Optional(), Length(max=NAME_MAX)])


class VisitorForm(PortalForm):
    """Who pays the chosen visits."""

    visitor = StringField(_l("Who visits"), [NEEDED, Length(max=NAME_MAX)])


class FindingsForm(PortalForm):
    """What the visitor fills in on the phone."""

    visited_on = DateField(_l("Visited on"), [DAY_NEEDED])
    visitor = StringField(_l("Who visited"), [NEEDED, Length(max=NAME_MAX)])
    need = TextAreaField(words.SEALED_WORDS["need"], [Optional(), Length(max=TEXT_MAX)])
    help = TextAreaField(words.SEALED_WORDS["help"], [Optional(), Length(max=TEXT_MAX)])
    health = TextAreaField(words.SEALED_WORDS["health"], [Optional(), Length(max=TEXT_MAX)])
    follow_up_due = DateField(_l("Follow up until"), [Optional()])


class FollowUpForm(PortalForm):
    """Until when something promised is to be done."""

    follow_up_due = DateField(_l("Follow up until"), [DAY_NEEDED])


class ClosingForm(PortalForm):
    """What came of it."""

    result = TextAreaField(_l("What came of it"), [NEEDED, Length(max=TEXT_MAX)])


class LedgerForm(PortalForm):
    """Where a member is, since when, and the three fixes."""

    direction = RadioField(_l("Which way"), [InputRequired(_l("Choose one."))], choices=choices(words.DIRECTIONS))
    place = StringField(_l("Where the member is now"), [NEEDED, Length(max=FLOW_PLACE_MAX)])
    place_code = StringField(_l("Division code"), [Optional(), Length(max=12)])
    since = DateField(_l("Away since"), [DAY_NEEDED])
    home_organization = StringField(_l("Home organization"), [NEEDED, Length(max=LINE_MAX)])
    contact_person = StringField(_l("Contact person"), [NEEDED, Length(max=NAME_MAX)])
    interval_days = IntegerField(_l("A contact every so many days"), [NEEDED], default=floating.USUAL_INTERVAL)
    rule = TextAreaField(_l("What is agreed"), [NEEDED, Length(max=floating.RULE_MAX)])


class FloatingContactForm(PortalForm):
    """One contact."""

    contacted_on = DateField(_l("Contacted on"), [DAY_NEEDED])
    way = SelectField(_l("How contacted"), choices=choices(words.WAYS))
    person = StringField(_l("By whom"), [NEEDED, Length(max=NAME_MAX)])
    note = TextAreaField(_l("What was said"), [NEEDED, Length(max=TEXT_MAX)])


class CardForm(PortalForm):
    """What the public card says."""

    identity = StringField(_l("Who I am"), [NEEDED, Length(max=IDENTITY_MAX)])
    post = StringField(_l("My post"), [NEEDED, Length(max=POST_MAX)])
    promise = TextAreaField(_l("My promise"), [NEEDED, Length(max=PROMISE_MAX)])
    contribution = TextAreaField(_l("What I did"), [NEEDED, Length(max=CONTRIBUTION_MAX)])


class ConsentForm(PortalForm):
    """How and when the member consented."""

    way = RadioField(
        _l("How the member consented"), [InputRequired(_l("Choose one."))], choices=choices(words.CONSENT_WAYS)
    )
    consented_on = DateField(_l("Consented on"), [DAY_NEEDED])
    paper = FileField(_l("Scan of the signed paper"))
    is_same = BooleanField(
        _l("The member read exactly the text above"),
        [InputRequired(_l("The consent counts for this text only. Let the member read it first."))],
    )


class LinkForm(PortalForm):
    """A contact; which fields are asked depends on its level."""

    from_member_id = StringField(_l("Who keeps in touch"), [Optional()], render_kw={"readonly": True})
    from_text = StringField(_l("Who keeps in touch"), [Optional(), Length(max=TITLE_MAX)])
    to_organization_id = SelectField(_l("With which organization"), [Optional()])
    to_delegate_id = SelectField(_l("With which delegate"), [Optional()])
    to_text = StringField(_l("With whom"), [Optional(), Length(max=LINE_MAX)])
    households = IntegerField(_l("How many households"), [Optional()])
    period = SelectField(_l("How often"), choices=choices(words.PERIODS), default="quarter")
    starts_on = DateField(_l("From which day"), [DAY_NEEDED])

    def offer(self, organizations: Iterable[tuple[uuid.UUID, str]], delegates: Iterable[tuple[uuid.UUID, str]]) -> None:
        """Put organizations and delegates into their lists."""
        self.to_organization_id.choices = [SelectChoice(str(row_id), name) for row_id, name in organizations]
        self.to_delegate_id.choices = [SelectChoice(str(row_id), name) for row_id, name in delegates]


class LinkContactForm(PortalForm):
    """One contact along a link."""

    contacted_on = DateField(_l("Contacted on"), [DAY_NEEDED])
    what = TextAreaField(_l("What it was about"), [NEEDED, Length(max=TEXT_MAX)])
    households = IntegerField(_l("How many households were reached"), [Optional()])


class DelegateForm(PortalForm):
    """To which congress, for which term."""

    level = SelectField(_l("Which congress"), choices=choices(words.CONGRESS_LEVELS), default="district")
    congress = StringField(_l("Name of the congress"), [NEEDED, Length(max=CONGRESS_MAX)])
    term_from = DateField(_l("Term from"), [DAY_NEEDED])
    term_until = DateField(_l("Term until"), [DAY_NEEDED])


class DutyDayForm(PortalForm):
    """When and where."""

    day = DateField(_l("Duty day"), [DAY_NEEDED])
    start = TimeField(_l("From what time"), [NEEDED])
    end = TimeField(_l("Until what time"), [NEEDED])
    place = StringField(_l("Place of the duty day"), [NEEDED, Length(max=TITLE_MAX)])

    @property
    def hours(self) -> tuple[datetime, datetime]:
        """Give both moments, Chinese wall-clock time."""
        day: date = self.day.data or date.min
        starts, ends = (
            datetime.combine(day, field.data or time.min, clock.SHANGHAI) for field in (self.start, self.end)
        )
        return starts, ends


class OpinionForm(PortalForm):
    """What was said, and on which duty day."""

    duty_day_id = SelectField(_l("On which duty day"), [Optional()])
    received_on = DateField(_l("Received on"), [DAY_NEEDED])
    caller = StringField(_l("Who spoke"), [Optional(), Length(max=12)])
    content = TextAreaField(_l("What people said"), [NEEDED, Length(max=CONTENT_MAX)])
    contact = StringField(_l("How to answer"), [Optional(), Length(max=60)])

    def offer(self, days: Iterable[tuple[uuid.UUID, str]]) -> None:
        """Put the duty days that have begun into the list, and that it came at another time."""
        shown = [SelectChoice(str(row_id), words_) for row_id, words_ in days]
        self.duty_day_id.choices = [SelectChoice("", _l("at another time")), *shown]


class HandOnForm(PortalForm):
    """To whom an opinion goes."""

    reported_to = StringField(_l("Handed on to"), [NEEDED, Length(max=TITLE_MAX)])


class AnswerForm(PortalForm):
    """What is answered."""

    answer = TextAreaField(_l("Answer"), [NEEDED, Length(max=CONTENT_MAX)])
