"""Vectors of kind `scoring`: answers and a third-party score against a standard, named or whole."""

from collections.abc import Callable, Mapping
from typing import Any

from sync import scoring, standards


def open_file(content: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """`standard` is the code of a shipped edition or a whole edition; KeyError or BadEditionError if it is neither."""
    standard = content["standard"]
    compiled = (
        scoring.shipped(standard) if isinstance(standard, str) else scoring.compile_standard(standards.read(standard))
    )
    return lambda case: scoring.score(compiled, case["answers"], case.get("third_party"))
