"""The API described at /api/schema/openapi.json, and a reader of it at /api/schema that needs no outside network."""

from typing import Any

import msgspec
from litestar import Controller, Litestar, Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

from server import VERSION
from server.web import FOLDER
from sync.change import Change
from sync.problems import PROBLEMS
from sync.records import RECORDS


def _operation_id(_: HTTPRouteHandler, method: Method, path: list[str | PathParameterDefinition]) -> str:
    """`get_api_photos_photo`: by method and path, so that one handler on two paths is two operations."""
    parts = [part if isinstance(part, str) else part.name for part in path]
    return "_".join([method.lower(), *parts])


CONFIG = OpenAPIConfig(
    title="Xunfang",
    version=VERSION,
    path="/schema",  # outside /api, so never reached: its own pages would answer an unknown path with HTML
    render_plugins=[JsonRenderPlugin()],
    use_handler_docstrings=True,
    operation_id_creator=_operation_id,
)

_READER_CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_READER = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Xunfang API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/reader/swagger-ui.css">
<div id="reader"></div>
<script src="/reader/swagger-ui-bundle.js"></script>
<script src="/api/schema/reader.js"></script>
</html>
"""
_READER_START = "SwaggerUIBundle({ url: '/api/schema/openapi.json', dom_id: '#reader', validatorUrl: null })\n"
_PLAIN = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Xunfang API</title>
<p>The reader is not built: run <code>make build</code>. The description itself:
<a href="/api/schema/openapi.json">openapi.json</a></p>
</html>
"""


class SchemaController(Controller):
    """`/api/schema`."""

    path = "/api/schema"
    include_in_schema = False

    @get("/openapi.json")
    async def description(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """OpenAPI 3.1, made once a process."""
        state = request.app.state
        if "openapi" not in state:
            state.openapi = msgspec.json.encode(describe(request.app))
        return Response(state.openapi, media_type="application/json", headers={"Cache-Control": "no-cache"})

    @get("/")
    async def reader(self) -> Response[str]:
        """Swagger UI out of the client's build; without one, a page that links the description."""
        page = _READER if (FOLDER / "reader" / "swagger-ui-bundle.js").is_file() else _PLAIN
        headers = {"Content-Security-Policy": _READER_CONTENT_SECURITY, "Cache-Control": "no-cache"}
        return Response(page, media_type="text/html", headers=headers)

    @get("/reader.js")
    async def start(self) -> Response[str]:
        """Starts the reader: a file of its own, because no page of ours runs inline scripts."""
        return Response(_READER_START, media_type="text/javascript")


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI document as plain JSON data.

    Litestar's own, with what it cannot see: bodies that a handler decodes itself (``opt={"body": Struct}``, perhaps
    ``"reply"``), the record types of the sync, and the one shape of every error.
    """
    document = app.openapi_schema.to_schema()
    bodies, replies = _declared(app, "body"), _declared(app, "reply")
    types = [*bodies.values(), *replies.values(), Change, *RECORDS.values()]
    _, shapes = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(shapes, Problem=_PROBLEM)
    components["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "xunfang_session"}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(operation, bodies.get((path, method)), replies.get((path, method)))
    return document


def _declared(app: Litestar, key: str) -> dict[tuple[str, str], Any]:
    """(path, method) -> the Struct a handler names under ``key`` of its ``opt``."""
    return {
        (route.path_format, method.lower()): handler.opt[key]
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if key in handler.opt
    }


def _complete(operation: dict[str, Any], body: Any, reply: Any) -> None:
    responses = operation["responses"]
    for status in [status for status in responses if status.startswith(("4", "5"))]:
        del responses[status]  # Litestar's shape of errors, which nobody here sends
    responses["default"] = {
        "description": "A problem document",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    responses.get("204", {}).pop("content", None)
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _json(body)}
    if reply is not None:
        success = min(status for status in responses if status.startswith("2"))
        responses[success]["content"] = _json(reply)


def _json(type_: Any) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{type_.__name__}"}}}


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457, with a stable code",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": sorted(PROBLEMS)},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "code"],
}
