"""Journey: the branch signs the list of deductions on a phone; a correction at the desk makes it another list."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.journeys.people import Inspector, Office, Supervisor
from tests.journeys.phone import Phone


def sign(pad: Locator) -> None:
    """One line of the pen across the pad."""
    box = pad.bounding_box()
    assert box is not None
    mouse = pad.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 60)
    mouse.down()
    for step in range(1, 25):
        mouse.move(box["x"] + 40 + 9 * step, box["y"] + 60 + (40 if step % 4 < 2 else 0))
    mouse.up()


def test_a_signed_list_is_known_as_the_same_at_the_desk_until_a_check_is_corrected(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    office = office_of("supervisor")
    inspector = Inspector(phone_of("inspector"), "inspector")
    inspector.sign_in()
    inspector.phone.offline()
    inspector.start_at("wjl", "望江路支局")
    for item, check in (("FAC-1", "FAC-1.f"), ("CAP-1", "CAP-1.a")):
        inspector.open_item(item)
        inspector.judge(check, "扣分")

    # Without signal the representative reads the list, and signs for it.
    page = inspector.page
    inspector.go(f"/inspections/{inspector.inspection}")
    inspector.button(re.compile("^网点签字")).click()
    page.get_by_label("签字人").fill("王丽")
    sign(page.get_by_role("img", name="签字处"))
    inspector.button("确认签字").click()
    expect(page.get_by_text("签字已存手机")).to_be_visible()
    expect(inspector.button(re.compile("^网点签字"))).to_contain_text("已签字 · 王丽")
    inspector.submit()
    inspector.phone.offline(False)
    inspector.sync_now()
    office.until(lambda office: bool(office.rows(inspector.inspection)))
    office.until(lambda office: office.inspection(inspector.inspection)["status"] == "submitted")

    # The server counts the same list.
    kept = office.inspection(inspector.inspection)
    assert kept["signed"]["list_sha256"] == kept["list_sha256"]

    supervisor = Supervisor(phone_of("supervisor", "desk"), "supervisor")
    supervisor.sign_in()
    supervisor.go(f"/review/{inspector.inspection}")
    signed = supervisor.button(re.compile("已签字 · 王丽"))
    signed.click()
    expect(supervisor.page.get_by_role("img", name="王丽的签字")).to_be_visible()
    supervisor.page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    expect(signed).not_to_contain_text("改动前")

    supervisor.look_at("FAC-1.f")
    supervisor.button(re.compile("^改判")).click()
    supervisor.page.get_by_role("dialog").get_by_label("写明理由").fill("牌子就在门口")
    supervisor.page.get_by_role("dialog").get_by_role("button", name="改判", exact=True).click()
    expect(signed).to_contain_text("签的是改动前的清单")

    assert not inspector.phone.complaints + supervisor.phone.complaints
