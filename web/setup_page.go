// SPDX-License-Identifier: MIT

package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"vitals2mqtt/display"
	"vitals2mqtt/find"
	"vitals2mqtt/setup"
)

// setupPage is the data of a step.
type setupPage struct {
	frame

	State setup.State
	Step  setup.Step
	// Progress are all steps, Number is the one that is shown, from 1 on.
	Progress []setupStep
	Number   int
	// Back is the link to the step before, "" for none.
	Back     string
	Problems []problemText
	Warnings []problemText

	// What the fields contain. There is no field with a secret.
	ClientID                string
	OwnCallback, Callback   string
	IsOwn                   bool
	Names                   []string
	Units                   string
	Brokers                 []find.Broker
	Broker, BrokerURL       string // the choice, and the URL when it is another one
	BrokerUser              string
	BrokerOpen              bool
	Summary                 setup.Summary
	Written                 bool
	Backup                  string
	ExampleCallback         string
	IsPrivate, NeedsReplace bool
}

// setupStep is a step in the list of all steps.
type setupStep struct {
	Name    string
	Link    string // "" when it cannot be reached
	Current bool
}

// problemText is a problem in the language of the reader.
type problemText struct{ Text, Remedy string }

// exampleCallback is an address that always opens, for pasting.
const exampleCallback = "https://example.org/"

// page returns the page of a step with the answers that are known.
func (s setupRoutes) page(r *http.Request, step setup.Step, state setup.State) setupPage {
	f := s.pages.frame(r, "setup."+string(step)+".title")
	f.Token = s.forms.tokens.make(visitorOf(r).subject(), f.Now)
	page := setupPage{
		frame:           f.with("setup.css", "copy.js"),
		State:           state,
		Step:            step,
		Warnings:        sentences(f.Language, state.Warnings[step]),
		ClientID:        state.ClientID,
		OwnCallback:     ownCallback(r, s.options.Listen, f.Base),
		Callback:        cmp.Or(state.Callback, exampleCallback),
		IsOwn:           state.IsOwn,
		Units:           state.Units,
		BrokerUser:      state.Broker.Username,
		BrokerOpen:      state.BrokerIsOpen,
		Broker:          state.Broker.URL,
		ExampleCallback: exampleCallback,
	}
	if state.IsOwn {
		page.OwnCallback, page.Callback = state.Callback, exampleCallback
	}
	for i, other := range state.Steps {
		entry := setupStep{Name: f.Say("setup." + string(other) + ".name"), Current: other == step}
		if entry.Current {
			page.Number = i + 1
		} else if state.Reached(other) {
			entry.Link = f.Base + "/setup/" + string(other)
		}
		page.Progress = append(page.Progress, entry)
	}
	if before := state.Before(step); before != "" {
		page.Back = f.Base + "/setup/" + string(before)
	}
	for _, p := range state.Profiles {
		page.Names = append(page.Names, p.Name)
	}
	page.Names = withBlanks(page.Names)
	switch step {
	case setup.StepBroker:
		page.Brokers = s.wizard.Brokers(r.Context())
		page.chooseBroker()
	case setup.StepSummary:
		page.Summary = s.wizard.Summary()
	case setup.StepApplication, setup.StepCallback, setup.StepPeople, setup.StepPassword:
	}
	return page
}

// minNames is how many fields for names there are at least.
const minNames = 3

// withBlanks adds fields for further names.
func withBlanks(names []string) []string {
	names = append(names, "")
	for len(names) < minNames {
		names = append(names, "")
	}
	return names
}

// chooseBroker selects the broker that was chosen before, else the first that
// was found and did not only announce itself.
func (p *setupPage) chooseBroker() {
	if p.Broker == "" {
		for _, found := range p.Brokers {
			if !found.Announced {
				p.Broker = found.URL
				break
			}
		}
	}
	for _, found := range p.Brokers {
		if found.URL == p.Broker {
			return
		}
	}
	if p.Broker != "" && p.Broker != "embedded" {
		p.BrokerURL = p.Broker
	}
	if p.Broker != "embedded" {
		p.Broker = choiceOther
	}
}

// keepAnswers puts what was entered back into the fields, except secrets.
func (p *setupPage) keepAnswers(form url.Values) {
	switch p.Step {
	case setup.StepApplication:
		p.ClientID = form.Get("client_id")
	case setup.StepCallback:
		p.IsOwn = form.Get("choice") == choiceOwn
		p.OwnCallback = cmp.Or(form.Get("callback_own"), p.OwnCallback)
		p.Callback = form.Get("callback_other")
	case setup.StepPeople:
		p.Names = withBlanks(nonEmpty(form["name"]))
		p.Units = form.Get("units")
	case setup.StepBroker:
		p.Broker, p.BrokerURL = form.Get("choice"), withoutUserInfo(form.Get("url"))
		p.BrokerUser, p.BrokerOpen = form.Get("username"), form.Get("open") != ""
	case setup.StepSummary:
		p.NeedsReplace = true
	case setup.StepPassword:
	}
}

// withoutUserInfo returns a URL without user name and password. It may be one
// that cannot be parsed: what is before the last @ is taken for a secret.
func withoutUserInfo(address string) string {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		scheme, rest = "", address
	} else {
		scheme += "://"
	}
	return scheme + rest[strings.LastIndexByte(rest, '@')+1:]
}

func nonEmpty(texts []string) (kept []string) {
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// sentences are problems in a language: in words of the page where it has some,
// else as they are.
func sentences(language display.Language, problems []setup.Problem) (texts []problemText) {
	for _, p := range problems {
		key := "setup.problem." + p.Code
		switch {
		case language.Has(key + ".remedy"):
			texts = append(texts, problemText{language.Say(key), language.Say(key + ".remedy")})
		case language.Has(key + ".of"):
			texts = append(texts, problemText{language.Say(key+".of", p.Text), p.Remedy})
		case language.Has(key):
			texts = append(texts, problemText{language.Say(key), ""})
		default:
			texts = append(texts, problemText{p.Text, p.Remedy})
		}
	}
	return texts
}
