// SPDX-License-Identifier: MIT

package sensors_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"testing"

	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/sensors"
)

func catalogueCSV(t *testing.T) []byte {
	t.Helper()
	var table bytes.Buffer
	if err := sensors.WriteCSV(&table); err != nil {
		t.Fatal(err)
	}
	return table.Bytes()
}

func TestGoldenCatalogue(t *testing.T) {
	t.Parallel()
	goldentest.Compare(t, "testdata/catalogue.csv", catalogueCSV(t))
}

// TestCatalogueMatchesSpecification compares row by row with the table that
// V2M_SPEC names: same columns, same order, every row and none of our own.
func TestCatalogueMatchesSpecification(t *testing.T) {
	t.Parallel()
	path := os.Getenv("V2M_SPEC")
	if path == "" {
		t.Skip("V2M_SPEC does not name the table of sensors")
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	spec := parseTable(t, file)
	ours := parseTable(t, catalogueCSV(t))
	if !slices.Equal(ours[0], spec[0]) {
		t.Fatalf("columns %v, want %v", ours[0], spec[0])
	}
	if len(ours) != len(spec) {
		t.Errorf("%d rows, the specification has %d", len(ours)-1, len(spec)-1)
	}
	at := 0
	for _, row := range ours[1:] {
		next := slices.IndexFunc(spec[at:], func(s []string) bool { return s[0] == row[0] })
		if next < 0 {
			t.Errorf("%s is not in the specification, or out of order", row[0])
			continue
		}
		at += next
		if !slices.Equal(row, spec[at]) {
			t.Errorf("%s\n got %q\nwant %q", row[0], row, spec[at])
		}
	}
	// The same bytes too: the specification quotes only what must be quoted.
	lines := bytes.Split(file, []byte("\n"))
	for line := range bytes.SplitSeq(catalogueCSV(t), []byte("\n")) {
		if !slices.ContainsFunc(lines, func(l []byte) bool { return bytes.Equal(l, line) }) {
			t.Errorf("no such line: %s", line)
		}
	}
}

func parseTable(t *testing.T, table []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
