// SPDX-License-Identifier: MIT

package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"vitals2mqtt/internal/goldentest"
)

const docsURL = "http://127.0.0.1:8100/control/"

// docs/simulator.md is what GET /control tells a program, as a page.
func TestGoldenControls(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/control", http.NoBody)
	w := httptest.NewRecorder()
	exampleCloud().Control().ServeHTTP(w, r)
	var list struct {
		Groups []listedGroup `json:"groups"`
		Calls  []string      `json:"calls"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	examples := map[string]string{}
	for _, group := range list.Groups {
		for _, c := range group.Controls {
			examples[c.Name] = c.Example
		}
	}
	var page bytes.Buffer
	head, err := os.ReadFile("testdata/guide.md") // everything but the controls
	if err != nil {
		t.Fatal(err)
	}
	page.Write(head)
	for _, group := range list.Groups {
		_, _ = fmt.Fprintf(&page, "## %s\n\n", group.Title)
		for _, c := range group.Controls {
			writeControlDocs(&page, c, examples)
		}
	}
	page.WriteString("## Calls of faults\n\nThe names of `call`, also with a space instead of the last slash; " +
		"`v2/` may be left out where\nnothing else has the name, and `SERVICE/*` is all calls of a service.\n\n")
	for _, call := range list.Calls {
		_, _ = fmt.Fprintf(&page, "- `%s`\n", call)
	}
	goldentest.Compare(t, "../docs/simulator.md", page.Bytes())
}

func writeControlDocs(page *bytes.Buffer, c listedControl, examples map[string]string) {
	_, _ = fmt.Fprintf(page, "### %s\n\n%s%s.", c.Name, strings.ToUpper(c.About[:1]), c.About[1:])
	if c.Answer != "nothing" {
		_, _ = fmt.Fprintf(page, " It answers with %s.", c.Answer)
	}
	page.WriteString("\n\n")
	if len(c.Fields) > 0 {
		page.WriteString("| field | value | meaning |\n| --- | --- | --- |\n")
	}
	for _, f := range c.Fields {
		value := string(f.Kind) + field{from: f.From, to: f.To}.limits()
		if len(f.OneOf) > 0 {
			value = "`" + strings.Join(f.OneOf, "`, `") + "`"
		}
		if !f.Required {
			value += "; optional"
		}
		_, _ = fmt.Fprintf(page, "| `%s` | %s | %s |\n", f.Name, value, f.About)
	}
	if len(c.Fields) > 0 {
		page.WriteString("\n")
	}
	page.WriteString("```sh control\n")
	if c.Needs != "" {
		_, _ = fmt.Fprintf(page, "id=$(curl -s -d '%s' %s%s | tr -dc 0-9)\n", examples[c.Needs], docsURL, c.Needs)
	}
	_, _ = fmt.Fprintf(page, "curl -s -d '%s' %s%s\n```\n\n", strings.ReplaceAll(c.Example, "ID", "'$id'"), docsURL, c.Name)
}
