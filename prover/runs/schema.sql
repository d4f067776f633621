-- The store of a run, `store.sqlite`: the truth about it. Every other file of the folder is written from here.
-- WAL, synchronous=FULL, one writing process (the folder's lock). What belongs together is one transaction: an attempt
-- with its search, states and proof is there whole or not at all. Documents are JSON of frozen models
-- (prover/types.py, prover/runs/records.py, prover/train/records.py).

-- Facts of the run: `format`, `kind` (bench or iterate), `config`, and what else is settled once.
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL);
-- From the start of the run, or a resumption, to its end or interruption. A killed segment has no end.
CREATE TABLE segments (id INTEGER PRIMARY KEY, document TEXT NOT NULL);
-- `place` orders everything. `digest` is the hash of the elaborated type, `fault` what is wrong with the statement.
CREATE TABLE problems (
  place INTEGER PRIMARY KEY, name TEXT NOT NULL, dataset TEXT NOT NULL, role TEXT NOT NULL,
  digest INTEGER, fault TEXT, document TEXT NOT NULL, UNIQUE (dataset, name)
);
-- Problems that were left out instead of attempted, and why.
CREATE TABLE dropped (dataset TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (dataset, name));
-- A benchmark has one phase; a run of `prover iterate` has several a round.
CREATE TABLE phases (
  id INTEGER PRIMARY KEY, round INTEGER NOT NULL, phase TEXT NOT NULL, document TEXT NOT NULL, UNIQUE (round, phase)
);
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY, phase INTEGER NOT NULL REFERENCES phases (id), place INTEGER NOT NULL REFERENCES problems (place),
  seed INTEGER NOT NULL, status TEXT NOT NULL, document TEXT NOT NULL, UNIQUE (phase, place, seed)
);
-- Every time an attempt was begun. `cost` is the last that is known of it, a lower bound; `attempt` is the row that it
-- led to. Without one it is in progress, or it was lost (killed, interrupted, withdrawn) and is made again.
CREATE TABLE begun (
  id INTEGER PRIMARY KEY, segment INTEGER NOT NULL REFERENCES segments (id), phase INTEGER NOT NULL REFERENCES phases (id),
  place INTEGER NOT NULL, seed INTEGER NOT NULL, cost TEXT NOT NULL,
  attempt INTEGER REFERENCES attempts (id) ON DELETE SET NULL
);
CREATE INDEX begun_tasks ON begun (phase, place, seed);
CREATE INDEX begun_attempts ON begun (attempt);
-- The search behind an attempt: JSON (`search.export`), compressed with gzip.
CREATE TABLE searches (attempt INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE, document BLOB NOT NULL);
CREATE TABLE proofs (attempt INTEGER PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE, document TEXT NOT NULL);
CREATE TABLE states (
  id INTEGER PRIMARY KEY, attempt INTEGER NOT NULL REFERENCES attempts (id) ON DELETE CASCADE, goals TEXT NOT NULL,
  depth INTEGER NOT NULL, status TEXT NOT NULL
);
CREATE INDEX states_of_attempt ON states (attempt);
CREATE TABLE tactics (
  state INTEGER NOT NULL REFERENCES states (id) ON DELETE CASCADE, place INTEGER NOT NULL, tactic TEXT NOT NULL,
  log_prob REAL NOT NULL, outcome TEXT NOT NULL, status TEXT NOT NULL, kind TEXT NOT NULL, lean_calls INTEGER NOT NULL,
  heartbeats INTEGER NOT NULL, on_proof INTEGER NOT NULL, audited INTEGER NOT NULL, PRIMARY KEY (state, place)
) WITHOUT ROWID;
CREATE TABLE models (name TEXT PRIMARY KEY, round INTEGER NOT NULL, document TEXT NOT NULL);
