// SPDX-License-Identifier: MIT

package tokenstore

import (
	"strings"
	"testing"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"version":1,"user_id":"1001","access_token":"a","refresh_token":"r",` +
			`"expiry":"2026-05-01T12:00:00Z","scopes":["user.info"]}`,
		`{"version":1,"refresh_token":"r"}`, `{"version":2,"refresh_token":"r"}`, `{"version":1`,
		"", "null", "[]", "\x00\x00\x00",
		`{"version":1,"refresh_token":"r","expiry":"9999-12-31T23:59:59-01:00"}`,
		`{"version":1,"refresh_token":"r","expiry":"0000-01-01T00:00:00+01:00"}`,
		`{"version":1,"refresh_token":"hunter2hunter2","expiry":"when hunter2hunter2"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		token, err := decode(data)
		if err != nil {
			if text := strings.TrimSpace(string(data)); len(text) > 12 && strings.Contains(err.Error(), text) {
				t.Errorf("the error repeats the file: %v", err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error contains a secret: %v", err)
			}
			return
		}
		if token.Refresh.IsEmpty() {
			t.Fatal("a token without refresh token was accepted")
		}
		again, err := encode(token)
		if err != nil {
			t.Fatalf("what was loaded cannot be stored: %v", err)
		}
		if back, err := decode(again); err != nil || back.UserID != token.UserID || back.Refresh != token.Refresh ||
			back.Access != token.Access || !back.Expiry.Equal(token.Expiry) || len(back.Scopes) != len(token.Scopes) {
			t.Errorf("stored and loaded again it is another token, %v", err)
		}
	})
}
