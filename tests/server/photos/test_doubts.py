"""Hints for whoever reviews a photo: where it was taken, whether its device signed for it, whether it was seen."""

import base64
import io
import json
import random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

from server.door import server_change
from server.photos.imaging import examine
from server.photos.looks import UPRIGHT, are_alike
from sync.proof import FENCE_M, STALE_MS
from tests.server.photos.conftest import tus_of
from tests.server.photos.pictures import picture, sha256
from tests.server.protocol.gestures import FAIL, Hand, finding_id
from tests.server.protocol.seed import named
from tests.server.protocol.world import World

HERE = {"lat": 29.5, "lon": 106.5}
BROKEN = {"signature": f"{'A' * 86}==", "key": f"{'A' * 87}=", "text": "[1"}
PREVIEW = picture("WEBP", seed=2)


class Phone:
    """A phone that signs what it takes."""

    def __init__(self, hand: Hand, branch: str = "north") -> None:
        self.hand, self.branch = hand, branch
        self.key = ec.generate_private_key(ec.SECP256R1())

    def inspect(self) -> str:
        inspection = self.hand.start(self.branch)
        self.hand.check(inspection, "A-1.a", FAIL)
        return inspection

    def signed(self, facts: dict[str, Any]) -> dict[str, str]:
        text = json.dumps(facts, ensure_ascii=False)
        numbers = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(SHA256())))
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        raw = b"".join(number.to_bytes(32) for number in numbers)
        return {"text": text, "key": base64.b64encode(point).decode(), "signature": base64.b64encode(raw).decode()}

    async def take(self, inspection: str, data: bytes, item: str = "A-1", *, sign: bool = True, **told: Any) -> str:
        """A picture of an item, brought whole; `told`: what its record says otherwise than what was signed."""
        hand, id_ = self.hand, self.hand.new_id()
        facts = {
            **hand.picture(finding_id(inspection, item), id_),
            "sha256": sha256(data),
            "preview_sha256": sha256(PREVIEW),
            "bytes": len(data),
            "check": f"{item}.a",
            "clock_offset": 0,
            "position": {**HERE, "accuracy": 10.0, "at": hand.now()},
        }
        proof = {}
        if sign:
            who = {"photo": id_, "person": hand.person, "branch": named(self.branch), "app": "1.0", "v": 1}
            proof = {"proof": self.signed({**facts, **who})}
        hand.edit("photo", id_, {**facts, **proof, **told})
        await hand.sync()
        created = await tus_of(hand).create(id_, sha256(data), len(data))
        if created.headers["upload-offset"] == "0":
            assert (await tus_of(hand).patch(created.headers["location"], 0, data)).status_code == 204
        return id_

    async def hints(self, photo: str) -> list[str]:
        await self.hand.sync()
        found: list[str] = self.hand.row("photo", photo)["hints"]
        return found


def scene(seed: int, kind: str = "JPEG", size: tuple[int, int] = (320, 240), **options: Any) -> bytes:
    """A picture that looks like itself in any size, and like no other."""
    chance = random.Random(seed)
    image = Image.frombytes("L", (9, 8), chance.randbytes(72)).resize(size, Image.Resampling.BICUBIC).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.fixture
async def phone(world: World) -> Phone:
    """Ann's, at a branch whose place is known."""
    (ann,) = await world.team("ann")
    home = {**HERE, "accuracy": 0.0, "at": 1}
    await server_change("branch", named("north"), {"position": home}, now=world.clock())
    return Phone(ann)


async def test_a_photo_as_it_should_be_bears_no_hint(phone: Phone) -> None:
    inspection = phone.inspect()
    assert await phone.hints(await phone.take(inspection, scene(1))) == []


async def test_what_is_wrong_with_the_place_is_told(phone: Phone) -> None:
    inspection = phone.inspect()
    at = phone.hand.now()
    degree = FENCE_M / 111_195
    near = {"lat": HERE["lat"] + degree * 0.99, "lon": HERE["lon"], "accuracy": 0.0, "at": at}
    vague = {**near, "lat": HERE["lat"] + degree * 2, "accuracy": FENCE_M * 1.1}
    far = {**near, "lat": HERE["lat"] + degree * 1.02}
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"position": near}, []),
        ({"position": vague}, []),
        ({"position": far}, ["out_of_fence"]),
        ({"position": None}, ["no_position"]),
        ({"taken_at": at, "position": {**near, "at": at - STALE_MS}}, []),
        ({"taken_at": at, "position": {**far, "at": at - STALE_MS - 1}}, ["stale_position", "out_of_fence"]),
        ({"source": "gallery"}, ["gallery"]),
    ]
    for seed, (told, hints) in enumerate(cases):
        photo = await phone.take(inspection, scene(10 + seed), sign=False, **told)
        assert await phone.hints(photo) == [*hints, "unsigned"], told


async def test_a_record_that_says_something_else_than_was_signed(phone: Phone) -> None:
    inspection = phone.inspect()
    otherwise = ({"taken_at": 5}, {"source": "gallery"}, {"position": None}, {"check": None}, {"clock_offset": 7})
    for seed, told in enumerate(otherwise):
        photo = await phone.take(inspection, scene(30 + seed), **told)
        assert "wrong_signature" in await phone.hints(photo), told


async def test_a_signature_is_of_its_device(phone: Phone) -> None:
    inspection = phone.inspect()
    assert await phone.hints(await phone.take(inspection, scene(3))) == []
    phone.key = ec.generate_private_key(ec.SECP256R1())
    assert await phone.hints(await phone.take(inspection, scene(4))) == ["wrong_signature"]


async def test_a_signature_that_is_none(phone: Phone) -> None:
    inspection = phone.inspect()
    good = phone.signed({})  # signed rightly, but of no photo
    broken_ones = (good, *({**good, name: value} for name, value in BROKEN.items()))
    for seed, broken in enumerate(broken_ones):
        photo = await phone.take(inspection, scene(20 + seed), proof=broken)
        assert await phone.hints(photo) == ["wrong_signature"]


async def test_a_picture_that_was_seen_before(phone: Phone) -> None:
    first = phone.inspect()
    assert await phone.hints(await phone.take(first, scene(5))) == []
    assert await phone.hints(await phone.take(first, scene(6))) == []
    for again in (
        scene(5),
        scene(5, quality=20),
        scene(5, size=(900, 675), quality=60),
        scene(5, "WEBP", quality=30),
        scene(5, "PNG", size=(160, 120)),
    ):
        assert await phone.hints(await phone.take(phone.inspect(), again)) == ["seen_before"]


async def test_two_of_one_item_are_no_doubt(phone: Phone) -> None:
    inspection = phone.inspect()
    await phone.take(inspection, scene(7))
    assert await phone.hints(await phone.take(inspection, scene(7, quality=30))) == []


async def test_walls_look_like_nothing(phone: Phone) -> None:
    first, later = phone.inspect(), phone.inspect()
    out = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(out, "JPEG")
    await phone.take(first, out.getvalue())
    out = io.BytesIO()
    Image.new("RGB", (300, 100), "grey").save(out, "JPEG")
    assert await phone.hints(await phone.take(later, out.getvalue())) == []


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_look_is_that_of_the_picture_upright(orientation: int) -> None:
    with Image.open(io.BytesIO(scene(8, "PNG"))) as image:
        # How a camera keeps it: turned the other way. Only quarters are not their own opposite.
        kept = image if orientation == 1 else image.transpose(UPRIGHT[{6: 8, 8: 6}.get(orientation, orientation)])
        exif = Image.Exif()
        exif[0x0112] = orientation
        out = io.BytesIO()
        kept.save(out, "PNG", exif=exif)
    one, other = examine(scene(8, "PNG")).look, examine(out.getvalue()).look
    assert one is not None
    assert other is not None
    assert are_alike(one, other)
