"""What is mailed, and its mailing."""

from newsletter.models.account import Installation, SendRate
from newsletter.models.campaign import (
    Batch,
    BounceClass,
    Campaign,
    CampaignStatus,
    CampaignTransition,
    Delivery,
    DeliveryState,
    LatePolicy,
)
from newsletter.models.content import DigestFormat, Issue, IssueStatus, Newsletter, SecondPerson, Section, Source, Story
from newsletter.models.events import DeliveryEvent
from newsletter.models.history import IssueTransition, Rendition

__all__ = [
    "Batch",
    "BounceClass",
    "Campaign",
    "CampaignStatus",
    "CampaignTransition",
    "Delivery",
    "DeliveryEvent",
    "DeliveryState",
    "DigestFormat",
    "Installation",
    "Issue",
    "IssueStatus",
    "IssueTransition",
    "LatePolicy",
    "Newsletter",
    "Rendition",
    "SecondPerson",
    "Section",
    "SendRate",
    "Source",
    "Story",
]
