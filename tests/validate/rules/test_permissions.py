"""What others can read or write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pegconf.config import sources
from pegconf.init import tls_and_pages
from pegconf.site import certificates
from pegconf.validate import engine

if TYPE_CHECKING:
    from pathlib import Path

SECTION = "jobqueue: {lsf: {cores: 2, memory: 4GB, log-directory: %s}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Dask's folder with a section and encryption as init writes them, and a log directory."""
    made = tmp_path / ".config" / "dask"
    made.mkdir(parents=True)
    (tmp_path / "logs").mkdir()
    (made / "jobqueue.yaml").write_text(SECTION % (tmp_path / "logs"), encoding="utf-8")
    (made / "pegconf-tls.yaml").write_text(tls_and_pages.tls_text(tls_and_pages.keys_folder(made)), encoding="utf-8")
    for each in (made, made / "jobqueue.yaml", made / "pegconf-tls.yaml", tmp_path / "logs"):
        each.chmod(each.stat().st_mode & ~0o022)
    return made


def encrypted(folder: Path, days: int = 365) -> Path:
    keys = tls_and_pages.keys_folder(folder)
    certificates.ensure(keys, datetime.now(UTC) - certificates.VALID + timedelta(days=days, hours=1))
    return keys


def found(folder: Path) -> list[tuple[str, str, str]]:
    home = folder.parent.parent
    report = engine.check(sources.load({"HOME": str(home), "DASK_ROOT_CONFIG": str(home / "none")}), interfaces=("lo",))
    told = [one for one in report.findings if "PEG350" <= one.code <= "PEG359"]
    return [(one.code, str(one.severity), one.message.replace(str(home), "~")) for one in told]


def test_as_init_writes_it(folder: Path) -> None:
    encrypted(folder)
    assert found(folder) == []


def test_a_certificate_that_ends_soon(folder: Path) -> None:
    encrypted(folder, days=29)
    day = f"{datetime.now(UTC) + timedelta(days=29, hours=1):%Y-%m-%d}"
    whose = ("ca-file", "scheduler.cert", "worker.cert", "client.cert")
    assert found(folder) == [("PEG350", "warning", f"the certificate {one} ends on {day}") for one in whose]


def test_a_certificate_that_has_ended(folder: Path) -> None:
    encrypted(folder, days=-1)
    assert {one[:2] for one in found(folder)} == {("PEG350", "error")}


def test_a_key_that_others_can_read(folder: Path) -> None:
    keys = encrypted(folder)
    (keys / "dask.key").chmod(0o640)
    # Nobody else gets into the folder of mode 0700.
    assert found(folder) == []
    for each in (keys, *keys.parents):
        if each == folder.parents[3]:
            break
        each.chmod(0o755)
    if any(not parent.stat().st_mode & 0o011 for parent in keys.parents):
        pytest.skip("the folder of the tests is closed to others")
    message = "others can read or write the private key ~/.config/pegconf/tls/dask.key: its rights are 0640"
    assert found(folder) == [("PEG351", "error", message)]


def test_a_configuration_that_everybody_can_write(folder: Path) -> None:
    encrypted(folder)
    (folder / "jobqueue.yaml").chmod(0o666)
    assert found(folder) == [("PEG352", "error", "everybody can write the configuration ~/.config/dask/jobqueue.yaml")]
    (folder / "jobqueue.yaml").chmod(0o644)
    folder.chmod(0o777)
    assert found(folder) == [("PEG352", "error", "everybody can write the folder ~/.config/dask")]
    folder.chmod(0o1777)
    assert found(folder) == []


def test_a_log_directory_that_everybody_can_write(folder: Path) -> None:
    encrypted(folder)
    logs = folder.parent.parent / "logs"
    logs.chmod(0o777)
    assert [one[:2] for one in found(folder)] == [("PEG353", "error")]
    logs.chmod(0o1777)
    assert found(folder) == []
