"""The sentences of standing, transfers, second belonging and merges, and their words for choices."""

from flask_babel import lazy_gettext as _

from portal.registers.rules.belonging import LinkKind
from portal.registers.rules.dues import PayKind
from portal.registers.rules.duplicates import Likeness
from portal.registers.rules.standing import StandingAct, SuspensionGround
from portal.registers.rules.transfers import Direction, TransferState

LIFECYCLE_MESSAGES = {
    "registers.one_place": _("A member belongs to exactly one branch or group (member regulations, art. 25)."),
    "registers.act_closed": _("This cannot be recorded as the member’s standing is now."),
    "registers.act_future": _("lies in the future. Record it on the day, not before."),
    "registers.act_too_early": _("is too early: not before %(earliest)s."),
    "registers.document_needed": _("is missing: the upper organization decides this, and its paper has a number."),
    "registers.until_needed": _("is missing: until when is the probation extended?"),
    "registers.ground_needed": _("is missing: choose why membership is suspended (member regulations, art. 24)."),
    "registers.lost_reason_needed": _("is missing: choose one of the seven reasons of the national list."),
    "registers.not_lost": _("is not given: contact with this member is not recorded as lost."),
    "registers.lost_too_short": _(
        "is too early: suspension needs a search and six months without contact; lost since %(since)s (art. 24)."
    ),
    "registers.since_needed": _("is missing: abroad since when?"),
    "registers.abroad_too_short": _("is not long enough: studying abroad for more than five years (art. 24)."),
    "registers.suspended_when": _("cannot be checked: the day of the suspension is not recorded."),
    "registers.suspended_too_short": _(
        "is too early: two years of suspension and still no contact are needed; suspended since %(since)s (art. 24)."
    ),
    "registers.probation_runs": _("is too early: probation runs until %(until)s (Party Constitution, ch. 1)."),
    "registers.extended_before": _("is not possible: probation is extended once only (Party Constitution, ch. 1)."),
    "registers.extension_length": _(
        "is outside half a year to a year: choose a day from %(shortest)s to %(longest)s (Party Constitution, ch. 1)."
    ),
    "registers.watch_years": _("is one year or two, and two at most (Party Constitution, chapter on discipline)."),
    "registers.watch_runs": _("is too early: the period runs until %(until)s, and only then is decided on its end."),
    "registers.nothing_corrected": _("Nothing differs from what is recorded. Change what was entered wrong."),
    "registers.rests_on_act": _(
        "rests on something that was recorded under “Standing”. Take that back there, and record it as it was."
    ),
    "registers.lost_is_act": _("is nothing to correct: record it as lost contact, with its day and reason."),
    "registers.act_not_last": _("Something was recorded for this member after it. Take that back first."),
    "registers.act_withdrawn": _("This was taken back already."),
    "registers.act_changed": _("The member’s facts were changed since. Put them back first: %(what)s."),
    "registers.move_not_last": _("The member is no longer where this move brought him or her."),
    "registers.certificate_suffices": _(
        "is less than six months away: give a certificate of membership instead, the relation stays here (art. 25)."
    ),
    "registers.pay_needed": _("is missing: the table reckons the dues from the pay."),
    "registers.dues_unclear": _("“%(found)s” is no amount a month in yuan. Write it like 7.35."),
    "registers.dues_range": _("must be between 0 and %(most)s."),
    "registers.vulnerable_future": _("lies in the future."),
    "registers.vulnerable_class": _("says what the class of care says already."),
    "registers.letter_future": _("lies in the future."),
    "registers.letter_ends_early": _("lies before the date of the letter."),
    "registers.letter_too_long": _("is too late: a letter is good for three months at most, here until %(latest)s."),
    "registers.letter_expired": _(
        "The letter was good until %(until)s. It has to be issued anew by the organization that sends the member."
    ),
    "registers.letter_no": _("is needed, with %(longest)s characters at most."),
    "registers.letter_no_taken": _("stands on another letter already."),
    "registers.no_committee": _(
        "A letter is sent by a party committee, and none is entered here. Let the upper committee send it (art. 25)."
    ),
    "registers.transfer_step": _("This transfer is at another step by now. Look at the page again."),
    "registers.transfer_standing": _("Only a member in good standing can be transferred."),
    "registers.transfer_lost": _("Contact with this member is lost. Record first that he or she was found (art. 24)."),
    "registers.transfer_open": _("A transfer of this member is under way. Finish it first."),
    "registers.transfer_here": _("is this very place. Use “Move to another branch” instead."),
    "registers.no_register": _("keeps no register of members. Choose a community or a street."),
    "registers.not_opened": _("has nobody who works with the portal yet. Use a letter on paper."),
    "registers.unknown_code": _("is not known. Give the 12 digits of a community’s code, or the 9 of a street’s."),
    "registers.move_nowhere": _("is where the member is already."),
    "registers.other_side_answers": _("The other community answers this letter itself."),
    "registers.already_accepted": _("This letter is accepted already; the member is on the way."),
    "registers.sender_changed": _("The member’s standing changed there before the hand-over; nobody was transferred."),
    "registers.link_future": _("lies in the future."),
    "registers.link_ends_early": _("lies before the beginning."),
    "registers.link_is_member": _("belongs to the member %(name)s, who is counted here. Record it on that page."),
    "registers.link_same": _("Nothing is different. Change what was entered wrong, or go back."),
    "registers.link_twice": _("is recorded already and has not ended."),
    "registers.merge_self": _("These are the same record."),
    "registers.merge_choice": _("Choose which of the two is right."),
    "registers.merge_decides": _(
        "The two records contradict each other in what only a decision changes. The secretary says which is right."
    ),
    "registers.merge_clash": _(
        "Both records hold the same thing in “%(what)s”. Open one of them, end it there, and merge then."
    ),
    "registers.merge_transfer": _("A transfer of one of them is under way. Finish it first."),
    "registers.merge_undone": _("This merge was undone already."),
    "registers.merge_too_old": _("A merge can be undone for %(days)s days."),
    "registers.merge_obstacles": _("This merge cannot be undone as it is. What stands in the way is listed below."),
}

ACT_WORDS = {
    StandingAct.LOSE: _("Lost contact"),
    StandingAct.FIND: _("Found again"),
    StandingAct.SUSPEND: _("Membership suspended"),
    StandingAct.RESTORE: _("Membership restored"),
    StandingAct.STRIKE_OFF: _("Struck off as having left"),
    StandingAct.EXPEL: _("Expelled"),
    StandingAct.RESIGN: _("Left the Party"),
    StandingAct.DIE: _("Deceased"),
    StandingAct.BECOME_FULL: _("Became a full member"),
    StandingAct.EXTEND: _("Probation extended"),
    StandingAct.CANCEL_PROBATION: _("Probation cancelled"),
    StandingAct.WATCH: _("Kept in the Party under observation"),
    StandingAct.EXTEND_WATCH: _("Observation prolonged"),
    StandingAct.RESTORE_RIGHTS: _("Rights restored"),
    StandingAct.DETAIN: _("Detained; rights rest"),
    StandingAct.RELEASE: _("Released; rights no longer rest"),
    StandingAct.CORRECT: _("Entry corrected"),
}
ACT_BUTTONS = {
    StandingAct.LOSE: _("Record lost contact"),
    StandingAct.FIND: _("Record that contact is back"),
    StandingAct.SUSPEND: _("Record the suspension"),
    StandingAct.RESTORE: _("Record the restoration"),
    StandingAct.STRIKE_OFF: _("Record the striking off"),
    StandingAct.EXPEL: _("Record the expulsion"),
    StandingAct.RESIGN: _("Record the leaving"),
    StandingAct.DIE: _("Record the death"),
    StandingAct.BECOME_FULL: _("Record full membership"),
    StandingAct.EXTEND: _("Record the extension"),
    StandingAct.CANCEL_PROBATION: _("Record that probation is cancelled"),
    StandingAct.WATCH: _("Record observation in the Party"),
    StandingAct.EXTEND_WATCH: _("Record that observation is prolonged"),
    StandingAct.RESTORE_RIGHTS: _("Record that rights are restored"),
    StandingAct.DETAIN: _("Record a detention"),
    StandingAct.RELEASE: _("Record the release"),
    StandingAct.CORRECT: _("Correct a mistake of entry"),
}
ACT_CLAUSES = {
    StandingAct.SUSPEND: _(
        "Member regulations, art. 24: not to be found for six months in spite of a search; settled abroad for good; "
        "studying abroad for more than five years."
    ),
    StandingAct.RESTORE: _("Member regulations, art. 24: a suspended member who meets the conditions is restored."),
    StandingAct.STRIKE_OFF: _("Member regulations, art. 24: two years after the suspension and still not to be found."),
    StandingAct.BECOME_FULL: _("Party Constitution, ch. 1: probation lasts a year from joining."),
    StandingAct.EXTEND: _("Party Constitution, ch. 1: once, by half a year to a year."),
    StandingAct.CANCEL_PROBATION: _(
        "Party Constitution, ch. 1: who does not do a member’s duties or does not meet the conditions loses the "
        "standing of a probationary member, by decision of the branch with the approval of the upper committee."
    ),
    StandingAct.WATCH: _(
        "Party Constitution, chapter on discipline: for one year or two, two at most. Until rights are restored the "
        "member does not vote on decisions, does not elect and cannot be elected (election rules, art. 5)."
    ),
    StandingAct.EXTEND_WATCH: _("Disciplinary regulations: one year that did not suffice is prolonged by one."),
    StandingAct.RESTORE_RIGHTS: _("When the period is over, rights come back by a decision, not by themselves."),
    StandingAct.DETAIN: _("Election rules, art. 5: the right of a detained member to vote and to be elected rests."),
    StandingAct.LOSE: _("From six months on, and after a search, suspension may be proposed (art. 24)."),
}
PAY_WORDS = {
    PayKind.WORKING: _("monthly net pay"),
    PayKind.RETIRED: _("pension or retirement pay"),
    PayKind.FARMER: _("farmer"),
    PayKind.LOW: _("student, unemployed, on relief"),
}
GROUND_WORDS = {
    SuspensionGround.LOST: _("not to be found for six months"),
    SuspensionGround.SETTLED_ABROAD: _("settled abroad for good"),
    SuspensionGround.STUDYING_ABROAD: _("studying abroad for more than five years"),
}
TRANSFER_WORDS = {
    TransferState.APPLIED: _("Applied for"),
    TransferState.OUT_APPROVED: _("Approved"),
    TransferState.DECLINED: _("Not approved"),
    TransferState.IN_TRANSIT: _("Letter under way"),
    TransferState.IN_ACCEPTED: _("Accepted"),
    TransferState.RETURNED: _("Returned"),
    TransferState.EXPIRED: _("Expired"),
}
DIRECTION_WORDS = {Direction.OUT: _("Out"), Direction.IN: _("In"), Direction.WITHIN: _("Between branches")}
LINK_WORDS = {
    LinkKind.HOME: _("Reports here, belongs elsewhere"),
    LinkKind.RESIDENCE: _("Belongs here, reports elsewhere"),
}
LIKENESS_WORDS = {
    Likeness.NAME_AND_BIRTH: _("same name and date of birth"),
    Likeness.NAME_AND_NUMBER: _("same name, ID numbers that differ in one or two places"),
    Likeness.NAME_AND_MOBILE: _("same name and mobile"),
    Likeness.MOBILE: _("same mobile, perhaps a couple"),
}
OBSTACLE_WORDS = {
    "kept_gone": _("The record that stayed was itself merged into another one since. Undo that merge first."),
    "no_past": _("The states before the merge are no longer kept."),
    "number_taken": _("The ID number of the other record is in use again. Change it there first."),
    "organization_gone": _("The branch of the other record no longer exists."),
    "field_changed": _("Changed since the merge; put it back first"),
    "moved_on": _("No longer where the merge put it"),
}
TABLE_WORDS = {
    "member_standing": _("acts of standing"),
    "member_transfer": _("transfers"),
    "member_link": _("second belongings"),
    "party_post": _("posts in party organizations"),
}
