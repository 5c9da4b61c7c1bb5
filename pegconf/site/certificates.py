"""A private authority and one certificate, so that only this user's Dask processes talk to one another."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pegconf.core.errors import CannotGoOnError

if TYPE_CHECKING:
    from collections.abc import Mapping

VALID: Final = timedelta(days=365)
RENEW: Final = timedelta(days=30)
"""What is left of a certificate's time when it is made anew, and when validate warns of it."""

_CLOCKS: Final = timedelta(days=1)
"""A compute node's clock may be behind this host's."""

AUTHORITY: Final = "authority.pem"
CERTIFICATE: Final = "dask.pem"
KEY: Final = "dask.key"
_NAME: Final = "pegconf"
HOW_TO_INSTALL: Final = "python -m pip install cryptography (or pegconf[tls])"
"""The command, for messages."""


@dataclass(frozen=True, slots=True)
class Made:
    """Certificates on the disk: until when they are good, whether they are new, and where the old ones are now."""

    until: datetime
    new: bool
    backup: Path | None = None


def can_make() -> bool:
    """Whether the package that makes certificates is installed."""
    return importlib.util.find_spec("cryptography") is not None


def check_can_make() -> None:
    """Raise CannotGoOnError where the package that makes certificates is not installed."""
    if not can_make():
        raise CannotGoOnError(
            "--tls makes certificates with the package cryptography, which is not installed",
            f"install it: {HOW_TO_INSTALL}, or leave out --tls",
        )


def ensure(folder: Path, now: datetime | None = None) -> Made:
    """Certificates in a folder: those that are there and good for another 30 days, else new ones.

    Old ones are moved aside as a whole, so that no key of one stands beside the certificate of another.
    Raises CannotGoOnError where the disk refuses.
    """
    now = now or datetime.now(UTC)
    try:
        until = expires(folder / CERTIFICATE)
        if until is not None and until - now > RENEW and _complete(folder):
            return Made(until, new=False)
        files, until = _issue(now)
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Made(until, new=True, backup=_put(folder, files, now))
    except OSError as error:
        raise CannotGoOnError(
            f"{folder} cannot be written: {error.strerror}", "nothing was changed; mend its owner and mode"
        ) from None


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (AUTHORITY, CERTIFICATE, KEY))


def _put(folder: Path, files: Mapping[str, bytes], now: datetime) -> Path | None:
    """Put the files in place with one rename, keys readable for their owner only; returns where the old folder went."""
    # Made with the rights 0700 by mkdtemp.
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, data in files.items():
            with os.fdopen(os.open(made / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        backup = None
        if folder.exists():
            backup = _free(folder.with_name(f"{folder.name}.backup-{now.astimezone():%Y%m%d-%H%M%S}"))
            folder.rename(backup)
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return backup


def _free(path: Path) -> Path:
    numbered = (path.with_name(f"{path.name}-{number}") for number in range(1, 1000))
    return next(each for each in (path, *numbered) if not each.exists())


def expires(file: Path) -> datetime | None:
    """Until when a certificate is good, in UTC; None where there is none, or it cannot be read.

    Without the package cryptography only an authority's can be told, from what ssl loads of it.
    """
    if not can_make():
        return _authority_expires(file)
    # It takes 0.05 s to import, which only the few who encrypt need to wait for.
    from cryptography import x509  # noqa: PLC0415

    with contextlib.suppress(OSError, ValueError):
        return min(
            certificate.not_valid_after_utc for certificate in x509.load_pem_x509_certificates(file.read_bytes())
        )
    return None


def _authority_expires(file: Path) -> datetime | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with contextlib.suppress(OSError, ValueError):
        context.load_verify_locations(file)
        ends = [ssl.cert_time_to_seconds(str(one["notAfter"])) for one in context.get_ca_certs()]
        return datetime.fromtimestamp(min(ends), UTC) if ends else None
    return None


def _issue(now: datetime) -> tuple[dict[str, bytes], datetime]:
    """A new authority and a certificate by it, ECDSA over P-256; the authority's key is kept nowhere.

    Without it nobody can issue a further one. Names do not matter: distributed compares none (security.py,
    `check_hostname = False`), every certificate of the authority is let in.
    """
    from cryptography import x509  # noqa: PLC0415 - see expires
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID  # noqa: PLC0415

    until = (now + VALID).replace(microsecond=0)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{_NAME} authority")])
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{_NAME} dask")])
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())

    def begun(subject: x509.Name, public: Any) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _CLOCKS)
            .not_valid_after(until)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(by, critical=False)
        )

    root = (
        begun(authority, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(x509, signs_certificates=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        begun(own, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(x509, signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {AUTHORITY: root.public_bytes(pem), CERTIFICATE: certificate.public_bytes(pem), KEY: secret}, until


def _usage(x509: Any, *, signs_certificates: bool) -> Any:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
