"""Rates of closed months and of last night: what a history is drawn from (§B.7)."""

from django.db import models
from django.db.models import Q

from staff.models import Branch, Department, User


class KpiMonthQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People whom `user` oversees, and the departments in which they all are."""
        people = User.objects.overseen_by(user)
        return self.filter(Q(user__in=people) | self._groups(user))

    def groups_of(self, user):
        """Whole departments: those below a head, all of the branch for director and auditor, the
        own one for everybody else. Sums only, never a person."""
        return self.filter(self._groups(user))

    def _groups(self, user) -> Q:
        Role, scope = User.Role, Q(pk__in=[])
        for person in user.acting_for():
            if person.role == Role.DEPT_HEAD and person.department_id:
                below = Department.objects.under(person.department).values("pk")
                scope |= Q(user=None, department__in=below)
            elif person.role in (Role.BRANCH_DIRECTOR, Role.AUDITOR):
                scope |= Q(user=None, branch=person.branch_id)
            elif person.department_id:  # to compare oneself with
                scope |= Q(user=None, department=person.department_id)
        return scope


class KpiMonth(models.Model):
    """Hits and base of one metric in one month: of one person, or (no user) of a department.

    Derived from visits and duties and made again from them; the present month of the page itself is
    counted live. A department is that of its front line on the day of counting.
    """

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    month = models.DateField("月份")
    metric = models.CharField("指标", max_length=10)
    hits = models.PositiveIntegerField("达到")
    base = models.PositiveIntegerField("应做")
    counted_at = models.DateTimeField("统计时间")

    objects = KpiMonthQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月度指标"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "month", "metric"],
                condition=Q(user__isnull=False),
                name="visits_kpi_person_once",
            ),
            models.UniqueConstraint(
                fields=["department", "month", "metric"],
                condition=Q(user=None, department__isnull=False),
                name="visits_kpi_department_once",
            ),
            models.UniqueConstraint(
                fields=["branch", "month", "metric"],
                condition=Q(user=None, department=None),
                name="visits_kpi_branch_once",
            ),
            models.CheckConstraint(
                name="visits_kpi_hits_within_base", condition=Q(hits__lte=models.F("base"))
            ),
        ]
        indexes = [models.Index(fields=["month"])]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.metric}"
