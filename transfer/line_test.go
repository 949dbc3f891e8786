// SPDX-License-Identifier: MIT

package transfer_test

import (
	"strings"
	"testing"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// number returns a numeric value.
func number(t *testing.T, text string) sensors.Value {
	t.Helper()
	d, err := decimal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return sensors.Number(d)
}

func TestLineProtocolHasOneLinePerRecord(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		item transfer.Item
		want string
	}{
		"values sorted by key": {
			transfer.Item{Kind: sensors.KindMeasures, Record: sensors.Record{
				At:     1735711200,
				Model:  "Body+",
				Device: "0a1b",
				Values: map[string]sensors.Value{"weight_kg": number(t, "79.30"), "fat_ratio_pct": number(t, "21.4")},
			}},
			"vitals,profile=alice,device=Body+ fat_ratio_pct=21.4,weight_kg=79.3 1735711200000000000\n",
		},
		"escapes": {
			transfer.Item{Kind: sensors.KindHeart, Record: sensors.Record{
				At:     1,
				Model:  "a, b=c\\\nd ",
				Values: map[string]sensors.Value{"rhythm": sensors.Text("say \"x\\y\"\r\nz")},
			}},
			`vitals,profile=alice,device=a\,\ b\=c/\ d rhythm="say \"x\\y\"  z" 1000000000` + "\n",
		},
		"no device": {
			transfer.Item{Kind: sensors.KindMeasures, Record: sensors.Record{
				At: 2, Values: map[string]sensors.Value{"weight_kg": number(t, "1e3")},
			}},
			"vitals,profile=alice weight_kg=1000 2000000000\n",
		},
		"the totals of a day have its beginning": {
			transfer.Item{Kind: sensors.KindDays, Record: sensors.Record{
				At: 1735777777, Date: "2025-01-01", Values: map[string]sensors.Value{"activity_steps_today": number(t, "7000")},
			}},
			"vitals,profile=alice activity_steps_today=7000 1735686000000000000\n",
		},
		"removed": {transfer.Item{Record: sensors.Record{
			At: 3, Deleted: 4, Values: map[string]sensors.Value{"weight_kg": number(t, "1")},
		}}, ""},
		"nap": {transfer.Item{Nap: true, Record: sensors.Record{
			At: 3, Values: map[string]sensors.Value{"sleep_score": number(t, "1")},
		}}, ""},
		"no value": {transfer.Item{Record: sensors.Record{At: 3, Values: map[string]sensors.Value{"weight_kg": {}}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := transfer.LineProtocol{Profile: "alice", Zone: berlin}
			if got := string(line.Append([]byte("before\n"), test.item)); got != "before\n"+test.want {
				t.Errorf("got  %q\nwant %q", strings.TrimPrefix(got, "before\n"), test.want)
			}
		})
	}
}

func TestLineProtocolCanLeaveOutTexts(t *testing.T) {
	t.Parallel()
	item := transfer.Item{Kind: sensors.KindHeart, Record: sensors.Record{
		At: 1, Values: map[string]sensors.Value{"ecg_heart_rate_bpm": number(t, "61"), "rhythm": sensors.Text("normal")},
	}}
	line := transfer.LineProtocol{Profile: "alice", Numbers: true}
	if got, want := string(line.Append(nil, item)), "vitals,profile=alice ecg_heart_rate_bpm=61 1000000000\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	delete(item.Values, "ecg_heart_rate_bpm")
	if got := line.Append(nil, item); len(got) != 0 {
		t.Errorf("got %q, want nothing", got)
	}
}
