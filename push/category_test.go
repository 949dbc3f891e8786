package push_test

import (
	"slices"
	"testing"

	"vitals2mqtt/push"
)

func TestCategories(t *testing.T) {
	t.Parallel()
	scopes := map[push.Category]string{
		push.Weight: "user.metrics", push.Temperature: "user.metrics", push.Pressure: "user.metrics",
		push.Activity: "user.activity", push.Sleep: "user.activity", push.Profile: "user.info",
		push.BedIn: "user.sleepevents", push.BedOut: "user.sleepevents", push.Inflated: "user.sleepevents",
		push.ECG: "user.metrics", push.ECGFailed: "user.metrics", push.Glucose: "user.metrics",
		push.Stethoscope: "user.metrics", push.HRV: "user.metrics", push.Urine: "user.metrics",
	}
	all := push.Categories()
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
	if other := push.Category(77); other.IsKnown() || other.Scope() != "" || other.String() != "category 77" || other.Description() == "" {
		t.Errorf("unknown category: %q %q %q", other, other.Scope(), other.Description())
	}
	if push.AnyCategory.IsKnown() || push.AnyCategory.String() != "anything" {
		t.Error("anything is no category of the cloud's")
	}
}
