"""How the client feels: python -m tests.bench.bench_client. A real Chromium, its processor four times slower."""

import io
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image
from playwright.sync_api import CDPSession, FilePayload, expect, sync_playwright

from tests.bench import machine
from tests.bench.measure import Spread, line
from tests.journeys.people import CHECKS, ITEMS, ONSITE, Inspector
from tests.journeys.phone import Phone
from tests.journeys.running import Server
from tests.results import keep

SLOWER = 4
TAPS = 26
STARTS = 5
PATIENCE_MS = 60_000
"""What is slow is measured, not given up."""

WATCH_TAPS = """() => {
  window.taps = []
  let tap = null
  const drawn = (one, word) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => { one[word] ??= performance.now() - one.at }
    port2.postMessage(0)
  })
  const judged = event => event.target.closest('.judge')
  addEventListener('pointerup', event => { if (judged(event)) tap = { at: event.timeStamp } }, true)
  addEventListener('click', event => { if (tap && judged(event)) taps.push(tap) }, true)
  new MutationObserver(changes => { for (const { target, attributeName: name } of changes) {
    if (tap && target.getAttribute(name) === 'true') drawn(tap, name)
  } }).observe(document.getElementById('app'), { subtree: true, attributeFilter: ['aria-busy', 'aria-pressed'] })
}"""
"""From the finger's leaving to the end of the frame in which the button is drawn: as being written, and as saved."""

PRESS_S = 0.08
"""A finger rests that long."""
WAYS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "finger": ("Input.dispatchTouchEvent", {"type": "touchStart"}, {"type": "touchEnd", "touchPoints": []}),
    "mouse": ("Input.dispatchMouseEvent", {"type": "mousePressed"}, {"type": "mouseReleased"}),
}


def first_start(phone: Phone) -> None:
    """The very first visit, nothing cached: what comes over the wire, and how long until one can type."""
    phone.open()
    cdp = phone.context.new_cdp_session(phone.page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    phone.page.goto("about:blank")
    cdp.send("Storage.clearDataForOrigin", {"origin": phone.url, "storageTypes": "all"})
    cdp.send("Network.clearBrowserCache")
    sums = count_bytes(cdp)
    begun = time.perf_counter()
    phone.page.goto(phone.url, wait_until="commit")
    expect(phone.page.get_by_label("工号")).to_be_visible()
    spent = (time.perf_counter() - begun) * 1000
    phone.page.wait_for_load_state("networkidle")
    phone.close()
    total = sum(sums.values()) / 1000
    kinds = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in sums.items())
    print(f"{'first start: JS + CSS over the wire':<58}        {total:8.1f} KB of at most 110 ({kinds})")
    print(line(f"cold start until the sign-in, {SLOWER} × slower", [spent]))


def count_bytes(cdp: CDPSession) -> dict[str, float]:
    """Bytes of scripts and styles over the wire from now on, compressed, headers included."""
    kinds: dict[str, str] = {}
    sums = {"Script": 0.0, "Stylesheet": 0.0}

    def begun(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def done(event: dict[str, Any]) -> None:
        if (kind := kinds.get(event["requestId"], "")) in sums:
            sums[kind] += event["encodedDataLength"]

    cdp.send("Network.enable")
    cdp.on("Network.responseReceived", begun)
    cdp.on("Network.loadingFinished", done)
    return sums


def starts(phone: Phone) -> None:
    """Until today's list can be tapped: with everything on the phone, at the slower pace."""
    spent = []
    for _ in range(STARTS):
        phone.open()
        cdp = phone.context.new_cdp_session(phone.page)
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        phone.page.goto("about:blank")
        begun = time.perf_counter()
        phone.page.goto(phone.url, wait_until="commit")
        expect(phone.page.locator("main .row").first).to_be_visible()
        spent.append((time.perf_counter() - begun) * 1000)
        phone.close()
    print(line(f"warm start until today's list, {SLOWER} × slower", spent))


def taps(inspector: Inspector, cdp: CDPSession) -> dict[str, Any]:
    """How soon a tap is answered, and how soon it is shown as saved; by pace and way."""
    inspector.start_at("wjl", "望江路支局")
    ahead = [check["code"] for item in ONSITE for check in ITEMS[item]["checks"]]
    inspector.page.evaluate(WATCH_TAPS)
    kept: dict[str, Any] = {}
    for rate in (1, SLOWER):
        for way in WAYS:
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            for check in ahead[:TAPS]:
                tap(inspector, cdp, check, way)
            del ahead[:TAPS]
            seen = inspector.page.evaluate("() => taps.splice(0)")
            for mark, word in (("aria-busy", "answered"), ("aria-pressed", "shown as saved")):
                spent = [one[mark] for one in seen if one.get(mark)]
                print(line(f"tap ({way}) until {word}, {rate} × slower", spent))
                kept[f"{way}, {word}, {rate} × slower"] = Spread.of(spent)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return kept


def tap(inspector: Inspector, cdp: CDPSession, check: str, way: str) -> None:
    """The page is left alone from before the press until after it: who asks it anything meanwhile is measured too."""
    item = check.rpartition(".")[0]
    if not inspector.page.url.endswith(f"/{item}"):
        inspector.open_item(item)
    word = "扣分" if check.endswith("d") else "合格"
    button = inspector.page.get_by_role("group", name=CHECKS[check], exact=True).get_by_role("button", name=word)
    button.evaluate("button => button.scrollIntoView({ block: 'center' })")
    box = button.bounding_box()
    assert box
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    at = {"touchPoints": [point]} if way == "finger" else {**point, "button": "left", "clickCount": 1}
    time.sleep(0.3)
    event, press, leave = WAYS[way]
    cdp.send(event, {**at, **press})
    time.sleep(PRESS_S)
    cdp.send(event, {**at, **leave})
    time.sleep(0.6)  # a person needs longer to the next row
    expect(button).to_have_attribute("aria-pressed", "true")


def photo(inspector: Inspector, cdp: CDPSession) -> None:
    """12 megapixels from the camera until the tile shows what was read back from the disk."""
    file: FilePayload = {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": twelve_megapixels()}
    inspector.open_item("ENV-2")
    inspector.judge("ENV-2.b", "扣分")
    tiles = inspector.page.locator(".shot img")
    for rate in (1, SLOWER):
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        spent = []
        for _ in range(3):
            before = tiles.count()
            with inspector.page.expect_file_chooser() as chooser:
                inspector.page.locator(".shot-add").last.click()
            begun = time.perf_counter()
            chooser.value.set_files(file)
            expect(tiles).to_have_count(before + 1, timeout=30_000)
            spent.append((time.perf_counter() - begun) * 1000)
        print(line(f"12 MP photo ({len(file['buffer']) / 1e6:.1f} MB) until saved, main thread {rate} × slower", spent))


def twelve_megapixels() -> bytes:
    """A JPEG as phones make them: 4000 × 3000, noise that does not compress to nothing."""
    noise = Image.frombytes("RGB", (500, 375), random.Random(1).randbytes(500 * 375 * 3)).resize((4000, 3000))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=88)
    return out.getvalue()


def main() -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "server")
        server.folder.mkdir()
        server.start()
        try:
            first_start(Phone(playwright, Path(folder) / "first", server.url))
            inspector = Inspector(Phone(playwright, Path(folder) / "phone", server.url), "inspector")
            inspector.sign_in()
            cdp = inspector.phone.context.new_cdp_session(inspector.page)
            figures = {"machine": machine.about(), "taps": taps(inspector, cdp)}
            keep("bench-taps", msgspec.to_builtins(figures))
            photo(inspector, cdp)
            inspector.phone.close()
            starts(inspector.phone)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
