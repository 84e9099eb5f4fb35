"""Keys made for this run of the tests: an RSA and an EC pair."""

import json
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> tuple[str, str]:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@cache
def rsa_pair() -> tuple[str, str]:
    """Private and public, PEM."""
    return _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


@cache
def ec_pair() -> tuple[str, str]:
    """Private and public, PEM."""
    return _pem(ec.generate_private_key(ec.SECP256R1()))


def service_account(token_uri: str = "https://oauth2.googleapis.com/token") -> str:
    """A key file as Google gives it."""
    said = {
        "type": "service_account", "client_email": "listener@example.iam.gserviceaccount.com",
        "private_key": rsa_pair()[0], "token_uri": token_uri,
    }  # fmt: skip
    return json.dumps(said)
