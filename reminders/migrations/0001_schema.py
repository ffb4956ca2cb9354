"""The tables of reminders."""

import core.schema
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('reminders', '0001_initial'), ('reminders', '0003_obligation_customer_ref'), ('reminders', '0005_obligation_moved_count'), ('reminders', '0006_duty_kinds_of_visits'), ('reminders', '0007_visit_departure'), ('reminders', '0008_kpi_owner_due'), ('reminders', '0009_duty_kind_of_forecasts'), ('reminders', '0010_duty_kinds_of_plans')]

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('staff', '__first__'),
    ]

    operations = [
        core.schema.CreateModels(
            models=[
                migrations.CreateModel(
                    name='ChannelState',
                    fields=[
                        ('channel', models.CharField(choices=[('email', '邮件')], max_length=10, primary_key=True, serialize=False, verbose_name='渠道')),
                        ('consecutive_errors', models.PositiveSmallIntegerField(default=0, verbose_name='连续错误')),
                        ('open_until', models.DateTimeField(blank=True, null=True, verbose_name='暂停到')),
                        ('last_error', models.TextField(blank=True, verbose_name='最近错误')),
                        ('last_success_at', models.DateTimeField(blank=True, null=True, verbose_name='最近成功')),
                    ],
                    options={
                        'verbose_name': '渠道状态',
                        'verbose_name_plural': '渠道状态',
                    },
                ),
                migrations.CreateModel(
                    name='SweepRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('started_at', models.DateTimeField(db_index=True, verbose_name='开始')),
                        ('finished_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='结束')),
                        ('host', models.CharField(max_length=80, verbose_name='主机')),
                        ('looked', models.PositiveIntegerField(default=0, verbose_name='检查')),
                        ('sent', models.PositiveIntegerField(default=0, verbose_name='发送')),
                        ('errors', models.PositiveIntegerField(default=0, verbose_name='错误')),
                    ],
                    options={
                        'verbose_name': '巡检',
                        'verbose_name_plural': '巡检',
                        'ordering': ['-started_at', '-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('channel', models.CharField(choices=[('email', '邮件')], max_length=10, verbose_name='渠道')),
                        ('state', models.CharField(choices=[('pending', '待发送'), ('sending', '发送中'), ('sent', '已发送'), ('failed', '发送失败'), ('cancelled', '已取消')], default='pending', max_length=10, verbose_name='状态')),
                        ('next_at', models.DateTimeField(verbose_name='下次尝试')),
                        ('token', models.UUIDField(blank=True, null=True, verbose_name='租约号')),
                        ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='租约到期')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                        ('message_id', models.CharField(max_length=120, verbose_name='邮件编号')),
                        ('last_error', models.TextField(blank=True, verbose_name='最近错误')),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='发送时间')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                        ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to=settings.AUTH_USER_MODEL, verbose_name='收件人')),
                    ],
                    options={
                        'verbose_name': '消息',
                        'verbose_name_plural': '消息',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('state__in', ['pending', 'sending'])), fields=['next_at'], name='reminders_delivery_pending')],
                    },
                ),
                migrations.CreateModel(
                    name='LadderStage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('thank_you_letter', '感谢函'), ('letter_reply', '来函答复'), ('visit_booking', '拜访预约'), ('visit_departure', '按时到访'), ('visit_record', '拜访记录'), ('commitment', '承诺'), ('finding_confirm', '关键信息确认'), ('escalation_response', '请示决定'), ('service_launch_notice', '业务开办告知'), ('demand_forecast', '需求预测'), ('weekly_plan', '周计划提交'), ('weekly_plan_review', '周计划批阅'), ('plan_submission', '营销计划提交'), ('plan_review', '营销计划审核'), ('plan_task', '计划编制任务'), ('retention_action', '保有行动'), ('support_improvement', '支撑能力改进')], max_length=30, verbose_name='类别')),
                        ('code', models.SlugField(max_length=30, verbose_name='代码')),
                        ('anchor', models.CharField(choices=[('start', '起算时间'), ('due', '期限')], max_length=5, verbose_name='相对于')),
                        ('workdays', models.SmallIntegerField(default=0, verbose_name='工作日偏移')),
                        ('minutes', models.IntegerField(default=0, verbose_name='分钟偏移')),
                        ('at_time', models.TimeField(blank=True, null=True, verbose_name='时刻')),
                        ('audiences', models.JSONField(default=list, verbose_name='通知对象')),
                        ('repeats_daily', models.BooleanField(default=False, verbose_name='此后每天重复')),
                        ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                    ],
                    options={
                        'verbose_name': '提醒阶梯',
                        'verbose_name_plural': '提醒阶梯',
                        'ordering': ['kind', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'code'), name='reminders_ladder_stage_code')],
                    },
                ),
                migrations.CreateModel(
                    name='Obligation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('thank_you_letter', '感谢函'), ('letter_reply', '来函答复'), ('visit_booking', '拜访预约'), ('visit_departure', '按时到访'), ('visit_record', '拜访记录'), ('commitment', '承诺'), ('finding_confirm', '关键信息确认'), ('escalation_response', '请示决定'), ('service_launch_notice', '业务开办告知'), ('demand_forecast', '需求预测'), ('weekly_plan', '周计划提交'), ('weekly_plan_review', '周计划批阅'), ('plan_submission', '营销计划提交'), ('plan_review', '营销计划审核'), ('plan_task', '计划编制任务'), ('retention_action', '保有行动'), ('support_improvement', '支撑能力改进')], max_length=30, verbose_name='类别')),
                        ('object_id', models.PositiveBigIntegerField()),
                        ('title', models.CharField(max_length=200, verbose_name='事项')),
                        ('customer_name', models.CharField(blank=True, max_length=100, verbose_name='客户')),
                        ('customer_ref', models.PositiveBigIntegerField(blank=True, db_index=True, editable=False, null=True, verbose_name='客户编号')),
                        ('path', models.CharField(max_length=200, verbose_name='办理页面')),
                        ('clock', models.CharField(choices=[('calendar_hours', '自然小时'), ('working_days', '工作日'), ('fixed', '约定时间')], max_length=20, verbose_name='计时方式')),
                        ('amount', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='期限长度')),
                        ('started_at', models.DateTimeField(verbose_name='起算时间')),
                        ('due_at', models.DateTimeField(verbose_name='期限')),
                        ('original_due_at', models.DateTimeField(editable=False, verbose_name='最初期限')),
                        ('is_provisional', models.BooleanField(default=False, verbose_name='暂估')),
                        ('moved_count', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='期限调整次数')),
                        ('state', models.CharField(choices=[('open', '未完成'), ('done', '按时完成'), ('done_late', '逾期完成'), ('waived', '已豁免'), ('cancelled', '已取消')], default='open', max_length=10, verbose_name='状态')),
                        ('completed_at', models.DateTimeField(blank=True, null=True, verbose_name='完成时间')),
                        ('evidence', models.JSONField(blank=True, default=dict, verbose_name='完成凭据')),
                        ('waived_reason', models.TextField(blank=True, verbose_name='豁免理由')),
                        ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='已知悉时间')),
                        ('escalated_at', models.DateTimeField(blank=True, null=True, verbose_name='升级时间')),
                        ('next_look_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='下次检查')),
                        ('sweep_error', models.TextField(blank=True, editable=False, verbose_name='检查错误')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                        ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to=settings.AUTH_USER_MODEL, verbose_name='责任人')),
                    ],
                    options={
                        'verbose_name': '时限任务',
                        'verbose_name_plural': '时限任务',
                        'ordering': ['due_at', 'pk'],
                        'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['next_look_at'], name='reminders_open_look'), models.Index(condition=models.Q(('state', 'open')), fields=['owner', 'due_at'], name='reminders_open_owner_due'), models.Index(fields=['owner', 'due_at'], name='reminders_owner_due')],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'content_type', 'object_id'), name='reminders_obligation_once'), models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', False), ('state__in', ['done', 'done_late'])), models.Q(('completed_at', None), ('state__in', ['open', 'waived', 'cancelled'])), _connector='OR'), name='reminders_obligation_done_has_time', violation_error_message='完成的任务必须有完成时间，未完成的不能有。'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('completed_at__lte', models.F('due_at')), _connector='OR'), name='reminders_obligation_late_is_late', violation_error_message='超过期限完成的任务只能记为逾期完成。'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'waived'), _negated=True), models.Q(('waived_reason', ''), _negated=True), _connector='OR'), name='reminders_obligation_waived_has_reason', violation_error_message='豁免必须写明理由。')],
                    },
                ),
                migrations.CreateModel(
                    name='Reminder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('stage', models.CharField(max_length=50, verbose_name='阶段')),
                        ('channel', models.CharField(choices=[('email', '邮件')], max_length=10, verbose_name='渠道')),
                        ('scheduled_at', models.DateTimeField(verbose_name='应发时间')),
                        ('state', models.CharField(choices=[('pending', '待发送'), ('sent', '已发送'), ('failed', '发送失败'), ('superseded', '已被更新的提醒取代'), ('cancelled', '已取消')], default='pending', max_length=10, verbose_name='状态')),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='发送时间')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                        ('delivery', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reminders', to='reminders.delivery')),
                        ('obligation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='reminders.obligation', verbose_name='时限任务')),
                        ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to=settings.AUTH_USER_MODEL, verbose_name='收件人')),
                    ],
                    options={
                        'verbose_name': '提醒',
                        'verbose_name_plural': '提醒',
                        'ordering': ['-scheduled_at', '-pk'],
                        'indexes': [models.Index(condition=models.Q(('delivery', None), ('state', 'pending')), fields=['recipient', 'channel'], name='reminders_reminder_unpacked')],
                        'constraints': [models.UniqueConstraint(fields=('obligation', 'stage', 'channel', 'recipient'), name='reminders_reminder_once')],
                    },
                ),
            ],
        ),
    ]
