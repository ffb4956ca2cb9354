"""Visits, thank-you letters, customer letters and replies, promises, requests up the line."""

from visits.models.booking import CalendarFeed, VisitInvitation
from visits.models.conduct import (
    FindingAnswer,
    FindingRequest,
    KeyFinding,
    Tip,
    VisitFile,
    VisitLocation,
    VisitNextStep,
)
from visits.models.escalation import Escalation, EscalationStep
from visits.models.issues import CustomerIssue
from visits.models.kpi import KpiMonth
from visits.models.letters import (
    InboundLetter,
    LetterNumber,
    LetterReply,
)
from visits.models.printing import PrintJob
from visits.models.promises import Commitment, PromiseRenegotiation
from visits.models.records import RecordAddendum, RecordVersion
from visits.models.rhythm import (
    LastVisit,
    VisitFrequencyPolicy,
    VisitSuggestion,
    WeeklyPlan,
    WeeklyPlanItem,
)
from visits.models.thanks import OutChannel, ThankYouLetter
from visits.models.visit import (
    Visit,
    VisitKeyPoint,
    VisitParticipant,
    VisitRecord,
    visits_seen_through,
)
from visits.models.wording import LetterTemplate, LintWord

__all__ = [
    "CalendarFeed",
    "Commitment",
    "CustomerIssue",
    "Escalation",
    "EscalationStep",
    "FindingAnswer",
    "FindingRequest",
    "InboundLetter",
    "KeyFinding",
    "KpiMonth",
    "LastVisit",
    "LetterNumber",
    "LetterReply",
    "LetterTemplate",
    "LintWord",
    "OutChannel",
    "PrintJob",
    "PromiseRenegotiation",
    "RecordAddendum",
    "RecordVersion",
    "ThankYouLetter",
    "Tip",
    "Visit",
    "VisitFile",
    "VisitFrequencyPolicy",
    "VisitInvitation",
    "VisitKeyPoint",
    "VisitLocation",
    "VisitNextStep",
    "VisitParticipant",
    "VisitRecord",
    "VisitSuggestion",
    "WeeklyPlan",
    "WeeklyPlanItem",
    "visits_seen_through",
]
