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
	row := func(url string, category push.Category) withings.Subscription {
		return withings.Subscription{CallbackURL: withings.Text(url), Category: withings.Int{N: int64(category), OK: true}}
	}
	rows := []withings.Subscription{row(ours+"/", push.Weight), row(old, push.Sleep), row("https://other.example.org/x", push.ECG)}
	missing, former := push.Diff(rows, ours, []push.Category{push.Sleep, push.Weight, push.Sleep, 12345})
	if !slices.Equal(missing, []push.Category{push.Sleep}) || former != 1 {
		t.Errorf("missing %v, %d former", missing, former)
	}
}
