"""Visits, thank-you letters, customer letters and replies, promises."""

from visits.models.letters import InboundLetter, LetterNumber, LetterReply
from visits.models.promises import Commitment
from visits.models.thanks import OutChannel, ThankYouLetter
from visits.models.visit import Visit, VisitKeyPoint, VisitParticipant, VisitRecord

__all__ = [
    "Commitment",
    "InboundLetter",
    "LetterNumber",
    "LetterReply",
    "OutChannel",
    "ThankYouLetter",
    "Visit",
    "VisitKeyPoint",
    "VisitParticipant",
    "VisitRecord",
]
