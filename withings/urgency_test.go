// SPDX-License-Identifier: MIT

package withings_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
)

// crowd is many profiles that share the limit of one application. The responses
// come at once.
type crowd struct {
	t      *testing.T
	cloud  *fakeCloud
	client *withings.Client
	group  sync.WaitGroup
	// isLimited makes the cloud request a pause.
	isLimited atomic.Bool
}

func newCrowd(t *testing.T, change ...func(*withings.Options)) *crowd {
	t.Helper()
	c := &crowd{t: t}
	c.cloud = &fakeCloud{respond: func(v recordedRequest) *fakeResponse {
		switch {
		case c.isLimited.Load():
			return errorResponse(601, "Too many requests")
		case v.hasAction("requesttoken"):
			return tokenPairResponse(9999)
		}
		return okResponse(`{"status":0,"body":{"nonce":"1","devices":[]}}`)
	}}
	c.client = newClient(t, c.cloud, change...)
	return c
}

// account returns a profile, whose requests have its number as their token.
func (c *crowd) account(n int) *withings.Account {
	return c.client.Account(strconv.Itoa(n), newMemoryStore(newToken(n, 1000*time.Hour)))
}

// ask makes a request in the background of the test.
func (c *crowd) ask(ctx context.Context, a *withings.Account) {
	c.group.Go(func() {
		if _, err := a.Devices(ctx); err != nil && ctx.Err() == nil {
			c.t.Error(err)
		}
	})
}

// burst is how many requests may begin at the same moment.
const burst = 20

// useUp makes as many requests as may begin at the same moment.
func (c *crowd) useUp() {
	for range burst {
		c.ask(c.t.Context(), c.account(0))
	}
	synctest.Wait()
	if n := len(c.sent()); n != burst {
		c.t.Fatalf("%d requests began at once, want %d", n, burst)
	}
}

// sent lists what the requests were for, in the order in which they were made:
// the number of the profile, or the action of one without.
func (c *crowd) sent() []string {
	c.cloud.mu.Lock()
	defer c.cloud.mu.Unlock()
	var all []string
	for _, v := range c.cloud.recorded {
		if v.bearer == "" {
			all = append(all, v.form.Get("action"))
			continue
		}
		all = append(all, v.bearer[len("access-"):])
	}
	return all
}

// TestHintGoesBeforePolls has fifty polls wait for the limit when a notification
// arrives, about a profile that is not being polled and about one that is.
func TestHintGoesBeforePolls(t *testing.T) {
	t.Parallel()
	for name, isPolled := range map[string]bool{"not polled": false, "polled": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCrowd(t)
				const polls, hinted, requests = 50, 60, 3
				c.useUp()
				for n := range polls {
					c.ask(t.Context(), c.account(n+1))
				}
				synctest.Wait()
				ctx, raise := withings.WithRaise(t.Context())
				if !isPolled {
					raise()
				}
				a := c.account(hinted)
				for range requests {
					c.ask(ctx, a)
				}
				synctest.Wait()
				began := time.Now()
				raise()
				c.group.Wait()
				last := lastIndex(c.sent(), strconv.Itoa(hinted))
				if polled := last - burst - requests + 1; polled != 0 {
					t.Errorf("%d of %d polls went before it", polled, polls)
				}
				if took := c.cloud.recorded[last].at.Sub(began); took > 2*time.Second {
					t.Errorf("%d requests at a hundred a minute took %v", requests, took)
				}
			})
		})
	}
}

// lastIndex is where a value is last in a list.
func lastIndex(list []string, value string) int {
	backwards := slices.Clone(list)
	slices.Reverse(backwards)
	return len(list) - 1 - slices.Index(backwards, value)
}

// TestUrgenciesInOrder has one request of each urgency wait, the least urgent
// for longest.
func TestUrgenciesInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.useUp()
		c.ask(withings.WithBackground(t.Context()), c.account(5))
		synctest.Wait()
		c.ask(t.Context(), c.account(4))
		synctest.Wait()
		raised, raise := withings.WithRaise(t.Context())
		raise()
		c.ask(raised, c.account(3))
		synctest.Wait()
		c.ask(t.Context(), c.client.Account("2", newMemoryStore(newToken(2, -time.Hour))))
		synctest.Wait()
		c.group.Go(func() {
			if err := c.client.Probe(t.Context()); err != nil {
				t.Error(err)
			}
		})
		c.group.Wait()
		// The profile polls with its new token, after the other poll.
		want := []string{"getnonce", "requesttoken", "3", "4", "9999", "5"}
		if got := c.sent()[burst:]; !slices.Equal(got, want) {
			t.Errorf("order %v, want %v", got, want)
		}
	})
}

// TestProfilesTakeTurns polls three hundred profiles every five minutes, with a
// limit that carries a third of their requests or less.
func TestProfilesTakeTurns(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		requests func(profile int) int // of one poll
		light    int                   // the least number of polls that fewer requests must still get
	}{
		"all alike": {func(int) int { return 5 }, 0},
		// As when the histories of some are read again: they must not hold up others.
		"some many": {
			func(profile int) int {
				if profile%10 == 0 {
					return 50
				}
				return 1
			}, 11,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const profiles, hours = 300, 1
				c := newCrowd(t)
				ctx, cancel := context.WithTimeout(t.Context(), hours*time.Hour)
				defer cancel()
				begun := make([]int, profiles)
				for n := range profiles {
					a := c.account(n)
					c.group.Go(func() {
						for next := time.Now(); ctx.Err() == nil; next = next.Add(5 * time.Minute) {
							advance(max(0, time.Until(next)))
							var requests sync.WaitGroup
							for range row.requests(n) {
								requests.Go(func() { _, _ = a.Devices(ctx) })
							}
							requests.Wait()
							if ctx.Err() == nil {
								begun[n]++
							}
						}
					})
				}
				c.group.Wait()
				rounds := map[int][]int{} // by requests
				for n := range profiles {
					rounds[row.requests(n)] = append(rounds[row.requests(n)], begun[n])
				}
				for requests, counts := range rounds {
					least, most := slices.Min(counts), slices.Max(counts)
					if most-least > 1 || least == 0 {
						t.Errorf("profiles with %d requests were polled %d to %d times", requests, least, most)
					}
				}
				if row.light > 0 && slices.Min(rounds[1]) < hours*row.light {
					t.Errorf("profiles with one request were polled %d times in %d hours", slices.Min(rounds[1]), hours)
				}
			})
		})
	}
}

// TestNothingWaitsForEver has more urgent requests than the limit carries.
func TestNothingWaitsForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.useUp()
		raised, raise := withings.WithRaise(t.Context())
		raise()
		const each = 40
		for n := range each {
			c.group.Go(func() { _ = c.client.Probe(t.Context()) })
			c.ask(raised, c.account(1000+n))
			c.ask(t.Context(), c.account(2000+n))
			c.ask(withings.WithBackground(t.Context()), c.account(3000+n))
		}
		synctest.Wait()
		c.group.Wait()
		kinds := map[byte]int{} // in a third of the turns
		for _, text := range c.sent()[burst : burst+each+each/2] {
			kinds[text[0]]++
		}
		if kinds['1'] < 12 || kinds['2'] < 5 || kinds['3'] < 5 || kinds['g'] < 25 {
			t.Errorf("turns by kind %v", kinds)
		}
	})
}

// TestNeverMoreThanTheLimit makes requests of all urgencies at random times.
func TestNeverMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 7, 30, 120} {
		t.Run(strconv.Itoa(limit), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCrowd(t, func(o *withings.Options) { o.PerMinute = limit })
				random := rand.New(rand.NewPCG(1, uint64(limit)))
				raised, raise := withings.WithRaise(t.Context())
				raise()
				for range 8 * limit {
					advance(time.Duration(random.Int64N(int64(time.Minute) / int64(limit) * 2)))
					switch n := random.IntN(5); n {
					case 0:
						c.group.Go(func() { _ = c.client.Probe(t.Context()) })
					case 1:
						c.ask(raised, c.account(n))
					case 2:
						c.ask(withings.WithBackground(t.Context()), c.account(n))
					default:
						c.ask(t.Context(), c.account(n))
					}
				}
				c.group.Wait()
				at := c.cloud.recorded
				for i := range at {
					if i >= limit && at[i].at.Sub(at[i-limit].at) < time.Minute {
						t.Fatalf("more than %d requests within %v", limit, at[i].at.Sub(at[i-limit].at))
					}
				}
			})
		})
	}
}

// TestCancelledRequestTakesNoTurn gives up most of those that wait.
func TestCancelledRequestTakesNoTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.useUp()
		ctx, cancel := context.WithCancel(t.Context())
		for n := range 50 {
			c.ask(ctx, c.account(1+n))
		}
		synctest.Wait()
		c.ask(t.Context(), c.account(99))
		synctest.Wait()
		cancel()
		asked := time.Now()
		c.group.Wait()
		if took := time.Since(asked); took > time.Second {
			t.Errorf("the next turn came after %v", took)
		}
		if got := c.sent()[burst:]; !slices.Equal(got, []string{"99"}) {
			t.Errorf("requests were made: %v", got)
		}
	})
}

// TestPauseEndsTheWait has the cloud request a pause while others wait.
func TestPauseEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t)
		c.useUp()
		var outcomes [50]string
		began := time.Now()
		for n := range outcomes {
			a := c.account(1 + n)
			c.group.Go(func() {
				_, err := a.Devices(t.Context())
				outcomes[n] = fmt.Sprint(withings.ClassOf(err) == withings.Limited, time.Since(began) <= time.Second)
			})
		}
		synctest.Wait()
		c.isLimited.Store(true)
		c.group.Wait()
		for n, outcome := range outcomes {
			if outcome != "true true" {
				t.Errorf("request %d: limited and at once: %s", n, outcome)
			}
		}
		if made := len(c.sent()) - burst; made != 1 {
			t.Errorf("%d requests were made, want 1", made)
		}
	})
}
