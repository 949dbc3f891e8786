-- Times are unix seconds. Nothing is ever updated in place by other programs:
-- they read the view "reading".

-- One row: the last sequence number that was given.
CREATE TABLE counter (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL
) STRICT;
INSERT INTO counter VALUES (1, 0);

-- One row per account of the cloud. A renamed profile stays the same account.
CREATE TABLE account (
  id       INTEGER PRIMARY KEY,
  user_id  TEXT NOT NULL UNIQUE,      -- the cloud's user id
  profile  TEXT NOT NULL DEFAULT '',  -- the slug of the profile that shows it now
  zone     TEXT NOT NULL DEFAULT '',  -- IANA name, as the cloud last reported it
  revision INTEGER NOT NULL DEFAULT 0 -- counts the changes
) STRICT;

CREATE TABLE device (
  id         INTEGER PRIMARY KEY,
  cloud_id   TEXT NOT NULL,
  model      TEXT NOT NULL DEFAULT '',
  first_seen INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL,
  UNIQUE (cloud_id, model)
) STRICT;

CREATE TABLE record (
  id          INTEGER PRIMARY KEY,
  account     INTEGER NOT NULL REFERENCES account (id),
  kind        TEXT NOT NULL,           -- measures, nights, days, …
  cloud_id    INTEGER NOT NULL,        -- the cloud's id; a negative one is made up
  at          INTEGER NOT NULL,        -- when it was measured, unix seconds; the end of what lasts
  start       INTEGER,                 -- the beginning of what lasts
  date        TEXT,                    -- the local day it counts for
  zone        TEXT,
  created     INTEGER NOT NULL DEFAULT 0,
  modified    INTEGER NOT NULL DEFAULT 0,
  received    INTEGER NOT NULL DEFAULT 0,
  attribution INTEGER,
  device      INTEGER REFERENCES device (id),
  source      TEXT NOT NULL DEFAULT 'cloud',
  class       INTEGER,                 -- of a sleep session: 16 watch, 32 mat
  tracker     INTEGER,                 -- of a day: 1 when a tracker counted it
  brand       INTEGER,
  pending     INTEGER NOT NULL DEFAULT 0,
  part        TEXT,                    -- of a sleep session: 'night' or 'nap'; NULL for a second record of a sleep
  told        INTEGER NOT NULL DEFAULT 1, -- 0 while its event is still to be published
  deleted_at  INTEGER,                 -- tombstone
  sequence    INTEGER NOT NULL,        -- grows with every change of any record
  UNIQUE (account, kind, cloud_id)
) STRICT;
CREATE INDEX record_time ON record (account, kind, at);
CREATE UNIQUE INDEX record_sequence ON record (sequence);
CREATE INDEX record_untold ON record (account) WHERE told = 0;

-- One row per field that an account has ever delivered, with what the catalogue
-- makes of it; the program writes the right-hand columns anew at every start.
CREATE TABLE series (
  id       INTEGER PRIMARY KEY,
  account  INTEGER NOT NULL REFERENCES account (id),
  kind     TEXT NOT NULL,
  field    TEXT NOT NULL,
  position INTEGER NOT NULL,           -- -1 for none
  key      TEXT,                       -- NULL: the catalogue does not name it
  unit     TEXT,
  form     TEXT,                       -- number, class, time, text
  shift    INTEGER NOT NULL DEFAULT 0, -- value = mantissa × 10^(exponent+shift)
  rank     INTEGER NOT NULL DEFAULT 0, -- of the fields of a record with one key the lowest counts
  zero_is_none INTEGER NOT NULL DEFAULT 0,
  negative_is_none INTEGER NOT NULL DEFAULT 0,
  needs    TEXT,                       -- a field of the record that must be there and not 0
  prefix   TEXT,                       -- before a number without a text
  else_text TEXT,                      -- for a number without a text, instead of the prefix
  UNIQUE (account, kind, field, position)
) STRICT;

CREATE INDEX series_key ON series (account, key, kind, rank);

-- The values, as the cloud delivered them: in the order of a series in time.
CREATE TABLE value (
  series   INTEGER NOT NULL REFERENCES series (id),
  at       INTEGER NOT NULL,           -- of the record; of the totals of a day its start
  record   INTEGER NOT NULL REFERENCES record (id),
  mantissa INTEGER,                    -- NULL for a text, or for a number that does not fit
  exponent INTEGER,
  text     TEXT,
  PRIMARY KEY (series, at, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX value_record ON value (record);

-- The row of the response that a record was made of, compressed.
CREATE TABLE raw (
  record INTEGER PRIMARY KEY REFERENCES record (id),
  data   BLOB NOT NULL
) STRICT;

CREATE TABLE cursor (
  account    INTEGER NOT NULL REFERENCES account (id),
  endpoint   TEXT NOT NULL,
  since      INTEGER,
  backfilled INTEGER NOT NULL DEFAULT 0,
  page       INTEGER NOT NULL DEFAULT 0, -- the offset to continue at
  reread_at  INTEGER,
  PRIMARY KEY (account, endpoint)
) STRICT, WITHOUT ROWID;

-- The texts of the series whose form is class.
CREATE TABLE class (
  series INTEGER NOT NULL REFERENCES series (id),
  number INTEGER NOT NULL,
  text   TEXT NOT NULL,
  PRIMARY KEY (series, number)
) STRICT, WITHOUT ROWID;

-- The attributions that the policy holds back.
CREATE TABLE held (
  attribution INTEGER PRIMARY KEY
) STRICT;

-- Offsets from UTC of the zones of accounts and records.
CREATE TABLE zone_offset (
  zone    TEXT NOT NULL,
  since   INTEGER NOT NULL,
  seconds INTEGER NOT NULL,
  suffix  TEXT NOT NULL,               -- as in RFC 3339: '+01:00'
  PRIMARY KEY (zone, since)
) STRICT, WITHOUT ROWID;

-- Up to which change a target of the mirror has everything.
CREATE TABLE mirror (
  account  INTEGER NOT NULL REFERENCES account (id),
  target   TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (account, target)
) STRICT, WITHOUT ROWID;
