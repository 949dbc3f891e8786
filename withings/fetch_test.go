// SPDX-License-Identifier: MIT

package withings_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/withings"
)

func TestRowsShiftedBetweenPagesComeTwice(t *testing.T) {
	t.Parallel()
	for name, q := range apiCallsWhere(isPaged) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, c := newAccount(t, func(v recordedRequest) *fakeResponse {
				rows, tail := q.row(1)+","+q.row(2), `,"more":true,"offset":2`
				if v.form.Get("offset") != "" {
					rows, tail = q.row(2)+","+q.row(3), `,"more":false,"offset":0`
				}
				return okResponse(`{"status":0,"body":{"` + q.list + `":[` + rows + `]` + tail + `}}`)
			})
			if got := q.fetch(t.Context(), a); got != (outcome{rows: 4}) || len(c.recorded) != 2 {
				t.Fatalf("%+v after %d requests", got, len(c.recorded))
			}
			want := maps.Clone(c.recorded[0].form)
			want.Set("offset", "2")
			if diff := cmp.Diff(want, c.recorded[1].form); diff != "" {
				t.Errorf("the second page was requested with other parameters:\n%s", diff)
			}
		})
	}
}

func TestStalledPagingIsIncomplete(t *testing.T) {
	t.Parallel()
	for name, q := range apiCallsWhere(isPaged) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 0
			a, c := newAccount(t, always(func() *fakeResponse {
				n++
				return okResponse(`{"status":0,"body":{"` + q.list + `":[` + q.row(n) + `],"more":true,"offset":1}}`)
			}))
			if got := q.fetch(t.Context(), a); got != (outcome{rows: 2, more: true}) || len(c.recorded) != 2 {
				t.Errorf("%+v after %d requests", got, len(c.recorded))
			}
		})
	}
}

func TestUnpagedServicesSendOneRequest(t *testing.T) {
	t.Parallel()
	for name, q := range apiCallsWhere(isUnpaged) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, c := newAccount(t, always(func() *fakeResponse {
				return okResponse(`{"status":0,"body":{"` + q.list + `":[],"more":true,"offset":7}}`)
			}))
			if got := q.fetch(t.Context(), a); got != (outcome{}) || len(c.recorded) != 1 {
				t.Errorf("%+v after %d requests", got, len(c.recorded))
			}
		})
	}
}

func TestEmptyResponses(t *testing.T) {
	t.Parallel()
	for name, q := range apiCallsWhere(isAny) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := newAccount(t, always(func() *fakeResponse {
				return okResponse(`{"status":0,"body":{"` + q.list + `":[]}}`)
			}))
			if got := q.fetch(t.Context(), a); got != (outcome{}) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestSuccessWithoutDataIsIncomplete: it does not mean that there are no data
// any more.
func TestSuccessWithoutDataIsIncomplete(t *testing.T) {
	t.Parallel()
	for name, q := range apiCallsWhere(isAny) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a, c := newAccount(t, nil)
				for body, came := range map[string]string{
					``: "no body", `,"body":null`: "unexpected body: null", `,"body":[]`: "unexpected body: list",
					`,"body":"ok"`: "unexpected body: string", `,"body":{}`: "none", `,"body":{"x":[],"more":false}`: "none",
					`,"body":{"` + q.list + `":null}`: "unexpected null", `,"body":{"` + q.list + `":0}`: "unexpected number",
					`,"body":{"` + q.list + `":""}`: "unexpected string", `,"body":{"` + q.list + `":[true,null]}`: "unexpected list",
				} {
					c.respond = always(func() *fakeResponse { return okResponse(`{"status":0` + body + `}`) })
					got := q.fetch(t.Context(), a)
					if !errors.Is(got.err, withings.ErrIncomplete) || withings.ClassOf(got.err) != withings.Temporary ||
						got.rows != 0 || !strings.Contains(got.err.Error(), q.list+" ("+came) {
						t.Errorf("%q: %+v", body, got)
					}
				}
			})
		})
	}
	for name, q := range apiCallsWhere(isPaged) {
		t.Run("second page of "+name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a, _ := newAccount(t, func(v recordedRequest) *fakeResponse {
					if v.form.Get("offset") != "" {
						return okResponse(`{"status":0}`)
					}
					return okResponse(`{"status":0,"body":{"` + q.list + `":[` + q.row(1) + `],"more":1,"offset":1}}`)
				})
				if got := q.fetch(t.Context(), a); !errors.Is(got.err, withings.ErrIncomplete) || got.rows != 1 {
					t.Errorf("%+v, want the first page and an error", got)
				}
			})
		})
	}
}

func TestRefusalsPassThrough(t *testing.T) {
	t.Parallel()
	for name, q := range apiCallsWhere(isAny) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, c := newAccount(t, always(func() *fakeResponse { return errorResponse(403, "Insufficient_scope") }))
			got := q.fetch(t.Context(), a)
			if withings.ClassOf(got.err) != withings.Forbidden || got.rows != 0 || len(c.recorded) != 1 {
				t.Errorf("%+v after %d requests", got, len(c.recorded))
			}
		})
	}
	for name, q := range apiCallsWhere(isPaged) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := newAccount(t, func(v recordedRequest) *fakeResponse {
				if v.form.Get("offset") != "" {
					return errorResponse(601, "Too many requests")
				}
				return okResponse(`{"status":0,"body":{"` + q.list + `":[` + q.row(1) + `],"more":1,"offset":1}}`)
			})
			got := q.fetch(t.Context(), a)
			if withings.ClassOf(got.err) != withings.Limited || got.rows != 1 {
				t.Errorf("%+v, want the first page and an error", got)
			}
		})
	}
}

func TestReversedRangesAreRejected(t *testing.T) {
	t.Parallel()
	a, c := newAccount(t, always(func() *fakeResponse { return okResponse(`{"status":0,"body":{}}`) }))
	for name, call := range map[string]func(from, to time.Time) error{
		"MeasuresBetween": func(from, to time.Time) error {
			return collect(a.MeasuresBetween(t.Context(), from, to), readMeasures).err
		},
		"NightsBetween": func(from, to time.Time) error {
			return collect(a.NightsBetween(t.Context(), from, to), readNights).err
		},
		"WorkoutsBetween": func(from, to time.Time) error {
			return collect(a.WorkoutsBetween(t.Context(), from, to), readWorkouts).err
		},
		"ActivitiesBetween": func(from, to time.Time) error {
			return collect(a.ActivitiesBetween(t.Context(), from, to), readActivities).err
		},
	} {
		if err := call(rangeEnd(), rangeStart()); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := call(rangeStart(), time.Time{}); err == nil {
			t.Errorf("%s without an end: no error", name)
		}
		if len(c.recorded) != 0 {
			t.Fatalf("%s made a request", name)
		}
	}
	for name, call := range map[string]func(ctx context.Context) error{
		"Intraday": func(ctx context.Context) error { _, err := a.Intraday(ctx, rangeEnd(), rangeStart()); return err },
		"Stages":   func(ctx context.Context) error { _, err := a.Stages(ctx, rangeEnd(), rangeStart()); return err },
	} {
		if err := call(t.Context()); err != nil || len(c.recorded) != 0 {
			t.Errorf("%s: %d requests, %v", name, len(c.recorded), err)
		}
	}
}

func TestIntradayIsFetchedByDay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newAccount(t, func(v recordedRequest) *fakeResponse {
			start, _ := strconv.ParseInt(v.form.Get("startdate"), 10, 64)
			stop, _ := strconv.ParseInt(v.form.Get("enddate"), 10, 64)
			if stop-start > 86400 || start >= stop {
				t.Errorf("requested %d to %d", start, stop)
			}
			if start == rangeStart().Unix()+86400 {
				return okResponse(`{"status":0,"body":{"series":[]}}`) // a day without a watch
			}
			slot := func(at int64) string { return `"` + strconv.FormatInt(at, 10) + `":{"steps":1}` }
			return okResponse(`{"status":0,"body":{"series":{` + slot(start) + `,` + slot(stop) + `}}}`)
		})
		got, err := a.Intraday(t.Context(), rangeStart(), rangeStart().Add(60*time.Hour))
		if err != nil || len(c.recorded) != 3 {
			t.Fatalf("%d requests: %v", len(c.recorded), err)
		}
		var hours []int64
		for _, at := range slices.Sorted(maps.Keys(got.Series)) {
			hours = append(hours, (at-rangeStart().Unix())/3600)
		}
		if want := []int64{0, 24, 48, 60}; !slices.Equal(hours, want) {
			t.Errorf("slots at hours %v, want %v", hours, want)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		n := 0
		a, _ := newAccount(t, always(func() *fakeResponse {
			if n++; n == 2 {
				return errorResponse(277, "")
			}
			return okResponse(`{"status":0,"body":{"series":{"1":{"steps":1}}}}`)
		}))
		got, err := a.Intraday(t.Context(), rangeStart(), rangeStart().Add(60*time.Hour))
		if withings.ClassOf(err) != withings.Forbidden || got.Series != nil || n != 2 {
			t.Errorf("half a response after %d requests: %+v, %v", n, got, err)
		}
	})
}
