"""Faults on demand: what to do to the calls that send, and to their events, until told otherwise. In memory only."""

import random
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sandbox.errors import SesError, throttled

_RATES = ("throttle_rate", "error_rate", "drop_answer_rate", "entry_failure_rate", "event_repeat_rate")


class InvalidFaultError(ValueError):
    """What is wrong with the faults that were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """``*_rate`` are probabilities; ``refuse_with`` names an exception of the API, ``entry_status`` a status of it.

    ``event_repeat_rate``: an event is posted once more; ``event_delay_ms``: each is posted up to so much later than it
    is due, so that they arrive in any order.
    """

    max_send_rate: float
    daily_quota: float
    throttle_rate: float = 0.0
    error_rate: float = 0.0
    drop_answer_rate: float = 0.0
    entry_failure_rate: float = 0.0
    entry_status: str = "TRANSIENT_FAILURE"
    latency_ms: float = 0.0
    event_repeat_rate: float = 0.0
    event_delay_ms: float = 0.0
    paused: bool = False
    refuse_with: str | None = None


class FaultBoard:
    """The faults in force. Rolls the dice for each call."""

    def __init__(self, initial: Faults, *, refusals: frozenset[str], statuses: frozenset[str]) -> None:
        self._initial = initial
        self._faults = initial
        self._refusals = refusals
        self._statuses = statuses
        self._lock = threading.Lock()

    @property
    def now(self) -> Faults:
        """The faults in force."""
        return self._faults

    def as_json(self) -> dict[str, Any]:
        """The same, for the API."""
        return asdict(self._faults)

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Sets what is named and leaves the rest; null sets a fault back to what it was at the start."""
        known = {field.name for field in fields(Faults)}
        if unknown := sorted(set(wanted) - known):
            raise InvalidFaultError(f"unknown: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        changes = {name: self._checked(name, value) for name, value in wanted.items()}
        with self._lock:
            self._faults = replace(self._faults, **changes)

    def before_accepting(self) -> None:
        """Raises what this call is to be refused with, before anything is accepted."""
        faults = self._faults
        if faults.refuse_with:
            raise SesError(faults.refuse_with, "The sandbox was told to refuse with this exception.")
        if faults.paused:
            raise SesError("SendingPausedException", "Sending is paused for this account.")
        if _happens(faults.throttle_rate):
            raise throttled("Maximum sending rate exceeded.")
        if _happens(faults.error_rate):
            raise SesError("InternalServiceErrorException", "The service has encountered an internal error.")

    def drops_answer(self) -> bool:
        """Whether this accepted call gets no answer."""
        return _happens(self._faults.drop_answer_rate)

    def fails_entry(self) -> bool:
        """Whether this entry gets ``entry_status`` instead of being accepted."""
        return _happens(self._faults.entry_failure_rate)

    def event_delays(self) -> list[int]:
        """After how many milliseconds an event that is due is posted, each time that it is."""
        times = 2 if _happens(self._faults.event_repeat_rate) else 1
        return [int(self._faults.event_delay_ms * random.random()) for _ in range(times)]  # noqa: S311 - dice

    def _checked(self, name: str, value: Any) -> Any:
        if value is None:
            return getattr(self._initial, name)
        if name == "paused":
            return _expect(name, value, isinstance(value, bool), "true or false")
        if name == "refuse_with":
            return _expect(name, value, value in self._refusals, f"one of {', '.join(sorted(self._refusals))}")
        if name == "entry_status":
            return _expect(name, value, value in self._statuses, f"one of {', '.join(sorted(self._statuses))}")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if name in _RATES:
            return _expect(name, value, number and 0 <= value <= 1, "a number from 0 to 1")
        least = -1 if name == "daily_quota" else 0
        return _expect(name, value, number and value >= least, f"a number, at least {least}")


def _expect(name: str, value: Any, valid: bool, wanted: str) -> Any:
    if not valid:
        raise InvalidFaultError(f"{name} must be {wanted}")
    return value


def _happens(probability: float) -> bool:
    return probability > 0 and random.random() < probability  # noqa: S311 - dice
