"""How a chunk of mail leaves: the values that go in and come out, whatever carries them."""

from newsletter.delivery.gateways.base import (
    Answer,
    CallFailed,
    Failure,
    Gateway,
    Letter,
    Mail,
    Outcome,
    Quota,
)

__all__ = ["Answer", "CallFailed", "Failure", "Gateway", "Letter", "Mail", "Outcome", "Quota"]
