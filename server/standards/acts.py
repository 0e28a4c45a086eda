"""Publishing editions."""

import uuid
from typing import Any

from server.door import Workspace, as_server, put
from sync.standards import content_sha256, document

NAMESPACE = uuid.UUID("5c1d0f4e-3a0f-5d1b-9a53-6a9b3f0f7c11")


async def publish_shipped(code: str, *, now: int) -> str:
    """Publish the shipped edition of a standard, once; returns the record's id."""
    content: dict[str, Any] = document(code)
    id_ = str(uuid.uuid5(NAMESPACE, f"{code} {content['edition']}"))
    values = {
        "code": code,
        "edition": content["edition"],
        "title": content["name_zh"],
        "status": "published",
        "document": content,
        "content_sha256": content_sha256(content),
    }

    async def work(workspace: Workspace) -> None:
        if await workspace.get("standard", id_) is None:
            await put(workspace, "standard", id_, values)

    await as_server(work, now=now, what="publish")
    return id_
