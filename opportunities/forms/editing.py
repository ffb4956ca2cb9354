"""An opportunity as it is registered and changed, and one's own judgement of its chances."""

from django import forms
from django.db.models import Q

from accounts.models import BusinessLine, Customer, CustomerNeed
from core.forms import plain_helper
from core.uploads import UploadField
from opportunities import stage_rules
from opportunities.actions.keeping import EDITABLE
from opportunities.forms.fields import (
    CHOICE,
    CHOOSE,
    DayField,
    MoneyField,
    PersonField,
    WordsField,
    engineers,
    text_area,
)
from opportunities.models import Opportunity
from opportunities.stage_rules import LABELS
from staff.models import User

STATUS = CustomerNeed.Status


LATER = ("seen_at", "solution_text", "upload", "quotation_ref", "terms", "contract_draft")
"""What is asked once the opportunity is there."""


class NeedField(forms.ModelChoiceField):
    def label_from_instance(self, need):
        return f"{need.get_layer_display()}：{need.description[:40]}"


class OpportunityForm(forms.Form):
    """`customer` decides which contacts and needs are there to be chosen."""

    name = WordsField(label="商机名称", max_length=100)
    kind = forms.ChoiceField(
        label="类型", choices=[("", CHOOSE), *Opportunity.Kind.choices], error_messages=CHOICE
    )
    source = forms.ChoiceField(
        label="来源", choices=[("", CHOOSE), *Opportunity.Source.choices], error_messages=CHOICE
    )
    source_note = WordsField(
        label="来源说明", max_length=200, required=False, help_text="哪次拜访、哪份来函或公告。"
    )
    contact = forms.ModelChoiceField(
        None, label="客户联系人", empty_label=CHOOSE, error_messages=CHOICE,
        help_text="确认这项需求的人。",
    )  # fmt: skip
    need = NeedField(
        None, label="对应的需求", empty_label="不对应已记下的需求", required=False,
        error_messages=CHOICE, help_text="往后的阶段要有冰山中的「需要」和「关键驱动因素」作依据。",
    )  # fmt: skip
    need_text = WordsField(label="客户的需求", max_length=2000, widget=text_area(3))
    business_line = forms.ChoiceField(
        label="业务", choices=[("", "以后再分"), *BusinessLine.choices], required=False,
        error_messages=CHOICE, help_text="金额全在一类业务的在这里选；几类的登记后再分。",
    )  # fmt: skip
    one_off_amount = MoneyField(label="一次性金额（元）", required=False)
    annual_amount = MoneyField(label="年金额（元）", required=False)
    expected_close = DayField(label="预计签约", required=False)
    timing = WordsField(label="时机", max_length=200, required=False)
    conditions = WordsField(label="条件", max_length=300, required=False, widget=text_area(2))
    engineer = PersonField(None, label="客户工程师", required=False, empty_label="尚未安排")
    solution_text = WordsField(
        label="方案要点", max_length=300, required=False, widget=text_area(2)
    )
    upload = UploadField(
        label="方案文件", required=False, help_text="PDF、Word、Excel 或图片；新文件代替原来的。"
    )
    quotation_ref = WordsField(label="报价或投标编号", max_length=60, required=False)
    terms = WordsField(label="商务条款", max_length=2000, required=False, widget=text_area(2))
    contract_draft = WordsField(label="合同草案", max_length=200, required=False)
    seen_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, customer, user: User, opportunity: Opportunity | None = None, **kw):
        initial = {name: getattr(opportunity, name) for name in EDITABLE} if opportunity else {}
        if opportunity:
            initial["seen_at"] = opportunity.updated_at.isoformat()
        super().__init__(*args, initial=initial | kw.pop("initial", {}), **kw)
        self.helper = plain_helper()
        # An owner from elsewhere is shown what stands in the opportunity, not the whole customer.
        seen = Q(customer__in=Customer.objects.visible_to(user).filter(pk=customer.pk))
        kept = Q(pk=getattr(opportunity, "contact_id", None))
        contacts = customer.contacts.filter(seen & Q(is_current=True) | kept)
        self.fields["contact"].queryset = contacts
        kept = Q(pk=getattr(opportunity, "need_id", None))
        needs = customer.needs.filter(seen & ~Q(status=STATUS.DROPPED) | kept)
        self.fields["need"].queryset = needs
        self.fields["engineer"].queryset = engineers(user)
        for name in LATER if opportunity is None else ("business_line",):
            del self.fields[name]

    def clean_one_off_amount(self):
        return self.cleaned_data["one_off_amount"] or 0

    def clean_annual_amount(self):
        return self.cleaned_data["annual_amount"] or 0

    def values(self) -> dict:
        """What an action takes: the cleaned fields of EDITABLE; of a new one its line as well."""
        cleaned = self.cleaned_data
        line = {"line": cleaned["business_line"]} if "business_line" in cleaned else {}
        return {name: cleaned[name] for name in EDITABLE if name in cleaned} | line


class JudgeForm(forms.Form):
    probability = forms.IntegerField(label="转化可能性（%）", min_value=0, max_value=100)
    reason = WordsField(
        label="判断的理由", min_length=4, max_length=200, widget=text_area(2),
        help_text="会留在修订记录里。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


HELD = "要站在这个阶段就必须有；以前各阶段要求的也要保留。"


class StageForm(forms.Form):
    """The numbers of one stage (§B.4)."""

    probability = forms.IntegerField(label="成功可能性（%）", min_value=0, max_value=100)
    exit_criterion = WordsField(label="走出本阶段的标志", max_length=120, required=False)
    required = forms.MultipleChoiceField(
        label="必填内容", required=False, widget=forms.CheckboxSelectMultiple, help_text=HELD,
        choices=LABELS.items(),
        error_messages=CHOICE | {"invalid_list": CHOICE["invalid_choice"]},
    )  # fmt: skip
    stale_days = forms.IntegerField(
        label="停留超过（天）提醒", min_value=1, max_value=365, required=False,
        help_text="不填就不提醒。",
    )  # fmt: skip

    def __init__(self, *args, stage, **kwargs):
        initial = {name: getattr(stage, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        self.helper = plain_helper()
        if not stage_rules.step(stage.code):
            del self.fields["required"]
            return
        fixed = stage_rules.FIXED.get(stage.code, ())
        choices = [(name, words) for name, words in LABELS.items() if name not in fixed]
        self.fields["required"].choices = choices
        if fixed:
            always = "、".join(LABELS[name] for name in fixed)
            self.fields["required"].help_text = f"此外总是要有：{always}。{HELD}"
