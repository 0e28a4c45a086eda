"""Journey 1: one real inspection, from a phone without signal to a supervisor's approval."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import ITEMS, ONSITE, Inspector, Office, Supervisor
from tests.journeys.phone import Phone
from tests.journeys.running import Server

FAILS = {
    "ENV-2": ["ENV-2.d", "ENV-2.g"],
    "FAC-1": ["FAC-1.f"],
    "FAC-3": ["FAC-3.d"],
    "ETI-4": ["ETI-4.a", "ETI-4.c"],
    "MGT-4": ["MGT-4.a"],
    "CAP-1": ["CAP-1.a"],
}
PHOTOS = {"ENV-2.d": "floor", "ENV-2.g": "door_before", "FAC-3.d": "desk"}
NOTES = {"ENV-2": "门口地垫边有泥脚印，台席正面贴了两张通知。", "ETI-4": "两位营业员之间用方言。"}
HALF = 11
POINTS_LOST = 1 + 1 + 0.5 + 0.5 + 1 + 1 + 1 + 1


def check_item(inspector: Inspector, item: str) -> None:
    inspector.open_item(item)
    for check in FAILS.get(item, []):
        inspector.judge(check, "扣分")
        if check in PHOTOS:
            inspector.photograph(check, PHOTOS[check])
    if item in NOTES:
        inspector.note(NOTES[item])
    inspector.pass_the_rest(item)


def test_from_a_phone_without_signal_to_approval(
    server: Server, phone_of: Callable[..., Phone], office_of: Callable[[str], Office]
) -> None:
    office = office_of("supervisor")
    inspector = Inspector(phone_of("inspector"), "inspector")
    inspector.sign_in()
    inspector.phone.close()  # in the evening, at home; a browser killed within seconds of a sign-in forgets its cookie

    # At the branch, without signal: the first half of the items.
    inspector.phone.offline()
    inspector.phone.open()
    inspector.start_at("wjl", "望江路支局")
    for item in ONSITE[:HALF]:
        check_item(inspector, item)
    answered = sum(len(ITEMS[item]["checks"]) for item in ONSITE[:HALF])
    assert inspector.progress() == answered
    score = inspector.score()

    # The battery dies. Everything is there when the phone comes back, still without signal.
    inspector.phone.kill()
    inspector.phone.open()
    assert inspector.progress() == answered
    assert inspector.score() == score
    inspector.open_item("ENV-2")
    expect(inspector.page.get_by_label("这一项的备注")).to_have_value(NOTES["ENV-2"])
    expect(inspector.page.locator(".shot img")).to_have_count(2)

    # The other half, and submitted: all of it waits on the phone.
    for item in ONSITE[HALF:]:
        check_item(inspector, item)
    assert inspector.progress() == 112
    score = inspector.score()
    assert float(score) == 100 - POINTS_LOST
    inspector.submit()
    assert office.rows(inspector.inspection) == {}

    # Signal: it goes by itself, the pictures after the record.
    inspector.phone.offline(False)
    office.until(
        lambda o: o.rows(inspector.inspection) != {} and o.inspection(inspector.inspection)["status"] == "submitted"
    )
    office.until(lambda o: all(photo["stored_at"] for photo in o.rows(inspector.inspection)["photo"]))
    rows = office.rows(inspector.inspection)
    answers = {code: answer for finding in rows["finding"] for code, answer in finding["checks"].items()}
    assert len(answers) == 112
    assert sorted(code for code, answer in answers.items() if answer["result"] == "fail") == sorted(
        check for checks in FAILS.values() for check in checks
    )
    assert (
        rows["inspection"][0]["score"]["total"] == rows["inspection"][0]["shown"]["total"] == round(float(score) * 10)
    )
    assert sorted(photo["check"] for photo in rows["photo"]) == sorted(PHOTOS)
    assert all(office.picture(photo["id"]).status_code == 200 for photo in rows["photo"])

    # At a desk the supervisor sees the same score and the photos, and returns two items.
    supervisor = Supervisor(phone_of("supervisor", size="desk"), "supervisor")
    supervisor.sign_in()
    supervisor.open_review(inspector.inspection)
    expect(supervisor.page.get_by_role("main").get_by_text(score).first).to_be_visible()
    supervisor.look_at("ENV-2.d")
    picture = supervisor.page.locator("figure img").last  # the full one lies over its preview
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 600
    supervisor.give_back("ENV-2.g", "照片看不清")
    supervisor.give_back("FAC-3.d", "缺全景")
    supervisor.send_back(2)
    office.until(lambda o: o.inspection(inspector.inspection)["status"] == "returned")

    # The inspector's phone gets the return; only those two items are open.
    inspector.sync_now()
    inspector.go(f"/inspections/{inspector.inspection}")
    expect(inspector.page.get_by_text("退回 2 项")).to_be_visible()
    inspector.open_item("ENV-3")
    expect(inspector.page.get_by_text("已提交，不能改")).to_be_visible()
    inspector.open_item("ENV-2")
    expect(inspector.page.get_by_text("照片看不清")).to_be_visible()
    inspector.judge("ENV-2.g", "合格")
    inspector.open_item("FAC-3")
    inspector.photograph("FAC-3.d", "counter")
    inspector.submit("再次提交")
    office.until(lambda o: o.inspection(inspector.inspection)["status"] == "submitted")
    office.until(lambda o: all(photo["stored_at"] for photo in o.rows(inspector.inspection)["photo"]))

    # The supervisor approves what is now 1 point better.
    supervisor.sync_now()
    supervisor.open_review(inspector.inspection)
    expect(supervisor.page.get_by_role("main").get_by_text(f"{float(score) + 1:.1f}").first).to_be_visible()
    supervisor.approve()
    office.until(lambda o: o.inspection(inspector.inspection)["status"] == "approved")
    approved = office.rows(inspector.inspection)
    assert approved["inspection"][0]["approved_sha256"]
    assert {finding["status"] for finding in approved["finding"]} == {"accepted"}
    assert len(approved["photo"]) == 4
