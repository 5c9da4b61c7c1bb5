"""A private authority and a certificate by it."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pegconf.site import certificates
from pegconf.site.certificates import Made

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
UNTIL = datetime(2027, 11, 25, 12, tzinfo=UTC)
FILES = ("authority.pem", "dask.key", "dask.pem")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "pegconf" / "tls"
    assert certificates.ensure(folder, NOW) == Made(UNTIL, new=True)
    assert (mode(folder), {path.name: mode(path) for path in folder.iterdir()}) == (0o700, dict.fromkeys(FILES, 0o600))
    assert list(folder.parent.iterdir()) == [folder]


def test_they_belong_together(tmp_path: Path) -> None:
    certificates.ensure(tmp_path / "tls", NOW)
    context = ssl.create_default_context(cafile=tmp_path / "tls" / "authority.pem")
    context.load_cert_chain(tmp_path / "tls" / "dask.pem", tmp_path / "tls" / "dask.key")
    assert [one["subject"] for one in context.get_ca_certs()] == [((("commonName", "pegconf authority"),),)]


def test_good_ones_stay_as_they_are(tmp_path: Path) -> None:
    certificates.ensure(tmp_path / "tls", NOW)
    before = {name: (tmp_path / "tls" / name).read_bytes() for name in FILES}
    assert certificates.ensure(tmp_path / "tls", NOW + timedelta(days=334)) == Made(UNTIL, new=False)
    assert {name: (tmp_path / "tls" / name).read_bytes() for name in FILES} == before


def test_those_that_end_soon_are_made_anew_and_kept(tmp_path: Path) -> None:
    certificates.ensure(tmp_path / "tls", NOW)
    before = {name: (tmp_path / "tls" / name).read_bytes() for name in FILES}
    made = certificates.ensure(tmp_path / "tls", NOW + timedelta(days=336))
    assert (made.until, made.new) == (UNTIL + timedelta(days=336), True)
    assert made.backup is not None
    assert {name: (made.backup / name).read_bytes() for name in FILES} == before
    assert mode(made.backup) == 0o700
    assert (tmp_path / "tls" / "dask.key").read_bytes() != before["dask.key"]


def test_a_key_that_is_gone(tmp_path: Path) -> None:
    certificates.ensure(tmp_path / "tls", NOW)
    (tmp_path / "tls" / "dask.key").unlink()
    assert certificates.ensure(tmp_path / "tls", NOW).new


def test_until_when_a_certificate_is_good(tmp_path: Path) -> None:
    tmp_path = tmp_path / "tls"
    certificates.ensure(tmp_path, NOW)
    (tmp_path / "text.pem").write_text("no certificate\n", encoding="utf-8")
    names = ("authority.pem", "dask.pem", "dask.key", "text.pem", "nosuch.pem")
    assert [certificates.expires(tmp_path / name) for name in names] == [UNTIL, UNTIL, None, None, None]


def test_without_cryptography_an_authoritys_end_is_told_by_ssl(tmp_path: Path) -> None:
    certificates.ensure(tmp_path / "tls", NOW)
    assert certificates._authority_expires(tmp_path / "tls" / "authority.pem") == UNTIL
