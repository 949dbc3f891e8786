// SPDX-License-Identifier: MIT

package health_test

import (
	"strconv"
	"testing"

	"vitals2mqtt/health"
)

// TestFindingsOfProfileKeepNoOthers has a finding for each of many profiles.
func TestFindingsOfProfileKeepNoOthers(t *testing.T) {
	t.Parallel()
	var v health.Verdict
	for i := range 300 {
		v.Findings = append(v.Findings, health.Status{Profile: strconv.Itoa(i)})
	}
	v.Findings = append(v.Findings, health.Status{Affected: []string{"7"}})
	own := v.Of("7")
	if len(own) != 2 || own[0].Profile != "7" || own[1].Affected == nil {
		t.Errorf("%+v", own)
	}
	if cap(own) > 4 {
		t.Errorf("room for %d findings is kept with 2", cap(own))
	}
}
