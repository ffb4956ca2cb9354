"""System checks: what WeasyPrint and the pages need and would otherwise miss without a word."""

import shutil
import subprocess

from django.conf import settings
from django.core.checks import Error, register
from weasyprint.text.ffi import harfbuzz_subset

APT = "apt-get install -y --no-install-recommends"


@register()
def chinese_font(app_configs, **kwargs):
    """Without a CJK font letters print as empty boxes, and nothing reports it."""
    if not shutil.which("fc-list"):
        return [Error("缺少 fontconfig。", hint=f"{APT} fontconfig fonts-noto-cjk", id="crm.E001")]
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True)
    if not found.stdout.strip():
        return [
            Error("没有中文字体，信函会印成方框。", hint=f"{APT} fonts-noto-cjk", id="crm.E002")
        ]
    return []


@register()
def font_subsetting(app_configs, **kwargs):
    """Without libharfbuzz-subset a letter takes fourteen seconds instead of one."""
    if harfbuzz_subset is None:
        return [
            Error("缺少 libharfbuzz-subset0。", hint=f"{APT} libharfbuzz-subset0", id="crm.E003")
        ]
    return []


@register()
def front_end_assets(app_configs, **kwargs):
    for package, patterns in settings.NPM_FILES.items():
        for pattern in patterns:
            if not any((settings.NPM_ROOT / package).glob(pattern)):
                message = f"缺少前端文件 {package}/{pattern}。"
                return [Error(message, hint="make setup", id="crm.E004")]
    return []
