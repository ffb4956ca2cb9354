"""The tables of core."""

import core.schema
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('core', '0001_initial'), ('core', '0004_audit_of_a_branch')]

    initial = True

    dependencies = [
        ('staff', '__first__'),
    ]

    operations = [
        core.schema.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Parameter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.SlugField(max_length=60, unique=True, verbose_name='代码')),
                        ('label', models.CharField(max_length=60, verbose_name='名称')),
                        ('kind', models.CharField(choices=[('integer', '整数'), ('decimal', '小数'), ('time', '时刻'), ('boolean', '是否'), ('choice', '选项')], max_length=10, verbose_name='类型')),
                        ('value', models.CharField(max_length=100, verbose_name='值')),
                        ('options', models.JSONField(blank=True, default=dict, verbose_name='可选值')),
                        ('help_text', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                    ],
                    options={
                        'verbose_name': '参数',
                        'verbose_name_plural': '参数',
                        'ordering': ['key'],
                    },
                ),
                migrations.CreateModel(
                    name='WorkCalendarDay',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('date', models.DateField(unique=True, verbose_name='日期')),
                        ('is_workday', models.BooleanField(verbose_name='上班')),
                        ('name', models.CharField(max_length=40, verbose_name='说明')),
                        ('source', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                    ],
                    options={
                        'verbose_name': '工作日历',
                        'verbose_name_plural': '工作日历',
                        'ordering': ['date'],
                    },
                ),
                migrations.CreateModel(
                    name='WorkCalendarYear',
                    fields=[
                        ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='年份')),
                        ('is_confirmed', models.BooleanField(default=False, verbose_name='已确认')),
                        ('source', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                    ],
                    options={
                        'verbose_name': '工作日历年份',
                        'verbose_name_plural': '工作日历年份',
                        'ordering': ['-year'],
                    },
                ),
                migrations.CreateModel(
                    name='StoredFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.FileField(max_length=200, upload_to='stored/%Y/%m/', verbose_name='文件')),
                        ('name', models.CharField(max_length=150, verbose_name='原文件名')),
                        ('content_type', models.CharField(max_length=100, verbose_name='类型')),
                        ('size', models.PositiveIntegerField(verbose_name='大小（字节）')),
                        ('sha256', models.CharField(max_length=64, verbose_name='指纹')),
                        ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                        ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                    ],
                    options={
                        'verbose_name': '文件',
                        'verbose_name_plural': '文件',
                    },
                ),
                migrations.CreateModel(
                    name='AuditEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='时间')),
                        ('actor_name', models.CharField(blank=True, max_length=50, verbose_name='操作人姓名')),
                        ('verb', models.CharField(db_index=True, max_length=60, verbose_name='动作')),
                        ('target_type', models.CharField(max_length=60, verbose_name='对象类型')),
                        ('target_id', models.CharField(max_length=40, verbose_name='对象编号')),
                        ('target_text', models.CharField(max_length=200, verbose_name='对象')),
                        ('branch_ref', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='分公司')),
                        ('changes', models.JSONField(blank=True, default=dict, verbose_name='变化')),
                        ('reason', models.TextField(blank=True, verbose_name='理由')),
                        ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='操作人')),
                    ],
                    options={
                        'verbose_name': '审计记录',
                        'verbose_name_plural': '审计记录',
                        'ordering': ['-at', '-pk'],
                        'indexes': [models.Index(fields=['target_type', 'target_id', '-at'], name='core_audite_target__b5e5e4_idx'), models.Index(fields=['branch_ref', '-at', '-id'], name='core_audite_branch__e8d944_idx')],
                    },
                ),
                migrations.CreateModel(
                    name='Draft',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('form', models.CharField(max_length=80, verbose_name='表单')),
                        ('payload', models.JSONField(verbose_name='内容')),
                        ('saved_at', models.DateTimeField(auto_now=True, verbose_name='保存时间')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '草稿',
                        'verbose_name_plural': '草稿',
                        'constraints': [models.UniqueConstraint(fields=('user', 'form'), name='core_draft_one_per_form')],
                    },
                ),
                migrations.CreateModel(
                    name='Submission',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(verbose_name='提交编号')),
                        ('result_url', models.CharField(blank=True, max_length=200, verbose_name='结果')),
                        ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': '提交',
                        'verbose_name_plural': '提交',
                        'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='core_submission_once')],
                    },
                ),
            ],
        ),
    ]
