"""A phone's first sync with a thousand branches and with fifty thousand: bytes, the server's time, a browser's."""

import json
import re
import tempfile
import time
from pathlib import Path
from typing import Any

import brotli
import httpx
import msgspec
from playwright.sync_api import Playwright, expect, sync_playwright

from server.demo.people import PASSWORD
from tests.bench.bench_feed import Place, place
from tests.bench.crowd import crowd
from tests.bench.lean import Lean
from tests.bench.measure import Aim, Spread, heading, table
from tests.bench.programs import Ours
from tests.journeys.phone import Phone

MANY = (1_000, 50_000)
SLOWER = 4
STARTS = 3
CHANCE = 16 + 32
"""Bytes of a branch that nothing can compress: its random id, and the SHA-256 of its label."""
INSPECTOR = "inspector-0"


class Fill(msgspec.Struct):
    """A first sync over HTTP: what came, and what the server took for it."""

    rows: int = 0
    pages: int = 0
    plain: int = 0
    packed: int = 0
    milliseconds: float = 0.0
    cpu: float = 0.0


def fill(one: Ours) -> Fill:
    """Every page in turn, as a phone over TLS asks for them."""
    with httpx.Client(base_url=one.url) as http:
        signed = http.post("/api/session", json={"login": INSPECTOR, "password": PASSWORD, "device": None}).json()
        cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
    lean = Lean(one.url, {"Cookie": cookie, "Accept-Encoding": "gzip, deflate, br"})
    found = Fill()
    one.meter.look_again()
    cpu = one.meter.cpu_ms()
    state: dict[str, Any] = {"epoch": None, "cursor": None, "audiences": [], "fill": {}}
    more = True
    while more:
        request = {"v": 1, "device": signed["device"], "sent": int(time.time() * 1000), **state, "changes": []}
        spent, body = lean.timed(lean.prepare("POST", "/api/sync", request))
        plain = body if body.startswith(b"{") else brotli.decompress(body)
        reply = json.loads(plain)
        found.rows += sum(map(len, reply.get("rows", {}).values()))
        found.pages += 1
        found.plain += len(plain)
        found.packed += len(body)
        found.milliseconds += spent
        audiences = reply.get("audiences", state["audiences"])
        state = {"epoch": reply["epoch"], "cursor": reply["cursor"], "audiences": audiences}
        state["fill"] = reply.get("fill", {})
        more = bool(state["fill"]) or reply.get("more", False)
    found.cpu = one.meter.cpu_ms() - cpu
    lean.close()
    return found


IS_FILLED = """async () => {
  const found = (await indexedDB.databases()).find(({ name }) => name.startsWith('cache-'))
  if (!found) return false
  const opened = indexedDB.open(found.name)
  const database = await new Promise((good, bad) => {
    opened.onsuccess = () => good(opened.result)
    opened.onerror = bad
  })
  const read = (store, key) => new Promise((good, bad) => {
    const asked = database.transaction(store).objectStore(store).get(key)
    asked.onsuccess = () => good(asked.result)
    asked.onerror = bad
  })
  const state = await read('state', 'sync')
  database.close()
  return state !== undefined && state.cursor !== null && Object.keys(state.fill).length === 0
}"""
"""Whether everything the person may see is on the disk of the phone."""


def first_starts(playwright: Playwright, folder: Path, url: str, starts: int) -> dict[str, Spread]:
    """From the tap on sign-in, a slowed processor: until today's screen is drawn, and until everything is here."""
    drawn, whole = [], []
    for number in range(starts):
        phone = Phone(playwright, folder / f"profile-{number}", url)
        page = phone.open()
        page.get_by_label("工号").fill(INSPECTOR)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        phone.ready_for_offline()
        phone.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        begun = time.perf_counter()
        page.get_by_role("button", name="登录", exact=True).click()
        link = page.get_by_role("link", name="打开同步页")
        expect(link).to_be_visible(timeout=120_000)
        drawn.append((time.perf_counter() - begun) * 1000)
        while not page.evaluate(IS_FILLED):
            page.wait_for_timeout(50)
        expect(link).to_have_text(re.compile("^(已齐|照片|待选)"), timeout=120_000)
        whole.append((time.perf_counter() - begun) * 1000)
        phone.close()
    return {"drawn": Spread.of(drawn), "whole": Spread.of(whole)}


def measure(starts: int = STARTS, many: tuple[int, ...] = MANY, *, browser: bool = True) -> dict[str, Any]:
    """Bytes and times for each number of branches; with the aims under ``aims``."""
    found: dict[int, dict[str, Any]] = {}
    for count in many:
        with tempfile.TemporaryDirectory(prefix="xunfang-bench-") as folder, place(Path(folder), "SQLite") as here:
            found[count] = _with(here, count, starts if browser else 0)
    show(found)
    last = found[max(many)]
    aims = [Aim(f"fill of {max(many):,} branches, compressed", last["fill"].packed / 1e6, "MB", most=2.2)]
    if browser:
        seconds = last["browser"]["whole"].median / 1000
        aims.append(Aim(f"{max(many):,} branches until the screen is ready, {SLOWER} × slower", seconds, "s", most=2.5))
    return {"fill": {str(count): one for count, one in found.items()}, "aims": aims}


def _with(here: Place, count: int, starts: int) -> dict[str, Any]:
    world = here.make_world()
    bulk = here.bulk()
    crowd(bulk, world.counties[0], f"unit:{world.counties[0]}:inspector", count)
    bulk.close()
    with here.served() as one:
        memory = one.meter.memory_mb()
        filled = fill(one)
        assert filled.rows >= count
        browser: dict[str, Spread] = {}
        if starts:
            with sync_playwright() as playwright:
                browser = first_starts(playwright, here.folder, one.url, starts)
        return {"fill": filled, "browser": browser, "memory_mb": {"start": memory, "end": one.meter.memory_mb()}}


def show(found: dict[int, dict[str, Any]]) -> None:
    heading(f"a first sync, and from sign-in to a ready screen with a processor {SLOWER} × slower")
    rows = []
    for count, one in found.items():
        filled: Fill = one["fill"]
        browser: dict[str, Spread] = one["browser"]
        rows.append(
            [
                f"{count:,} branches",
                str(filled.pages),
                f"{filled.plain / 1e6:.2f}",
                f"{filled.packed / 1e6:.2f}",
                f"{count * CHANCE / 1e6:.2f}",
                f"{filled.milliseconds:.0f}",
                f"{filled.cpu:.0f}",
                *(f"{browser[name].median:.0f}" if browser else "–" for name in ("drawn", "whole")),
                f"{one['memory_mb']['start']:.0f} → {one['memory_mb']['end']:.0f}",
            ]
        )
    columns = (
        "",
        "pages",
        "MB",
        "MB br",
        "chance",
        "server ms",
        "CPU ms",
        "drawn ms",
        "all here ms",
        "memory MB",
    )
    table(columns, rows)
