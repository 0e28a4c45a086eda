"""How the phone spells Chinese: the initials of common characters, so that it finds by them what no server has seen."""

from collections.abc import Iterator, Mapping

from server.lists.names import initials

READ_TWO_WAYS: Mapping[str, str] = {
    "重": "zc", "长": "cz", "行": "xh", "朝": "cz", "乐": "ly", "厦": "sx", "校": "xj", "会": "hk", "宿": "sx",
    "参": "cs", "藏": "cz", "车": "cj", "调": "dt", "差": "cz", "盛": "sc", "种": "zc", "传": "cz", "弹": "td",
    "降": "jx", "省": "sx", "系": "xj", "卡": "kq", "扎": "zc", "便": "bp", "泊": "bp", "石": "sd", "尉": "wy",
    "万": "wm", "折": "zs", "贾": "jg", "铺": "p", "番": "fp", "柏": "b", "堡": "bp", "埔": "pb", "阿": "ae",
    "暴": "bp", "屏": "pb", "强": "qj", "奇": "qj",
}  # fmt: skip
"""Characters that stand in names of places, shops and people, and are read in more than one way."""


def characters() -> Iterator[str]:
    """The common characters in the order of GB 2312, B0A1 to F7FE: a replacement character where there is none."""
    for row in range(0xB0, 0xF8):
        for column in range(0xA1, 0xFF):
            yield bytes([row, column]).decode("gb2312", "replace")[:1]


def letters() -> str:
    """The initial of each of ``characters()``, ``-`` where there is none."""
    return "".join(_initial(character) for character in characters())


def readings() -> dict[str, str]:
    """The characters with several initials, those of surnames among them: each of them finds the name."""
    found: dict[str, str] = {}
    for character in characters():
        ways = _initial(character) + initials(character, of_person=True)[:1] + READ_TWO_WAYS.get(character, "")
        if len(once := "".join(dict.fromkeys(ways))) > 1 and once.isascii():
            found[character] = once
    return found


def _initial(character: str) -> str:
    letter = initials(character)[:1]
    return letter if "a" <= letter <= "z" else "-"
