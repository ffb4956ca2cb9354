"""The customer and all that is known of it, a module per part of the customer view (§B.8)."""

from accounts.models.contact import Contact
from accounts.models.customer import Customer, CustomerAssignment, seen_through
from accounts.models.industry import Industry, InformatizationStage
from accounts.models.knowledge import (
    AllowancePolicy,
    CommunicationBudget,
    Confidentiality,
    CooperationAgreement,
    CustomerEvent,
    CustomerFinance,
    CustomerInfoItem,
    CustomerNeed,
)
from accounts.models.lists import ImportJob, RecentCustomer, SavedView, SearchKey
from accounts.models.network import LayerShare, NetworkLink, NetworkNode
from accounts.models.people import (
    ApprovalRoute,
    Person,
    PurchaseDecisionLevel,
    RelationshipTie,
)
from accounts.models.quality import ViewQuality
from accounts.models.revenue import (
    BillingAccount,
    BillLine,
    BusinessLine,
    MonthlyBill,
    Operator,
    OperatorUsage,
    ProductInstance,
    ServiceContract,
)
from accounts.models.story import (
    CustomerMerge,
    CustomerViewRevision,
    HandoverRecord,
    LifecycleChange,
    TimelineEntry,
)

__all__ = [
    "AllowancePolicy",
    "ApprovalRoute",
    "BillLine",
    "BillingAccount",
    "BusinessLine",
    "CommunicationBudget",
    "Confidentiality",
    "Contact",
    "CooperationAgreement",
    "Customer",
    "CustomerAssignment",
    "CustomerEvent",
    "CustomerFinance",
    "CustomerInfoItem",
    "CustomerMerge",
    "CustomerNeed",
    "CustomerViewRevision",
    "HandoverRecord",
    "ImportJob",
    "Industry",
    "InformatizationStage",
    "LayerShare",
    "LifecycleChange",
    "MonthlyBill",
    "NetworkLink",
    "NetworkNode",
    "Operator",
    "OperatorUsage",
    "Person",
    "ProductInstance",
    "PurchaseDecisionLevel",
    "RecentCustomer",
    "RelationshipTie",
    "SavedView",
    "SearchKey",
    "ServiceContract",
    "TimelineEntry",
    "ViewQuality",
    "seen_through",
]
