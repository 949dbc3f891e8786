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
func (p people) headline() *headline {
	top := p.view.Verdict.Top()
	if top == nil {
		return nil
	}
	text, remedy := p.verdict(*top)
	shown := &headline{
		Text:   text,
		Remedy: remedy,
		Failed: p.view.Verdict.Word() == "failed",
		Quiet:  p.view.Verdict.Word() == "starting",
		Link:   p.Base + "/health",
		Action: p.Say("overview.details"),
	}
	if !top.Since.IsZero() {
		shown.Since = p.Say("overview.since", p.When(top.Since.In(p.view.Zone), p.Now))
	}
	if !top.NextTry.IsZero() {
		shown.NextTry = p.Say("overview.next_try", p.Age(p.Now, top.NextTry))
	}
	if more := p.view.Verdict.More(); more > 0 {
		shown.More = p.Count("overview.more", more)
	}
	signIn := len(health.SignInFindings([]health.Status{*top})) > 0 && p.options.SignIn != nil
	if profile, known := findProfile(p.view.Profiles, top.Profile); known && signIn {
		shown.Link, shown.Action = p.Base+"/login/"+profile.Slug, p.Say("overview.sign_in", profile.Name)
	}
	return shown
}
