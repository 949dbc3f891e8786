package sensors

import (
	"math/big"
	"time"

	"vitals2mqtt/withings"
)

// nightMeans is what the series of a night came to.
type nightMeans struct {
	Modified int64            `json:"modified"` // the version of the night they belong to
	Values   map[string]Value `json:"values,omitempty"`
}

// nightVersion is a version of a night.
type nightVersion struct{ night, modified int64 }

// NextSeries returns the night whose series was not read yet, and false when
// there is none. The next call of Series is about that night.
func (s *State) NextSeries() (from, to time.Time, wanted bool) {
	night, ok := lastNight(s.nights)
	if !ok {
		return time.Time{}, time.Time{}, false
	}
	s.pendingSeries = nightVersion{night.ID, night.Modified}
	read, ok := s.series[night.ID]
	return unixTime(night.Start), unixTime(night.At), !ok || read.Modified != night.Modified
}

// SeriesFields are the fields of the series that a night is asked for.
func SeriesFields() []string {
	var fields []string
	for _, row := range catalogueIndex().fields[EndpointSeries] {
		fields = append(fields, row.Fields...)
	}
	return fields
}

// ApplySeries takes in the series of the night that SeriesWanted has named.
func (s *State) ApplySeries(g withings.Stages, r ApplyOptions) Update {
	return s.apply(r, func(*Update) {
		if s.pendingSeries == (nightVersion{}) {
			s.NextSeries() // nobody asked first
		}
		night, ok := s.nights[s.pendingSeries.night]
		asked := s.pendingSeries.modified
		s.pendingSeries = nightVersion{}
		if !ok || night.Modified != asked {
			return // it is another one by now, and will be asked for
		}
		m := nightMeans{Modified: night.Modified, Values: map[string]Value{}}
		for _, row := range catalogueIndex().fields[EndpointSeries] {
			if mean := meanOver(g, night, row.Fields[0]); mean != nil {
				putRat(m.Values, row.Key, mean)
			}
		}
		s.series[night.ID] = m
	})
}

// meanOver is the mean of a series over a night, as the night's own device took
// it when that one did; nil when nobody did.
func meanOver(g withings.Stages, night session, field string) *big.Rat {
	for _, own := range []bool{true, false} {
		sum, count := new(big.Rat), int64(0)
		for _, stretch := range g.Series {
			if own && string(stretch.HashDeviceID) != night.Device {
				continue
			}
			for at, number := range stretch.Series[field] {
				if at >= night.Start && at <= night.At && number.OK && number.Decimal.Sign() > 0 {
					sum.Add(sum, number.Decimal.Rat())
					count++
				}
			}
		}
		if count > 0 {
			return sum.Quo(sum, big.NewRat(count, 1))
		}
	}
	return nil
}

// addMeans adds what the series of the last night came to.
func (s *State) addMeans(night session, readings map[string]Reading) {
	for key, value := range s.series[night.ID].Values {
		readings[key] = night.reading(key, value)
	}
}
