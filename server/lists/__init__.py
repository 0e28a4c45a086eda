"""Lists of the desk: what is asked, one page of it in a stable order, and the same as a sheet."""

from server.lists.answers import answer
from server.lists.asking import Asked, asked_of
from server.lists.finding import Listing, Where, page_of, words_of
from server.lists.names import initials, searched, sorting

__all__ = [
    "Asked",
    "Listing",
    "Where",
    "answer",
    "asked_of",
    "initials",
    "page_of",
    "searched",
    "sorting",
    "words_of",
]
