// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"vitals2mqtt/exchange"
)

// exportFormats are the formats of the form.
func exportFormats() []string {
	return []string{
		exchange.FormatTidy, exchange.FormatJSONL, exchange.FormatVendor, exchange.FormatDashboard, exchange.FormatInflux,
	}
}

// export sends the records of a profile.
func (s pastRoutes) export(w http.ResponseWriter, r *http.Request) {
	f, query := s.pages.frame(r, "frame.history"), r.URL.Query()
	profile, known := findProfile(s.options.Overview().Profiles, query.Get("profile"))
	if !known {
		s.refuse(w, r, http.StatusNotFound, "history.not_exported", f.Say("history.no_profile"))
		return
	}
	options := ExportOptions{Format: query.Get("format"), DecimalComma: query.Has("comma")}
	from, fromErr := parseDay(query.Get("from"))
	to, toErr := parseDay(query.Get("to"))
	if err := errors.Join(fromErr, toErr); err != nil || from != nil && to != nil && to.Before(*from) {
		s.refuse(w, r, http.StatusBadRequest, "history.not_exported", f.Say("history.no_range"))
		return
	}
	options.From, options.To = from, to
	s.send(w, r, "history.not_exported", func(ctx context.Context) (Download, error) {
		return s.options.Past.Export(ctx, profile.Slug, options)
	})
}

// parseDay returns the day of a form, nil without one.
func parseDay(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no bound
	}
	day, err := time.Parse(time.DateOnly, text)
	return &day, err
}

// backup sends a copy of the archive.
func (s pastRoutes) backup(w http.ResponseWriter, r *http.Request) {
	s.send(w, r, "history.no_backup", s.options.Past.Backup)
}

// send sends a download piece by piece. One that breaks off ends the connection,
// so that the browser does not take it for complete.
func (s pastRoutes) send(
	w http.ResponseWriter, r *http.Request, failed string, open func(ctx context.Context) (Download, error),
) {
	if !isUserInitiated(r) {
		http.Error(w, "Start the download from this page.", http.StatusForbidden)
		return
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(prepareTimeout))
	file, err := open(r.Context())
	if err != nil {
		s.refuse(w, r, http.StatusServiceUnavailable, failed, sentenceOf(err))
		return
	}
	defer func() {
		if err := file.Close(); err != nil {
			s.options.Log.Warn().Err(err).Msg("cannot remove a temporary file")
		}
	}()
	w.Header().Set("Content-Type", file.Type)
	w.Header().Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
	if file.Size > 0 {
		w.Header().Set("Content-Length", strconv.FormatInt(file.Size, 10))
	}
	if r.Method == http.MethodHead {
		return
	}
	if err := file.Write(r.Context(), patientWriter{w, http.NewResponseController(w)}); err != nil {
		if r.Context().Err() == nil {
			s.options.Log.Warn().Err(err).Msg("download failed")
		}
		panic(http.ErrAbortHandler)
	}
}

// Time limits of files: a slow connection is fine, one without progress is not.
const (
	prepareTimeout  = 10 * time.Minute
	progressTimeout = time.Minute
)

// patientWriter extends the deadline of a response with each piece.
type patientWriter struct {
	io.Writer

	deadline *http.ResponseController
}

// Write implements io.Writer.
func (p patientWriter) Write(piece []byte) (int, error) {
	_ = p.deadline.SetWriteDeadline(time.Now().Add(progressTimeout)) // a writer without deadlines has none to extend
	return p.Writer.Write(piece)
}

// patientReader extends the deadline of a request with each piece.
type patientReader struct {
	io.Reader

	deadline *http.ResponseController
}

// Read implements io.Reader.
func (p patientReader) Read(piece []byte) (int, error) {
	_ = p.deadline.SetReadDeadline(time.Now().Add(progressTimeout))
	_ = p.deadline.SetWriteDeadline(time.Now().Add(2 * progressTimeout))
	return p.Reader.Read(piece)
}
