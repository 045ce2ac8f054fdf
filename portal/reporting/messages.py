"""Texts of double reporting: the sentence of each broken rule, and the words for states, kinds and grades."""

from flask_babel import lazy_gettext as _l

from portal.registers.messages import SERVICE_WORDS
from portal.reporting.rules import PostState, ProofGrade, ReportState, ServiceState, Step

MESSAGES = {
    "reporting.tied_already": _l("It is known already whose report this is. Reload the page."),
    "reporting.other_name": _l("This member has another name than the report."),
    "reporting.report_already_answered": _l("This report has been answered already. Reload the page to see how."),
    "reporting.own_record": _l("This is your own record. Another member of the staff has to decide on it."),
    "reporting.text_length": _l("Write %(least)s to %(most)s characters."),
    "reporting.too_many_intents": _l("Choose at most %(most)s kinds of service."),
    "reporting.consent_missing": _l(
        "Without your consent the community may not keep these details. Tick the box to go on."
    ),
    "reporting.capacity_range": _l("Enter a number of places from %(least)s to %(most)s."),
    "reporting.post_dates": _l("The last day lies before the first. Choose the same day or a later one."),
    "reporting.post_closed": _l("This post takes no more claims. Choose another one."),
    "reporting.post_full": _l("All places of this post were just taken. Choose another one."),
    "reporting.not_accepted": _l("The community has to accept your report first."),
    "reporting.post_not_claimed": _l("You did not claim this post. Choose one of yours, or “Other help”."),
    "reporting.end_before_start": _l(
        "The end must be later than the start. Enter a service past midnight as two, one for each day."
    ),
    "reporting.too_short": _l("Less than half an hour cannot be counted."),
    "reporting.not_ended": _l("Hours are entered after the service has ended."),
    "reporting.too_late": _l("A service can be entered up to %(days)s days afterwards. Ask the community in person."),
    "reporting.before_acceptance": _l("Hours count from the day on which the community accepted your report."),
    "reporting.overlap": _l("You have entered %(start)s to %(end)s on this day already. The two overlap."),
    "reporting.daily_cap": _l(
        "At most %(cap)s hours a day are counted, and %(entered)s are entered for this day already."
    ),
    "reporting.service_already_decided": _l("This entry has been decided already. Reload the page to see how."),
    "reporting.not_confirmed": _l("Only confirmed hours are corrected. Return the entry instead."),
    "reporting.corrected_range": _l("Choose from 0 to %(most)s hours: no more than lie between start and end."),
    "reporting.nothing_to_correct": _l("These are the hours that count already."),
    "reporting.not_decided_yet": _l("The community has not decided on this entry yet."),
    "reporting.contest_open": _l("Your objection has arrived already and waits for its answer."),
    "reporting.no_open_contest": _l("There is no objection left to answer."),
}

REPORT_STATES = {
    ReportState.REPORTED: (_l("Waiting for an answer"), "info"),
    ReportState.ACCEPTED: (_l("Report accepted"), "good"),
    ReportState.RETURNED: (_l("Report returned"), "warn"),
    ReportState.WITHDRAWN: (_l("Report withdrawn"), "plain"),
}

SERVICE_STATES = {
    ServiceState.SUBMITTED: (_l("Waiting to be confirmed"), "info"),
    ServiceState.CONFIRMED: (_l("Confirmed by the community"), "good"),
    ServiceState.RETURNED: (_l("Entry returned"), "warn"),
}

POST_STATES = {
    PostState.OPEN: (_l("Open to claims"), "good"),
    PostState.CLOSED: (_l("Closed to claims"), "plain"),
}

GRADES = {
    ProofGrade.SELF_REPORTED: _l("Self-reported"),
    ProofGrade.CONFIRMED: _l("Confirmed by the community"),
    ProofGrade.CHECKED_IN: _l("Checked in by code"),
}

STEPS = {
    Step.REPORT: _l("Report in"),
    Step.ANSWER: _l("Community accepts"),
    Step.CLAIM: _l("Claim a post"),
    Step.SERVE: _l("Serve and log"),
    Step.CONFIRMED: _l("Hours confirmed"),
}

CATEGORIES = SERVICE_WORDS
