"""Who works here: branch, departments, people, roles, absence."""

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone


class Branch(models.Model):
    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60)
    letter_name = models.CharField("发信单位全称", max_length=60)
    letter_prefix = models.CharField("发文代字", max_length=20)  # 「绍电政函」
    address = models.CharField("地址", max_length=120, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "分公司"
        ordering = ["code"]

    def __str__(self):
        return self.name


class DepartmentQuerySet(models.QuerySet):
    def under(self, department):
        """The department itself and everything below it."""
        return self.filter(branch=department.branch_id, path__startswith=department.path)

    def visible_to(self, user):
        """The departments of the user's branch; codes and paths are unique only within one."""
        return self.filter(branch__in={person.branch_id for person in user.acting_for()})


class Department(models.Model):
    class Kind(models.TextChoices):
        CUSTOMER = "customer", "客户部门"
        SUPPORT = "support", "支撑部门"
        OFFICE = "office", "综合部门"

    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="departments", verbose_name="分公司"
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级部门",
    )
    code = models.SlugField("代码", max_length=20)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.CUSTOMER)
    # "/GOV/GOV-1/": the codes from the root down, so that a subtree is one prefix query.
    path = models.CharField("路径", max_length=200, editable=False)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部门"
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "code"],
                name="staff_department_code",
                violation_error_message="该分公司已有这个部门代码。",
            ),
            models.CheckConstraint(
                name="staff_department_not_own_parent",
                condition=~Q(parent=F("pk")),
                violation_error_message="部门不能是自己的上级。",
            ),
        ]

    def __str__(self):
        return self.name


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(state=User.State.ACTIVE)

    def overseen_by(self, viewer):
        """The people whose duties `viewer` answers for or may look at (A0). Includes `viewer`."""
        scope = Q(pk=viewer.pk)
        for person in viewer.acting_for():
            scope |= person.oversight()
        return self.filter(scope)

    def visible_to(self, viewer):
        """Whose page `viewer` may open: an administrator's whole branch, else those overseen."""
        scope = Q(pk__in=self.overseen_by(viewer).values("pk"))
        for person in viewer.acting_for():
            if person.role == User.Role.SYSADMIN:
                scope |= Q(branch=person.branch_id)
        return self.filter(scope)

    def assignable_by(self, viewer):
        """Active people of the front line whom `viewer` may give customers, letters or duties."""
        front = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD)
        return self.overseen_by(viewer).active().filter(role__in=front)

    def delegates_for(self, viewer):
        """Who can be named as delegate: active colleagues of the branch (D16)."""
        return self.active().filter(branch=viewer.branch_id)

    def absence_kept_by(self, viewer):
        """Whose absence `viewer` may enter: the own one, and for heads that of their people."""
        scope = Q(pk=viewer.pk)
        for person in viewer.acting_for():
            if person.role in (User.Role.DEPT_HEAD, User.Role.BRANCH_DIRECTOR):
                scope |= person.oversight()
        return self.active().filter(scope)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person. Roles are those of A0; what a role may do stands in staff.access."""

    class Role(models.TextChoices):
        ACCOUNT_MANAGER = "account_manager", "客户经理"
        INDUSTRY_MANAGER = "industry_manager", "行业经理"
        DEPT_HEAD = "dept_head", "部门经理"
        BRANCH_DIRECTOR = "branch_director", "分公司主任"
        SOLUTION_ENGINEER = "solution_engineer", "客户工程师"
        BACK_OFFICE = "back_office", "后台支撑"
        DISPATCHER = "dispatcher", "营销派单员"
        RECORDS_OFFICER = "records_officer", "资料保密管理员"
        COMPLIANCE_OFFICER = "compliance_officer", "法务合规"
        AUDITOR = "auditor", "稽核"
        SYSADMIN = "sysadmin", "系统管理员"

    class State(models.TextChoices):
        ACTIVE = "active", "在职"
        LEFT = "left", "已离职"

    class Theme(models.TextChoices):
        AUTO = "auto", "跟随系统"
        LIGHT = "light", "浅色"
        DARK = "dark", "深色"

    username = models.SlugField("登录名", max_length=30, unique=True)
    name = models.CharField("姓名", max_length=50)
    role = models.CharField("角色", max_length=30, choices=Role)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="users", verbose_name="分公司")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="部门"
    )
    reports_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="上级"
    )
    title = models.CharField("职务", max_length=40, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    email = models.EmailField("邮箱", blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ACTIVE)
    left_on = models.DateField("离职日期", null=True, blank=True)
    shares_location = models.BooleanField("签到时记录大致位置", default=False)
    must_change_password = models.BooleanField("首次登录须改密码", default=True)
    theme = models.CharField("界面主题", max_length=5, choices=Theme, default=Theme.AUTO)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="staff_user_left_has_date",
                condition=Q(state="active", left_on=None) | Q(state="left", left_on__isnull=False),
                violation_error_message="离职人员必须填写离职日期，在职人员不能有离职日期。",
            ),
            models.CheckConstraint(
                name="staff_user_not_own_superior",
                condition=~Q(reports_to=F("pk")),
                violation_error_message="上级不能是本人。",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("staff:user_detail", args=[self.pk])

    @property
    def is_active(self):
        return self.state == self.State.ACTIVE

    def acting_for(self) -> list["User"]:
        """This user, and everyone who is absent today and named this user as delegate (A0, D16)."""
        if not hasattr(self, "_acting_for"):
            today = timezone.localdate()
            # Asked once in every request, and nearly always by somebody who stands in for nobody.
            absences = Absence.objects.covering(today).filter(delegate=self)
            absent = list(absences.values_list("user", flat=True))
            people = User.objects.active().filter(pk__in=absent).select_related("department")
            self._acting_for = [self, *people] if absent else [self]
        return self._acting_for

    def oversight(self) -> Q:
        """The users below this user's role, as a condition on User."""
        if self.role == self.Role.DEPT_HEAD and self.department_id:
            return Q(department__in=self.departments_below())
        if self.role in (self.Role.BRANCH_DIRECTOR, self.Role.AUDITOR):
            return Q(branch=self.branch_id)
        return Q(pk=self.pk)

    def departments_below(self) -> list[int]:
        """Keys of the own department and of those below it; empty without one.

        Keys and not a join with the paths: nearly every query of a head asks for them, and a
        database that knows the departments plans with what they hold. Read once a request.
        """
        if not hasattr(self, "_departments_below"):
            below = Department.objects.under(self.department) if self.department_id else []
            self._departments_below = [department.pk for department in below]
        return self._departments_below

    def stand_in(self, today: date) -> "User | None":
        """Who takes this user's reminders: the user, the delegate, the superior, or nobody."""
        if not self.is_active:
            return self.superior()
        absence = self.absences.covering(today).select_related("delegate").first()
        if absence and absence.delegate.is_active:
            return absence.delegate
        return self

    def superior(self) -> "User | None":
        """`reports_to` if active, else the head of the department, else the director (D16)."""
        if self.reports_to_id and self.reports_to.is_active:
            return self.reports_to
        return self.dept_head() or self.director()

    def dept_head(self) -> "User | None":
        """The active head of this user's department, or of the nearest one above it."""
        if not self.department_id:
            return None
        heads = User.objects.active().filter(
            role=self.Role.DEPT_HEAD, department__branch=self.branch_id
        )
        above = [h for h in heads.select_related("department") if self._is_below(h)]
        return max(above, key=lambda head: len(head.department.path), default=None)

    def _is_below(self, head: "User") -> bool:
        return head.pk != self.pk and self.department.path.startswith(head.department.path)

    def director(self) -> "User | None":
        active = User.objects.active().exclude(pk=self.pk)
        return active.filter(role=self.Role.BRANCH_DIRECTOR, branch=self.branch_id).first()


class AbsenceQuerySet(models.QuerySet):
    def covering(self, day):
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def visible_to(self, user):
        """Absences that the user entered or may enter, and those the user stands in for."""
        return self.filter(Q(user__in=User.objects.absence_kept_by(user)) | Q(delegate=user))

    def overlapping(self, first, last):
        return self.filter(starts_on__lte=last, ends_on__gte=first)


class Absence(models.Model):
    """While `user` is away, `delegate` sees, does and is reminded of what `user` would be."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name="缺勤人")
    delegate = models.ForeignKey(
        User, models.PROTECT, related_name="stands_in_for", verbose_name="代理人"
    )
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    reason = models.CharField("事由", max_length=60, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "缺勤代理"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="staff_absence_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="staff_absence_other_delegate",
                condition=~Q(user=F("delegate")),
                violation_error_message="代理人不能是本人。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.starts_on}—{self.ends_on}"


class AuthorityTopic(models.TextChoices):
    """What a promise or a request is about (R14)."""

    PRICE_DISCOUNT = "price_discount", "价格折扣"
    CONTRACT_TERM = "contract_term", "合同期限"
    RESOURCE = "resource", "资源"
    TECHNICAL = "technical", "技术"
    SLA = "sla", "服务等级"
    COMPENSATION = "compensation", "赔偿补偿"
    OUT_OF_POLICY = "out_of_policy", "不符合规定"
    DISCLOSURE = "disclosure", "资料披露"
    OTHER = "other", "其他"


class AuthorityLimit(models.Model):
    """How far a role may promise on a topic (R14). An empty figure: none of it is allowed."""

    role = models.CharField("角色", max_length=30, choices=User.Role)
    topic = models.CharField("事由", max_length=20, choices=AuthorityTopic)
    max_discount_pct = models.DecimalField(
        "折扣上限（%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    max_amount = models.DecimalField(
        "金额上限（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    max_term_months = models.PositiveSmallIntegerField("期限上限（月）", null=True, blank=True)
    is_free = models.BooleanField("不限", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "授权额度"
        ordering = ["topic", "role"]
        constraints = [
            models.UniqueConstraint(fields=["role", "topic"], name="staff_authority_once")
        ]

    def __str__(self):
        return f"{self.get_role_display()} {self.get_topic_display()}"


class AttestationQuerySet(models.QuerySet):
    def about(self, target):
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk)


class Attestation(models.Model):
    """真实性承诺: who answered for the truth of which version of what, and when (R25)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="承诺人")
    target_type = models.CharField("对象类型", max_length=60)
    target_id = models.PositiveBigIntegerField("对象编号")
    revision = models.PositiveSmallIntegerField("版本", default=1)
    text = models.CharField("承诺内容", max_length=200)
    at = models.DateTimeField("时间")
    address = models.GenericIPAddressField("地址", null=True, blank=True)

    objects = AttestationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "真实性承诺"
        constraints = [
            models.UniqueConstraint(
                fields=["target_type", "target_id", "revision", "user"],
                name="staff_attestation_once",
            )
        ]

    def __str__(self):
        return f"{self.user} {self.target_type} {self.target_id}"
