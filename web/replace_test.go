// SPDX-License-Identifier: MIT

package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/web"
)

// postAnswer posts the form of the confirmation like a browser, from a page of
// a site.
func postAnswer(t *testing.T, page http.Handler, address, site string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", site)
	answer := httptest.NewRecorder()
	page.ServeHTTP(answer, request)
	return answer
}

func TestSignInWithOtherAccountAsksToReplace(t *testing.T) {
	t.Parallel()
	h := newHarness()
	h.signIn.asksToReplace = true
	page := h.handler(t, func(o *web.Options) { o.BaseURL = "http://localhost:8099/vitals" })
	asked := request(t, page, http.MethodGet, "/oauth/callback?state=s3cret-state&code=c0de-of-alice")
	body := asked.Body.String()
	if asked.Code != http.StatusConflict {
		t.Errorf("%d", asked.Code)
	}
	for _, words := range []string{
		"Alice was previously signed in with a different account", "Nothing has been changed yet",
		`value="the-confirmation"`,
		`action="?replace"`, `value="keep"`, `value="replace"`,
	} {
		if !strings.Contains(body, words) {
			t.Errorf("no %q in %s", words, body)
		}
	}
	for _, private := range []string{"the-confirmation", "c0de-of-alice", "s3cret-state"} {
		if strings.Contains(h.log.String(), private) {
			t.Errorf("log: %s", h.log.String())
		}
	}
	if len(h.signIn.answers) > 0 {
		t.Errorf("answered already: %v", h.signIn.answers)
	}
}

func TestReplaceAnswer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, site, confirmationID, answer string
		status                             int
		words                              string
		answers                            []bool
	}{
		{"replace", "same-origin", "the-confirmation", "replace", http.StatusOK, "Alice is signed in", []bool{true}},
		{
			"keep", "same-origin", "the-confirmation", "keep",
			http.StatusOK, "Alice keeps the previous account",
			[]bool{false},
		},
		{"neither", "same-origin", "the-confirmation", "", http.StatusBadRequest, "No answer received", nil},
		{"no confirmation", "same-origin", "", "replace", http.StatusBadRequest, "No answer received", nil},
		{"guessed", "same-origin", "guessed-one", "replace", http.StatusBadRequest, "unknown confirmation", nil},
		{"page of another site", "cross-site", "the-confirmation", "replace", http.StatusForbidden, "", nil},
		{"page of the same site", "same-site", "the-confirmation", "replace", http.StatusForbidden, "", nil},
	} {
		h := newHarness()
		answer := postAnswer(t, h.handler(t, nil), "http://localhost:8099/oauth/callback?replace", row.site,
			url.Values{"confirmation": {row.confirmationID}, "answer": {row.answer}})
		if answer.Code != row.status || !strings.Contains(answer.Body.String(), row.words) {
			t.Errorf("%s: %d %s", row.name, answer.Code, answer.Body)
		}
		if got := h.signIn.answers; !slices.Equal(got, row.answers) {
			t.Errorf("%s: answered %v, want %v", row.name, got, row.answers)
		}
		output := answer.Body.String() + h.log.String()
		if strings.Contains(output, "guessed-one") || strings.Contains(output, "the-confirmation") {
			t.Errorf("%s: the confirmation leaked: %s", row.name, output)
		}
	}
	// A link cannot answer.
	h := newHarness()
	link := "/oauth/callback?replace&confirmation=the-confirmation&answer=replace"
	answer := request(t, h.handler(t, nil), http.MethodGet, link)
	if answer.Code != http.StatusBadRequest || len(h.signIn.answers) > 0 {
		t.Errorf("GET: %d, answered %v", answer.Code, h.signIn.answers)
	}
}

// TestReplaceFormPostsToCallbackPath: a proxy may forward nothing else.
func TestReplaceFormPostsToCallbackPath(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, func(o *web.Options) { o.CallbackURL = "https://proxy.example/" })
	form := url.Values{"confirmation": {"the-confirmation"}, "answer": {"replace"}}
	post := func(target, site string) int {
		return postAnswer(t, page, "http://proxy.example"+target, site, form).Code
	}
	if code := post("/?replace", "cross-site"); code != http.StatusForbidden || len(h.signIn.answers) > 0 {
		t.Errorf("from another site: %d, answered %v", code, h.signIn.answers)
	}
	if code := post("/", "same-origin"); code == http.StatusOK || len(h.signIn.answers) > 0 {
		t.Errorf("without the query: %d, answered %v", code, h.signIn.answers)
	}
	if code := post("/?replace", "same-origin"); code != http.StatusOK ||
		!slices.Equal(h.signIn.answers, []bool{true}) {
		t.Errorf("%d, answered %v", code, h.signIn.answers)
	}
}
