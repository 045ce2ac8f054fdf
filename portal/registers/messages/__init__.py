"""The sentence of each rule of the registers, and its words for choices."""

from flask_babel import lazy_gettext as _

from portal.registers.messages import lifecycle, structure
from portal.registers.rules import ManagementClass, MemberStatus, MemberType, OrganizationKind
from portal.registers.rules.extras import HardshipLevel, PostCategory
from portal.registers.rules.relations import FlowDirection, JobCategory, LostReason

MESSAGES = {
    "registers.group_needs_branch": _("A group belongs to a branch. Choose the branch it is in."),
    "registers.wrong_parent": _("This kind of organization cannot stand below that one."),
    "registers.name_taken": _("There is an organization called %(name)s already."),
    "registers.not_a_branch": _("Members belong to a branch or a group. Choose one."),
    "registers.name": _("is not a person's name: %(shortest)s to %(longest)s letters, no digits or brackets."),
    "registers.joined_future": _("lies in the future."),
    "registers.joined_too_young": _("would be before the age of %(years)s."),
    "registers.full_future": _("lies in the future, but the member is entered as a full member."),
    "registers.full_before_joined": _("lies before the date of joining."),
    "registers.probationary_has_full_date": _("has passed, but the member is entered as on probation."),
    "registers.sex_differs": _("does not agree with the ID number. Correct one of the two."),
    "registers.birth_differs": _("does not agree with the ID number. Correct one of the two."),
    "registers.unknown_organization": _("There is no “%(found)s” here. Known are: %(known)s"),
    "registers.unknown_organization:without_known": _(
        "There is no “%(found)s” here: no branch is entered yet. The community secretary enters the first one at "
        "Party registers → Organizations → Add an organization, or imports a list of organizations."
    ),
    "registers.already_here": _("A member with this ID number is in the register already."),
    "registers.has_left": _("This member is entered as no longer here. Open the member's page and change that first."),
    "registers.reason_needed": _("Write the reason in %(least)s to %(most)s characters; it is recorded."),
    "registers.member_type_decided": _(
        "is “%(now)s” in the register, and a roster does not change that. Open the member’s page: record full "
        "membership there, or correct a mistake of entry."
    ),
    "registers.joined_decided": _(
        "is %(now)s in the register. If that was typed wrong, correct it on the member’s page; otherwise mend the file."
    ),
    "registers.full_decided": _(
        "is %(now)s in the register. If that was typed wrong, correct it on the member’s page; otherwise mend the file."
    ),
    "registers.lost_since_decided": _(
        "does not agree with the register (%(now)s). Record on the member’s page when contact was lost or is back."
    ),
    "registers.status_decided": _(
        "is “%(now)s” in the register. It changes by what is recorded under “Standing” on the member’s page."
    ),
    "registers.status_new": _(
        "is suspended, but the register does not know this member. Enter the member as in good standing, then record "
        "the suspension with its paper on the member’s page."
    ),
    "registers.status_gone": _(
        "says that this person is no longer a member here. A roster holds those who are: take the row out, and record "
        "what happened on the member’s page."
    ),
    "registers.lost_future": _("lies in the future."),
    "registers.skills_length": _("has more than %(most)s letters."),
    "registers.too_many_intents": _("Choose at most %(most)s kinds of service."),
    **structure.MESSAGES,
    **lifecycle.LIFECYCLE_MESSAGES,
}

KIND_WORDS = {
    OrganizationKind.WORKING_COMMITTEE: _("Working committee"),
    OrganizationKind.PARTY_COMMITTEE: _("Party committee"),
    OrganizationKind.GENERAL_BRANCH: _("General branch"),
    OrganizationKind.BRANCH: _("Branch"),
    OrganizationKind.JOINT_BRANCH: _("Joint branch"),
    OrganizationKind.TEMP_BRANCH: _("Temporary branch"),
    OrganizationKind.FUNCTIONAL_BRANCH: _("Functional branch"),
    OrganizationKind.GROUP: _("Party group"),
}
GREATER_COMMITTEE = _("Enlarged committee")
TYPE_WORDS = {MemberType.FULL: _("Full member"), MemberType.PROBATIONARY: _("On probation")}
CLASS_WORDS = {
    ManagementClass.IN_SERVICE: _("In service"),
    ManagementClass.RETIRED: _("Retired"),
    ManagementClass.VULNERABLE: _("In need of care"),
    ManagementClass.FLOATING: _("Floating"),
}
STATUS_WORDS = {
    MemberStatus.NORMAL: _("In good standing"),
    MemberStatus.SUSPENDED: _("Membership suspended"),
    MemberStatus.EXPELLED: _("Expelled"),
    MemberStatus.RESIGNED: _("Resigned"),
    MemberStatus.TRANSFERRED: _("Moved away"),
    MemberStatus.DECEASED: _("Deceased"),
    MemberStatus.DISQUALIFIED: _("Probation cancelled"),
}
JOB_WORDS = {
    JobCategory.WORKER: _("Worker"),
    JobCategory.FARMER: _("Farmer, herder or fisher"),
    JobCategory.SPECIALIST: _("Technical specialist"),
    JobCategory.MANAGER: _("Manager"),
    JobCategory.OFFICIAL: _("Party or government staff"),
    JobCategory.STUDENT: _("Student"),
    JobCategory.OTHER: _("Another occupation"),
    JobCategory.RETIRED: _("Retired person"),
}
LOST_WORDS = {
    LostReason.MIGRANT_WORK: _("away for work"),
    LostReason.UNIT_CLOSED: _("the unit was restructured or closed"),
    LostReason.AFTER_GRADUATION: _("whereabouts unknown after graduation"),
    LostReason.JOB_CHANGED: _("changed the job"),
    LostReason.ABROAD: _("went abroad"),
    LostReason.HOME_CHANGED: _("moved house"),
    LostReason.OTHER: _("another reason"),
}
FLOW_WORDS = {FlowDirection.OUT: _("ours, away for work"), FlowDirection.IN: _("here for work, the relation elsewhere")}
SEX_WORDS = {"1": _("Male"), "2": _("Female")}
HARDSHIP_WORDS = {
    HardshipLevel.NONE: _("No hardship"),
    HardshipLevel.GENERAL: _("Some hardship"),
    HardshipLevel.SERIOUS: _("Serious hardship"),
    HardshipLevel.SEVERE: _("Extreme hardship"),
}
SERVICE_WORDS = {
    PostCategory.ORGANIZATION: _("Party building"),
    PostCategory.LEGAL_AID: _("Legal aid"),
    PostCategory.HELP_AND_JOBS: _("Help in hardship and finding work"),
    PostCategory.GOVERNANCE: _("Community governance"),
    PostCategory.HEALTH: _("Health and medicine"),
    PostCategory.CULTURE_AND_SPORT: _("Culture and sport"),
    PostCategory.SAFETY: _("Safety talks and rounds"),
    PostCategory.POLICY: _("Explaining policies"),
    PostCategory.PATROL: _("Security patrol"),
    PostCategory.GREENING: _("Environment and greenery"),
    PostCategory.MEDIATION: _("Mediation"),
    PostCategory.OTHER: _("Other service"),
}
YES_NO_WORDS = {True: _("yes"), False: _("no")}
FIELD_WORDS = {"id_number": _("ID number"), "mobile": _("Mobile"), "address": _("Family address")}
