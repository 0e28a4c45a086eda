"""What counts as a picture, and what is left of one when its metadata is gone."""

import contextlib
import io
import struct
import warnings
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from server.photos import imaging
from server.photos.imaging import examine
from server.photos.metadata import strip_jpeg, strip_png, strip_webp
from server.problems import Refusal
from tests.server.photos.conftest import House, Tus
from tests.server.photos.pictures import (
    ORIENTATION,
    many_scans,
    picture,
    png_bomb,
    png_text_bomb,
    position_in,
    sha256,
    with_position,
)

KINDS = ("JPEG", "PNG", "WEBP")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_picture_looks_like_is_found_once(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs as much as all the rest."""
    looked = []
    monkeypatch.setattr(imaging, "look_of", lambda image, orientation: looked.append(orientation))
    assert examine(with_position(kind)).display is not None
    assert looked == [1]


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


def display(data: bytes) -> bytes:
    copy = examine(data).display
    assert copy is not None
    return copy


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", [1, 6])
def test_metadata_goes_pixels_and_orientation_stay(kind: str, orientation: int) -> None:
    data = with_position(kind, orientation)
    assert position_in(data)
    copy = display(data)
    assert pixels(copy) == pixels(data)
    assert position_in(copy) == {}
    assert b"Camera Maker" not in copy
    with Image.open(io.BytesIO(copy)) as image:
        assert dict(image.getexif()) == ({} if orientation == 1 else {ORIENTATION: 6})


@pytest.mark.parametrize("kind", KINDS)
def test_the_colour_profile_stays(kind: str) -> None:
    profile = b"a profile" * 20
    copy = display(with_position(kind, icc_profile=profile))
    with Image.open(io.BytesIO(copy)) as image:
        assert image.info["icc_profile"] == profile


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_without_metadata_is_served_as_it_is(kind: str) -> None:
    found = examine(picture(kind))
    assert found.display is None
    assert found.media == f"image/{kind.lower()}"


def test_texts_comments_and_what_hangs_behind_the_end_go() -> None:
    assert b"secret" not in display(picture(comment=b"secret"))
    assert b"secret" not in display(picture() + b"secret video")
    assert b"secret" not in display(picture("PNG") + b"secret")
    xmp = b"<x:xmpmeta>secret</x:xmpmeta>"
    assert b"secret" not in display(picture(xmp=xmp))
    assert b"secret" not in display(picture("WEBP", xmp=xmp))


def test_a_second_picture_in_the_file_goes() -> None:
    first, second = Image.new("RGB", (64, 48), "red"), Image.new("RGB", (64, 48), "blue")
    out = io.BytesIO()
    first.save(out, "MPO", save_all=True, append_images=[second])
    found = examine(out.getvalue())
    assert found.media == "image/jpeg"
    assert found.display is not None
    with Image.open(io.BytesIO(found.display)) as image:
        assert image.format == "JPEG"


def test_coloured_otherwise() -> None:
    for mode in ("L", "CMYK"):
        out = io.BytesIO()
        Image.new(mode, (40, 30)).save(out, "JPEG")
        found = examine(out.getvalue())
        assert pixels(found.display or out.getvalue()) == pixels(out.getvalue())


def animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def foreign(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()


BAD = {
    "nothing like it": b"not a picture at all",
    "a page": b"<html><script>alert(1)</script></html>",
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "GIF": foreign("GIF"),
    "TIFF": foreign("TIFF"),
    "BMP": foreign("BMP"),
    "only a start": b"\xff\xd8\xff",
    "half a JPEG": picture(size=(200, 200))[:9000],
    "a JPEG without its end": picture()[:-2],
    "half a PNG": picture("PNG")[:2000],
    "half a WebP": picture("WEBP")[:300],
    "a bomb of pixels": png_bomb(),
    "a smaller bomb": png_bomb(8000, 8000),
    "a bomb of text": png_text_bomb(),
    "a bomb of scans": many_scans(1000),
    "a moving one": animated(),
    "a broken chunk": picture("PNG").replace(b"IDAT", b"IDAX", 1),
}


OTHERWISE = {"a bomb of pixels": "huge_image", "a smaller bomb": "huge_image", "a moving one": "moving_image"}


@pytest.mark.parametrize("name", BAD)
def test_what_no_viewer_should_open(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        examine(BAD[name])
    assert (refused.value.code, refused.value.status) == (OTHERWISE.get(name, "bad_image"), 422)


@pytest.mark.parametrize("name", ["a page", "half a JPEG", "a bomb of pixels", "a bomb of text", "a moving one"])
async def test_a_bad_picture_ends_its_upload(house: House, tus: Tus, name: str) -> None:
    data = BAD[name]
    photo = house.shelf.add(sha256(data), sha256(data))
    url = await tus.location(photo, sha256(data), len(data))
    reply = await tus.patch(url, 0, data)
    assert (reply.status_code, reply.json()["code"]) == (422, OTHERWISE.get(name, "bad_image"))
    assert (await tus.client.head(url)).status_code == 410
    assert house.shelf.said == []
    assert list((house.data / "uploads").iterdir()) == []
    assert list((house.data / "photos").rglob("*")) == []
    assert (await tus.client.get(f"/api/photos/{photo}")).json()["code"] == "photo_expected"


SOUND = [with_position(kind, orientation) for kind in KINDS for orientation in (1, 8)]


@given(
    st.sampled_from(SOUND), st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=4)), max_size=6)
)
def test_damaged_pictures_are_refused_or_served_clean(data: bytes, damages: list[tuple[int, bytes]]) -> None:
    for place, damage in damages:
        at = place % len(data)
        data = data[:at] + damage + data[at + len(damage) :]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            copy = examine(data).display
        except Refusal:
            return
        assert position_in(copy or data) == {}


@given(st.sampled_from((strip_jpeg, strip_png, strip_webp)), st.binary(max_size=60), st.sampled_from(SOUND))
def test_stripping_reads_any_bytes_without_harm(
    strip: Callable[[bytes, int], bytes], noise: bytes, data: bytes
) -> None:
    for bytes_ in (noise, data[:12] + noise, data[:40] + noise):
        with contextlib.suppress(ValueError, struct.error):
            strip(bytes_, 1)
