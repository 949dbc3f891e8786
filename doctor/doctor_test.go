// SPDX-License-Identifier: MIT

package doctor_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/config"
	"vitals2mqtt/doctor"
)

func TestHealthySetupPasses(t *testing.T) {
	t.Parallel()
	s := newHarness(t, setup{})
	before := s.broker.Retained()
	report := doctor.Run(t.Context(), s.input)
	var codes []doctor.Code
	for _, f := range report.Findings {
		codes = append(codes, f.Code)
		if f.Level != doctor.OK || f.Remedy() != "" {
			t.Errorf("%+v", f)
		}
	}
	want := []doctor.Code{
		"config_ok", "state_dir_in_use", "page_ok", "daemon_ok", "credentials_ok", "clock_ok", "token_ok", "consent_ok",
		"callback_needed_later", "callback_reaches_page", "broker_ok", "permissions_ok", "message_size_sufficient",
		"bridge_ok", "homeassistant_online", "documents_ok", "push_listener_ok", "push_public_ok", "subscriptions_ok",
	}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if _, failed := report.WorstFailure(); failed {
		t.Error("something failed")
	}
	var table, machine bytes.Buffer
	must(t, report.WriteTable(&table))
	must(t, report.WriteJSON(&machine))
	if !strings.HasSuffix(table.String(), "\nAll checks passed.\n") || !json.Valid(machine.Bytes()) {
		t.Errorf("%s\n%s", &table, &machine)
	}
	token, err := s.store.Load(t.Context(), "alice")
	must(t, err)
	for _, hidden := range []string{
		s.cloud.ClientSecret(), token.Access.Reveal(), token.Refresh.Reveal(), token.UserID, s.secret,
	} {
		if strings.Contains(table.String()+machine.String(), hidden) {
			t.Errorf("%q is in the report", hidden)
		}
	}
	if after := s.broker.Retained(); len(after) != len(before) {
		t.Errorf("left behind on the broker: %v", after)
	}
}

func TestMissingConfigurationSkipsOtherChecks(t *testing.T) {
	t.Parallel()
	report := doctor.Run(t.Context(), doctor.Input{})
	if kind, failed := report.WorstFailure(); !failed || kind != doctor.Configuration || report.Count(doctor.Fail) != 1 {
		t.Errorf("%+v", report)
	}
	report = doctor.Run(t.Context(), doctor.Input{ConfigErr: config.Errors{{Text: "a"}, {Text: "b"}}})
	if report.Count(doctor.Fail) != 2 || report.Count(doctor.Skip) != len(report.Findings)-2 {
		t.Errorf("%+v", report)
	}
}

// Several may look at the same time, and what one that was cut off left is
// cleared.
func TestConcurrentRunsDoNotInterfere(t *testing.T) {
	t.Parallel()
	s := newHarness(t, setup{})
	before := s.broker.Retained()
	old := s.input.Site.Tree.Base + "/bridge/doctor/0a1b2c3d"
	s.daemon.Set(old, []byte("left"))
	s.daemon.Set(old+"/will", []byte("offline"))
	s.flush()
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			report := doctor.Run(t.Context(), s.input)
			if kind, failed := report.WorstFailure(); failed {
				t.Errorf("%v: %+v", kind, report)
			}
		})
	}
	group.Wait()
	if after := s.broker.Retained(); len(after) != len(before) {
		t.Errorf("left behind on the broker: %v", after)
	}
}

// Another page at the callback URL is not taken for ours.
func TestExternalCallbackIsNotTakenForThePage(t *testing.T) {
	t.Parallel()
	s := newHarness(t, setup{})
	s.input.CallbackURL, s.input.CallbackIsExternal = s.api.URL+"/", true
	report := doctor.Run(t.Context(), s.input)
	var said []string
	for _, f := range report.Findings {
		if f.Check == "callback address" {
			said = append(said, f.Text())
		}
	}
	text := strings.Join(said, "\n")
	if !strings.Contains(text, s.api.URL+"/ must be registered") || !strings.Contains(text, "login NAME --paste") ||
		strings.Contains(text, "leads to the page") {
		t.Errorf("the doctor says\n%s", text)
	}
}
