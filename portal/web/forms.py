"""The parent of all forms: token, the reader's language, text without stray blanks."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields import PasswordField, StringField, TextAreaField

from portal.core.errors import RuleBroken
from portal.web.messages import sentence


class PortalForm(FlaskForm):
    """A form knows types, lengths, ranges and the choices handed to it; it asks no database."""

    class Meta(FlaskForm.Meta):
        """Strip what people paste."""

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

    def add_rule_error(self, error: RuleBroken) -> None:
        """Put a broken rule beside its field, or on top of the form when it belongs to none."""
        message = sentence(error.code, error.values)
        if error.field and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, message]
        else:
            self.form_errors.append(message)


def strip(value: str | None) -> str | None:
    """Take away blanks around a text, the wide Chinese blank too."""
    return value.strip(" \t\r\n　") if value else value
