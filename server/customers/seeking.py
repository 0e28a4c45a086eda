"""Looking for customers: in their names, among pinyin initials, by the end of a number.

All there are may have to be looked at, so a row is asked for no more than can be true of it. A statement is given what
is sought in small letters already: to make letters small once a row costs more than to look for them.
"""

from string import ascii_lowercase, ascii_uppercase

from server.customers.synced import digits
from server.lists.finding import stands_in
from server.lists.names import fold

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def sought_for(text: str, customer: str) -> tuple[str, list[str]]:
    """The condition on a customer, and its arguments, for a text that is in the name, its initials, or ends the number.

    Letters and figures of a name are among its initials as they follow each other there, and no Chinese character is.
    """
    sought, folded = text.translate(_SMALL), fold(text)
    ways: list[tuple[str, str]] = []
    if not (sought.isascii() and sought.isalnum()):
        has_letters = sought.upper() != sought.lower()
        ways.append((stands_in(f"LOWER({customer}.name)" if has_letters else f"{customer}.name"), sought))
    if any(letter.isascii() for letter in folded):
        ways.append((stands_in(f"{customer}.initials"), folded))
    if tail := digits(text):
        ways.append((f"{customer}.phone LIKE ?", f"%{tail}"))
    return f"({' OR '.join(way for way, _ in ways)})", [argument for _, argument in ways]
