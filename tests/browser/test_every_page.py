"""Whatever role opens whatever page of its navigation: clean, inside a narrow screen.

That every other place is so too, and in Chinese, is seen on the visits of test_accessible.py.
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
PROGRAMS = "gbk word pdf jpg png docx xlsx csv excel sqlite postgresql redis"
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


def test_the_audit_trail_of_the_demo_is_chinese(scene):
    assert scene["unsaid"] == []


def known_words(scene) -> set[str]:
    return ALLOWED | english(" ".join(scene["codes"]), codes=True)


def words_of(page) -> set[str]:
    """What stands on the page in Latin letters, or is read out or shown on touch."""
    return english(page.evaluate(SHOWN))


def english(shown: str, *, codes: bool = False) -> set[str]:
    """Words of three Latin letters or more; addresses and codes with digits are no words."""
    text = (
        shown if codes else re.sub(r"\S+@\S+|\S*://\S*|[\w-]*\d[\w-]*", " ", shown, flags=re.ASCII)
    )
    return {word.lower() for word in re.findall(r"[A-Za-z]{3,}", text)}
