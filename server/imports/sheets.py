"""Sheets that go out around an import: the empty one, the one with its errors, the first passwords."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from server.imports.acts import Fault, letters
from server.imports.columns import Sheet, text_of
from server.imports.kinds import Kind
from server.lists.answers import LONGEST_CELL, Language

ERRORS = ("错误", "Errors")


def template(kind: Kind, language: Language) -> bytes:
    """The headings, and a second sheet that explains them."""
    at = ("zh", "en").index(language)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        page, about = book.add_worksheet(kind.title[at]), book.add_worksheet(("说明", "How to fill it in")[at])
        page.freeze_panes(1, 0)
        about.set_column(0, 1, 40)
        for number, (key, column) in enumerate(kind.columns.items()):
            heading = (column.zh, column.en)[at]
            page.set_column(number, number, 2 * len(heading) + 8, text)
            page.write_string(0, number, heading, bold)
            about.write_string(number, 0, heading, bold)
            about.write_string(number, 1, kind.explained.get(key, ("可空", "May be empty"))[at])
    return content.getvalue()


def corrected(sheet: Sheet, faults: Iterable[Fault], language: Language) -> bytes:
    """The rows as they were uploaded, with what is wrong with each behind it, and the wrong cells coloured."""
    at = ("zh", "en").index(language)
    of_row: dict[int, list[Fault]] = {}
    for fault in faults:
        of_row.setdefault(fault.row, []).append(fault)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        bold, red = book.add_format({"bold": True}), book.add_format({"bg_color": "#FFC7CE"})
        page = book.add_worksheet()
        page.freeze_panes(1, 0)
        # A column of errors from an earlier round is not carried on.
        columns = [index for index, heading in enumerate(sheet.headings) if heading not in ERRORS]
        places = {index: place for place, index in enumerate(columns)}
        for index, place in places.items():
            page.write_string(0, place, sheet.headings[index], bold)
        page.write_string(0, len(places), ERRORS[at], bold)
        for number, (row, cells) in enumerate(sheet.rows, 1):
            wrong = of_row.get(row, ())
            marked = {fault.column for fault in wrong}
            for index, place in places.items():
                text = text_of(cells[index]) if index < len(cells) else ""
                if letters(index) in marked:
                    page.write_string(number, place, text[:LONGEST_CELL], red)
                elif text:
                    page.write_string(number, place, text[:LONGEST_CELL])
            if wrong:
                page.write_string(number, len(places), "；".join(_said(fault, at) for fault in wrong)[:LONGEST_CELL])
    return content.getvalue()


def _said(fault: Fault, at: int) -> str:
    return f"{fault.heading}: {(fault.zh, fault.en)[at]}"


def passwords(people: Sequence[tuple[str, str, str]], language: Language) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of (login, name, first password)."""
    headings = (["账号", "姓名", "初始密码"], ["Login", "Name", "First password"])[("zh", "en").index(language)]
    return headings, [list(person) for person in people]
