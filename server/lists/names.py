"""How names are found and put in order: by their characters, by pinyin initials, by pinyin."""

import unicodedata
from functools import lru_cache

_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "盖": "ge", "朴": "piao",
    "缪": "miao", "翟": "zhai", "种": "chong", "员": "yun", "秘": "bi", "任": "ren", "华": "hua", "尹": "yin",
    "乐": "yue", "冼": "xian", "覃": "qin", "谌": "chen", "繁": "po", "召": "shao", "黑": "he", "逄": "pang",
    "尉迟": "yu chi", "万俟": "mo qi", "澹台": "tan tai", "长孙": "zhang sun", "令狐": "ling hu",
}  # fmt: skip
"""Characters that are read otherwise where they begin a person's name."""
_LONGEST_SORTING = 64


def initials(name: str, *, of_person: bool = False) -> str:
    """The pinyin initials people type to find a name: 重庆路支局 -> cqlzj; of a person 曾重庆 -> zcq."""
    return "".join(part[0] for part in _spelled(name, of_person) if part)


def sorting(name: str, *, of_person: bool = False) -> str:
    """What names are ordered by: their pinyin, then themselves, in lower case."""
    return f"{' '.join(_spelled(name, of_person))} {fold(name)}"[:_LONGEST_SORTING]


def searched(name: str, *more: str, of_person: bool = False) -> str:
    """The text in which a name is looked for: itself, its initials, and what else it is called, folded, a line each."""
    return "\n".join([fold(name), initials(name, of_person=of_person), *(fold(text) for text in more)])


def fold(text: str) -> str:
    """Width and case make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=8192)
def _spelled(name: str, of_person: bool) -> tuple[str, ...]:
    from pypinyin.seg.simpleseg import seg  # its tables take 0.2 s to load, and few starts need them

    surname = next((name[:length] for length in (2, 1) if name[:length] in _SURNAMES), "") if of_person else ""
    words = seg(name[len(surname) :])
    rest = (part for word in words for part in (_as_it_is(word.lower()) if word.isascii() else _of_word(word)))
    return (*_SURNAMES.get(surname, "").split(), *rest)


@lru_cache(maxsize=65_536)
def _of_word(word: str) -> tuple[str, ...]:
    """A word as it is cut out of names, where the same ones come again and again."""
    from pypinyin import Style, lazy_pinyin

    spelled = lazy_pinyin(word, style=Style.NORMAL, errors=_as_it_is)  # type: ignore[arg-type]  # the stub forgets lists
    return tuple(part for part in map(fold, spelled) if part.strip())


def _as_it_is(unread: str) -> list[str]:
    """Letters and figures stand for themselves, one by one as the phone takes them: 柳塘01支局 -> lt01zj."""
    return [character for character in unread if character.isalnum()]
