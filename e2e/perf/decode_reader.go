// SPDX-License-Identifier: MIT

package main

import (
	"fmt"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// documentReader turns a response into current readings as the daemon does
// without an archive, from the moment that it was received.
type documentReader struct {
	document document
	options  sensors.ApplyOptions
}

func newDocumentReader(d document) *documentReader {
	return &documentReader{document: d, options: sensors.ApplyOptions{Now: documentTime(), InitialSync: true}}
}

// read decodes the response and applies it to an empty store.
func (r *documentReader) read() error {
	s, o := sensors.NewStore(), r.options
	switch r.document.kind {
	case "measures":
		return readResponse(s, r.document.body, o, sensors.DecodeMeasures)
	case "nights":
		return readResponse(s, r.document.body, o, sensors.DecodeNights)
	case "days":
		return readResponse(s, r.document.body, o, sensors.DecodeDays)
	case "series":
		night := r.document.night
		s.Load(sensors.KindNights, []sensors.Record{night}, o)
		return readResponse(s, r.document.body, o, sensors.DecodeStages, sensors.DecodeMinutes,
			func(g withings.Stages, d sensors.DecodeOptions) sensors.Batch {
				return sensors.DecodeSeries(g, night, d)
			})
	}
	return fmt.Errorf("unknown kind %q", r.document.kind)
}

// readResponse applies all batches of a response.
func readResponse[T any](
	s *sensors.Store, body []byte, o sensors.ApplyOptions, decoders ...func(T, sensors.DecodeOptions) sensors.Batch,
) error {
	response, err := withings.Decode[T](body)
	if err != nil {
		return err
	}
	for _, decode := range decoders {
		if err := apply(s, decode(response, sensors.DecodeOptions{Now: o.Now}), o); err != nil {
			return err
		}
	}
	return nil
}

// apply brings the current readings up to date.
func apply(s *sensors.Store, b sensors.Batch, o sensors.ApplyOptions) error {
	changes, err := sensors.Reconcile(b, o, s)
	if err != nil {
		return err
	}
	_, err = s.Update(changes, o, nil)
	return err
}
