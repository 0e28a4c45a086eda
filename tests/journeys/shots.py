"""The pictures of README.md, from the running product: `make shots`. Not part of the tests."""

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.people import Inspector, Supervisor
from tests.journeys.phone import Phone

FOLDER = Path(__file__).parent / "shots"


def keep(page: Page, name: str) -> None:
    """A picture of the page as it is, small enough for a repository."""
    page.evaluate("() => Promise.all([...document.images].map(image => image.decode().catch(() => null)))")
    with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as shot:
        FOLDER.mkdir(exist_ok=True)
        shot.convert("RGB").quantize(256).save(FOLDER / f"{name}.png", optimize=True)


def test_shots_of_the_phone(phone_of: Callable[..., Phone]) -> None:
    inspector = Inspector(phone_of("inspector"), "inspector")
    inspector.sign_in()
    expect(inspector.page.get_by_text("今天安排")).to_be_visible()
    keep(inspector.page, "today")
    inspector.start_at("qsq", "青石桥支局")
    for item in ("ENV-0", "ENV-1", "ENV-3", "FAC-1", "FAC-2"):
        inspector.open_item(item)
        inspector.pass_the_rest(item)
    inspector.open_item("ENV-2")
    for check in ("ENV-2.a", "ENV-2.b"):
        inspector.judge(check, "合格")
    inspector.judge("ENV-2.d", "扣分")
    inspector.photograph("ENV-2.d", "floor")
    inspector.page.evaluate("() => scrollTo(0, 0)")
    expect(inspector.page.get_by_text("项记为合格")).to_have_count(0, timeout=10_000)
    keep(inspector.page, "item")
    inspector.phone.offline()
    inspector.open_item("ENV-2")
    inspector.photograph("ENV-2.d", "floor")
    inspector.go("/sync")
    expect(inspector.page.get_by_text("1 条改动、1 张照片只在这部手机上")).to_be_visible()
    expect(inspector.page.get_by_text("离线 · 照常工作")).to_be_visible()
    keep(inspector.page, "sync")
    inspector.go("/rescue")
    expect(inspector.button("做救援文件")).to_be_visible()
    keep(inspector.page, "rescue")


def test_shots_of_what_a_supervisor_looks_up(phone_of: Callable[..., Phone]) -> None:
    supervisor = Supervisor(phone_of("supervisor", size="desk"), "supervisor")
    supervisor.sign_in()
    for part in ("visits", "devices"):
        supervisor.go(f"/desk/{part}")
        expect(supervisor.page.locator("tbody a").first).to_be_visible()
        keep(supervisor.page, part)


def test_shot_of_the_desk(phone_of: Callable[..., Phone]) -> None:
    supervisor = Supervisor(phone_of("supervisor", size="desk"), "supervisor")
    supervisor.sign_in()
    supervisor.go("/review")
    supervisor.page.get_by_role("link", name="银杏支局").click()
    expect(supervisor.page.locator("figure img").last).to_be_visible()
    keep(supervisor.page, "review")
