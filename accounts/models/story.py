"""The history of a customer: timeline, revisions, lifecycle, handover, merges (R17, R21, R32)."""

from django.db import models
from django.db.models import Q

from accounts.models.customer import Customer
from accounts.models.scope import OfCustomerQuerySet
from staff.models import User


class TimelineEntry(models.Model):
    """One thing that happened with a customer. Every app's actions write here; pages only read."""

    class Kind(models.TextChoices):
        VISIT = "visit", "拜访"
        LETTER = "letter", "函件"
        COMMITMENT = "commitment", "承诺"
        BILL = "bill", "账单"
        CONTRACT = "contract", "合同"
        CHANGE = "change", "资料变更"
        EVENT = "event", "大事"
        NEED = "need", "需求"
        ASSIGNMENT = "assignment", "归属"
        TICKET = "ticket", "服务"
        OPPORTUNITY = "opportunity", "商机"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="timeline", verbose_name="客户"
    )
    at = models.DateTimeField("时间")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    title = models.CharField("事项", max_length=150)
    detail = models.CharField("说明", max_length=300, blank=True)
    path = models.CharField("页面", max_length=200, blank=True)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    # "visit:12": the same source writes its entry once, again is an update.
    source = models.CharField("来源", max_length=60, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "时间线"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "source"],
                condition=~Q(source=""),
                name="accounts_timeline_source_once",
            )
        ]
        indexes = [
            models.Index(fields=["customer", "-at", "-id"]),
            models.Index(fields=["customer", "kind", "-at", "-id"]),
        ]

    def __str__(self):
        return self.title


class CustomerViewRevision(models.Model):
    """One change of one field of the customer view: who, when, why, from which visit (R9, R17)."""

    class State(models.TextChoices):
        APPLIED = "applied", "已生效"
        PROPOSED = "proposed", "待确认"
        REJECTED = "rejected", "未采纳"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="revisions", verbose_name="客户"
    )
    section = models.CharField("部分", max_length=20)  # a code of rules.SECTIONS
    # "accounts.contact:15" and the field's name; the customer itself is "accounts.customer:7".
    target = models.CharField("对象", max_length=60)
    target_text = models.CharField("对象名称", max_length=100)
    field = models.CharField("字段", max_length=40)
    field_label = models.CharField("字段名称", max_length=40)
    old = models.TextField("原值", blank=True)
    new = models.TextField("新值", blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    visit_ref = models.PositiveBigIntegerField("拜访编号", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.APPLIED)
    # None: the system, e.g. a command that loads data
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="修改人"
    )
    changed_at = models.DateTimeField("修改时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    # Of a proposal: {"old": …, "new": …} as the form field reads them, so that it can be applied.
    raw = models.JSONField("待确认的原始值", default=dict, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "客户视图修订"
        ordering = ["-changed_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "section", "-changed_at"]),
            models.Index(fields=["target", "field"]),
        ]

    def __str__(self):
        return f"{self.target_text} {self.field_label}"


class LifecycleChange(models.Model):
    """R21: one step on the ladder, with its reason."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="lifecycle_changes", verbose_name="客户"
    )
    old = models.CharField("原阶段", max_length=20, choices=Customer.Lifecycle)
    new = models.CharField("新阶段", max_length=20, choices=Customer.Lifecycle)
    reason = models.CharField("理由", max_length=200)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")
    changed_at = models.DateTimeField("修改时间", auto_now_add=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "关系发展记录"
        ordering = ["-changed_at", "-pk"]

    def __str__(self):
        return f"{self.get_old_display()} → {self.get_new_display()}"


class HandoverRecord(models.Model):
    """Customers and open work handed from one person to another (R1, R32)."""

    class Reason(models.TextChoices):
        REASSIGNMENT = "reassignment", "调整分工"
        LEAVE = "leave", "离职"
        LONG_ABSENCE = "long_absence", "长期缺勤"
        PROJECT_END = "project_end", "项目结束"

    from_user = models.ForeignKey(
        User, models.PROTECT, related_name="handovers_given", verbose_name="移交人"
    )
    to_user = models.ForeignKey(
        User, models.PROTECT, related_name="handovers_taken", verbose_name="接收人"
    )
    reason = models.CharField("原因", max_length=15, choices=Reason)
    note = models.CharField("说明", max_length=200, blank=True)
    # [{"kind": "customer", "id": 3, "text": "…"}, …]: what moved, as it was called that day
    items = models.JSONField("移交清单", default=list)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    made_at = models.DateTimeField("移交时间", auto_now_add=True)
    confirmed_at = models.DateTimeField("接收确认时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "移交记录"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.from_user} → {self.to_user}"


class CustomerMerge(models.Model):
    """Two rows that were one customer. `moved` lets the merge be undone exactly."""

    kept = models.ForeignKey(
        Customer, models.PROTECT, related_name="merges_kept", verbose_name="保留客户"
    )
    gone_code = models.CharField("并入客户编码", max_length=20)
    gone_name = models.CharField("并入客户名称", max_length=100)
    gone = models.JSONField("并入客户原样")  # the row of the merged customer, serialised
    moved = models.JSONField("移动的记录")  # {"accounts.contact": [ids], …}
    overwritten = models.JSONField("补齐的字段", default=dict)  # {field: old value of kept}
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="合并人")
    merged_at = models.DateTimeField("合并时间", auto_now_add=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "客户合并"
        ordering = ["-merged_at", "-pk"]

    def __str__(self):
        return f"{self.gone_name} → {self.kept}"
