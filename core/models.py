"""Things without business nouns: what happened, which days work, settings, files, drafts."""

from datetime import time
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from core.rules import DayNote, WorkCalendar


class AuditEventQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise TypeError("审计记录只能追加，不能修改。")

    def delete(self):
        raise TypeError("审计记录只能追加，不能删除。")

    def about(self, target):
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))

    def of_branches(self, branches):
        """Events about these branches (primary keys), and those that are about none."""
        return self.filter(models.Q(branch_ref=None) | models.Q(branch_ref__in=branches))


class AuditEvent(models.Model):
    """Append-only. The database refuses UPDATE and DELETE too (migration 0003_append_only)."""

    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="操作人",
    )
    actor_name = models.CharField("操作人姓名", max_length=50, blank=True)
    verb = models.CharField("动作", max_length=60, db_index=True)
    target_type = models.CharField("对象类型", max_length=60)
    target_id = models.CharField("对象编号", max_length=40)
    target_text = models.CharField("对象", max_length=200)
    # Whose auditors read it: the branch of the object (core.audit.branch_of). Empty: everybody's,
    # e.g. what the system did to the calendar. A plain number, as branches stand above this app.
    branch_ref = models.PositiveBigIntegerField("分公司", null=True, blank=True)
    changes = models.JSONField("变化", default=dict, blank=True)
    reason = models.TextField("理由", blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "-at"]),
            models.Index(fields=["branch_ref", "-at", "-id"]),
        ]

    def __str__(self):
        return f"{self.verb} {self.target_text}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("审计记录只能追加，不能修改。")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("审计记录只能追加，不能删除。")


class WorkCalendarYear(models.Model):
    """A year whose notice has been loaded. Without a confirmed row its dates are provisional."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    is_confirmed = models.BooleanField("已确认", default=False)
    source = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历年份"
        ordering = ["-year"]

    def __str__(self):
        return f"{self.year} 年"


class WorkCalendarDayQuerySet(models.QuerySet):
    def as_calendar(self) -> WorkCalendar:
        """The whole table as one value that rules can count with. Two queries."""
        days = {
            row["date"]: DayNote(row["is_workday"], row["name"])
            for row in self.values("date", "is_workday", "name")
        }
        years = WorkCalendarYear.objects.filter(is_confirmed=True).values_list("year", flat=True)
        return WorkCalendar(days, frozenset(years))


class WorkCalendarDay(models.Model):
    """One day that differs from, or confirms, the weekend rule (§B.12)."""

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("说明", max_length=40)
    source = models.CharField("依据", max_length=200, blank=True)

    objects = WorkCalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["date"]

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.name}"


class ParameterQuerySet(models.QuerySet):
    def value(self, key: str):
        """The typed value of one setting. KeyError when no migration has seeded it."""
        row = self.filter(key=key).first()
        if row is None:
            raise KeyError(key)
        return row.typed_value()


class Parameter(models.Model):
    """An editable number, time or choice. Each app seeds its own by data migration."""

    class Kind(models.TextChoices):
        INTEGER = "integer", "整数"
        DECIMAL = "decimal", "小数"
        TIME = "time", "时刻"
        BOOLEAN = "boolean", "是否"
        CHOICE = "choice", "选项"

    key = models.SlugField("代码", max_length=60, unique=True)
    label = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=10, choices=Kind)
    value = models.CharField("值", max_length=100)
    options = models.JSONField("可选值", default=dict, blank=True)  # {code: label} for CHOICE
    help_text = models.CharField("说明", max_length=200, blank=True)

    objects = ParameterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参数"
        ordering = ["key"]

    def __str__(self):
        return self.label

    def typed_value(self):
        """int, Decimal, time (24:00 → None), bool or the option's code."""
        match self.kind:
            case self.Kind.INTEGER:
                return int(self.value)
            case self.Kind.DECIMAL:
                return Decimal(self.value)
            case self.Kind.TIME:
                return None if self.value == "24:00" else time.fromisoformat(self.value)
            case self.Kind.BOOLEAN:
                return self.value == "true"
        return self.value

    def said_value(self) -> str:
        """The value as the screen shows it."""
        if self.kind == self.Kind.BOOLEAN:
            return "是" if self.value == "true" else "否"
        return self.options.get(self.value, self.value)

    def clean(self):
        try:
            self.typed_value()
        except (ValueError, ArithmeticError) as error:
            message = f"「{self.value}」不是{self.get_kind_display()}。"
            raise ValidationError({"value": message}) from error
        if self.kind in (self.Kind.INTEGER, self.Kind.DECIMAL) and self.typed_value() < 0:
            raise ValidationError({"value": "不能小于 0。"})
        if self.kind == self.Kind.CHOICE and self.value not in self.options:
            raise ValidationError({"value": "请选择列出的值。"})
        if self.kind == self.Kind.BOOLEAN and self.value not in ("true", "false"):
            raise ValidationError({"value": "请选择是或否。"})


class StoredFile(models.Model):
    """An uploaded file under a random name. Served only by views that check scope first."""

    file = models.FileField("文件", upload_to="stored/%Y/%m/", max_length=200)
    name = models.CharField("原文件名", max_length=150)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("指纹", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"

    def __str__(self):
        return self.name


class Draft(models.Model):
    """What a user has typed into a form and not sent yet. One per user and form."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.CharField("表单", max_length=80)  # e.g. "visits:quick_log" or "visits:record:12"
    payload = models.JSONField("内容")
    saved_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "草稿"
        constraints = [
            models.UniqueConstraint(fields=["user", "form"], name="core_draft_one_per_form")
        ]

    def __str__(self):
        return self.form


class Submission(models.Model):
    """A form that was sent once. The second arrival of the same key is led to the first result."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField("提交编号")
    result_url = models.CharField("结果", max_length=200, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "提交"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="core_submission_once")]

    def __str__(self):
        return str(self.key)
