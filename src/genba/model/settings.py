"""How one company's exchange is set up: what exchange.toml says, without any secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolSettings:
    """The listener outside: protocol messages and data."""

    listen: str = "127.0.0.1:8480"
    address: str = "http://127.0.0.1:8480"  # as partners reach it, without a slash at the end
    tls_certificate: str = ""  # files, PEM
    tls_key: str = ""
    behind_proxy: bool = False  # a reverse proxy in front ends TLS


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementSettings:
    """The listener for this machine; it always asks for a token."""

    listen: str = "127.0.0.1:8481"
    tls_certificate: str = ""
    tls_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySettings:
    """How participants prove who they are, and whom we believe."""

    profile: str = "did"  # did, dcp or oauth2
    # For dcp: credentials that a caller must present, and for each type the DIDs that may issue it.
    required: tuple[str, ...] = ()
    issuers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # For oauth2: the authorisation server, our client there, and the claim that carries the participant's id.
    oauth2_issuer: str = ""
    oauth2_token_url: str = ""
    oauth2_client_id: str = ""
    oauth2_participant_claim: str = "sub"
    clock_skew_s: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """Where outgoing requests may go; addresses of private networks only when named here."""

    private: tuple[str, ...] = ()  # CIDR ranges
    plain_http: bool = False  # addresses without TLS are allowed inside the private ranges
    timeout_s: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """What one participant may ask of us."""

    body_bytes: int = 1_000_000
    requests_per_minute: int = 600  # per participant and per address
    page_size: int = 100
    give_up_after_s: int = 3 * 86_400  # a message that never arrives


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSettings:
    """Where the key for secrets at rest lies: a file, or the system's keyring."""

    key_file: str = ""
    keyring: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that exchange.toml says."""

    participant: str  # our DID
    name: str = ""
    place: str = "JP"  # where we process data, ISO 3166-1 alpha-2
    database: str = ""  # a postgresql:// address; empty for SQLite in the home
    protocol: ProtocolSettings = field(default_factory=ProtocolSettings)
    management: ManagementSettings = field(default_factory=ManagementSettings)
    identity: IdentitySettings = field(default_factory=IdentitySettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    secrets: SecretSettings = field(default_factory=SecretSettings)
