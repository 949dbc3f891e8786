// SPDX-License-Identifier: MIT

//go:build e2e && unix

package crash

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// tokenWatch sees whether tokens are stored before they are used: once an access
// token has been used, no refresh token from before it may be presented again.
// The cloud would still accept it for some hours, and then no longer.
type tokenWatch struct {
	mu      sync.Mutex
	issued  int
	refresh map[string]int    // refresh token → its number
	access  map[string]int    // access token → the same number
	owner   map[string]string // either → user id
	used    map[string]int    // user id → number of the newest access token that was used
	lost    []string
}

func newTokenWatch() *tokenWatch {
	return &tokenWatch{refresh: map[string]int{}, access: map[string]int{}, owner: map[string]string{}, used: map[string]int{}}
}

// issue notes the tokens of a response.
func (w *tokenWatch) issue(response []byte) {
	var text struct {
		Body struct {
			User    json.Number `json:"userid"`
			Access  string      `json:"access_token"`
			Refresh string      `json:"refresh_token"`
		} `json:"body"`
	}
	if json.Unmarshal(response, &text) != nil || text.Body.Refresh == "" {
		return // a refusal
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.issued++
	for token, numbers := range map[string]map[string]int{text.Body.Refresh: w.refresh, text.Body.Access: w.access} {
		numbers[token] = w.issued
		w.owner[token] = text.Body.User.String()
	}
}

// use notes the access token of a request for data.
func (w *tokenWatch) use(authorization string) {
	token := strings.TrimPrefix(authorization, "Bearer ")
	w.mu.Lock()
	defer w.mu.Unlock()
	user := w.owner[token]
	w.used[user] = max(w.used[user], w.access[token])
}

// renew notes the refresh token of a request for new tokens.
func (w *tokenWatch) renew(token string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if number := w.refresh[token]; number < w.used[w.owner[token]] {
		w.lost = append(w.lost, fmt.Sprintf("refresh token %d, after access token %d was used", number, w.used[w.owner[token]]))
	}
}

// losses returns each use of an old refresh token.
func (w *tokenWatch) losses() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lost
}
