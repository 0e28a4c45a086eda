"""From the shutter to "saved" on a slow phone: a frame of the camera, and 12 megapixels out of the gallery.

The browser slows the main thread down; what decodes and packs pictures runs beside it. So the whole page is slowed too:
its processes are halted for three quarters of the time.
"""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, FilePayload, expect, sync_playwright

from tests.bench.machine import family
from tests.bench.measure import Aim, Spread, heading, line
from tests.journeys.camera import ITEM, SPOTS, Photographer, large_picture
from tests.journeys.phone import Phone
from tests.journeys.running import Server

SLOWER = 4
WORST_MS = 900.0
FROZEN_MS = 100.0
"""A frame that stands longer is seen to stand."""
TURN_S = 0.02
"""A halted process runs for a quarter of each turn: less than the time between two frames at that pace."""

WATCH = """() => {
  window.shots = []
  const said = () => document.querySelector('.cam-said')?.textContent ?? ''
  let shot = null
  const begin = event => {
    shot = { at: event.timeStamp, said: said(), frames: [], tasks: [] }
    let last = performance.now()
    const frame = now => {
      if (!shot) return
      shot.frames.push(now - last)
      last = now
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  }
  addEventListener('click', event => { if (event.target.closest('.shutter')) begin(event) }, true)
  addEventListener('change', event => { if (event.target.closest('.cam input[type=file]')) begin(event) }, true)
  new PerformanceObserver(list => {
    for (const { startTime, duration } of list.getEntries()) if (shot && startTime >= shot.at) shot.tasks.push(duration)
  }).observe({ type: 'longtask' })
  new MutationObserver(() => {
    const one = shot
    if (!one || one.done || !said().startsWith('已存手机') || said() === one.said) return
    one.done = true
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        const longest = all => Math.max(0, ...all)
        shots.push({ ms: performance.now() - one.at, frame: longest(one.frames), task: longest(one.tasks) })
        shot = null
      }
      port2.postMessage(0)
    })
  }).observe(document.body, { subtree: true, childList: true, characterData: true })
}"""
"""From the tap, or the chosen file, to the end of the frame that says it is saved; the longest time between two frames
meanwhile, and the longest task of the main thread."""


def _draws(pid: int) -> bool:
    with suppress(OSError):
        return b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


@contextmanager
def halted(phone: Phone) -> Iterator[None]:
    """All threads of the page get a quarter of the time."""
    pages = [pid for pid in family(min(phone.processes())) if _draws(pid)]
    over = threading.Event()

    def all_of(what: signal.Signals) -> None:
        for pid in pages:
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def turns() -> None:
        while not over.is_set():
            all_of(signal.SIGSTOP)
            time.sleep(TURN_S * (SLOWER - 1) / SLOWER)
            all_of(signal.SIGCONT)
            time.sleep(TURN_S / SLOWER)

    turning = threading.Thread(target=turns)
    turning.start()
    try:
        yield
    finally:
        over.set()
        turning.join()
        all_of(signal.SIGCONT)


def shoot(inspector: Photographer, rounds: int, file: FilePayload | None) -> list[dict[str, float]]:
    """The page is left alone while it works: who asks it anything meanwhile is measured too."""
    page = inspector.page
    for number in range(rounds):
        expect(page.locator(".shutter[aria-disabled=false]")).to_be_visible()
        if file is None:
            page.locator(".shutter").click()
        else:
            page.locator(".cam-row input[type=file]").set_input_files(file)
        deadline = time.monotonic() + 60
        while page.evaluate("() => shots.length") <= number and time.monotonic() < deadline:
            time.sleep(1.0)
    found: list[dict[str, float]] = page.evaluate("() => shots.splice(0)")
    assert len(found) == rounds
    return found


def told(what: str, shots: list[dict[str, float]]) -> dict[str, Any]:
    spent = [shot["ms"] for shot in shots]
    frame, task = (max(shot[name] for shot in shots) for name in ("frame", "task"))
    print(f"{line(what, spent)}   longest frame {frame:.0f} ms, longest task {task:.0f} ms", flush=True)
    return {"ms": Spread.of(spent), "longest_frame": round(frame, 1), "longest_task": round(task, 1)}


def paces(inspector: Photographer, cdp: CDPSession, rounds: int, ways: dict[str, FilePayload | None]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for way, file in ways.items():
        for rate in (1, SLOWER):
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            shoot(inspector, 1, file)  # the first one fetches what it takes
            name = f"{way}, main thread {rate} × slower"
            found[name] = told(name, shoot(inspector, rounds, file))
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        with halted(inspector.phone):
            name = f"{way}, whole page {SLOWER} × slower"
            found[name] = told(name, shoot(inspector, rounds, file))
    return found


def measure(rounds: int) -> dict[str, Any]:
    heading('from the shutter to "saved"')
    picture = large_picture(1, 4000, 3000)
    file: FilePayload = {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": picture}
    gallery = f"12 MP ({len(picture) / 1e6:.1f} MB)"
    expect.set_options(timeout=60_000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "server")
        server.folder.mkdir()
        server.start()
        try:
            inspector = Photographer(Phone(playwright, Path(folder) / "phone", server.url), "inspector")
            inspector.begin()
            inspector.phone.offline()
            inspector.open_item(ITEM)
            inspector.open_camera(SPOTS[0])
            inspector.page.evaluate(WATCH)
            cdp = inspector.phone.context.new_cdp_session(inspector.page)
            found = paces(inspector, cdp, rounds, {"frame": None, gallery: file})
            inspector.phone.close()
        finally:
            server.stop()
    slow = found[f"{gallery}, main thread {SLOWER} × slower"]
    aims = [
        Aim(f"12 MP until saved, median, main thread {SLOWER} × slower", slow["ms"].median, "ms", most=WORST_MS),
        Aim("longest frame meanwhile", slow["longest_frame"], "ms", most=FROZEN_MS),
    ]
    return {**found, "bytes": len(picture), "aims": aims}
