"""The runbook of the README as it is printed there, and a machine to follow it on."""

import asyncio
import re
import shlex
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

from tests.server.kills.housing import ROOT, Server

HEADINGS = {"README.md": "### The data is lost: the runbook", "README.zh-CN.md": "### 数据丢了：恢复步骤"}
_PRELUDE = """
xunfang() {{ {python} -m server.cli "$@" </dev/null; }}
chown() {{ true; }}
systemctl() {{ echo "systemctl $*"; read -r _; }}
"""


def steps(readme: str) -> str:
    """The commands under the heading of the runbook."""
    section = (ROOT / readme).read_text().partition(f"\n{HEADINGS[readme]}\n")[2].partition("\n### ")[0]
    (block,) = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return str(block)


def nightly(readme: str) -> str:
    """The command of the nightly backup."""
    (command,) = re.findall(r"`(XUNFANG_DATA=\S+ xunfang backup [^`]+)`", (ROOT / readme).read_text())
    return str(command)


def commands(block: str) -> list[str]:
    """Its lines without what they say to people."""
    return [line.partition("  #")[0].rstrip() for line in block.splitlines() if line.strip()]


class Machine:
    """`/srv` and port 8000 of the runbook are ``srv`` and the port of ``server``, which is what systemctl means."""

    def __init__(self, srv: Path, server: Server) -> None:
        self.srv = srv
        self.server = server

    async def follow(self, block: str) -> str:
        """Run the commands in one shell, as printed. Returns what they said; AssertionError when one fails."""
        here = block.replace("/srv/", f"{self.srv}/").replace("127.0.0.1:8000", f"127.0.0.1:{self.server.port}")
        script = _PRELUDE.format(python=shlex.quote(sys.executable)) + here
        shell = await asyncio.create_subprocess_exec(
            "bash", "-c", script, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=STDOUT
        )
        assert shell.stdin is not None
        assert shell.stdout is not None
        said = ""
        async for line in shell.stdout:
            said += line.decode()
            if line.startswith(b"systemctl "):
                await self._systemctl(*line.decode().split()[1:])
                shell.stdin.write(b"done\n")
                await shell.stdin.drain()
        assert await shell.wait() == 0, said
        return said

    async def _systemctl(self, verb: str, unit: str) -> None:
        assert unit == "xunfang"
        if verb == "stop":
            await self.server.kill()
        else:
            assert verb == "start"
            self.server.spawn()
