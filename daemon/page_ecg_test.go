// SPDX-License-Identifier: MIT

package daemon_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

// TestPageServesWaveforms starts the whole program after an electrocardiogram
// was taken, and asks for its curve.
func TestPageServesWaveforms(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	id := o.Cloud.ECG("Alice", 0, 66, o.Cloud.Now().Add(-time.Hour))
	path, address := configurePage(t, o)
	clitest.SignIn(t, path, "Alice")
	program := clitest.StartProgram(t, "--config", path, "run")
	get := func(name string, into any) (status int) {
		reply, err := clitest.Browser().Do(clitest.Get(t, "http://"+address+"/api/profiles/alice/"+name))
		if err != nil {
			return 0 // not listening yet
		}
		defer func() { _ = reply.Body.Close() }()
		clitest.Must(t, json.NewDecoder(reply.Body).Decode(into))
		return reply.StatusCode
	}
	var list struct {
		ECGs []struct {
			ID          int64
			Class       string
			HeartRate   int    `json:"heart_rate_bpm"`
			Position    string `json:"wear_position"`
			HasWaveform bool   `json:"has_waveform"`
		}
	}
	clitest.Must(t, clitest.WaitFor(t.Context(), "the archived waveform", func() bool {
		status := get("ecgs", &list)
		return status == http.StatusOK && len(list.ECGs) == 1 && list.ECGs[0].HasWaveform
	}))
	if got := list.ECGs[0]; got.ID != id || got.Class != "negative" || got.HeartRate != 66 || got.Position != "left_wrist" {
		t.Errorf("%+v", got)
	}
	var curve struct {
		Frequency int `json:"sampling_frequency_hz"`
		Signal    []int
	}
	if status := get("ecgs/"+strconv.FormatInt(id, 10), &curve); status != http.StatusOK || curve.Frequency != 300 ||
		len(curve.Signal) != 9000 {
		t.Errorf("%d: %d samples at %d Hz", status, len(curve.Signal), curve.Frequency)
	}
	if status := get("ecgs/7", &curve); status != http.StatusNotFound {
		t.Errorf("an unknown waveform: %d", status)
	}
	program.Interrupts <- os.Interrupt
	program.ExpectExit(t, 0)
}
