"""The label on the wall: scanned without signal it opens its branch; a copied one that was given anew is caught."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.film import film_of
from tests.journeys.people import Inspector, Office, Person
from tests.journeys.phone import Phone

BRANCH = "青石桥支局"


def test_scanned_offline_and_a_copied_label_is_caught(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office], tmp_path: Path
) -> None:
    office, film = office_of("supervisor"), tmp_path / "wall.y4m"
    manager = Person(phone_of("manager"), "manager")
    manager.sign_in()
    manager.go("/branches")
    manager.page.get_by_role("link", name=BRANCH).click()
    manager.page.wait_for_url(re.compile("#/branches/[0-9a-f-]{36}$"))
    branch = manager.page.url.rpartition("/")[2]
    on_the_wall = office.label(branch)
    film_of(on_the_wall, film)

    inspector = Inspector(phone_of("inspector"), "inspector")
    inspector.phone.camera = film
    inspector.sign_in()
    inspector.phone.offline()
    page = inspector.page
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="扫码").click()
    expect(page.get_by_role("heading", level=1, name=BRANCH)).to_be_visible()
    expect(inspector.button("开始检查")).to_be_visible()

    manager.button("标签").click()
    expect(manager.page.get_by_role("img", name=f"{BRANCH}的二维码")).to_be_visible()
    manager.button("换新标签").click()
    manager.button("被仿制").click()
    manager.button("作废旧的，换新").click()
    expect(manager.page.get_by_text("已换新，请打印新标签贴上")).to_be_visible()
    assert office.label(branch) != on_the_wall

    inspector.phone.offline(False)
    inspector.sync_now()
    expect(page.get_by_text("都在服务器上了")).to_be_visible()
    inspector.go("/scan")
    expect(page.get_by_text(re.compile("^这张标签 .*已经换新$"))).to_be_visible()
    expect(page.get_by_text("原因：旧标签被仿制")).to_be_visible()
    camera = page.evaluate_handle("() => document.querySelector('video').srcObject.getVideoTracks()[0]")
    inspector.go("/today")
    expect(page.get_by_role("heading", level=1, name="今天")).to_be_visible()
    assert camera.evaluate("track => track.readyState") == "ended"

    film_of(office.label(branch), film)
    inspector.go("/scan")
    expect(page.get_by_role("heading", level=1, name=BRANCH)).to_be_visible()
