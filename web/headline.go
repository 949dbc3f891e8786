// SPDX-License-Identifier: MIT

package web

import "vitals2mqtt/health"

// headline is the most serious finding, at the top of the page.
type headline struct {
	Text, Remedy string
	Failed       bool
	// Quiet is a finding that is usual after a start.
	Quiet bool
	// Since and NextTry are "" when unknown.
	Since, NextTry string
	More           string
	// Link is where to act, and Action what happens there.
	Link, Action string
}

// headline turns the top finding into what the page shows.
func (v people) headline() *headline {
	top := v.view.Verdict.Top()
	if top == nil {
		return nil
	}
	text, remedy := v.verdict(*top)
	shown := &headline{
		Text:   text,
		Remedy: remedy,
		Failed: v.view.Verdict.Word() == "failed",
		Quiet:  v.view.Verdict.Word() == "starting",
		Link:   v.Base + "/health",
		Action: v.Say("overview.details"),
	}
	if !top.Since.IsZero() {
		shown.Since = v.Say("overview.since", v.When(top.Since.In(v.view.Zone), v.Now))
	}
	if !top.NextTry.IsZero() {
		shown.NextTry = v.Say("overview.next_try", v.Age(v.Now, top.NextTry))
	}
	if more := v.view.Verdict.More(); more > 0 {
		shown.More = v.Count("overview.more", more)
	}
	signIn := len(health.SignInFindings([]health.Status{*top})) > 0 && v.options.SignIn != nil
	if profile, known := findProfile(v.view.Profiles, top.Profile); known && signIn {
		shown.Link, shown.Action = v.signInLink(profile.Slug), v.Say("overview.sign_in", profile.Name)
	}
	return shown
}
