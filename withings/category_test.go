// SPDX-License-Identifier: MIT

package withings_test

import (
	"slices"
	"testing"

	"vitals2mqtt/withings"
)

func TestCategories(t *testing.T) {
	t.Parallel()
	scopes := map[withings.Category]string{
		withings.CategoryWeight: "user.metrics", withings.CategoryTemperature: "user.metrics",
		withings.CategoryPressure: "user.metrics", withings.CategoryActivity: "user.activity",
		withings.CategorySleep: "user.activity", withings.CategoryProfile: "user.info",
		withings.CategoryBedIn: "user.sleepevents", withings.CategoryBedOut: "user.sleepevents",
		withings.CategoryInflated: "user.sleepevents", withings.CategoryECG: "user.metrics",
		withings.CategoryECGFailed: "user.metrics", withings.CategoryGlucose: "user.metrics",
		withings.CategoryStethoscope: "user.metrics", withings.CategoryHRV: "user.metrics",
		withings.CategoryUrine: "user.metrics",
	}
	all := withings.Categories()
	if len(all) != len(scopes) || !slices.IsSorted(all) {
		t.Fatalf("categories %v", all)
	}
	names := map[string]bool{}
	for _, category := range all {
		names[category.String()] = true
		if category.Scope() != scopes[category] || !category.IsKnown() || category.Description() == "" {
			t.Errorf("%d: %q %q %q", category, category, category.Scope(), category.Description())
		}
		if category.IsBedEvent() != (category >= 50 && category <= 52) {
			t.Errorf("%s: bed %t", category, category.IsBedEvent())
		}
	}
	if len(names) != len(all) {
		t.Errorf("two categories have one name: %v", names)
	}
	if other := withings.Category(77); other.IsKnown() || other.Scope() != "" || other.String() != "category 77" ||
		other.Description() == "" {
		t.Errorf("unknown category: %q %q %q", other, other.Scope(), other.Description())
	}
	if withings.CategoryAny.IsKnown() || withings.CategoryAny.String() != "anything" {
		t.Error("anything is no category of the cloud's")
	}
}
