"""Texts of care: the sentence of each broken rule, and the words for kinds and states."""

from flask_babel import lazy_gettext as _l

from portal.care.rules.cards import CardState, ConsentWay
from portal.care.rules.delegates import DelegateLevel, DelegateState, OpinionState
from portal.care.rules.floating import ContactWay, FloatingState, FlowDirection
from portal.care.rules.links import LinkLevel, LinkPeriod, LinkState
from portal.care.rules.posts import DutyKind, DutyState, ReviewGrade
from portal.care.rules.visits import VisitReason, VisitState
from portal.registers.rules.relations import FloatingDuty

MESSAGES = {
    "care.text_length": _l("Write %(least)s to %(most)s characters."),
    "care.future": _l("This day has not come yet. Choose today or an earlier day."),
    "care.not_present": _l("This member is no longer in the register."),
    "care.post_moved_on": _l("This post has moved on meanwhile. Reload the page to see where it stands."),
    "care.places": _l("Set up 1 to %(most)s posts at once."),
    "care.not_retired": _l("Posts of this kind are for retired members. Change the member's class of care first."),
    "care.one_post": _l("This member holds a post already: one person, one post. Review that one first."),
    "care.before_post": _l("The post began later than this day."),
    "care.before_link": _l("The contact was set up later than this day."),
    "care.before_away": _l("The member was not away yet on this day."),
    "care.too_late": _l("A day can be entered up to %(days)s days afterwards."),
    "care.visit_moved_on": _l("This visit has been dealt with already. Reload the page to see how."),
    "care.due_range": _l("Choose a day from today to a year ahead."),
    "care.follow_up_range": _l("The follow-up must lie between today and a year ahead."),
    "care.nobody_to_visit": _l("There is no vulnerable member in the register, so there is nobody to visit."),
    "care.round_planned_now": _l("Somebody has planned this round at this very moment. Reload the page."),
    "care.visit_planned": _l("A visit for this reason and day is planned already."),
    "care.interval": _l("Choose a contact every %(shortest)s to %(longest)s days."),
    "care.place_code": _l("A division code has 2, 4, 6, 9 or 12 digits. Leave it empty if you do not know it."),
    "care.in_ledger": _l("This member is in the ledger already."),
    "care.no_guest": _l("Only somebody whose home is elsewhere and who reports here can be entered in this way."),
    "care.ledger_ended": _l("This entry of the ledger is closed."),
    "care.card_moved_on": _l("This card has moved on meanwhile. Reload the page to see where it stands."),
    "care.card_number": _l("A telephone or ID number has no place on a public card. Take the long number out."),
    "care.consent_too_early": _l("The text was written later than this day. The member has to consent to this text."),
    "care.not_consented": _l("The member has not consented to this text. Record the consent first."),
    "care.nothing_to_withdraw": _l("Nothing of this card is public or consented to, so there is nothing to withdraw."),
    "care.paper_kind": _l("The paper must be a PDF, JPG or PNG file of at most 5 MB."),
    "care.households": _l("Enter 1 to %(most)s households. Residents are counted, never named."),
    "care.no_seat": _l(
        "This member has no seat in a branch committee today. Choose a committee member, or record the post first."
    ),
    "care.has_post": _l("This member holds a post in the Party. Residents are kept in touch with by members without."),
    "care.other_duty_day": _l("The duty day was on another day. Choose its day, or that it came at another time."),
    "care.near_end": _l("Choose the member who keeps in touch."),
    "care.far_end": _l("Choose with whom."),
    "care.link_ended": _l("This contact has ended."),
    "care.term": _l("The term must end after it begins, and last %(years)s years at most."),
    "care.caller": _l("Write “居民” or a form of address such as “王阿姨”. Full names are not kept."),
    "care.duty_hours": _l("The end must be later than the start, twelve hours at most."),
    "care.duty_day": _l("Choose a day within the term and at most a year ahead."),
    "care.duty_day_there": _l("There is a duty day at this time already."),
    "care.delegate_already": _l("This member is a delegate at this level already."),
    "care.delegate_ended": _l("This delegate is no longer in office."),
    "care.opinion_moved_on": _l("This opinion has been dealt with already. Reload the page to see how."),
}

DUTY_KINDS = {
    DutyKind.POLICY: _l("Policy publicity"),
    DutyKind.PATROL: _l("Security patrol"),
    DutyKind.ENVIRONMENT: _l("Environment and greenery"),
    DutyKind.MEDIATION: _l("Mediation"),
    DutyKind.OTHER: _l("Other post"),
}
DUTY_STATES = {
    DutyState.SET: (_l("Vacant duty post"), "plain"),
    DutyState.CLAIMED: (_l("Post taken"), "info"),
    DutyState.SERVING: (_l("On duty"), "good"),
    DutyState.REVIEWED: (_l("Post reviewed"), "plain"),
}
GRADES = {
    ReviewGrade.GOOD: _l("Did well"),
    ReviewGrade.FAIR: _l("Did what was agreed"),
    ReviewGrade.LITTLE: _l("Could do little"),
}
VISIT_REASONS = {
    VisitReason.FESTIVAL: _l("Great festival"),
    VisitReason.ILLNESS: _l("Illness or hospital"),
    VisitReason.HARDSHIP: _l("Hardship"),
}
VISIT_STATES = {
    VisitState.PLANNED: (_l("Visit planned"), "info"),
    VisitState.VISITED: (_l("Visit paid"), "good"),
    VisitState.FOLLOW_UP: (_l("To be followed up"), "warn"),
    VisitState.CLOSED: (_l("Visit closed"), "plain"),
}
SEALED_WORDS = {
    "need": _l("What is needed"),
    "help": _l("What was given or promised"),
    "health": _l("State of health"),
    "result": _l("What came of it"),
}
DIRECTIONS = {
    FlowDirection.INFLOW: _l("Flowed in"),
    FlowDirection.OUTFLOW: _l("Flowed out"),
}
DUTIES = {
    FloatingDuty.KEEP_CONTACT: _l("keep in touch"),
    FloatingDuty.REGISTER: _l("register the member here"),
    FloatingDuty.PLACE_IN_BRANCH: _l("let the member take part in a branch here"),
}
LEDGER_FIELDS = {
    "full_name": _l("Name"),
    "born_on": _l("Born"),
    "joined_on": _l("Joined the Party"),
    "mobile": _l("Mobile"),
    "address": _l("Family address"),
    "contact_person": _l("Contact person"),
    "interval": _l("A contact every so many days"),
    "rule": _l("What is agreed"),
}
"""What the ledger of inflowing members holds. Source: 双滦区."""
FLOATING_STATES = {
    FloatingState.ACTIVE: (_l("In the ledger"), "good"),
    FloatingState.ENDED: (_l("Entry closed"), "plain"),
}
WAYS = {
    ContactWay.PHONE: _l("By telephone"),
    ContactWay.MESSAGE: _l("By message"),
    ContactWay.IN_PERSON: _l("In person"),
    ContactWay.LETTER: _l("By letter"),
}
CARD_STATES = {
    CardState.DRAFT: (_l("Draft card"), "plain"),
    CardState.CONSENTED: (_l("Consented, not public yet"), "info"),
    CardState.PUBLISHED: (_l("Open to the public"), "good"),
    CardState.WITHDRAWN: (_l("Withdrawn from the public"), "warn"),
}
CONSENT_WAYS = {
    ConsentWay.SIGNED_PAPER: _l("Signed on paper"),
    ConsentWay.IN_PERSON: _l("Said in person"),
    ConsentWay.MESSAGE: _l("Written in a message"),
}
LINK_LEVELS = {
    LinkLevel.LEADER: _l("Leader with a working committee"),
    LinkLevel.STREET_TEAM: _l("Street team with a community organization"),
    LinkLevel.COMMITTEE_MEMBER: _l("Branch committee member with a delegate"),
    LinkLevel.MEMBER: _l("Member without a post with residents"),
}
LINK_STATES = {
    LinkState.ACTIVE: (_l("Kept up"), "good"),
    LinkState.ENDED: (_l("Contact ended"), "plain"),
}
PERIODS = {
    LinkPeriod.MONTH: _l("Every month"),
    LinkPeriod.QUARTER: _l("Every quarter"),
    LinkPeriod.HALF_YEAR: _l("Every half year"),
    LinkPeriod.YEAR: _l("Every year"),
}
CONGRESS_LEVELS = {
    DelegateLevel.TOWN: _l("Town or street congress"),
    DelegateLevel.DISTRICT: _l("District congress"),
    DelegateLevel.CITY: _l("City congress"),
    DelegateLevel.PROVINCE: _l("Province congress"),
}
DELEGATE_STATES = {
    DelegateState.SERVING: (_l("In office"), "good"),
    DelegateState.ENDED: (_l("Office ended"), "plain"),
}
OPINION_STATES = {
    OpinionState.RECEIVED: (_l("To be handed on"), "warn"),
    OpinionState.REPORTED: (_l("Handed on, no answer yet"), "info"),
    OpinionState.ANSWERED: (_l("Opinion answered"), "good"),
}
