"""Behind the Makefile: gets a bare machine ready, then runs or tests the product. Standard library only.

What is fresh is left alone: each step leaves a stamp with the hash of what it was made from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # at run time an older Python must get as far as the sentence in main()
    from collections.abc import Callable, Mapping

    Command = list[str | Path]

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RUN_LISTS = ["requirements.txt", "requirements-build.txt"]
TESTED = ["tests/sync", "tests/model", "tests/server", "tests/bench"]
TWO_AT_ONCE = ["-n", "2", "--dist", "loadfile"]  # a file's tests share what is dear to make
TEST_LISTS = ["requirements-dev.txt"]  # holds the other two, in the same versions


def main(target: str) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - the reader may have an older one
        return stop(
            f"Xunfang needs Python 3.11 or later; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11"
        )
    os.chdir(ROOT)
    prepare_environment(RUN_LISTS if target in {"run", "build"} else TEST_LISTS)
    ready([PYTHON, "hatch_build.py"])
    if target == "run":
        return run_server()
    if target in {"build", "tools"}:
        return 0
    if target in DEEP:
        return run_deep(target)
    prepare_browser()
    if target == "shots":
        return call([PYTHON, "-m", "pytest", "-q", "tests/journeys/shots.py"])
    if target == "bench":
        return max(call([PYTHON, "-m", name]) for name in ("tests.bench", "tests.bench.bench_client"))
    return run_tests()


# --- getting ready ---


def prepare_environment(lists: list[str]) -> None:
    if not healthy():
        make_environment()
    needed = [name for name in lists if not stamped(name)]
    if needed:
        say("Installing Python packages (hashes checked)")
        listed = [part for name in needed for part in ("-r", name)]
        ready([*installer(), "install", "--quiet", "--require-hashes", *listed])
        stamp(needed)
        if lists == TEST_LISTS:
            stamp(RUN_LISTS)
    if not stamped("pyproject.toml"):
        # Without isolation: hatchling is there already, checked by its hash.
        environment = {**os.environ, "XUNFANG_SKIP_CLIENT": "1"}
        ready([*installer(), "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", "."], environment)
        stamp(["pyproject.toml"])
    if subprocess.run([PYTHON, "hatch_build.py", "has-node"]).returncode and not stamped("requirements-node.txt"):
        say("No Node 20.19 or later here: installing one from PyPI into .venv")
        ready([*installer(), "install", "--quiet", "--require-hashes", "-r", "requirements-node.txt"])
        stamp(["requirements-node.txt"])


def healthy() -> bool:
    """Is there an environment whose Python starts and is recent enough?"""
    probe = "import sys; raise SystemExit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", probe], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    say("Making the Python environment .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL).returncode == 0:
        ready([sys.executable, "-m", "venv", VENV])
    elif shutil.which("uv"):
        ready(["uv", "venv", "--quiet", "--python", sys.executable, VENV])
    elif apt_install("python3-venv"):
        ready([sys.executable, "-m", "venv", VENV])
    else:
        raise SystemExit(stop("Python's venv module is missing. As root: apt-get install python3-venv"))


def installer() -> Command:
    """pip, which heeds this machine's own settings; uv only where the environment has no pip."""
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    if shutil.which("uv"):
        os.environ["VIRTUAL_ENV"] = str(VENV)
        return ["uv", "pip"]
    if subprocess.run([PYTHON, "-m", "ensurepip"], capture_output=True).returncode == 0:
        return [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    raise SystemExit(stop("The environment .venv has no pip. Remove it (rm -r .venv) and start again."))


def prepare_browser() -> None:
    """A Chromium for the journeys: the machine's own, else Debian's, else Playwright's."""
    if not any(shutil.which(name) for name in CHROMIUM_NAMES) and not apt_install("chromium"):
        say("Fetching Playwright's own Chromium")
        if call([PYTHON, "-m", "playwright", "install", "chromium"]):
            raise SystemExit(stop("The journeys need Chromium. As root: apt-get install chromium"))
    listed = (
        subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True) if shutil.which("fc-list") else None
    )
    if not (listed and listed.stdout.strip()):
        apt_install("fonts-noto-cjk")  # without it the tests pass all the same, only pictures show boxes


def apt_install(package: str) -> bool:
    """Install a Debian package where we may; False where we may not or it fails."""
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Installing Debian's {package}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0


def stamp_file(name: str) -> Path:
    return VENV / ".stamps" / name


def content(name: str) -> str:
    """What a step depends on: the file, the Python and the place (scripts name it in their first line)."""
    about = f"{VENV}\0{(VENV / 'pyvenv.cfg').read_text()}\0".encode()
    return hashlib.sha256(about + (ROOT / name).read_bytes()).hexdigest()


def stamped(name: str) -> bool:
    file = stamp_file(name)
    return file.is_file() and file.read_text() == content(name)


def stamp(names: list[str]) -> None:
    for name in names:
        stamp_file(name).parent.mkdir(exist_ok=True)
        stamp_file(name).write_text(content(name))


# --- doing it ---


def run_server() -> int:
    os.environ.setdefault("XUNFANG_DEMO", "1")
    if os.environ.get("LAN"):
        os.environ.setdefault("XUNFANG_LAN", os.environ["LAN"])
    try:
        return call([PYTHON, "-m", "server.cli", "serve"])
    except KeyboardInterrupt:
        return 0


def run_deep(target: str) -> int:
    """The long forms of what `test` runs short. Each keeps its figures in bench/results."""
    if target == "kills":
        prepare_browser()
    codes = []
    for module, *arguments in DEEP[target](os.environ):
        say(f"{module} {' '.join(arguments)}")
        codes.append(call([PYTHON, "-m", module, *arguments]))
    return int(any(codes))


def soak(asked: Mapping[str, str]) -> list[list[str]]:
    """Half the time for the model in memory, a quarter for each database behind HTTP."""
    minutes = float(asked.get("MINUTES") or 30)
    http = [
        ["tests.server.model", "soak", "--minutes", f"{minutes / 4:g}", "--database", database]
        for database in ("sqlite", "postgresql")
    ]
    return [["tests.model", "soak", "--minutes", f"{minutes / 2:g}"], *http]


DEEP: dict[str, Callable[[Mapping[str, str]], list[list[str]]]] = {
    "soak": soak,
    "mutants": lambda asked: [["tests.model", "mutants"], ["tests.server.model", "mutants"]],
    "kills": lambda asked: [
        *([module, "--count", asked.get("N") or "50"] for module in ("tests.server.kills", "tests.journeys.kills")),
        ["tests.server.photos"],  # with their store in an S3
    ],
    "fuzz": lambda asked: [["tests.server.fuzz", "--minutes", asked.get("MINUTES") or "10"]],
}


def run_tests() -> int:
    npm: Command = [PYTHON, "hatch_build.py", "npm", "run", "--silent"]
    # Those of the list of deductions are played by the tests of both sides.
    vectors: Command = [path for path in sorted(ROOT.glob("sync/vectors/*/*.json")) if path.parent.name != "deductions"]
    shared: Command = [path for path in vectors if Path(path).parent.name != "merge"]
    stages: list[tuple[str, list[Command]]] = [
        ("lint", [[tool("ruff"), "check"], [tool("ruff"), "format", "--check", "--quiet"], [*npm, "lint"]]),
        ("types", [[PYTHON, "-m", "mypy"], [*npm, "check"]]),
        ("import contracts", [[tool("lint-imports")]]),
        ("generated contract", [[PYTHON, "-m", "server.contract", "--check"]]),
        ("vectors", [[PYTHON, "-m", "sync.vectors", *vectors], [*npm, "vectors", "--", *shared]]),
        ("client", [[*npm, "test"], [*npm, "size"]]),
    ]
    failed = []
    for number, (name, commands) in enumerate(stages, 1):
        say(f"[{number}/{len(stages) + 2}] {name}")
        codes = [call(command) for command in commands]  # all of them: one failure must not hide another
        if any(codes):
            failed.append(name)
    if failed:
        say(f"Failed so far: {', '.join(failed)}")
    say(f"[{len(stages) + 1}/{len(stages) + 2}] unit and server")
    tested = call([PYTHON, "-m", "pytest", *TWO_AT_ONCE, *TESTED])
    say(f"[{len(stages) + 2}/{len(stages) + 2}] journeys")
    walked = call([PYTHON, "-m", "pytest", "tests/journeys"])
    return tested or walked or int(bool(failed))


def tool(name: str) -> Path:
    return PYTHON.with_name(name)


def ready(command: Command, environment: dict[str, str] | None = None) -> None:
    if code := call(command, environment):
        raise SystemExit(code)


def call(command: Command, environment: dict[str, str] | None = None) -> int:
    return subprocess.run(command, env=environment).returncode


def say(text: str) -> None:
    print(f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text, flush=True)


def stop(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
