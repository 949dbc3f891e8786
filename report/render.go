// SPDX-License-Identifier: MIT

package report

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed report.html report.css
var files embed.FS

// Style is the style sheet of the article.
func Style() []byte {
	style, _ := files.ReadFile("report.css") // it is there
	return style
}

// templates parses the page. It panics on an error, as the page is part of the
// program.
func templates() *template.Template {
	return template.Must(template.ParseFS(files, "report.html"))
}

// Article is the report without the frame of a page.
func (r Report) Article() (template.HTML, error) {
	var body bytes.Buffer
	if err := templates().ExecuteTemplate(&body, "article", r); err != nil {
		return "", fmt.Errorf("writing the report: %w", err)
	}
	return template.HTML(body.String()), nil //nolint:gosec // html/template has escaped it
}

// document is a report as a file of its own.
type document struct {
	Report

	Style template.CSS
}

// Write writes the report as a page that needs no other file.
func (r Report) Write(out io.Writer) error {
	whole := document{r, template.CSS(Style())} //nolint:gosec // our own
	if err := templates().ExecuteTemplate(out, "document", whole); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}
