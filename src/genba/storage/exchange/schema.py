"""The tables and indexes of each version of the exchange's database."""

FIRST = (
    """CREATE TABLE negotiations(
      pid TEXT PRIMARY KEY, role TEXT NOT NULL, provider_pid TEXT NOT NULL, consumer_pid TEXT NOT NULL,
      state TEXT, partner TEXT NOT NULL, address TEXT NOT NULL, dataset TEXT NOT NULL, offer TEXT NOT NULL,
      agreement TEXT NOT NULL, agreement_id TEXT NOT NULL, waiting TEXT NOT NULL, reason TEXT NOT NULL,
      opened_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, version INTEGER NOT NULL)""",
    "CREATE INDEX negotiations_by_provider ON negotiations(provider_pid)",
    "CREATE INDEX negotiations_by_consumer ON negotiations(consumer_pid)",
    "CREATE INDEX negotiations_by_time ON negotiations(opened_at, pid)",
    "CREATE INDEX negotiations_waiting ON negotiations(opened_at, pid) WHERE waiting <> ''",
    """CREATE TABLE transfers(
      pid TEXT PRIMARY KEY, role TEXT NOT NULL, provider_pid TEXT NOT NULL, consumer_pid TEXT NOT NULL,
      state TEXT, partner TEXT NOT NULL, address TEXT NOT NULL, agreement_id TEXT NOT NULL, format TEXT NOT NULL,
      data_address TEXT NOT NULL, reason TEXT NOT NULL,
      opened_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, version INTEGER NOT NULL)""",
    "CREATE INDEX transfers_by_provider ON transfers(provider_pid)",
    "CREATE INDEX transfers_by_consumer ON transfers(consumer_pid)",
    "CREATE INDEX transfers_by_time ON transfers(opened_at, pid)",
    "CREATE INDEX transfers_by_agreement ON transfers(agreement_id)",
    """CREATE TABLE agreements(
      id TEXT PRIMARY KEY, role TEXT NOT NULL, dataset TEXT NOT NULL, assigner TEXT NOT NULL, assignee TEXT NOT NULL,
      policy TEXT NOT NULL, agreed_at INTEGER NOT NULL, final INTEGER NOT NULL,
      withdrawn_at INTEGER, withdrawn_because TEXT NOT NULL)""",
    "CREATE INDEX agreements_by_time ON agreements(agreed_at, id)",
    "CREATE INDEX agreements_by_dataset ON agreements(dataset)",
    # Messages of one process go out in the order of `number`.
    """CREATE TABLE outbox(
      process TEXT NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
      message TEXT NOT NULL, partner TEXT NOT NULL, url TEXT NOT NULL, body BLOB NOT NULL,
      attempts INTEGER NOT NULL, due_at INTEGER NOT NULL, failure TEXT NOT NULL, PRIMARY KEY (process, number))""",
    "CREATE INDEX outbox_by_time ON outbox(due_at)",
    """CREATE TABLE inbox(
      partner TEXT NOT NULL, process TEXT NOT NULL, sha256 TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
      expires_at INTEGER NOT NULL, PRIMARY KEY (partner, process, sha256))""",
    "CREATE INDEX inbox_by_time ON inbox(expires_at)",
    """CREATE TABLE replay(
      issuer TEXT NOT NULL, jti TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (issuer, jti))
      WITHOUT ROWID""",
    "CREATE INDEX replay_by_time ON replay(expires_at)",
    """CREATE TABLE partners(
      id TEXT PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, groups TEXT NOT NULL,
      corporate_number TEXT NOT NULL, blocked INTEGER NOT NULL)""",
    """CREATE TABLE notices(
      id TEXT PRIMARY KEY, at INTEGER NOT NULL, code TEXT NOT NULL, details TEXT NOT NULL, subject TEXT NOT NULL,
      done_at INTEGER)""",
    "CREATE INDEX notices_by_time ON notices(at, id)",
    "CREATE INDEX notices_open ON notices(at, id) WHERE done_at IS NULL",
    "CREATE INDEX notices_by_subject ON notices(subject)",
    # Offers with the same access policy share one audience. `size` counts the datasets shown to it.
    """CREATE TABLE audiences(
      id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, parts INTEGER NOT NULL,
      first_at INTEGER, last_at INTEGER, size INTEGER NOT NULL)""",
    "CREATE INDEX audiences_for_all ON audiences(id) WHERE parts = 0",
    # `part` is the group of alternatives; -1 for those who may not see it.
    """CREATE TABLE audience_members(
      member TEXT NOT NULL, audience INTEGER NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (member, audience, part))
      WITHOUT ROWID""",
    """CREATE TABLE publications(
      id TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, series TEXT NOT NULL, audience INTEGER NOT NULL,
      shown INTEGER NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, dataset TEXT NOT NULL, facets TEXT NOT NULL,
      text TEXT NOT NULL, offer_id TEXT NOT NULL, offer TEXT NOT NULL, access TEXT NOT NULL, folder TEXT NOT NULL,
      manifest_sha256 TEXT NOT NULL, published_at INTEGER NOT NULL, withdrawn_at INTEGER, rule TEXT NOT NULL,
      personal_data TEXT NOT NULL, details_visible INTEGER NOT NULL, entry TEXT NOT NULL)""",
    "CREATE INDEX publications_by_series ON publications(series, position)",
    "CREATE INDEX publications_by_offer ON publications(offer_id)",
    # What the catalogue is searched by: words, facets, and the empty token of everything shown.
    """CREATE TABLE tokens(id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE)""",
    """CREATE TABLE postings(
      token INTEGER NOT NULL, audience INTEGER NOT NULL, position INTEGER NOT NULL,
      PRIMARY KEY (token, audience, position)) WITHOUT ROWID""",
    """CREATE TABLE facet_sizes(
      audience INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, size INTEGER NOT NULL,
      PRIMARY KEY (audience, kind, value)) WITHOUT ROWID""",
    # Offers of partners as they stood in their catalogues when we last looked.
    """CREATE TABLE seen_offers(
      offer_id TEXT NOT NULL, partner TEXT NOT NULL, address TEXT NOT NULL, dataset TEXT NOT NULL,
      title TEXT NOT NULL, policy TEXT NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (offer_id, partner))""",
    # Numbers that are given out one by one, whoever asks first waits for nobody else.
    "CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    "INSERT INTO counters(name, value) VALUES ('publication', 0), ('audience', 0), ('token', 0)",
    """CREATE TABLE log(
      seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, agreement TEXT NOT NULL,
      partner TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, sha256 TEXT NOT NULL, signature TEXT NOT NULL)
      """,
    "CREATE INDEX log_by_agreement ON log(agreement, seq) WHERE agreement <> ''",
    "CREATE INDEX log_by_partner ON log(partner, seq) WHERE partner <> ''",
    "CREATE INDEX log_by_kind ON log(kind, seq)",
    "CREATE TABLE log_head(part INTEGER PRIMARY KEY, seq INTEGER NOT NULL, sha256 TEXT NOT NULL)",
    f"INSERT INTO log_head(part, seq, sha256) VALUES (0, 0, '{'0' * 64}')",
    """CREATE TABLE usage(
      agreement TEXT PRIMARY KEY, uses INTEGER NOT NULL, volume_bytes INTEGER NOT NULL)""",
    """CREATE TABLE pulls(
      id TEXT PRIMARY KEY, agreement TEXT NOT NULL, transfer TEXT NOT NULL, partner TEXT NOT NULL,
      purpose TEXT NOT NULL, begun_at INTEGER NOT NULL, ends_by INTEGER NOT NULL, ended_at INTEGER,
      reserved_bytes INTEGER NOT NULL,
      volume_bytes INTEGER NOT NULL, outcome TEXT NOT NULL)""",
    "CREATE INDEX pulls_by_agreement ON pulls(agreement, begun_at)",
    "CREATE INDEX pulls_open ON pulls(ends_by) WHERE ended_at IS NULL",
)

# Our own wallet; `sealed` is the credential as issued.
CREDENTIALS = (
    """CREATE TABLE credentials(
      issuer TEXT NOT NULL, id TEXT NOT NULL, kinds TEXT NOT NULL, profile TEXT NOT NULL, sealed TEXT NOT NULL,
      received_at INTEGER NOT NULL, ends_at INTEGER, PRIMARY KEY (issuer, id))""",
    "CREATE INDEX credentials_by_time ON credentials(received_at)",
)
