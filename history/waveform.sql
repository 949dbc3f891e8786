-- The curves of electrocardiograms, and how often the cloud would not deliver
-- one.
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
