package simulator

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	wire "github.com/go-json-experiment/json"

	"vitals2mqtt/withings"
)

// TestAnswersDecode sends every answer about what Owns leads to through the client's models and back: nothing that
// carries information may be lost.
func TestAnswersDecode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(15 * time.Hour)
		c := newUnlimitedCloud(allPeople(60)...)
		for _, p := range c.People() {
			access := signIn(t, c, p.Name).access
			at := c.Now().Add(-time.Minute)
			id := c.HeartCheck(p.Name, 130, 80, 66, 2, 1, at)
			c.ManualWorkout(p.Name, 28, at.Add(-time.Hour), at)
			calls := allCalls(c)
			calls["v2/heart get"] = []string{"signalid", strconv.FormatInt(id, 10)}
			calls["v2/stetho get"] = []string{"signalid", strconv.FormatInt(id+1, 10)}
			for name, pairs := range calls {
				var e struct {
					Status int
					Body   json.RawMessage
				}
				if err := json.Unmarshal([]byte(callByName(t, c, name, access, pairs...)), &e); err != nil || e.Status != 0 {
					t.Fatalf("%s: status %d, %v", name, e.Status, err)
				}
				for _, difference := range lostFields(t, name, e.Body) {
					t.Errorf("%s of %s: %s", name, p.Name, difference)
				}
			}
		}
	})
}

// lostFields decodes a body with the model of a call and tells what is missing when it is written again.
func lostFields(t *testing.T, name string, body []byte) []string {
	t.Helper()
	again, err := map[string]func([]byte) ([]byte, error){
		"v2/measure getactivity":         roundTrip[withings.Activities],
		"v2/measure getworkouts":         roundTrip[withings.Workouts],
		"v2/measure getintradayactivity": roundTrip[withings.Intraday],
		"v2/heart list":                  roundTrip[withings.HeartRecords],
		"v2/heart get":                   roundTrip[withings.HeartSignal],
		"v2/stetho list":                 roundTrip[withings.SoundRecords],
		"v2/stetho get":                  roundTrip[withings.SoundSignal],
		"v2/user getdevice":              roundTrip[withings.Devices],
		"v2/user getgoals":               roundTrip[withings.GoalsResponse],
	}[name](body)
	if err != nil {
		t.Fatalf("%s: %v in %.500s", name, err, body)
	}
	var was, is any
	if err := json.Unmarshal(body, &was); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(again, &is); err != nil {
		t.Fatal(err)
	}
	return missingIn(was, is, "body")
}

func roundTrip[T any](body []byte) ([]byte, error) {
	var v T
	if err := wire.Unmarshal(body, &v); err != nil {
		return nil, err
	}
	return wire.Marshal(v)
}

// missingIn lists what one tree has and the other has not. Null, empty texts and empty lists carry nothing.
func missingIn(was, is any, path string) []string {
	var missing []string
	switch was := was.(type) {
	case nil:
		return nil
	case map[string]any:
		object, _ := is.(map[string]any)
		for key, member := range was {
			missing = append(missing, missingIn(member, object[key], path+"."+key)...)
		}
	case []any:
		list, _ := is.([]any)
		if len(list) != len(was) {
			return []string{fmt.Sprintf("%s: %d elements of %d", path, len(list), len(was))}
		}
		for i := range was {
			missing = append(missing, missingIn(was[i], list[i], path+"."+strconv.Itoa(i))...)
		}
	default:
		if was != "" && fmt.Sprint(was) != fmt.Sprint(is) {
			return []string{fmt.Sprintf("%s: %v became %v", path, was, is)}
		}
	}
	return missing
}
