"""QR labels of branches: an unguessable address of this server, as a picture or a printable sheet."""

import base64
import io
from collections.abc import Sequence
from html import escape

import msgspec
import qrcode
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage

LABELS_A_PAGE = 12


class Label(msgspec.Struct, frozen=True):
    """One branch on a sheet."""

    name: str
    code: str
    address: str


def address(base: str, token: str) -> str:
    """What a label holds: scanning it opens this server's app at the branch."""
    return f"{base}/#/b/{token}"


def png(text: str) -> bytes:
    """A PNG for print: 10 pixels a module, a quiet zone of 4, a quarter of it may be dirty."""
    picture = io.BytesIO()
    _code(text).make_image(image_factory=PilImage).save(picture)
    return picture.getvalue()


def svg(text: str) -> bytes:
    """The same as SVG."""
    picture = io.BytesIO()
    _code(text).make_image(image_factory=SvgPathImage).save(picture)
    return picture.getvalue()


def _code(text: str) -> "qrcode.QRCode[PilImage]":
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, box_size=10, border=4)
    code.add_data(text)
    code.make(fit=True)
    return code


def sheet(title: str, labels: Sequence[Label]) -> str:
    """HTML for A4, twelve labels a page, the dashed lines to cut along; it needs nothing from outside."""
    cells = [_cell(label) for label in labels]
    pages = [cells[start : start + LABELS_A_PAGE] for start in range(0, len(cells), LABELS_A_PAGE)]
    body = "".join(f"<section>{''.join(page)}</section>" for page in pages)
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><body>{body}</body></html>"
    )


def _cell(label: Label) -> str:
    picture = base64.b64encode(png(label.address)).decode()
    name, code = escape(label.name), escape(label.code)
    return f'<figure><img alt="{name}" src="data:image/png;base64,{picture}"><b>{name}</b><i>{code}</i></figure>'


_STYLE = """
@page { size: A4; margin: 10mm }
body { margin: 0; font-family: "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif }
section {
  display: grid; grid-template-columns: repeat(3, 1fr); grid-auto-rows: 69mm; box-sizing: border-box;
  width: 190mm; margin: 0 auto; border: dashed #777; border-width: 1px 0 0 1px;
}
section + section { break-before: page }
figure {
  box-sizing: border-box; margin: 0; padding: 4mm 4mm 0; overflow: hidden; border: dashed #777;
  border-width: 0 1px 1px 0; text-align: center; line-height: 1.25; color: #000;
}
img { display: block; width: 46mm; height: 46mm; margin: 0 auto; image-rendering: pixelated }
b { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; font-size: 11pt }
i { display: block; font-style: normal; font-size: 10pt; font-variant-numeric: tabular-nums }
"""
