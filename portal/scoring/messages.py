"""The sentence of each rule of scoring, and its words: questions, answers, states, formulas."""

from flask_babel import lazy_gettext as _

from portal.scoring.rules import Answer, Indicator, RoundState

MESSAGES = {
    "scoring.weights_wrong": _("The weights must add up to 100; they add up to %(total)s."),
    "scoring.indicators_wrong": _("A round has %(count)s different indicators."),
    "scoring.step_wrong": _("This round has moved on meanwhile. Please look at it again."),
    "scoring.window_length": _("A round is open for at least %(min)s and at most %(max)s days."),
    "scoring.not_begun": _("This round has not begun yet."),
    "scoring.window_closed": _("This round is over. No more answers are taken, and nothing was changed."),
    "scoring.early_close_reason": _(
        "The announced end has not come yet. To end the round now, write the reason; it is published with the result."
    ),
    "scoring.score_wrong": _("Please choose one of the answers shown."),
    "scoring.nothing_scored": _("Please answer at least one question before you send it."),
    "scoring.unit_not_delivered": _("A unit takes part once it has been handed over."),
    "scoring.result_not_yet": _("Nobody sees scores before the round is over."),
}

STATE_WORDS = {
    RoundState.DRAFT: _("being prepared"),
    RoundState.OPEN: _("open for scoring"),
    RoundState.CLOSED: _("over, not published"),
    RoundState.PUBLISHED: _("published"),
}
STATE_TONES = {
    RoundState.DRAFT: "plain",
    RoundState.OPEN: "info",
    RoundState.CLOSED: "warn",
    RoundState.PUBLISHED: "good",
}

INDICATOR_WORDS = {
    Indicator.SERVICE: _("Customer service"),
    Indicator.SECURITY: _("Public order"),
    Indicator.CLEANING: _("Cleaning"),
    Indicator.GREENERY: _("Greenery"),
    Indicator.FACILITIES: _("Buildings and equipment"),
    Indicator.FEES: _("Fees and openness"),
    Indicator.GOVERNANCE: _("Working together, emergencies"),
}

QUESTIONS = {
    Indicator.SERVICE: _("How satisfied are you with repairs, answers to complaints and manners?"),
    Indicator.SECURITY: _("How satisfied are you with gates, patrols, parking and clear fire lanes?"),
    Indicator.CLEANING: _("How satisfied are you with the cleaning of stairs and grounds, and with waste?"),
    Indicator.GREENERY: _("How satisfied are you with the care of trees, lawns and beds?"),
    Indicator.FACILITIES: _("How satisfied are you with lifts, water, fire equipment, lamps and paths?"),
    Indicator.FEES: _("How satisfied are you with open accounts: fees, common income, the contract?"),
    Indicator.GOVERNANCE: _("How satisfied are you with help in emergencies and with talks with residents?"),
}

ANSWER_WORDS = {
    Answer.VERY_GOOD: _("Very satisfied"),
    Answer.GOOD: _("Satisfied"),
    Answer.FAIR: _("Fair"),
    Answer.BAD: _("Not satisfied"),
    Answer.VERY_BAD: _("Not satisfied at all"),
}

PACK_WORDS = {"CN-DEFAULT-2026": _("Questions and weights for all estates, 2026")}

FORMULAS = {
    "scoring.participation": _("units with a counted ballot ÷ units handed over × 100"),
    "scoring.owner_index": _("sum of the scores ÷ (number of scores × 5) × 100"),
    "scoring.owner_score": _("sum of weight × index ÷ sum of the weights"),
}
