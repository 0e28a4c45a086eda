"""A phone that does not get through hands its work in as a file; the desk takes it in, a second time for nothing."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.office import Administrator, made_file
from tests.journeys.people import Inspector, Office
from tests.journeys.phone import Phone

ITEM, FAILED = "ENV-2", "ENV-2.d"


def test_work_comes_in_by_file_once(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office], tmp_path: Path
) -> None:
    inspector = Inspector(phone_of("inspector"), "inspector")
    inspector.sign_in()
    inspector.go("/rescue")
    expect(inspector.page.get_by_text("办公室的钥匙已在这部手机上")).to_be_visible()
    inspector.phone.offline()
    inspector.start_at("wjl", "望江路支局")
    inspector.open_item(ITEM)
    inspector.judge(FAILED, "扣分")
    inspector.photograph(FAILED, "floor")
    inspector.go("/sync")
    file = made_file(inspector.page, tmp_path / "work.xunfang")
    expect(inspector.page.get_by_text("手机上的东西没有变")).to_be_visible()

    desk = Administrator(phone_of("admin", size="desk"), "admin")
    desk.sign_in()
    desk.bring(file)
    assert (desk.counted("服务器早已有的"), desk.counted("新收的照片")) == ("0", "1")
    new = desk.counted("新收的改动")
    office = office_of("supervisor")
    rows = office.rows(inspector.inspection)
    assert [photo["stored_at"] is not None for photo in rows["photo"]] == [True]
    desk.button("再收一份").click()
    desk.bring(file)
    assert (desk.counted("新收的改动"), desk.counted("服务器早已有的")) == ("0", new)

    inspector.phone.offline(False)
    inspector.sync_now()
    expect(inspector.page.get_by_text("都在服务器上了")).to_be_visible(timeout=40_000)
    assert [finding["checks"] for finding in office.rows(inspector.inspection)["finding"]] == [
        finding["checks"] for finding in rows["finding"]
    ]
