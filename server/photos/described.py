"""What the API's description says of uploads and pictures: headers asked and given, and refusals (`description.py`)."""

from typing import Any

from server.photos import tus

TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}
_VERSION: dict[str, Any] = {"const": tus.VERSION}
_DIGEST: dict[str, Any] = {"type": "string", "pattern": "^(sha1|sha256) [A-Za-z0-9+/]+=*$"}

_SPEAKING = {"Tus-Resumable": (_VERSION, True)}
_BEGINNING = {
    "Upload-Length": (_NUMBER, True),
    "Upload-Metadata": ({"type": "string", "maxLength": tus.MAX_METADATA}, True),
    "Upload-Checksum": (_DIGEST, False),
}
_BRINGING = {
    "Content-Type": ({"const": tus.BODY_TYPE}, True),
    "Upload-Offset": (_NUMBER, True),
    "Upload-Checksum": (_DIGEST, False),
}
_METHOD = {"X-HTTP-Method-Override": ({"enum": ["PATCH", "DELETE"]}, True)}
_STANDING = {"Tus-Resumable": _VERSION, "Upload-Offset": _NUMBER, "Upload-Expires": TEXT}

_ANY = ("unsupported_version", "upload_gone", "upload_locked")
_STORING = ("hash_mismatch", "bad_image", "heic_image", "huge_image", "moving_image", "photos_unavailable")
_TAKING = ("unsupported_media", "offset_conflict", "checksum_mismatch", "upload_stalled", *_STORING)

BEGINNING = {
    "headers": {**_SPEAKING, **_BEGINNING},
    "answers": {"Location": TEXT, "Upload-Length": _NUMBER, **_STANDING},
    "refusals": (*_ANY, *_TAKING),
}
ASKING = {
    "headers": _SPEAKING,
    "answers": {"Upload-Length": _NUMBER, "Upload-Metadata": TEXT, **_STANDING},
    "refusals": (*_ANY, *_STORING),
}
APPENDING = {
    "headers": {**_SPEAKING, **_BRINGING},
    "bytes": tus.BODY_TYPE,
    "answers": _STANDING,
    "refusals": (*_ANY, *_TAKING),
}
TERMINATING = {"headers": _SPEAKING, "refusals": _ANY}
OVERRIDING = {
    # What PATCH must have is not asked of DELETE.
    "headers": {**_SPEAKING, **_METHOD, **{name: (kind, False) for name, (kind, _) in _BRINGING.items()}},
    "bytes": tus.BODY_TYPE,
    "refusals": (*_ANY, *_TAKING),
}
LOOKING = {
    "media": ["image/jpeg", "image/png", "image/webp"],
    "answers": {"ETag": TEXT, "Cache-Control": TEXT},
    "validated": True,
    "refusals": ("photo_expected", "photos_unavailable"),
}
