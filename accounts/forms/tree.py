"""Where a customer hangs in its group."""

from crispy_forms.layout import Layout
from django import forms

from accounts.models import Customer
from core.forms import plain_helper

SHOWN = 30
TOP = "没有上级（集团顶层）"


class MoveForm(forms.Form):
    """`seen_parent` is the parent that the page was drawn with."""

    parent = forms.ModelChoiceField(
        label="上级客户", queryset=Customer.objects.none(), required=False, empty_label=TOP
    )
    reason = forms.CharField(label="原因", max_length=200, required=False)
    seen_parent = forms.IntegerField(
        required=False, widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1
    )

    def __init__(self, data=None, *, customer, user, text=""):
        super().__init__(data)
        visible = Customer.objects.visible_to(user)
        outside = visible.exclude(tree_path__startswith=customer.tree_path).order_by("code", "pk")
        field = self.fields["parent"]
        field.queryset = outside
        field.error_messages["invalid_choice"] = "不能移到自己、自己的下级或看不到的客户下面。"
        shown = list(outside.search(text)[:SHOWN])
        now = outside.filter(pk=customer.parent_id).first()
        if now and now not in shown:
            shown.insert(0, now)
        field.widget.choices = [("", TOP), *((row.pk, f"{row}（{row.code}）") for row in shown)]
        self.initial = {"parent": now and now.pk, "seen_parent": customer.parent_id}
        self.helper = plain_helper()
        self.helper.layout = Layout("reason", "seen_parent")
