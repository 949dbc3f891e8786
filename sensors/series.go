// SPDX-License-Identifier: MIT

package sensors

import (
	"maps"
	"math/big"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// NextSeries returns the night whose series was not read yet, and false when
// there is none.
func (s *Store) NextSeries() (night Record, wanted bool) {
	night, ok := lastNight(s.nights())
	read, known := s.records(KindSeries)[night.ID]
	return night, ok && (!known || read.Modified != night.Modified)
}

// takesSeries accepts the means over the known version of a night.
func takesSeries(known Known, means, _ Record, _ bool) (bool, error) {
	nights, err := known.Records(KindNights, []int64{means.ID})
	night, ok := nights[means.ID]
	return ok && night.Deleted == 0 && night.Modified == means.Modified, err
}

// pruneSeries removes the means over nights that are gone.
func pruneSeries(all collections, series map[int64]Record) {
	maps.DeleteFunc(series, func(night int64, _ Record) bool {
		_, known := all.nights()[night]
		return !known
	})
}

// Fields of the minutes of a night that have no key. A number that is not above
// 0 means that nothing was measured.
const (
	FieldNightHeartRate = SleepFieldPrefix + nightHeartRate // beats per minute
	FieldNightBreathing = SleepFieldPrefix + nightBreathing // breaths per minute

	nightHeartRate = "hr"
	nightBreathing = "rr"
)

// SeriesFields are the fields of the series that is requested for a night: what
// the means are of, and the courses that are drawn above its stages.
func SeriesFields() []string {
	fields := []string{nightHeartRate, nightBreathing}
	for _, row := range catalogueIndex().fields[EndpointSeries] {
		fields = append(fields, row.Fields...)
	}
	return fields
}

// DecodeSeries reads the series of a night: the means over it.
func DecodeSeries(g withings.Stages, night Record, o DecodeOptions) Batch {
	d := newDecoder(KindSeries, withings.Flag{}, o)
	means := Record{
		ID:       night.ID,
		At:       night.At,
		Modified: night.Modified,
		Start:    night.Start,
		Device:   night.Device,
		Model:    night.Model,
	}
	for _, row := range catalogueIndex().fields[EndpointSeries] {
		if mean := meanOver(g, night, row.Fields[0]); mean != nil {
			if rounded, err := decimal.FromRat(mean, row.Precision+extraPlaces); err == nil {
				means.addField(row.Fields[0], Number(rounded))
			}
		}
	}
	d.add(means)
	return d.Batch
}

// meanOver is the mean of a series over a night, preferably from the device
// that recorded the night; nil when there is none.
func meanOver(g withings.Stages, night Record, field string) *big.Rat {
	for _, own := range []bool{true, false} {
		var sum decimalSum
		count := int64(0)
		for _, stretch := range g.Series {
			if own && string(stretch.HashDeviceID) != night.Device {
				continue
			}
			for _, sample := range samplesOf(stretch, field) {
				if sample.At >= night.Start && sample.At <= night.At && sample.Value.Sign() > 0 {
					sum.add(sample.Value)
					count++
				}
			}
		}
		if count > 0 {
			total := sum.total()
			return total.Quo(total, big.NewRat(count, 1))
		}
	}
	return nil
}

// decimalSum adds numbers up exactly. Most are small whole ones, which need no
// fraction of any size.
type decimalSum struct {
	whole int64
	rest  big.Rat
}

func (s *decimalSum) add(d decimal.Decimal) {
	const small = 1 << 31
	if n, isWhole := d.Int(); isWhole && n > -small && n < small && s.whole > -small*small/2 && s.whole < small*small/2 {
		s.whole += n
		return
	}
	s.rest.Add(&s.rest, d.Rat())
}

func (s *decimalSum) total() *big.Rat {
	total := new(big.Rat).SetInt64(s.whole)
	return total.Add(total, &s.rest)
}

// samplesOf returns the values of a series, none when a stage lacks it.
func samplesOf(stretch withings.Stage, name string) []withings.Sample {
	for _, series := range stretch.Series {
		if series.Name == name {
			return series.Values
		}
	}
	return nil
}
