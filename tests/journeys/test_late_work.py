"""Work that came late: a supervisor takes it in at the desk, and its author reads that on the phone.

On the way the desk's list shows what was handed in meanwhile, without a touch.
"""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import Inspector, Office, Supervisor
from tests.journeys.phone import Phone

WORDS = "地面重新拖过"
AUTHOR = "检查员甲"


def test_late_work_is_taken_in_and_its_author_reads_it(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    office = office_of("supervisor")
    returned = next(row for row in office.listed("returned") if row["lead_name"] == AUTHOR)
    inspection, branch = returned["id"], returned["branch_name"]
    item = next(row["item"] for row in office.rows(inspection)["finding"] if row["returned"])
    author = Inspector(phone_of("inspector"), "inspector")
    author.sign_in()
    author.inspection = inspection
    author.phone.offline()
    author.open_item(item)
    author.note(WORDS)
    author.go("/sync")
    expect(author.page.get_by_text("1 条改动只在这部手机上，还没到服务器。")).to_be_visible()

    supervisor = Supervisor(phone_of("supervisor", size="desk"), "supervisor")
    supervisor.sign_in()
    supervisor.go(f"/desk/inspections?q={branch}")
    row = supervisor.page.get_by_role("row").filter(has_text=branch).filter(has_text=AUTHOR)
    expect(row.filter(has_text="已退回")).to_have_count(1)
    office_of("inspector").hand_in(inspection)
    expect(row.filter(has_text="已退回")).to_have_count(0)

    author.phone.offline(False)
    author.sync_now()
    waiting = author.page.get_by_role("list", name="待督导处理").get_by_role("listitem")
    expect(waiting).to_contain_text("提交之后才送到", timeout=40_000)
    supervisor.go("/held")
    supervisor.page.get_by_role("link", name=branch).click()
    expect(supervisor.page.get_by_text(WORDS)).to_be_visible()
    supervisor.button("收下").click()
    asked = supervisor.page.get_by_role("dialog")
    asked.get_by_role("button", name="只是没信号，送晚了").click()
    asked.get_by_role("button", name="收下", exact=True).click()
    expect(supervisor.page.get_by_role("link", name=branch)).to_have_count(0)

    author.sync_now()
    outcome = author.page.get_by_role("listitem").filter(has_text="督导收下了")
    expect(outcome).to_contain_text("原因：只是没信号，送晚了", timeout=40_000)
    expect(waiting).to_have_count(0)
    notes = [row["notes"] for row in office.rows(inspection)["finding"] if row["item"] == item]
    assert WORDS in str(notes)
