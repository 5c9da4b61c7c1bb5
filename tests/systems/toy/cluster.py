"""The toy's classes of dask-jobqueue."""

from __future__ import annotations

from typing import Any, ClassVar

import dask
from dask_jobqueue.core import Job, JobQueueCluster


class ToyJob(Job):  # type: ignore[misc]
    """One job of the toy, asked for in its directives."""

    submit_command: ClassVar[str] = "toysub"
    cancel_command: ClassVar[str] = "toykill"
    config_name: ClassVar[str] = "toy"

    def __init__(
        self, scheduler: Any = None, name: str | None = None, config_name: str | None = None, **more: Any
    ) -> None:
        super().__init__(scheduler=scheduler, name=name, config_name=config_name, **more)
        wishes = {
            "--title": self.job_name,
            "--lane": self._value("queue"),
            "--budget": self._value("project"),
            "--slots": self.worker_cores,
            "--ram": self._value("ram"),
            "--span": self._value("walltime"),
            "--log": self.log_directory,
        }
        lines = [f"#TOY {option} {value}" for option, value in wishes.items() if value is not None]
        kept = [line for line in lines if not any(skip in line for skip in self.job_directives_skip)]
        self.job_header = "\n".join([*kept, *(f"#TOY {extra}" for extra in self.job_extra_directives)])

    def _value(self, key: str) -> Any:
        return dask.config.get(f"jobqueue.{self.config_name}.{key}")


class ToyCluster(JobQueueCluster):  # type: ignore[misc]
    """A cluster whose jobs the toy runs."""

    job_cls: ClassVar[type] = ToyJob
