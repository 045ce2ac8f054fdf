"""Screens of the registers: the tree of organizations, the members, one member."""

import uuid
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.desk.workbooks import MEDIA_TYPE
from portal.files.queries import get_file
from portal.jobs.queries import get_job
from portal.registers import commands, queries, rules, standards
from portal.registers.facts import read_facts
from portal.registers.forms import ExportForm, MemberForm, OrganizationForm, RevealForm
from portal.registers.importing import date_text
from portal.registers.messages import (
    CLASS_WORDS,
    FIELD_WORDS,
    GREATER_COMMITTEE,
    KIND_WORDS,
    MESSAGES,
    SEX_WORDS,
    STATUS_WORDS,
    TYPE_WORDS,
)
from portal.registers.models import PartyMember
from portal.registers.queries import MemberFilter
from portal.registers.rows import PLACEHOLDER, member_rows
from portal.registers.rules import ManagementClass, MemberStatus, MemberType, OrganizationKind
from portal.web.addresses import address
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import PER_PAGE, Page, page_number

bp = Blueprint("registers", __name__, url_prefix="/t/<division:code>/registers")
FULL_NUMBER_DIGITS = 11
"""A search with so many digits is a personal number and must not stand in an address."""


@bp.get("")
@requires(Permission.ORGANIZATION_LIST)
def show_tree() -> Response:
    """Show the tree of organizations with the members of each and of all below it."""
    counts = queries.count_by_filter(tenant_id=g.tenant.id)
    nodes = queries.organization_tree(queries.list_organizations(tenant_id=g.tenant.id), counts)
    today = clock.today(g.now)
    lines = [
        (node, _warnings(node), rules.term_status(node.kind, elected_on=node.elected_on, today=today)) for node in nodes
    ]
    return render(
        "registers/tree.html", lines=lines, counts=counts, kinds=KIND_WORDS, greater=GREATER_COMMITTEE, words=MESSAGES
    )


def _warnings(node: queries.OrganizationNode) -> list[str]:
    return rules.branch_warnings(node.kind, members_all=node.members_all, members_full=node.members_full)


@bp.route("/organizations/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def create_organization() -> Response:
    """Enter an organization."""
    form: Any = OrganizationForm()
    nodes = queries.list_organizations(tenant_id=g.tenant.id)
    form.offer([(str(row.id), row.name) for row in nodes if row.kind is not OrganizationKind.GROUP])
    if form.validate_on_submit():
        new = commands.NewOrganization(
            name=form.name.data,
            kind=OrganizationKind(form.kind.data),
            parent_id=uuid.UUID(form.parent_id.data) if form.parent_id.data else None,
            is_greater_committee=form.is_greater_committee.data,
            founded_on=form.founded_on.data,
            elected_on=form.elected_on.data,
        )
        try:
            organization = commands.create_organization(new, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is entered.", name=organization.name), "success")
            return see_other("registers.show_tree")
    return render("registers/organization_form.html", form=form, status=422 if form.is_submitted() else 200)


@bp.get("/members")
@requires(Permission.MEMBER_LIST)
def list_members() -> Response:
    """Show the members, narrowed by branch, class, type, standing and search."""
    return _member_list(request.args.get("q", "").strip()[:50])


@bp.post("/members/search")
@requires(Permission.MEMBER_LIST)
def search_members() -> Response:
    """Search. A name goes into the address, so that it can be kept; a personal number never does."""
    text = request.form.get("q", "").strip()[:50]
    digits = sum(letter.isdecimal() for letter in text)
    if digits < FULL_NUMBER_DIGITS:
        return see_other("registers.list_members", q=text or None)
    return _member_list(text)


def _member_list(text: str) -> Response:
    tenant_id = g.tenant.id
    counts = queries.count_by_filter(tenant_id=tenant_id)
    organizations = queries.list_organizations(tenant_id=tenant_id)
    nodes = queries.organization_tree(organizations, counts)
    wanted = _filter(nodes, text)
    number = page_number()
    rows = queries.list_members(wanted, tenant_id=tenant_id, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    total = counts.total if wanted == MemberFilter() else queries.count_members(wanted, tenant_id=tenant_id)
    names = {row.id: row.name for row in organizations}
    url = url_for("registers.show_member", member_id=PLACEHOLDER)
    return render(
        "registers/members.html",
        body=member_rows(rows, tenant_id=tenant_id, organizations=names, url=url),
        page=Page(number, total),
        counts=counts,
        nodes=nodes,
        q=text,
        wanted=wanted,
        branch=request.args.get("branch", ""),
        branches=[(str(node.id), f"{'　' * node.depth}{node.name} ({node.members_all})") for node in nodes],
        class_links=_class_links(counts, wanted),
        type_links=_type_links(counts, wanted),
        chosen=_chosen(wanted, names),
    )


def _filter(nodes: list[queries.OrganizationNode], text: str) -> MemberFilter:
    """Read the filter from the address; what it does not know it leaves alone."""
    branch = request.args.get("branch", type=uuid.UUID)
    class_, type_ = request.args.get("class", ""), request.args.get("type", "")
    return MemberFilter(
        organization_ids=queries.with_those_below(nodes, branch) if branch else (),
        management_class=ManagementClass(class_) if class_ in set(ManagementClass) else None,
        member_type=MemberType(type_) if type_ in set(MemberType) else None,
        is_gone=request.args.get("gone") == "1",
        search=text,
    )


def _link(**changed: str | None) -> str:
    """Give the address of this list with some of its filters changed and the first page again."""
    kept = {key: value for key, value in request.args.items() if key != "page"}
    values = {key: value for key, value in {**kept, **changed}.items() if value}
    return f"{address('registers.list_members')}?{urlencode(values)}".removesuffix("?")


def _class_links(counts: queries.MemberCounts, wanted: MemberFilter) -> list[tuple[str, str, int, bool]]:
    every = wanted.management_class is None and not wanted.is_gone
    links = [(_("All"), _link(**{"class": None, "gone": None}), counts.total, every)]
    for class_, word in CLASS_WORDS.items():
        chosen = wanted.management_class is class_
        links.append((str(word), _link(**{"class": class_.value, "gone": None}), counts.by_class[class_], chosen))
    if counts.gone:
        links.append((_("no longer here"), _link(**{"class": None, "gone": "1"}), counts.gone, wanted.is_gone))
    return links


def _type_links(counts: queries.MemberCounts, wanted: MemberFilter) -> list[tuple[str, str, int, bool]]:
    return [
        (str(word), _link(type=type_.value), counts.by_type[type_], wanted.member_type is type_)
        for type_, word in TYPE_WORDS.items()
    ]


def _chosen(wanted: MemberFilter, names: dict[uuid.UUID, str]) -> list[tuple[str, str]]:
    """Filters in force, each with the address without it."""
    chosen: list[tuple[str, str]] = []
    if wanted.search:
        chosen.append((_("Search: %(words)s", words=_shown_search(wanted.search)), _link(q=None)))
    if wanted.organization_ids:
        chosen.append((names[wanted.organization_ids[0]], _link(branch=None)))
    if wanted.management_class:
        chosen.append((str(CLASS_WORDS[wanted.management_class]), _link(**{"class": None})))
    if wanted.member_type:
        chosen.append((str(TYPE_WORDS[wanted.member_type]), _link(type=None)))
    return chosen


def _shown_search(text: str) -> str:
    return _("a full number") if sum(letter.isdecimal() for letter in text) >= FULL_NUMBER_DIGITS else text


@bp.get("/members/<uuid:member_id>")
@requires(Permission.MEMBER_LIST)
def show_member(member_id: uuid.UUID) -> Response:
    """Show a member's facts, personal ones masked."""
    return _member_page(queries.get_member(member_id, tenant_id=g.tenant.id), RevealForm())


@bp.post("/members/<uuid:member_id>/reveals/<string:field>")
@requires(Permission.MEMBER_REVEAL)
def reveal_member(member_id: uuid.UUID, field: str) -> Response:
    """Show one sealed field in clear, once, for a reason that is recorded."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    form: Any = RevealForm()
    if not form.validate():
        return _member_page(member, form, asked=field, status=422)
    try:
        text = commands.reveal_member(member_id, field=field, reason=form.reason.data, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form.add_rule_error(error)
        return _member_page(member, form, asked=field, status=422)
    return _member_page(member, RevealForm(formdata=None), revealed={field: text})


def _member_page(
    member: PartyMember, form: Any, *, asked: str = "", revealed: dict[str, str] | None = None, status: int = 200
) -> Response:
    organization = queries.get_organization(member.organization_id, tenant_id=g.tenant.id)
    return render(
        "registers/member.html",
        status=status,
        member=member,
        organization=organization,
        facts=_facts(member),
        sealed=_sealed_fields(member, revealed or {}),
        form=form,
        asked=asked,
        field_words=FIELD_WORDS,
        statuses=STATUS_WORDS,
    )


def _facts(member: PartyMember) -> list[tuple[str, str]]:
    ethnic = standards.ETHNIC_GROUPS.get(member.ethnic_code or "")
    education = standards.EDUCATIONS.get(member.education_code or "")
    class_ = CLASS_WORDS[member.management_class] if member.management_class else ""
    return [
        (_("Type"), str(TYPE_WORDS[member.member_type])),
        (_("Class of care"), str(class_)),
        (_("Joined the Party"), date_text(member.joined)),
        (_("Full member since"), date_text(member.full)),
        (_("Sex"), str(SEX_WORDS.get(member.sex_code, ""))),
        (_("Born"), member.born_on.isoformat()),
        (_("Ethnic group"), ethnic.zh if ethnic else ""),
        (_("Education"), education.zh if education else ""),
        (_("Work unit"), member.work_unit or ""),
    ]


def _sealed_fields(member: PartyMember, revealed: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    """Name, words, what is shown, whether that is in clear; fields that are empty are left out."""
    fields = []
    for name, word in FIELD_WORDS.items():
        text = queries.unseal_field(member, name)
        if text is not None:
            fields.append((name, str(word), revealed.get(name) or queries.MASKS[name](text), name in revealed))
    return fields


@bp.route("/members/new", methods=["GET", "POST"])
@requires(Permission.MEMBER_EDIT)
def create_member() -> Response:
    """Enter a member by hand."""
    form: Any = MemberForm()
    places = queries.member_places(tenant_id=g.tenant.id)
    form.offer(list(places))
    if form.validate_on_submit():
        facts = _facts_from(form, places)
        if facts is not None:
            try:
                member = commands.create_member(facts, actor=g.actor, now=g.now)
            except RuleBroken as error:
                form.add_rule_error(error)
            else:
                flash(_("%(name)s is entered.", name=member.full_name), "success")
                return see_other("registers.show_member", member_id=member.id)
    status = 422 if form.is_submitted() else 200
    return render("registers/member_form.html", form=form, member=None, places=places, status=status)


@bp.route("/members/<uuid:member_id>/facts", methods=["GET", "POST"])
@requires(Permission.MEMBER_EDIT)
def update_member(member_id: uuid.UUID) -> Response:
    """Change a member's facts. Sealed ones are not shown; left empty they stay as they are."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    places = queries.member_places(tenant_id=g.tenant.id)
    form: Any = MemberForm(data=_form_data(member, places))
    form.offer(list(places))
    _let_sealed_be_empty(form)
    if form.validate_on_submit():
        facts = _facts_from(form, places, member)
        if facts is not None:
            status = MemberStatus(form.status.data or member.status)
            try:
                commands.update_member(member.id, facts, status=status, actor=g.actor, now=g.now)
            except RuleBroken as error:
                form.add_rule_error(error)
            else:
                flash(_("The facts of %(name)s are changed.", name=facts.full_name), "success")
                return see_other("registers.show_member", member_id=member.id)
    status_code = 422 if form.is_submitted() else 200
    return render("registers/member_form.html", form=form, member=member, places=places, status=status_code)


def _facts_from(form: Any, places: dict[str, uuid.UUID], member: PartyMember | None = None) -> Any:
    """Read the form like a roster's row; every problem goes beside its field."""
    cells = form.cells()
    if member is not None:
        for name in FIELD_WORDS:
            cells[name] = cells[name] or queries.unseal_field(member, name) or ""
    facts, _number, problems = read_facts(cells, organizations=places, today=clock.today(g.now))
    for problem in problems:
        form.add_rule_error(RuleBroken(problem.code, field=problem.column, **problem.values))
    return facts


def _let_sealed_be_empty(form: Any) -> None:
    for name in FIELD_WORDS:
        form[name].validators = [each for each in form[name].validators if type(each).__name__ != "InputRequired"]
        form[name].flags.required = False


def _form_data(member: PartyMember, places: dict[str, uuid.UUID]) -> dict[str, str]:
    names = {place: name for name, place in places.items()}
    return {
        "full_name": member.full_name,
        "member_type": member.member_type.value,
        "joined": date_text(member.joined),
        "full": date_text(member.full),
        "organization": names.get(member.organization_id, ""),
        "management_class": member.management_class.value if member.management_class else "",
        "ethnic": member.ethnic_code or "",
        "education": member.education_code or "",
        "work_unit": member.work_unit or "",
        "status": member.status.value,
    }


@bp.route("/members/export", methods=["GET", "POST"])
@requires(Permission.MEMBER_EXPORT)
def export_members() -> Response:
    """Ask why the list leaves the house; then write it in the background."""
    counts = queries.count_by_filter(tenant_id=g.tenant.id)
    nodes = queries.organization_tree(queries.list_organizations(tenant_id=g.tenant.id), counts)
    wanted = _filter(nodes, request.args.get("q", "").strip()[:50])
    form: Any = ExportForm()
    if form.validate_on_submit():
        mark = _("%(tenant)s · exported by %(name)s on %(day)s · not to be passed on", tenant=g.tenant.name,
                 name=g.actor.name, day=clock.today(g.now).isoformat())  # fmt: skip
        try:
            job_id = commands.export_members(
                wanted,
                reason=form.reason.data,
                in_clear=form.in_clear.data,
                watermark=mark,
                page=lambda job_id: url_for("registers.download_export", job_id=job_id),
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            return see_other("console.show_job", job_id=job_id)
    number = queries.count_members(wanted, tenant_id=g.tenant.id)
    status = 422 if form.is_submitted() else 200
    return render("registers/export.html", form=form, number=number, here=_export_url(), status=status)


def _export_url() -> str:
    values: dict[str, Any] = request.args.to_dict()
    return url_for("registers.export_members", **values)


@bp.get("/exports/<uuid:job_id>")
@requires(Permission.MEMBER_EXPORT)
def download_export(job_id: uuid.UUID) -> Response:
    """Give the finished workbook to the person who asked for it."""
    job = get_job(job_id)
    is_mine = job.kind == commands.EXPORT_JOB and job.tenant_id == g.tenant.id and job.started_by == g.actor.user_id
    if not is_mine or "file_id" not in job.payload:
        raise NotFound
    file = get_file(uuid.UUID(job.payload["file_id"]))
    response = Response(file.content, mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = (
        "attachment; filename*=UTF-8''%E5%85%9A%E5%91%98%E8%8A%B1%E5%90%8D%E5%86%8C.xlsx"
    )
    return response
