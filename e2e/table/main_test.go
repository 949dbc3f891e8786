// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const events = `{"Action":"run","Test":"TestHomeAssistantShowsEverything"}
{"Action":"output","Test":"TestHomeAssistantShowsEverything/after_a_restart","Output":"    x_test.go:1: gone\n"}
{"Action":"RESULT","Test":"TestHomeAssistantShowsEverything/after_a_restart"}
{"Action":"pass","Test":"TestHomeAssistantShowsEverything/the_names"}
{"Action":"RESULT","Test":"TestHomeAssistantShowsEverything"}
{"Action":"pass","Test":"TestSubscriberOfMQTT5"}
{"Action":"RESULT"}
`

func TestTable(t *testing.T) {
	t.Parallel()
	page := filepath.Join(t.TempDir(), "page.md")
	folder := t.TempDir()
	source := "package e2e\n\n// TestHomeAssistantShowsEverything every entity, with\n// its name. And more.\n" +
		"func TestHomeAssistantShowsEverything() {}\n"
	if err := os.WriteFile(filepath.Join(folder, "x_test.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	comments, err := testComments(folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := testComments(t.TempDir()); err == nil {
		t.Error("no error for a folder without tests")
	}
	var out, trouble strings.Builder
	good := strings.ReplaceAll(events, "RESULT", "pass")
	if err := run(strings.NewReader(good), &out, &trouble, page, "", comments, []string{"mosquitto=2.0.11"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| mosquitto | 2.0.11 |\n", "| Home Assistant | every entity, with its name: after a restart | passed |\n",
		"| mosquitto | SubscriberOfMQTT5 | passed |\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if strings.Count(out.String(), "every entity") != 2 {
		t.Errorf("a test with subtests is listed:\n%s", out.String())
	}
	if err := run(strings.NewReader(good), &out, &trouble, "", page, comments, nil); err != nil {
		t.Errorf("the written page does not pass the check: %v", err)
	}
	if kept, err := os.ReadFile(page); err != nil || !strings.HasPrefix(string(kept), "# Tested with") ||
		!strings.Contains(string(kept), "\n## Where other clients") {
		t.Errorf("%v: %.40s", err, kept)
	}
	fewer := strings.Replace(good, `{"Action":"pass","Test":"TestSubscriberOfMQTT5"}`+"\n", "", 1)
	err = run(strings.NewReader(fewer), &out, &trouble, "", page, comments, nil)
	if err == nil || !strings.Contains(err.Error(), "--write") {
		t.Errorf("a check is missing: %v", err)
	}
	for _, result := range []string{"fail", "skip"} {
		trouble.Reset()
		err := run(strings.NewReader(strings.ReplaceAll(events, "RESULT", result)), &out, &trouble, "", "", comments, nil)
		const why = "TestHomeAssistantShowsEverything/after_a_restart: x_test.go:1: gone"
		if err == nil || !strings.HasSuffix(err.Error(), why) || !strings.Contains(trouble.String(), "x_test.go:1: gone") {
			t.Errorf("%s: %v\n%s", result, err, trouble.String())
		}
	}
	if err := run(strings.NewReader(""), &out, &trouble, "", "", comments, nil); err == nil {
		t.Error("no error when no test ran")
	}
}
