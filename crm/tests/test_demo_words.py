"""What the demo writes to customers gives no price away (R14)."""

from crm.demo.topics import REPLIES, TOPICS
from visits.offer_rules import prices_in


def test_the_letters_of_the_demo_touch_no_price():
    texts = [*REPLIES.values()]
    texts += [f"{t.purpose}\n{t.points}\n{t.next_step}\n{t.promise}" for t in TOPICS]
    assert [prices_in(text) for text in texts if prices_in(text)] == []
