"""Where people of this network find this machine."""

import ipaddress
import socket
from collections.abc import Iterable
from typing import NamedTuple

ELSEWHERE = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
"""Addresses of nobody: asking the system which way it would send there sends nothing."""


class Found(NamedTuple):
    """The machine's own addresses, best first, and its names."""

    addresses: tuple[str, ...]
    names: tuple[str, ...]


def found_here() -> Found:
    """What phones may type to reach this machine, and what itself may."""
    name = socket.gethostname().partition(".")[0].lower()
    seen = [*_ways_out(), *_of_name(socket.gethostname())]
    names = ["localhost", *([name, f"{name}.local"] if name and name != "localhost" else [])]
    return Found(tuple(dict.fromkeys([*filter(_reachable, seen), "127.0.0.1", "::1"])), tuple(names))


def _ways_out() -> Iterable[str]:
    for address, family in ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
                yield str(probe.getsockname()[0])
        except OSError:
            continue


def _of_name(name: str) -> Iterable[str]:
    try:
        return [str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(name, None)]
    except OSError:
        return []


def _reachable(address: str) -> bool:
    """Not only from this machine, and not only on this cable."""
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)
