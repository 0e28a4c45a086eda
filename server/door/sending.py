"""When and from where a batch of changes came."""

import msgspec


class Sending(msgspec.Struct, frozen=True):
    """When a batch left the phone and came here (epoch ms), and the cursor the phone had.

    ``locked_out``: from when until when the phone was, by the server's clock; None: it is.
    """

    sent: int
    received: int
    cursor: int
    locked_out: tuple[tuple[int, int | None], ...] = ()

    def is_of_lock_out(self, at: int) -> bool:
        """Whether what was done at this time of the phone's clock was done on a phone that was locked out."""
        done = min(self.received, self.received - (self.sent - at))
        return any(since < done and (until is None or done < until) for since, until in self.locked_out)
