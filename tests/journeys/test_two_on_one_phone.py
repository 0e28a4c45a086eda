"""One phone, two tabs or two people: one tab syncs for both, and nobody sees or sends the other's work."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.journeys.people import CHECKS, Inspector, Office, Person
from tests.journeys.phone import Phone
from tests.journeys.test_offline import answers_of, at_work, drained, forgive

LEADER = "() => navigator.locks.query().then(({ held }) => held.some(({ name }) => name.startsWith('sync ')))"


SIGNED_IN = "() => (now => [now.person.id, now.device])(JSON.parse(localStorage.getItem('xunfang.session')))"
DATABASES = "() => indexedDB.databases().then((all) => all.map(({ name }) => name).sort())"


def pressed_in(page: Page, check: str, word: str) -> None:
    button = page.get_by_role("group", name=CHECKS[check], exact=True).get_by_role("button", name=word)
    expect(button).to_have_attribute("aria-pressed", "true")


def test_two_tabs_show_the_same_and_one_takes_over_from_the_other(
    phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    inspector = at_work(phone_of("inspector"))
    phone = inspector.phone
    first = phone.page
    second = phone.context.new_page()
    place = f"{phone.url}/#/inspections/{inspector.inspection}/ENV-2"
    second.goto(place)
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.a", "合格")
    pressed_in(second, "ENV-2.a", "合格")
    second.get_by_role("group", name=CHECKS["ENV-2.b"]).get_by_role("button", name="扣分").click()
    pressed_in(first, "ENV-2.b", "扣分")
    # The first tab leads: it is closed while a request of it is on its way.
    hanging: list[Route] = []
    phone.context.route("**/api/sync", lambda route: hanging.append(route))
    inspector.judge("ENV-2.d", "扣分")
    first.evaluate("() => dispatchEvent(new Event('online'))")
    for _ in range(600):
        if hanging:
            break
        first.wait_for_timeout(100)
    assert hanging
    phone.context.unroute("**/api/sync")
    first.close()
    pressed_in(second, "ENV-2.d", "扣分")
    office = office_of("supervisor")
    wanted = {"ENV-2.a": "pass", "ENV-2.b": "fail", "ENV-2.d": "fail"}
    office.until(lambda at: answers_of(at, inspector.inspection) == wanted, 60)
    assert second.evaluate(LEADER)
    assert len(office.rows(inspector.inspection)["finding"]) == 1


def sign_in_as(phone: Phone, login: str) -> None:
    """Somebody takes the phone over and signs in with their own name."""
    page = phone.page
    page.evaluate("location.hash = '/sign-in'")
    page.get_by_label("工号").fill(login)
    page.get_by_label("密码", exact=True).fill("xunfang-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="今天", exact=True)).to_be_visible()


def test_two_people_one_after_the_other(phone_of: Callable[..., Phone], office_of: Callable[[str], Office]) -> None:
    """The second sees nothing of the first; what the first had not sent goes under their own name, later.

    Then the phone is lost: it empties itself of the first's data, tells so, and touches nothing of the second's.
    """
    inspector = at_work(phone_of("inspector"))
    phone = inspector.phone
    drained(inspector)
    phone.context.route("**/api/sync", lambda route: route.abort())
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.a", "合格")
    inspector.judge("ENV-2.d", "扣分")
    inspector.go("/me")
    inspector.button("退出登录").click()
    expect(phone.page.get_by_text("还有东西没发出去，不能退出")).to_be_visible()
    for way in ("去同步页，看怎么发出去。", "一直发不出去？做救援文件", "换人用，我的留在手机上。"):
        expect(phone.page.get_by_role("link", name=way)).to_be_visible()
    phone.page.get_by_role("link", name="换人用，我的留在手机上。").click()
    sign_in_as(phone, "inspector2")
    phone.context.unroute("**/api/sync")
    second = Person(phone, "inspector2")
    second.sync_now()
    expect(second.page.get_by_text("都在服务器上了")).to_be_visible(timeout=40_000)
    expect(second.page.get_by_text("差")).to_have_count(0)
    expect(second.page.get_by_text("别人还有没发出的在这部手机上：2 条改动")).to_be_visible()
    second.go("/rescue")
    expect(second.page.get_by_text("没有要救的")).to_be_visible()
    second.go("/me")
    expect(second.page.get_by_text("检查员乙")).to_be_visible()
    expect(second.page.get_by_text("检查员甲")).to_have_count(0)
    office = office_of("supervisor")
    assert answers_of(office, inspector.inspection) == {}
    sign_in_as(phone, "inspector")
    drained(Inspector(phone, "inspector"))
    finding = office.rows(inspector.inspection)["finding"][0]
    assert {code: answer["result"] for code, answer in finding["checks"].items()} == {
        "ENV-2.a": "pass",
        "ENV-2.d": "fail",
    }
    person, device = phone.page.evaluate(SIGNED_IN)
    kept = phone.page.evaluate(DATABASES)
    assert f"outbox-{person}" in kept
    office.until(lambda at: at.device(device)["storage"] is not None)
    office.lose(device)
    Inspector(phone, "inspector").sync_now()
    expect(phone.page.get_by_label("工号")).to_be_visible()
    office.until(lambda at: at.device(device)["wipe"] == "done")
    assert phone.page.evaluate(DATABASES) == [name for name in kept if person not in name]
    forgive(phone)
