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

// postAnswer sends the confirmation form as a browser does, from a page of a site.
func postAnswer(t *testing.T, page http.Handler, site string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/oauth/callback?replace", strings.NewReader(form.Encode()))
	request.Host = "localhost:8099"
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", site)
	answer := httptest.NewRecorder()
	page.ServeHTTP(answer, request)
	return answer
}

func TestSignInWithOtherAccountAsksToReplace(t *testing.T) {
	t.Parallel()
	stage := newHarness()
	stage.consent.asksToReplace = true
	page := stage.handler(t, func(o *web.Options) { o.BaseURL = "http://localhost:8099/vitals" })
	asked := request(t, page, http.MethodGet, "/oauth/callback?state=s3cret-state&code=c0de-of-alice")
	body := asked.Body.String()
	if asked.Code != http.StatusConflict {
		t.Errorf("%d", asked.Code)
	}
	for _, words := range []string{
		"Alice was signed in with another account", "Nothing has been changed", `value="the-confirmation"`,
		`action="?replace"`, `value="keep"`, `value="replace"`,
	} {
		if !strings.Contains(body, words) {
			t.Errorf("no %q in %s", words, body)
		}
	}
	for _, private := range []string{"the-confirmation", "c0de-of-alice", "s3cret-state"} {
		if strings.Contains(stage.log.String(), private) {
			t.Errorf("log: %s", stage.log.String())
		}
	}
	if len(stage.consent.answers) > 0 {
		t.Errorf("answered by nobody: %v", stage.consent.answers)
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
		{"keep", "same-origin", "the-confirmation", "keep", http.StatusOK, "Alice stays with the former account", []bool{false}},
		{"neither", "same-origin", "the-confirmation", "", http.StatusBadRequest, "Nothing was answered", nil},
		{"no confirmation", "same-origin", "", "replace", http.StatusBadRequest, "Nothing was answered", nil},
		{"guessed confirmation", "same-origin", "guessed-one", "replace", http.StatusBadRequest, "nobody waits", nil},
		{"page of another site", "cross-site", "the-confirmation", "replace", http.StatusForbidden, "", nil},
		{"page of a neighbour", "same-site", "the-confirmation", "replace", http.StatusForbidden, "", nil},
	} {
		stage := newHarness()
		answer := postAnswer(t, stage.handler(t, nil), row.site, url.Values{"confirmation": {row.confirmationID}, "answer": {row.answer}})
		if answer.Code != row.status || !strings.Contains(answer.Body.String(), row.words) {
			t.Errorf("%s: %d %s", row.name, answer.Code, answer.Body)
		}
		if got := stage.consent.answers; !slices.Equal(got, row.answers) {
			t.Errorf("%s: answered %v, want %v", row.name, got, row.answers)
		}
		said := answer.Body.String() + stage.log.String()
		if strings.Contains(said, "guessed-one") || strings.Contains(said, "the-confirmation") {
			t.Errorf("%s: the confirmation leaked: %s", row.name, said)
		}
	}
	// A link cannot answer.
	stage := newHarness()
	link := "/oauth/callback?replace&confirmation=the-confirmation&answer=replace"
	answer := request(t, stage.handler(t, nil), http.MethodGet, link)
	if answer.Code != http.StatusBadRequest || len(stage.consent.answers) > 0 {
		t.Errorf("GET: %d, answered %v", answer.Code, stage.consent.answers)
	}
}

// A proxy may let the callback through and nothing else: the answer goes there too.
func TestReplaceFormPostsToCallbackPath(t *testing.T) {
	t.Parallel()
	stage := newHarness()
	page := stage.handler(t, func(o *web.Options) { o.CallbackURL = "https://proxy.example/" })
	form := url.Values{"confirmation": {"the-confirmation"}, "answer": {"replace"}}
	post := func(target, site string) int {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
		request.Host = "proxy.example"
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", site)
		answer := httptest.NewRecorder()
		page.ServeHTTP(answer, request)
		return answer.Code
	}
	if code := post("/?replace", "cross-site"); code != http.StatusForbidden || len(stage.consent.answers) > 0 {
		t.Errorf("from another site: %d, answered %v", code, stage.consent.answers)
	}
	if code := post("/", "same-origin"); code == http.StatusOK || len(stage.consent.answers) > 0 {
		t.Errorf("without the mark: %d, answered %v", code, stage.consent.answers)
	}
	if code := post("/?replace", "same-origin"); code != http.StatusOK || !slices.Equal(stage.consent.answers, []bool{true}) {
		t.Errorf("%d, answered %v", code, stage.consent.answers)
	}
}
