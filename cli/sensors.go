// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"vitals2mqtt/sensors"
)

type sensorsCommand struct {
	jsonFlag

	Format string `enum:"table,csv,json,markdown" default:"table" help:"table, csv, json or markdown."`
}

func (c sensorsCommand) run(_ context.Context, s *session) error {
	format := c.Format
	if c.JSON {
		format = "json"
	}
	write := map[string]func(io.Writer) error{
		"table": sensorTable, "csv": sensors.WriteCSV, "json": sensorJSON, "markdown": sensorMarkdown,
	}[format]
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

// sensorJSON prints the catalogue for scripts.
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
			Key:         row.Key,
			Name:        row.Name,
			Platform:    row.Platform,
			DeviceClass: row.DeviceClass,
			Unit:        row.Unit,
			StateClass:  row.StateClass,
			Icon:        row.Icon,
			Category:    row.EntityCategory,
			Enabled:     row.Enabled,
			Scope:       string(row.Scope),
			Source:      row.Source,
			Original:    row.Original,
			Options:     row.Options,
			Note:        sensors.RemarkOf(row.Key),
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
