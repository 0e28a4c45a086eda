"""`tests/HAZARDS.md` is whole, and every test it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests" / "HAZARDS.md"
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[^`:]+)::([^`]+)`")
HONEST = ("Cannot occur", "untested")
"""How a row may say that no test tries the very thing."""


def rows() -> list[tuple[int, str]]:
    """Number and last cell of every row."""
    return [(int(number), here) for number, _, _, here in ROW.findall(TABLE.read_text())]


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the tests in a file."""
    text = path.read_text()
    if path.suffix == ".py":
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        return frozenset(node.name for node in ast.walk(ast.parse(text)) if isinstance(node, kinds))
    return frozenset(
        name for _, name in re.findall(r"^\s*\]?(?:test\S*?\(|\S.*\)\(|)\s*(['\"])(.+?)\1,", text, re.MULTILINE)
    )


def test_every_hazard_has_its_row() -> None:
    assert [number for number, _ in rows()] == list(range(1, 48))


def test_every_named_test_exists() -> None:
    named = [(number, file, name) for number, here in rows() for file, name in NAMED.findall(here)]
    assert len(named) > 60
    missing = [(number, file, name) for number, file, name in named if not exists(ROOT / file, name)]
    assert not missing


def exists(path: Path, name: str) -> bool:
    return path.is_file() and name in names_in(path)


def test_a_row_names_a_test_or_says_why_not() -> None:
    silent = [number for number, here in rows() if not NAMED.search(here) and not any(word in here for word in HONEST)]
    assert not silent
