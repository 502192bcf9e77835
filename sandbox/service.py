"""Everything that one running sandbox consists of; operations and views are given it."""

from dataclasses import dataclass

from sandbox import wire
from sandbox.database import Database
from sandbox.faults import FaultBoard, Faults
from sandbox.options import Options
from sandbox.outbox import Outbox
from sandbox.quota import Quota
from sandbox.reading import Reader
from sandbox.store import Store
from sandbox.suppression import SuppressionList
from sandbox.templates_kept import KeptTemplates


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts, wired together over one store."""

    options: Options
    store: Store
    reader: Reader
    outbox: Outbox
    suppression: SuppressionList
    templates: KeptTemplates
    quota: Quota
    faults: FaultBoard

    @classmethod
    def open(cls, options: Options) -> "Service":
        """Opens the store and everything on it."""
        database = Database(options.store)
        suppression = SuppressionList(database)
        initial = Faults(max_send_rate=options.max_send_rate, daily_quota=options.daily_quota)
        faults = FaultBoard(initial, refusals=wire.exception_names(), statuses=wire.entry_statuses())
        return cls(
            options=options,
            store=Store(
                database,
                suppression,
                faults,
                publishing=options.hook is not None,
                feedback_delay_ms=options.feedback_delay_ms,
            ),
            reader=Reader(database),
            outbox=Outbox(database),
            suppression=suppression,
            templates=KeptTemplates(database),
            quota=Quota(database),
            faults=faults,
        )
