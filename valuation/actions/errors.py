class ValuationError(Exception):
    """An anticipated refusal. The message is Chinese and safe to show to the user."""


STALE = "状态已变更，请刷新后重试。"
