class StaffError(Exception):
    """An anticipated refusal. The message is Chinese and safe to show to the user."""
