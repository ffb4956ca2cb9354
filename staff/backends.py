"""Who is signed in, with what every page asks of them: the branch and the department."""

from allauth.account.auth_backends import AuthenticationBackend

from staff.models import User


class StaffBackend(AuthenticationBackend):
    """allauth's, which would ask for the two apart in every request."""

    def get_user(self, user_id):
        found = User.objects.select_related("branch", "department").filter(pk=user_id).first()
        return found if found and self.user_can_authenticate(found) else None
