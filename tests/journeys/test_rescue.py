"""A phone that does not get through hands its work in as a file; the desk takes it in, a second time for nothing."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.people import Inspector, Office, Person
from tests.journeys.phone import Phone

ITEM, FAILED = "ENV-2", "ENV-2.d"


class Administrator(Person):
    """Takes files in at the desk."""

    def bring(self, file: Path) -> None:
        self.go("/desk/devices")
        self.page.get_by_role("link", name="收救援文件").click()
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="救援文件").click()
        chooser.value.set_files(file)
        expect(self.page.get_by_text("做的", exact=False).first).to_be_visible()
        self.button("收下").click()
        expect(self.page.get_by_text("收到了")).to_be_visible()

    def counted(self, word: str) -> str:
        return self.page.locator("dl div").filter(has_text=word).locator("dd").inner_text()


def made_file(page: Page, to: Path) -> Path:
    """Make a file on the phone and save it."""
    page.get_by_role("link", name="一直发不出去？做救援文件").click()
    page.get_by_role("button", name="做救援文件").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="存到手机").click()
    download.value.save_as(to)
    return to


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
