"""The secret of a branch's label: given anew when a label was lost or copied, the old one remembered by its hash."""

import hashlib
import secrets
from typing import Annotated, Literal

import msgspec

from server.branches.labels import Label, address
from server.branches.queries import is_visible
from server.database.query import fetch
from server.door import Workspace, as_server, put
from server.identity import Caller

Tag = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Why = Literal["lost", "copied", "worn"]


class Reissue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which label is to count no more, by its tag: a request that comes twice gives one new label, not two."""

    tag: Tag
    why: Why


class LabelFact(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a label is to this server. ``since`` (epoch ms) and ``why`` stand with one that was given anew."""

    branch: str
    state: Literal["current", "retired"]
    since: int | None = None
    why: Why | None = None


class OtherLabel(LookupError):
    """The label named is none the branch ever had."""


def tag_of(token: str) -> str:
    """What phones keep of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


async def reissue(branch: str, asked: Reissue, *, by: str, now: int) -> None:
    """Give a branch that exists a new token in the place of the one named; nothing when that was done before.

    Raises OtherLabel.
    """

    async def work(workspace: Workspace) -> None:
        entry = await workspace.get("branch", branch)
        assert entry is not None
        if entry.row["tag"] != asked.tag:
            if not await fetch("SELECT 1 FROM retired_tag WHERE tag = ? AND branch = ?", asked.tag, branch):
                raise OtherLabel(asked.tag)
            return
        token = secrets.token_urlsafe(16)
        await put(workspace, "branch", branch, {"tag": tag_of(token)}, verb="reissue_label")
        entry.columns["token"] = token
        workspace.note(
            "INSERT INTO retired_tag (tag, branch, retired_at, retired_by, why) VALUES (?, ?, ?, ?, ?)",
            asked.tag,
            branch,
            now,
            by,
            asked.why,
        )

    await as_server(work, now=now, person=by, what="reissue_label", only=("branch", branch))


async def label_of(branch: str, base: str) -> Label:
    """The label of a branch that exists."""
    name, code, token = (await fetch("SELECT name, code, token FROM branch WHERE id = ?", branch))[0]
    return Label(name=name, code=code, address=address(base, token))


async def label_fact(caller: Caller, tag: str) -> LabelFact | None:
    """What the label of a branch within the caller's reach is; None for any other."""
    rows = await fetch(
        "SELECT branch, retired_at, why FROM retired_tag WHERE tag = ? "
        "UNION ALL SELECT id, NULL, NULL FROM branch WHERE json_extract(body, '$.tag') = ?",
        tag,
        tag,
    )
    if not rows or not await is_visible(caller, rows[0][0]):
        return None
    branch, since, why = rows[0]
    return LabelFact(branch, "current") if since is None else LabelFact(branch, "retired", since, why)
