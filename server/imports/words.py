"""What can be wrong with a cell, in both languages. ``{}`` stands for what is told beside the code."""

from collections.abc import Mapping

ERRORS: Mapping[str, tuple[str, str]] = {
    "missing": ("这里要填", "Something must stand here"),
    "too_long": ("最多 {} 个字", "At most {} characters"),
    "bad_choice": ("只能填：{}", "One of: {}"),
    "bad_number": ("要填 {} 之间的数", "A number within {}"),
    "bad_time": ("时间写成 08:30 这样", "A time like 08:30"),
    "bad_code": ("编码最多 64 位，前后不能有空格", "A code has at most 64 characters"),
    "bad_login": ("账号最多 64 位，不能有空格", "A login has at most 64 characters and no blanks"),
    "bad_role": ("看不懂的角色：{}", "Not a role: {}"),
    "formula_error": ("单元格里的公式出错了", "The formula in this cell has an error"),
    "unknown_place": ("没有“{}”，或不归您管", "There is no {}, or you are not its administrator"),
    "ambiguous_place": ("不止一个“{}”，请写成 上级/下级", "More than one is called {}; write above/below"),
    "twice": ("和第 {} 行重复", "The same as in row {}"),
    "code_taken": ("这个编码已用在别处", "This code is used elsewhere"),
    "login_taken": ("这个账号已有人使用", "Another person has this login"),
    "bad_phone": ("电话写成 5 到 20 位数字", "A number of 5 to 20 figures"),
    "unknown_customer": ("这个网点没有这个编号的客户", "The branch has no customer of this number"),
    "ambiguous_customer": (
        "这个网点不止一个客户叫这个名字，请填电话或客户编号",
        "Several customers of the branch have this name; give the phone or the customer number",
    ),
    "needs_both": ("纬度和经度要一起填", "Latitude and longitude go together"),
}


class Wrong(Exception):
    """A cell that cannot be taken: a code of ERRORS, what is told beside it (where it differs, in both languages), and
    the column where it is another's.
    """

    def __init__(self, code: str, beside: object = "", column: str | None = None) -> None:
        super().__init__(code)
        self.code, self.column = code, column
        self.beside = beside if isinstance(beside, tuple) else (str(beside), str(beside))

    def said(self) -> tuple[str, str]:
        """In Chinese and in English."""
        zh, en = ERRORS[self.code]
        return zh.format(self.beside[0]), en.format(self.beside[1])
