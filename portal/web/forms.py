"""The parent of all forms: token, the reader's language, text without stray blanks, days that a calendar can hold."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields import DateField, PasswordField, StringField, TextAreaField

from portal.core.errors import RuleBroken
from portal.web.field_sentences import OURS, FieldSentences
from portal.web.messages import said

FIRST_DAY, LAST_DAY = date(1880, 1, 1), date(2199, 12, 31)
"""What a form takes for a day: the oldest living person's birth, and no end of anything that is written 9999."""


class PortalForm(FlaskForm):
    """A form knows types, lengths, ranges and the choices handed to it; it asks no database."""

    class Meta(FlaskForm.Meta):
        """Strip what people paste; speak of a field in the portal's words."""

        def get_translations(self, _form: Any) -> FieldSentences:
            """Give the sentences for fields."""
            return OURS

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Strip text fields, passwords apart."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField | TextAreaField) and not issubclass(kind, PasswordField):
                filters = unbound_field.kwargs.get("filters", ())
                options = {**options, "filters": (strip, *filters)}
                unbound_field = type(unbound_field)(
                    kind, *unbound_field.args, **{k: v for k, v in unbound_field.kwargs.items() if k != "filters"}
                )
            return unbound_field.bind(form=form, **options)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Take what was sent; blanks alone are nothing, to whatever asks whether something was given."""
        super().process(*args, **kwargs)
        for field in self:
            given = getattr(field, "raw_data", None)
            if given and not isinstance(field, PasswordField) and all(isinstance(each, str) for each in given):
                field.raw_data = [strip(each) for each in given]
                if isinstance(field.data, str):
                    field.data = strip(field.data)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Check the form; days outside FIRST_DAY to LAST_DAY are slips."""
        is_sound = super().validate(*args, **kwargs)
        for field in self:
            if isinstance(field, DateField) and field.data and not FIRST_DAY <= field.data <= LAST_DAY:
                values = {"first": FIRST_DAY.year, "last": LAST_DAY.year}
                self.add_rule_error(RuleBroken("web.day_range", field=field.short_name, **values))
                is_sound = False
        return bool(is_sound)

    def add_rule_error(self, error: RuleBroken) -> None:
        """Put a broken rule beside its field, or on top of the form when it belongs to none."""
        message = said(error)
        if error.field and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, message]
        else:
            self.form_errors.append(message)


def strip(value: str | None) -> str | None:
    """Take away blanks around a text, the wide Chinese blank too."""
    return value.strip(" \t\r\n　") if value else value
