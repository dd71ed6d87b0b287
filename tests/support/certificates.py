"""Self-made certificates of an authority and of a server, by the program openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificate(NamedTuple):
    """Where a certificate and its key are."""

    certificate: Path
    key: Path


def _openssl(*words: str) -> None:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def authority(folder: Path, name: str) -> Certificate:
    """Make the certificate of an authority."""
    made = Certificate(folder / f"{name}.crt", folder / f"{name}.key")
    ask = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    _openssl(*ask, "-keyout", str(made.key), "-out", str(made.certificate))
    return made


def of_host(folder: Path, host: str, signed_by: Certificate) -> Certificate:
    """Make the certificate of a host, which an authority has signed."""
    made = Certificate(folder / "server.crt", folder / "server.key")
    request, names = folder / "server.csr", folder / "server.names"
    names.write_text(f"subjectAltName=DNS:{host}", encoding="ascii")
    ask = ["req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}"]
    _openssl(*ask, "-keyout", str(made.key), "-out", str(request))
    by = ["-CA", str(signed_by.certificate), "-CAkey", str(signed_by.key), "-CAcreateserial"]
    sign = ["x509", "-req", "-in", str(request), "-days", "2", "-extfile", str(names)]
    _openssl(*sign, *by, "-out", str(made.certificate))
    made.key.chmod(0o600)
    return made
