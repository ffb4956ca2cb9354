class OpportunityError(Exception):
    """An anticipated refusal. The message is Chinese and safe to show to the user."""


STALE = "商机的状态已变更，请刷新后重试。"
