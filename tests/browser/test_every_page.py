"""Whatever role opens whatever page of its navigation: clean, in Chinese, inside a narrow screen.

Scripts' errors, breaches of the content policy, missing files and requests to any other origin
fail in `browser_page`.
"""

import re

import pytest

pytestmark = pytest.mark.browser

NARROW = {"viewport": {"width": 320, "height": 640}, "device_scale_factor": 1}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SHOWN = """document.body.innerText + " " + [...document.querySelectorAll(
  "[title], [placeholder], [aria-label]")].map((e) => `${e.title || ""} ${e.placeholder || ""} ${
  e.ariaLabel || ""}`).join(" ")"""
ROLES = {
    "account_manager": "zhangwm",
    "industry_manager": "im_fin",
    "dept_head": "head_ent",
    "branch_director": "director",
    "solution_engineer": "se1",
    "back_office": "bo1",
    "dispatcher": "dispatch1",
    "records_officer": "records1",
    "compliance_officer": "legal1",
    "auditor": "auditor",
    "sysadmin": "admin",
}
# What may stand in Latin letters: kinds of files, names of programs and of network techniques.
PROGRAMS = "gbk pdf jpg png docx xlsx csv excel sqlite postgresql redis"
TECHNIQUES = "atm ddn ict idc isdn mbps mpls pos pstn sdh vpn"
ALLOWED = set(f"{PROGRAMS} {TECHNIQUES}".split())


def nav_paths(page) -> list[str]:
    found = page.locator("header.rail nav a, header.rail .who a").evaluate_all(
        "links => links.map(a => a.getAttribute('href'))"
    )
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("role", ROLES)
def test_every_link_of_the_navigation_opens_on_a_narrow_screen(open_as, role):
    page = open_as(ROLES[role], "phone", **NARROW)
    page.goto("/")
    paths, wide = nav_paths(page), []
    assert len(paths) > 3
    for path in paths:
        assert page.goto(path).status == 200, path
        wide += [] if page.evaluate(FITS) else [path]
    assert wide == []


def test_every_place_is_chinese_and_fits_a_narrow_screen(open_as, scene):
    wrong, known = [], ALLOWED | english(" ".join(scene["codes"]), codes=True)
    for username in sorted({username for username, _, _ in scene["places"]}):
        page = open_as(username, "phone", **NARROW)
        for path in [path for name, _, path in scene["places"] if name == username]:
            assert page.goto(path).status == 200, path
            wrong += [] if page.evaluate(FITS) else [f"{path}: wider than the screen"]
            words = english(page.evaluate(SHOWN)) - known
            wrong += [f"{path}: {' '.join(sorted(words))}"] if words else []
        page.context.close()
    assert wrong == []


def test_the_audit_trail_of_the_demo_is_chinese(scene):
    assert scene["unsaid"] == []


def english(shown: str, *, codes: bool = False) -> set[str]:
    """Words of three Latin letters or more; addresses and codes with digits are no words."""
    text = (
        shown if codes else re.sub(r"\S+@\S+|\S*://\S*|[\w-]*\d[\w-]*", " ", shown, flags=re.ASCII)
    )
    return {word.lower() for word in re.findall(r"[A-Za-z]{3,}", text)}
