"""What the home page asks of the secretary about registers and files."""

from portal.accounts.roles import Role
from portal.core.db import db
from tests.conftest import Portal
from tests.desk.makers import HEADINGS, run_jobs, upload, workbook
from tests.makers import HERE_CODE
from tests.registers.makers import make_branches, make_id_number, make_organization
from tests.statements import count_statements


def test_the_register_asks_for_what_it_lacks_next(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    base = f"/t/{HERE_CODE}"

    def links() -> set[str]:
        return {str(a["href"]) for a in client.get(f"{base}/").page.select(".task-list a")}

    assert f"{base}/registers/organizations/new" in links()
    with portal.inside():
        make_branches()
    assert f"{base}/desk/kinds/members/batches/new" in links()
    row = ["张示例", make_id_number(1), "正式党员", "2005-07-01", "演示第一党支部", ""]
    batch = upload(client, "名单.xlsx", workbook([HEADINGS, row])).location
    run_jobs(portal)
    assert batch in links()
    client.post(f"{batch}/application")
    run_jobs(portal)
    left = {link for link in links() if "/desk/" in link or "/registers/" in link}
    assert left == {f"{base}/registers/checks"}, "what is left: a committee nobody was entered in"
    with portal.inside():
        make_organization("演示老支部", elected_on=portal.now.date().replace(year=2020))
    assert f"{base}/registers/terms?show=overdue" in links()
    with count_statements(db.engine) as seen:
        client.get(f"{base}/")
    assert len(seen) <= 20
