// SPDX-License-Identifier: MIT

package web

import (
	"encoding/base64"
	"testing"
	"time"
)

func TestFormTokens(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	tokens := formTokens{[]byte("a key")}
	token := tokens.make("session a", now)
	bits, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		token, subject string
		key            string
		after          time.Duration
		want           bool
	}{
		"at once":         {token: token, subject: "session a", want: true},
		"half a day old":  {token: token, subject: "session a", after: tokenLifetime, want: true},
		"older":           {token: token, subject: "session a", after: tokenLifetime + time.Second},
		"from the future": {token: token, subject: "session a", after: -time.Second},
		"other session":   {token: token, subject: "session b"},
		"no session":      {token: token},
		"other key":       {token: token, subject: "session a", key: "another"},
		"nothing":         {subject: "session a"},
		"cut":             {token: token[:len(token)-4], subject: "session a"},
		"no base64":       {token: token[:len(token)-1] + "!", subject: "session a"},
		"all zero":        {token: base64.RawURLEncoding.EncodeToString(make([]byte, 2*tokenSize)), subject: "session a"},
	} {
		checked := tokens
		if row.key != "" {
			checked = formTokens{[]byte(row.key)}
		}
		if got := checked.check(row.token, row.subject, now.Add(row.after)); got != row.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	for i := range bits {
		bits[i] ^= 1
		if tokens.check(base64.RawURLEncoding.EncodeToString(bits), "session a", now) {
			t.Errorf("byte %d does not matter", i)
		}
		bits[i] ^= 1
	}
}

func TestFormTokensAreMasked(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	tokens, seen := formTokens{[]byte("a key")}, map[string]bool{}
	for range 100 {
		token := tokens.make("", now)
		if seen[token] || !tokens.check(token, "", now) {
			t.Fatalf("%q, seen %t", token, seen[token])
		}
		seen[token] = true
	}
}
