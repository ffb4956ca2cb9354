"""Finding and moving many customers: saved views, search keys, recents, imports."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts import search_rules
from accounts.models.customer import Customer
from core.models import StoredFile
from staff.models import User


class SavedViewQuerySet(models.QuerySet):
    def usable_by(self, user):
        """One's own, and those that colleagues of the same department share."""
        team = Q(is_team=True, owner__branch=user.branch_id)
        if user.department_id:
            team &= Q(owner__department=user.department_id)
        else:
            team &= Q(owner__department__isnull=True)
        return self.filter(Q(owner=user) | team)


class SavedView(models.Model):
    """Filters, columns and order of a list, kept under a name: one's own or the department's."""

    owner = models.ForeignKey(
        User, models.CASCADE, related_name="saved_views", verbose_name="建立人"
    )
    name = models.CharField("名称", max_length=40)
    # The query string: filters, columns and order, without the place in the list.
    query = models.TextField("筛选条件", blank=True)
    is_team = models.BooleanField("本部门共用", default=False)
    is_default = models.BooleanField("打开客户列表时先用它", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常用视图"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="accounts_saved_view_name",
                violation_error_message="已有同名的常用视图。",
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(is_default=True),
                name="accounts_saved_view_one_default",
                violation_error_message="只能有一个先用的视图。",
            ),
        ]

    def __str__(self):
        return self.name


class SearchKeyQuerySet(models.QuerySet):
    def beginning(self, word: str):
        """Keys that begin with `word` (search_rules.terms); a phone number also from its end."""
        spans = Q(pk__in=[])
        for low, high in search_rules.ranges(word):
            spans |= Q(key__gte=low, key__lt=high)
        # Naming the weights lets an index that begins with them be used.
        return self.filter(spans, weight__in=search_rules.WEIGHTS)


class SearchKey(models.Model):
    """One way to begin typing a customer: a suffix of its name, pinyin, initials, code, phone…

    A search is a prefix match on `key`, which an ordinary index answers for any length of input:
    the first index for a user who sees many customers, the unique one for a user who sees few.
    On PostgreSQL the column compares bytes (COLLATE "C", migration 0005), whatever the database.
    """

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="search_keys", db_index=False
    )
    key = models.CharField(max_length=24)
    weight = models.PositiveSmallIntegerField(default=5)  # 1: the beginning of the name … 6: weak
    # 「联系人 王建华」; empty when the key is the customer's own
    hint = models.CharField(max_length=40, blank=True)

    objects = SearchKeyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "搜索键"
        indexes = [
            models.Index(fields=["weight", "key", "customer"], name="accounts_search_wide"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], name="accounts_search_key_once")
        ]

    def __str__(self):
        return self.key


class RecentCustomer(models.Model):
    """What a user opened: when last and how often; search shows these first."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recent_customers")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField("最近打开")
    times = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "最近打开的客户"
        constraints = [
            models.UniqueConstraint(fields=["user", "customer"], name="accounts_recent_once")
        ]
        indexes = [models.Index(fields=["user", "-opened_at"])]

    def __str__(self):
        return f"{self.user} {self.customer}"


class ImportJobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and for heads those of their people (their numbers, not their rows)."""
        return self.filter(owner__in=User.objects.overseen_by(user))

    def at_work(self):
        return self.filter(state__in=ImportJob.AT_WORK)

    def stuck(self, now, since):
        """At work, but nobody holds the lease: the message or the worker was lost."""
        waiting = Q(lease_until=None, sent_at__lt=since) | Q(lease_until__lt=now)
        return self.at_work().filter(waiting)


class ImportJob(models.Model):
    """One uploaded table on its way in. The row is the job; Celery only carries it (ADR 0002)."""

    class Kind(models.TextChoices):
        CUSTOMERS = "customers", "客户"
        CONTACTS = "contacts", "联系人"
        BILLS = "bills", "月账单"
        CONTRACTS = "contracts", "合同"

    class State(models.TextChoices):
        CHECKING = "checking", "检查中"
        PREVIEW = "preview", "待确认"
        QUEUED = "queued", "排队中"
        RUNNING = "running", "导入中"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"
        FAILED = "failed", "失败"

    AT_WORK = (State.CHECKING, State.QUEUED, State.RUNNING)
    ENDED = (State.DONE, State.CANCELLED, State.FAILED)

    owner = models.ForeignKey(User, models.PROTECT, related_name="imports", verbose_name="导入人")
    kind = models.CharField("内容", max_length=10, choices=Kind)
    upload = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    error_file = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="错误文件",
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.CHECKING)
    total = models.PositiveIntegerField("总行数", default=0)
    done = models.PositiveIntegerField("已处理", default=0)
    created = models.PositiveIntegerField("新增", default=0)
    updated = models.PositiveIntegerField("更新", default=0)
    unchanged = models.PositiveIntegerField("无变化", default=0)
    bad = models.PositiveIntegerField("有错", default=0)
    # [{"row": 5, "column": "邮编", "value": "12", "message": "…"}, …], the first few hundred
    errors = models.JSONField("错误", default=list, blank=True)
    # What the check found would happen: {"created": 1, "updated": 2, "unchanged": 3, "bad": 4}
    plan = models.JSONField("检查结果", default=dict, blank=True)
    unknown = models.JSONField("没有读取的列", default=list, blank=True)
    failure = models.CharField("失败原因", max_length=300, blank=True)
    # Whoever works on it holds the lease; the exact moment is the holder's mark.
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)  # last message to a worker
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_import_finished",
                condition=~Q(state__in=["done", "cancelled", "failed"])
                | Q(finished_at__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {timezone.localtime(self.created_at):%m-%d %H:%M}"

    def get_absolute_url(self):
        return reverse("accounts:import_detail", args=[self.pk])

    @property
    def is_at_work(self):
        return self.state in self.AT_WORK

    @property
    def is_open(self):
        """It can still be cancelled."""
        return self.state not in self.ENDED

    @property
    def percent(self):
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def worth_writing(self):
        """Rows that an import would change."""
        return self.plan.get("created", 0) + self.plan.get("updated", 0)
