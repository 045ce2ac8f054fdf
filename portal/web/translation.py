"""Translations, found once per request: a page has a hundred phrases."""

from typing import Any

from flask import Flask, g
from flask_babel import Babel, Domain
from markupsafe import Markup


class OncePerRequest(Domain):
    """Flask-Babel's catalogs, kept for the request in the place that force_locale() and refresh() empty."""

    def get_translations(self) -> Any:
        """Give the catalog of the reader's language."""
        found = getattr(g.get("_flask_babel"), "babel_translations", None)
        if found is None:
            found = super().get_translations()
            g._flask_babel.babel_translations = found  # noqa: SLF001  there is no other way in
        return found


DOMAIN = OncePerRequest()


class PortalBabel(Babel):
    """Flask-Babel over these catalogs."""

    domain_instance = DOMAIN


def gettext(phrase: str, **values: object) -> Markup:
    """Give a template's phrase in the reader's language. The phrase is HTML, the values put into it are escaped."""
    text = DOMAIN.get_translations().ugettext(phrase)
    return Markup(text) % values if values or "%" in text else Markup(text)  # noqa: S704  phrases are ours


def set_up(app: Flask, **selectors: Any) -> None:
    """Attach translations to the application and to its templates."""
    PortalBabel(app, **selectors)
    # Jinja's own would hand over the whole context with each phrase.
    app.jinja_env.globals.update({"_": gettext, "gettext": gettext})
