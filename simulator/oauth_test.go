// SPDX-License-Identifier: MIT

package simulator

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestCodeLivesThirtySecondsAndWorksOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		code, err := c.Consent(t.Context(), "alice", callback, "s")
		if err != nil {
			t.Fatal(err)
		}
		status(t, exchange(t, c, code, callback+"/"), 293, "Wrong redirect_uri")
		status(t, exchange(t, c, code, callback), 0, "")
		<-time.After(11 * time.Second)
		status(t, exchange(t, c, code, callback), 503, "Invalid Params: invalid code")

		for age, want := range map[time.Duration]int{29 * time.Second: 0, 30 * time.Second: 503} {
			code, err := c.Consent(t.Context(), "alice", callback, "s")
			if err != nil {
				t.Fatal(err)
			}
			c.Advance(age)
			status(t, exchange(t, c, code, callback), want, "")
		}
	})
}

func TestAccessTokenLivesThreeHours(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		got := signIn(t, c, "Alice")
		<-time.After(3*time.Hour - time.Second)
		status(t, call(t, c, "measure", got.access, "action", "getmeas"), 0, "")
		<-time.After(time.Second)
		status(t, call(t, c, "measure", got.access, "action", "getmeas"), 401, "The access token provided is invalid")
		status(t, call(t, c, "measure", "", "action", "getmeas"), 401, "")
		status(t, call(t, c, "measure", got.refresh, "action", "getmeas"), 401, "")
		status(t, refresh(t, c, got.access), 503, "invalid refresh_token")
	})
}

func TestOldRefreshTokenDiesAfterEightHours(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		first := signIn(t, c, "Alice")
		second := tokensOf(t, refresh(t, c, first.refresh))
		<-time.After(8*time.Hour - 11*time.Second)
		third := tokensOf(t, refresh(t, c, first.refresh))
		<-time.After(11 * time.Second)
		status(t, refresh(t, c, first.refresh), 503, "invalid refresh_token")
		status(t, refresh(t, c, second.refresh), 503, "invalid refresh_token") // two refreshes of one token: one dead pair
		status(t, refresh(t, c, third.refresh), 0, "")
	})
}

func TestOldRefreshTokenDiesAtFirstUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		first := signIn(t, c, "Alice")
		second := tokensOf(t, refresh(t, c, first.refresh))
		status(t, call(t, c, "measure", first.access, "action", "getmeas"), 0, "") // the old access token changes nothing
		<-time.After(11 * time.Second)
		third := tokensOf(t, refresh(t, c, first.refresh))
		status(t, call(t, c, "measure", second.access, "action", "getmeas"), 401, "")
		status(t, call(t, c, "measure", third.access, "action", "getmeas"), 0, "")
		<-time.After(11 * time.Second)
		status(t, refresh(t, c, first.refresh), 503, "invalid refresh_token")
	})
}

func TestUnusedPairsAreReplacedInTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		first := signIn(t, c, "Alice")
		second := tokensOf(t, refresh(t, c, first.refresh))
		third := tokensOf(t, refresh(t, c, second.refresh))
		<-time.After(11 * time.Second)
		fourth := tokensOf(t, refresh(t, c, second.refresh)) // still in its grace
		status(t, refresh(t, c, third.refresh), 503, "")
		status(t, call(t, c, "measure", fourth.access, "action", "getmeas"), 0, "")
		<-time.After(11 * time.Second)
		for _, old := range []tokens{first, second} {
			status(t, refresh(t, c, old.refresh), 503, "")
		}
	})
}

func TestRefreshTokenLivesOneYear(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		alice, bob := signIn(t, c, "Alice"), signIn(t, c, "Bob")
		c.Advance(365*24*time.Hour - time.Second)
		status(t, refresh(t, c, alice.refresh), 0, "")
		c.Advance(time.Second)
		status(t, refresh(t, c, bob.refresh), 503, "invalid refresh_token")
	})
}

func TestAnotherConsentReplacesTheFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		first, bob, second := signIn(t, c, "Alice"), signIn(t, c, "Bob"), signIn(t, c, "Alice")
		status(t, call(t, c, "measure", second.access, "action", "getmeas"), 0, "")
		status(t, refresh(t, c, first.refresh), 503, "")
		status(t, refresh(t, c, bob.refresh), 0, "")
	})
}

func TestSameTokenCallWithinTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{})
		got := signIn(t, c, "Alice")
		status(t, refresh(t, c, got.refresh), 0, "")
		<-time.After(2500 * time.Millisecond)
		again := refresh(t, c, got.refresh)
		status(t, again, 601, "Same arguments in less than 10 seconds")
		if again.Body["wait_seconds"] != 8.0 {
			t.Errorf("wait_seconds %v, want 8", again.Body["wait_seconds"])
		}
		<-time.After(7500 * time.Millisecond)
		status(t, refresh(t, c, got.refresh), 0, "")
	})
}

func TestWithdrawnConsent(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	alice, bob := signIn(t, c, "Alice"), signIn(t, c, "Bob")
	c.Withdraw("Alice")
	status(t, call(t, c, "measure", alice.access, "action", "getmeas"), 401, "")
	status(t, refresh(t, c, alice.refresh), 503, "invalid refresh_token")
	status(t, call(t, c, "measure", bob.access, "action", "getmeas"), 0, "")
	status(t, call(t, c, "measure", signIn(t, c, "Alice").access, "action", "getmeas"), 0, "")
}

func TestTokenCallRefusals(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	id, secret := "client_id "+c.ClientID(), "client_secret "+c.ClientSecret()
	for pairs, words := range map[string]string{
		"":                         "invalid grant_type",
		"grant_type refresh_token": "client ID was not specified",
		"grant_type refresh_token client_secret x " + id:                "client_secret",
		"grant_type refresh_token " + id:                                "missing nonce",
		"grant_type authorization_code " + id + " " + secret:            "missing code",
		"grant_type authorization_code code x " + id + " " + secret:     "missing redirect_uri",
		"grant_type refresh_token " + id + " " + secret:                 "missing refresh_token",
		"grant_type refresh_token refresh_token x " + id + " " + secret: "invalid refresh_token",
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			form := append([]string{"action", "requesttoken"}, strings.Fields(pairs)...)
			status(t, call(t, c, "v2/oauth2", "", form...), 503, words)
		})
	}
}

func TestTokenParametersInTheURLAreNotSeen(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	e := call(t, c, "v2/oauth2?action=requesttoken&grant_type=refresh_token&client_id="+c.ClientID(), "")
	status(t, e, 503, "Invalid_params: invalid grant_type")
}

func TestTokenAnswerForms(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	code, _ := c.Consent(t.Context(), "Bob", callback, "s", "user.metrics", "user.activity")
	e := exchange(t, c, code, callback)
	for key, want := range map[string]any{
		"userid": c.People()[1].UserID, "expires_in": 10800.0, "token_type": "Bearer", "scope": "user.metrics,user.activity",
	} {
		if e.Body[key] != want {
			t.Errorf("%s is %v, want %v", key, e.Body[key], want)
		}
	}
}
