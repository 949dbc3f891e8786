// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// scopedCloud is a cloud whose account has scopes.
type scopedCloud struct {
	*fakeCloud
	scopes []string
}

func (a scopedCloud) State() withings.AccountState {
	state := a.fakeCloud.State()
	state.Scopes = a.scopes
	return state
}

func refused(status int, class withings.Class) error {
	return &withings.Error{Service: "v2/x", Action: "y", Status: status, HTTP: 200, Class: class}
}

// TestReasonsForMissingValues has one key for each reason.
func TestReasonsForMissingValues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		start := time.Now()
		guest, odd := weighIn(2, 90000, start.Add(-time.Hour)), weighIn(3, 90000, start.Add(-time.Hour))
		number := func(n int64) withings.Int { return withings.Int{N: n, OK: true} }
		guest.Attribution, odd.Attribution = number(1), number(9)
		guest.Measures[0].Type, odd.Measures[0].Type = number(88), number(76)
		cloud := scopedCloud{&fakeCloud{user: "1"}, []string{"user.metrics", "user.activity"}}
		cloud.measures = measuresOf(weighIn(1, 70000, start.Add(-2*time.Hour)), guest, odd)
		cloud.nights = failing[withings.Nights](refused(2555, withings.Temporary))
		cloud.workouts = failing[withings.Workouts](refused(277, withings.Forbidden))
		cloud.hearts = func(time.Time) (withings.HeartRecords, error) {
			return withings.HeartRecords{}, refused(403, withings.Forbidden)
		}
		p := profile("Alice", cloud)
		p.Policy = sensors.Policy{9: sensors.Hold}
		p.Keys = []string{
			"weight_kg", "bone_mass_kg", "muscle_mass_kg", "fat_mass_kg", "sleep_score", "workout_type", "ecg_time", "step_goal",
		}
		b := h.bridge(t, p)
		_ = b.Once(t.Context(), "")
		want := map[bridge.Reason][]string{
			bridge.ReasonAmbiguousOnly:  {"bone_mass_kg"},
			bridge.ReasonHidden:         {"muscle_mass_kg"},
			bridge.ReasonNeverDelivered: {"fat_mass_kg"},
			bridge.ReasonFailing:        {"sleep_score"},
			bridge.ReasonNotOnPlan:      {"workout_type"},
			bridge.ReasonScopeMissing:   {"ecg_time", "step_goal"},
		}
		if diff := cmp.Diff(want, b.Health().Profiles["alice"].Missing); diff != "" {
			t.Errorf("missing (-want +got):\n%s", diff)
		}
		var published bridge.Health
		if err := json.Unmarshal([]byte(h.publisher.get(h.tree.BridgeHealth())), &published); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, published.Profiles["alice"].Missing); diff != "" {
			t.Errorf("bridge/health (-want +got):\n%s", diff)
		}

		// The same without a daemon, from the stored state.
		whys, err := h.stored().Explain(t.Context(), p, withings.Token{UserID: "1", Scopes: cloud.scopes})
		if err != nil {
			t.Fatal(err)
		}
		got := map[bridge.Reason][]string{}
		unconfigured := 0
		for _, why := range whys {
			switch why.Reason {
			case bridge.ReasonNotConfigured:
				unconfigured++
			case bridge.ReasonCurrent:
				if why.Key != "weight_kg" || !why.MeasuredAt.Equal(start.Add(-2*time.Hour)) {
					t.Errorf("%+v", why)
				}
			default:
				got[why.Reason] = append(got[why.Reason], why.Key)
			}
			if (why.Reason == bridge.ReasonFailing || why.Reason == bridge.ReasonNotOnPlan) && why.Note == "" {
				t.Errorf("%s: no note for %s", why.Key, why.Reason)
			}
		}
		sortAll(want)
		sortAll(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("explained (-want +got):\n%s", diff)
		}
		if unconfigured != len(sensors.Keys())-len(p.Keys) {
			t.Errorf("%d keys are not configured", unconfigured)
		}

		// Not signed in, nothing fetched yet.
		whys, err = bridge.Stored{State: newMemoryStore()}.Explain(t.Context(), p, withings.Token{})
		if err != nil || weightOf(whys).Reason != bridge.ReasonSignInNeeded {
			t.Errorf("%+v, %v", weightOf(whys), err)
		}
		whys, err = bridge.Stored{State: newMemoryStore()}.Explain(t.Context(), p, withings.Token{UserID: "1"})
		if err != nil || weightOf(whys).Reason != bridge.ReasonNotPolledYet {
			t.Errorf("%+v, %v", weightOf(whys), err)
		}
	})
}

// TestReasonsOfBedPresence has notifications that are configured, as the daemon
// and a command beside it see them.
func TestReasonsOfBedPresence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		p := withKeys(profile("Alice", &fakeCloud{user: "1"}), "in_bed", "bed_occupied")
		p.Notifications = true
		reasonsOf := func(p bridge.Profile) map[string]bridge.Reason {
			whys, err := h.stored().Explain(t.Context(), p, withings.Token{UserID: "1"})
			if err != nil {
				t.Fatal(err)
			}
			reasons := map[string]bridge.Reason{}
			for _, why := range whys {
				if slices.Contains(p.Keys, why.Key) {
					reasons[why.Key] = why.Reason
				}
			}
			return reasons
		}
		without := p
		without.Notifications = false
		for _, step := range []struct {
			profile bridge.Profile
			want    bridge.Reason
		}{
			{without, bridge.ReasonNoPush}, {p, bridge.ReasonNeverDelivered},
		} {
			want := map[string]bridge.Reason{"in_bed": step.want, "bed_occupied": step.want}
			if diff := cmp.Diff(want, reasonsOf(step.profile)); diff != "" {
				t.Errorf("before the first event (-want +got):\n%s", diff)
			}
		}
		start := time.Now()
		running := p
		running.Push = func() bridge.PushState { return bridge.PushState{Healthy: true} }
		b := h.bridge(t, running)
		fetchOnce(t, b)
		b.HandleHint(bridge.Hint{UserID: "1", Category: withings.CategoryBedIn, Device: "mat", At: start, Received: start})
		want := map[string]bridge.Reason{"in_bed": bridge.ReasonCurrent, "bed_occupied": bridge.ReasonCurrent}
		if diff := cmp.Diff(want, reasonsOf(p)); diff != "" {
			t.Errorf("after an event (-want +got):\n%s", diff)
		}
		if missing := b.Health().Profiles["alice"].Missing; len(missing) != 0 {
			t.Errorf("the daemon misses %v", missing)
		}
	})
}

func sortAll(lists map[bridge.Reason][]string) {
	for _, list := range lists {
		slices.Sort(list)
	}
}

func weightOf(whys []bridge.Explanation) bridge.Explanation {
	for _, why := range whys {
		if why.Key == "weight_kg" {
			return why
		}
	}
	return bridge.Explanation{}
}
