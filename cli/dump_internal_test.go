package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"vitals2mqtt/config"
	"vitals2mqtt/doctor"
)

// dumped is the bundle about a configuration and what the doctor said of it.
func dumped(t *testing.T, text string, findings ...doctor.Finding) (whole string, said []doctor.Finding) {
	t.Helper()
	c, _, err := config.Parse("config.yaml", []byte(text), nil, vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	c.StateDir = t.TempDir()
	s := &session{}
	s.configPath = "config.yaml"
	written, err := s.bundle(&examination{config: c, report: doctor.Report{Findings: findings}})
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Doctor []doctor.Finding }
	if err := json.Unmarshal(written, &parsed); err != nil {
		t.Fatal(err)
	}
	return string(written), parsed.Doctor
}

// One person's name is the beginning of another's, one host a part of another's.
func TestDumpHidesWordsWithinWords(t *testing.T) {
	t.Parallel()
	whole, said := dumped(t, `withings: {client_id: "1", client_secret: "2", profiles: [Ann, "Ann Zebulon-Quagmire"],
  base_url: "https://home.zebulon-family.example"}
mqtt: {url: "mqtt://home:1883"}
`, doctor.Finding{Check: "sign-in", Who: "Ann Zebulon-Quagmire", Level: doctor.Fail, Text: "it is the same account as that of Ann Zebulon-Quagmire"},
		doctor.Finding{Check: "sign-in", Who: "Ann", Text: "home.zebulon-family.example is not home"})
	if strings.Contains(strings.ToLower(whole), "zebulon") {
		t.Errorf("a surname is in the dump:\n%s", whole)
	}
	if said[0].Who != "person2" || said[1].Who != "person1" || said[0].Text != "it is the same account as that of person2" ||
		said[1].Text != "<name> is not <short name>" {
		t.Errorf("%+v", said)
	}
}
