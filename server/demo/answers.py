"""What inspectors found: answers to the checks of the standard, with notes and reasons, from a dice."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Answer = dict[str, Any]

# What goes wrong in life, and what an inspector then writes. Weights are how often.
FAULTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "ENV-1.a": (2, ("大厅无人引导，值班长在后台。",)),
    "ENV-1.b": (2, ("问路的用户等了一会儿才有人应。",)),
    "ENV-2.b": (3, ("玻璃门下半截有手印。", "左侧窗玻璃有雨渍。")),
    "ENV-2.d": (4, ("门口地垫边有泥脚印。", "等候区地面有纸屑。")),
    "ENV-2.e": (2, ("3 号台席上方一支灯管不亮。",)),
    "ENV-2.f": (2, ("折页架空了两格，海报已过期。",)),
    "ENV-2.g": (5, ("台席正面贴了两张通知。", "门玻璃上有胶带印和手写告示。")),
    "FAC-1.d": (2, ("信封、纸箱没有标价。",)),
    "FAC-1.f": (3, ("封装规格的样张没有摆出来。",)),
    "FAC-1.g": (2, ("信封要求被宣传单挡住。",)),
    "FAC-1.i": (2, ("邮编簿还是旧版。",)),
    "FAC-2.b": (1, ("班前会没有记录。",)),
    "FAC-3.a": (2, ("书写台的笔不出水。",)),
    "FAC-3.c": (3, ("缺包裹单样张。",)),
    "FAC-3.d": (4, ("胶水干了，没有老花镜。", "没有针线和剪刀。")),
    "FAC-4.b": (2, ("2 号台席停办业务，没有摆暂停服务牌。",)),
    "FAC-4.c": (3, ("信筒顶上有鸟粪和积灰。",)),
    "ETI-1.a": (2, ("一人外套没有换标志服。",)),
    "ETI-1.c": (3, ("一人工号牌放在抽屉里。",)),
    "ETI-2.c": (2, ("答话时一直低头看屏幕。",)),
    "ETI-4.a": (4, ("两位营业员之间用方言。",)),
    "ETI-4.c": (4, ("用户离柜时没有道别。",)),
    "ETI-5.a": (3, ("空闲时没有起立迎接。",)),
    "ETI-5.e": (2, ("指引时用笔指人。",)),
    "QUA-1.d": (2, ("排队 18 分钟，只开了一个窗口。",)),
    "QUA-1.h": (2, ("一条意见五天后才答复。",)),
    "QUA-2.g": (2, ("临柜看了一次手机。",)),
    "QUA-2.i": (1, ("台席下放着零食。",)),
    "MGT-1.b": (2, ("日记缺上周四、周五。",)),
    "MGT-1.f": (3, ("交接班漏签一次。",)),
    "MGT-2.c": (1, ("查验单没有存根。",)),
    "MGT-3.g": (1, ("上午没有看到安保人员巡视。",)),
    "MGT-4.a": (3, ("夹钳和印泥没有放回定位。",)),
    "MGT-4.d": (2, ("信盒堆在过道。",)),
    "CAP-1.a": (2, ("抽测 5 件，有超过 2 分钟的。",)),
    "CAP-1.d": (1, ("报刊收订一笔用了 4 分钟。",)),
}
VETOES = {"ENV-0.c": "营业时间牌边角破损，时间看不清。", "ENV-0.d": "局名牌有大片污渍。"}
NOT_THERE = {"MGT-1.d": "网点没有邮资机。", "MGT-3.g": "网点不设安保岗。", "CAP-1.c": "当天没有预订取票。"}
DESK_VALUES = {"EFF-1.a": (9650, 10250), "EFF-2.a": (8450, 9600)}


@dataclass
class Findings:
    """Everything answered in one inspection, by check code."""

    checks: dict[str, Answer] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def failed(self) -> list[str]:
        return [code for code, answer in self.checks.items() if answer["result"] == "fail"]


def answer_all(
    dice: random.Random, document: Mapping[str, Any], faults: int, *, share: float = 1.0, veto: bool = False
) -> Findings:
    """Answer the on-site checks of an edition (the first `share` of its items) and, when whole, the desk's.

    `faults` checks fail, drawn by their weight; the desk part is answered in two of three whole inspections.
    """
    found = Findings()
    failing = _draw(dice, faults)
    items = [item for section in document["sections"] for item in section["items"]]
    onsite = [item for item in items if item["onsite"]]
    for item in onsite[: round(len(onsite) * share)]:
        for check in item["checks"]:
            _answer(dice, found, check["code"], failing)
    if veto:
        code = dice.choice(sorted(VETOES))
        found.checks[code], found.notes[code] = {"result": "fail"}, VETOES[code]
    if share == 1.0 and dice.random() < 2 / 3:
        _desk(dice, found, [item for item in items if not item["onsite"]])
    return found


def _draw(dice: random.Random, count: int) -> set[str]:
    drawn: set[str] = set()
    codes, weights = list(FAULTS), [weight for weight, _ in FAULTS.values()]
    while len(drawn) < min(count, len(codes)):
        drawn.add(dice.choices(codes, weights)[0])
    return drawn


def _answer(dice: random.Random, found: Findings, code: str, failing: set[str]) -> None:
    if code in failing:
        many = code.startswith("CAP-1") or dice.random() < 0.3
        found.checks[code] = {"result": "fail", "count": dice.randint(2, 3)} if many else {"result": "fail"}
        found.notes[code] = dice.choice(FAULTS[code][1])
    elif code in NOT_THERE and dice.random() < 0.35:
        found.checks[code] = {"result": "na"}
        found.reasons[code] = NOT_THERE[code]
    else:
        found.checks[code] = {"result": "pass", "bulk": True} if dice.random() < 0.6 else {"result": "pass"}


def _desk(dice: random.Random, found: Findings, items: Sequence[Mapping[str, Any]]) -> None:
    for item in items:
        for check in item["checks"]:
            code = check["code"]
            found.checks[code] = {"result": "pass"}
            if code in DESK_VALUES:
                found.checks[code]["value"] = dice.randint(*DESK_VALUES[code])
