"""Version 1 of the format: the same file by Python and, in `tests/pwa/rescue`, by TypeScript; read by the server."""

import base64
import hashlib
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.rescue import container
from server.rescue.container import Reader, Unreadable, key_of, normal_code, read_head, read_through
from server.rescue.keys import OfficeKey
from server.rescue.reports import MOST_CODES, counted
from tests.server.rescue.making import Made

VECTOR: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "version-1.json").read_bytes())
PICTURE = bytes(at * 7 % 251 for at in range(VECTOR["picture"]["entry"]["bytes"]))


def private_key() -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(VECTOR["office_pem"].encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def made() -> Made:
    made = Made(VECTOR["keys"], VECTOR["keys"]["device"], VECTOR["person"], VECTOR["made_at"])
    for entry in VECTOR["entries"]:
        made.add(entry)
    return made.add(VECTOR["picture"]["entry"], PICTURE).add(VECTOR["end"])


def own_key() -> ec.EllipticCurvePrivateKey:
    number = VECTOR["own"]["d"]
    value = int.from_bytes(base64.urlsafe_b64decode(number + "=" * (-len(number) % 4)), "big")
    return ec.derive_private_key(value, ec.SECP256R1())


@pytest.mark.parametrize("way", ["office", "code"])
def test_the_vector_is_what_is_written_and_read(way: str) -> None:
    content = (
        made().for_office(own_key()) if way == "office" else made().with_code(normal_code(VECTOR["code"]).decode())
    )
    assert hashlib.sha256(content).hexdigest() == VECTOR["sha256"][way]
    file = io.BytesIO(content)
    head, line = read_head(file)
    office = OfficeKey(private_key())

    def secret_of(head: container.Head) -> bytes:
        return office.shared_with(head.public) if head.public else container.secret_of_code(head, VECTOR["code"])

    key = key_of(head, line, secret_of, office.seal_of(head.device, head.person))
    found = read_through(Reader(file, key))
    assert [json.loads(raw) for raw in found.waiting] == [VECTOR["entries"][1]["change"]]
    assert found.refused == ["locked"]
    assert (found.about.cursor, found.photos) == (18231, 1)
    file.seek(len(line))
    reader = Reader(file, key)
    for _ in range(4):
        entry = reader.entry()
    assert isinstance(entry, container.Photo)
    assert b"".join(reader.pieces(entry.bytes)) == PICTURE


def reader_of(made: Made) -> Reader:
    file = io.BytesIO(made.for_office())
    head, line = read_head(file)
    office = OfficeKey(private_key())
    assert head.public
    secret = office.shared_with(head.public)
    return Reader(file, key_of(head, line, lambda _: secret, office.seal_of(head.device, head.person)))


@pytest.mark.parametrize("limit", [{"MOST_TEXT": 100}, {"MOST_ENTRIES": 2}])
def test_a_file_beyond_measure_is_not_held_in_memory(limit: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its entries are: also those that are only told cost their reader something."""
    for name, value in limit.items():
        monkeypatch.setattr(container, name, value)
    with pytest.raises(Unreadable):
        read_through(reader_of(made()))


def test_what_was_refused_takes_no_room() -> None:
    """A small file must not fill the memory of the server: 2 000 refused changes of 10 kB leave less than a tenth."""
    file = Made(VECTOR["keys"], VECTOR["keys"]["device"], VECTOR["person"], VECTOR["made_at"])
    file.add({"kind": "about", "cursor": None, "app": ""})
    for at in range(2000):
        file.add({"kind": "refused", "code": f"made up {at}", "change": "x" * 10_000})
    reader = reader_of(file.add({"kind": "end", "changes": 0, "kept": 0, "refused": 2000, "photos": 0}))
    tracemalloc.start()
    found = read_through(reader)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
    told = counted([*found.refused, "locked", "locked"])
    assert (len(told), told["locked"], told["other"], sum(told.values())) == (MOST_CODES + 1, 2, 1901, 2002)
