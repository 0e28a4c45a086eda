"""Two builds one after another: an open page with work that waits is offered the new one and loses nothing."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

import server as server_package
from tests.journeys.people import Office
from tests.journeys.phone import Phone
from tests.journeys.running import Server, copy_of
from tests.journeys.test_offline import answers_of, at_work, drained, forgive, pressed

HERE = Path(server_package.__file__).parent.parent


def renew(web: Path) -> str:
    """Make a second build of the first: its entry chunk has another name and says so; the old one is gone. What is
    left is what a new release leaves on a server. Returns the new name."""
    entry = next(path for path in (web / "assets").glob("index-*.js"))
    new = f"index-{'2' * 8}.js"
    for path in web.rglob("*"):
        if path.suffix in (".br", ".gz"):
            path.unlink()
    entry.rename(entry.with_name(new))
    (web / "assets" / new).write_text((web / "assets" / new).read_text() + "\nwindow.secondBuild=true\n")
    for path in [web / "sw.js", *web.rglob("*.html"), *web.rglob("assets/*.js")]:
        path.write_text(path.read_text().replace(entry.name, new))
    worker = web / "sw.js"
    # the page itself is listed with a hash of what it was
    text = re.sub(r'(index\.html"?,\s*"?revision"?:\s*")[0-9a-f]+', r"\g<1>" + "2" * 32, worker.read_text())
    text = re.sub(r'("?revision"?:\s*")[0-9a-f]+(",\s*"?url"?:\s*"index\.html")', r"\g<1>" + "2" * 32 + r"\g<2>", text)
    worker.write_text(text)
    return new


@pytest.fixture
def released(demo_data: Path, tmp_path: Path) -> Iterator[Server]:
    """A server with a client folder of its own, that can be given another build."""
    home = tmp_path / "home"
    for name in ("server", "sync"):
        shutil.copytree(HERE / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    running = copy_of(demo_data, tmp_path)
    running.home = home
    running.start()
    yield running
    running.stop()


def test_a_new_build_waits_until_it_is_wanted_and_finds_everything(
    playwright: Playwright, released: Server, tmp_path: Path
) -> None:
    phone = Phone(playwright, tmp_path / "profile", released.url)
    office = Office(released.url, "supervisor")
    try:
        _through_an_update(phone, office, released)
    finally:
        office.close()
        phone.close()
    assert phone.complaints == []


def _through_an_update(phone: Phone, office: Office, released: Server) -> None:
    inspector = at_work(phone)
    drained(inspector)
    page = phone.page
    expect(page.get_by_text("有新版本")).to_have_count(0)
    phone.context.route("**/api/sync", lambda route: route.abort())
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.d", "扣分")
    inspector.photograph("ENV-2.d", "floor")
    note = page.get_by_label("这一项的备注")
    note.fill("第二版之前写的")
    assert released.home is not None
    new = renew(released.home / "server" / "web")
    page.evaluate("() => navigator.serviceWorker.ready.then((worker) => worker.update()).then(() => true)")
    page.wait_for_function(
        "() => navigator.serviceWorker.ready.then((worker) => worker.waiting?.state === 'installed')", timeout=40_000
    )
    # It is here, and does not come between somebody and their words.
    expect(page.get_by_text("有新版本")).to_have_count(0)
    note.blur()
    expect(page.get_by_text("有新版本")).to_be_visible()
    # Nobody is pushed: the old build works on, though the server no longer has its files.
    assert page.evaluate("() => window.secondBuild") is None
    inspector.judge("ENV-2.a", "合格")
    old = page.evaluate("() => document.querySelector('script[src*=\"index-\"]').src")
    assert new not in old
    assert page.evaluate("(url) => fetch(url).then((answer) => answer.status)", old) == 200
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("更新|换")).click()
    page.wait_for_function("() => window.secondBuild === true")
    inspector.open_item("ENV-2")
    assert pressed(inspector, "ENV-2.a") == "pass"
    assert pressed(inspector, "ENV-2.d") == "fail"
    expect(page.get_by_label("这一项的备注")).to_have_value("第二版之前写的")
    expect(page.locator(".shot img")).to_have_count(1)
    phone.context.unroute("**/api/sync")
    drained(inspector)
    assert answers_of(office, inspector.inspection) == {"ENV-2.a": "pass", "ENV-2.d": "fail"}
    rows = office.rows(inspector.inspection)
    assert [bool(photo["stored_at"]) for photo in rows["photo"]] == [True]
    forgive(phone)


def test_a_newer_schema_is_not_held_up_by_a_page_that_is_open(phone_of: Callable[..., Phone]) -> None:
    """The databases are raised by another tab while this one works: it lets go, and works on with what it has."""
    inspector = at_work(phone_of("inspector"))
    drained(inspector)
    inspector.phone.offline()
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.a", "合格")
    other = inspector.phone.context.new_page()
    other.goto(f"{inspector.phone.url}/face.js")
    raised = other.evaluate(
        """async () => {
            const bases = (await indexedDB.databases()).filter(({ name }) => name.startsWith('outbox-'))
            const open = ({ name, version }) => new Promise((resolve, reject) => {
                const request = indexedDB.open(name, version + 10)
                request.onupgradeneeded = () => request.result.createObjectStore('later')
                request.onsuccess = () => { request.result.close(); resolve(name) }
                request.onerror = () => reject(request.error)
            })
            return Promise.all(bases.map(open))
        }"""
    )
    assert len(raised) == 1
    other.close()
    inspector.judge("ENV-2.b", "扣分")
    inspector.page.reload()
    inspector.open_item("ENV-2")
    assert [pressed(inspector, check) for check in ("ENV-2.a", "ENV-2.b")] == ["pass", "fail"]
