// SPDX-License-Identifier: MIT

package signin_test

import (
	"errors"
	"strings"
	"testing"

	"vitals2mqtt/signin"
)

func TestParseRedirect(t *testing.T) {
	t.Parallel()
	for pasted, want := range map[string]error{
		"http://home.example/oauth/callback?code=c&state=s":       nil,
		" \"https://x/?state=s&code=c#top\" \n":                   nil,
		"code=c&state=s":                                          nil,
		"http://home.example/oauth/call\n  back?code=c&sta\nte=s": nil,
		"https://x/?error=access_denied&state=s":                  signin.ErrDenied,
		"https://x/?error=invalid_scope&state=s":                  signin.ErrConsentPage,
		"https://x/?error=%3Cb%3E&state=s":                        signin.ErrConsentPage,
		"":                                                        signin.ErrInvalidPaste,
		"https://example.org/inbox?id=7":                          signin.ErrOtherSite,
		"https://account.withings.com/oauth2_user/authorize2?response_type=code&state=s": signin.ErrConsentAddress,
		"hello":              signin.ErrInvalidPaste,
		"https://x/?code=c":  signin.ErrInvalidPaste,
		"https://x/?state=s": signin.ErrInvalidPaste,
		"?%zz":               signin.ErrInvalidPaste,
	} {
		state, code, err := signin.ParseRedirect(pasted)
		if !errors.Is(err, want) || want == nil && (state != "s" || code != "c") {
			t.Errorf("%q: %q, %q, %v; want %v", pasted, state, code, err, want)
		}
		const scope = "invalid_scope"
		if errors.Is(err, signin.ErrConsentPage) &&
			strings.Contains(err.Error(), scope) != strings.Contains(pasted, scope) {
			t.Errorf("%q: the error code is missing: %v", pasted, err)
		}
		if err != nil && strings.Contains(err.Error(), "<") {
			t.Errorf("%q: markup is not removed: %v", pasted, err)
		}
	}
}

// TestPastedAddressOfAnotherProfile: it is refused, and can still be used in the
// right place.
func TestPastedAddressOfAnotherProfile(t *testing.T) {
	t.Parallel()
	service, store := newService(fakeClient{})
	address := "http://home.example/oauth/callback?code=code-1001&state=" + start(t, service, "alice")
	if err := service.FinishPasted(t.Context(), "bob", address); !errors.Is(err, signin.ErrOtherProfile) {
		t.Errorf("Bob's page: %v", err)
	}
	if err := service.FinishPasted(t.Context(), "alice", address); err != nil {
		t.Errorf("Alice's page: %v", err)
	}
	if token, err := store.Load(t.Context(), "alice"); err != nil || token.UserID != "1001" {
		t.Errorf("%+v, %v", token, err)
	}
	if err := service.FinishPasted(t.Context(), "alice", address); !errors.Is(err, signin.ErrUnknownState) {
		t.Errorf("a second time: %v", err)
	}
}

func FuzzParseRedirect(f *testing.F) {
	f.Add("http://home.example/oauth/callback?code=c&state=s")
	f.Add("https://x/?error=invalid_scope&state=s")
	f.Fuzz(func(t *testing.T, pasted string) {
		state, code, err := signin.ParseRedirect(pasted)
		if err == nil && (state == "" || code == "") {
			t.Errorf("%q: nothing found and no error", pasted)
		}
		if err != nil && code != "" {
			t.Errorf("%q: a code beside the error %v", pasted, err)
		}
		if err != nil && strings.Contains(err.Error(), pasted) && len(pasted) > 40 {
			t.Errorf("the error repeats what was pasted: %v", err)
		}
	})
}
