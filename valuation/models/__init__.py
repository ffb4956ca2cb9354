"""Value model, raw values, runs, results (R50–R61)."""

from valuation.models.inputs import (
    CustomerMeasure,
    ExpertRating,
    RatingArbitration,
    RawOverride,
)
from valuation.models.model import (
    CutMethod,
    Dimension,
    IndicatorBand,
    ValueDimension,
    ValueIndicator,
    ValueModel,
)
from valuation.models.reporting import ReportJob
from valuation.models.runs import (
    AbandonReview,
    CustomerValuation,
    PotentialAlert,
    ValuationRun,
)

__all__ = [
    "AbandonReview",
    "CustomerMeasure",
    "CustomerValuation",
    "CutMethod",
    "Dimension",
    "ExpertRating",
    "IndicatorBand",
    "PotentialAlert",
    "RatingArbitration",
    "RawOverride",
    "ReportJob",
    "ValuationRun",
    "ValueDimension",
    "ValueIndicator",
    "ValueModel",
]
