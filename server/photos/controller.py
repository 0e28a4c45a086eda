"""The HTTP of photos: tus 1.0 at `/api/uploads`, pictures at `/api/photos`."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import uuid4

from litestar import Controller, HttpMethod, MediaType, Request, Response, delete, get, head, patch, post, route
from litestar.di import NamedDependency, Provide
from litestar.exceptions import InternalServerException
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from litestar.types import ExceptionHandlersMap

from server.identity import Caller
from server.photos import acts, described, tus
from server.photos.ledger import Upload
from server.photos.viewing import Size, open_view, view_of
from server.photos.workshop import Workshop
from server.problems import HANDLERS, Refusal

SPEAKS = {"Tus-Resumable": tus.VERSION}
ABILITIES = {
    **SPEAKS,
    "Tus-Version": tus.VERSION,
    "Tus-Extension": tus.EXTENSIONS,
    "Tus-Max-Size": str(tus.MAX_FULL),
    "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
}
PICTURE_HEADERS = {
    # The cookie: another person signing in on the same browser must not be answered from its cache.
    "Vary": "Cookie",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOR_GOOD = "private, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"
"""For whoever is shown what is covered only covered: what they have seen before may have been covered since."""

AnyRequest = Request[Any, Any, Any]
Empty = Response[None]


def workshop_of(request: AnyRequest) -> Workshop:
    """The dependency `workshop`."""
    workshop: Workshop = request.app.state.photos
    return workshop


def _speaking_tus() -> ExceptionHandlersMap:
    """The common problem documents, with the headers a tus client expects on every answer."""

    def wrapped(handler: Any) -> Any:
        def answer(request: AnyRequest, error: Any) -> Response[Any]:
            response: Response[Any] = handler(request, error)
            response.headers.update(ABILITIES if response.status_code == 412 else SPEAKS)
            return response

        return answer

    return {kind: wrapped(handler) for kind, handler in HANDLERS.items()}


class UploadsController(Controller):
    """tus 1.0: core, creation (also with the first bytes), checksum, expiration, termination."""

    path = "/api/uploads"
    tags = ("photos",)
    exception_handlers = _speaking_tus()
    dependencies = {"workshop": Provide(workshop_of, sync_to_thread=False)}
    request_max_body_size = None  # counted against the upload itself

    @route(
        ["/", "/{upload:str}"],
        http_method=[HttpMethod.OPTIONS],
        status_code=204,
        opt={"answers": dict.fromkeys(ABILITIES, described.TEXT)},
    )
    async def abilities(self) -> Empty:
        """What this server can do. Needs no session."""
        return _empty(204, ABILITIES)

    @post("/", opt=described.BEGINNING)
    async def begin(
        self, request: AnyRequest, caller: NamedDependency[Caller], workshop: NamedDependency[Workshop]
    ) -> Empty:
        """Begin an upload; with a body, bring the first bytes too.

        201 with `Location`; `Upload-Offset` equals the length if the picture is already here.
        """
        headers = request.headers
        tus.check_version(headers)
        with_bytes = tus.has_body(headers)
        if with_bytes:
            tus.check_body_type(headers)
        checksum = tus.read_checksum(headers.get("upload-checksum"))
        metadata = headers.get("upload-metadata", "")
        promise = tus.read_promise(metadata)
        length = tus.read_number(headers, "upload-length")
        upload = await acts.begin(workshop, caller, str(uuid4()), promise, length, metadata)
        offset = upload.length if upload.ended else 0
        if with_bytes and not upload.ended:
            announced = tus.announced(headers)
            upload, offset = await acts.append(workshop, caller, upload.id, 0, announced, checksum, _body(request))
        location = {"Location": f"/api/uploads/{upload.id}", "Upload-Length": str(upload.length)}
        return _empty(201, {**location, **_standing(upload, offset)})

    @head("/{upload:str}", opt=described.ASKING)
    async def progress(
        self,
        request: AnyRequest,
        upload: FromPath[str],
        caller: NamedDependency[Caller],
        workshop: NamedDependency[Workshop],
    ) -> Empty:
        """How many bytes are safely here."""
        tus.check_version(request.headers)
        found, offset = await acts.progress(workshop, caller, upload)
        about = {"Upload-Length": str(found.length), "Upload-Metadata": found.metadata, "Cache-Control": "no-store"}
        return _empty(200, {**about, **_standing(found, offset)})

    @patch("/{upload:str}", status_code=204, opt=described.APPENDING)
    async def append(
        self,
        request: AnyRequest,
        upload: FromPath[str],
        caller: NamedDependency[Caller],
        workshop: NamedDependency[Workshop],
    ) -> Empty:
        """Bring bytes from `Upload-Offset` on."""
        return await _append(request, upload, caller, workshop)

    @delete("/{upload:str}", opt=described.TERMINATING)
    async def terminate(
        self,
        request: AnyRequest,
        upload: FromPath[str],
        caller: NamedDependency[Caller],
        workshop: NamedDependency[Workshop],
    ) -> Empty:
        """Give an upload up. A picture already stored stays."""
        return await _terminate(request, upload, caller, workshop)

    @post("/{upload:str}", status_code=204, opt=described.OVERRIDING)
    async def overridden(
        self,
        request: AnyRequest,
        upload: FromPath[str],
        caller: NamedDependency[Caller],
        workshop: NamedDependency[Workshop],
    ) -> Empty:
        """PATCH or DELETE for networks that let only POST through, by `X-HTTP-Method-Override`."""
        method = request.headers.get("x-http-method-override", "").upper()
        if method == "PATCH":
            return await _append(request, upload, caller, workshop)
        if method == "DELETE":
            return await _terminate(request, upload, caller, workshop)
        raise Refusal("method_not_allowed", headers={"Allow": "DELETE, HEAD, OPTIONS, PATCH"})


class PhotosController(Controller):
    """Pictures under the policy of their records."""

    path = "/api/photos"
    tags = ("photos",)
    dependencies = {"workshop": Provide(workshop_of, sync_to_thread=False)}

    @get("/{photo:str}", opt=described.LOOKING)
    async def picture(
        self,
        request: AnyRequest,
        photo: FromPath[str],
        caller: NamedDependency[Caller],
        workshop: NamedDependency[Workshop],
        size: FromQuery[Size] = "full",
    ) -> Response[Any]:
        """A picture: `preview`; `thumb`, `screen` (WebP, upright); `full` (without metadata); `original` (as uploaded).

        What is covered is so in every size for whoever may not see the original. 404 not_found for what one may not
        see, photo_expected for what has not arrived; 304 for a known ETag.
        """
        view = await view_of(workshop, caller, photo.lower(), size)
        lasting = FOR_GOOD if view.lasts else ASK_AGAIN
        headers = {**PICTURE_HEADERS, "Cache-Control": lasting, "ETag": view.etag}
        if _knows(request.headers, view.etag):
            return _empty(304, headers)
        length, chunks = await open_view(workshop, view)
        name = f"{photo.lower()}-{size}.{view.media.partition('/')[2]}"
        headers |= {"Content-Length": str(length), "Content-Disposition": f'inline; filename="{name}"'}
        return Stream(chunks, media_type=view.media, headers=headers)


async def _append(request: AnyRequest, upload: str, caller: Caller, workshop: Workshop) -> Empty:
    headers = request.headers
    tus.check_version(headers)
    tus.check_body_type(headers)
    checksum = tus.read_checksum(headers.get("upload-checksum"))
    offset = tus.read_number(headers, "upload-offset")
    announced = tus.announced(headers)
    found, end = await acts.append(workshop, caller, upload, offset, announced, checksum, _body(request))
    return _empty(204, _standing(found, end))


async def _terminate(request: AnyRequest, upload: str, caller: Caller, workshop: Workshop) -> Empty:
    tus.check_version(request.headers)
    await acts.terminate(workshop, caller, upload)
    return _empty(204, SPEAKS)


def _empty(status: int, headers: Mapping[str, str]) -> Empty:
    """An answer that is all in its headers. (Nothing as JSON would be the word null.)"""
    return Response(None, status_code=status, headers=headers, media_type=MediaType.TEXT)


def _standing(upload: Upload, offset: int) -> dict[str, str]:
    return {**SPEAKS, "Upload-Offset": str(offset), "Upload-Expires": tus.http_date(upload.expires_at)}


async def _body(request: AnyRequest) -> AsyncIterator[bytes]:
    """The body as it comes. Raises ConnectionResetError when the client goes away before its end."""
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except InternalServerException as error:  # the framework's word for a lost client
        raise ConnectionResetError from error


def _knows(headers: Mapping[str, str], etag: str) -> bool:
    known = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known
