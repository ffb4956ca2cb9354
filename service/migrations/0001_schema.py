"""The tables of service."""

import core.schema
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('service', '0001_initial'), ('service', '0002_launch_notice')]

    initial = True

    dependencies = [
        ('accounts', '0001_schema'),
        ('staff', '0001_schema'),
        ('staff', '__first__'),
    ]

    operations = [
        core.schema.CreateModels(
            models=[
                migrations.CreateModel(
                    name='CatalogItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.SlugField(max_length=30, verbose_name='代码')),
                        ('name', models.CharField(max_length=60, verbose_name='业务名称')),
                        ('description', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                        ('is_active', models.BooleanField(default=True, verbose_name='在用')),
                        ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.branch', verbose_name='分公司')),
                    ],
                    options={
                        'verbose_name': '业务目录',
                        'verbose_name_plural': '业务目录',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('branch', 'code'), name='service_catalog_code', violation_error_message='该分公司已有这个业务代码。')],
                    },
                ),
                migrations.CreateModel(
                    name='Availability',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('area', models.CharField(max_length=40, verbose_name='区域')),
                        ('state', models.CharField(choices=[('not_launched', '尚未开办'), ('resource_shortage', '资源不足'), ('available', '已开办')], default='not_launched', max_length=20, verbose_name='状态')),
                        ('expected_on', models.DateField(blank=True, null=True, verbose_name='预计开办')),
                        ('launched_at', models.DateTimeField(blank=True, null=True, verbose_name='开办时间')),
                        ('changed_at', models.DateTimeField(auto_now=True, verbose_name='修改时间')),
                        ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='修改人')),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availabilities', to='service.catalogitem', verbose_name='业务')),
                    ],
                    options={
                        'verbose_name': '开办情况',
                        'verbose_name_plural': '开办情况',
                        'ordering': ['item', 'area'],
                        'constraints': [models.UniqueConstraint(fields=('item', 'area'), name='service_availability_once', violation_error_message='该业务在这个区域已有记录。'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'available'), _negated=True), ('launched_at__isnull', False), _connector='OR'), name='service_available_has_day', violation_error_message='已开办的业务要有开办时间。')],
                    },
                ),
                migrations.CreateModel(
                    name='ServiceWatch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(choices=[('not_launched', '尚未开办'), ('resource_shortage', '资源不足')], max_length=20, verbose_name='原因')),
                        ('demand', models.CharField(max_length=300, verbose_name='客户的需求')),
                        ('alternatives', models.TextField(blank=True, verbose_name='已建议的替代办法')),
                        ('no_alternative_reason', models.CharField(blank=True, max_length=200, verbose_name='没有替代办法的原因')),
                        ('state', models.CharField(choices=[('watching', '等待开办'), ('available', '已开办待告知'), ('notified', '已告知客户'), ('converted', '已转商机'), ('customer_lost_interest', '客户不再需要'), ('cancelled', '已取消')], default='watching', max_length=25, verbose_name='状态')),
                        ('registered_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                        ('launched_at', models.DateTimeField(blank=True, null=True, verbose_name='开办时间')),
                        ('notified_at', models.DateTimeField(blank=True, null=True, verbose_name='告知时间')),
                        ('notified_how', models.CharField(blank=True, max_length=200, verbose_name='告知方式')),
                        ('ended_reason', models.CharField(blank=True, max_length=200, verbose_name='结束原因')),
                        ('availability', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watches', to='service.availability', verbose_name='业务与区域')),
                        ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.contact', verbose_name='联系人')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_watches', to='accounts.customer', verbose_name='客户')),
                        ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                    ],
                    options={
                        'verbose_name': '开办关注',
                        'verbose_name_plural': '开办关注',
                        'ordering': ['-registered_at', '-pk'],
                        'indexes': [models.Index(fields=['availability', 'state'], name='service_ser_availab_484d0e_idx'), models.Index(fields=['-registered_at', '-id'], name='service_watch_newest')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('alternatives', ''), _negated=True), models.Q(('no_alternative_reason', ''), _negated=True), _connector='OR'), name='service_watch_alternative_or_why', violation_error_message='请至少建议一种替代办法，或写明没有的原因。'), models.UniqueConstraint(condition=models.Q(('state__in', ['watching', 'available'])), fields=('customer', 'availability'), name='service_watch_one_open', violation_error_message='该客户已在等待这项业务。')],
                    },
                ),
                migrations.CreateModel(
                    name='LaunchNotice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('launched_at', models.DateTimeField(verbose_name='开办时间')),
                        ('watch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='service.servicewatch', verbose_name='开办关注')),
                    ],
                    options={
                        'verbose_name': '开办告知',
                        'verbose_name_plural': '开办告知',
                        'ordering': ['-launched_at', '-pk'],
                        'constraints': [models.UniqueConstraint(fields=('watch', 'launched_at'), name='service_notice_once', violation_error_message='这次开办已经通知过。')],
                    },
                ),
            ],
        ),
    ]
