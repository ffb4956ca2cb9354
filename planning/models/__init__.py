"""Plans, their versions and contents; the work on them (R41–R49, R62–R76)."""

from planning.models.content import (
    STOCK_LINES,
    OfVersionQuerySet,
    PlanAllotment,
    PlanRow,
    PlanSection,
    PlanTargetLine,
    SectionText,
    TargetKind,
)
from planning.models.exports import ExportNotice, PlanExport
from planning.models.plan import (
    COUNTED,
    IN_REVIEW,
    SEALED,
    WRITABLE,
    MarketingPlan,
    PlanState,
    PlanVersion,
    plans_seen_through,
)
from planning.models.retention import (
    RetentionAction,
    RetentionCase,
    RetentionMove,
    RetentionResource,
    RetentionThreat,
)
from planning.models.retention_lists import (
    Level,
    RetentionList,
    RetentionMember,
    RetentionTarget,
    RiskLevel,
    Tier,
)
from planning.models.six_industry import (
    IndustryAnalysis,
    KeyPurchaseFactor,
    KPFRating,
    StructureLine,
)
from planning.models.six_measures import (
    ImplementationItem,
    SolutionLine,
    SolutionMeasure,
    SupportAssessment,
)
from planning.models.six_score import (
    CompetitorScorecard,
    ScorecardWeight,
    ScoreCriterion,
    ScoreEntry,
)
from planning.models.six_step import (
    CHECKS,
    CooperationOpportunity,
    CustomerPlanning,
    CustomerStrategy,
    PlanningStep,
)
from planning.models.warnings import (
    CustomerRisk,
    Metric,
    RetentionFact,
    RetentionMetricSnapshot,
    WarningChange,
)
from planning.models.work import PlanComment, PlanPreparationTask, PlanReview
from planning.models.writing import PlanPresence, RowCells

__all__ = [
    "CustomerRisk",
    "Level",
    "Metric",
    "RetentionAction",
    "RetentionCase",
    "RetentionFact",
    "RetentionList",
    "RetentionMember",
    "RetentionMetricSnapshot",
    "RetentionMove",
    "RetentionResource",
    "RetentionTarget",
    "RetentionThreat",
    "RiskLevel",
    "Tier",
    "WarningChange",
    "IndustryAnalysis",
    "KeyPurchaseFactor",
    "KPFRating",
    "StructureLine",
    "ImplementationItem",
    "SolutionLine",
    "SolutionMeasure",
    "SupportAssessment",
    "CompetitorScorecard",
    "ScoreCriterion",
    "ScorecardWeight",
    "ScoreEntry",
    "CHECKS",
    "CooperationOpportunity",
    "CustomerPlanning",
    "CustomerStrategy",
    "PlanningStep",
    "COUNTED",
    "IN_REVIEW",
    "SEALED",
    "STOCK_LINES",
    "WRITABLE",
    "ExportNotice",
    "MarketingPlan",
    "OfVersionQuerySet",
    "PlanAllotment",
    "PlanComment",
    "PlanExport",
    "PlanPreparationTask",
    "PlanPresence",
    "PlanReview",
    "PlanRow",
    "PlanSection",
    "PlanState",
    "PlanTargetLine",
    "PlanVersion",
    "RowCells",
    "SectionText",
    "TargetKind",
    "plans_seen_through",
]
