"""Words for the customer (R15)."""

from service.watch_rules import first_answer, launch_answer, lines_of


def test_alternatives_are_lines_without_blanks_and_doubles():
    assert lines_of(" 千兆聚合 \n\n夜间提速\n千兆聚合") == ["千兆聚合", "夜间提速"]


def test_the_first_answer_thanks_promises_and_helps():
    said = first_answer("万兆光网", "嵊州", "尚未开办", ["千兆聚合"])
    assert said.startswith("感谢") and "一经开办" in said and said.endswith("千兆聚合。")
    assert "在此之前" not in first_answer("万兆光网", "嵊州", "尚未开办", [])


def test_the_news_names_the_day():
    assert "12月1日" in launch_answer("万兆光网", "嵊州", "12月1日")
