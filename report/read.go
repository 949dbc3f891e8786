// SPDX-License-Identifier: MIT

package report

import (
	"context"
	"time"

	"vitals2mqtt/bloodpressure"
)

// Read reads a report from the archive.
func Read(ctx context.Context, archive Archive, o Options) (Report, error) {
	language := o.Reader.Language
	if o.Reader.Zone == nil {
		o.Reader.Zone = time.UTC
	}
	r := Report{
		Language: language,
		Name:     o.Name,
		Period:   language.Period(o.Period.From.In(o.Reader.Zone), o.Period.To.Add(-time.Second).In(o.Reader.Zone)),
		Made:     language.Moment(o.Now.In(o.Reader.Zone)),
		Version:  o.Version,
	}
	if o.User == "" {
		return r, nil
	}
	readings, err := bloodpressure.Read(ctx, archive, o.User, o.Period.From, o.Period.To, o.Reader.Zone)
	if err != nil {
		return r, err
	}
	r.Pressure = pressureOf(readings, o)
	if r.Weight, err = readWeight(ctx, archive, o); err != nil {
		return r, err
	}
	if r.Pulse, err = readPulse(ctx, archive, o); err != nil {
		return r, err
	}
	r.ECG, err = readECGs(ctx, archive, o)
	return r, err
}
