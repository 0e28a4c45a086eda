"""Whatever end is written behind a packed page, each encoding gives the same JSON."""

import gzip
import json
from typing import Any

import brotli
import msgspec
import pytest

from server.sync.packing import MOST_STORED, ending, joined, pack

READ = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}
ROWS = {"unit": [{"id": "a", "name": "省公司"}], "branch": [{"id": str(n), "name": "支局" * n} for n in range(60)]}


def raw(rows: list[dict[str, Any]]) -> list[msgspec.Raw]:
    return [msgspec.Raw(msgspec.json.encode(row)) for row in rows]


@pytest.mark.parametrize("encoding", READ)
@pytest.mark.parametrize("size", [0, 1, MOST_STORED, 3 * MOST_STORED])
def test_a_page_and_its_end(encoding: str, size: int) -> None:
    packed = pack({name: [bytes(row) for row in raw(rows)] for name, rows in ROWS.items()})
    more = {"branch": [{"id": "later", "name": "x" * size}], "finding": [{"id": "f"}]}
    rest = {"v": 1, "fill": {"unit:a:inspector": "7 1 branch b"}}
    end = ending(packed.types, {name: raw(rows) for name, rows in more.items()}, rest)
    reply = json.loads(READ[encoding](joined(packed, encoding, end)))
    assert reply == {"rows": {**ROWS, "branch": ROWS["branch"] + more["branch"], "finding": more["finding"]}, **rest}


@pytest.mark.parametrize("encoding", READ)
def test_an_end_without_rows(encoding: str) -> None:
    packed = pack({"branch": [b'{"id":"one"}']})
    whole = joined(packed, encoding, ending(packed.types, {}, {"v": 1}))
    assert json.loads(READ[encoding](whole)) == {"rows": {"branch": [{"id": "one"}]}, "v": 1}


def test_an_end_of_exactly_one_block() -> None:
    """The last block is marked also where nothing of it is left over."""
    packed = pack({"branch": [b'{"id":"one"}']})
    short = ending(packed.types, {}, {"x": ""})
    end = ending(packed.types, {}, {"x": "y" * (MOST_STORED - len(short))})
    assert len(end) == MOST_STORED
    assert gzip.decompress(joined(packed, "gzip", end)) == brotli.decompress(joined(packed, "br", end))
