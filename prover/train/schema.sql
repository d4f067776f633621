-- One file a run. Documents are JSON of the frozen models of prover/train/records.py and prover/types.py.
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE problems (
  place INTEGER PRIMARY KEY, name TEXT NOT NULL, dataset TEXT NOT NULL, role TEXT NOT NULL,
  digest INTEGER, document TEXT NOT NULL, UNIQUE (dataset, name)
);
CREATE TABLE dropped (dataset TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (dataset, name));
CREATE TABLE phases (
  id INTEGER PRIMARY KEY, round INTEGER NOT NULL, phase TEXT NOT NULL, document TEXT NOT NULL, UNIQUE (round, phase)
);
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY, phase INTEGER NOT NULL REFERENCES phases (id), place INTEGER NOT NULL REFERENCES problems (place),
  seed INTEGER NOT NULL, status TEXT NOT NULL, document TEXT NOT NULL, UNIQUE (phase, place, seed)
);
CREATE TABLE states (
  id INTEGER PRIMARY KEY, attempt INTEGER NOT NULL REFERENCES attempts (id), goals TEXT NOT NULL, depth INTEGER NOT NULL,
  status TEXT NOT NULL
);
CREATE INDEX states_of_attempt ON states (attempt);
CREATE TABLE tactics (
  state INTEGER NOT NULL REFERENCES states (id), place INTEGER NOT NULL, tactic TEXT NOT NULL, log_prob REAL NOT NULL,
  outcome TEXT NOT NULL, status TEXT NOT NULL, kind TEXT NOT NULL, lean_calls INTEGER NOT NULL,
  heartbeats INTEGER NOT NULL, on_proof INTEGER NOT NULL, audited INTEGER NOT NULL, PRIMARY KEY (state, place)
) WITHOUT ROWID;
CREATE TABLE proofs (attempt INTEGER PRIMARY KEY REFERENCES attempts (id), document TEXT NOT NULL);
CREATE TABLE models (name TEXT PRIMARY KEY, round INTEGER NOT NULL, document TEXT NOT NULL);
