"""The customer's network: nodes by level, links by layer (R70)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models.customer import Customer
from accounts.models.revenue import Operator
from accounts.models.scope import OfCustomerQuerySet


class NetworkNode(models.Model):
    class Level(models.TextChoices):
        INTERNATIONAL = "international", "国际"
        NATIONAL = "national", "全国"
        PROVINCIAL = "provincial", "省"
        PREFECTURE = "prefecture", "地市"
        CITY = "city", "城区"
        BRANCH = "branch", "支行或分支"
        OUTLET = "outlet", "网点"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="nodes", verbose_name="客户"
    )
    name = models.CharField("节点", max_length=60)
    level = models.CharField("层级", max_length=15, choices=Level)
    count = models.PositiveIntegerField("数量", null=True, blank=True)  # null: number unknown
    is_hosted_by_us = models.BooleanField("托管在我方", default=False)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "网络节点"
        ordering = ["customer", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "name"],
                name="accounts_node_name_once",
                violation_error_message="该客户已有同名节点。",
            )
        ]

    def __str__(self):
        return self.name


class NetworkLink(models.Model):
    class Layer(models.TextChoices):
        BACKBONE = "backbone", "骨干网"
        TRANSPORT = "transport", "传输网"
        ACCESS = "access", "接入网"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="links", verbose_name="客户"
    )
    a = models.ForeignKey(
        NetworkNode,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="links_from",
        verbose_name="起点",
    )
    b = models.ForeignKey(
        NetworkNode,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="links_to",
        verbose_name="终点",
    )
    layer = models.CharField("网络层", max_length=10, choices=Layer)
    technology = models.CharField("技术", max_length=40)
    bandwidth_mbps = models.DecimalField(
        "带宽（Mbps）", max_digits=12, decimal_places=3, null=True, blank=True
    )
    access = models.CharField("接入方式", max_length=40, blank=True)
    operator = models.CharField("运营商", max_length=10, choices=Operator, default=Operator.TELECOM)
    backup_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="backups",
        verbose_name="备份对象",
    )
    monthly_fee = models.DecimalField(
        "月费（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    is_tagged_line = models.BooleanField("挂牌服务", default=False)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "网络链路"
        ordering = ["customer", "layer", "pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_link_two_ends",
                condition=Q(a=None) | Q(b=None) | ~Q(a=F("b")),
                violation_error_message="链路两端不能是同一个节点。",
            )
        ]

    def __str__(self):
        return f"{self.technology} {self.get_layer_display()}"


class LayerShare(models.Model):
    """How the customer's line costs divide over the layers, as somebody told us (R70: 2/69/29).

    Fees of single lines are seldom known for rivals' lines, so a share from the customer's own
    papers is kept as it was given, with its source, and wins over a sum of monthly fees.
    """

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="layer_shares", verbose_name="客户"
    )
    layer = models.CharField("网络层", max_length=10, choices=NetworkLink.Layer)
    percent = models.DecimalField(
        "费用占比（%）", max_digits=5, decimal_places=2, validators=[MaxValueValidator(100)]
    )
    source = models.CharField("来源", max_length=100)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "网络层费用占比"
        ordering = ["customer", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "layer"],
                name="accounts_layer_share_once",
                violation_error_message="该客户这一层的占比已经登记。",
            ),
            models.CheckConstraint(
                name="accounts_layer_share_range",
                condition=Q(percent__gte=0, percent__lte=100),
                violation_error_message="占比在 0 到 100 之间。",
            ),
        ]

    def __str__(self):
        return f"{self.get_layer_display()} {self.percent}%"
