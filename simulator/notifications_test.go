// SPDX-License-Identifier: MIT

package simulator

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/simulator/people"
)

// body is a notification of Carol's (0) or Dave's (1) as it is sent.
func (s *harness) body(i, appli int, pairs ...string) string {
	form := url.Values{"userid": {s.user(i)}, "appli": {strconv.Itoa(appli)}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form.Encode()
}

// span is body with two moments.
func (s *harness) span(appli int, start, end time.Time) string {
	return s.body(0, appli, "startdate", unix(start), "enddate", unix(end))
}

// expect waits until nothing more happens and compares what came, in any order.
func (s *harness) expect(what string, want ...string) {
	s.t.Helper()
	synctest.Wait()
	got := s.listener.bodies()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestChangesNotify(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		s.subscribe(s.carol, allApplis()...)
		s.listener.posts()
		<-time.After(time.Second)
		even := s.Now().Add(-time.Hour).Truncate(2 * time.Second)
		odd := even.Add(time.Second)
		s.Measure("Carol", 88, "3.1", even)
		s.expect("weight", s.span(1, even, even))
		s.Measure("Carol", 999, "1", odd)
		s.expect("unknown type", s.span(1, odd, odd.Add(time.Second)))
		s.Temperature("Carol", "37.1", even)
		s.expect("temperature", s.span(2, even, even))
		s.BloodPressure("Carol", 121, 79, 60, even)
		s.expect("blood pressure", s.span(4, even, even))
		s.SpO2("Carol", 97, even)
		s.expect("blood oxygen", s.span(4, even, even))
		s.Measure("Carol", 119, "101", even)
		s.expect("glucose", s.span(58, even, even))
		s.Measure("Carol", 248, "2.5", even)
		s.expect("urine", s.span(63, even, even))
		s.WeighAmbiguous("Carol", "20", even)
		s.expect("a stranger's weight", s.span(1, even, even))
		s.Goal("Carol", "70", even)
		s.expect("goal")
		s.ECG("Carol", 0, 61, even)
		s.expect("ECG", s.span(54, even, even), s.span(4, even, even))
		s.HeartSound("Carol", 1, even)
		s.expect("heart sound", s.span(61, even, even))
		s.Walk("Carol", 500, even)
		s.expect("walk", s.body(0, 16, "date", "2000-01-01"))
		s.Walk("Carol", 500, even)
		s.expect("walk in the same second", s.body(0, 16, "date", "2000-01-01"))
		s.Workout("Carol", 1, even.Add(-time.Hour), even)
		s.expect("workout", s.span(16, even.Add(-time.Hour), even), s.body(0, 16, "date", "2000-01-01"))
		s.SendNotification("Carol", 55, map[string]string{"deviceid": "x"})
		s.expect("sent by hand", s.body(0, 55, "deviceid", "x"))
		s.Measure("Dave", 88, "3.1", even)
		s.SetGoals("Carol", func(g *Goals) { *g = Goals{Steps: 1} })
		_ = s.Notified()
		s.expect("nothing")
	})
}

func TestWeighInNotifiesOnUpload(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		s.subscribe(s.carol, allApplis()...)
		s.listener.posts()
		at := s.Now()
		s.Weigh("Carol", "68.4", at)
		s.expect("at once", s.span(1, at, at), s.span(4, at, at))
		<-time.After(3 * time.Minute)
		s.expect("pulse wave velocity", s.span(1, at, at))
		ahead := at.Add(time.Hour)
		s.Weigh("Carol", "68.4", ahead)
		s.expect("ahead of its time")
		<-time.After(time.Hour)
		s.expect("in time", s.span(1, ahead, ahead), s.span(4, ahead, ahead), s.span(1, ahead, ahead))
	})
}

func TestNightsNotify(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		s.subscribe(s.carol, 44)
		s.listener.posts()
		end := s.Now().Add(-time.Hour)
		id := s.Night("Carol", end)
		start := time.Unix(whole(nightsOf(t, s.Cloud, s.carol, "lastupdate", "1")[0], "startdate"), 0)
		s.expect("night", s.span(44, start, end))
		s.Delete(id)
		s.expect("deleted", s.span(44, start, end))
	})
}

func TestEditsAndDeletionsNotify(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		s.subscribe(s.carol, allApplis()...)
		at := s.Now().Add(-time.Hour)
		old := s.Measure("Carol", 88, "3.1", at.Add(-time.Hour))
		id := s.BloodPressure("Carol", 121, 79, 60, at)
		ecg := s.ECG("Carol", 0, 61, at)
		ride := s.Workout("Carol", 6, at.Add(-time.Hour), at)
		synctest.Wait()
		s.listener.posts()
		s.Edit(id, 10, "125")
		s.expect("edited", s.span(4, at, at))
		s.Edit(id, 10, "126")
		s.expect("edited in the same second", s.span(4, at, at))
		s.EditWorkout(ride, 0, time.Time{}, at.Add(time.Minute))
		s.expect("workout edited", s.span(16, at.Add(-time.Hour), at.Add(time.Minute)))
		s.Delete(old)
		s.expect("the first deleted", s.span(1, at.Add(-time.Hour), at.Add(-time.Hour)))
		s.Delete(id)
		s.expect("deleted", s.span(4, at, at))
		s.Delete(ecg)
		s.expect("ECG deleted", s.span(54, at, at), s.span(4, at, at))
		s.Delete(ride)
		s.expect("workout deleted", s.span(16, at.Add(-time.Hour), at.Add(time.Minute)))
		future := s.Measure("Carol", 88, "3.1", at.Add(24*time.Hour))
		s.Delete(future)
		<-time.After(48 * time.Hour)
		s.expect("deleted before it was visible")
	})
}

func TestNotificationsCoverOwnDataOnly(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		s.subscribe(s.carol, 1)
		s.subscribe(s.dave, 4)
		s.Plant("Carol", "https://other.example.net/w", 4)
		s.listener.posts()
		at := s.Now()
		s.BloodPressure("Carol", 121, 79, 60, at)
		s.Measure("Dave", 88, "3.1", at)
		s.expect("not subscribed")
		s.Measure("Carol", 88, "3.1", at)
		s.expect("Carol's weight", s.span(1, at, at))
		s.SpO2("Dave", 97, at)
		s.expect("Dave's blood oxygen", s.body(1, 4, "startdate", unix(at), "enddate", unix(at)))
		s.ask(s.carol, "revoke", listenerURL, 1)
		s.Measure("Carol", 88, "3.2", at)
		s.expect("revoked")
		s.subscribe(s.carol, 1)
		s.expect("before the subscription")
	})
}

func TestWithdrawnConsentNotifies(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		s.subscribe(s.carol, 1, 46)
		s.subscribe(s.dave, 46)
		s.Plant("Carol", "https://other.example.net/w", 4)
		s.listener.posts()
		s.Withdraw("Carol")
		s.carol = signIn(t, s.Cloud, "Carol").access // At once: that must not hide the withdrawal.
		s.expect("withdrawn", s.body(0, 46, "action", "unlink"))
		if got := s.subscribedApplis(s.carol); len(got) != 0 {
			t.Errorf("left: %v", got)
		}
		s.Measure("Carol", 88, "3.1", s.Now())
		s.expect("after the withdrawal")
		s.subscribe(s.carol, 1, 46)
		nonce := call(t, s.Cloud, "v2/signature", "", "action", "getnonce", "client_id", s.ClientID(), "timestamp", "1",
			"signature", signature(s.ClientSecret(), "getnonce", s.ClientID(), "1"))
		once := as[string](nonce.Body["nonce"])
		status(t, call(t, s.Cloud, "v2/oauth2", "", "action", "revoke",
			"client_id", s.ClientID(), "nonce", once, "userid", s.user(0),
			"signature", signature(s.ClientSecret(), "revoke", s.ClientID(), once)), 0, "")
		s.expect("revoked by the application")
		if got := s.Subscriptions(); len(got) != 1 || got[0].UserID != s.user(1) {
			t.Errorf("left: %v", got)
		}
	})
}

func TestBedNotifications(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		t := s.t
		s.subscribe(s.carol, 50, 51)
		s.subscribe(s.dave, 50, 51)
		s.listener.posts()
		own := map[int]string{}
		for i, token := range []string{s.carol, s.dave} {
			own[i] = s.mat(token)
		}
		if own[0] == own[1] {
			t.Fatalf("mats %v", own)
		}
		at := s.Now()
		in := func(i, appli int, at time.Time, mat string) string {
			return s.body(i, appli, "date", unix(at), "deviceid", mat)
		}
		s.BedIn("Carol", at, own[0])
		s.BedIn("Carol", at, "aura sensor v2")
		s.BedIn("Dave", at, "")
		s.expect("in", in(0, 50, at, own[0]), in(1, 50, at, own[1]))
		s.BedOut("Carol", at.Add(-time.Minute), own[0])
		s.expect("out", in(0, 51, at.Add(-time.Minute), own[0]))
		s.BedOut("Dave", at.Add(time.Hour), "")
		s.expect("not yet")
		<-time.After(time.Hour)
		s.expect("in time", in(1, 51, at.Add(time.Hour), own[1]))
	})
}

// TestNotificationsCoverAllHistory compares the notifications of three days
// with the data.
func TestNotificationsCoverAllHistory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(12 * time.Hour)
		people := []Person{DemoPeople()[0], ScanWatchOwner()}
		for i := range people {
			people[i].Days = 10
		}
		s := newHarness(t, NotifyKnobs{}, people...)
		s.subscribe(s.carol, allApplis()...)
		s.subscribe(s.dave, allApplis()...)
		s.listener.posts()
		from, born := s.Now(), s.listener.born
		<-time.After(72 * time.Hour)
		to := s.Now()
		<-time.After(2 * time.Minute)
		arrived := map[string][]time.Time{}
		for _, p := range s.listener.posts() {
			arrived[p.body] = append(arrived[p.body], born.Add(p.after))
		}
		for i := range people {
			for body, moments := range s.uploads(from, to, i) {
				for _, at := range moments {
					punctual := slices.ContainsFunc(arrived[body], func(when time.Time) bool {
						delay := when.Sub(time.Unix(at, 0))
						return delay >= 30*time.Second && delay <= 90*time.Second
					})
					if !punctual {
						t.Errorf("%s of %v: notified at %v", body, time.Unix(at, 0).UTC(), arrived[body])
					}
				}
				delete(arrived, body)
			}
		}
		for body, at := range arrived {
			known := slices.ContainsFunc(at, func(at time.Time) bool { return at.Before(to) })
			if form, _ := url.ParseQuery(body); known && form.Get("appli") != "16" { // A sync also announces the day before.
				t.Errorf("without a change: %s at %v", body, at)
			}
		}
	})
}

// uploads are the expected notifications of a person and the times of their
// uploads, derived without the detector.
func (s *harness) uploads(from, to time.Time, i int) map[string][]int64 {
	p, want, seen := s.store.Accounts[i], map[string][]int64{}, map[int]int{}
	put := func(appli int, at int64, body string) {
		if at > from.Unix() && at <= to.Unix() {
			want[body] = append(want[body], at)
			seen[appli]++
		}
	}
	add := func(appli int, at, start, end int64) {
		if start == end {
			end += start % 2
		}
		put(appli, at, s.body(i, appli, "startdate", strconv.FormatInt(start, 10), "enddate", strconv.FormatInt(end, 10)))
	}
	for _, g := range p.Groups {
		applis := map[int]bool{}
		for _, m := range g.Measures {
			applis[cmp.Or(map[int]int{
				12: 2, 71: 2, 73: 2, 9: 4, 10: 4, 11: 4, 54: 4, 130: 54, 135: 54, 136: 54, 137: 54, 138: 54, 139: 54,
			}[m.Type], 1)] = g.Category == 1
		}
		for appli, notified := range applis {
			if notified {
				add(appli, g.Created, g.Date, g.Date)
			}
		}
	}
	for _, h := range p.Records.Hearts {
		if h.ECG != 0 {
			add(54, h.Created, h.At, h.At)
		}
	}
	for _, n := range p.Nights {
		add(44, n.Created, n.Start, n.End)
		add(44, n.FinalAt, n.Start, n.End)
		if n.Source.Core {
			add(62, n.Created, n.Start, n.End)
		}
		if n.Source == people.Mat {
			put(50, n.Start, s.body(i, 50, "date", strconv.FormatInt(n.Start, 10), "deviceid", n.Device))
			put(51, n.End, s.body(i, 51, "date", strconv.FormatInt(n.End, 10), "deviceid", n.Device))
		}
	}
	for _, w := range p.Records.Workouts {
		add(16, w.Created, w.Start, w.End)
		add(16, w.ConfirmedAt, w.Start, w.End)
	}
	for at := p.FirstSync(people.Watch, from.Unix()+1); at <= to.Unix(); at = p.FirstSync(people.Watch, at+1) {
		put(16, at, s.body(i, 16, "date", people.DateOf(p.DayNumber(time.Unix(at, 0)))))
	}
	if seen[44] < 3 || seen[16] < 50 || p.Mat && seen[50]+seen[51] < 6 || !p.Mat && seen[62] < 3 {
		s.t.Errorf("too few of each: %v", seen)
	}
	return want
}

// mat is the device id of a person's mat.
func (s *harness) mat(token string) string {
	s.t.Helper()
	return as[string](devicesOf(s.t, s.Cloud, token)["Aura Sensor V2"]["deviceid"])
}
