package sensors

import (
	"maps"
	"math/big"

	"vitals2mqtt/withings"
)

// NextSeries returns the night whose series was not read yet, and false when
// there is none.
func (s *Store) NextSeries() (night Record, wanted bool) {
	night, ok := lastNight(s.nights())
	read, known := s.records(KindSeries)[night.ID]
	return night, ok && (!known || read.Modified != night.Modified)
}

// acceptsSeries accepts the means over the known version of a night.
func acceptsSeries(all collections, means, _ Record, _ bool) bool {
	night, known := all.nights()[means.ID]
	return known && night.Modified == means.Modified
}

// pruneSeries removes the means over nights that are gone.
func pruneSeries(all collections, series map[int64]Record) {
	maps.DeleteFunc(series, func(night int64, _ Record) bool {
		_, known := all.nights()[night]
		return !known
	})
}

// SeriesFields are the fields of the series that is requested for a night.
func SeriesFields() []string {
	var fields []string
	for _, row := range catalogueIndex().fields[EndpointSeries] {
		fields = append(fields, row.Fields...)
	}
	return fields
}

// DecodeSeries reads the series of a night: the means over it.
func DecodeSeries(g withings.Stages, night Record, o DecodeOptions) Batch {
	d := newDecoder(KindSeries, withings.Flag{}, o)
	means := Record{ID: night.ID, At: night.At, Modified: night.Modified, Values: map[string]Value{}}
	for _, row := range catalogueIndex().fields[EndpointSeries] {
		if mean := meanOver(g, night, row.Fields[0]); mean != nil {
			putRat(means.Values, row.Key, mean)
		}
	}
	d.add(means)
	return d.Batch
}

// meanOver is the mean of a series over a night, preferably from the device
// that recorded the night; nil when there is none.
func meanOver(g withings.Stages, night Record, field string) *big.Rat {
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
