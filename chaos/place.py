"""Where the crash test lives: the demo's processes, in a folder of their own, each with fault points to arm."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from chaos.sizes import Size
from demo.place import Place
from demo.supervisor import Child, free_port

SHORT = {
    "SUDI_INSTANCE": "chaos",
    "SUDI_LEASE_SECONDS": "6",
    "SUDI_TASK_SECONDS": "3",
    "SUDI_READ_TIMEOUT": "3",
    "SUDI_DOUBT_GRACE_SECONDS": "5",
    "SUDI_QUOTA_SECONDS": "2",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    place: Place
    size: Size

    @classmethod
    def choose(cls, folder: Path, size: Size) -> Scene:
        return cls(Place(folder, free_port(), free_port()), size)

    def environment(self) -> dict[str, str]:
        """As the demo's, with everything that is waited for made short."""
        short = SHORT | {"SUDI_BATCH_SIZE": str(self.size.batch)}
        return self.place.environment(workers=self.size.workers) | short

    def children(self) -> list[Child]:
        """Each reads the fault points of its next life from a file of its own. The sandbox is SES, and has none."""
        self.faults.mkdir()
        made = self.place.children(workers=self.size.workers, rate=self.size.rate)
        return [child if child.name == "sandbox" else self._armed(child) for child in made]

    @property
    def faults(self) -> Path:
        return self.place.folder / "faults"

    @property
    def logs(self) -> Path:
        return self.place.folder / "logs"

    @property
    def messages(self) -> Path:
        """Those of the embedded broker."""
        return self.place.folder / "broker" / "queues"

    def _armed(self, child: Child) -> Child:
        path = self.faults / child.name
        path.write_text("")
        return dataclasses.replace(child, env={**child.env, "SUDI_FAULTS_FILE": str(path)}, ready_within=90)
