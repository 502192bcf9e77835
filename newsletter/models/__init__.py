"""What is mailed, and its mailing."""

from newsletter.models.account import AccountListSync, DomainRate, Installation, SendRate
from newsletter.models.campaign import (
    Batch,
    BounceClass,
    Campaign,
    CampaignStatus,
    CampaignTransition,
    Delivery,
    DeliveryState,
    LatePolicy,
    StopCause,
)
from newsletter.models.content import DigestFormat, Issue, IssueStatus, Newsletter, SecondPerson, Section, Source, Story
from newsletter.models.editorial import (
    Acknowledgement,
    Comment,
    Correction,
    Notice,
    NoticeKind,
    Picture,
    PreviewLink,
    StaffPreference,
)
from newsletter.models.events import DeliveryEvent
from newsletter.models.history import IssueTransition, Rendition

__all__ = [
    "AccountListSync",
    "Acknowledgement",
    "Batch",
    "BounceClass",
    "Campaign",
    "CampaignStatus",
    "CampaignTransition",
    "Comment",
    "Correction",
    "Delivery",
    "DeliveryEvent",
    "DeliveryState",
    "DigestFormat",
    "DomainRate",
    "Installation",
    "Issue",
    "IssueStatus",
    "IssueTransition",
    "LatePolicy",
    "Newsletter",
    "Notice",
    "NoticeKind",
    "Picture",
    "PreviewLink",
    "Rendition",
    "SecondPerson",
    "Section",
    "SendRate",
    "Source",
    "StaffPreference",
    "StopCause",
    "Story",
]
