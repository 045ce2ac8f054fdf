"""Sentences and words of organizations: sizes, posts, terms, checks, units. Each finding has its clause."""

from flask_babel import lazy_gettext as _

from portal.registers.rules.sheets import EndKind, SheetKind, SheetState
from portal.registers.rules.structure import PostKind, Weight
from portal.registers.rules.terms import Manner, OrganizationCategory, TermStatus
from portal.registers.rules.units import UnitNature, UnitSituation

MESSAGES = {
    "registers.branch_short": _("only %(full)s full members, since %(since)s; more than 6 months"),
    "registers.branch_too_small": _("%(full)s full members; a branch needs 3"),
    "registers.branch_too_large": _("%(all)s members; a branch has as a rule at most 50"),
    "registers.joint_units": _("covers %(units)s units; a joint branch covers as a rule at most 5"),
    "registers.temp_branch_long": _("a temporary branch since %(since)s; after 6 months a branch is set up"),
    "registers.under_size": _("%(all)s members, fewer than %(least)s: record the approval of the upper committee"),
    "registers.no_secretary": _("the post of secretary is vacant"),
    "registers.no_committee": _("%(full)s full members, but a committee of %(held)s; from 7 on it has 3 to 5 seats"),
    "registers.small_committee": _("a committee of %(held)s for %(full)s full members; below 7 a secretary is enough"),
    "registers.committee_even": _("an even committee of %(held)s"),
    "registers.committee_large": _("a committee of %(held)s; normally it has at most 7 seats"),
    "registers.posts_unknown": _("nobody has entered the secretary and the committee yet"),
    "registers.residents_size": _("the residents' committee has %(held)s people; the law says 5 to 9"),
    "registers.residents_term_due": _(
        "the term of the residents' committee ends on %(day)s, counted from who has been on it longest"
    ),
    "registers.residents_term_over": _(
        "the term of the residents' committee ended on %(day)s, counted from who has been on it longest"
    ),
    "registers.one_shoulder": _("secretary and director of the residents' committee are two people"),
    "registers.no_cross_posts": _("nobody sits on both committees"),
    "registers.post_of_group": _("A group has a head and no other post."),
    "registers.post_not_of_group": _("Only a group has a head."),
    "registers.post_part_time": _("Part-time posts belong to an enlarged committee. Mark the committee as one first."),
    "registers.post_residents": _("The residents' committee stands beside the committee of the community."),
    "registers.post_not_full": _("cannot be elected: only full members whose rights do not rest sit on the committee."),
    "registers.post_taken": _("%(person)s holds this post. End it first."),
    "registers.post_ended": _("This post has ended already."),
    "registers.post_before_start": _("lies before the post began (%(start)s)."),
    "registers.post_future": _("lies in the future."),
    "registers.person_unclear": _("There are several by this name: %(found)s. Write the name with the birth year."),
    "registers.unit_needed": _("Say which resident unit this person comes from."),
    "registers.no_terms": _("This organization is not elected for a term."),
    "registers.term_future": _("lies in the future."),
    "registers.term_before_previous": _("must be after the present term began (%(start)s)."),
    "registers.term_ended": _("This term is over."),
    "registers.term_after_end": _("must be before the term ended (%(end)s)."),
    "registers.term_not_last": _("Another election followed. Take the last one out first, or correct this one."),
    "registers.term_has_posts": _(
        "These posts were filled or ended in this term since: %(people)s. Correct or remove them first."
    ),
    "registers.move_too_far": _("At most a year either way: between %(first)s and %(last)s."),
    "registers.move_nowhere": _("is the day on which the term ends anyway."),
    "registers.move_before_start": _("lies before the term began."),
    "registers.approved_future": _("lies in the future."),
    "registers.congress_too_small": _(
        "Delegates may meet from %(least)s members, or where members live scattered; here are %(all)s."
    ),
    "registers.congress_doc": _("A meeting of delegates needs the approval of the upper organization."),
    "registers.attended_more": _("is more than the %(entitled)s who are entitled."),
    "registers.attended_too_few": _(
        "Four fifths of those entitled must attend: at least %(least)s of %(entitled)s. The election is not valid."
    ),
    "registers.too_few_candidates": _("At least a fifth more candidates than seats: %(least)s for %(seats)s seats."),
    "registers.not_elected": _(
        "%(person)s has %(votes)s votes; elected is who has more than half of the %(entitled)s entitled."
    ),
    "registers.sheet_future": _("lies in the future."),
    "registers.sheet_measures": _("Something was found: write what is done about it."),
    "registers.sheet_due": _("Say by when it is mended."),
    "registers.sheet_due_early": _("lies before the check."),
    "registers.sheet_closed": _("This check is closed."),
    "registers.review_day": _("must be between the check (%(start)s) and today."),
    "registers.end_future": _("lies in the future."),
    "registers.end_members": _("%(members)s members are in it. Choose where they go."),
    "registers.end_children": _("%(children)s organizations stand below it. Choose where they go."),
    "registers.end_into": _("cannot take these members or organizations."),
    "registers.organization_ended": _("This organization has ended."),
    "registers.not_ended": _("This organization has not ended."),
    "registers.parent_ended": _("%(name)s, which it stood below, has ended too. Take that back first."),
    "registers.below_itself": _("stands below this organization itself."),
    "registers.kind_has_members": _("There are members in it; this kind holds none."),
    "registers.kind_has_children": _("There are organizations below it that this kind cannot have."),
    "registers.application_future": _("lies in the future."),
    "registers.reply_future": _("lies in the future."),
    "registers.reply_early": _("comes after the application: enter that day first."),
    "registers.reply_waits": _("Applied for; the upper committee normally replies until %(due)s."),
    "registers.reply_late": _("Applied for, and no reply since; it was normally due until %(due)s. Ask for it."),
    "registers.place_unknown": _("is no place of the estates register. Choose one of the list."),
    "registers.too_many_units": _("Only a joint branch is set up in several units."),
    "registers.unit_name": _("has %(shortest)s to %(longest)s letters."),
    "registers.unit_taken": _("There is a unit with this name or code already."),
    "registers.unit_code_differs": _("is that of another unit here: %(name)s."),
    "registers.parent_unknown": _("There is no organization “%(found)s” here, nor further up in this file."),
    "registers.organization_gone": _("This organization has ended; it cannot be changed by a file."),
}

CLAUSES = {
    "registers.branch_short": _("Branch Regulations (2018), art. 4"),
    "registers.branch_too_small": _("Party Constitution, art. 30; Branch Regulations (2018), art. 4"),
    "registers.branch_too_large": _("Branch Regulations (2018), art. 4"),
    "registers.joint_units": _("Branch Regulations (2018), art. 5"),
    "registers.temp_branch_long": _("Branch Regulations (2018), arts. 5 and 8"),
    "registers.reply_waits": _("Branch Regulations (2018), art. 6"),
    "registers.reply_late": _("Branch Regulations (2018), art. 6"),
    "registers.under_size": _("by analogy with the regulations for the countryside (2018) and organs (2019)"),
    "registers.no_secretary": _("Branch Regulations (2018), ch. 6"),
    "registers.posts_unknown": _("Branch Regulations (2018), ch. 6"),
    "registers.no_committee": _("Branch Regulations (2018), ch. 6"),
    "registers.small_committee": _("Branch Regulations (2018), ch. 6"),
    "registers.committee_even": _("Branch Regulations (2018), ch. 6"),
    "registers.committee_large": _("Branch Regulations (2018), ch. 6"),
    "registers.residents_size": _("Organic Law of Residents' Committees (2018), art. 7"),
    "registers.residents_term_due": _("Organic Law of Residents' Committees (2018), art. 8: five years"),
    "registers.residents_term_over": _("Organic Law of Residents' Committees (2018), art. 8: five years"),
    "registers.one_shoulder": _("practice, not a rule of law"),
    "registers.no_cross_posts": _("practice, not a rule of law"),
    "term": _("Opinions on Terms (2018); Branch Regulations (2018), art. 22"),
    "move": _("Election Rules (2020), art. 3"),
    "3-3-3": _("3-3-3 rule, practice: counts all members"),
}

POST_WORDS = {
    PostKind.SECRETARY: _("Secretary"),
    PostKind.DEPUTY_SECRETARY: _("Deputy secretary"),
    PostKind.ORGANIZATION_MEMBER: _("Member for organization"),
    PostKind.PUBLICITY_MEMBER: _("Member for publicity"),
    PostKind.DISCIPLINE_MEMBER: _("Member for discipline"),
    PostKind.COMMITTEE_MEMBER: _("Committee member"),
    PostKind.PART_TIME_DEPUTY: _("Part-time deputy secretary"),
    PostKind.PART_TIME_MEMBER: _("Part-time committee member"),
    PostKind.GROUP_HEAD: _("Head of the group"),
    PostKind.RESIDENTS_DIRECTOR: _("Director of the residents' committee"),
    PostKind.RESIDENTS_DEPUTY: _("Deputy director of the residents' committee"),
    PostKind.RESIDENTS_MEMBER: _("Member of the residents' committee"),
}
TERM_WORDS = {
    TermStatus.NONE: _("no term"),
    TermStatus.NORMAL: _("within its term"),
    TermStatus.DUE_6M: _("ends within 6 months"),
    TermStatus.OVERDUE: _("term has ended"),
    TermStatus.DELAYED_APPROVED: _("put off with approval"),
    TermStatus.ADVANCED: _("brought forward with approval"),
}
TERM_TONES = {
    TermStatus.NONE: "plain",
    TermStatus.NORMAL: "good",
    TermStatus.DUE_6M: "warn",
    TermStatus.OVERDUE: "bad",
    TermStatus.DELAYED_APPROVED: "info",
    TermStatus.ADVANCED: "info",
}
MANNER_WORDS = {Manner.ASSEMBLY: _("All members meet"), Manner.CONGRESS: _("Delegates meet")}
CATEGORY_WORDS = {
    OrganizationCategory.STATE_FIRM: _("State-owned firm"),
    OrganizationCategory.PRIVATE_FIRM: _("Non-public firm"),
    OrganizationCategory.RURAL: _("Countryside"),
    OrganizationCategory.ORGAN: _("Organ of state or Party"),
    OrganizationCategory.SCHOOL: _("School"),
    OrganizationCategory.INSTITUTION: _("Other public institution"),
    OrganizationCategory.COMMUNITY: _("Sub-district or community"),
    OrganizationCategory.SOCIAL: _("Social organization"),
    OrganizationCategory.OTHER: _("Other home"),
}
SITUATION_WORDS = {
    UnitSituation.SAME_AS_UPPER: _("the same unit as the upper organization"),
    UnitSituation.OWN_UNIT: _("a unit of its own"),
    UnitSituation.JOINT: _("joint, of several units"),
}
NATURE_WORDS = {
    UnitNature.ORGAN: _("State or Party organ"),
    UnitNature.INSTITUTION: _("Public institution"),
    UnitNature.STATE_FIRM: _("State-owned firm"),
    UnitNature.PRIVATE_FIRM: _("Non-public firm"),
    UnitNature.SOCIAL: _("Social organization"),
    UnitNature.SELF_GOVERNING: _("Residents' or villagers' committee"),
    UnitNature.OTHER: _("Another unit"),
}
SHEET_WORDS = {
    SheetKind.STANDARDS: _("Look-back at branch standards"),
    SheetKind.RECTIFICATION: _("Rectification of a weak organization"),
}
SHEET_STATE_WORDS = {SheetState.OPEN: _("being mended"), SheetState.CLOSED: _("closed")}
END_WORDS = {EndKind.DISSOLVED: _("Dissolved"), EndKind.MERGED: _("Merged")}
WEIGHT_TONES = {Weight.WARNING: "bad", Weight.SUGGESTION: "info", Weight.NOTE: "warn"}
WEIGHT_WORDS = {Weight.WARNING: _("Warning"), Weight.SUGGESTION: _("Suggestion"), Weight.NOTE: _("To look at")}
