from django import forms

from core.widgets import QuickSelect


class Form(forms.Form):
    who = forms.ChoiceField(
        choices=[("", "全部"), (1, "王 & 李"), ('x"y', "<b>")],
        widget=QuickSelect(attrs={"class": "form-select"}),
        required=False,
    )


def test_it_draws_what_django_draws():
    quick = str(Form({"who": "1"})["who"])
    assert '<option value="1" selected>王 &amp; 李</option>' in quick
    assert quick.startswith("<select") and quick.endswith("</select>")
    assert 'name="who"' in quick and 'id="id_who"' in quick and 'class="form-select"' in quick


def test_nothing_typed_can_leave_its_attribute():
    html = str(Form()["who"])
    assert '<option value="x&quot;y">&lt;b&gt;</option>' in html
    assert '<option value="" selected>全部</option>' in html
