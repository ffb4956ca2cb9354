"""A photo from the phone's camera, or any paper, of a visit."""

from django import forms

from accounts.models import Confidentiality
from core.uploads import DOCUMENTS, PHOTOS, UploadField
from visits.forms.fields import WordsField

ANY = ",".join(f".{kind}" for kind in (*DOCUMENTS, "webp"))
CAMERA = {"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}


class FileForm(forms.Form):
    """`photo` opens the camera of a phone; `file` takes what is already there."""

    photo = UploadField(
        label="拍照",
        kinds=PHOTOS,
        required=False,
        widget=forms.FileInput(attrs=CAMERA | {"class": "form-control"}),
        help_text="存入前会去掉拍摄地点和机型等信息。",
    )
    file = UploadField(
        label="或选择文件",
        kinds=(*DOCUMENTS, "webp"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ANY, "class": "form-control"}),
        help_text="JPG、PNG、PDF、DOCX 或 XLSX。",
    )
    title = WordsField(label="名称", max_length=100, required=False, help_text="不填就用文件名。")
    confidentiality = forms.ChoiceField(
        label="密级", choices=Confidentiality.choices, initial=Confidentiality.INTERNAL
    )

    @property
    def upload_fields(self):
        return [self["photo"], self["file"]]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("photo") and not cleaned.get("file"):
            self.add_error("photo", "请拍一张照片，或选择一个文件。")
        return cleaned

    def uploads(self) -> list:
        return [self.cleaned_data[name] for name in ("photo", "file") if self.cleaned_data[name]]
