"""The password rules of staff.rules as Django wants them, and one-time passwords that meet them."""

import secrets

from django.core.exceptions import ValidationError

from staff import rules

# Without look-alikes (0 O 1 l I): it is read out on the telephone.
SMALL, CAPITAL, DIGIT = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


class StaffPasswordValidator:
    def validate(self, password, user=None):
        words = [user.username] if user is not None and user.username else []
        faults = rules.password_faults(password, words)
        if faults:
            raise ValidationError([ValidationError(text, code="weak") for text in faults])

    def get_help_text(self):
        return (
            f"至少 {rules.MIN_LENGTH} 位，包含大写字母、小写字母、数字、符号中的至少三类，"
            "不能包含登录名，不能和旧密码相同。"
        )


def one_time_password() -> str:
    """Twelve characters in three groups, all classes present: 「kTw7-mQ4x-Bn9e」."""
    groups = []
    for _ in range(3):
        letters = [secrets.choice(SMALL), secrets.choice(CAPITAL), secrets.choice(SMALL)]
        groups.append("".join(letters) + secrets.choice(DIGIT))
    return "-".join(groups)
