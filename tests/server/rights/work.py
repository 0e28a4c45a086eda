"""What the people of one branch wrote down: every type of record in every state, every text marked."""

import io
from base64 import b64encode
from hashlib import sha256

from PIL import Image

from server.tasks.acts import NewTask, create_tasks
from sync.records import fields
from tests.server.protocol.gestures import FAIL, NA, Hand, finding_id
from tests.server.protocol.seed import HOUR, named
from tests.server.protocol.world import World
from tests.server.reply import demand
from tests.server.visits.rounds import close

ITEM = "A-1"
ERASED = "erased~"
"""Begins what was said of a customer who is forgotten: nobody ever reads it again."""
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


def picture(text: str, colour: int) -> bytes:
    """A small JPEG with words in it, which only the original keeps."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = text
    Image.new("RGB", (32, 24), (colour, 80, 120)).save(out, "JPEG", exif=exif)
    return out.getvalue()


class Work:
    """``ids``: the records by ``type.state``; ``pictures``: the bytes of a photo by its id."""

    def __init__(
        self,
        side: str,
        unit: str,
        branch: str,
        world: World,
        lead: Hand,
        supervisor: Hand,
        manager: Hand,
        carrier: Hand,
    ) -> None:
        self.side, self.unit, self.branch, self.world = side, unit, branch, world
        self.lead, self.supervisor, self.manager, self.carrier = lead, supervisor, manager, carrier
        self.ids: dict[str, str] = {}
        self.pictures: dict[str, bytes] = {}

    async def done(self, *members: Hand) -> "Work":
        """All of it has arrived. ``members`` take part in the inspections of the lead."""
        await self._places()
        await self._tasks()
        for state in ("draft", "submitted", "returned", "approved", "void"):
            self._inspect(state, members)
        await self._sync(self.lead, *members)
        await self._late()
        await self._review()
        self._self_check()
        await self._rounds()
        self.ids["quota."] = self.carrier.rows("quota")[0]["id"]
        await self._bring()
        await self._sync(self.lead, self.supervisor, self.manager, self.carrier, *members)
        return self

    def said(self, type_: str, field: str, state: str = "") -> str:
        """A marked text; no two records share one."""
        return f"{self.side}~{type_}~{field}" + (f"~{state}" if state else "")

    async def _sync(self, *hands: Hand) -> None:
        for hand in hands:
            await hand.sync()
            refused = [result for result in hand.out.results.values() if result["outcome"] == "refused"]
            demand(not refused, f"all of this is allowed: {refused}")

    async def _places(self) -> None:
        """What is there before anybody works."""
        for type_, name in (("branch", self.branch), ("person", "kit" if self.side == "near" else "zoe")):
            self.ids[f"{type_}."] = named(name)
        self.ids["unit."], self.ids["standard."] = named(self.unit), named("standard")

    async def _tasks(self) -> None:
        now = self.world.clock()
        for state in ("open", "claimed", "declined"):
            id_ = self.ids[f"task.{state}"] = self.lead.new_id()
            task = NewTask(
                id=id_, branch=named(self.branch), standard=named("standard"), kind=self.said("task", "kind"),
                opens_at=now, due_at=now + HOUR, assignees=[self.lead.person],
            )  # fmt: skip
            await create_tasks([task], now=now)
        await self.lead.sync()
        self.lead.act("task", self.ids["task.claimed"], "claim")
        self.lead.act("task", self.ids["task.declined"], "decline", {"reason": self.said("task", "reason")})

    def _inspect(self, state: str, members: tuple[Hand, ...]) -> None:
        lead, ids = self.lead, self.ids
        texts = {name: self.said("inspection", name, state) for name in ("remark", "representative")}
        id_ = lead.start(self.branch, **texts, **{f"members.{member.person}": True for member in members})
        ids[f"inspection.{state}"] = id_
        if state == "void":
            lead.do(id_, "void", reason=self.said("inspection", "reason", state))
            return
        ids[f"finding.{state}"] = finding_id(id_, ITEM)
        lead.answer_all(id_, A_1_a=FAIL, A_1_b=NA)
        lead.note(id_, ITEM, self.said("finding", "notes", state))
        lead.write(id_, ITEM, {"reasons.A-1.b": self.said("finding", "reasons", state)})
        if state in ("draft", "submitted"):
            ids[f"photo.{state}"] = self._photo(lead, "finding", ids[f"finding.{state}"], f"photo {state}")
        if state != "draft":
            lead.do(id_, "submit")

    def _photo(self, hand: Hand, type_: str, id_: str, name: str) -> str:
        """Take a photo; its bytes come later."""
        new = hand.new_id()
        content = picture(self.said("photo", name), len(self.pictures) * 20)
        small = picture(self.said("preview", name), len(self.pictures) * 20 + 10)
        self.pictures[new], self.pictures[f"{new} preview"] = content, small
        hashes = {"sha256": sha256(content).hexdigest(), "preview_sha256": sha256(small).hexdigest()}
        about = {"of": {"type": type_, "id": id_}, **hashes, "bytes": len(content)}
        hand.edit("photo", new, hand.picture(id_, new) | about)
        return new

    async def _late(self) -> None:
        """A second phone of the lead that had not heard of the submission."""
        other = await self.world.phone(self.world.logins[self.lead.person])
        change = {"type": "finding", "id": self.ids["finding.submitted"], "seen": 1}
        values = {f"notes.{other.person}": [self.said("finding", "late")]}
        n = other.put({**change, "set": values})
        demand(await other.fate(n) == "held late_evidence", f"it is held: {other.said(n)}")
        self.ids["held"] = f"{other.device},{n}"

    async def _review(self) -> None:
        supervisor, ids = self.supervisor, self.ids
        await supervisor.sync()
        supervisor.do(ids["inspection.returned"], "return_items", items={ITEM: self.said("finding", "returned")})
        supervisor.do(ids["inspection.approved"], "approve")
        ids["photo.waived"] = self._expected()
        await self._sync(self.lead, supervisor)
        supervisor.act("photo", ids["photo.waived"], "waive", {"reason": self.said("photo", "waived")})
        await self._remark(supervisor, "inspection", "submitted")
        await self._remark(supervisor, "finding", "submitted")

    def _expected(self) -> str:
        """Photos that were promised and have not come: one is waived, one was taken back."""
        draft = self.ids["finding.draft"]
        waived, gone, awaited = (self.lead.new_id() for _ in range(3))
        for id_ in (waived, gone, awaited):
            self.lead.edit("photo", id_, self.lead.picture(draft, id_))
        self.lead.act("photo", gone, "retract", {"reason": self.said("photo", "retracted")})
        self.ids["photo.retracted"], self.ids["photo.awaited"] = gone, awaited
        return waived

    async def _remark(self, hand: Hand, type_: str, state: str) -> None:
        new = hand.new_id()
        said = self.said("comment", f"on a {type_}")
        hand.edit("comment", new, {"of": {"type": type_, "id": self.ids[f"{type_}.{state}"]}, "text": said, "at": 1})
        self.ids[f"comment.{type_}"] = new
        if type_ != "finding":
            self.ids[f"photo.comment {type_}"] = self._photo(hand, "comment", new, f"on a comment on a {type_}")
        await self._sync(hand)

    def _self_check(self) -> None:
        id_ = self.manager.start(self.branch, remark=self.said("selfcheck", "remark"))
        self.manager.check(id_, "A-1.a", FAIL)
        self.manager.note(id_, ITEM, self.said("selfcheck", "notes"))
        self.ids["inspection.self-check"], self.ids["finding.self-check"] = id_, finding_id(id_, ITEM)

    async def _rounds(self) -> None:
        hand, said, ids = self.carrier, self.said, self.ids
        own = ("name", "contact", "phone", "address", "route", "tier", "remark")
        for state in ("active", "other", "merged", "erased"):
            id_ = ids[f"customer.{state}"] = hand.new_id()
            values = {name: said("customer", name, state) for name in own}
            if state == "erased":
                values |= {name: f"{ERASED}{name}" for name in own if fields("customer")[name].personal}
            hand.edit("customer", id_, {"branch": named(self.branch), **values})
        for state in ("draft", "closed", "other", "void"):
            self._visit(state)
        ids["photo.visit"] = self._photo(hand, "visit", ids["visit.draft"], "photo on a visit")
        await self._sync(hand, self.manager)
        await self._remark(self.manager, "visit", "closed")
        http = self.manager.http
        for url, body in (
            (f"/api/customers/{ids['customer.merged']}/merge", {"into": ids["customer.other"]}),
            (f"/api/customers/{ids['customer.erased']}/erase", {"reason": said("erasure", "reason")}),
        ):
            reply = await http.post(url, json=body)
            demand(reply.status_code == 200, f"{url}: {reply.text}")
        reveal = {"id": hand.new_id(), "at": 1}
        await hand.http.post(f"/api/customers/{ids['customer.active']}/reveal", json=reveal)

    def _visit(self, state: str) -> None:
        hand, said = self.carrier, self.said
        id_ = self.ids[f"visit.{state}"] = hand.new_id()
        texts = {name: said("visit", name, state) for name in ("needs", "complaint", "market_info", "route", "remark")}
        values = {"branch": named(self.branch), "kind": "visit", "started_at": hand.now(), "result": "met", **texts}
        hand.edit("visit", id_, {**values, "customer": self.ids["customer.active"]})
        if state != "draft":
            close(hand, id_)
        if state == "void":
            hand.act("visit", id_, "void", {"reason": said("visit", "reason")})

    async def _bring(self) -> None:
        """The bytes of every photo, by whoever took it."""
        for name, id_ in self.ids.items():
            if id_ not in self.pictures:
                continue
            author = self.carrier if name == "photo.visit" else self.manager if "visit" in name else None
            author = author or (self.supervisor if "comment" in name else self.lead)
            for kind, content in (("full", self.pictures[id_]), ("preview", self.pictures[f"{id_} preview"])):
                reply = await author.http.post("/api/uploads", headers=promise(id_, kind, content), content=content)
                demand(reply.status_code == 201, f"{name}: {reply.text}")


def promise(photo: str, kind: str, content: bytes, hash_: str = "") -> dict[str, str]:
    """The headers that begin an upload; ``hash_`` instead of that of the content."""
    said = {"photo": photo, "kind": kind, "sha256": hash_ or sha256(content).hexdigest()}
    pairs = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())
    return {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": pairs}


def names_of(ids: dict[str, str], type_: str) -> list[tuple[str, str]]:
    """(state, id) of the records of a type."""
    return [(name.partition(".")[2], id_) for name, id_ in ids.items() if name.partition(".")[0] == type_]
