"""What a password must look like. Standard library only."""

from collections.abc import Sequence

MIN_LENGTH = 10
MIN_CLASSES = 3
ORGANISATION = ("telecom", "chinatelecom", "电信", "10000", "189")


def character_classes(password: str) -> int:
    """How many of: small letters, capitals, digits, everything else."""
    tests = (str.islower, str.isupper, str.isdigit)
    named = sum(any(test(char) for char in password) for test in tests)
    return named + any(not any(test(char) for test in tests) for char in password)


def password_faults(password: str, forbidden: Sequence[str] = ()) -> list[str]:
    """Chinese sentences, one per broken rule (trust §2.3); empty when the password is good.

    `forbidden` are words of the user (sign-in name) that it must not contain, in any case.
    """
    faults = []
    if len(password) < MIN_LENGTH:
        faults.append(f"密码至少 {MIN_LENGTH} 位。")
    if character_classes(password) < MIN_CLASSES:
        faults.append("密码要包含大写字母、小写字母、数字、符号四类中的至少三类。")
    lowered = password.lower()
    if any(len(word) > 1 and word.lower() in lowered for word in forbidden):
        faults.append("密码不能包含登录名。")
    if any(word in lowered for word in ORGANISATION):
        faults.append("密码不能包含单位名称或客服号码。")
    return faults
