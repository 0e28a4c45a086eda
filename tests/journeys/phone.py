"""A phone or a desk: one browser profile in a real Chromium, that can lose its network and be killed."""

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""None: Playwright's own."""
HERE = {"latitude": 30.0, "longitude": 120.0, "accuracy": 18}
"""In front of the first branch of the demo."""
SIZES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desk": {"viewport": {"width": 1440, "height": 900}},
}


class Phone:
    """Open it, use `page`, take it `offline`, `kill` it, open it again: the profile stays. Anything a page complains
    about (an error on the console, an uncaught exception) is kept in `complaints`."""

    def __init__(self, playwright: Playwright, profile: Path, url: str, size: str = "phone") -> None:
        self.url = url
        self.complaints: list[str] = []
        self._playwright = playwright
        self._profile = profile
        self._size = size
        self._offline = self._was_offline = False
        self._context: BrowserContext | None = None
        self.trusted: str | None = None
        """The SHA-256 (base64) of a public key that is trusted as if an authority of this phone stood for it."""
        self.camera: Path | None = None
        """A film the camera shows instead of its own; opened anew each time a page starts the camera."""

    def open(self, **options: Any) -> Page:
        """Start the browser on its profile and load the app."""
        self._context = self._playwright.chromium.launch_persistent_context(
            self._profile,
            executable_path=CHROMIUM,
            headless=True,
            args=[*ARGUMENTS, *self._more()],
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation=HERE,
            permissions=["geolocation", "camera"],
            service_workers="allow",
            offline=self._offline,
            **{**SIZES[self._size], **options},
        )
        self._context.set_default_timeout(15_000)
        self._context.on("console", self._heard)
        self._context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        self.page.goto(self.url)
        return self.page

    def _more(self) -> list[str]:
        given = {
            "use-file-for-fake-video-capture": self.camera,
            "ignore-certificate-errors-spki-list": self.trusted,
        }
        return [f"--{name}={value}" for name, value in given.items() if value]

    @property
    def page(self) -> Page:
        assert self._context is not None, "The phone is off"
        return self._context.pages[0]

    @property
    def context(self) -> BrowserContext:
        assert self._context is not None, "The phone is off"
        return self._context

    def offline(self, off: bool = True) -> None:
        """Page and worker lose (or find) the network."""
        self._offline = off
        self._was_offline |= off
        if self._context is not None:
            self._context.set_offline(off)

    def ready_for_offline(self) -> None:
        """Wait until the service worker has the shell: from then on the app starts without network."""
        self.page.wait_for_function("() => navigator.serviceWorker.ready.then(() => true)")

    def kill(self) -> None:
        """As when the battery is pulled: SIGKILL to every process of this profile."""
        doomed = self.processes()
        assert doomed, "No process of this profile is running"
        for process in doomed:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        with suppress(Error):
            self.context.close()
        self._context = None

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
            self._context = None

    def processes(self) -> list[int]:
        """Every process of this profile."""
        wanted = f"--user-data-dir={self._profile}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    if wanted in (entry / "cmdline").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
        return found

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error" or (self._was_offline and "net::ERR_INTERNET_DISCONNECTED" in message.text):
            return  # the browser itself notes each failed fetch, and may do so when the network is back
        self.complaints.append(f"{message.text} ({message.location.get('url', '')})")
