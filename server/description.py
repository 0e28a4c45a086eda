"""The OpenAPI document: what Litestar sees of the handlers, and what a handler says of itself in its ``opt``.

``body`` a Struct it decodes itself, or ``bytes`` of a media type; ``query`` a Struct of its query; ``headers`` what it
reads of the request's; ``reply`` a Struct, ``row`` a type of record, ``media`` types of bytes (beside a reply: by the
query); ``answers`` headers of the success; ``validated``: a known ETag is answered with 304; ``refusals`` the codes
that not every operation has.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from server.problems import OUTCOME_STATUS
from sync.change import Change
from sync.problems import PROBLEMS
from sync.records import RECORDS
from sync.records.values import UUID_PATTERN

ALWAYS = ("bad_request", "not_found", "method_not_allowed", "server_error", "unavailable", "storage_full")
"""What any operation may be answered with."""
SIGNED_IN = ("unauthenticated", "device_revoked", "account_disabled", "password_change_required")
WRITING = ("foreign_origin", "too_large")
SAFE = frozenset({"get", "head", "options"})

Json = dict[str, Any]


def describe(app: Litestar) -> Json:
    """The document as plain JSON data."""
    document = app.openapi_schema.to_schema()
    handlers = _handlers(app)
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(_shapes(handlers.values()))
    components["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "xunfang_session"}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, handlers[path, method])
    return document


def _handlers(app: Litestar) -> dict[tuple[str, str], HTTPRouteHandler]:
    return {
        (route.path_format, method.lower()): handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
    }


def _shapes(handlers: Iterable[HTTPRouteHandler]) -> Json:
    """The schemas of all Structs that handlers name, of the records and of their rows."""
    named = [handler.opt[key] for handler in handlers for key in ("body", "reply", "query") if key in handler.opt]
    types = [*dict.fromkeys(named), Change, *RECORDS.values()]
    _, shapes = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    for record in RECORDS.values():
        name = record.__name__
        shapes[f"{name}Row"] = _row(shapes[name])
    rows = {type_: {"type": "array", "items": _ref(f"{cls.__name__}Row")} for type_, cls in RECORDS.items()}
    shapes["Rows"] = {"title": "Rows", "type": "object", "properties": rows, "additionalProperties": False}
    for shape in shapes.values():
        if shape.get("properties", {}).get("rows", {}).get("type") == "object":
            shape["properties"]["rows"] = _ref("Rows")
    return {**shapes, "Problem": _PROBLEM}


def _row(record: Json) -> Json:
    """A record as it travels: its id and rev, who set its fields, and which of them wait for a decision."""
    fields = {name: field for name, field in record["properties"].items() if name != "type"}
    heads = {"type": "array", "minItems": 1, "items": _PAIR}
    side = {
        "type": "object",
        "properties": {"value": {}, "by": _PAIR, "person": {"type": "string"}, "at": {"type": "integer"}},
        "required": ["value", "by", "person", "at"],
    }
    sides = {"type": "array", "minItems": 2, "items": side}
    own = {
        "id": {"type": "string", "pattern": UUID_PATTERN},
        "rev": {"type": "integer", "minimum": 1},
        "by": {"type": "object", "additionalProperties": heads},
        "open": {"type": "object", "additionalProperties": sides},
    }
    there = [name for name, field in fields.items() if field.get("default", ...) is not None]
    return {
        "title": f"{record['title']}Row",
        "type": "object",
        "properties": {**own, **fields},
        "required": ["id", "rev", "by", *there],
        "additionalProperties": False,
    }


def _complete(operation: Json, method: str, handler: HTTPRouteHandler) -> None:
    about = handler.opt
    private = "caller" in handler.parsed_fn_signature.parameters
    if private:
        operation["security"] = [{"session": []}]
    if "body" in about:
        operation["requestBody"] = {"required": True, "content": _json(about["body"])}
    if "bytes" in about:
        operation["requestBody"] = {"content": {about["bytes"]: {"schema": {"type": "string", "format": "binary"}}}}
    _describe_parameters(operation, about)
    responses = {status: reply for status, reply in operation["responses"].items() if status.startswith("2")}
    success = responses[min(responses)]
    if "reply" in about:
        success["content"] = _json(about["reply"])
    elif "row" in about:
        success["content"] = {"application/json": {"schema": _ref(f"{RECORDS[about['row']].__name__}Row")}}
    elif "media" not in about and (method not in ("get", "post") or "answers" in about or min(responses) == "204"):
        success.pop("content", None)
    if "media" in about:
        binary = {"schema": {"type": "string", "format": "binary"}}
        others = success.get("content", {}) if "reply" in about else {}
        success["content"] = {**others, **dict.fromkeys(about["media"], binary)}
    if "answers" in about:
        success["headers"] = {name: {"required": True, "schema": kind} for name, kind in about["answers"].items()}
    if about.get("validated"):
        responses["304"] = {"description": "The copy with this ETag is still right"}
    codes = [*ALWAYS, *(SIGNED_IN if private else ()), *(() if method in SAFE else WRITING), *about.get("refusals", ())]
    operation["responses"] = {**responses, **_refusals(codes)}


def _describe_parameters(operation: Json, about: Mapping[str, Any]) -> None:
    parameters = operation.get("parameters", [])
    if "query" in about:
        parameters = [parameter for parameter in parameters if parameter["in"] != "query"]
        shape = msgspec.json.schema(about["query"])["$defs"][about["query"].__name__]["properties"]
        parameters += [{"name": name, "in": "query", "schema": _plain(field)} for name, field in shape.items()]
    for parameter in parameters:
        if parameter["in"] == "path" and parameter["schema"] == {"type": "string"}:
            parameter["schema"] = {"type": "string", "format": "uuid"}
    for name, (schema, required) in about.get("headers", {}).items():
        parameters.append({"name": name, "in": "header", "required": required, "schema": schema})
    if parameters:
        operation["parameters"] = parameters


def _plain(field: Json) -> Json:
    """The schema of a field without null, which a query cannot say: it leaves the name out."""
    kinds = [kind for kind in field.get("anyOf", ()) if kind != {"type": "null"}]
    return kinds[0] if kinds else field


def _refusals(codes: Iterable[str]) -> Json:
    """Responses by status; ``default`` for what stands before this server, a proxy or a portal."""
    by_status: dict[str, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(str(PROBLEMS[code].status or OUTCOME_STATUS), []).append(code)
    responses = {status: _refusal(int(status), some) for status, some in sorted(by_status.items())}
    return {**responses, "default": {"description": "A problem document", "content": _problem(_ref("Problem"))}}


def _refusal(status: int, codes: list[str]) -> Json:
    narrowed = {"properties": {"status": {"const": status}, "code": {"enum": sorted(codes)}}}
    schema = {"allOf": [_ref("Problem"), narrowed]}
    return {"description": " ".join(PROBLEMS[code].en for code in codes), "content": _problem(schema)}


def _problem(schema: Json) -> Json:
    return {"application/problem+json": {"schema": schema}}


def _json(type_: Any) -> Json:
    return {"application/json": {"schema": _ref(type_.__name__)}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_PAIR: Json = {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}], "minItems": 2, "maxItems": 2}
_PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457, with a stable code",
    "properties": {
        "type": {"type": "string", "pattern": "^urn:xunfang:problem:[a-z_]+$"},
        "title": {"type": "string", "minLength": 1},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "enum": sorted(PROBLEMS)},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "code"],
}
