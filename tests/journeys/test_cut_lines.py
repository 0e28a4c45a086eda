"""The network is cut at each step of what people decide: before the server hears of it, and before they hear of it.

What they wrote stays, they read in plain words that it did not get through, and at the end it was done once.
"""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Playwright, expect

from tests.journeys.cutting import ITEM, Line, Way, World, answered, begun, finding_of
from tests.journeys.office import Administrator, made_file
from tests.journeys.people import Inspector, Supervisor
from tests.journeys.phone import Phone
from tests.journeys.running import copy_of
from tests.journeys.test_offline import drained, forgive, pressed

CHECK = "ENV-2.d"


class Pick(Way):
    """One of two opinions is chosen on the phone, with a reason."""

    path = "/api/sync"
    words = "地面是当天下午拖的"

    def prepare(self) -> None:
        self.inspector = Inspector(self.world.phone, "inspector")
        self.inspection = begun(self.world, "望江路支局", {CHECK: "pass"})
        colleague = self.world.office("inspector2")
        colleague.send({"type": "inspection", "id": self.inspection, "act": "join", "seen": 0, "with": {}})
        colleague.send(answered(self.inspection, {CHECK: "fail"}))
        self.inspector.inspection = self.inspection
        drained(self.inspector)
        self.inspector.go(f"/inspections/{self.inspection}/{ITEM}/{CHECK}")
        self.inspector.page.get_by_role("radio", name="检查员乙").click()
        self.inspector.page.get_by_label("可以补充一句").fill(self.words)

    def do(self) -> None:
        self.inspector.button("选定：扣 1.0 分").click()
        expect(self.inspector.page.get_by_text("已选定")).to_be_visible()

    def again(self) -> None:
        self.inspector.sync_now()

    def waits(self) -> None:
        self.inspector.go("/sync")
        expect(self.inspector.page.get_by_text("2 条改动只在这部手机上，还没到服务器。")).to_be_visible()
        self.inspector.open_item(ITEM)
        assert pressed(self.inspector, CHECK) == "fail"

    def end(self) -> None:
        drained(self.inspector)
        self.inspector.go(f"/inspections/{self.inspection}/{ITEM}/{CHECK}")
        expect(self.inspector.page.get_by_text(f"原因：{self.words}")).to_be_visible()
        (finding,) = self.world.office("supervisor").rows(self.inspection)["finding"]
        assert finding["checks"][CHECK]["result"] == "fail"
        assert finding.get("open", {}) == {}


class BringBack(Way):
    """A value that was replaced is brought back from the history."""

    path = "/api/sync"

    def prepare(self) -> None:
        self.inspector = Inspector(self.world.phone, "inspector")
        self.inspection = begun(self.world, "青石桥支局", {CHECK: "pass"}, {CHECK: "fail"})
        self.inspector.inspection = self.inspection
        drained(self.inspector)
        self.inspector.go(f"/inspections/{self.inspection}/{ITEM}/{CHECK}")
        expect(self.inspector.button("换回这个")).to_be_visible()

    def do(self) -> None:
        self.inspector.button("换回这个").click()
        expect(self.inspector.page.get_by_text("已换回，原来的也留在记录里")).to_be_visible()

    def again(self) -> None:
        self.inspector.sync_now()

    def waits(self) -> None:
        self.inspector.go("/sync")
        expect(self.inspector.page.get_by_text("1 条改动只在这部手机上，还没到服务器。")).to_be_visible()
        self.inspector.open_item(ITEM)
        assert pressed(self.inspector, CHECK) == "pass"

    def end(self) -> None:
        drained(self.inspector)

    def times(self) -> int:
        """It was passed, failed, and passed again: each is one word of the log."""
        with sqlite3.connect(self.world.server.data / "xunfang.sqlite3", timeout=20) as database:
            asked = "SELECT COUNT(*) FROM log WHERE device > 0 AND record = ? AND content LIKE '%checks.%'"
            found = int(database.execute(asked, (finding_of(self.inspection),)).fetchone()[0])
        return found - 2


class Decide(Way):
    """A supervisor takes late work in, and says why."""

    path = "/api/held/settle"
    words = "送晚了，现场确实如此"

    def prepare(self) -> None:
        self.supervisor = Supervisor(self.world.desk, "supervisor")
        office = self.world.office("supervisor")
        row = next(row for row in office.listed("returned") if row["lead_name"] == "检查员甲")
        late = self.world.office("inspector")
        finding = next(one for one in office.rows(row["id"])["finding"] if one["returned"])
        self.world.office("inspector").hand_in(row["id"])
        late.send({"type": "finding", "id": finding["id"], "set": {f"notes.{late.person}": ["晚到的话"]}})
        self.supervisor.go("/held")
        self.supervisor.page.get_by_role("link", name=row["branch_name"]).click()
        self.supervisor.button("收下").click()
        self.dialog.get_by_role("button", name="其他").click()
        self.dialog.get_by_label("写明理由").fill(self.words)

    @property
    def dialog(self) -> Locator:
        return self.supervisor.page.get_by_role("dialog")

    def do(self) -> None:
        self.dialog.get_by_role("button", name="收下", exact=True).click()

    again = do

    def waits(self) -> None:
        expect(self.dialog.get_by_role("alert")).to_have_text("没连上服务器")
        expect(self.dialog.get_by_label("写明理由")).to_have_value(self.words)

    def end(self) -> None:
        page = self.supervisor.page
        page.evaluate("() => dispatchEvent(new Event('online'))")
        expect(page.get_by_text("这件已经处理了")).to_be_visible()
        page.get_by_role("button", name="已处理").click()
        page.get_by_role("complementary").get_by_role("link").first.click()
        expect(page.get_by_text(f"原因：{self.words}")).to_be_visible()


class LockOut(Way):
    """A phone is locked out, after its question was read."""

    method, path = "DELETE", "/api/devices/"

    def prepare(self) -> None:
        self.desk = Administrator(self.world.desk, "supervisor")
        self.device = self.world.office("inspector2").number
        self.office = self.world.office("supervisor")
        self.desk.open_device(self.device, "检查员乙")

    def do(self) -> None:
        asked = self.desk.ask("停用这台设备")
        asked.get_by_role("button", name="停用这台设备").click()

    again = do

    def waits(self) -> None:
        expect(self.desk.panel.get_by_text("可能没做，也可能做成了")).to_be_visible()

    def end(self) -> None:
        self.desk.page.reload()
        expect(self.desk.panel.get_by_text("督导甲")).to_be_visible()
        expect(self.desk.panel.get_by_role("button", name="停用这台设备")).to_have_count(0)

    def times(self) -> int:
        return int(self.office.device(self.device)["revoked_at"] is not None)


class TakeFile(Way):
    """A rescue file is taken in."""

    path = "/api/rescue/"
    words = "门口的灯坏了一盏"

    def prepare(self) -> None:
        inspector = Inspector(self.world.phone, "inspector")
        inspector.go("/rescue")
        expect(inspector.page.get_by_text("办公室的钥匙已在这部手机上")).to_be_visible()
        inspector.phone.offline()
        inspector.start_at("yx", "银杏支局")
        inspector.open_item(ITEM)
        inspector.judge(CHECK, "扣分")
        inspector.note(self.words)
        inspector.go("/sync")
        file = made_file(inspector.page, self.world.folder / "work.xunfang")
        self.body = file.read_bytes()
        self.desk = Administrator(self.world.desk, "supervisor")
        self.desk.choose_file(file)

    def do(self) -> None:
        self.desk.page.get_by_role("button", name="收下", exact=True).click()

    again = do

    def waits(self) -> None:
        expect(self.desk.page.get_by_text("没有收到服务器的回答。再收一次不会重复。")).to_be_visible()
        expect(self.desk.page.get_by_text("work.xunfang")).to_be_visible()

    def end(self) -> None:
        self.do()
        expect(self.desk.page.get_by_text("收到了")).to_be_visible()
        assert self.desk.counted("新收的改动") == "0"


@pytest.fixture(scope="module")
def world(playwright: Playwright, demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("cut")
    server = copy_of(demo_data, folder)
    server.start()
    desk = Phone(playwright, folder / "desk", server.url, "desk")
    phone = Phone(playwright, folder / "phone", server.url)
    world = World(server, desk, phone, folder)
    Supervisor(desk, "supervisor").sign_in()
    Inspector(phone, "inspector").sign_in()
    yield world
    for one in (desk, phone):
        forgive(one)
    complaints = {"desk": desk.complaints, "phone": phone.complaints}
    world.close()
    assert complaints == {"desk": [], "phone": []}


@pytest.mark.parametrize("way_of", [Pick, BringBack, Decide, LockOut, TakeFile])
def test_what_is_decided_is_done_once_wherever_the_line_is_cut(way_of: Callable[[World], Way], world: World) -> None:
    way = way_of(world)
    way.prepare()
    assert way.times() == 0
    with Line(world.phone if way_of in (Pick, BringBack) else world.desk) as line:
        way.do()
        way.waits()
        assert way.times() == 0
        line.lose_answers(way.method, way.path, way.body)
        for count in (1, 2):  # whoever reads that it did not get through tries more than once
            line.heard(count, way.again)
            way.waits()
            assert way.times() == 1
    way.end()
    assert way.times() == 1
