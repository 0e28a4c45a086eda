"""What is asked of a list: its query string, read strictly."""

from typing import Annotated, Any, Literal, TypeVar, get_origin, get_type_hints

import msgspec
from litestar import Request

from server.problems import Refusal, prefers_chinese

MOST_ROWS = 1000
"""So many rows a page has at most."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every list takes. A list adds ``sort``, a Literal of its keys (``-key`` is descending), and its filters."""

    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    size: Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)] = 50
    format: Literal["json", "xlsx"] = "json"
    lang: Literal["zh", "en"] | None = None


A = TypeVar("A", bound=Asked)


def asked_of(request: Request[Any, Any, Any], kind: type[A]) -> A:
    """The query of a request; a filter that takes several may be repeated or have commas. 400 for anything else."""
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if "\0" in value:
            raise Refusal("bad_request", detail="a NUL is no text")
        if get_origin(hints.get(name)) is tuple:
            found[name] = (*found.get(name, ()), *(part for part in value.split(",") if part))
        elif name in found:
            raise Refusal("bad_request", detail=f"{name} stands twice")
        else:
            found[name] = value
    if "lang" not in found:
        found["lang"] = "zh" if prefers_chinese(request.headers.get("accept-language", "")) else "en"
    try:
        return msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refusal("bad_request", detail=str(error)) from error
