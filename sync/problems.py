"""The catalogue of refusals: stable code, HTTP status, and the sentence people read."""

from collections.abc import Mapping

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One way to be refused. ``status`` is ``None`` for outcomes of a change, which never become an HTTP status."""

    code: str
    status: int | None
    zh: str
    en: str


def _catalogue(*problems: Problem) -> Mapping[str, Problem]:
    return {problem.code: problem for problem in problems}


PROBLEMS: Mapping[str, Problem] = _catalogue(
    # The request as a whole.
    Problem("bad_request", 400, "请求的内容读不懂。请更新应用后再试。", "The request could not be read. Update the app and try again."),
    Problem("unauthenticated", 401, "请登录。已存在手机上的东西都还在。", "Please sign in. What is saved on this phone is still there."),
    Problem("bad_credentials", 401, "账号或密码不对。", "The account or the password is not right."),
    Problem("device_revoked", 401, "这台设备已被停用。没发出的东西还在手机上，请联系管理员。",
            "This device has been revoked. Unsent work is still on it; ask your administrator."),
    Problem("account_disabled", 403, "这个账号已停用，请联系管理员。", "This account is disabled. Ask your administrator."),
    Problem("password_change_required", 403, "请先把初始密码改成自己的。没发出的东西还在手机上。", "Choose a password of your own first. Unsent work is still on this phone."),
    Problem("foreign_origin", 403, "请求来自别的网站，已拒绝。", "The request came from another site and was turned away."),
    Problem("wrong_device", 403, "设备号不是您这台的。请重新登录。", "That device number is not yours. Sign in again."),
    Problem("not_allowed", 403, "您没有做这件事的权限。", "You do not have the right to do this."),
    Problem("not_found", 404, "没有找到。", "Not found."),
    Problem("photo_expected", 404, "照片还没传到，稍后再看。", "The photo has not arrived yet. Look again later."),
    Problem("method_not_allowed", 405, "这个地址不接受这样的请求。", "This address does not take that kind of request."),
    Problem("upload_stalled", 408, "上传停住了，已收到的还在，请接着传。", "The upload stalled. What arrived is kept; go on from there."),
    Problem("device_fork", 409, "这台设备的编号被用过了，正在换新编号重发。", "This device number was used before; your work is being sent again under a new one."),
    Problem("gap", 409, "中间少了几条，正在补发。", "Some changes are missing in between; they are being sent."),
    Problem("code_taken", 409, "这个网点编码已经用过了。", "That branch code is already used."),
    Problem("login_taken", 409, "这个账号已有人使用。", "Another person already has that login."),
    Problem("no_login", 409, "这个人还没有账号，请先给一个。", "This person has no login yet. Give them one first."),
    Problem("last_admin", 409, "这是最后一位管理员，不能停用或收回权限。", "This is the last administrator; they cannot be deactivated or lose that right."),
    Problem("import_stale", 409, "核对之后数据又有改动，请重新核对。", "The data changed after the check. Check the sheet again."),
    Problem("import_errors", 409, "表里还有错误，一行也没有导入。", "The sheet still has errors; nothing was imported."),
    Problem("import_state", 409, "这次导入现在不能这样做。", "This import cannot do that in its present state."),
    Problem("import_changed", 409, "导入之后有人改过或用过，不能撤销。", "Something imported was changed or used since, so it cannot be undone."),
    Problem("cannot_merge", 409, "只能合并同一网点的两位在用客户。", "Only two active customers of one branch can be merged."),
    Problem("already_dealt", 409, "这条建议已经有人处理了。", "Somebody has dealt with this suggestion already."),
    Problem("already_settled", 409, "这条已经有人处理了。", "Somebody has already decided this."),
    Problem("rescue_revoked", 409, "这台手机已停用。请管理员确认后再收这份文件。", "This phone was revoked. An administrator must answer for its file first."),
    Problem("rescue_gap", 409, "文件之前还有改动没到服务器。请让这台手机联一次网，再做一份。",
            "Work from before this file never reached the server. Let the phone connect once, then make the file again."),
    Problem("rescue_fork", 409, "这台手机的编号下，服务器已有别的内容。请在手机上重新登录，再做一份。",
            "The server has other work under this phone's numbers. Sign in again on the phone, then make the file again."),
    Problem("offset_conflict", 409, "续传的位置不对，请先问服务器收到了多少。", "The upload offset does not match. Ask the server how much it has."),
    Problem("upload_gone", 410, "这次上传已过期，请重新开始。", "This upload has expired. Start it again."),
    Problem("unsupported_version", 412, "上传协议的版本不对，应为 1.0.0。", "The upload protocol version must be 1.0.0."),
    Problem("too_large", 413, "一次发得太多了。请分小一些。", "That is too much at once. Send less."),
    Problem("unsupported_media", 415, "不支持这种内容编码或格式。", "That encoding or format is not supported."),
    Problem("bad_image", 422, "这不是能打开的照片（JPEG、PNG 或 WebP），请重拍。", "This is not a picture that opens (JPEG, PNG or WebP). Take it again."),
    Problem("heic_image", 422, "HEIC 照片这里打不开。请用应用里的相机重拍，或在手机相机设置里选 JPEG（兼容性最佳）。",
            "HEIC pictures do not open here. Use the camera in the app, or set the phone's camera to JPEG (Most Compatible)."),
    Problem("huge_image", 422, "照片的像素太多。请调低相机的分辨率再拍。", "Too many pixels. Lower the camera's resolution and take it again."),
    Problem("moving_image", 422, "这是会动的图。请拍一张普通照片。", "This is a moving picture. Take a plain photo."),
    Problem("wrong_password", 422, "原密码不对。", "The present password is not right."),
    Problem("weak_password", 422, "新密码至少 8 位，不能和账号或原密码相同。", "A new password has at least 8 characters and is neither the login nor the old one."),
    Problem("wrong_level", 422, "机构只能放在更高一级的机构下面。", "A unit stands below a unit of a higher level."),
    Problem("review_anew", 422, "这是审核决定，不能补收；请看过后自己决定。", "This is a decision of a review; it is not taken in. Look at it and decide yourself."),
    Problem("sheet_unreadable", 422, "这个表格读不了。", "This sheet cannot be read."),
    Problem("rescue_unreadable", 422, "这不是救援文件，或由更新的版本做成。", "This is no rescue file, or a newer version made it."),
    Problem("rescue_foreign", 422, "这份文件不是做给这台服务器的。", "This file was not made for this server."),
    Problem("rescue_unproven", 422, "无法证明这份文件出自本人的手机。请交给能用服务器命令行的人。",
            "Nothing proves whose phone made this file. Give it to whoever has the server's command line."),
    Problem("rescue_code", 422, "口令不对，或文件已损坏。", "The code is not right, or the file is damaged."),
    Problem("rescue_damaged", 422, "文件不完整或被改过，一条也没有收。请在手机上再做一份。",
            "The file is not whole or was changed; nothing was taken. Make it again on the phone."),
    Problem("upload_locked", 423, "这次上传正由另一个请求写入。", "Another request is writing to this upload."),
    Problem("too_many_tries", 429, "密码错得太多次了，请稍后再试。", "Too many wrong passwords. Wait a little and try again."),
    Problem("hash_mismatch", 460, "照片和登记的指纹不一致，请重传。", "The photo does not match its fingerprint. Send it again."),
    Problem("checksum_mismatch", 460, "这一段在路上传坏了，正在重传。", "This part was damaged on the way; it is being sent again."),
    Problem("server_error", 500, "服务器出了问题。您的东西都还在，稍后会自动再试。", "Something went wrong on the server. Your work is safe and will be sent again."),
    Problem("storage_full", 507, "服务器的存储满了，请联系管理员。", "The server's storage is full. Ask your administrator."),
    Problem("photos_unavailable", 503, "存照片的地方暂时连不上。没传完的照片还在手机上，稍后会自动再传。",
            "The store of photos is out of reach right now. Photos not yet sent are still on the phone and will be sent again."),
    Problem("unavailable", 503, "服务器暂时不可用，稍后会自动再试。", "The server is not available right now; we will try again."),
    # One change: unknown or unreadable.
    Problem("unknown_type", None, "服务器不认识这种记录。请更新应用。", "The server does not know this kind of record. Update the app."),
    Problem("unknown_field", None, "服务器不认识这个字段。请更新应用。", "The server does not know this field. Update the app."),
    Problem("unknown_act", None, "服务器不认识这个操作。请更新应用。", "The server does not know this act. Update the app."),
    Problem("unknown_check", None, "这一版标准里没有这个检查点。", "This edition of the standard has no such check."),
    Problem("unknown_record", None, "没有这条记录，或您看不到它。", "There is no such record, or you may not see it."),
    Problem("unknown_standard", None, "没有这一版标准。", "There is no such edition of the standard."),
    Problem("server_field", None, "这一项由服务器填写，不能直接改。", "The server fills this in; it cannot be set."),
    Problem("bad_value", None, "这个值不对。", "This value is not valid."),
    Problem("incomplete", None, "必填的内容没有填全。", "Something required is missing."),
    Problem("parent_refused", None, "它所属的记录没有被收下。", "The record it belongs to was not accepted."),
    Problem("write_once", None, "这一项只能填一次，服务器上已有不同的值。", "This can be written only once, and the server has another value."),
    Problem("group_refused", None, "同一步里的另一条没有被收下，这条也没有收。", "Another change of the same step was refused, so this one was too."),
    # One change: who and when.
    Problem("self_review", None, "不能审核自己参与的检查。", "Nobody reviews an inspection they took part in."),
    Problem("own_judgement", None, "意见不一时，不能选自己的那一个，只能同意对方的。", "In a disagreement you can only accept the other opinion, not pick your own."),
    Problem("wrong_state", None, "现在的状态不能这样做。", "This cannot be done in the present state."),
    Problem("locked", None, "这一项已提交并锁定，退回后才能改。", "This item was submitted and is locked until it is returned."),
    Problem("stale_view", None, "您看过之后又有改动，请再看一遍。", "Something changed after you looked. Please look again."),
    Problem("needs_reason", None, "请写明原因。", "Please give a reason."),
    Problem("open_conflict", None, "还有意见不一的地方没有选定。", "There are still two opinions to choose between."),
    Problem("photos_missing", None, "还有照片没有传到，也没有免交。", "Some photos have neither arrived nor been waived."),
    Problem("todo_checks", None, "现场还有检查点没有查。", "Some on-site checks have not been answered."),
    Problem("concurrent_edit", None, "另一位同事同时给出了不同的判断，要选定一个。", "A colleague judged this differently at the same time; someone must choose."),
    # One change: set aside.
    Problem("late_evidence", None, "提交之后才送到，已交督导处理。", "This came after the submission and was given to the supervisor."),
    Problem("out_of_scope", None, "您的权限已有变动，这条交督导处理。", "Your rights have changed; this was given to the supervisor."),
    Problem("revoked", None, "手机停用以后做的，已交督导处理。", "Done after this phone was revoked, and given to the supervisor."),
)  # fmt: skip
