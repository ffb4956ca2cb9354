"""What we offer where, and who waits for it (R15). Tickets and dispatch orders come later."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Contact, Customer
from service.watch_rules import place_of
from staff.models import Branch, User


class OfBranchQuerySet(models.QuerySet):
    """Rows of a branch's catalogue: everybody of the branch may read what is offered where."""

    path = "branch"

    def visible_to(self, user):
        branches = {person.branch_id for person in user.acting_for()}
        return self.filter(**{f"{self.path}__in": branches})


class OfItemQuerySet(OfBranchQuerySet):
    path = "item__branch"


class CatalogItem(models.Model):
    """One service of the catalogue; where it can be had is a row for each area."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="分公司")
    code = models.SlugField("代码", max_length=30)
    name = models.CharField("业务名称", max_length=60)
    description = models.CharField("说明", max_length=300, blank=True)
    is_active = models.BooleanField("在用", default=True)

    objects = OfBranchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "业务目录"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "code"],
                name="service_catalog_code",
                violation_error_message="该分公司已有这个业务代码。",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("service:catalog_edit", args=[self.pk])


class Availability(models.Model):
    """Whether a service can be had in one area (a region of the customer file)."""

    class State(models.TextChoices):
        NOT_LAUNCHED = "not_launched", "尚未开办"
        SHORT = "resource_shortage", "资源不足"
        AVAILABLE = "available", "已开办"

    item = models.ForeignKey(
        CatalogItem, models.CASCADE, related_name="availabilities", verbose_name="业务"
    )
    area = models.CharField("区域", max_length=40)
    state = models.CharField("状态", max_length=20, choices=State, default=State.NOT_LAUNCHED)
    expected_on = models.DateField("预计开办", null=True, blank=True)
    launched_at = models.DateTimeField("开办时间", null=True, blank=True)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="修改人"
    )
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "开办情况"
        ordering = ["item", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "area"],
                name="service_availability_once",
                violation_error_message="该业务在这个区域已有记录。",
            ),
            models.CheckConstraint(
                name="service_available_has_day",
                condition=~Q(state="available") | Q(launched_at__isnull=False),
                violation_error_message="已开办的业务要有开办时间。",
            ),
        ]

    def __str__(self):
        return f"{self.item}（{self.area}）"

    def get_absolute_url(self):
        return reverse("service:availability_edit", args=[self.pk])

    @classmethod
    def of_place(cls, item: CatalogItem, area: str) -> list["Availability"]:
        """The rows of `item` that mean the same place, however it is written; the first counts."""
        rows = cls.objects.filter(item=item).order_by("pk")
        return [row for row in rows if place_of(row.area) == place_of(area)]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.AVAILABLE


class ServiceWatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def watching(self):
        return self.filter(state=ServiceWatch.State.WATCHING)

    def open(self):
        return self.filter(state__in=OPEN)


class ServiceWatch(models.Model):
    """A customer who wants what is not open yet, and is told when it opens (R15)."""

    class State(models.TextChoices):
        WATCHING = "watching", "等待开办"
        AVAILABLE = "available", "已开办待告知"
        NOTIFIED = "notified", "已告知客户"
        CONVERTED = "converted", "已转商机"
        LOST_INTEREST = "customer_lost_interest", "客户不再需要"
        CANCELLED = "cancelled", "已取消"

    class Reason(models.TextChoices):
        NOT_LAUNCHED = "not_launched", "尚未开办"
        SHORT = "resource_shortage", "资源不足"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="service_watches", verbose_name="客户"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="联系人"
    )
    availability = models.ForeignKey(
        Availability, models.PROTECT, related_name="watches", verbose_name="业务与区域"
    )
    reason = models.CharField("原因", max_length=20, choices=Reason)
    demand = models.CharField("客户的需求", max_length=300)
    alternatives = models.TextField("已建议的替代办法", blank=True)  # one per line
    no_alternative_reason = models.CharField("没有替代办法的原因", max_length=200, blank=True)
    state = models.CharField("状态", max_length=25, choices=State, default=State.WATCHING)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间", auto_now_add=True)
    launched_at = models.DateTimeField("开办时间", null=True, blank=True)
    notified_at = models.DateTimeField("告知时间", null=True, blank=True)
    notified_how = models.CharField("告知方式", max_length=200, blank=True)
    ended_reason = models.CharField("结束原因", max_length=200, blank=True)
    # what it led to; no relation, because opportunities stand beside this app
    opportunity_ref = models.PositiveBigIntegerField("商机编号", null=True, editable=False)

    objects = ServiceWatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "开办关注"
        ordering = ["-registered_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="service_watch_alternative_or_why",
                condition=~Q(alternatives="") | ~Q(no_alternative_reason=""),
                violation_error_message="请至少建议一种替代办法，或写明没有的原因。",
            ),
            models.UniqueConstraint(
                fields=["customer", "availability"],
                condition=Q(state__in=["watching", "available"]),
                name="service_watch_one_open",
                violation_error_message="该客户已在等待这项业务。",
            ),
        ]
        indexes = [
            models.Index(fields=["availability", "state"]),
            models.Index(fields=["-registered_at", "-id"], name="service_watch_newest"),
        ]

    def __str__(self):
        return f"{self.customer} 等待 {self.availability}"

    def get_absolute_url(self):
        return reverse("service:watch_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def alternative_lines(self) -> list[str]:
        return self.alternatives.splitlines()


OPEN = (ServiceWatch.State.WATCHING, ServiceWatch.State.AVAILABLE)


class LaunchNotice(models.Model):
    """One opening that one watcher must be told of: what the duty of R15 is about.

    A service that is withdrawn and opened again owes a new notice, so the duty, of which there is
    one for each subject, cannot hang on the watch itself.
    """

    watch = models.ForeignKey(
        ServiceWatch, models.CASCADE, related_name="notices", verbose_name="开办关注"
    )
    launched_at = models.DateTimeField("开办时间")

    class Meta:
        verbose_name = verbose_name_plural = "开办告知"
        ordering = ["-launched_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "launched_at"],
                name="service_notice_once",
                violation_error_message="这次开办已经通知过。",
            )
        ]

    def __str__(self):
        return f"{self.watch}（开办告知）"
