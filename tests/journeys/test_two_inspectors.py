"""Journey 2: two inspectors work on one inspection without signal; where they differ, people settle it."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import CHECKS, ONSITE, Inspector, Office, Supervisor
from tests.journeys.phone import Phone
from tests.journeys.running import Server

SETTLED_ON_THE_PHONE, SETTLED_AT_THE_DESK = "ENV-2.d", "ETI-4.a"
SHARED = ["ENV-2", "ETI-4"]


def test_different_checks_merge_and_one_judged_differently_waits_for_a_person(
    server: Server, phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    office = office_of("supervisor")
    first = Inspector(phone_of("first"), "inspector")
    second = Inspector(phone_of("second"), "inspector2")

    # One begins, the other joins: the last time both have signal.
    first.sign_in()
    first.start_at("wjl", "望江路支局")
    office.until(lambda o: o.rows(first.inspection) != {})
    second.sign_in()
    second.join(first.inspection)
    office.until(lambda o: list(o.inspection(first.inspection)["members"].values()) == [True])
    first.sync_now()
    first.phone.offline()
    second.phone.offline()

    # Each takes half of the items. Both look at two checks, and see them differently.
    first.open_item("ENV-2")
    first.judge(SETTLED_ON_THE_PHONE, "合格")
    first.open_item("ETI-4")
    first.judge(SETTLED_AT_THE_DESK, "合格")
    second.open_item("ENV-2")
    second.judge(SETTLED_ON_THE_PHONE, "扣分")
    second.open_item("ETI-4")
    second.judge(SETTLED_AT_THE_DESK, "扣分")
    others = [item for item in ONSITE if item not in SHARED]
    for item in [*others[::2], "ENV-2"]:
        first.open_item(item)
        first.pass_the_rest(item)
    for item in [*others[1::2], "ETI-4"]:
        second.open_item(item)
        second.pass_the_rest(item)

    # Signal again: what is different merges, the two judged differently are open conflicts.
    first.phone.offline(False)
    second.phone.offline(False)
    office.until(lambda o: answered(o, first.inspection) == 112)
    assert conflicts(office, first.inspection) == {SETTLED_ON_THE_PHONE, SETTLED_AT_THE_DESK}

    # On the phone its author may only yield: the first takes the view of the other, and the next comes at once.
    first.sync_now()
    first.go("/conflicts")
    first.page.get_by_role("link", name=CHECKS[SETTLED_ON_THE_PHONE]).click()
    first.page.get_by_role("radio", name="检查员乙").click()
    first.button("当场已改正").click()
    first.button("选定：扣 1.0 分").click()
    expect(first.page.get_by_role("heading", level=1, name=CHECKS[SETTLED_AT_THE_DESK])).to_be_visible()
    office.until(lambda o: conflicts(o, first.inspection) == {SETTLED_AT_THE_DESK})
    assert result(office, first.inspection, SETTLED_ON_THE_PHONE) == "fail"

    # What was not chosen stays: one tap brings it back, and another the choice.
    first.go(f"/inspections/{first.inspection}/ENV-2/{SETTLED_ON_THE_PHONE}")
    expect(first.page.get_by_text("没选它：您选了另一份")).to_be_visible()
    first.button("换回这个").click()
    office.until(lambda o: result(o, first.inspection, SETTLED_ON_THE_PHONE) == "pass")
    first.button("换回这个").click()
    office.until(lambda o: result(o, first.inspection, SETTLED_ON_THE_PHONE) == "fail")
    assert first.progress() == 112

    # A desk that has it open sees it come in: nobody reloads, and the next poll is far.
    supervisor = Supervisor(phone_of("supervisor", size="desk"), "supervisor")
    supervisor.sign_in()
    supervisor.go(f"/review/{first.inspection}")
    expect(supervisor.button("通过整份")).to_have_count(0)
    first.submit()
    expect(supervisor.button("通过整份")).to_be_visible()
    assert office.inspection(first.inspection)["status"] == "submitted"

    # Approval waits for the other one.
    expect(supervisor.page.get_by_text("还不能通过：意见不一 1")).to_be_visible()
    expect(supervisor.button("通过整份")).to_have_attribute("aria-disabled", "true")
    supervisor.settle(SETTLED_AT_THE_DESK, "检查员甲")
    office.until(lambda o: conflicts(o, first.inspection) == set())
    assert result(office, first.inspection, SETTLED_AT_THE_DESK) == "pass"
    supervisor.approve()
    office.until(lambda o: o.inspection(first.inspection)["status"] == "approved")
    assert office.inspection(first.inspection)["score"]["total"] == 990

    # Why the floor was judged so can be read by who reviews.
    supervisor.go(f"/history/inspection/{first.inspection}")
    expect(supervisor.page.get_by_text("原因：当场已改正")).to_be_visible()


def answered(office: Office, inspection: str) -> int:
    return sum(len(finding["checks"]) for finding in office.rows(inspection).get("finding", []))


def conflicts(office: Office, inspection: str) -> set[str]:
    """The checks on which an open conflict stands."""
    return {
        path.partition(".")[2]
        for finding in office.rows(inspection).get("finding", [])
        for path in finding.get("open", {})
    }


def result(office: Office, inspection: str, check: str) -> str:
    found = [
        finding["checks"][check] for finding in office.rows(inspection).get("finding", []) if check in finding["checks"]
    ]
    return str(found[0]["result"])
