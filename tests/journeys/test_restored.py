"""The server's data is lost and an older backup put in its place: phones send again what it lacks, and nobody is
asked for anything but a password."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from server.demo.people import PASSWORD
from tests.journeys.people import Inspector, Office
from tests.journeys.phone import Phone
from tests.journeys.running import Server
from tests.journeys.test_offline import answers_of, at_work, drained, forgive, pressed

REFUSED = "服务器没收：提交检查"


def returned_to(office: Office, lead: str) -> str:
    """An inspection that was given back to somebody."""
    found: str = next(row["id"] for row in office.listed("returned") if row["lead_name"] == lead)
    return found


def submitted_too_late(inspector: Inspector, office_of: Callable[[str], Office], inspection: str) -> None:
    """Submitted offline after another device had done it: the server refuses, and the phone says so."""
    begun, inspector.inspection = inspector.inspection, inspection
    inspector.phone.offline()
    inspector.submit("再次提交")
    office_of("inspector").hand_in(inspection)
    inspector.phone.offline(False)
    inspector.sync_now()
    expect(inspector.page.get_by_text(REFUSED)).to_be_visible(timeout=40_000)
    inspector.inspection = begun


def stored(office: Office, inspection: str) -> list[int | None]:
    """When the pictures of an inspection came in."""
    return [photo["stored_at"] for photo in office.rows(inspection).get("photo", [])]


def restore(server: Server, backup: Path, meanwhile: Callable[[], None]) -> None:
    """As the runbook has it: the old data is set aside, and the backup takes its place."""
    server.stop()
    meanwhile()
    server.data.rename(server.data.with_name("data.broken"))
    server.xunfang("restore", backup)
    server.start()


def test_a_restored_server_is_told_again_what_it_lacks(
    server: Server, phone_of: Callable[..., Phone], office_of: Callable[[str], Office], tmp_path: Path
) -> None:
    office = office_of("supervisor")
    given_back = returned_to(office, "检查员甲")
    inspector = at_work(phone_of("inspector"))
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.a", "合格")
    drained(inspector)
    server.xunfang("backup", tmp_path / "backup")

    # Work goes on: sent with a picture, refused, and by somebody whom the backup does not know.
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.d", "扣分")
    inspector.photograph("ENV-2.d", "floor")
    drained(inspector)
    submitted_too_late(inspector, office_of, given_back)
    other = Inspector(phone_of("other"), "inspector2")
    other.sign_in()
    other.start_at("qsq", "青石桥支局")
    other.open_item("ENV-1")
    other.judge("ENV-1.a", "扣分")
    drained(other)

    # While the server is away people work on; when it is back it knows no more than the backup.
    def away() -> None:
        inspector.open_item("ENV-2")
        inspector.judge("ENV-2.b", "合格")
        inspector.photograph("ENV-2.d", "counter")

    restore(server, tmp_path / "backup", away)
    office = office_of("supervisor")
    assert office.inspection(given_back)["status"] == "returned"

    # The phone sends again by itself. Of the picture that had left it the person reads that it is to be taken again.
    inspector.sync_now()
    page = inspector.page
    expect(page.get_by_text("照片丢失，请重拍")).to_be_visible(timeout=40_000)
    expect(page.get_by_text(REFUSED)).to_be_visible()
    expect(page.get_by_text("1 张照片服务器没有，先重拍。")).to_be_visible()
    everything = {"ENV-2.a": "pass", "ENV-2.b": "pass", "ENV-2.d": "fail"}
    office.until(lambda at: answers_of(at, inspector.inspection) == everything)
    office.until(lambda at: sorted(map(bool, stored(at, inspector.inspection))) == [False, True])
    inspector.open_item("ENV-2")
    assert {check: pressed(inspector, check) for check in everything} == everything
    assert len(office.rows(inspector.inspection)["finding"]) == 1

    # A refusal stays one, although this server would now take it; its author does it anew.
    assert office.inspection(given_back)["status"] == "returned"
    inspector.inspection = given_back
    inspector.submit("再次提交")
    office.until(lambda at: at.inspection(given_back)["status"] == "submitted")

    # Whom the backup does not know signs in again; until then nobody says that the phone may be put away.
    other.sync_now()
    expect(other.page.get_by_text("先登录，和服务器核对过再说。")).to_be_visible()
    other.page.get_by_role("link", name="登录，继续发送").click()
    other.page.get_by_label("密码", exact=True).fill(PASSWORD)
    other.button("登录").click()
    expect(other.page.get_by_role("heading", name="今天", exact=True)).to_be_visible()
    drained(other)
    expect(other.page.get_by_text("可以换，也可以交回")).to_be_visible()
    assert answers_of(office, other.inspection) == {"ENV-1.a": "fail"}
    forgive(inspector.phone)
    forgive(other.phone)
