// SPDX-License-Identifier: MIT

package push_test

import (
	"slices"
	"testing"

	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	const base = "https://vitals.example.org"
	ours, err := push.CallbackURL(base, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	old, err := push.CallbackURL(base, push.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	row := func(url string, category withings.Category) withings.Subscription {
		return withings.Subscription{
			CallbackURL: withings.Text(url),
			Category:    withings.Int{N: int64(category), OK: true},
		}
	}
	rows := []withings.Subscription{
		row(ours+"/", withings.CategoryWeight),
		row(old, withings.CategorySleep),
		row("https://other.example.org/x", withings.CategoryECG),
	}
	wanted := []withings.Category{withings.CategorySleep, withings.CategoryWeight, withings.CategorySleep, 12345}
	missing, former := push.Diff(rows, ours, wanted)
	if !slices.Equal(missing, []withings.Category{withings.CategorySleep}) || former != 1 {
		t.Errorf("missing %v, %d former", missing, former)
	}
}
