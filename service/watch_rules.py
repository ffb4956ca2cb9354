"""Words of a service watch (R15). Standard library only."""

LONGEST_LINE = 200
FIRST_THANKS = (
    "感谢贵方对我们的信任。「{service}」在{area}目前{reason}，一经开办，我们会立即告知贵方。"
)
NOW_INSTEAD = "在此之前，下面的办法可以先解决当前的困难：{alternatives}。"
NOW_OPEN = "贵方关心的「{service}」已于{day}在{area}开办，可以受理。感谢贵方的耐心等待。"


ENDINGS = "市区县"


def place_of(area: str) -> str:
    """「嵊州市」 and 「嵊州」 are one place: without spaces and the rank at the end."""
    bare = "".join(area.split())
    return bare[:-1] if len(bare) > 2 and bare[-1] in ENDINGS else bare


def lines_of(text: str) -> list[str]:
    """The alternatives, one a line, without blank lines and doubles, in their order."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def first_answer(service: str, area: str, reason: str, alternatives: list[str]) -> str:
    """What to say when the customer asks: thanks, the promise to tell, what helps now (R15)."""
    words = FIRST_THANKS.format(service=service, area=area, reason=reason)
    if alternatives:
        words += NOW_INSTEAD.format(alternatives="；".join(alternatives))
    return words


def launch_answer(service: str, area: str, day: str) -> str:
    """What to say on the day it opens."""
    return NOW_OPEN.format(service=service, area=area, day=day)
