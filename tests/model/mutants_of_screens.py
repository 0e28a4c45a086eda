"""Deliberate faults about what a person is shown of their own work: invariant 10."""

from typing import Any

from tests.model.phone import Phone
from tests.model.planted import Patch, breaks


@breaks(10)
def receipts_hide_the_work(patch: Patch) -> None:
    """An edit leaves the screen with its receipt, though its row has not come yet."""
    is_laid = Phone._is_laid
    patch.setattr(Phone, "_is_laid", lambda phone, n, change: n > phone.out.ack and is_laid(phone, n, change))


@breaks(10, 1)
def rows_cover_what_waits(patch: Patch) -> None:
    """A row that comes counts as holding edits that were not sent yet."""
    take_row = Phone._take_row

    def covering(phone: Phone, key: Any, row: Any, ack: int) -> None:
        take_row(phone, key, row, phone.out.next - 1)

    patch.setattr(Phone, "_take_row", covering)


@breaks(10)
def a_word_passed_over_is_not_named(patch: Patch) -> None:
    """An edit names an own earlier one only while that is shown: judged anew after a restore it wins again."""
    own_word = Phone.own_word

    def shown_only(phone: Phone, key: Any, path: str) -> Any:
        word = own_word(phone, key, path)
        return word if word and word[0] in phone.visible(*key).get("by", {}).get(path, ()) else ()

    patch.setattr(Phone, "own_word", shown_only)
