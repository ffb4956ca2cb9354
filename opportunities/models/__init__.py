"""Opportunities, demand forecasts, marketing activities."""

from opportunities.models.assessments import Assessment
from opportunities.models.forecasts import (
    DemandForecast,
    DemandForecastLine,
    ForecastVersion,
    SolutionRequest,
)
from opportunities.models.marketing import (
    ActivityTopic,
    MarketingActivity,
    TariffDocument,
    Topic,
)
from opportunities.models.opportunity import (
    Opportunity,
    OpportunityChange,
    OpportunityLine,
    OpportunityMember,
    Rival,
    StageMove,
)
from opportunities.models.stages import OpportunityStage, Phase, Stage

__all__ = [
    "ActivityTopic",
    "Assessment",
    "DemandForecast",
    "DemandForecastLine",
    "ForecastVersion",
    "MarketingActivity",
    "Opportunity",
    "OpportunityChange",
    "OpportunityLine",
    "OpportunityMember",
    "OpportunityStage",
    "Phase",
    "Rival",
    "SolutionRequest",
    "Stage",
    "StageMove",
    "TariffDocument",
    "Topic",
]
