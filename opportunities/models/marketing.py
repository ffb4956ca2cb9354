"""主动营销: what was introduced to whom (R20)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Confidentiality, Contact, Customer
from opportunities.models.opportunity import Opportunity
from staff.models import User


class Topic(models.TextChoices):
    CULTURE = "culture", "企业文化"
    ORGANIZATION = "organization", "组织机构"
    OPERATING_MODEL = "operating_model", "运营模式"
    SERVICE_CONCEPT = "service_concept", "服务理念"
    SERVICE_MEASURES = "service_measures", "服务举措"
    PRODUCT_FUNCTION = "product_function", "业务功能"
    APPLICATION_SCOPE = "application_scope", "应用范围"
    TARIFF = "tariff", "资费"
    NETWORK_SOLUTION = "network_solution", "网络方案"
    APPLICATION_SOLUTION = "application_solution", "应用方案"
    ONE_STOP_SOLUTION = "one_stop_solution", "一站式方案"


class TariffDocument(models.Model):
    """A version of a tariff; what is told to customers must name a valid one (R20)."""

    code = models.CharField("文号", max_length=60, unique=True)
    title = models.CharField("名称", max_length=100)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资费文件"
        ordering = ["-valid_from"]

    def __str__(self):
        return f"{self.title}（{self.code}）"


class MarketingActivityQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))


class MarketingActivity(models.Model):
    class Kind(models.TextChoices):
        COMPANY_INTRO = "company_intro", "企业介绍"
        PRODUCT_INTRO = "product_intro", "业务介绍"
        SOLUTION_PITCH = "solution_pitch", "方案推介"
        SEMINAR = "seminar", "研讨交流"
        EXPERIENCE_EVENT = "experience_event", "体验活动"
        PROMOTION = "promotion", "促销活动"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="marketing", verbose_name="客户"
    )
    contacts = models.ManyToManyField(Contact, related_name="+", blank=True, verbose_name="参加人")
    kind = models.CharField("类别", max_length=20, choices=Kind)
    held_on = models.DateField("日期")
    materials = models.CharField("使用的资料", max_length=200, blank=True)
    confidentiality = models.CharField(
        "资料密级", max_length=30, choices=Confidentiality, default=Confidentiality.PUBLIC
    )
    tariff = models.ForeignKey(
        TariffDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="资费文件",
    )
    response = models.TextField("客户反应", blank=True)
    # Visits are a sibling app: the number stands alone.
    visit_ref = models.PositiveBigIntegerField("拜访编号", null=True, blank=True, editable=False)
    opportunity = models.ForeignKey(
        Opportunity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="marketing",
        verbose_name="商机",
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = MarketingActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "主动营销"
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["customer", "-held_on"])]

    def __str__(self):
        return f"{self.customer} {self.get_kind_display()}"

    def get_absolute_url(self):
        return reverse("opportunities:marketing_detail", args=[self.pk])


class ActivityTopic(models.Model):
    activity = models.ForeignKey(MarketingActivity, models.CASCADE, related_name="topics")
    topic = models.CharField("内容", max_length=25, choices=Topic)

    class Meta:
        verbose_name = verbose_name_plural = "营销内容"
        constraints = [
            models.UniqueConstraint(fields=["activity", "topic"], name="opportunities_topic_once"),
            models.CheckConstraint(
                name="opportunities_topic_known", condition=Q(topic__in=Topic.values)
            ),
        ]

    def __str__(self):
        return self.get_topic_display()
