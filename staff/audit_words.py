"""The audit trail in Chinese: what each stored verb is called. A test demands every verb here."""

SUBJECTS = {
    "absence": "缺勤",
    "assignment": "客户分配",
    "branch": "分公司",
    "calendar": "工作日历",
    "commitment": "承诺",
    "contact": "联系人",
    "customer": "客户",
    "delivery": "消息",
    "demo": "演示数据",
    "department": "部门",
    "duty": "时限任务",
    "file": "文件",
    "ladder": "提醒阶梯",
    "letter": "来函",
    "parameter": "参数",
    "password": "密码",
    "reply": "复函",
    "sign_in": "登录",
    "thank_you": "感谢函",
    "thanks": "感谢函",
    "user": "用户",
    "visit": "拜访",
}
DEEDS = {
    "acknowledged": "已知悉",
    "approved": "批准",
    "arrived": "到达",
    "assigned": "分配",
    "backup_added": "增加备岗",
    "backup_ended": "结束备岗",
    "book": "预约",
    "booked": "预约",
    "cancel": "取消",
    "cancelled": "取消",
    "changed": "修改",
    "close": "办结",
    "closed": "关闭",
    "confirmed": "确认",
    "created": "新建",
    "day_edited": "修改一天",
    "decided": "审批",
    "deleted": "删除",
    "done": "完成",
    "done_late": "逾期完成",
    "drafted": "起草",
    "due_moved": "期限重算",
    "edited": "修改",
    "ended": "结束",
    "escalated": "升级",
    "failed": "失败",
    "fulfilled": "办结",
    "healed": "补建",
    "held": "开展",
    "hold": "开展完毕",
    "imported": "导入",
    "issued": "编号",
    "kept": "兑现",
    "late_arrival_explained": "迟到说明",
    "left": "离职",
    "loaded": "载入",
    "locked": "锁定",
    "made": "作出",
    "moved": "期限变更",
    "no_show": "客户未到",
    "open": "重新打开",
    "opened": "建立",
    "pending_approval": "提交审核",
    "plan": "列入计划",
    "planned": "计划",
    "quick_logged": "快速记录",
    "reassigned": "改派",
    "record": "完成记录",
    "recorded": "记录",
    "refused": "被拒绝",
    "registered": "登记",
    "rejected": "退回",
    "reschedule": "改期",
    "rescheduled": "改期",
    "resent": "重新发送",
    "retried": "重新发送",
    "reset": "重置",
    "retired": "停用",
    "returned": "退回",
    "saved": "保存",
    "scanned": "上传扫描件",
    "sent": "送出",
    "stage_raised": "关系阶段提升",
    "start": "开始",
    "started": "开始",
    "submitted": "提交",
    "unlocked": "解锁",
    "updated": "修改",
    "uploaded": "上传",
    "waived": "豁免",
    "withdrawn": "撤销",
}
# Where the two words together would read badly.
WHOLE = {
    "sign_in.done": "登录成功",
    "sign_in.ended": "退出登录",
    "sign_in.failed": "登录失败",
    "sign_in.locked": "账号锁定",
    "sign_in.refused": "停用账号尝试登录",
    "sign_in.unlocked": "账号解锁",
    "user.left": "办理离职",
    "duty.done": "时限任务按时完成",
}
# Keys of what was kept with an event that are no field of its object.
KEYS = {
    "body_sha256": "正文指纹",
    "channel": "渠道",
    "days": "天数",
    "number": "文号",
    "owner": "责任人",
    "proof_sha256": "凭证指纹",
    "recipient": "收件人",
    "sent": "送出",
    "sent_at": "送出时间",
}


def say_verb(verb: str) -> str:
    """「拜访取消」 for "visit.cancelled"; the code itself when nobody has named it yet."""
    subject, _, deed = verb.partition(".")
    if verb in WHOLE:
        return WHOLE[verb]
    if subject in SUBJECTS and deed in DEEDS:
        return SUBJECTS[subject] + DEEDS[deed]
    return verb


def is_said(verb: str) -> bool:
    return say_verb(verb) != verb


def say_key(name: str) -> str:
    return KEYS.get(name, name)
