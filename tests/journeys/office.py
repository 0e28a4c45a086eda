"""What somebody at the desk does about phones: locks one out, gives up what is on it, takes in the file it made."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.people import Person


class Administrator(Person):
    """Answers for the phones of the people of a province."""

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("complementary").filter(has=self.page.get_by_role("heading", level=2))

    def open_device(self, device: int, whose: str) -> None:
        """Look for somebody's phone in the list and open it."""
        self.go(f"/desk/devices?q={whose}")
        expect(self.panel).to_have_count(0)
        self.page.get_by_role("row", name=re.compile(rf"\b{device}\b")).get_by_role("link").first.click()
        expect(self.panel.get_by_role("heading", level=2, name=whose)).to_be_visible()

    def ask(self, act: str) -> Locator:
        """Begin an act on the open phone: the question, which says what it means before anything is done."""
        self.panel.get_by_role("button", name=act, exact=True).click()
        return self.page.get_by_role("dialog")

    def choose_file(self, file: Path) -> None:
        self.go("/desk/devices")
        self.page.get_by_role("link", name="收救援文件").click()
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="救援文件").click()
        chooser.value.set_files(file)
        expect(self.page.get_by_text("做的", exact=False).first).to_be_visible()

    def bring(self, file: Path) -> None:
        """Hand a file in and read its report."""
        self.choose_file(file)
        self.page.get_by_role("button", name="收下", exact=True).click()
        expect(self.page.get_by_text("收到了")).to_be_visible()

    def counted(self, word: str) -> str:
        return self.page.locator("dl div").filter(has_text=word).locator("dd").inner_text()


def made_file(page: Page, to: Path) -> Path:
    """Make a file on the phone, whose sync screen is open, and save it."""
    page.get_by_role("link", name="一直发不出去？做救援文件").click()
    page.get_by_role("button", name="做救援文件").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="存到手机").click()
    download.value.save_as(to)
    return to
