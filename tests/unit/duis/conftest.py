"""What the tests of the `duis` room share: example requests, a key, both schema sets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.duis.signature import Signer

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]


def official_directory() -> Path:
    """The published schemas: `DCC_SIM_OFFICIAL_SCHEMAS`, else beside the repository; else skip."""
    given = os.environ.get("DCC_SIM_OFFICIAL_SCHEMAS")
    directory = Path(given) if given else ROOT.parent / "shared" / "schemas-official" / "5.4"
    if not (directory / "duis.xsd").is_file():
        pytest.skip(f"no official schemas in {directory} (set DCC_SIM_OFFICIAL_SCHEMAS)")
    return directory


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    return default_schemas()


@pytest.fixture(scope="session")
def official() -> Schemas:
    return Schemas(official_directory())


@pytest.fixture(scope="session")
def example() -> Callable[[str], bytes]:
    """An example request by the beginning of its file name."""

    def read(start: str) -> bytes:
        (path,) = (ROOT / "fixtures" / "requests").glob(f"{start}*.xml")
        return path.read_bytes()

    return read


@pytest.fixture(scope="session")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="session")
def signer(key: ec.EllipticCurvePrivateKey) -> Signer:
    return Signer(key, "CN=Test Issuer,OU=07", 2**120 + 7)


@pytest.fixture(scope="session")
def lookup(signer: Signer) -> Callable[[int, str], ec.EllipticCurvePublicKey | None]:
    def find(serial: int, issuer: str) -> ec.EllipticCurvePublicKey | None:
        return signer.key.public_key() if (serial, issuer) == (signer.serial, signer.issuer_name) else None

    return find
