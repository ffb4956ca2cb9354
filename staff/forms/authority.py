"""How far a role may promise on one topic: the one figure of the topic, or all of it."""

from django import forms

from core.forms import plain_helper
from staff.models import AuthorityLimit, AuthorityTopic

FIGURE_OF = {
    AuthorityTopic.PRICE_DISCOUNT: "max_discount_pct",
    AuthorityTopic.COMPENSATION: "max_amount",
    AuthorityTopic.CONTRACT_TERM: "max_term_months",
}


class LimitForm(forms.Form):
    max_discount_pct = forms.DecimalField(
        label="折扣上限（%）", max_digits=5, decimal_places=2, min_value=0, max_value=100,
        required=False, help_text="写 0 表示不能自行答应折扣。",
    )  # fmt: skip
    max_amount = forms.DecimalField(
        label="金额上限（元）", max_digits=14, decimal_places=2, min_value=0, required=False,
        help_text="减免、赔偿、补偿的合计；写 0 表示不能自行答应。",
    )  # fmt: skip
    max_term_months = forms.IntegerField(
        label="期限上限（月）", min_value=0, max_value=600, required=False,
        help_text="写 0 表示不能自行答应合同期限。",
    )  # fmt: skip
    is_free = forms.BooleanField(
        label="不限", required=False, help_text="勾选后这一角色可以自行答应这类事项。"
    )

    def __init__(self, *args, limit: AuthorityLimit, **kwargs):
        initial = {name: getattr(limit, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        self.helper = plain_helper()
        kept = FIGURE_OF.get(limit.topic)
        for name in FIGURE_OF.values():
            if name != kept:
                del self.fields[name]

    def clean(self):
        """An empty figure is no answer: nothing is 0, and everything is 「不限」."""
        cleaned = super().clean()
        for name in set(FIGURE_OF.values()) & set(self.fields):
            is_said = cleaned.get("is_free") or cleaned.get(name) is not None
            if not is_said and name not in self.errors:
                self.add_error(name, "请填写上限；不能自行答应的写 0，全部可以的勾选「不限」。")
        return cleaned
