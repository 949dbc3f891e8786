PRAGMA application_id = 1983016305;
PRAGMA user_version = 2;
CREATE TABLE counter (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL
) STRICT;
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
CREATE TABLE class (
  series INTEGER NOT NULL REFERENCES series (id),
  number INTEGER NOT NULL,
  text   TEXT NOT NULL,
  PRIMARY KEY (series, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE held (
  attribution INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE zone_offset (
  zone    TEXT NOT NULL,
  since   INTEGER NOT NULL,
  seconds INTEGER NOT NULL,
  suffix  TEXT NOT NULL,               -- as in RFC 3339: '+01:00'
  PRIMARY KEY (zone, since)
) STRICT, WITHOUT ROWID;
CREATE TABLE mirror (
  account  INTEGER NOT NULL REFERENCES account (id),
  target   TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (account, target)
) STRICT, WITHOUT ROWID;
CREATE TABLE waveform (
  record     INTEGER PRIMARY KEY REFERENCES record (id),
  attempts   INTEGER NOT NULL DEFAULT 0, -- that failed
  tried_at   INTEGER,                    -- when the last of them did
  frequency  INTEGER,                    -- samples per second; NULL while there is no curve
  position   INTEGER,                    -- where the device was worn, by the cloud's number
  heart_rate INTEGER,                    -- beats per minute
  unreadable INTEGER NOT NULL DEFAULT 0, -- samples that are 0 because they could not be read
  data       BLOB                        -- the samples in µV: differences as signed varints, deflated
) STRICT;
CREATE VIEW shown AS
SELECT
  series.account, series.key, series.unit, series.form, series.kind,
  value.at, record.modified, record.cloud_id, record.id AS record,
  record.zone, record.date, record.received, record.attribution, record.source, record.device,
  value.mantissa, value.exponent + series.shift AS exponent,
  -- Mantissa and power of ten are exact, so that this rounds only once.
  CASE value.exponent + series.shift
    WHEN 0 THEN CAST(value.mantissa AS REAL)
    WHEN -1 THEN value.mantissa / 1e1
    WHEN -2 THEN value.mantissa / 1e2
    WHEN -3 THEN value.mantissa / 1e3
    WHEN -4 THEN value.mantissa / 1e4
    WHEN -5 THEN value.mantissa / 1e5
    WHEN -6 THEN value.mantissa / 1e6
    WHEN 1 THEN value.mantissa * 1e1
    WHEN 2 THEN value.mantissa * 1e2
    WHEN 3 THEN value.mantissa * 1e3
    WHEN 4 THEN value.mantissa * 1e4
    WHEN 5 THEN value.mantissa * 1e5
    WHEN 6 THEN value.mantissa * 1e6
    ELSE CAST(value.mantissa || 'e' || (value.exponent + series.shift) AS REAL)
  END AS number,
  CASE
    WHEN series.form = 'class' AND value.mantissa IS NOT NULL THEN coalesce(
      (
        SELECT class.text FROM class
        WHERE class.series = series.id
          AND class.number = CAST(value.mantissa || 'e' || (value.exponent + series.shift) AS REAL)
      ),
      series.else_text,
      coalesce(series.prefix, '') || CAST(CAST(value.mantissa || 'e' || (value.exponent + series.shift) AS REAL) AS INTEGER)
    )
    WHEN series.form = 'time' AND value.mantissa IS NOT NULL THEN strftime(
      '%Y-%m-%dT%H:%M:%SZ',
      CAST(CAST(value.mantissa || 'e' || (value.exponent + series.shift) AS REAL) AS INTEGER),
      'unixepoch'
    )
    ELSE value.text
  END AS text
-- CROSS JOIN makes SQLite begin with the series, whatever it knows of the sizes.
FROM series
CROSS JOIN value ON value.series = series.id
CROSS JOIN record ON record.id = value.record
WHERE series.key IS NOT NULL
  AND record.deleted_at IS NULL
  AND NOT record.pending
  AND (record.attribution IS NULL OR record.attribution NOT IN (SELECT held.attribution FROM held))
  AND CASE series.kind
    WHEN 'nights' THEN record.part IS 'night'
    WHEN 'series' THEN EXISTS (
      SELECT 1 FROM record AS night
      WHERE night.account = record.account AND night.kind = 'nights' AND night.cloud_id = record.cloud_id
        AND night.part = 'night' AND night.deleted_at IS NULL
    )
    ELSE TRUE
  END
  AND CASE series.form
    WHEN 'number' THEN value.mantissa > 0
      OR value.mantissa = 0 AND NOT series.zero_is_none
      OR value.mantissa < 0 AND NOT series.negative_is_none
    WHEN 'class' THEN value.mantissa IS NOT NULL OR value.text <> ''
    WHEN 'time' THEN value.mantissa > 0
    ELSE value.mantissa IS NULL AND value.text <> ''
  END
  AND (series.needs IS NULL OR series.needs = '' OR EXISTS (
    SELECT 1 FROM series AS needed JOIN value AS other ON other.series = needed.id
    WHERE needed.account = series.account AND needed.kind = series.kind AND needed.field = series.needs
      AND other.at = value.at AND other.record = value.record AND other.mantissa > 0
  ))
  -- Nothing is better than the first series of a key, which is nearly always the
  -- only one. Fields with one key need the same field, so that this does not ask
  -- again.
  AND (
    series.id = (
      SELECT first.id FROM series AS first
      WHERE first.account = series.account AND first.key = series.key AND first.kind = series.kind
      ORDER BY first.rank, first.id LIMIT 1
    )
    OR NOT EXISTS (
      SELECT 1 FROM series AS better JOIN value AS other ON other.series = better.id
      WHERE better.account = series.account AND better.kind = series.kind AND better.key = series.key
        AND (better.rank, better.id) < (series.rank, series.id)
        AND other.at = value.at AND other.record = value.record
        AND CASE better.form
          WHEN 'number' THEN other.mantissa > 0
            OR other.mantissa = 0 AND NOT better.zero_is_none
            OR other.mantissa < 0 AND NOT better.negative_is_none
          WHEN 'class' THEN other.mantissa IS NOT NULL OR other.text <> ''
          WHEN 'time' THEN other.mantissa > 0
          ELSE other.mantissa IS NULL AND other.text <> ''
        END
    )
  );
CREATE VIEW reading AS
SELECT
  account.profile AS profile,
  shown.key AS key,
  strftime(
    '%Y-%m-%dT%H:%M:%S',
    shown.at + coalesce((
      SELECT seconds FROM zone_offset
      WHERE zone = coalesce(nullif(shown.zone, ''), account.zone) AND since <= shown.at
      ORDER BY since DESC LIMIT 1
    ), 0),
    'unixepoch'
  ) || coalesce((
    SELECT suffix FROM zone_offset
    WHERE zone = coalesce(nullif(shown.zone, ''), account.zone) AND since <= shown.at
    ORDER BY since DESC LIMIT 1
  ), '+00:00') AS time,
  CASE WHEN shown.form = 'number' THEN shown.number ELSE shown.text END AS value,
  coalesce(shown.unit, '') AS unit,
  coalesce((SELECT coalesce(nullif(model, ''), cloud_id) FROM device WHERE device.id = shown.device), '') AS device,
  shown.attribution AS attribution,
  shown.source AS source
FROM account
CROSS JOIN shown ON shown.account = account.id;
INSERT INTO account VALUES (1, '1001', 'alice', '', 1);
INSERT INTO counter VALUES (1, 2);
INSERT INTO cursor VALUES (1, 'measure/getmeas', 1772366400, 0, 0, NULL);
INSERT INTO device VALUES (1, 'scale-1', 'Body+', 1772370000, 1772373600);
INSERT INTO held VALUES (1);
INSERT INTO raw VALUES (1, X'AA8679162DE8A03E3537323687F81429F81082C8C187A414393E9022A1383931275517940AD1533C4206D579486E37C5880D3C49195BB4981B1818C282CB1439B4F0448DB981811196E821A4C718A6C782783D26D8A312BF2653B82673E23599C15D47C079B1B580000000FFFF');
INSERT INTO raw VALUES (2, X'AA8679D60835E8A03E35373236373603F91429F81082C8C187A414393E9022A1383931275517940AD1533C4206D579486E37C5880D3C49195BB4981B1818C182CB1439B4F0448DB981813196E821A4C704A6C782783DA6D8A312BF2633B82673E23599C35D47C079B1B580000000FFFF');
INSERT INTO record VALUES (1, 1, 'measures', 1, 1772370000, NULL, NULL, 'Europe/Berlin', 1772370000, 1772370000, 1772370000, 0, 1, 'cloud', NULL, 0, NULL, 0, NULL, 0, NULL, 1);
INSERT INTO record VALUES (2, 1, 'measures', 2, 1772373600, NULL, NULL, 'Europe/Berlin', 1772373600, 1772373600, 1772373600, 0, 1, 'cloud', NULL, 0, NULL, 0, NULL, 0, NULL, 2);
INSERT INTO series VALUES (1, 1, 'measures', '1', -1, 'weight_kg', 'kg', 'number', 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO series VALUES (2, 1, 'measures', '5', -1, 'fat_free_mass_kg', 'kg', 'number', 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO series VALUES (3, 1, 'measures', '6', -1, 'fat_ratio_pct', '%', 'number', 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO series VALUES (4, 1, 'measures', '8', -1, 'fat_mass_kg', 'kg', 'number', 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO series VALUES (5, 1, 'measures', '76', -1, 'muscle_mass_kg', 'kg', 'number', 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO series VALUES (6, 1, 'measures', '77', -1, 'hydration', 'kg', 'number', 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO series VALUES (7, 1, 'measures', '88', -1, 'bone_mass_kg', 'kg', 'number', 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO value VALUES (1, 1772370000, 1, 7, 1, NULL);
INSERT INTO value VALUES (1, 1772373600, 2, 7, 1, NULL);
INSERT INTO value VALUES (2, 1772370000, 1, 7001, -2, NULL);
INSERT INTO value VALUES (2, 1772373600, 2, 7002, -2, NULL);
INSERT INTO value VALUES (3, 1772370000, 1, 7002, -2, NULL);
INSERT INTO value VALUES (3, 1772373600, 2, 7003, -2, NULL);
INSERT INTO value VALUES (4, 1772370000, 1, 7003, -2, NULL);
INSERT INTO value VALUES (4, 1772373600, 2, 7004, -2, NULL);
INSERT INTO value VALUES (5, 1772370000, 1, 7004, -2, NULL);
INSERT INTO value VALUES (5, 1772373600, 2, 7005, -2, NULL);
INSERT INTO value VALUES (6, 1772370000, 1, 7005, -2, NULL);
INSERT INTO value VALUES (6, 1772373600, 2, 7006, -2, NULL);
INSERT INTO value VALUES (7, 1772370000, 1, 7006, -2, NULL);
INSERT INTO value VALUES (7, 1772373600, 2, 7007, -2, NULL);
INSERT INTO zone_offset VALUES ('Europe/Berlin', 1711846800, 7200, '+02:00');
INSERT INTO zone_offset VALUES ('Europe/Berlin', 1729990800, 3600, '+01:00');
INSERT INTO zone_offset VALUES ('Europe/Berlin', 1743296400, 7200, '+02:00');
INSERT INTO zone_offset VALUES ('Europe/Berlin', 1761440400, 3600, '+01:00');
INSERT INTO zone_offset VALUES ('Europe/Berlin', 1774746000, 7200, '+02:00');
INSERT INTO zone_offset VALUES ('Europe/Berlin', 1792890000, 3600, '+01:00');
