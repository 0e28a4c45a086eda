"""Every screen, as people with weak eyes, thick thumbs, a keyboard or another language meet it."""

import json
import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, Playwright, expect

from tests.journeys.people import CHECKS, RENDERS, Inspector, Person
from tests.journeys.phone import Phone
from tests.journeys.running import Server, copy_of

AXE = Path(__file__).parents[2] / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = cycle(sorted(render.stem for render in RENDERS.glob("*.jpg")))
THEMES = ("light", "dark", "sun")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{3,}")
LATIN_IN_CHINESE = {
    "XUNFANG",
    "English",
    "inspector",
    "supervisor",
    "carrier",
    "manager",
    "admin",
    "Linux",
    "Excel",
    "WPS",
    "CSV",
    "qsq",
    "WGS",
    "wjl",
    "ENV",
    "FAC",
    "ETI",
    "MGT",
    "CAP",
}
"""Names, logins, an example of initials, and the codes of clauses."""

TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, input, textarea, select, summary')]
  .filter(e => e.checkVisibility() && !e.closest('[aria-hidden=true], .lnk') && e.tabIndex >= 0)
  .map(e => {
    const box = e.getBoundingClientRect(), more = getComputedStyle(e, '::after')
    const extends_ = more.content !== 'none' && more.position === 'absolute'
    const width = Math.max(box.width, extends_ ? parseFloat(more.width) || 0 : 0)
    const height = Math.max(box.height, extends_ ? parseFloat(more.height) || 0 : 0)
    return [e.getAttribute('aria-label') || e.textContent.trim(), Math.round(width), Math.round(height)]
  })
  .filter(([, width, height]) => width < 48 || height < 48)"""
"""What a thumb would miss. A link within a sentence is excepted, as WCAG 2.5.8 does."""

LONGEST_STATE = "Saved on phone"
"""The longest word of the sync chip, in either language: which one it says depends on the moment."""

WIDER_THAN_SCREEN = """longest => {
  const word = document.querySelector('a.sync .n')?.firstChild, said = word?.data
  if (word) word.data = longest
  const over = Math.max(document.scrollingElement.scrollWidth, innerWidth) - screen.width
  if (word) word.data = said
  return over
}"""

SAID = """() => {
  const said = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const { data, parentElement } = walk.currentNode
    if (data.trim() && !parentElement.closest('script, style, template, code')) said.push(data.trim())
  }
  for (const e of document.body.querySelectorAll(':is([aria-label], [placeholder], [title], [alt]):not(code)'))
    for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
      if (e.getAttribute(name)) said.push(e.getAttribute(name))
  return said
}"""

SHIFTS = """() => new Promise(done => {
  let sum = 0
  const seen = []
  new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) {
      sum += shift.value
      seen.push(...shift.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? ''))
    }
  }).observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => done([sum, seen]), 300)
})"""

FOCUS_RING = """() => {
  const at = document.activeElement, style = getComputedStyle(at)
  const frame = at.closest('.input') ? getComputedStyle(at.closest('.input')) : style
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  return at.matches(':focus-visible') && (ring || frame.boxShadow !== 'none')
}"""


class Visit(ABC):
    """A person's way through all their screens: `screens()` yields the name of each once it is there."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.heard: list[str] = []
        person.phone.context.on("console", self._listen)

    @property
    def page(self) -> Page:
        return self.person.page

    @abstractmethod
    def screens(self) -> Iterator[str]:
        """Go from screen to screen; each is yielded by its name once it is there."""

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("warning", "error"):
            self.heard.append(message.text)

    def _at(self, path: str, what: Locator) -> None:
        self.person.go(path)
        expect(what.first).to_be_visible()

    def _sheet(self, opener: Locator) -> Iterator[None]:
        opener.click()
        expect(self.page.get_by_role("dialog")).to_be_visible()
        yield
        self.page.keyboard.press("Escape")
        expect(self.page.get_by_role("dialog")).to_have_count(0)


class InspectorsWay(Visit):
    """Today, branches, an inspection under way with one deduction and a photo, a returned one, a conflict."""

    inspection = ""

    def prepare(self) -> None:
        """The picture is each time another one: the server would know it, and that is another journey."""
        inspector = Inspector(self.person.phone, "inspector")
        inspector.start_at("wjl", "望江路支局")
        inspector.open_item("ENV-2")
        inspector.judge("ENV-2.d", "扣分")
        inspector.photograph("ENV-2.d", next(PICTURES))
        self.inspection = f"/inspections/{inspector.inspection}"
        inspector.sync_now()
        expect(self.page.get_by_text("都在服务器上了")).to_be_visible(timeout=40_000)

    def screens(self) -> Iterator[str]:
        main = self.page.get_by_role("main")
        self._at("/", main.locator("button.row"))
        yield "today"
        for _ in self._sheet(main.locator("button.row").first):
            yield "task"
        self._at("/branches", main.locator("a.row"))
        yield "branches"
        self._at(self._link(main.locator("a.row")), main.locator("dl"))
        yield "branch"
        self._at(self.inspection, main.locator(".verdict"))
        yield "inspection"
        for _ in self._sheet(self.page.locator(".dock-a .btn").first):
            yield "submit"
        self._at(f"{self.inspection}/ENV-2", main.locator(".shot img"))
        yield "item"
        for _ in self._sheet(main.locator(".check-act .chip").filter(has=self.page.locator("use[href='#i-na']"))):
            yield "not applicable"
        for _ in self._sheet(main.locator(".shot:has(img)").first):
            yield "photo"
        self._at("/sync", main.locator("h2"))
        yield "sync"
        self._at("/conflicts", main.locator("a.row"))
        yield "conflicts"
        self._at(self._link(main.locator("a.row")), main.locator(".duel"))
        yield "conflict"
        self._at("/", main.locator("a.row--fail, a.row:has(.row-ic--fail)"))
        self._at(self._link(main.locator("a.row:has(.row-ic--fail)")), main.locator(".banner-fail"))
        yield "returned"
        self._at("/rescue", main.locator(".empty"))
        yield "rescue"
        self._at("/me", main.locator(".settings"))
        yield "me"
        self._at("/nowhere", main.locator(".empty"))
        yield "no such page"
        self._at("/sign-in", self.page.locator("form"))
        yield "sign-in"

    def _link(self, link: Locator) -> str:
        return (link.first.get_attribute("href") or "").lstrip("#")


class SupervisorsWay(Visit):
    def screens(self) -> Iterator[str]:
        self._at("/review", self.page.locator("a.sub"))
        yield "review"
        for link in [self.page.locator("a.sub").nth(n).get_attribute("href") or "" for n in (0, 3)]:
            self._at(link.lstrip("#"), self.page.locator(".rev-p h2"))
            yield f"review {link[-4:]}"
        for _ in self._sheet(self.page.locator(".decide .btn").last):
            yield "correct"
        self._at("/branches", self.page.get_by_role("main").locator("a.row"))
        yield "branches"
        self._at("/heard", self.page.locator("a.hd-r"))
        yield "feedback"
        first = self.page.locator("a.hd-r").first.get_attribute("href") or ""
        self._at(first.lstrip("#"), self.page.locator(".fate"))
        yield "one of feedback"
        for n, question in enumerate(("answer", "check")):
            for _ in self._sheet(self.page.locator(".dock-a .btn").nth(n)):
                yield question
        self._at("/held", self.page.locator(".empty"))
        yield "late work"
        for part in ("inspections", "visits", "devices", "customers"):
            self._at(f"/desk/{part}", self.page.locator("tbody a, a.row"))
            yield part
        one = self.page.locator("tbody a, a.row").last.get_attribute("href") or ""
        self._at(one.lstrip("#"), self.page.locator(".dkv"))
        yield "one of customers"


class CarriersWay(Visit):
    """The month, a visit that is not finished and one that is, customers, somebody new who is perhaps known."""

    NAME = "望江路支局"
    """Of a branch of the demo: the check for foreign words knows it."""

    def prepare(self) -> None:
        self.person.go("/visits/new")
        self.page.get_by_role("searchbox").fill(self.NAME)
        self.page.get_by_role("button", name=re.compile("^新客户")).click()
        self.person.button("存好").click()
        self.closed = self._begun()
        self.person.button("见到了").click()
        expect(self.person.button("见到了")).to_have_attribute("aria-pressed", "true")
        self.person.button(re.compile("^存好")).click()
        expect(self.page.get_by_role("heading", level=1, name="走访", exact=True)).to_be_visible()
        self.person.go(self.closed)
        self.page.get_by_role("main").get_by_role("link", name=self.NAME, exact=True).click()
        self.page.wait_for_url(re.compile("#/customers/"))
        self.customer = self.page.url.rpartition("#")[2]
        self.person.button("记走访").click()
        self.draft = self._begun()
        self.person.sync_now()
        expect(self.page.get_by_text("都在服务器上了")).to_be_visible(timeout=40_000)

    def _begun(self) -> str:
        self.page.wait_for_url(re.compile(r"#/visits/[0-9a-f-]{36}$"))
        return self.page.url.rpartition("#")[2]

    def screens(self) -> Iterator[str]:
        main = self.page.get_by_role("main")
        self._at("/visits", main.locator(".quotas"))
        yield "visits"
        self._at("/customers", main.locator("a.row"))
        yield "customers"
        self._at(self.customer, main.locator("a.row"))
        yield "customer"
        self.page.locator(".dock-a .btn-line").click()
        expect(main.locator("form")).to_be_visible()
        yield "edit customer"
        self._at(self.draft, main.locator(".seg--5"))
        yield "visit"
        self._at(self.closed, main.locator("dl"))
        yield "visit, closed"
        self._at("/visits/new", main.locator("button.row"))
        yield "whom"
        self.page.get_by_role("searchbox").fill(self.NAME)
        main.locator("button.row").first.click()
        expect(main.locator(".banner-warn")).to_be_visible()
        yield "perhaps known"


class AdministratorsWay(Visit):
    """The lists of the desk, and the record that is open beside each: one to change, a new one, a question about it."""

    def screens(self) -> Iterator[str]:
        for part in ("branches", "people", "devices"):
            self._at(f"/desk/{part}", self.page.locator("tbody a, a.row"))
            yield part
            first = self.page.locator("tbody a, a.row").first.get_attribute("href") or ""
            self._at(first.lstrip("#"), self.page.locator(".more-acts button"))
            yield f"one of {part}"
        for _ in self._sheet(self.page.locator(".more-acts button").last):
            yield "a question about a device"
        self._at("/desk/units", self.page.locator("tbody a, a.row"))
        yield "units"
        for part in ("people", "imports"):
            self._at(f"/desk/{part}/new", self.page.locator("form"))
            yield f"new in {part}"


WAYS = [
    ("admin", "phone", AdministratorsWay),
    ("carrier", "phone", CarriersWay),
    ("inspector", "phone", InspectorsWay),
    ("supervisor", "phone", SupervisorsWay),
    ("supervisor", "desk", SupervisorsWay),
]


@pytest.fixture(scope="module")
def house(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for this module: its tests look, and what little they write is their own."""
    running = copy_of(demo_data, tmp_path_factory.mktemp("quality"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def way_of(house: Server, playwright: Playwright, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """`way_of("inspector", "phone", InspectorsWay)`: signed in and prepared; nothing may be heard from its console."""
    open_: list[Visit] = []

    def make(login: str, size: str, kind: type[Visit], language: str = "zh") -> Visit:
        phone = Phone(playwright, tmp_path / f"profile-{len(open_)}", house.url, size)
        Person(phone, login).sign_in()
        phone.page.emulate_media(reduced_motion="reduce")  # axe-core is not to see half a change of colour
        visit = kind(Person(phone, login))
        open_.append(visit)
        if isinstance(visit, InspectorsWay | CarriersWay):
            visit.prepare()
        if language != "zh":
            speak(visit, language)
        return visit

    yield make
    for visit in open_:
        visit.person.phone.close()
    assert [said for visit in open_ for said in [*visit.heard, *visit.person.phone.complaints]] == []


def speak(visit: Visit, language: str) -> None:
    """Choose the language as the settings keep it, and begin anew with it."""
    face = json.dumps({"text": "100", "language": language})
    visit.page.evaluate("face => localStorage.setItem('xunfang.face', face)", face)
    visit.page.reload()
    expect(visit.page.locator(f"html[lang={language}]")).to_be_attached()


def faults(page: Page) -> list[str]:
    """What axe-core finds on the page. By evaluate: the content security policy takes no foreign script."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found["violations"] for node in fault["nodes"]]


@pytest.mark.parametrize(("login", "size", "kind"), WAYS)
def test_every_screen(login: str, size: str, kind: type[Visit], way_of: Callable[..., Visit]) -> None:
    """In three themes nothing for axe-core; every control as large as a thumb; Chinese; and at the largest text on the
    smallest phone nothing wider than the screen."""
    visit = way_of(login, size, kind)
    found: dict[str, Any] = {}
    for screen in visit.screens():
        for theme in THEMES:
            visit.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            found[f"{screen}, axe, {theme}"] = faults(visit.page)
        words = {run for said in visit.page.evaluate(SAID) for run in LATIN.findall(said)}
        found[f"{screen}, foreign words"] = words - LATIN_IN_CHINESE
        if size == "phone":
            found[f"{screen}, too small"] = visit.page.evaluate(TOO_SMALL)
            found[f"{screen}, too wide"] = at_largest_text(visit.page)
    assert {what: wrong for what, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("login", "size", "kind"), WAYS)
def test_every_screen_in_english(
    login: str, size: str, kind: type[Visit], house: Server, way_of: Callable[..., Visit]
) -> None:
    """Names of people and places, and what people wrote themselves, stay as they are."""
    known = own_words(house)
    visit = way_of(login, size, kind, language="en")
    found: dict[str, Any] = {}
    for screen in visit.screens():
        words = {run for said in visit.page.evaluate(SAID) for run in CHINESE.findall(said)}
        found[f"{screen}, foreign words"] = {word for word in words if word not in known}
        if size == "phone":
            found[f"{screen}, too wide"] = at_largest_text(visit.page)
    assert {what: wrong for what, wrong in found.items() if wrong} == {}


def at_largest_text(page: Page) -> int:
    """By how many pixels the page is wider than a screen of 320 px at 200 % text; 0 is right."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("() => { document.documentElement.dataset.text = '200' }")
    over: int = page.evaluate(WIDER_THAN_SCREEN, LONGEST_STATE)
    page.evaluate("() => { document.documentElement.dataset.text = '100' }")
    if before:
        page.set_viewport_size(before)
    return max(0, over)


def own_words(server: Server) -> str:
    """All names and notes of the demo, the product's sign, and the language's own name in the settings."""
    with sqlite3.connect(server.folder / "data" / "xunfang.sqlite3") as database:
        rows = [
            database.execute(f"SELECT body FROM {table}").fetchall()
            for table in ("person", "unit", "branch", "finding", "inspection", "customer", "visit", "comment")
        ]
        rows.append(database.execute("SELECT name FROM device").fetchall())
    return " ".join(["中文 巡访", *(str(body) for table in rows for (body,) in table)])


@pytest.mark.parametrize(("login", "size", "kind"), WAYS)
def test_nothing_jumps_while_a_screen_comes(
    login: str, size: str, kind: type[Visit], way_of: Callable[..., Visit]
) -> None:
    visit = way_of(login, size, kind)
    # the line on which the server tells of news never ends, and a page with it is never idle
    quiet = {"status": 204, "headers": {"Retry-After": "3600"}}
    visit.page.context.route("**/api/live", lambda route: route.fulfill(**quiet))
    for screen in visit.screens():
        if visit.page.get_by_role("dialog").count():
            continue
        visit.page.reload()
        expect(visit.page.locator("h1").first).to_be_visible()
        visit.page.wait_for_load_state("networkidle")
        moved, sources = visit.page.evaluate(SHIFTS)
        assert moved < 0.01, f"{screen}: {sources}"  # a state's word that changes moves only itself


class Keyboard:
    """Works a page with keys alone; the focus must always be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, target: Locator, most: int = 80) -> None:
        """Tab until the focus is there."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if target.evaluate("e => e === document.activeElement"):
                assert self.page.evaluate(FOCUS_RING), f"the focus on {target} is not seen"
                return
        raise AssertionError(f"{target} is not reached with the Tab key")

    def press(self, target: Locator) -> None:
        self.to(target)
        self.page.keyboard.press("Enter")


def test_the_main_job_with_a_keyboard(phone_of: Callable[..., Phone]) -> None:
    phone = phone_of("inspector", size="desk")
    page = phone.open()
    keys = Keyboard(page)
    keys.to(page.get_by_label("工号"))
    page.keyboard.type("inspector")
    keys.to(page.get_by_label("密码", exact=True))
    page.keyboard.type("xunfang-demo")
    page.keyboard.press("Enter")
    keys.press(page.get_by_role("link", name="网点", exact=True))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    keys.to(page.get_by_role("searchbox"))
    page.keyboard.type("wjl")
    keys.press(page.get_by_role("link", name=re.compile("望江路支局")))
    keys.press(page.get_by_role("button", name="开始检查"))
    keys.press(page.get_by_role("button", name=re.compile("^继续")))
    expect(page.get_by_role("heading", level=1, name="店招和局名牌")).to_be_focused()
    check = page.get_by_role("group", name=CHECKS["ENV-0.a"])
    keys.press(check.get_by_role("button", name="合格"))
    expect(check.get_by_role("button", name="合格")).to_have_attribute("aria-pressed", "true")
    keys.press(page.get_by_role("button", name=re.compile("^其余")))
    keys.press(page.get_by_role("button", name="下一项"))
    keys.press(page.get_by_role("button", name="返回"))
    submit = page.get_by_role("button", name="提交", exact=True)
    keys.press(submit)
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("heading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(submit).to_be_focused()
    page.keyboard.press("Enter")
    keys.press(sheet.get_by_role("button", name="提交"))
    expect(page.get_by_text("已提交，存在手机上，有信号就发")).to_be_visible()


LINK_DURING_THE_STEP_BACK = """() => {
  const back = history.back
  history.back = () => {
    history.back = back
    history.back()
    location.hash = '/branches'
  }
}"""
"""A browser steps back some time after it was asked to: here a link is tapped in just that time."""


def test_a_link_tapped_while_a_sheet_steps_back_counts(phone_of: Callable[..., Phone]) -> None:
    inspector = Inspector(phone_of("inspector"), "inspector")
    inspector.sign_in()
    page = inspector.page
    for _ in range(5):
        inspector.go("/")
        page.get_by_role("main").locator("button.row").first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.evaluate(LINK_DURING_THE_STEP_BACK)
        page.keyboard.press("Escape")
        expect(page.get_by_role("searchbox")).to_be_visible()
        page.wait_for_timeout(300)  # the late step would have come by now
        assert page.url.endswith("#/branches")
