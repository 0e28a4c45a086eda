"""Every record type, declared once; policies, decoders and required fields are read off the declarations."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from sync.records.base import Record
from sync.records.inspections import Finding, Inspection, Standard, Task
from sync.records.photos import Photo
from sync.records.places import Branch, Person, Unit
from sync.records.policy import Personal, Policy
from sync.records.visits import Comment, Customer, Quota, Visit

RECORDS: Mapping[str, type[Record]] = {
    str(record.__struct_config__.tag): record
    for record in (
        *(Unit, Branch, Person, Standard, Task, Inspection, Finding),
        *(Customer, Visit, Comment, Photo, Quota),
    )
}
"""Record type name -> its declaration, parents before children."""


class Field(msgspec.Struct, frozen=True):
    """One declared field: its policy, whether it is a map of registers, and the decoder of one value.

    ``personal``: it tells of a person, so it is emptied when they are to be forgotten.
    """

    name: str
    policy: Policy
    is_map: bool
    required: bool
    value_type: Any
    default: Any
    personal: bool = False

    def decode(self, value: Any) -> Any:
        """The value as plain JSON data, or ``msgspec.ValidationError`` when it is not of the field's type."""
        return msgspec.to_builtins(msgspec.convert(value, self.value_type, strict=True))


def _split(hint: Any) -> tuple[Policy, bool, Any]:
    """An Annotated hint -> policy, whether it is personal, and bare type; nested Annotated are flattened by typing."""
    base, *extras = get_args(hint)
    policy = next(extra for extra in extras if isinstance(extra, Policy))
    is_personal = any(isinstance(extra, Personal) for extra in extras)
    rest = tuple(extra for extra in extras if not isinstance(extra, Policy | Personal))
    return policy, is_personal, Annotated[(base, *rest)] if rest else base


@cache
def fields(type_: str) -> Mapping[str, Field]:
    """Field name -> declaration of every field of a record type, in the order it is declared."""
    record = RECORDS[type_]
    hints = get_type_hints(record, include_extras=True)
    out: dict[str, Field] = {}
    for info in msgspec.structs.fields(record):
        policy, is_personal, bare = _split(hints[info.name])
        is_map = get_origin(bare) is dict and policy in (Policy.JUDGED, Policy.EDIT, Policy.AUTHOR)
        default = info.default_factory() if info.default_factory is not msgspec.NODEFAULT else info.default
        required = default is msgspec.NODEFAULT and policy is not Policy.SERVER
        out[info.name] = Field(
            name=info.name,
            policy=policy,
            is_map=is_map,
            required=required,
            value_type=get_args(bare)[1] if is_map else bare,
            default=None if default is msgspec.NODEFAULT else default,
            personal=is_personal,
        )
    return out


def split_path(path: str) -> tuple[str, str | None]:
    """``checks.ETI-4.a`` -> (``checks``, ``ETI-4.a``); a path is split at its first dot only."""
    name, dot, key = path.partition(".")
    return (name, key) if dot else (name, None)


@cache
def required_fields(type_: str) -> frozenset[str]:
    """The fields the first ``set`` of a new record must hold."""
    return frozenset(name for name, field in fields(type_).items() if field.required)


@cache
def is_server_type(type_: str) -> bool:
    """Whether phones may never write records of this type."""
    return all(field.policy is Policy.SERVER for field in fields(type_).values())
