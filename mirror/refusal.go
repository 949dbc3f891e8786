// SPDX-License-Identifier: MIT

package mirror

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/internal/oneline"
)

// class is what a response means for the lines that were sent.
type class int

const (
	classTemporary   class = iota // the same lines may be accepted later
	classCredentials              // somebody must correct the credentials
	classSetup                    // somebody must correct the URL or create the database
	classTooLarge                 // fewer lines at once may be accepted
	classLines                    // at least one line will never be accepted, and nothing was stored
	classPartial                  // at least one line will never be accepted; the others are stored
)

// refusal is a response that is not a success.
type refusal struct {
	class  class
	status int
	// text is the database's own. It is only shown where it cannot contain a line.
	text string
	wait time.Duration // as the database asks for
}

// Error implements error, without what the database says about lines: it quotes
// them, and they are health data.
func (r *refusal) Error() string {
	if r.text == "" || r.class != classCredentials && r.class != classSetup {
		return fmt.Sprintf("HTTP %d %s", r.status, http.StatusText(r.status))
	}
	return fmt.Sprintf("HTTP %d: %s", r.status, r.text)
}

// classify tells what a response means. InfluxDB has one status, 400, for a
// missing parameter and for a line that it cannot store; its text tells them
// apart.
// Mask hides credentials in its text.
func classify(status int, header http.Header, body []byte, mask func(string) string) *refusal {
	r := &refusal{status: status, text: messageOf(body, mask), wait: retryAfter(header)}
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		r.class = classCredentials
	case status == http.StatusRequestEntityTooLarge:
		r.class = classTooLarge
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		r.class = classOfText(r.text)
	case status >= http.StatusInternalServerError, status == http.StatusTooManyRequests,
		status == http.StatusRequestTimeout:
		r.class = classTemporary
	default: // redirects too: they would lose the lines, or take the token elsewhere
		r.class = classSetup
	}
	return r
}

// classOfText classifies what is said with a status that has several meanings.
func classOfText(text string) class {
	text = strings.ToLower(text)
	for _, row := range []struct {
		part  string
		class class
	}{
		{"partial write", classPartial},
		{"parse", classLines},
		{"database", classSetup},
		{"bucket", classSetup},
		{"organization", classSetup},
		{"org id", classSetup},
		{"precision", classSetup},
		{"retention policy", classSetup},
	} {
		if strings.Contains(text, row.part) {
			return row.class
		}
	}
	return classLines
}

// messageOf is the text in a response: most are JSON.
func messageOf(body []byte, mask func(string) string) string {
	var object struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	text := string(body)
	if json.Unmarshal(body, &object) == nil {
		text = strings.TrimSpace(object.Error + " " + object.Message)
	} else if strings.HasPrefix(strings.TrimSpace(text), "<") {
		return "" // a page of a proxy
	}
	const longest = 200
	return oneline.Shorten(mask(oneline.Clean(text)), longest)
}

var droppedRegexp = regexp.MustCompile(`dropped=(\d+)`)

// dropped is how many lines the database says that it has dropped, 0 when it
// does not.
func (r *refusal) dropped() int {
	parts := droppedRegexp.FindStringSubmatch(r.text)
	if parts == nil {
		return 0
	}
	count, err := strconv.Atoi(parts[1])
	if err != nil {
		return 0
	}
	return count
}

// retryAfter is how long the database asks to wait, 0 if it does not.
func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	const longest = time.Hour
	return min(time.Duration(min(seconds, int(longest/time.Second)))*time.Second, longest)
}
