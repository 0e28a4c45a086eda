"""The common shape of every record."""

import msgspec


class Record(msgspec.Struct, kw_only=True, tag_field="type", omit_defaults=False):
    """A synced record: ``id`` is a UUID; ``rev``, ``by`` and ``open`` are added on the wire (protocol §3).

    A field without a default must be in the first ``set`` of a new record; one that may be null is optional.
    """
