"""The API described at /api/schema/openapi.json, and a reader of it at /api/schema that needs no outside network."""

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

from server import VERSION
from server.description import describe
from server.web import FOLDER


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
