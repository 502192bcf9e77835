"""The operations on the account-level suppression list."""

import base64
from datetime import UTC, datetime

from sandbox.addresses import InvalidAddressError, bare
from sandbox.clock import now_ms
from sandbox.errors import SesError, bad_request, not_found
from sandbox.service import Service
from sandbox.wire import Answer, Params

_REASONS = ("BOUNCE", "COMPLAINT")
_MAX_PAGE = 1_000


def put(service: Service, params: Params, _size: int) -> Answer:
    """PutSuppressedDestination."""
    if params["Reason"] not in _REASONS:
        raise bad_request(f"Reason must be one of {', '.join(_REASONS)}")
    try:
        service.suppression.put(bare(params["EmailAddress"]), params["Reason"])
    except InvalidAddressError as error:
        raise bad_request(f"EmailAddress: {error}") from error
    return {}


def get(service: Service, params: Params, _size: int) -> Answer:
    """GetSuppressedDestination."""
    row = service.suppression.get(params["EmailAddress"])
    if row is None:
        raise _missing(params)
    return {"SuppressedDestination": _summary(row)}


def delete(service: Service, params: Params, _size: int) -> Answer:
    """DeleteSuppressedDestination."""
    if not service.suppression.delete(params["EmailAddress"]):
        raise _missing(params)
    return {}


def list_page(service: Service, params: Params, _size: int) -> Answer:
    """ListSuppressedDestinations, in order of address; the token is the last address of the page before."""
    size = min(params.get("PageSize", _MAX_PAGE), _MAX_PAGE)
    rows = service.suppression.page(
        after=_read_token(params.get("NextToken", "")),
        size=size + 1,
        reasons=tuple(params.get("Reasons", _REASONS)),
        since=_milliseconds(params.get("StartDate"), 0),
        until=_milliseconds(params.get("EndDate"), now_ms()),
    )
    page: dict[str, object] = {"SuppressedDestinationSummaries": [_summary(row) for row in rows[:size]]}
    if len(rows) > size:
        page["NextToken"] = base64.urlsafe_b64encode(rows[size - 1][0].encode()).decode()
    return page


def _summary(row: tuple[str, str, int]) -> dict[str, object]:
    address, reason, updated = row
    return {"EmailAddress": address, "Reason": reason, "LastUpdateTime": updated / 1000}


def _missing(params: Params) -> SesError:
    return not_found(f"Email address {params['EmailAddress']} does not exist on your suppression list.")


def _read_token(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError as error:
        raise SesError("InvalidNextTokenException", "The specified next token is invalid.") from error


def _milliseconds(text: str | None, otherwise: int) -> int:
    """A time in a query string, ISO 8601 as botocore writes it."""
    if text is None:
        return otherwise
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_request(f"{text!r} is not a time") from error
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
