"""A phone is lost with work on it: locked out from the desk, it empties itself once nothing would be lost with it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.office import Administrator, made_file
from tests.journeys.people import Inspector, Office
from tests.journeys.phone import Phone
from tests.journeys.test_offline import answers_of, at_work, drained, forgive
from tests.journeys.test_two_on_one_phone import DATABASES, SIGNED_IN

ITEM, PASSED, FAILED = "ENV-2", "ENV-2.a", "ENV-2.d"
AUTHOR, KEEPER = "检查员甲", "管理员甲"
ANSWERS = {PASSED: "pass", FAILED: "fail"}
LOCKED_OUT = "这台设备已被停用。没发出的东西还在手机上，请联系管理员。"


def with_unsent_work(inspector: Inspector) -> int:
    """One answer is on the server, a second one and a picture are on the phone alone. Returns the phone's number."""
    inspector.go("/rescue")
    expect(inspector.page.get_by_text("办公室的钥匙已在这部手机上")).to_be_visible()
    inspector.open_item(ITEM)
    inspector.judge(PASSED, "合格")
    drained(inspector)
    inspector.phone.offline()
    inspector.open_item(ITEM)
    inspector.judge(FAILED, "扣分")
    inspector.photograph(FAILED, "floor")
    device: int = inspector.page.evaluate(SIGNED_IN)[1]
    return device


def waiting_on(office: Office, device: int) -> tuple[int, int]:
    """Changes and pictures that were not sent, as the office last heard."""
    told = office.device(device)["pending"]
    return told["changes"], told["photos"]


def emptied(inspector: Inspector, office: Office, device: int) -> None:
    """Nobody is signed in on the phone, nothing of the person is left on it, and the office knows."""
    expect(inspector.page.get_by_label("工号")).to_be_visible()
    office.until(lambda at: at.device(device)["wipe"] == "done")
    assert inspector.page.evaluate(DATABASES) == []
    forgive(inspector.phone)


def test_what_was_rescued_goes_from_a_lost_phone(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office], tmp_path: Path
) -> None:
    inspector, office = at_work(phone_of("inspector")), office_of("admin")
    device = with_unsent_work(inspector)

    # The desk locks it out, and reads first what that means. The phone hears nothing of it.
    desk = Administrator(phone_of("admin", size="desk"), "admin")
    desk.sign_in()
    desk.open_device(device, AUTHOR)
    asked = desk.ask("停用并清空")
    expect(asked).to_contain_text(f"停用并清空{AUTHOR}的设备 {device}")
    expect(asked).to_contain_text("清掉的只是手机上那一份")
    asked.get_by_role("button", name="停用并清空").click()
    expect(desk.panel).to_contain_text("有没发出的先留着，等收下它的救援文件")
    inspector.go("/sync")
    expect(inspector.page.get_by_text("2 条改动、1 张照片只在这部手机上")).to_be_visible()
    file = made_file(inspector.page, tmp_path / "work.xunfang")

    # The file of a phone that is locked out needs somebody's word.
    desk.choose_file(file)
    desk.button("收下").click()
    vouching = desk.page.get_by_role("dialog")
    expect(vouching).to_contain_text("可能不出自本人")
    vouching.get_by_role("button", name="我确认过，收下").click()
    expect(desk.page.get_by_text("收到了")).to_be_visible()
    assert (desk.counted("新收的改动"), desk.counted("新收的照片")) == ("2", "1")
    assert answers_of(office_of("supervisor"), inspector.inspection) == ANSWERS

    # Heard again, it is locked out, and nothing would be lost with what is on it.
    inspector.phone.offline(False)
    emptied(inspector, office, device)
    desk.open_device(device, AUTHOR)
    expect(desk.panel).to_contain_text("已清空")
    reviewer = office_of("supervisor")
    assert answers_of(reviewer, inspector.inspection) == ANSWERS
    (photo,) = reviewer.rows(inspector.inspection)["photo"]
    assert reviewer.picture(photo["id"]).headers["Content-Type"].startswith("image/")
    forgive(desk.phone)


def test_what_nobody_rescued_stays_until_somebody_gives_it_up_by_name(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    inspector, office = at_work(phone_of("inspector")), office_of("admin")
    device = with_unsent_work(inspector)
    # The records get through, the picture does not: the office knows what waits on this phone.
    inspector.phone.context.route("**/api/uploads**", lambda route: route.abort())
    inspector.phone.offline(False)
    inspector.sync_now()
    expect(inspector.page.get_by_text("差 1 张照片")).to_be_visible()
    office.until(lambda at: waiting_on(at, device) == (0, 1))
    inspector.phone.offline()

    desk = Administrator(phone_of("admin", size="desk"), "admin")
    desk.sign_in()
    desk.open_device(device, AUTHOR)
    asked = desk.ask("停用并清空")
    expect(asked).to_contain_text("1 张照片没发出：先留着")
    asked.get_by_role("button", name="停用并清空").click()
    expect(desk.panel.get_by_role("button", name="放弃没发出的")).to_be_visible()

    # It is heard, and keeps what nobody has: its person reads so, and sees it.
    inspector.phone.offline(False)
    inspector.button("现在重试").click()
    expect(inspector.page.get_by_text(LOCKED_OUT)).to_be_visible()
    inspector.page.reload()
    expect(inspector.page.get_by_text(LOCKED_OUT)).to_be_visible()
    expect(inspector.page.get_by_text("1 张照片只在这部手机上，还没到服务器。")).to_be_visible()
    assert office.device(device)["wipe"] == "asked"

    # Somebody says under their name that it is not waited for.
    asked = desk.ask("放弃没发出的")
    expect(asked).to_contain_text("1 张照片不再等了，手机再连上时一起清掉，谁也找不回来。会记下是您放弃的。")
    asked.get_by_role("button", name="放弃没发出的").click()
    expect(desk.panel).to_contain_text(f"没发出的由 {KEEPER} 放弃。")
    inspector.phone.offline()
    inspector.phone.offline(False)
    emptied(inspector, office, device)
    (photo,) = office_of("supervisor").rows(inspector.inspection)["photo"]
    assert photo["stored_at"] is None
    forgive(desk.phone)
