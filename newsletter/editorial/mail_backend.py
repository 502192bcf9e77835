"""How notices leave: as anymail makes them, by the client that campaigns leave by."""

from __future__ import annotations

from anymail.backends import amazon_ses

from newsletter.delivery.gateways.ses import default_gateway


class EmailBackend(amazon_ses.EmailBackend):  # type: ignore[misc]  # anymail tells no types
    """anymail would make a client for every few mails: 78 ms and 11 MB, and time-outs of its own to keep alike."""

    def open(self) -> bool:
        self.client = default_gateway().client
        return True

    def close(self) -> None:
        self.client = None
