from django.urls import path

from visits.views import (
    letters,
    moving,
    planning,
    promises,
    quick_log,
    recording,
    replies,
    thanks,
    visiting,
)

app_name = "visits"

urlpatterns = [
    # --- visits (views/visiting.py, planning.py, moving.py, recording.py, quick_log.py)
    path("visits/", visiting.visit_list, name="visit_list"),
    path("visits/new/", planning.visit_plan, name="visit_plan"),
    path("visits/quick/", quick_log.quick_log, name="quick_log"),
    path("visits/row/key/", planning.visit_row, {"name": "key"}, name="key_point_row"),
    path("visits/row/promise/", planning.visit_row, {"name": "promise"}, name="promise_row"),
    path("visits/of-customer/<int:pk>/", visiting.customer_visits, name="customer_visits"),
    path("visits/<int:pk>/", visiting.visit_detail, name="visit_detail"),
    path("visits/<int:pk>/edit/", planning.visit_edit, name="visit_edit"),
    path("visits/<int:pk>/book/", moving.visit_book, name="visit_book"),
    path("visits/<int:pk>/arrive/", moving.visit_arrive, name="visit_arrive"),
    path("visits/<int:pk>/start/", moving.visit_start, name="visit_start"),
    path("visits/<int:pk>/hold/", moving.visit_hold, name="visit_hold"),
    path("visits/<int:pk>/record/", recording.visit_record, name="visit_record"),
    path("visits/<int:pk>/close/", moving.visit_close, name="visit_close"),
    path("visits/<int:pk>/cancel/", moving.visit_cancel, name="visit_cancel"),
    path("visits/<int:pk>/reschedule/", moving.visit_reschedule, name="visit_reschedule"),
    path("visits/<int:pk>/no-show/", moving.visit_no_show, name="visit_no_show"),
    # --- thank-you letters (views/thanks.py)
    path("thank-you/", thanks.thanks_list, name="thanks_list"),
    path("thank-you/<int:pk>/", thanks.thank_you, name="thank_you"),
    path("thank-you/<int:pk>/pdf/", thanks.thank_you_pdf, name="thank_you_pdf"),
    path("thank-you/<int:pk>/send/", thanks.thank_you_send, name="thank_you_send"),
    path("thank-you/<int:pk>/waive/", thanks.thank_you_waive, name="thank_you_waive"),
    path("thank-you/<int:pk>/proof/", thanks.thank_you_proof, name="thank_you_proof"),
    # --- letters and replies (views/letters.py, views/replies.py)
    path("letters/", letters.letter_list, name="letter_list"),
    path("letters/new/", letters.letter_register, name="letter_register"),
    path("letters/<int:pk>/", letters.letter_detail, name="letter_detail"),
    path("letters/<int:pk>/assign/", letters.letter_assign, name="letter_assign"),
    path("letters/<int:pk>/scan/", letters.letter_scan, name="letter_scan"),
    path("letters/<int:pk>/close/", letters.letter_close, name="letter_close"),
    path("letters/<int:pk>/reply/", replies.reply_draft, name="reply_draft"),
    path("replies/<int:pk>/submit/", replies.reply_submit, name="reply_submit"),
    path("replies/<int:pk>/decide/", replies.reply_decide, name="reply_decide"),
    path("replies/<int:pk>/issue/", replies.reply_issue, name="reply_issue"),
    path("replies/<int:pk>/void/", replies.reply_void, name="reply_void"),
    path("replies/<int:pk>/send/", replies.reply_send, name="reply_send"),
    path("replies/<int:pk>/pdf/", replies.reply_pdf, name="reply_pdf"),
    path("replies/<int:pk>/proof/", replies.reply_proof, name="reply_proof"),
    # --- promises (views/promises.py)
    path("promises/", promises.commitment_list, name="commitment_list"),
    path("promises/<int:pk>/fulfil/", promises.commitment_fulfil, name="commitment_fulfil"),
]
