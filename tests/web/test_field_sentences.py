"""A field's own complaints are in the portal's words, each of those that the library can raise for our fields."""

import gettext
from pathlib import Path

import pytest
import wtforms
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms.fields import DateField, DecimalField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from portal.web.field_sentences import SENTENCES
from portal.web.forms import PortalForm
from tests.conftest import Machine


class Sample(PortalForm):
    """One field of each kind."""

    class Meta(PortalForm.Meta):
        """Without a token."""

        csrf = False

    name = StringField("name", [InputRequired()])
    short = StringField("short", [Length(max=3)])
    whole = IntegerField("whole")
    share = DecimalField("share", [NumberRange(0, 100)])
    most = IntegerField("most", [NumberRange(min=1)])
    on = DateField("on")
    kind = SelectField("kind", choices=["a"])


@pytest.mark.parametrize("machine", ["sqlite"], indirect=True)
def test_a_field_complains_in_the_portals_words(machine: Machine) -> None:
    sent = {"name": "", "short": "四个汉字", "whole": "x", "share": "300", "most": "0", "on": "31.12.", "kind": "b"}
    with machine.app.test_request_context(), force_locale("zh_Hans"):
        form = Sample(MultiDict(sent))
        assert not form.validate()
        assert form.errors == {
            "name": ["这一项还没有填。"],
            "short": ["最多 3 个字，请写短一些。"],
            "whole": ["请填写整数。"],
            "share": ["请填写 0 到 100 之间的数。"],
            "most": ["不能小于 1。"],
            "on": ["请填写日期，如 2026-11-22。"],
            "kind": ["请从列出的选项中选择。"],
        }


def test_each_sentence_stands_for_one_that_the_library_still_has() -> None:
    folder = Path(wtforms.__file__).parent / "locale"
    known = gettext.translation("wtforms", str(folder), languages=["zh"])
    for text in SENTENCES:
        assert known.ngettext(text, text, 1) != text or known.gettext(text) != text, text
