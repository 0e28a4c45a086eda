"""What an answer says, wherever it says it: its headers, its text, and what is packed into a sheet."""

import html
import io
import zipfile

import httpx


def text_of(response: httpx.Response) -> str:
    """All text of an answer. Bytes that are no text stand for themselves, a character each."""
    parts = [f"{name}: {value}" for name, value in response.headers.items()]
    content = response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(packed.read(name) for name in packed.namelist())
    try:
        parts.append(html.unescape(content.decode()))
    except UnicodeDecodeError:
        parts.append(content.decode("latin-1"))
    return "\n".join(parts)
