app_name = "visits"

urlpatterns = [
    # --- visits (views/visiting.py, views/quick_log.py)
    # --- thank-you letters (views/thanks.py)
    # --- letters and replies (views/letters.py, views/replies.py)
    # --- promises (views/promises.py)
]
