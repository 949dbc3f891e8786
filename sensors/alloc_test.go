package sensors_test

import (
	"testing"
)

// TestApplyMeasuresAllocations has a page of 1,000 groups of seven measures.
//
//nolint:paralleltest // allocations of others would count
func TestApplyMeasuresAllocations(t *testing.T) {
	const groups, measures = 1000, 7
	page := measuresOf()
	for g := range int64(groups) {
		page.Groups = append(page.Groups, group(g+1, at(-10000)+g*3600,
			measure(1, 70000+g, -3), measure(5, 50000+g, -3), measure(6, 20000+g, -3), measure(8, 20000+g, -3),
			measure(76, 45000, -3),
			measure(77, 35000, -3), measure(88, 3000, -3)))
	}
	perMeasure := testing.AllocsPerRun(3, func() {
		applyMeasures(newStore(), page, pollOptions())
	}) / (groups * measures)
	t.Logf("%.2f allocations a measure", perMeasure)
	if perMeasure > 3 {
		t.Errorf("%.1f allocations a measure, want 3 at most", perMeasure)
	}
}
