"""Retention: lists, cases, warnings, monthly figures, and the numbers one may change (R47–R49)."""

from django.db import migrations

# key, label, value, help
ROWS = [
    ("long_term_months", "长期签约的月数", "24", "合同期满这么多个月的客户算长期签约。"),
    ("renewal_grace_days", "续约宽限天数", "30", "到期后这么多天内接上新合同，都算按时续约。"),
    ("churn_zero_months", "流失：连续零收入月数", "3", "连续这么多个月没有收入，算客户流失。"),
    ("churn_low_percent", "流失：剩余收入（%）", "20",
     "近 3 个月平均收入低于上年同期的这个百分比，算客户流失。"),
    ("warning_drop_red", "红色：收入降幅（%）", "30", "近 3 个月收入同比下降达到这个百分比。"),
    ("warning_drop_orange", "橙色：收入降幅（%）", "20", "近 3 个月收入同比下降达到这个百分比。"),
    ("warning_drop_yellow", "黄色：收入降幅（%）", "10", "近 3 个月收入同比下降达到这个百分比。"),
    ("warning_expired_days", "红色：到期未续约的天数", "365", "合同到期这么多天以内没有续约。"),
    ("warning_lost_days", "红色：项目被对手拿走的天数", "180", "这么多天内有商机输给对手。"),
    ("warning_near_days", "橙色：合同临近到期（天）", "60", "到期前这么多天还没有续约商机。"),
    ("warning_far_days", "黄色：合同将到期（天）", "180", "到期前这么多天起提示。"),
    ("warning_complaints", "橙色：投诉次数", "2", "规定天数内的投诉来函达到这个次数。"),
    ("warning_complaint_days", "橙色：投诉统计天数", "30", "统计最近这么多天的投诉来函。"),
    ("warning_arrears_days", "橙色：欠费天数", "60", "账单超过缴费期限这么多天仍未缴清。"),
    ("warning_visit_percent", "黄色：未上门的间隔（%）", "150",
     "距上次上门超过拜访频次规定间隔的这个百分比。"),
    ("warning_contact_days", "黄色：关键人变动的天数", "90", "这么多天内有决策关键人离任。"),
    ("warning_rival_days", "黄色：对手接触的天数", "90", "这么多天内记录过对手接触客户。"),
    ("warning_satisfaction", "黄色：满意度下限", "70", "最近一次满意度低于这个分数。"),
    ("warning_workdays_red", "红色预警的行动期限（工作日）", "1", "风险升为红色后的行动期限。"),
    ("warning_workdays_orange", "橙色预警的行动期限（工作日）", "3", "风险升为橙色后的行动期限。"),
    ("warning_workdays_yellow", "黄色预警的行动期限（工作日）", "10", "风险升为黄色后的行动期限。"),
    ("retention_target_renewal", "客户续约率目标（%）", "90", "低于目标时标出。"),
    ("retention_target_long_term", "长期签约率目标（%）", "60", "低于目标时标出。"),
    ("retention_target_sticky", "粘性业务渗透率目标（%）", "70", "低于目标时标出。"),
    ("retention_target_customer_churn", "客户流失率上限（%）", "2", "高于上限时标出。"),
    ("retention_target_line_churn", "用户离网率上限（%）", "2", "高于上限时标出。"),
]  # fmt: skip


def seed(apps, schema_editor):
    parameter = apps.get_model("core", "Parameter")
    parameter.objects.bulk_create(
        parameter(key=key, label=label, kind="integer", value=value, help_text=text)
        for key, label, value, text in ROWS
    )


def unseed(apps, schema_editor):
    apps.get_model("core", "Parameter").objects.filter(key__in=[row[0] for row in ROWS]).delete()


class Migration(migrations.Migration):
    replaces = [("planning", "0004_retention")]
    dependencies = [("planning", "0003_six_step_rows"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed)]
