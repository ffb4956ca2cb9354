from django.urls import path

from visits.views import thanks

app_name = "visits"

urlpatterns = [
    # --- visits (views/visiting.py, views/quick_log.py)
    # --- thank-you letters (views/thanks.py)
    path("visits/<int:pk>/thank-you/", thanks.thank_you, name="thank_you"),
    # --- letters and replies (views/letters.py, views/replies.py)
    # --- promises (views/promises.py)
]
