// SPDX-License-Identifier: MIT

package sensors

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// csvHeader names the columns of the catalogue's table.
func csvHeader() []string {
	return []string{
		"key", "name", "platform", "device_class", "unit", "state_class", "precision", "icon", "entity_category",
		"enabled", "scope", "source", "original", "note",
	}
}

// WriteCSV writes the catalogue as a table with a header line, in catalogue
// order. Only fields that need it are quoted; lines end with a line feed.
func WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{csvHeader()}
	for _, s := range Catalogue() {
		rows = append(rows, s.columns())
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("writing catalogue: %w", err)
	}
	return nil
}

// columns returns the row in the order of csvHeader.
func (s Sensor) columns() []string {
	precision, enabled, original := "", "no", ""
	if s.Precision != NoPrecision {
		precision = strconv.Itoa(s.Precision)
	}
	if s.Enabled {
		enabled = "yes"
	}
	if s.Original {
		original = "yes"
	}
	return []string{
		s.Key, s.Name, s.Platform, s.DeviceClass, s.Unit, s.StateClass, precision, s.Icon, s.EntityCategory,
		enabled, string(s.Scope), s.Source, original, s.Note,
	}
}
