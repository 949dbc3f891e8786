// SPDX-License-Identifier: MIT

package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"vitals2mqtt/simulator/api"
)

// The list of commands as JSON.
type (
	listedGroup struct {
		Title    string          `json:"title"`
		Controls []listedControl `json:"controls"`
	}
	listedControl struct {
		Name    string        `json:"name"`
		Method  string        `json:"method"`
		Path    string        `json:"path"`
		About   string        `json:"about"`
		Fields  []listedField `json:"fields"`
		Answer  string        `json:"answer"`
		Example string        `json:"example"`
		Needs   string        `json:"needs,omitempty"`
	}
	listedField struct {
		Name     string    `json:"name"`
		Kind     fieldKind `json:"kind"`
		Required bool      `json:"required"`
		About    string    `json:"about"`
		From     string    `json:"from,omitempty"`
		To       string    `json:"to,omitempty"`
		OneOf    []string  `json:"one_of,omitempty"`
	}
)

func listed(groups []controlGroup) []listedGroup {
	list := make([]listedGroup, 0, len(groups))
	for _, group := range groups {
		g := listedGroup{Title: group.title}
		for _, k := range group.controls {
			c := listedControl{
				Name:    k.name,
				Method:  http.MethodPost,
				Path:    controlPath + "/" + k.name,
				About:   k.about,
				Fields:  []listedField{},
				Answer:  k.answer,
				Example: k.example,
				Needs:   k.needs,
			}
			for _, f := range k.fields {
				c.Fields = append(c.Fields, listedField{f.name, f.kind, !f.optional, f.about, f.from, f.to, f.oneOf})
			}
			g.Controls = append(g.Controls, c)
		}
		list = append(list, g)
	}
	return list
}

// writeList describes commands: as JSON, or as text for a browser and with
// ?format=text.
func writeList(w http.ResponseWriter, r *http.Request, groups []controlGroup) {
	switch format := r.URL.Query().Get("format"); {
	case format == "text", format == "" && strings.Contains(r.Header.Get("Accept"), "text/"):
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		writeListText(w, groups)
	case format == "", format == "json":
		writeControl(w, http.StatusOK, map[string]any{"groups": listed(groups), "calls": api.Calls()})
	default:
		writeControl(w, http.StatusBadRequest, map[string]any{"error": "unknown format; known: json, text"})
	}
}

func writeListText(w io.Writer, groups []controlGroup) {
	for _, group := range groups {
		_, _ = fmt.Fprintf(w, "%s\n\n", group.title) // The client may have disconnected.
		for _, k := range group.controls {
			_, _ = fmt.Fprintf(w, "  POST %s/%s  %s\n", controlPath, k.name, k.about)
			for _, f := range k.fields {
				_, _ = fmt.Fprintf(w, "      %-12s %s\n", f.name, f.describe())
			}
			_, _ = fmt.Fprintf(w, "      answers with %s; for example %s\n\n", k.answer, k.example)
		}
	}
}

// describe is a field in one line.
func (f field) describe() string {
	text := string(f.kind) + f.limits()
	if len(f.oneOf) > 0 {
		text = strings.Join(f.oneOf, " | ")
	}
	if f.optional {
		text += ", optional"
	}
	return text + ": " + f.about
}

func writeControl(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // The client may have disconnected.
}
