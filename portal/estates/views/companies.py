"""Screens of property companies and their contracts."""

import uuid
from datetime import timedelta
from typing import Any

from flask import flash, g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.desk.history import history_of
from portal.estates import commands, queries, rules
from portal.estates.forms import CompanyForm, ContractDaysForm, ContractForm, EndForm
from portal.estates.history import company_fields, contract_fields
from portal.estates.listed import COMPANIES
from portal.estates.views.blueprint import bp, status_of
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number


@bp.get("/companies")
@requires(Permission.ESTATE_LIST)
def list_companies() -> Any:
    """Show the property companies of this community with their contracts."""
    look = COMPANIES.look(request.args)
    page = Page(page_number(), COMPANIES.count(look))
    return render(
        "estates/companies.html",
        companies=COMPANIES.rows(look, limit=page.per_page, offset=page.offset),
        heads=COMPANIES.heads(look),
        export=COMPANIES.export_url(look),
        page=page,
    )


@bp.get("/companies/<uuid:company_id>")
@requires(Permission.ESTATE_LIST)
def show_company(company_id: uuid.UUID) -> Any:
    """Show a property company: its contracts, fees and the area that each is paid for."""
    company = queries.get_company(company_id)
    today = clock.today(g.now)
    contracts = queries.list_contracts(company_id=company_id)
    totals = queries.totals_by_estate({line.estate_id for line in contracts}, on=today)
    return render(
        "estates/company.html",
        company=company,
        contracts=contracts,
        totals=totals,
        nobody=rules.NOBODY,
        history=history_of(company, tenant_id=g.tenant.id, fields=company_fields()),
        today=today,
    )


@bp.route("/companies/<uuid:company_id>/change", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def change_company(company_id: uuid.UUID) -> Any:
    """Correct a firm's name or code."""
    company = queries.get_company(company_id)
    form: Any = CompanyForm(company_name=company.name, credit_code=company.credit_code)
    if form.validate_on_submit():
        try:
            commands.change_company(
                company, name=form.company_name.data, credit_code=form.credit_code.data, actor=g.actor, now=g.now
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is changed.", name=form.company_name.data), "success")
            return see_other("estates.show_company", company_id=company_id)
    return render("estates/company_form.html", form=form, company=company, status=status_of(form))


@bp.get("/contracts/<uuid:contract_id>")
@requires(Permission.ESTATE_LIST)
def show_contract(contract_id: uuid.UUID) -> Any:
    """Show a service contract and what changed on it."""
    line = queries.get_contract(contract_id)
    contract = queries.get_service_contract(contract_id)
    history = history_of(contract, tenant_id=g.tenant.id, fields=contract_fields())
    return render("estates/contract.html", contract=line, history=history, today=clock.today(g.now))


@bp.route("/contracts/<uuid:contract_id>/correct", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def correct_contract(contract_id: uuid.UUID) -> Any:
    """Correct the days and the fee of a contract."""
    line = queries.get_contract(contract_id)
    last = line.valid_until - timedelta(days=1) if line.valid_until else None
    form: Any = ContractDaysForm(valid_from=line.valid_from, last_day=last, fee=line.fee)
    if form.validate_on_submit():
        until = form.last_day.data + timedelta(days=1) if form.last_day.data else None
        try:
            commands.correct_contract(
                queries.get_service_contract(contract_id),
                valid_from=form.valid_from.data, valid_until=until, fee=form.fee.data, actor=g.actor, now=g.now,
            )  # fmt: skip
        except RuleBroken as error:
            field = "last_day" if error.field == "valid_until" else error.field
            form.add_rule_error(RuleBroken(error.code, field=field, **error.values))
        else:
            flash(_("The contract with %(name)s is corrected.", name=line.company_name), "success")
            return see_other("estates.show_contract", contract_id=contract_id)
    return render("estates/contract_correct.html", form=form, contract=line, status=status_of(form))


@bp.route("/<uuid:estate_id>/contracts/new", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def create_contract(estate_id: uuid.UUID) -> Any:
    """Enter a service contract with a firm."""
    estate = queries.get_estate(estate_id)
    form: Any = ContractForm()
    if form.validate_on_submit():
        try:
            _create_contract(estate, form)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The contract with %(name)s is entered.", name=form.company_name.data), "success")
            return see_other("estates.show_estate", estate_id=estate_id)
    return render(
        "estates/contract_form.html",
        form=form,
        estate=estate,
        companies=queries.list_companies(),
        status=status_of(form),
    )


def _create_contract(estate: Any, form: Any) -> None:
    last_day = form.last_day.data
    rules.check_fee(form.fee.data)
    company = commands.find_or_create_company(
        name=form.company_name.data, credit_code=form.credit_code.data, actor=g.actor, now=g.now
    )
    commands.create_contract(
        estate,
        company=company,
        valid_from=form.valid_from.data,
        valid_until=None if last_day is None else last_day + timedelta(days=1),
        fee=form.fee.data,
        actor=g.actor,
        now=g.now,
    )


@bp.route("/contracts/<uuid:contract_id>/end", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def end_contract(contract_id: uuid.UUID) -> Any:
    """Say when a contract ends."""
    line = queries.get_contract(contract_id)
    form: Any = EndForm(last_day=line.valid_until - timedelta(days=1) if line.valid_until else None)
    if form.validate_on_submit():
        try:
            commands.end_contract(
                queries.get_service_contract(contract_id),
                valid_until=form.last_day.data + timedelta(days=1),
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(RuleBroken(error.code, field="last_day", **error.values))
        else:
            flash(_("The contract with %(name)s ends then.", name=line.company_name), "success")
            return see_other("estates.show_estate", estate_id=line.estate_id)
    return render("estates/contract_end.html", form=form, contract=line, status=status_of(form))
