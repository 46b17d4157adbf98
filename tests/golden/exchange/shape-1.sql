CREATE TABLE agreements(
      id TEXT PRIMARY KEY, role TEXT NOT NULL, dataset TEXT NOT NULL, assigner TEXT NOT NULL, assignee TEXT NOT NULL,
      policy TEXT NOT NULL, agreed_at INTEGER NOT NULL, final INTEGER NOT NULL,
      withdrawn_at INTEGER, withdrawn_because TEXT NOT NULL);
INSERT INTO "agreements" VALUES('urn:a1','provider','urn:d1','did:key:us','did:web:partner.example','{}',1795330800000000,1,NULL,'');
CREATE TABLE audience_members(
      member TEXT NOT NULL, audience INTEGER NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (member, audience, part))
      WITHOUT ROWID;
INSERT INTO "audience_members" VALUES('groupsuppliers',2,0);
CREATE TABLE audiences(
      id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, parts INTEGER NOT NULL,
      first_at INTEGER, last_at INTEGER, size INTEGER NOT NULL);
INSERT INTO "audiences" VALUES(1,'aaa33b3c29a78a88629bb2ff3f5570068d1c56e29d77e0b9e14276f6468bd750',0,NULL,NULL,1);
INSERT INTO "audiences" VALUES(2,'fdc8e8d82065910a9678358307894923d7958b127ec2468821ea0e20df82e29e',1,NULL,NULL,1);
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT INTO "counters" VALUES('publication',2);
INSERT INTO "counters" VALUES('audience',2);
INSERT INTO "counters" VALUES('token',20);
CREATE TABLE facet_sizes(
      audience INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, size INTEGER NOT NULL,
      PRIMARY KEY (audience, kind, value)) WITHOUT ROWID;
INSERT INTO "facet_sizes" VALUES(1,'kind','table',1);
INSERT INTO "facet_sizes" VALUES(2,'kind','table',1);
CREATE TABLE inbox(
      partner TEXT NOT NULL, process TEXT NOT NULL, sha256 TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
      expires_at INTEGER NOT NULL, PRIMARY KEY (partner, process, sha256));
CREATE TABLE log(
      seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, agreement TEXT NOT NULL,
      partner TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, sha256 TEXT NOT NULL, signature TEXT NOT NULL);
INSERT INTO "log" VALUES(1,1795330800000000,'published','urn:a1','','{"n":0}','0000000000000000000000000000000000000000000000000000000000000000','2084ed88e984e748be02372cabcede4b0a116a1452178b9c01bfa1bea1bc8797','genba-log+jws~did:key:us~32303834656438386539383465373438626530323337326361626365646534623061313136613134353231373862396330316266613162656131626338373937');
INSERT INTO "log" VALUES(2,1795330800000000,'published','urn:a1','','{"n":1}','2084ed88e984e748be02372cabcede4b0a116a1452178b9c01bfa1bea1bc8797','5e9a7d575b9b8f968873ec4764d53263f0b126cb40cd66015dabe577e8f7cdc3','genba-log+jws~did:key:us~35653961376435373562396238663936383837336563343736346435333236336630623132366362343063643636303135646162653537376538663763646333');
INSERT INTO "log" VALUES(3,1795330800000000,'published','urn:a1','','{"n":2}','5e9a7d575b9b8f968873ec4764d53263f0b126cb40cd66015dabe577e8f7cdc3','0c3edf52ddc6cf625d5bd75ff643bb6da70aa4c0dd6843daf6601bc464b45d03','genba-log+jws~did:key:us~30633365646635326464633663663632356435626437356666363433626236646137306161346330646436383433646166363630316263343634623435643033');
CREATE TABLE log_head(part INTEGER PRIMARY KEY, seq INTEGER NOT NULL, sha256 TEXT NOT NULL);
INSERT INTO "log_head" VALUES(0,3,'0c3edf52ddc6cf625d5bd75ff643bb6da70aa4c0dd6843daf6601bc464b45d03');
CREATE TABLE negotiations(
      pid TEXT PRIMARY KEY, role TEXT NOT NULL, provider_pid TEXT NOT NULL, consumer_pid TEXT NOT NULL,
      state TEXT, partner TEXT NOT NULL, address TEXT NOT NULL, dataset TEXT NOT NULL, offer TEXT NOT NULL,
      agreement TEXT NOT NULL, agreement_id TEXT NOT NULL, waiting TEXT NOT NULL, reason TEXT NOT NULL,
      opened_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, version INTEGER NOT NULL);
INSERT INTO "negotiations" VALUES('urn:p1','provider','urn:p1','urn:c1','FINALIZED','did:web:partner.example','https://partner.example/dsp','urn:d1','{"@id":"urn:o1"}','{}','urn:a1','','',1795330800000000,1795330800000000,0);
CREATE TABLE notices(
      id TEXT PRIMARY KEY, at INTEGER NOT NULL, code TEXT NOT NULL, details TEXT NOT NULL, subject TEXT NOT NULL,
      done_at INTEGER);
CREATE TABLE outbox(
      process TEXT NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
      message TEXT NOT NULL, partner TEXT NOT NULL, url TEXT NOT NULL, body BLOB NOT NULL,
      attempts INTEGER NOT NULL, due_at INTEGER NOT NULL, failure TEXT NOT NULL, PRIMARY KEY (process, number));
INSERT INTO "outbox" VALUES('urn:p1',1,'m1','negotiation','ContractNegotiationEventMessage','did:web:partner.example','https://partner.example/dsp',X'7B226576656E7454797065223A22E5AE8CE4BA86227D',0,1795330800000000,'');
CREATE TABLE partners(
      id TEXT PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, groups TEXT NOT NULL,
      corporate_number TEXT NOT NULL, blocked INTEGER NOT NULL);
CREATE TABLE postings(
      token INTEGER NOT NULL, audience INTEGER NOT NULL, position INTEGER NOT NULL,
      PRIMARY KEY (token, audience, position)) WITHOUT ROWID;
INSERT INTO "postings" VALUES(1,1,1);
INSERT INTO "postings" VALUES(2,1,1);
INSERT INTO "postings" VALUES(3,1,1);
INSERT INTO "postings" VALUES(4,1,1);
INSERT INTO "postings" VALUES(5,1,1);
INSERT INTO "postings" VALUES(6,1,1);
INSERT INTO "postings" VALUES(7,1,1);
INSERT INTO "postings" VALUES(8,1,1);
INSERT INTO "postings" VALUES(9,1,1);
INSERT INTO "postings" VALUES(10,1,1);
INSERT INTO "postings" VALUES(11,1,1);
INSERT INTO "postings" VALUES(12,1,1);
INSERT INTO "postings" VALUES(13,1,1);
INSERT INTO "postings" VALUES(14,1,1);
INSERT INTO "postings" VALUES(15,1,1);
INSERT INTO "postings" VALUES(16,1,1);
INSERT INTO "postings" VALUES(16,2,2);
INSERT INTO "postings" VALUES(17,1,1);
INSERT INTO "postings" VALUES(17,2,2);
INSERT INTO "postings" VALUES(18,2,2);
INSERT INTO "postings" VALUES(19,2,2);
INSERT INTO "postings" VALUES(20,2,2);
CREATE TABLE publications(
      id TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, series TEXT NOT NULL, audience INTEGER NOT NULL,
      shown INTEGER NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, dataset TEXT NOT NULL, facets TEXT NOT NULL,
      text TEXT NOT NULL, offer_id TEXT NOT NULL, offer TEXT NOT NULL, access TEXT NOT NULL, folder TEXT NOT NULL,
      manifest_sha256 TEXT NOT NULL, published_at INTEGER NOT NULL, withdrawn_at INTEGER, rule TEXT NOT NULL,
      personal_data TEXT NOT NULL, details_visible INTEGER NOT NULL, entry TEXT NOT NULL);
INSERT INTO "publications" VALUES('urn:d1',1,'urn:d1',1,1,'1','油圧ポンプの記録','{}','{"kind":["table"]}','','urn:o1','{}','{}','deliveries/x','abababababababababababababababababababababababababababababababab',1795330800000000,NULL,'person','a.b.c',0,'{"@id":"urn:d1"}');
INSERT INTO "publications" VALUES('urn:d2',2,'urn:d2',2,1,'1','図面','{}','{"kind":["table"]}','','urn:o2','{}','{}','deliveries/x','abababababababababababababababababababababababababababababababab',1795330800000000,NULL,'person','a.b.c',0,'{"@id":"urn:d2"}');
CREATE TABLE pulls(
      id TEXT PRIMARY KEY, agreement TEXT NOT NULL, transfer TEXT NOT NULL, partner TEXT NOT NULL,
      purpose TEXT NOT NULL, begun_at INTEGER NOT NULL, ends_by INTEGER NOT NULL, ended_at INTEGER,
      reserved_bytes INTEGER NOT NULL,
      volume_bytes INTEGER NOT NULL, outcome TEXT NOT NULL);
CREATE TABLE replay(
      issuer TEXT NOT NULL, jti TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (issuer, jti))
      WITHOUT ROWID;
CREATE TABLE seen_offers(
      offer_id TEXT NOT NULL, partner TEXT NOT NULL, address TEXT NOT NULL, dataset TEXT NOT NULL,
      title TEXT NOT NULL, policy TEXT NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (offer_id, partner));
CREATE TABLE shape(version INTEGER NOT NULL);
INSERT INTO "shape" VALUES(1);
CREATE TABLE tokens(id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE);
INSERT INTO "tokens" VALUES(1,'録');
INSERT INTO "tokens" VALUES(2,'記録');
INSERT INTO "tokens" VALUES(3,'記');
INSERT INTO "tokens" VALUES(4,'油圧');
INSERT INTO "tokens" VALUES(5,'油');
INSERT INTO "tokens" VALUES(6,'圧ポ');
INSERT INTO "tokens" VALUES(7,'圧');
INSERT INTO "tokens" VALUES(8,'ンプ');
INSERT INTO "tokens" VALUES(9,'ン');
INSERT INTO "tokens" VALUES(10,'ポン');
INSERT INTO "tokens" VALUES(11,'ポ');
INSERT INTO "tokens" VALUES(12,'プの');
INSERT INTO "tokens" VALUES(13,'プ');
INSERT INTO "tokens" VALUES(14,'の記');
INSERT INTO "tokens" VALUES(15,'の');
INSERT INTO "tokens" VALUES(16,'kindtable');
INSERT INTO "tokens" VALUES(17,'');
INSERT INTO "tokens" VALUES(18,'面');
INSERT INTO "tokens" VALUES(19,'図面');
INSERT INTO "tokens" VALUES(20,'図');
CREATE TABLE transfers(
      pid TEXT PRIMARY KEY, role TEXT NOT NULL, provider_pid TEXT NOT NULL, consumer_pid TEXT NOT NULL,
      state TEXT, partner TEXT NOT NULL, address TEXT NOT NULL, agreement_id TEXT NOT NULL, format TEXT NOT NULL,
      data_address TEXT NOT NULL, reason TEXT NOT NULL,
      opened_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, version INTEGER NOT NULL);
CREATE TABLE usage(
      agreement TEXT PRIMARY KEY, uses INTEGER NOT NULL, volume_bytes INTEGER NOT NULL);
CREATE INDEX negotiations_by_provider ON negotiations(provider_pid);
CREATE INDEX negotiations_by_consumer ON negotiations(consumer_pid);
CREATE INDEX negotiations_by_time ON negotiations(opened_at, pid);
CREATE INDEX negotiations_waiting ON negotiations(opened_at, pid) WHERE waiting <> '';
CREATE INDEX transfers_by_provider ON transfers(provider_pid);
CREATE INDEX transfers_by_consumer ON transfers(consumer_pid);
CREATE INDEX transfers_by_time ON transfers(opened_at, pid);
CREATE INDEX transfers_by_agreement ON transfers(agreement_id);
CREATE INDEX agreements_by_time ON agreements(agreed_at, id);
CREATE INDEX agreements_by_dataset ON agreements(dataset);
CREATE INDEX outbox_by_time ON outbox(due_at);
CREATE INDEX inbox_by_time ON inbox(expires_at);
CREATE INDEX replay_by_time ON replay(expires_at);
CREATE INDEX notices_by_time ON notices(at, id);
CREATE INDEX notices_open ON notices(at, id) WHERE done_at IS NULL;
CREATE INDEX notices_by_subject ON notices(subject);
CREATE INDEX audiences_for_all ON audiences(id) WHERE parts = 0;
CREATE INDEX publications_by_series ON publications(series, position);
CREATE INDEX publications_by_offer ON publications(offer_id);
CREATE INDEX log_by_agreement ON log(agreement, seq) WHERE agreement <> '';
CREATE INDEX log_by_partner ON log(partner, seq) WHERE partner <> '';
CREATE INDEX log_by_kind ON log(kind, seq);
CREATE INDEX pulls_by_agreement ON pulls(agreement, begun_at);
CREATE INDEX pulls_open ON pulls(ends_by) WHERE ended_at IS NULL;
