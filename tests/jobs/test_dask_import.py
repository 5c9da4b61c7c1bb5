from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Person


def test_importing_dask_jobqueue_writes_no_file_and_leaves_ctrl_c_alone(person: Person) -> None:
    done = person.python(
        "import signal\n"
        "before = signal.getsignal(signal.SIGINT)\n"
        "from pegconf.jobs import dask_import\n"
        "print(dask_import.import_dask_jobqueue().__name__, signal.getsignal(signal.SIGINT) is before)"
    )
    assert (done.out, done.err, list(person.home.iterdir())) == ("dask_jobqueue True\n", "", [])
