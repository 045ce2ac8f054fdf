"""Posts that end or go on, in words for a page and for the line above it."""

from collections.abc import Sequence

from flask import flash
from flask_babel import gettext as _

from portal.registers.messages.structure import POST_WORDS
from portal.registers.models import PartyPost


def post_words(posts: Sequence[tuple[PartyPost, str]]) -> list[str]:
    """Give each post with its organization: Secretary, First branch."""
    return [_("%(post)s of %(place)s", post=POST_WORDS[post.kind], place=name) for post, name in posts]


def say_posts(back: Sequence[PartyPost], kept_ended: Sequence[PartyPost]) -> None:
    """Say which posts go on after something was taken back, and which cannot."""
    if back:
        names = "、".join(str(POST_WORDS[post.kind]) for post in back)
        flash(_("These posts go on: %(posts)s.", posts=names), "info")
    if kept_ended:
        names = "、".join(str(POST_WORDS[post.kind]) for post in kept_ended)
        text = _(
            "These posts stay ended, since somebody else holds them or their term is over: %(posts)s.", posts=names
        )
        flash(text, "warning")
