"""Nonsense at ``/api/uploads``: a refusal leaves everything as it was, and nobody touches another's upload."""

import asyncio
from base64 import b64encode
from collections import Counter
from hashlib import sha1, sha256
from random import Random
from typing import Any

import httpx

from server.photos import tus
from tests.server.fuzz.ground import GHOST, LOGINS, Ground, Kind
from tests.server.fuzz.state import changed, state
from tests.server.photos.pictures import many_scans, picture, png_bomb
from tests.server.protocol.gestures import Hand, finding_id
from tests.server.reply import check_problem, demand

SPEAKS = {"Tus-Resumable": tus.VERSION}
GOOD = picture(size=(64, 48))
HOSTILE = [
    png_bomb(), GOOD[:-200], GOOD[:30], b"GIF89a" + bytes(100), b"<svg onload='x'/>", b"<html><script>x</script>",
    GOOD + b"PK\x03\x04 a zip behind it", many_scans(200), b"\0" * 5000, b"\xff\xd8\xff" + bytes(3000), b"x",
    picture("PNG")[:60] + bytes(100),
]  # fmt: skip
ODD: list[str] = [
    "", "-1", "0", "1e3", "+5", "0x10", "9" * 15, "9" * 40, " 7 ", "7,7", "\xff", "1.0.1", "x" * 9000, "null", "٣",
]  # fmt: skip
MEANT_TO_CHANGE = frozenset({"hash_mismatch", "bad_image", "heic_image", "huge_image", "moving_image"})
"""These refusals start an upload over or end it."""


class Uploader:
    """One who uploads and does not keep to the rules. ``urls`` holds every upload there is, by kind of caller."""

    def __init__(self, ground: Ground, phone: Hand, random: Random) -> None:
        self.ground = ground
        self.phone = phone
        self.random = random
        self.photos: dict[str, bytes] = {}
        self.urls: list[str] = []

    async def prepare(self, inspection: str) -> "Uploader":
        """Records that promise one good picture and every hostile one."""
        for data in (GOOD, *HOSTILE):
            id_ = self.phone.new_id()
            record = self.phone.picture(finding_id(inspection, "A-1"), id_)
            promised = {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
            self.phone.edit("photo", id_, record | promised | {"preview_sha256": sha256(b"p" + data).hexdigest()})
            self.photos[id_] = data
        await self.phone.sync()
        return self

    def metadata(self) -> str:
        """A promise, mostly a good one."""
        photo = self.random.choice([*self.photos, self.ground.far["photo"], GHOST])
        pairs = {"photo": photo, "sha256": sha256(self.photos.get(photo, b"")).hexdigest(), "kind": "full"}
        if self.random.random() < 0.3:
            pairs[self.random.choice(list(pairs))] = self.random.choice(["", "x", "\0", "preview", "a" * 64, "é"])
        text = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in pairs.items())
        return self.random.choice([text] * 6 + [text + "=", text + ",photo eA==", text[:-3], ",,,", "photo", "\xff"])

    def headers(self, valid: dict[str, str]) -> dict[str, bytes]:
        """Headers of which one may be odd or missing."""
        if self.random.random() < 0.4:
            name = self.random.choice(list(valid))
            valid = {**valid, name: self.random.choice(ODD)}
            if self.random.random() < 0.3:
                del valid[name]
        return {name: value.encode("utf-8" if value == "٣" else "latin-1") for name, value in valid.items()}

    def request(self) -> tuple[str, str, dict[str, bytes], bytes]:
        """Method, URL, headers and body of something like an upload."""
        url = self.random.choice([*self.urls[-6:], f"/api/uploads/{GHOST}", "/api/uploads/%2e%2e%2fxunfang.sqlite3"])
        data = self.random.choice(list(self.photos.values()))
        if self.random.random() < 0.35:
            length = str(len(data)) if self.random.random() < 0.8 else self.random.choice(ODD)
            return (
                "POST",
                "/api/uploads",
                self.headers({**SPEAKS, "Upload-Length": length, "Upload-Metadata": self.metadata()}),
                b"",
            )
        if self.random.random() < 0.2:
            return self.random.choice(["HEAD", "DELETE", "GET", "PUT", "OPTIONS"]), url, self.headers(SPEAKS), b""
        cut = self.random.choice([data, data[:10], data[10:], b"", data * 2])
        valid = {
            **SPEAKS,
            "Upload-Offset": self.random.choice(["0", "0", "10", str(len(data))]),
            "Content-Type": tus.BODY_TYPE,
        }
        if self.random.random() < 0.3:
            right = self.random.choice([sha1, sha256])(cut)
            digest = right.digest() if self.random.random() < 0.5 else b"x" * right.digest_size
            valid["Upload-Checksum"] = f"{right.name} {b64encode(digest).decode()}"
        method = self.random.choice(["PATCH", "PATCH", "PATCH", "POST"])
        if method == "POST":
            valid["X-HTTP-Method-Override"] = self.random.choice(["PATCH", "DELETE", "TRACE", ""])
        return method, url, self.headers(valid), cut

    async def send(self, kind: Kind, method: str, url: str, headers: dict[str, bytes], body: bytes) -> httpx.Response:
        response = await self.ground.send(kind, method, url, headers, body)  # type: ignore[arg-type]
        what = f"{kind}: {method} {url} {headers} {body[:80]!r} -> {response.status_code} {response.text[:200]}"
        demand(response.status_code < 500, f"never our own fault: {what}")
        asked = url.encode() + repr(headers).encode() + body
        demand(not (found := self.ground.leaked(kind, asked, response)), f"{found} is not for {what}")
        if response.status_code == 201:
            demand(kind == "inspector", f"only who took the photo uploads it: {what}")
            self.urls.append(response.headers["location"])
        return response


async def torment(ground: Ground, seed: int, requests: int) -> Counter[str]:
    """So many requests; what became of them. A refusal leaves no trace, and a good upload goes through afterwards."""
    random = Random(seed)
    phone = await ground.phone("inspector")
    draft = phone.start("north")
    phone.write(draft, "A-1", {})
    uploader = await Uploader(ground, phone, random).prepare(draft)
    fates: Counter[str] = Counter()
    for _ in range(requests):
        ground.world.clock.advance(1_000)
        kind: Kind = "inspector" if random.random() < 0.8 else random.choice([*LOGINS, "nobody"])
        request = uploader.request()
        before = await state(ground)
        response = await uploader.send(kind, *request)
        fates[str(response.status_code)] += 1
        if response.status_code < 400:
            continue
        code = check_problem(response)["code"] if request[0] != "HEAD" else ""
        if code not in MEANT_TO_CHANGE:
            left = [] if request[0] == "HEAD" else changed(before, await state(ground))
            demand(not left, f"a refusal changed {left}: {request[:3]} {response.text[:300]}")
    await _all_at_once(uploader)
    await _good_work(uploader)
    return fates


async def _all_at_once(uploader: Uploader) -> None:
    """Twenty requests at the last uploads side by side."""
    some: list[Any] = [uploader.send("inspector", *uploader.request()) for _ in range(20)]
    for response in await asyncio.gather(*some):
        if response.status_code >= 400 and response.request.method != "HEAD":
            check_problem(response)


async def _good_work(uploader: Uploader) -> None:
    """The good picture, or what of it is still missing, comes in and is shown."""
    photo = next(iter(uploader.photos))
    pairs = {"photo": photo, "sha256": sha256(GOOD).hexdigest(), "kind": "full"}
    metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in pairs.items())
    begin = {**SPEAKS, "Upload-Length": str(len(GOOD)), "Upload-Metadata": metadata}
    begun = await uploader.send("inspector", "POST", "/api/uploads", raw(begin), b"")
    demand(begun.status_code == 201, f"a good upload begins: {begun.status_code} {begun.text}")
    offset = int(begun.headers["upload-offset"])
    bring = {**SPEAKS, "Upload-Offset": str(offset), "Content-Type": tus.BODY_TYPE}
    url = begun.headers["location"]
    brought = await uploader.send("inspector", "PATCH", url, raw(bring), GOOD[offset:])
    demand(brought.status_code == 204, f"a good upload ends: {brought.status_code} {brought.text}")
    shown = await uploader.send("inspector", "GET", f"/api/photos/{photo}?size=original", {}, b"")
    demand(shown.content == GOOD, "what was uploaded is shown")


def raw(valid: dict[str, str]) -> dict[str, bytes]:
    return {name: value.encode() for name, value in valid.items()}
