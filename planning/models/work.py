"""How a plan comes about: tasks, comments, reviews (R46)."""

from django.db import models
from django.db.models import Q

from planning.models.content import OfVersionQuerySet
from planning.models.plan import MarketingPlan, PlanVersion
from staff.models import User


class OfPlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(plan__in=MarketingPlan.objects.visible_to(user))


class PlanPreparationTask(models.Model):
    class Kind(models.TextChoices):
        MACRO_DATA = "macro_data", "宏观资料收集"
        BUDGET_GUIDELINE = "budget_guideline", "预算指引"
        TEAM = "team", "编制小组"
        RESPONSIBLE = "responsible", "明确责任人"
        OUTLINE = "outline", "拟写提纲"
        OUTLINE_REVIEW = "outline_review", "审核提纲"
        SCHEDULE = "schedule", "进度安排"
        DATA_COLLECTION = "data_collection", "资料收集"
        CUSTOMER_VISIT = "customer_visit", "客户走访"
        ANALYSIS = "analysis_discussion", "分析讨论"

    merge_part = True  # stays with its plan when two customers become one

    plan = models.ForeignKey(MarketingPlan, models.CASCADE, related_name="tasks")
    kind = models.CharField("事项", max_length=20, choices=Kind)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="负责人")
    due_on = models.DateField("完成期限", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="完成人"
    )
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "编制任务"
        ordering = ["plan", "due_on", "pk"]

    def __str__(self):
        return self.get_kind_display()


class PlanComment(models.Model):
    """A remark at a section; kept when the section changes, ticked off when it was dealt with."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="comments")
    code = models.CharField("章节", max_length=10)
    text = models.TextField("意见")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("时间")
    resolved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )
    resolved_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "章节意见"
        ordering = ["version", "code", "at", "pk"]

    def __str__(self):
        return self.text[:20]


class PlanReview(models.Model):
    """A decision about one version (R46). A return names at least one section."""

    class Step(models.TextChoices):
        OUTLINE = "outline", "提纲"
        DEPARTMENT = "department", "部门"
        DIRECTOR = "director", "主任"

    class Decision(models.TextChoices):
        APPROVE = "approve", "同意"
        RETURN = "return", "退回"

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="reviews")
    step = models.CharField("环节", max_length=10, choices=Step)
    decision = models.CharField("结论", max_length=10, choices=Decision)
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")
    note = models.TextField("意见", blank=True)
    section_comments = models.JSONField("章节意见", default=dict)  # {code: text}
    sha256 = models.CharField("所审内容的指纹", max_length=64, blank=True)
    at = models.DateTimeField("时间")

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划审核"
        ordering = ["version", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="planning_return_names_sections",
                condition=~Q(decision="return") | Q(step="outline") | ~Q(section_comments={}),
                violation_error_message="退回时请至少指出一个章节。",
            )
        ]

    def __str__(self):
        return f"{self.get_step_display()}{self.get_decision_display()}"
