package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"vitals2mqtt/sensors"
)

type sensorsCommand struct {
	Format string `enum:"table,csv,json,markdown" default:"table" help:"table, csv, json or markdown."`
}

func (c sensorsCommand) run(_ context.Context, s *session) error {
	write := map[string]func(io.Writer) error{
		"table": sensorTable, "csv": sensors.WriteCSV, "json": sensorJSON, "markdown": sensorMarkdown,
	}[c.Format]
	if err := write(s.Stdout); err != nil {
		return fmt.Errorf("printing the catalogue: %w", err)
	}
	return nil
}

func sensorTable(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "KEY\tNAME\tUNIT\tSOURCE")
	for _, row := range sensors.Catalogue() {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", row.Key, row.Name, row.Unit, row.Source)
	}
	return table.Flush()
}

// sensorJSON prints what a script may want of each row.
func sensorJSON(w io.Writer) error {
	type entry struct {
		Key         string   `json:"key"`
		Name        string   `json:"name"`
		Platform    string   `json:"platform"`
		DeviceClass string   `json:"device_class,omitempty"`
		Unit        string   `json:"unit,omitempty"`
		StateClass  string   `json:"state_class,omitempty"`
		Precision   *int     `json:"precision,omitempty"`
		Icon        string   `json:"icon,omitempty"`
		Category    string   `json:"entity_category,omitempty"`
		Enabled     bool     `json:"enabled"`
		Scope       string   `json:"scope"`
		Source      string   `json:"source"`
		Original    bool     `json:"original"`
		Options     []string `json:"options,omitempty"`
		Note        string   `json:"note,omitempty"`
	}
	var entries []entry
	for _, row := range sensors.Catalogue() {
		e := entry{
			Key: row.Key, Name: row.Name, Platform: row.Platform, DeviceClass: row.DeviceClass, Unit: row.Unit, StateClass: row.StateClass,
			Icon: row.Icon, Category: row.EntityCategory, Enabled: row.Enabled, Scope: string(row.Scope), Source: row.Source,
			Original: row.Original, Options: row.Options, Note: row.Note,
		}
		if row.Precision != sensors.NoPrecision {
			e.Precision = &row.Precision
		}
		entries = append(entries, e)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(entries)
}

// sensorMarkdown prints docs/sensors.md.
func sensorMarkdown(w io.Writer) error {
	var page strings.Builder
	page.WriteString("# Sensors\n\nMade by `vitals2mqtt sensors --format markdown`; a test keeps it equal to the catalogue.\n" +
		"\"Shown\" says whether Home Assistant enables the entity by itself; \"0.97\" marks the keys of the old YAML integration.\n\n" +
		"| key | name | unit | shown | 0.97 | from | remark |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	cell := strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;").Replace
	for _, row := range sensors.Catalogue() {
		_, _ = fmt.Fprintf(&page, "| `%s` | %s | %s | %s | %s | %s | %s |\n",
			row.Key, cell(row.Name), cell(row.Unit), yesOrEmpty(row.Enabled), yesOrEmpty(row.Original), cell(row.Source), cell(row.Note))
	}
	page.WriteString("\n## How computed values come about\n\n" +
		"They have one decimal place more than Home Assistant shows.\n\n| key | method |\n| --- | --- |\n")
	for _, method := range sensors.Methods() {
		_, _ = fmt.Fprintf(&page, "| `%s` | %s |\n", strings.Join(method.Keys, "`, `"), cell(method.Text))
	}
	page.WriteString("\n## Whose a measurement is\n\n`attribution` in a detail. `withings.attributions` changes what is done; " +
		"numbers that are not listed are published and marked `unconfirmed`.\n\n| number | meaning | default |\n| --- | --- | --- |\n")
	for _, a := range sensors.Attributions() {
		_, _ = fmt.Fprintf(&page, "| %d | %s | %s |\n", a.Number, a.Meaning, a.Action)
	}
	_, err := io.WriteString(w, page.String())
	return err
}

func yesOrEmpty(is bool) string {
	if is {
		return "yes"
	}
	return ""
}
