"""Where the demo plays: one province, two cities, six counties, 120 branches. No such place exists."""

import random
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

NAMESPACE = UUID("7d0a3a52-6b1e-5c0f-9f0e-2b7f6c1d4e88")
Level = Literal["province", "city", "county"]
Kind = Literal["post_office", "agency", "delivery"]

PROVINCE = "云泽省"
CITIES = {"青屿市": ("望榆县", "松汀县", "白芷县"), "栖梧市": ("临汐县", "苍苇县", "疏桐县")}
CENTRES = {
    "望榆县": (30.000, 120.000),
    "松汀县": (30.180, 120.240),
    "白芷县": (29.860, 119.720),
    "临汐县": (31.020, 121.080),
    "苍苇县": (31.200, 120.860),
    "疏桐县": (30.880, 121.300),
}
BRANCHES_A_COUNTY = 20
# The first county's branches have names of their own; the manager and the carrier belong to the first of them.
FIRST_NAMES = ("青石桥支局", "望江路支局", "桐林支局", "柳塘支局", "云台路支局", "北门营业部", "清水塘邮政所")
_STEMS = (
    "白鹤双桥湖滨南浦古渡松林石码长堤河湾桥头杏花梅岭竹溪莲塘枫泾桂园梧桐槐荫银杏红枫"
    "晓月晨光晚霞星桥云栖雾溪霜叶雪坪春申秋浦夏荷冬青东风西渡南塘北屏上河下沙前湾后坪"
    "金鸡银河铜井铁铺石湾木桥水车火石土桥沙洲鹭岛鹤鸣雁荡燕子鹊桥鸥汀鲤鱼龟山鹿鸣凤栖"
)
STEMS = [_STEMS[at : at + 2] for at in range(0, len(_STEMS), 2)]  # two characters each
ENDINGS = {"支局": 5, "路支局": 3, "街支局": 2, "邮政所": 3, "营业部": 2, "代办点": 2}
STREETS = ("人和路", "公园路", "新街", "老街", "环城路", "车站路", "滨河路", "文昌路")


@dataclass(frozen=True)
class Unit:
    id: str
    name: str
    level: Level
    parent: str | None


@dataclass(frozen=True)
class Branch:
    id: str
    code: str
    name: str
    kind: Kind
    unit: str
    city: str
    address: str
    lat: float
    lon: float
    staff_count: int
    opens: str
    closes: str


def named(kind: str, name: str) -> str:
    """The id of an invented thing: the same name gives the same UUID on every machine."""
    return str(uuid5(NAMESPACE, f"{kind}:{name}"))


def units() -> list[Unit]:
    """Province, cities and counties, parents first."""
    province = Unit(named("unit", PROVINCE), PROVINCE, "province", None)
    made = [province]
    for city, counties in CITIES.items():
        parent = Unit(named("unit", city), city, "city", province.id)
        made += [parent, *(Unit(named("unit", name), name, "county", parent.id) for name in counties)]
    return made


def branches(dice: random.Random) -> list[Branch]:
    """120 branches, 20 a county; the first city's come first."""
    names = iter(_names(dice))
    made: list[Branch] = []
    for city, counties in CITIES.items():
        for county in counties:
            own = FIRST_NAMES if county == "望榆县" else ()
            for number in range(BRANCHES_A_COUNTY):
                name = own[number] if number < len(own) else next(names)
                made.append(_branch(dice, city, county, name, len(made) + 1))
    return made


def _names(dice: random.Random) -> list[str]:
    """Each stem twice at least, with endings as common as in life, none twice."""
    drawn = (
        stem + dice.choices(list(ENDINGS), list(ENDINGS.values()))[0]
        for _ in range(4)
        for stem in dice.sample(STEMS, len(STEMS))
    )
    return list(dict.fromkeys(drawn))


def _branch(dice: random.Random, city: str, county: str, name: str, number: int) -> Branch:
    lat, lon = CENTRES[county]
    spread = 0.0003 if number == 1 else 0.055  # the first stands where a phone in the county's centre is
    kind: Kind = "agency" if name.endswith("代办点") else "delivery" if name.endswith("营业部") else "post_office"
    return Branch(
        id=named("branch", name),
        code=f"9{number // 61 + 1:02d}{number:05d}",
        name=name,
        kind=kind,
        unit=named("unit", county),
        city=city,
        address=f"{county}{dice.choice(STREETS)} {dice.randint(1, 180)} 号",
        lat=round(lat + dice.uniform(-spread, spread), 6),
        lon=round(lon + dice.uniform(-spread, spread), 6),
        staff_count=dice.randint(2, 4) if kind == "agency" else dice.randint(4, 16),
        opens=dice.choice(("08:00", "08:30", "09:00")),
        closes=dice.choice(("17:00", "17:30", "18:00")),
    )
