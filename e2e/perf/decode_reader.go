package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// documentReader turns a response into current readings as the daemon does
// without an archive: with its client, but from memory instead of a socket.
type documentReader struct {
	account *withings.Account
	kind    string
	night   sensors.Record // of a series
}

func newDocumentReader(d document) (*documentReader, error) {
	client, err := withings.New(withings.Options{
		ClientID: "id", ClientSecret: secret.New("secret"), Transport: memoryTransport{d.body}, PerMinute: 1 << 40,
	})
	if err != nil {
		return nil, err
	}
	return &documentReader{account: client.Account("perf", memoryTokens{}), kind: d.kind, night: d.night}, nil
}

// read decodes the response and applies it to an empty store.
func (r *documentReader) read(ctx context.Context) error {
	o := sensors.ApplyOptions{Now: documentTime(), InitialSync: true}
	s := sensors.NewStore()
	switch r.kind {
	case "measures":
		return readPages(s, r.account.Measures(ctx, time.Time{}, 0), sensors.DecodeMeasures, o)
	case "nights":
		return readPages(s, r.account.Nights(ctx, time.Time{}, 0), sensors.DecodeNights, o)
	case "days":
		return readPages(s, r.account.Activities(ctx, time.Time{}, 0), sensors.DecodeDays, o)
	case "series":
		return r.readSeries(ctx, s, o)
	}
	return fmt.Errorf("unknown kind %q", r.kind)
}

// readPages applies the first page; the others would be the same.
func readPages[T any](
	s *sensors.Store, pages iter.Seq2[T, error], decode func(T, sensors.DecodeOptions) sensors.Batch, o sensors.ApplyOptions,
) error {
	for response, err := range pages {
		if err != nil {
			return err
		}
		return apply(s, decode(response, sensors.DecodeOptions{Now: o.Now}), o)
	}
	return errors.New("no pages")
}

// readSeries reads the stages, the minutes and the means of a night.
func (r *documentReader) readSeries(ctx context.Context, s *sensors.Store, o sensors.ApplyOptions) error {
	s.Load(sensors.KindNights, []sensors.Record{r.night}, o)
	from := time.Unix(r.night.Start, 0)
	response, err := r.account.Stages(ctx, from, from.Add(12*time.Hour), sensors.SeriesFields()...)
	if err != nil {
		return err
	}
	d := sensors.DecodeOptions{Now: o.Now}
	return errors.Join(
		apply(s, sensors.DecodeStages(response, d), o), apply(s, sensors.DecodeMinutes(response, d), o),
		apply(s, sensors.DecodeSeries(response, r.night, d), o),
	)
}

// apply brings the current readings up to date.
func apply(s *sensors.Store, b sensors.Batch, o sensors.ApplyOptions) error {
	changes, err := sensors.Reconcile(b, o, s)
	if err != nil {
		return err
	}
	if len(changes.Put) == 0 {
		return errors.New("nothing changed")
	}
	_, err = s.Update(changes, o, nil)
	return err
}

// memoryTransport responds to every request with the same body.
type memoryTransport struct{ body []byte }

// RoundTrip implements http.RoundTripper.
func (m memoryTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(m.body)),
		Body: io.NopCloser(bytes.NewReader(m.body)), Request: r,
	}, nil
}

// memoryTokens holds one token that stays valid.
type memoryTokens struct{}

// Load implements withings.TokenStore.
func (memoryTokens) Load(context.Context, string) (withings.Token, error) {
	return withings.Token{
		UserID: "1", Access: secret.New("access"), Refresh: secret.New("refresh"), Expiry: time.Now().Add(1000 * time.Hour),
	}, nil
}

// Save implements withings.TokenStore.
func (memoryTokens) Save(context.Context, string, withings.Token) error { return nil }

// Lock implements withings.TokenStore.
func (memoryTokens) Lock(context.Context, string) (func(), error) { return func() {}, nil }

// CheckWritable implements withings.TokenStore.
func (memoryTokens) CheckWritable(context.Context, string) error { return nil }
