"""An administrator takes a new county into use from sheets that have errors in them."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter
from playwright.sync_api import Download, expect
from python_calamine import CalamineWorkbook

from tests.journeys.people import Person
from tests.journeys.phone import Phone

COUNTY = "柳塘县"
BRANCHES = [[f"LT{n:03}", f"柳塘{n:02}支局", "支局", COUNTY, "环城路 1 号", "08:30", "17:30"] for n in range(1, 31)]
PEOPLE = [[f"LT-{n:02}", f"柳塘检查员{n:02}", f"LT{n:03}", f"检查员@{COUNTY}"] for n in range(1, 13)]


def xlsx(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("网点")
        page.merge_range(0, 0, 0, 6, "柳塘县网点一览")  # as offices do: a title above the headings
        for at, row in enumerate(rows, 1):
            page.write_row(at, 0, row)
    return path


def rows_of(download: Download) -> list[list[str]]:
    book = CalamineWorkbook.from_path(download.path())
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]


class Administrator(Person):
    """Keeps the county's books at a desk."""

    def make_unit(self, name: str, above: str) -> None:
        self.go("/desk/units/new")
        self.page.get_by_label("名称", exact=True).fill(name)
        self.button(re.compile("^上级")).click()
        self.page.get_by_label("找单位").last.fill(above)
        self.page.get_by_role("dialog").get_by_role("button", name=re.compile(f"^{above}")).click()
        self.button("建单位").click()
        expect(self.page.get_by_text(f"已建“{name}”")).to_be_visible()

    def upload(self, kind: str, sheet: Path) -> None:
        """Bring a sheet and have it checked."""
        self.go("/desk/imports/new")
        self.page.get_by_role("group", name="表里是什么").get_by_role("button", name=kind).click()
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_label("表格文件").click()
        chooser.value.set_files(sheet)
        self.button("检查一遍").click()
        expect(self.page.get_by_role("heading", level=2, name=sheet.name)).to_be_visible()

    def figure(self, word: str, count: int) -> None:
        panel = self.page.get_by_role("complementary")
        expect(panel.locator("dl > div").filter(has_text=word)).to_have_text(f"{word}{count}")

    def apply(self) -> None:
        panel, dialog = self.page.get_by_role("complementary"), self.page.get_by_role("dialog")
        panel.get_by_role("button", name="导入", exact=True).click()
        dialog.get_by_role("button", name="导入", exact=True).click()
        expect(panel.get_by_role("button", name="撤回这次导入")).to_be_visible()


def take_in_branches(desk: Administrator, folder: Path) -> None:
    """Two of thirty rows are wrong: nothing comes in before they are mended in the marked sheet."""
    headings = ["网点代码", "网点名称", "类型", "所属机构", "地址", "开门时间", "关门时间"]
    wrong = [list(row) for row in BRANCHES]
    wrong[4][5], wrong[9][3] = "八点半", "柳塘线"
    desk.upload("网点", xlsx(folder / "柳塘网点.xlsx", [headings, *wrong]))
    page = desk.page
    expect(page.get_by_text("2 行有错，一行也没导入")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^F7 .*八点半"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^D12 .*柳塘线"))).to_be_visible()
    with page.expect_download() as marked:
        desk.button("下载标好错处的表").click()
    sheet = rows_of(marked.value)
    assert [row[0] for row in sheet if row[-1]] == ["网点代码", "LT005", "LT010"]
    sheet[5][5], sheet[10][3] = "08:30", COUNTY
    desk.upload("网点", xlsx(folder / "柳塘网点-改.xlsx", sheet))
    desk.figure("新增", len(BRANCHES))
    desk.apply()


def take_in_people(desk: Administrator, folder: Path) -> dict[str, str]:
    """Their first passwords by login."""
    text = io.StringIO()
    csv.writer(text).writerows([["工号", "姓名", "所在网点", "角色"], *PEOPLE])
    sheet = folder / "柳塘人员.csv"
    sheet.write_bytes(text.getvalue().encode("gb18030"))  # as spreadsheet programs in China save it
    desk.upload("人员", sheet)
    desk.figure("新增", len(PEOPLE))
    desk.apply()
    with desk.page.expect_download() as passwords:
        desk.button("下载初始密码").click()
        desk.page.get_by_role("dialog").get_by_role("button", name="下载初始密码").click()
    return {row[0]: row[2] for row in rows_of(passwords.value)[1:]}


def test_a_county_is_taken_over_from_sheets(phone_of: Callable[..., Phone], tmp_path: Path) -> None:
    desk = Administrator(phone_of("admin", size="desk"), "admin")
    desk.sign_in()
    desk.make_unit(COUNTY, "青屿市")
    take_in_branches(desk, tmp_path)
    passwords = take_in_people(desk, tmp_path)
    assert len(passwords) == len(PEOPLE)
    desk.go("/desk/people?q=lt")
    expect(desk.page.get_by_role("row")).to_have_count(len(PEOPLE) + 1)
    expect(desk.page.get_by_role("cell", name="初始密码未改")).to_have_count(len(PEOPLE))

    login = next(iter(passwords))
    newcomer = Person(phone_of("newcomer"), login)
    page = newcomer.phone.open()
    page.get_by_label("工号").fill(login)
    page.get_by_label("密码", exact=True).fill(passwords[login])
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_label("新密码").fill("liutang-2026")
    page.get_by_role("button", name="用新密码").click()
    expect(page.get_by_role("heading", level=1, name="今天")).to_be_visible()
    newcomer.go("/branches")
    page.get_by_role("searchbox").fill("lt001")
    expect(page.get_by_role("link", name=re.compile("柳塘01支局"))).to_be_visible()
