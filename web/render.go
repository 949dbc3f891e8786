// SPDX-License-Identifier: MIT

package web

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/rs/zerolog"

	"vitals2mqtt/display"
	"vitals2mqtt/units"
)

// renderer writes pages and JSON.
type renderer struct {
	templates *template.Template
	base      string // path of the base URL without trailing slash
	version   string // of the program
	log       zerolog.Logger
}

func newRenderer(base, version string, log zerolog.Logger) *renderer {
	return &renderer{templates: templates(), base: base, version: version, log: log}
}

// templates parses the embedded pages. It panics on an error, as they are part
// of the program.
func templates() *template.Template {
	functions := template.FuncMap{
		"stamp": formatRFC3339,
		"parts": splitCommands,
		"add":   func(a, b int) int { return a + b },
		"units": func() []units.System { return []units.System{units.Metric, units.Imperial, units.UK} },
	}
	return template.Must(template.New("").Funcs(functions).ParseFS(assets, "assets/*.html"))
}

// language is that of the reader.
func (r *renderer) language(request *http.Request) display.Language {
	return display.Accept(request.Header.Get("Accept-Language"))
}

// showResult shows the result of an action.
func (r *renderer) showResult(w http.ResponseWriter, request *http.Request, status int, result resultPage) {
	result.frame = r.frame(request, result.Title)
	r.render(w, status, "result.html", result)
}

// render executes a template before it writes, so that an error does not leave
// half a page.
func (r *renderer) render(w http.ResponseWriter, status int, name string, data any) {
	var body bytes.Buffer
	if err := r.templates.ExecuteTemplate(&body, name, data); err != nil {
		r.log.Error().Err(err).Str("page", name).Msg("cannot render page")
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

func (r *renderer) writeJSON(w http.ResponseWriter, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		r.log.Error().Err(err).Msg("cannot encode response")
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
