// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// History answers questions about the past. *history.Archive implements it.
type History interface {
	// Range returns the values of a key.
	Range(ctx context.Context, r history.Range) (history.Series, error)
	// Nights returns the nights and naps that ended in a range.
	Nights(ctx context.Context, user string, from, to time.Time) ([]history.Night, error)
	// Records returns stored records, oldest first.
	Records(ctx context.Context, f history.Filter) iter.Seq2[history.Stored, error]
	ECGHistory
}

// HistoryProfile is what the history of a profile depends on.
type HistoryProfile struct {
	// User is the cloud's user id, "" before the first sign-in.
	User string
	// Name is the configured name, and Units are those of the profile.
	Name  string
	Units units.System
	// Zone is the person's time zone; nil is UTC.
	Zone *time.Location
	// Extra are the user's own rows of the catalogue.
	Extra []sensors.Sensor
}

// Limits of the responses.
const (
	maxHistoryKeys   = 10
	maxHistoryPoints = 800
	maxNights        = 400
	maxECGs          = 1000
	maxRecords       = 1000
	defaultRecords   = 100
)

// historyRoutes serves the past as JSON.
type historyRoutes struct {
	archive History
	profile func(ctx context.Context, slug string) (HistoryProfile, bool)
	pages   *renderer
	now     func() time.Time
}

// register adds the routes, each behind protect.
func (h historyRoutes) register(mux *http.ServeMux, protect func(http.HandlerFunc) http.Handler) {
	mux.Handle("GET /api/profiles/{profile}/history", protect(h.answer(h.serveRange)))
	mux.Handle("GET /api/profiles/{profile}/nights", protect(h.answer(h.serveNights)))
	mux.Handle("GET /api/profiles/{profile}/records", protect(h.answer(h.serveRecords)))
	mux.Handle("GET /api/profiles/{profile}/ecgs", protect(h.answer(h.serveECGs)))
	mux.Handle("GET /api/profiles/{profile}/ecgs/{id}", protect(h.answer(h.serveWaveform)))
}

// answer finds the profile and writes what a route returns.
func (h historyRoutes) answer(
	serve func(context.Context, HistoryProfile, historyQuery) (any, error),
) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		profile, known := h.profile(r.Context(), r.PathValue("profile"))
		if !known {
			h.pages.writeJSON(w, http.StatusNotFound, historyError{"no such profile"})
			return
		}
		if profile.Zone == nil {
			profile.Zone = time.UTC
		}
		query := historyQuery{
			Values: r.URL.Query(),
			id:     r.PathValue("id"),
			now:    h.now(),
			zone:   profile.Zone,
			extra:  profile.Extra,
		}
		answer, err := serve(r.Context(), profile, query)
		switch invalid, ok := err.(invalidQuery); { //nolint:errorlint // never wrapped
		case err == nil:
			h.pages.writeJSON(w, http.StatusOK, answer)
		case ok:
			h.pages.writeJSON(w, http.StatusBadRequest, historyError{string(invalid)})
		case errors.Is(err, errNoWaveform):
			h.pages.writeJSON(w, http.StatusNotFound, historyError{err.Error()})
		case r.Context().Err() == nil:
			h.pages.log.Warn().Err(err).Msg("cannot read the archive")
			h.pages.writeJSON(w, http.StatusServiceUnavailable, historyError{"the archive cannot be read now"})
		}
	}
}

// historyError is the response to a request that fails.
type historyError struct {
	Error string `json:"error"`
}

// serveRange returns the values of one or several keys.
func (h historyRoutes) serveRange(ctx context.Context, p HistoryProfile, q historyQuery) (any, error) {
	keys, err := q.keys()
	if err == nil && len(keys) == 0 {
		err = invalidQuery("key is missing, for example key=weight_kg")
	}
	if err != nil {
		return nil, err
	}
	from, to, err := q.span()
	if err != nil {
		return nil, err
	}
	bucket, err := q.bucket()
	if err != nil {
		return nil, err
	}
	points, err := q.number("points", maxHistoryPoints, maxHistoryPoints)
	if err != nil {
		return nil, err
	}
	answer := rangeAnswer{Series: []HistorySeries{}}
	for _, key := range keys {
		series, err := h.archive.Range(ctx, history.Range{
			User:      p.User,
			Key:       key,
			From:      from,
			To:        to,
			Bucket:    bucket,
			Zone:      p.Zone,
			MaxPoints: points,
		})
		if err != nil {
			return nil, err
		}
		answer.Series = append(answer.Series, NewHistorySeries(series, q.row(key)))
	}
	return answer, nil
}

// serveNights returns nights and naps with their stages, those that ended last
// when there are too many.
func (h historyRoutes) serveNights(ctx context.Context, p HistoryProfile, q historyQuery) (any, error) {
	from, to, err := q.span()
	if err != nil {
		return nil, err
	}
	if end := q.endOr(to); from.IsZero() || end.Sub(from) > maxNights*24*time.Hour {
		from = end.AddDate(0, 0, -maxNights)
	}
	nights, err := h.archive.Nights(ctx, p.User, from, to)
	if err != nil {
		return nil, err
	}
	answer := nightsAnswer{Nights: []nightAnswer{}}
	for _, night := range nights {
		answer.Nights = append(answer.Nights, newNightAnswer(night, p.Zone))
	}
	return answer, nil
}

// serveRecords returns records of measurements, and where to continue.
func (h historyRoutes) serveRecords(ctx context.Context, p HistoryProfile, q historyQuery) (any, error) {
	filter := history.Filter{User: p.User}
	var err error
	if filter.Keys, err = q.keys(); err != nil {
		return nil, err
	}
	if filter.Kinds, err = q.kinds(); err != nil {
		return nil, err
	}
	if filter.From, filter.To, err = q.span(); err != nil {
		return nil, err
	}
	limit, err := q.number("limit", defaultRecords, maxRecords)
	if err != nil {
		return nil, err
	}
	answer := recordsAnswer{Records: []recordAnswer{}}
	last := int64(0)
	for rec, err := range h.archive.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if rec.Kind == sensors.KindNights && rec.Part == "" {
			continue // another record of the same sleep
		}
		// Records of one second are not separated, so that none is lost.
		if len(answer.Records) >= limit && rec.Time() != last {
			answer.Next = time.Unix(rec.Time(), 0).In(p.Zone).Format(time.RFC3339)
			break
		}
		last = rec.Time()
		answer.Records = append(answer.Records, newRecordAnswer(rec, p.Zone))
	}
	return answer, nil
}
