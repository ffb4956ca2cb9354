"""One department: code once, name, kind and place in the tree at any time."""

from django import forms

from core.forms import plain_helper
from staff.models import Branch, Department


class DepartmentForm(forms.Form):
    name = forms.CharField(label="名称", max_length=60)
    kind = forms.ChoiceField(label="类别", choices=Department.Kind)
    parent = forms.ModelChoiceField(
        Department.objects.none(), label="上级部门", required=False, empty_label="无（最上层）"
    )

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["parent"].queryset = Department.objects.visible_to(viewer)


class NewDepartmentForm(DepartmentForm):
    code = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9-]{0,19}$",
        label="代码",
        help_text="字母开头，可用数字和短横线，例如 GOV-1。建好后不能改。",
        error_messages={"invalid": "代码要以字母开头，最多 20 位，只用字母、数字、短横线。"},
    )
    field_order = ["code", "name"]


class BranchForm(forms.ModelForm):
    """What stands on letters of the branch."""

    class Meta:
        model = Branch
        fields = ["name", "letter_name", "letter_prefix", "address", "phone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["letter_prefix"].help_text = "复函编号用，例如「绍电政函」。已发出的编号不变。"
