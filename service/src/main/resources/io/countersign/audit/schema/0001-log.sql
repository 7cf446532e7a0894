-- One file is one log. Its state: identity, key, and how many entries it has ever taken.
CREATE TABLE log (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  origin  TEXT    NOT NULL,
  vkey    TEXT    NOT NULL,
  created INTEGER NOT NULL,
  size    INTEGER NOT NULL
) STRICT;

-- Bodies: canonical JSON. Retention and erasure delete rows; their leaf hashes stay in the tiles.
CREATE TABLE entry (
  seq  INTEGER PRIMARY KEY,
  id   BLOB    NOT NULL UNIQUE,
  time INTEGER NOT NULL,
  kind TEXT    NOT NULL,
  body BLOB    NOT NULL
) STRICT;

-- The Merkle tree: up to 256 neighbouring hashes a row (C2SP tlog-tiles).
CREATE TABLE tile (
  level  INTEGER NOT NULL,
  n      INTEGER NOT NULL,
  hashes BLOB    NOT NULL,
  PRIMARY KEY (level, n)
) STRICT;

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  note TEXT    NOT NULL
) STRICT;

-- Which bodies may be missing, and the entry (an act) that says so.
CREATE TABLE removal (
  act   INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last  INTEGER NOT NULL,
  done  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (act, first)
) STRICT;

-- Legal holds: what they cover is neither removed nor erased.
CREATE TABLE hold (
  name      TEXT    PRIMARY KEY,
  principal TEXT    NOT NULL,
  since     INTEGER NOT NULL,
  until     INTEGER NOT NULL,
  act       INTEGER NOT NULL
) STRICT;
