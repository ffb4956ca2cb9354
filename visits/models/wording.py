"""Pattern texts of letters, and the words that letters are read for (§B.6, R35)."""

from django.db import models

from staff.models import User
from visits.letter_rules import Watched


class LetterTemplateQuerySet(models.QuerySet):
    def for_thanks(self):
        return self.filter(is_active=True, kind=LetterTemplate.Kind.THANKS)

    def for_replies(self):
        return self.filter(is_active=True).exclude(kind=LetterTemplate.Kind.THANKS)


class LetterTemplate(models.Model):
    """A pattern text with merge fields: refusals, holding and interim replies (R14–R16, §B.6)."""

    class Kind(models.TextChoices):
        THANKS = "thanks", "感谢函"
        REPLY = "reply", "一般答复"
        INTERIM = "interim", "初步答复"
        HOLDING = "holding", "需向上级报告"
        NOT_LAUNCHED = "not_launched", "业务尚未开办或资源不足"
        OUT_OF_POLICY = "out_of_policy", "不符合规定或协议"

    code = models.SlugField("代码", max_length=40, unique=True)
    kind = models.CharField("类别", max_length=15, choices=Kind)
    name = models.CharField("名称", max_length=60)
    body = models.TextField("正文")  # merge fields as {customer}; visits.template_rules names them
    is_active = models.BooleanField("启用", default=True)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="修改人"
    )
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "函件模板"
        ordering = ["kind", "code"]

    def __str__(self):
        return self.name


class LintWordQuerySet(models.QuerySet):
    def watched(self) -> tuple[Watched, ...]:
        """What letters are read for now, as letter_rules.lint takes it."""
        rows = self.filter(is_active=True).values_list("word", "advice", "severity")
        return tuple(Watched(word, advice, how == "block") for word, advice, how in rows)


class LintWord(models.Model):
    """A word that must not, or should not, stand in a letter, and what to write instead (R35)."""

    class Severity(models.TextChoices):
        BLOCK = "block", "不得使用"
        WARN = "warn", "建议修改"

    word = models.CharField("词语", max_length=40, unique=True)
    severity = models.CharField("处理", max_length=6, choices=Severity, default=Severity.WARN)
    advice = models.CharField("建议", max_length=120)
    is_active = models.BooleanField("启用", default=True)

    objects = LintWordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "用语检查"
        ordering = ["word"]

    def __str__(self):
        return self.word
