// SPDX-License-Identifier: MIT

package sensors

import (
	"slices"
	"testing"
)

func TestRemarksAreOfTheCatalogue(t *testing.T) {
	t.Parallel()
	for _, r := range remarks() {
		for _, key := range r.keys {
			isRow := func(row Sensor) bool { return row.Key == key }
			if !slices.ContainsFunc(Catalogue(), isRow) {
				t.Errorf("the catalogue has no %s", key)
			}
			if RemarkOf(key) != r.text {
				t.Errorf("%s has two remarks", key)
			}
		}
	}
}
