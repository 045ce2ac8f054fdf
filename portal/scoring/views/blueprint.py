"""The blueprint of scoring, and the words that its pages share."""

from typing import Any

from flask import Blueprint

from portal.scoring.messages import ANSWER_WORDS, INDICATOR_WORDS, PACK_WORDS, QUESTIONS, STATE_TONES, STATE_WORDS

bp = Blueprint("scoring", __name__, url_prefix="/t/<division:code>/scoring")
WORDS: dict[str, Any] = {
    "state_words": STATE_WORDS,
    "state_tones": STATE_TONES,
    "indicator_words": INDICATOR_WORDS,
    "questions": QUESTIONS,
    "answer_words": ANSWER_WORDS,
    "pack_words": PACK_WORDS,
}
