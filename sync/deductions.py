"""The list of deductions as one text, the same on every device, so that what was signed for can be told from another.

`pwa/src/core/deductions.ts` is the twin of this file; the vectors in `sync/vectors/deductions/` hold both to it.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

__all__ = ["list_sha256", "list_text"]


def list_text(standard_id: str, score: Mapping[str, Any]) -> str:
    """Edition, total, every row of the ledger and the vetoes of a score of ``sync.scoring``, as JSON without spaces."""
    ledger = [[row["item"], row["rule"], list(row["checks"]), row["count"], row["lost"]] for row in score["ledger"]]
    content = [standard_id, score["total"], ledger, list(score["vetoes"])]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def list_sha256(standard_id: str, score: Mapping[str, Any]) -> str:
    """The hash of that text in UTF-8, in lower-case hex."""
    return hashlib.sha256(list_text(standard_id, score).encode()).hexdigest()
