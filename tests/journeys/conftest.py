"""Journeys: the real server, real browsers, the network off and on. Needs the built client (`make build`)."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Playwright, expect, sync_playwright

from tests.journeys.people import Office
from tests.journeys.phone import Phone
from tests.journeys.running import Server, copy_of

OUT = Path(__file__).parent / "out"
"""Where a failed journey leaves its last pictures."""

expect.set_options(timeout=30_000)  # to end what hangs, not to time: the machine may be busy with other things


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come last: Playwright's event loop runs to the end of the session and suffers no other beside it."""
    items.sort(key=lambda item: item.path.is_relative_to(Path(__file__).parent))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a server that was started once and has laid out its demo."""
    folder = tmp_path_factory.mktemp("demo")
    server = Server(folder)
    server.start()
    server.stop()
    return folder


@pytest.fixture
def server(demo_data: Path, tmp_path: Path) -> Iterator[Server]:
    """A server with the demo, for this test alone."""
    running = copy_of(demo_data, tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def phone_of(
    playwright: Playwright, server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Phone]]:
    """`phone_of("inspector")`: a browser of that person's own; `size="desk"` for a wide screen.

    At the end no page may have complained; a failed test leaves a picture of every page.
    """
    phones: dict[str, Phone] = {}

    def make(name: str, size: str = "phone") -> Phone:
        phones[name] = Phone(playwright, tmp_path / f"profile-{name}", server.url, size)
        return phones[name]

    yield make
    for name, phone in phones.items():
        _picture(phone, f"{request.node.name}-{name}")
        phone.close()
    assert {name: phone.complaints for name, phone in phones.items() if phone.complaints} == {}


@pytest.fixture
def office_of(server: Server) -> Iterator[Callable[[str], Office]]:
    """`office_of("supervisor")`: reads the server's truth with that person's rights."""
    offices: list[Office] = []

    def make(login: str) -> Office:
        offices.append(Office(server.url, login))
        return offices[-1]

    yield make
    for office in offices:
        office.close()


def _picture(phone: Phone, name: str) -> None:
    OUT.mkdir(exist_ok=True)
    with suppress(AssertionError, IndexError, Error):  # the phone is off
        phone.page.screenshot(path=OUT / f"{name}.png")
