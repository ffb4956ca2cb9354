"""Forms about people: account, leaving, own profile."""

from django import forms
from django.utils import timezone

from core.forms import date_input, plain_helper
from staff.models import Department, User


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "role", "department", "reports_to", "title", "phone", "email"]

    def __init__(self, *args, branch, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        people = User.objects.active().filter(branch=branch)
        if self.instance.pk:
            people = people.exclude(pk=self.instance.pk)
        self.fields["role"].choices = [("", "请选择"), *User.Role.choices]
        self.fields["reports_to"].queryset = people
        self.fields["reports_to"].empty_label = "按部门自动确定"
        self.fields["department"].queryset = Department.objects.filter(branch=branch)
        self.fields["department"].empty_label = "不属于任何部门"


class NewUserForm(UserForm):
    username = forms.RegexField(
        r"^[a-z][a-z0-9_-]{2,29}$",
        label="登录名",
        help_text="小写字母开头，3—30 位，可用数字、下划线、短横线。建好后不能改。",
        error_messages={
            "invalid": "登录名要以小写字母开头，3—30 位，只用小写字母、数字、下划线、短横线。"
        },
    )
    field_order = ["username", "name"]

    def clean_username(self):
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("这个登录名已有人使用，请换一个。")
        return username


class LeaveForm(forms.Form):
    left_on = forms.DateField(label="离职日期", widget=date_input())
    reason = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean_left_on(self):
        left_on = self.cleaned_data["left_on"]
        if left_on > timezone.localdate():
            raise forms.ValidationError("离职从办理当天起生效，日期不能晚于今天。")
        return left_on


class ProfileForm(forms.ModelForm):
    theme = forms.ChoiceField(label="界面主题", choices=User.Theme, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ["phone", "email", "theme", "shares_location"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["email"].help_text = "提醒邮件发到这里；不填就只在系统里提醒。"
