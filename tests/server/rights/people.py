"""Who asks. Seen from the first city and its branch north; whoever works elsewhere is at the branch far."""

import os
from collections.abc import Mapping
from pathlib import Path

WHO: Mapping[str, str] = {
    "ann": "inspector, lead",
    "bob": "inspector, member",
    "carl": "inspector",
    "both": "supervisor, took part",
    "sue": "supervisor",
    "mara": "manager",
    "kim": "carrier, own",
    "kit": "carrier",
    "adam": "admin",
    "ida": "every role, withdrawn",
    "nora": "no role",
    "zoe": "inspector elsewhere",
    "zed": "supervisor elsewhere",
    "zara": "manager elsewhere",
    "kip": "carrier elsewhere",
    "alma": "admin elsewhere",
}
"""Login -> the column of the table."""
ADDED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "kit": (("carrier", "north"),),
    "ida": (("inspector", "city1"), ("supervisor", "city1"), ("manager", "north"), ("carrier", "north")),
    "adam": (("admin", "city1"),),
    "alma": (("admin", "city2"),),
    "kip": (("carrier", "far"),),
    "fay": (("inspector", "city1"),),
    "rita": (("inspector", "city1"),),
    "dee": (("inspector", "city1"),),
}
"""Who is not in the seed of the protocol's tests; nora is beside them, without any grant. ida loses hers when all is
written down, and still has what she saw."""
TURNED_AWAY: Mapping[str, str] = {
    "nobody": "signed out",
    "fay": "first password",
    "rita": "device revoked",
    "dee": "deactivated",
}
"""Who is turned away before anything is looked at."""
NEAR = ("ann", "bob", "carl", "both", "sue", "mara", "kim", "kit", "adam", "ida", "nora")
FAR = ("zoe", "zed", "zara", "kip", "alma")


def table(title: str, columns: Mapping[str, str], rows: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Lines of Markdown: columns that say the same in every row are one."""
    said: dict[tuple[str, ...], list[str]] = {}
    for who in columns:
        said.setdefault(tuple(cells[who] for cells in rows.values()), []).append(columns[who])
    heads = ["<br>".join(names) for names in said.values()]
    lines = [f"## {title}", "", f"| | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for at, name in enumerate(rows):
        lines.append(f"| {name} | {' | '.join(cells[at] for cells in said)} |")
    return [*lines, ""]


def kept(name: str, lines: list[str]) -> None:
    """The table is what stands beside this file; XUNFANG_TABLES=1 writes it anew."""
    file = Path(__file__).parent / name
    text = "\n".join(lines).rstrip() + "\n"
    if os.environ.get("XUNFANG_TABLES"):
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8"), f"{name} is stale, or a right has changed"
