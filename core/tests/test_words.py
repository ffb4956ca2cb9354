"""The framework's sentences in our own words."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import gettext

PO = Path(settings.LOCALE_PATHS[0], "zh_Hans", "LC_MESSAGES", "django.po")
PAIRS = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', PO.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_a_sentence_is_compiled_and_wins_over_the_framework(english, chinese):
    assert gettext(english) == chinese


def test_there_are_sentences():
    assert len(PAIRS) > 15
