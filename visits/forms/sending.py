"""What is written down when a letter leaves the house: shared by thank-you letters and replies."""

from django import forms

from core.forms import plain_helper
from core.uploads import UploadField
from visits.forms.fields import MOMENT_FORMATS, not_in_future
from visits.models import OutChannel

SECONDS = "%Y-%m-%dT%H:%M:%S"
KINDS = "PDF、JPG、PNG、DOCX 或 XLSX，不超过 20 MB。"


class SecondField(forms.DateTimeField):
    """A moment to the second: on a deadline the second decides (R8)."""

    def __init__(self, **kwargs):
        attrs = {"type": "datetime-local", "step": "1"}
        widget = forms.DateTimeInput(attrs=attrs, format=SECONDS)
        kwargs.setdefault("error_messages", {"invalid": "请按「年-月-日 时:分:秒」填写。"})
        super().__init__(widget=widget, input_formats=[SECONDS, *MOMENT_FORMATS], **kwargs)


class SendForm(forms.Form):
    channel = forms.ChoiceField(
        label="送出方式",
        choices=OutChannel.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "请选择一种书面的送出方式。"},
    )
    sent_at = SecondField(label="送出时间", help_text="以发出或寄出的时刻为准，精确到秒。")
    recipient = forms.CharField(label="实际收件人", max_length=60)
    proof = UploadField(
        label="送出凭据", required=False, help_text="可选：快递单、发送截图等。" + KINDS
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean_sent_at(self):
        return not_in_future(self.cleaned_data["sent_at"], "送出时间")


class SignedForm(forms.Form):
    scan = UploadField(label="签章扫描件", help_text="用印后的原件扫描。" + KINDS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="signed_%s", **kwargs)
        self.helper = plain_helper()
