// SPDX-License-Identifier: MIT

package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/exchange"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
	"vitals2mqtt/web"
)

// fakePast is an archive that records what it is asked for.
type fakePast struct {
	exported []web.ExportOptions
	breaks   bool // in the middle of a download
	closed   int
	busy     bool
}

func (p *fakePast) Contents(_ context.Context, profile string) ([]history.Content, error) {
	if profile != "alice" {
		return nil, errors.New("it is locked")
	}
	return []history.Content{{
		Kind: sensors.KindMeasures, Records: 1204,
		Oldest: time.Date(2021, 3, 1, 7, 0, 0, 0, time.UTC), Newest: time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC),
	}}, nil
}

func (p *fakePast) Export(_ context.Context, profile string, o web.ExportOptions) (web.Download, error) {
	if o.Format != exchange.FormatTidy {
		return web.Download{}, errors.New("unknown layout")
	}
	p.exported = append(p.exported, o)
	return p.download(profile + ".csv"), nil
}

func (p *fakePast) Backup(context.Context) (web.Download, error) {
	if p.busy {
		return web.Download{}, errors.New("a backup is being made already")
	}
	return p.download("copy.db"), nil
}

func (p *fakePast) download(name string) web.Download {
	return web.Download{
		Name: name, Type: "text/plain",
		Write: func(_ context.Context, out io.Writer) error {
			_, err := io.WriteString(out, "all of it")
			if p.breaks {
				err = errors.New("the disk is gone")
			}
			return err
		},
		Close: func() error { p.closed++; return nil },
	}
}

// fakeImports keeps what is uploaded.
type fakeImports struct {
	options web.ImportOptions
	content string
	err     error
	shown   web.Import
	answers []string
}

func (i *fakeImports) Start(_ context.Context, o web.ImportOptions, file io.Reader) (string, error) {
	content, err := io.ReadAll(file)
	if err != nil {
		return "", err
	}
	i.options, i.content = o, string(content)
	return "the-id", i.err
}

func (i *fakeImports) Find(id string) (web.Import, bool) { return i.shown, id == "the-id" }
func (i *fakeImports) List() []web.Import {
	if i.shown.ID == "" {
		return nil
	}
	return []web.Import{i.shown}
}
func (i *fakeImports) Confirm(id string) error { return i.answer("import", id) }
func (i *fakeImports) Discard(id string) error { return i.answer("discard", id) }

func (i *fakeImports) answer(answer, id string) error {
	if id != "the-id" {
		return web.ErrNotFound
	}
	i.answers = append(i.answers, answer)
	return i.err
}

// fakeStatistics records what is requested.
type fakeStatistics struct {
	state   web.StatisticsState
	started []string
	err     error
}

func (s *fakeStatistics) Of(string) web.StatisticsState { return s.state }

func (s *fakeStatistics) Start(profile string, external, dryRun bool) error {
	mode := "entity"
	if external {
		mode = "external"
	}
	if dryRun {
		mode += " dry"
	}
	s.started = append(s.started, profile+" "+mode)
	return s.err
}

// pastHarness is a page with a history view.
type pastHarness struct {
	*harness

	past       fakePast
	imports    fakeImports
	statistics fakeStatistics
	page       http.Handler
}

func newPastHarness(t *testing.T) *pastHarness {
	t.Helper()
	h := &pastHarness{harness: newHarness()}
	h.page = h.handler(t, func(o *web.Options) {
		o.Past, o.Imports, o.Statistics, o.UploadLimit = &h.past, &h.imports, &h.statistics, 1<<20
	})
	return h
}

func (h *pastHarness) body(t *testing.T, target string, header ...string) string {
	t.Helper()
	return request(t, h.page, http.MethodGet, target, header...).Body.String()
}

func lacks(t *testing.T, body string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			t.Errorf("the view lacks %q:\n%s", want, body)
		}
	}
	if strings.Contains(strings.ReplaceAll(body, "history.db", ""), ">history.") {
		t.Errorf("a text is missing:\n%s", body)
	}
}

func TestHistoryViewShowsHowFarItIs(t *testing.T) {
	t.Parallel()
	h := newPastHarness(t)
	h.overview.Profiles[0].History = []web.EndpointHistory{
		{Endpoint: sensors.EndpointMeasures, State: "reading"},
		{Endpoint: sensors.EndpointNights, State: "done"},
		{Endpoint: sensors.EndpointHeart, State: "limited"},
		{Endpoint: sensors.EndpointStetho, State: "refused"},
	}
	lacks(t, h.body(t, "/history"), "1 of 3 kinds are complete", `max="3" value="1"`, "1204 records", "1 Mar 2021 to 1 Mar 2026",
		"being read", "waits for the quota of the Withings API", "not permitted", "The archive cannot be read now.",
		`aria-current="page">History`)
	lacks(t, h.body(t, "/history", "Accept-Language", "de"), "1 von 3 Arten", "1204 Datensätze",
		"wartet auf das Kontingent der Withings API")
	h.overview.Profiles[0].History = []web.EndpointHistory{{Endpoint: sensors.EndpointMeasures, State: "done"}}
	lacks(t, h.body(t, "/history"), "Everything that the account has is read.")

	without := newHarness().handler(t, nil)
	if answer := request(t, without, http.MethodGet, "/history"); answer.Code != http.StatusNotFound {
		t.Errorf("without an archive: %d", answer.Code)
	}
}

// upload sends a form with a file, as a browser does.
func (h *pastHarness) upload(
	t *testing.T, token string, fields [][2]string, name, content string,
) *httptest.ResponseRecorder {
	t.Helper()
	return h.send(uploadRequest(t, token, fields, name, content))
}

func (h *pastHarness) send(r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	h.page.ServeHTTP(answer, r)
	return answer
}

func uploadRequest(t *testing.T, token string, fields [][2]string, name, content string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, field := range fields {
		if err := form.WriteField(field[0], field[1]); err != nil {
			t.Fatal(err)
		}
	}
	file, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(file, content)
	}
	if err := errors.Join(err, form.Close()); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/history/imports?token="+url.QueryEscape(token), &body)
	r.Host = "localhost:8099"
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", "https://proxy.example")
	return r
}

func TestUploadPassesTheFileOn(t *testing.T) {
	t.Parallel()
	h := newPastHarness(t)
	token := formToken(t, h.body(t, "/history"))
	alice := [][2]string{{"profile", "alice"}, {"zone", "Europe/Berlin"}, {"unit", "km"}}
	answer := h.upload(t, token, alice, "weight.csv", strings.Repeat("x", 1<<20))
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/history/imports/the-id" {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	o := h.imports.options
	if o.Profile != "alice" || o.Name != "weight.csv" || o.Zone.String() != "Europe/Berlin" || o.DistanceUnit != "km" ||
		len(h.imports.content) != 1<<20 {
		t.Errorf("%+v, %d bytes", o, len(h.imports.content))
	}
	for _, row := range []struct {
		token, name, content string
		fields               [][2]string
		status               int
		want                 string
	}{
		{"", "weight.csv", "x", alice, http.StatusForbidden, "This form did not come from this page"},
		{token, "", "x", alice, http.StatusBadRequest, "Choose a file first."},
		{token, "a.csv", "x", nil, http.StatusBadRequest, "This profile is not in the configuration."},
		{token, "a.csv", "x", [][2]string{{"zone", "Berlin"}}, http.StatusBadRequest, "Unknown time zone"},
		{token, "a.csv", "x", [][2]string{{"unit", "ell"}}, http.StatusBadRequest, "Unknown unit"},
		{
			token, "a.csv", strings.Repeat("x", 2<<20), alice, http.StatusRequestEntityTooLarge,
			"The file is larger than 1 MB. Raise web.upload_limit",
		},
	} {
		h.imports.content = ""
		answer := h.upload(t, row.token, row.fields, row.name, row.content)
		if answer.Code != row.status || !strings.Contains(answer.Body.String(), row.want) || h.imports.content != "" {
			t.Errorf("%q: %d, want %d and %q:\n%s", row.name, answer.Code, row.status, row.want, answer.Body)
		}
	}
	silent := uploadRequest(t, token, alice, "a.csv", strings.Repeat("x", 2<<20))
	silent.ContentLength = -1 // unknown before the end
	if answer := h.send(silent); answer.Code != http.StatusRequestEntityTooLarge || h.imports.content != "" {
		t.Errorf("without a length: %d", answer.Code)
	}
	h.imports.err = errors.New("no space left on the disk")
	if answer := h.upload(t, token, alice, "a.csv", "x"); answer.Code != http.StatusServiceUnavailable ||
		!strings.Contains(answer.Body.String(), "No space left on the disk.") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

func TestImportIsConfirmed(t *testing.T) {
	t.Parallel()
	h := newPastHarness(t)
	h.imports.shown = web.Import{
		ID: "the-id", Profile: "alice", Name: "weight.csv", State: web.ImportChecked,
		Result: exchange.Result{Records: 5, Added: 3, Known: 1, Report: transfer.Report{
			Problems:     []transfer.Problem{{File: "weight.csv", Line: 4, Column: 37, Reason: "not a number"}},
			ProblemCount: 21,
			Files:        []*transfer.FileReport{{Name: "weight.csv", Rows: 5}, {Name: "user.csv", Skipped: "not about health"}},
		}},
	}
	const target = "/history/imports/the-id"
	body := h.body(t, target)
	lacks(t, body, "Import for Alice", "3 records would be imported.", "1 is in the archive already.", "21 problems",
		"And 20 more.", `<td>weight.csv</td><td class="number">4</td><td class="number">37</td>`, "not a number",
		"not about health", "Import 3 records", "Nothing has been changed yet.")
	if strings.Contains(request(t, h.page, http.MethodGet, target).Header().Get("Refresh"), "2") {
		t.Error("a page that waits for an answer loads again")
	}
	token := formToken(t, body)
	send := func(target, answer string) *httptest.ResponseRecorder {
		return postForm(t, h.page, target, url.Values{"token": {token}, "answer": {answer}}, "Origin", "https://proxy.example")
	}
	for _, row := range []struct{ answer, location string }{{"import", target}, {"discard", "/history"}} {
		if got := send(target, row.answer); got.Code != http.StatusSeeOther || got.Header().Get("Location") != row.location {
			t.Errorf("%s: %d to %q", row.answer, got.Code, got.Header().Get("Location"))
		}
	}
	if got := strings.Join(h.imports.answers, " "); got != "import discard" {
		t.Errorf("answers %s", got)
	}
	for _, got := range []*httptest.ResponseRecorder{
		send("/history/imports/other", "import"), send(target, "perhaps"), request(t, h.page, http.MethodGet, "/history/imports/other"),
	} {
		if got.Code != http.StatusNotFound || !strings.Contains(got.Body.String(), "choose the file again") {
			t.Errorf("%d %s", got.Code, got.Body)
		}
	}
	forged := url.Values{"answer": {"import"}}
	if got := postForm(t, h.page, target, forged, "Origin", "https://evil.example"); got.Code != http.StatusForbidden {
		t.Errorf("without a token: %d", got.Code)
	}

	h.imports.shown.State, h.imports.shown.Read, h.imports.shown.Size = web.ImportImporting, 30, 100
	running := request(t, h.page, http.MethodGet, target)
	lacks(t, running.Body.String(), "The file is being imported.", `max="100" value="30"`)
	if running.Header().Get("Refresh") != "2" {
		t.Error("a page that shows progress stays as it is")
	}
	h.imports.shown.State = web.ImportDone
	lacks(t, h.body(t, target), "3 records imported.")
	h.imports.shown.State, h.imports.shown.Failure, h.imports.shown.Stored = web.ImportFailed, "the disk is full", 500
	lacks(t, h.body(t, target), "The disk is full.", "500 records are stored.", "nothing is stored twice")
}

func TestDownloads(t *testing.T) {
	t.Parallel()
	h := newPastHarness(t)
	answer := request(t, h.page, http.MethodGet, "/history/export?profile=alice&format=tidy&from=2026-01-01&to=2026-01-31&comma=1")
	if answer.Code != http.StatusOK || answer.Body.String() != "all of it" ||
		answer.Header().Get("Content-Disposition") != `attachment; filename="alice.csv"` {
		t.Errorf("%d %v %s", answer.Code, answer.Header(), answer.Body)
	}
	o := h.past.exported[0]
	if o.From.Format(time.DateOnly) != "2026-01-01" || o.To.Format(time.DateOnly) != "2026-01-31" || !o.DecimalComma {
		t.Errorf("%+v", o)
	}
	for target, want := range map[string]string{
		"/history/export?profile=carol&format=tidy":                               "This profile is not in the configuration.",
		"/history/export?profile=alice&format=word":                               "Unknown layout.",
		"/history/export?profile=alice&format=tidy&from=yesterday":                "not a date",
		"/history/export?profile=alice&format=tidy&from=2026-02-01&to=2026-01-31": "The last day is before the first",
	} {
		if body := h.body(t, target); !strings.Contains(body, want) {
			t.Errorf("%s lacks %q:\n%s", target, want, body)
		}
	}
	foreign := request(t, h.page, http.MethodGet, "/history/backup", "Sec-Fetch-Site", "cross-site")
	if foreign.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", foreign.Code)
	}
	if body := h.body(t, "/history/backup"); body != "all of it" || h.past.closed != 2 {
		t.Errorf("%s, %d closed", body, h.past.closed)
	}
	h.past.busy = true
	if body := h.body(t, "/history/backup"); !strings.Contains(body, "A backup is being made already.") {
		t.Error(body)
	}
	h.past.busy, h.past.breaks = false, true
	defer func() {
		if recover() != http.ErrAbortHandler || h.past.closed != 3 { //nolint:errorlint // never wrapped
			t.Errorf("a download that breaks off looks complete; %d closed", h.past.closed)
		}
	}()
	_ = h.body(t, "/history/backup")
}
