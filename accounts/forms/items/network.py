"""网络拓扑: nodes and links (R70)."""

from django import forms

from accounts.forms.items.base import ItemForm
from accounts.models import LayerShare, NetworkLink, NetworkNode


class NodeForm(ItemForm):
    class Meta:
        model = NetworkNode
        fields = ["name", "level", "count", "is_hosted_by_us", "note"]
        help_texts = {"count": "不清楚时留空。"}


class LinkForm(ItemForm):
    class Meta:
        model = NetworkLink
        fields = [
            "a",
            "b",
            "layer",
            "technology",
            "bandwidth_mbps",
            "access",
            "operator",
            "backup_of",
            "monthly_fee",
            "is_tagged_line",
            "note",
        ]
        help_texts = {"technology": "例如 SDH、MPLS VPN、裸光纤。", "access": "例如光纤、无线。"}

    def narrow(self):
        super().narrow()
        field = self.fields["backup_of"]
        field.queryset = field.queryset.exclude(pk=self.instance.pk)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("a") and cleaned.get("a") == cleaned.get("b"):
            self.add_error("b", "链路两端不能是同一个节点。")
        return cleaned


class LayerShareForm(ItemForm):
    class Meta:
        model = LayerShare
        fields = ["layer", "percent", "source"]
        help_texts = {"percent": "客户给出的占比；没有时按链路月费计算。"}

    def clean_percent(self):
        percent = self.cleaned_data["percent"]
        if percent < 0:
            raise forms.ValidationError("占比不能为负数。")
        return percent
