"""What members and staff fill in."""

import uuid
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.reporting.messages import CATEGORIES, MESSAGES
from portal.reporting.rules import (
    CONTENT_MAX,
    NAME_MAX,
    PLACE_MAX,
    POST_NAME_MAX,
    REASON_MAX,
    PostCategory,
    hours_text,
)
from portal.web.forms import PortalForm

DESCRIPTION_MAX = 300
SKILLS_MAX = 100
CATEGORY_CHOICES = [SelectChoice(category.value, text) for category, text in CATEGORIES.items()]


class ReportForm(PortalForm):
    """The report card; what the account knows is filled in already."""

    name = StringField(_l("Name"), [InputRequired(_l("Enter your name.")), Length(max=NAME_MAX)])
    mobile = StringField(_l("Mobile number"), [InputRequired(_l("Enter your mobile number.")), Length(max=11)])
    work_unit = StringField(
        _l("Work unit"), [InputRequired(_l("Enter the name of your work unit.")), Length(max=PLACE_MAX)]
    )
    residence = StringField(
        _l("Estate and building where you live"),
        [InputRequired(_l("Enter your estate and building.")), Length(max=PLACE_MAX)],
    )
    intents = SelectMultipleField(
        _l("How would you like to help?"),
        choices=CATEGORY_CHOICES,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    skills = StringField(_l("What are you good at?"), [Length(max=SKILLS_MAX)])
    consent = BooleanField(_l("I have read this and agree"), [InputRequired(MESSAGES["reporting.consent_missing"])])

    @property
    def chosen_intents(self) -> tuple[PostCategory, ...]:
        """Give the ticked kinds of service."""
        return tuple(PostCategory(value) for value in self.intents.data or ())


class PostForm(PortalForm):
    """A new post."""

    name = StringField(_l("Name of the post"), [InputRequired(_l("Enter a name.")), Length(max=POST_NAME_MAX)])
    category = SelectField(_l("Kind of post"), choices=CATEGORY_CHOICES)
    capacity = IntegerField(_l("Number of places"), [InputRequired(_l("Enter how many people you need."))])
    starts_on = DateField(_l("Post starts on"), [InputRequired(_l("Choose the first day."))])
    ends_on = DateField(_l("Post ends on"), [InputRequired(_l("Choose the last day."))])
    description = TextAreaField(_l("What is to be done, where and when"), [Length(max=DESCRIPTION_MAX)])


class ServiceForm(PortalForm):
    """One service. Posts are those that the member claimed, and none of them."""

    post_id = SelectField(_l("Service post"))
    served_on = DateField(_l("Day of service"), [InputRequired(_l("Choose the day."))])
    start = TimeField(_l("Began at"), [InputRequired(_l("Enter when you began."))])
    end = TimeField(_l("Finished at"), [InputRequired(_l("Enter when you finished."))])
    activity = TextAreaField(
        _l("What did you do?"), [InputRequired(_l("Say in a few words what you did.")), Length(max=CONTENT_MAX)]
    )

    def offer(self, posts: Iterable[tuple[uuid.UUID, str]]) -> None:
        """Put the member's posts and “Other help” into the list."""
        self.post_id.choices = [
            *(SelectChoice(str(post_id), name) for post_id, name in posts),
            SelectChoice("", _l("Other help")),
        ]

    @property
    def chosen_post(self) -> uuid.UUID | None:
        """Give the chosen post, None for other help."""
        return uuid.UUID(self.post_id.data) if self.post_id.data else None


class ReasonForm(PortalForm):
    """A reason that somebody else will read."""

    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Give a reason.")), Length(max=REASON_MAX)])


class CorrectionForm(ReasonForm):
    """The hours that should have been confirmed."""

    hours = SelectField(_l("Hours that should count"), coerce=int)

    def offer(self, longest: int) -> None:
        """Put half-hour steps from 0 to the time between start and end into the list."""
        self.hours.choices = half_hour_choices(longest)


def half_hour_choices(longest: int) -> list[SelectChoice]:
    """Give half hours with hours in words, from 0 to `longest` half hours, most first."""
    return [SelectChoice(count, hours_text(count)) for count in range(longest, -1, -1)]
