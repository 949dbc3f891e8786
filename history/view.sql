-- Views that the program creates anew at every start. reading is the interface
-- of docs/history.md: its columns stay.
DROP VIEW IF EXISTS reading;
DROP VIEW IF EXISTS shown;

-- The values that count: one for each record and key; none of removed records,
-- of what the attribution policy holds back, of naps, or that mean "none".
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
