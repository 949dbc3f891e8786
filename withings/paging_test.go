// SPDX-License-Identifier: MIT

package withings_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
)

func groupsResponse(rows, tail string) *fakeResponse {
	return okResponse(`{"status":0,"body":{"measuregrps":[` + rows + `]` + tail + `}}`)
}

func groupJSON(id, modified, value int) string {
	return `{"grpid":` + strconv.Itoa(id) + `,"modified":` + strconv.Itoa(modified) +
		`,"measures":[{"value":` + strconv.Itoa(value) + `,"type":1,"unit":0}]}`
}

// TestPagesAreFollowedToTheEnd: a page is there before the next is requested,
// and says where that one begins.
func TestPagesAreFollowedToTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		respond := func(v recordedRequest) *fakeResponse {
			switch v.form.Get("offset") {
			case "":
				return groupsResponse(groupJSON(1, 10, 70)+","+groupJSON(2, 10, 71), `,"more":1,"offset":2`)
			case "2":
				return groupsResponse(groupJSON(2, 10, 75)+","+groupJSON(3, 9, 72), `,"more":true,"offset":"4"`)
			case "4":
				return groupsResponse(groupJSON(4, 8, 1)+`,{"measures":[]}`, `,"more":false,"offset":9`)
			}
			t.Errorf("requested offset %q", v.form.Get("offset"))
			return errorResponse(503, "")
		}
		for start, want := range map[int64][]string{
			0: {"page of 2, requests 1, next 2", "page of 2, requests 2, next 4", "page of 2, requests 3, last"},
			2: {"page of 2, requests 1, next 4", "page of 2, requests 2, last"},
			4: {"page of 2, requests 1, last"},
		} {
			a, c := newAccount(t, respond)
			var got []string
			for m, err := range a.Measures(t.Context(), time.Unix(1767225600, 0), start) {
				if err != nil || m.More.True {
					t.Fatalf("%v, more %v", err, m.More)
				}
				next := "last"
				if m.Offset.OK {
					next = "next " + strconv.FormatInt(m.Offset.N, 10)
				}
				got = append(got, fmt.Sprintf("page of %d, requests %d, %s", len(m.Groups), len(c.requests("getmeas")), next))
			}
			if !slices.Equal(got, want) {
				t.Errorf("from %d: %q, want %q", start, got, want)
			}
			for _, v := range c.requests("getmeas") {
				if v.form.Get("lastupdate") != "1767225600" || v.form.Get("category") != "1" {
					t.Errorf("a page was requested with other parameters: %v", v.form)
				}
			}
		}
		a, c := newAccount(t, respond)
		if _, err := firstPage(a.Measures(t.Context(), time.Unix(1767225600, 0), 0)); err != nil {
			t.Fatal(err)
		}
		if n := len(c.requests("getmeas")); n != 1 {
			t.Errorf("%d requests for one page", n)
		}
	})
}

func TestPagingGuards(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response func(n int) *fakeResponse
		requests int
	}{
		"offset stands still": {
			func(n int) *fakeResponse { return groupsResponse(groupJSON(n, 1, 1), `,"more":true,"offset":1`) }, 2,
		},
		"offset goes back": {func(n int) *fakeResponse {
			return groupsResponse(groupJSON(n, 1, 1), `,"more":1,"offset":`+strconv.Itoa(5-n))
		}, 2},
		"no offset":  {func(n int) *fakeResponse { return groupsResponse(groupJSON(n, 1, 1), `,"more":1`) }, 1},
		"empty page": {func(n int) *fakeResponse { return groupsResponse("", `,"more":1,"offset":`+strconv.Itoa(n)) }, 1},
		"no end": {func(n int) *fakeResponse {
			return groupsResponse(groupJSON(n, 1, 1), `,"more":1,"offset":`+strconv.Itoa(n))
		}, 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := 0
				a, _ := newAccount(t, func(recordedRequest) *fakeResponse {
					n++
					return row.response(n)
				})
				got := collect(a.Measures(t.Context(), time.Time{}, 0), readMeasures)
				if got.err != nil || n != row.requests || !got.more {
					t.Errorf("%d requests, want %d; %+v", n, row.requests, got)
				}
			})
		})
	}
}

func TestNightsRequestEveryField(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newAccount(t, func(v recordedRequest) *fakeResponse {
			if v.form.Get("offset") == "" {
				return okResponse(`{"status":0,"body":{"series":[{"id":1,"modified":5,"data":{"hr_min":40}}],` +
					`"more":true,"offset":300}}`)
			}
			return okResponse(`{"status":0,"body":{"series":[{"id":1,"modified":6,"data":{"hr_min":41}},{"id":2,"data":[]}],` +
				`"more":false,"offset":0}}`)
		})
		if got := collect(a.Nights(t.Context(), time.Time{}, 0), readNights); got != (outcome{rows: 3}) {
			t.Fatalf("%+v", got)
		}
		request := c.requests("getsummary")[1].form
		if request.Get("lastupdate") != "1" || request.Get("offset") != "300" || len(request.Get("data_fields")) < 500 {
			t.Errorf("request %v", request)
		}
	})
}

func TestStagesAreFetchedByDay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		from := time.Unix(1767225600, 0)
		refuse := true
		a, c := newAccount(t, func(v recordedRequest) *fakeResponse {
			start, _ := strconv.ParseInt(v.form.Get("startdate"), 10, 64)
			end, _ := strconv.ParseInt(v.form.Get("enddate"), 10, 64)
			if end-start > 86400 || start >= end {
				t.Errorf("requested %d to %d", start, end)
			}
			if refuse {
				refuse = false
				return errorResponse(503, "range too wide")
			}
			row := func(at int64) string {
				return `{"startdate":` + strconv.FormatInt(at, 10) + `,"enddate":` + strconv.FormatInt(at+60, 10) + `,"state":1}`
			}
			// Each response holds its last slice first, and one that the next
			// repeats.
			return okResponse(`{"status":0,"body":{"series":[` + row(end) + `,` + row(start) + `],"model":32}}`)
		})
		stages, err := a.Stages(t.Context(), from, from.Add(30*time.Hour), "rmssd", "sdnn_1")
		if err != nil || stages.Model.N != 32 {
			t.Fatalf("%+v, %v", stages, err)
		}
		var starts []int64
		for _, s := range stages.Series {
			starts = append(starts, s.Start.N-from.Unix())
		}
		if want := []int64{0, 43200, 86400, 108000}; !slices.Equal(starts, want) {
			t.Errorf("starts %v, want %v", starts, want)
		}
		for _, v := range c.requests("get") {
			if v.form.Get("data_fields") != "rmssd,sdnn_1" {
				t.Errorf("requested the series %q", v.form["data_fields"])
			}
		}
		if n := len(c.requests("get")); n != 4 {
			t.Errorf("%d requests", n)
		}
		if _, err := a.Stages(t.Context(), from, from); err != nil || len(c.requests("get")) != 4 {
			t.Errorf("an empty range: %v", err)
		}
		refuse = true
		half := 0
		a, _ = newAccount(t, func(recordedRequest) *fakeResponse { half++; return errorResponse(503, "") })
		if _, err := a.Stages(t.Context(), from, from.Add(time.Hour)); withings.ClassOf(err) != withings.Params || half != 2 {
			t.Errorf("%d requests: %v", half, err)
		}
	})
}
