// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/history"
	"vitals2mqtt/homeassistant"
	"vitals2mqtt/sensors"
)

// StatisticsSeries returns the series of keys whose past Home Assistant can have
// as statistics. user is the cloud's id of the account.
func StatisticsSeries(p bridge.Profile, user string, keys []string) []homeassistant.Series {
	var series []homeassistant.Series
	for _, key := range keys {
		row, ok := p.Row(key)
		if !ok || !HasStatistics(row) {
			continue
		}
		series = append(series, homeassistant.Series{
			Key:        row.Key,
			Name:       p.Name + " " + row.Name,
			UniqueID:   discovery.UniqueID(discovery.ProfileID(user), row.Key),
			ExternalID: homeassistant.ExternalID(p.Slug, row.Key),
			Unit:       discovery.Unit(row.Unit),
			Total:      row.StateClass == "total",
		})
	}
	return series
}

// HasStatistics reports whether Home Assistant makes statistics of a sensor that
// the archive can have.
func HasStatistics(row sensors.Sensor) bool {
	return row.Scope == sensors.ScopeProfile && row.Platform == "sensor" && row.StateClass != ""
}

// rangeReader and zoneReader are parts of the archive.
type (
	rangeReader interface {
		Range(ctx context.Context, r history.Range) (history.Series, error)
	}
	zoneReader interface {
		Zone(ctx context.Context, user string) (string, error)
	}
)

// AccountZone returns the time zone of an account, the machine's when it is
// unknown.
func AccountZone(ctx context.Context, archive zoneReader, user string) *time.Location {
	name, err := archive.Zone(ctx, user)
	if err != nil || name == "" {
		return time.Local
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.Local
	}
	return zone
}

// StatisticsJournal remembers what was written into statistics.
func StatisticsJournal(c *config.Config) homeassistant.Journal {
	return homeassistant.NewJournal(filepath.Join(c.StateDir, "statistics.json"))
}

// StatisticsSource is the past of an account in the archive.
type StatisticsSource struct {
	Archive rangeReader
	User    string
	// Zone is the person's time zone, in which days begin and end.
	Zone *time.Location
}

// Hours implements homeassistant.Source.
func (s StatisticsSource) Hours(ctx context.Context, key string) ([]homeassistant.Point, error) {
	return s.points(ctx, key, history.BucketHour, time.UTC)
}

// Days implements homeassistant.Source.
func (s StatisticsSource) Days(ctx context.Context, key string) ([]homeassistant.Point, error) {
	return s.points(ctx, key, history.BucketDay, s.Zone)
}

func (s StatisticsSource) points(
	ctx context.Context, key string, bucket history.Bucket, zone *time.Location,
) ([]homeassistant.Point, error) {
	answer, err := s.Archive.Range(ctx, history.Range{
		User:      s.User,
		Key:       key,
		Bucket:    bucket,
		Zone:      zone,
		MaxPoints: math.MaxInt32,
	})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", key, err)
	}
	points := make([]homeassistant.Point, 0, len(answer.Points))
	for _, p := range answer.Points {
		end := p.Time.Add(time.Hour)
		if bucket == history.BucketDay {
			end = p.Time.In(zone).AddDate(0, 0, 1)
		}
		points = append(points, homeassistant.Point{
			Start: p.Time,
			End:   end,
			Min:   p.Min.Float(),
			Mean:  p.Mean,
			Max:   p.Max.Float(),
			Last:  p.Last.Float(),
		})
	}
	return points, nil
}
