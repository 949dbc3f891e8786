// SPDX-License-Identifier: MIT

package web

import (
	"net/http"
	"strconv"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/setup"
)

// The values of the form's field action, for buttons that stay on the step.
const (
	actionMore   = "more"   // one more name
	actionSearch = "search" // search for brokers again
)

// Choices of the forms that have a field for another answer.
const (
	choiceOwn   = "own"
	choiceOther = "other"
)

// take takes the answers of a step. stay means that the button does not lead on.
func (s setupRoutes) take(r *http.Request, step setup.Step) (problems []setup.Problem, stay bool) {
	ctx, form := r.Context(), r.PostForm
	switch step {
	case setup.StepApplication:
		return s.wizard.SetApplication(ctx, form.Get("client_id"), secret.New(form.Get("client_secret"))), false
	case setup.StepCallback:
		return s.wizard.SetCallback(ctx, form.Get("callback_"+form.Get("choice")), pageAddress(r, s.pages.prefix(r))), false
	case setup.StepPeople:
		if form.Get("action") == actionMore {
			return nil, true
		}
		return s.wizard.SetPeople(ctx, form["name"], form.Get("units")), false
	case setup.StepBroker:
		if form.Get("action") == actionSearch {
			s.wizard.SearchAgain()
			return nil, true
		}
		choice := setup.BrokerChoice{
			URL:      form.Get("choice"),
			Username: form.Get("username"),
			Password: secret.New(form.Get("password")),
			Open:     form.Get("open") != "",
		}
		if choice.URL == choiceOther {
			choice.URL = form.Get("url")
		}
		return s.wizard.SetBroker(ctx, choice), false
	case setup.StepPassword:
		return s.wizard.SetPassword(ctx, secret.New(form.Get("password")), secret.New(form.Get("repeated"))), false
	case setup.StepSummary:
		revision, err := strconv.Atoi(form.Get("revision"))
		if err != nil {
			revision = -1
		}
		return s.wizard.Write(revision, form.Get("replace") != ""), false
	}
	return nil, true
}
