"""What is covered on a photo: nobody without a right to the original gets those pixels, in any size, by any way."""

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from server.photos import burning, viewing
from server.photos.burning import Kept, boxes_of, burnt
from tests.server.photos.conftest import House, Tus
from tests.server.photos.objects import Bucket, Folder, Place
from tests.server.photos.pictures import GPS, ORIENTATION, picture, position_in, sha256

WIDTH, HEIGHT = 640, 480
BOX = [5000, 2500, 7500, 5000]
"""As displayed: 320 to 480 across, 120 to 240 down."""
SIZES = ("preview", "thumb", "screen", "full")
Marks = list[dict[str, Any]]
BLUR: Marks = [{"shape": "blur", "box": BOX}]
SECRET = 40
"""How much the pixels of what is to be covered differ, at the least."""


def face() -> Image.Image:
    """Smooth, but for stripes where the box is."""
    image = Image.merge(
        "RGB",
        [
            Image.linear_gradient("L").resize((WIDTH, HEIGHT)),
            Image.linear_gradient("L").rotate(90).resize((WIDTH, HEIGHT)),
            Image.new("L", (WIDTH, HEIGHT), 128),
        ],
    )
    for x in range(320, 480, 16):
        image.paste((0, 0, 0), (x, 120, x + 8, 240))
        image.paste((255, 255, 255), (x + 8, 120, x + 16, 240))
    return image


def saved(image: Image.Image, kind: str = "JPEG", orientation: int = 1) -> bytes:
    """With a position in it; the pixels turned so that the orientation shows them upright."""
    turned = {1: None, 6: Image.Transpose.ROTATE_90, 3: Image.Transpose.ROTATE_180}[orientation]
    exif, out = Image.Exif(), io.BytesIO()
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (29.0, 33.0, 12.0)}
    (image if turned is None else image.transpose(turned)).save(out, kind, quality=95, exif=exif)
    return out.getvalue()


DATA, PREVIEW = saved(face()), saved(face().resize((320, 240)), "WEBP")


def read(reply: httpx.Response) -> Image.Image:
    """What a browser shows of it."""
    assert reply.status_code == 200, reply.text
    return ImageOps.exif_transpose(Image.open(io.BytesIO(reply.content))).convert("RGB")


def part(image: Image.Image, box: list[int], inset: float) -> Image.Image:
    """What is within a box, without its edges."""
    left, top, right, bottom = (at * side / 10_000 for at, side in zip(box, image.size * 2, strict=True))
    across, down = (right - left) * inset, (bottom - top) * inset
    return image.crop((round(left + across), round(top + down), round(right - across), round(bottom - down)))


def detail(image: Image.Image) -> float:
    """How much neighbours differ from one another: nothing where there is one colour."""
    fine = image.convert("L")
    rough = fine.resize((max(1, fine.width // 16), max(1, fine.height // 16)), Image.Resampling.BOX)
    return float(ImageStat.Stat(ImageChops.difference(fine, rough.resize(fine.size, Image.Resampling.NEAREST))).mean[0])


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    place: Place = Bucket(monkeypatch) if request.param == "s3" else Folder(tmp_path / "pictures")
    yield place
    place.leave()


@pytest.fixture
def photos_url(place: Place) -> str:
    return place.url


@pytest.fixture
def database_url() -> None:
    """The embedded one: the records here are stand-ins."""


async def stored(house: House, tus: Tus, marks: Marks | None = BLUR, data: bytes = DATA) -> str:
    """Ann's photo with something covered; bob sees it, sue is a supervisor."""
    photo = house.shelf.add(sha256(data), sha256(PREVIEW), readers="bob sue")
    house.shelf.rows[photo]["markup"] = marks
    house.shelf.supervisors.add("sue")
    await tus.send(photo, data, sha256(data))
    await tus.send(photo, PREVIEW, sha256(PREVIEW), "preview")
    return photo


async def looked(house: House, person: str, photo: str, size: str, **headers: str) -> httpx.Response:
    async with house.client(person) as client:
        return await client.get(f"/api/photos/{photo}?size={size}", headers=headers)


async def test_who_has_no_right_to_the_original_sees_it_covered_in_every_size(house: House, tus: Tus) -> None:
    photo = await stored(house, tus)
    for size in SIZES:
        for person in ("ann", "sue"):
            assert detail(part(read(await looked(house, person, photo, size)), BOX, 0.1)) > SECRET
        reply = await looked(house, "bob", photo, size)
        shown = read(reply)
        assert detail(part(shown, BOX, 0.0)) < SECRET / 3, size
        assert shown.size == read(await looked(house, "ann", photo, size)).size
        assert reply.headers["content-length"] == str(len(reply.content))
        assert reply.headers["content-type"] == ("image/webp" if size in ("thumb", "screen") else "image/jpeg")
    original = await looked(house, "bob", photo, "original")
    assert (original.status_code, original.json()["code"]) == (404, "not_found")
    assert (await looked(house, "sue", photo, "original")).content == DATA


async def test_what_is_not_covered_is_as_it_was_and_nothing_stands_beside_it(house: House, tus: Tus) -> None:
    photo = await stored(house, tus)
    before, reply = read(await looked(house, "ann", photo, "full")), await looked(house, "bob", photo, "full")
    differs = ImageChops.difference(before, read(reply))
    for beside in ((0, 0, WIDTH, 96), (0, 264, WIDTH, HEIGHT), (0, 0, 296, HEIGHT), (504, 0, WIDTH, HEIGHT)):
        assert max(differs.crop(beside).tobytes()) < 12
    assert position_in(DATA)
    assert position_in(reply.content) == {}
    assert not Image.open(io.BytesIO(reply.content)).getexif()


@pytest.mark.parametrize("orientation", [3, 6])
async def test_a_box_is_where_it_is_on_the_picture_as_it_is_displayed(house: House, tus: Tus, orientation: int) -> None:
    data = saved(face(), orientation=orientation)
    photo = await stored(house, tus, data=data)
    for size in ("thumb", "screen", "full"):
        shown = read(await looked(house, "bob", photo, size))
        assert shown.size == read(await looked(house, "ann", photo, size)).size
        assert shown.width > shown.height
        assert detail(part(shown, BOX, 0.0)) < SECRET / 3


async def test_other_marks_cover_nothing(house: House, tus: Tus) -> None:
    photo = await stored(house, tus, [{"shape": "circle", "box": BOX}, {"shape": "arrow", "box": BOX}])
    whole, seen = [await looked(house, person, photo, "full") for person in ("ann", "bob")]
    assert whole.content == seen.content
    assert whole.headers["etag"] == seen.headers["etag"]


async def test_another_box_is_another_picture_and_none_uncovers(house: House, tus: Tus) -> None:
    photo = await stored(house, tus, None)
    row, tags = house.shelf.rows[photo], list[str]()
    other = [{"shape": "blur", "box": [0, 0, 1000, 1000]}]
    for marks in (None, BLUR, other, [*BLUR, *other]):
        row["markup"] = marks
        reply = await looked(house, "bob", photo, "screen", **({"If-None-Match": tags[-1]} if tags else {}))
        assert reply.status_code == 200, "what was seen before is not what is to be seen now"
        tags.append(reply.headers["etag"])
        assert (await looked(house, "bob", photo, "screen", **{"If-None-Match": tags[-1]})).status_code == 304
    assert len(set(tags)) == 4
    row["markup"] = []
    again = await looked(house, "bob", photo, "screen")
    assert again.headers["etag"] == tags[0]
    assert detail(part(read(again), BOX, 0.1)) > SECRET


async def test_a_browser_asks_again_what_may_have_been_covered_since(house: House, tus: Tus) -> None:
    for marks in (None, BLUR):
        photo = await stored(house, tus, marks)
        for size in SIZES:
            seen = await looked(house, "bob", photo, size)
            assert seen.headers["cache-control"] == "private, no-cache"
            known = await looked(house, "bob", photo, size, **{"If-None-Match": seen.headers["etag"]})
            assert (known.status_code, known.headers["cache-control"]) == (304, "private, no-cache")
            for person in ("ann", "sue"):
                assert "immutable" in (await looked(house, person, photo, size)).headers["cache-control"]
    async with house.client("bob") as client:  # how the client names what it has in its cache
        assert (await client.get(f"/api/photos/{photo}?size=thumb&covered=1a2b3c4d")).status_code == 200


async def test_a_hash_opens_no_covered_picture(house: House, tus: Tus) -> None:
    """Bob sees its hashes in the record; a photo of his own that promises the same must bring the bytes."""
    bare = picture(size=(64, 48), seed=7)
    first = house.shelf.add(sha256(bare), sha256(PREVIEW), readers="bob")
    await tus.send(first, bare, sha256(bare))
    for marks, offset in ((BLUR, "0"), (None, str(len(bare)))):
        house.shelf.rows[first]["markup"] = marks
        async with house.client("bob") as client:
            mine = house.shelf.add(sha256(bare), author="bob")
            reply = await Tus(client).create(mine, sha256(bare), len(bare))
            assert reply.headers["upload-offset"] == offset


async def test_many_who_look_at_once_wait_for_one_covered_copy(
    house: House, tus: Tus, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, asked = await stored(house, tus), list[str]()
    source = viewing._source

    async def counted(workshop: Any, view: Any) -> bytes:
        asked.append(view.copy)
        return await source(workshop, view)

    monkeypatch.setattr(viewing, "_source", counted)
    async with house.client("bob") as client:
        sizes = ("thumb", "full")
        replies = await asyncio.gather(
            *(client.get(f"/api/photos/{photo}?size={size}") for size in sizes for _ in range(6))
        )
    assert {reply.status_code for reply in replies} == {200}
    assert len(asked) == len(sizes)


async def test_covered_copies_are_in_no_store(house: House, tus: Tus, place: Place) -> None:
    photo = await stored(house, tus)
    before = {one.path async for one in house.workshop.store.everything()}
    for size in SIZES:
        await looked(house, "bob", photo, size)
    assert {one.path async for one in house.workshop.store.everything()} == before


# The picture alone


def test_what_is_covered_is_a_few_cells_of_one_colour_each() -> None:
    image = Image.open(io.BytesIO(picture("PNG", size=(400, 300))))
    burning._cover(image, (2500, 2500, 7500, 5000))
    box = image.crop((100, 75, 300, 150))
    colours = box.getcolors()
    assert colours is not None, "few enough to be counted"
    assert 1 <= len(colours) <= burning.CELLS * 2
    assert all(channel & 0x1F == 0x0F for channel in box.tobytes())


@pytest.mark.parametrize(
    "box", [(0, 0, 10_000, 10_000), (9999, 9999, 10_000, 10_000), (0, 0, 0, 0), (5000, 0, 5000, 9)]
)
@pytest.mark.parametrize("size", [(1, 1), (3, 900), (64, 48)])
def test_no_box_is_too_small_or_too_large(size: tuple[int, int], box: burning.Box) -> None:
    for copy in ("thumb", "display"):
        out = Image.open(io.BytesIO(burnt(picture("PNG", size=size), copy, [box])))
        assert out.width <= size[0]


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_colour_is_covered(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert burnt(out.getvalue(), "display", [(0, 0, 5000, 5000)])


def test_what_is_transparent_tells_no_colour() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (200, 10, 10, 0)).save(out, "PNG")
    shown = Image.open(io.BytesIO(burnt(out.getvalue(), "display", [(0, 0, 1, 1)])))
    assert shown.getpixel((30, 30)) == (255, 255, 255)


def test_only_so_much_is_kept_and_what_was_looked_at_last_longest() -> None:
    kept = Kept(most=10)
    kept.keep("a", b"1234")
    kept.keep("b", b"1234")
    assert kept.get("a") == b"1234"
    kept.keep("c", b"1234")
    assert [kept.get(name) is not None for name in "abc"] == [True, False, True]
    kept.keep("d", b"x" * 11)
    assert kept.get("d") is None


def test_a_photo_of_before_there_were_marks_covers_nothing() -> None:
    assert boxes_of({}) == boxes_of({"markup": None}) == boxes_of({"markup": []}) == ()
