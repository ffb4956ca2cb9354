"""The tables of staff."""

import core.schema
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('staff', '0001_initial'), ('staff', '0002_authority')]

    initial = True

    dependencies = [
    ]

    operations = [
        core.schema.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Branch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.SlugField(max_length=20, unique=True, verbose_name='代码')),
                        ('name', models.CharField(max_length=60, verbose_name='名称')),
                        ('letter_name', models.CharField(max_length=60, verbose_name='发信单位全称')),
                        ('letter_prefix', models.CharField(max_length=20, verbose_name='发文代字')),
                        ('address', models.CharField(blank=True, max_length=120, verbose_name='地址')),
                        ('phone', models.CharField(blank=True, max_length=30, verbose_name='电话')),
                    ],
                    options={
                        'verbose_name': '分公司',
                        'verbose_name_plural': '分公司',
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='AuthorityLimit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('role', models.CharField(choices=[('account_manager', '客户经理'), ('industry_manager', '行业经理'), ('dept_head', '部门经理'), ('branch_director', '分公司主任'), ('solution_engineer', '客户工程师'), ('back_office', '后台支撑'), ('dispatcher', '营销派单员'), ('records_officer', '资料保密管理员'), ('compliance_officer', '法务合规'), ('auditor', '稽核'), ('sysadmin', '系统管理员')], max_length=30, verbose_name='角色')),
                        ('topic', models.CharField(choices=[('price_discount', '价格折扣'), ('contract_term', '合同期限'), ('resource', '资源'), ('technical', '技术'), ('sla', '服务等级'), ('compensation', '赔偿补偿'), ('out_of_policy', '不符合规定'), ('disclosure', '资料披露'), ('other', '其他')], max_length=20, verbose_name='事由')),
                        ('max_discount_pct', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='折扣上限（%）')),
                        ('max_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='金额上限（元）')),
                        ('max_term_months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='期限上限（月）')),
                        ('is_free', models.BooleanField(default=False, verbose_name='不限')),
                    ],
                    options={
                        'verbose_name': '授权额度',
                        'verbose_name_plural': '授权额度',
                        'ordering': ['topic', 'role'],
                        'constraints': [models.UniqueConstraint(fields=('role', 'topic'), name='staff_authority_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Department',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.SlugField(max_length=20, verbose_name='代码')),
                        ('name', models.CharField(max_length=60, verbose_name='名称')),
                        ('kind', models.CharField(choices=[('customer', '客户部门'), ('support', '支撑部门'), ('office', '综合部门')], default='customer', max_length=10, verbose_name='类别')),
                        ('path', models.CharField(editable=False, max_length=200, verbose_name='路径')),
                        ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='staff.branch', verbose_name='分公司')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='staff.department', verbose_name='上级部门')),
                    ],
                    options={
                        'verbose_name': '部门',
                        'verbose_name_plural': '部门',
                        'ordering': ['path'],
                        'constraints': [models.UniqueConstraint(fields=('branch', 'code'), name='staff_department_code', violation_error_message='该分公司已有这个部门代码。'), models.CheckConstraint(condition=models.Q(('parent', models.F('pk')), _negated=True), name='staff_department_not_own_parent', violation_error_message='部门不能是自己的上级。')],
                    },
                ),
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('username', models.SlugField(max_length=30, unique=True, verbose_name='登录名')),
                        ('name', models.CharField(max_length=50, verbose_name='姓名')),
                        ('role', models.CharField(choices=[('account_manager', '客户经理'), ('industry_manager', '行业经理'), ('dept_head', '部门经理'), ('branch_director', '分公司主任'), ('solution_engineer', '客户工程师'), ('back_office', '后台支撑'), ('dispatcher', '营销派单员'), ('records_officer', '资料保密管理员'), ('compliance_officer', '法务合规'), ('auditor', '稽核'), ('sysadmin', '系统管理员')], max_length=30, verbose_name='角色')),
                        ('title', models.CharField(blank=True, max_length=40, verbose_name='职务')),
                        ('phone', models.CharField(blank=True, max_length=30, verbose_name='电话')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='邮箱')),
                        ('state', models.CharField(choices=[('active', '在职'), ('left', '已离职')], default='active', max_length=10, verbose_name='状态')),
                        ('left_on', models.DateField(blank=True, null=True, verbose_name='离职日期')),
                        ('shares_location', models.BooleanField(default=False, verbose_name='签到时记录大致位置')),
                        ('must_change_password', models.BooleanField(default=True, verbose_name='首次登录须改密码')),
                        ('theme', models.CharField(choices=[('auto', '跟随系统'), ('light', '浅色'), ('dark', '深色')], default='auto', max_length=5, verbose_name='界面主题')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                        ('reports_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='上级')),
                        ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='users', to='staff.branch', verbose_name='分公司')),
                        ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='users', to='staff.department', verbose_name='部门')),
                    ],
                    options={
                        'verbose_name': '用户',
                        'verbose_name_plural': '用户',
                        'ordering': ['username'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('left_on', None), ('state', 'active')), models.Q(('left_on__isnull', False), ('state', 'left')), _connector='OR'), name='staff_user_left_has_date', violation_error_message='离职人员必须填写离职日期，在职人员不能有离职日期。'), models.CheckConstraint(condition=models.Q(('reports_to', models.F('pk')), _negated=True), name='staff_user_not_own_superior', violation_error_message='上级不能是本人。')],
                    },
                ),
                migrations.CreateModel(
                    name='Absence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('starts_on', models.DateField(verbose_name='开始日期')),
                        ('ends_on', models.DateField(verbose_name='结束日期')),
                        ('reason', models.CharField(blank=True, max_length=60, verbose_name='事由')),
                        ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_in_for', to=settings.AUTH_USER_MODEL, verbose_name='代理人')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='缺勤人')),
                    ],
                    options={
                        'verbose_name': '缺勤代理',
                        'verbose_name_plural': '缺勤代理',
                        'ordering': ['-starts_on', '-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='staff_absence_ends_after_start', violation_error_message='结束日期不能早于开始日期。'), models.CheckConstraint(condition=models.Q(('user', models.F('delegate')), _negated=True), name='staff_absence_other_delegate', violation_error_message='代理人不能是本人。')],
                    },
                ),
                migrations.CreateModel(
                    name='Attestation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('target_type', models.CharField(max_length=60, verbose_name='对象类型')),
                        ('target_id', models.PositiveBigIntegerField(verbose_name='对象编号')),
                        ('revision', models.PositiveSmallIntegerField(default=1, verbose_name='版本')),
                        ('text', models.CharField(max_length=200, verbose_name='承诺内容')),
                        ('at', models.DateTimeField(verbose_name='时间')),
                        ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='地址')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='承诺人')),
                    ],
                    options={
                        'verbose_name': '真实性承诺',
                        'verbose_name_plural': '真实性承诺',
                        'constraints': [models.UniqueConstraint(fields=('target_type', 'target_id', 'revision', 'user'), name='staff_attestation_once')],
                    },
                ),
            ],
        ),
    ]
