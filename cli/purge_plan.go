// SPDX-License-Identifier: MIT

package cli

import (
	"fmt"
	"strings"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
)

// purgePlan is what removing a profile removes.
type purgePlan struct {
	Profile string   `json:"profile"`
	Topics  []string `json:"topics"`
	// Consent is one of the consent constants.
	Consent string `json:"consent"`
	// SharedWith is the other profile with the same account, "" for none.
	SharedWith string `json:"shared_with,omitempty"`
	StateDir   string `json:"state_dir"`

	name string
	// account is the cloud's user id, "" when it is unknown.
	account string
}

// What happens to the consent.
const (
	consentNone    = "none" // not signed in
	consentKept    = "kept" // another profile uses it; only the tokens are deleted
	consentRevoked = "revoked"
)

func newPurgePlan(c *config.Config, profile config.Profile, obsolete []string) (purgePlan, error) {
	plan := purgePlan{
		Profile:  profile.Slug,
		Topics:   append([]string{}, obsolete...),
		Consent:  consentNone,
		StateDir: c.StateDir,
		name:     profile.Name,
	}
	account, _, err := bridge.LoadStoredAccount(checkpoint.OpenReadOnly(c.StateDir), profile.Slug)
	if err != nil {
		return plan, err
	}
	plan.account = account.UserID
	others, signedIn, err := daemon.ProfilesSharingAccount(c, profile.Slug)
	switch {
	case err != nil:
		return plan, err
	case !signedIn:
	case len(others) > 0:
		plan.Consent, plan.SharedWith = consentKept, others[0]
	default:
		plan.Consent = consentRevoked
	}
	return plan, nil
}

// printPurgePlan lists what would be removed.
func (s *session) printPurgePlan(plan purgePlan, asJSON bool) error {
	if asJSON {
		return s.printJSON(plan)
	}
	s.printf("Would remove for %s:\n", plan.name)
	for _, topic := range plan.Topics {
		s.printf("  topic     %s\n", topic)
	}
	s.printf("%sNothing was changed.\n", plan.rest())
	return nil
}

// summary is what the user is asked about.
func (p purgePlan) summary() string {
	return fmt.Sprintf("This removes for %s:\n  topics    %d, and their entities in Home Assistant\n%s"+
		"It cannot be undone.\n", p.name, len(p.Topics), p.rest())
}

// archive describes what happens to the measurements.
func (p purgePlan) archive() string {
	if p.SharedWith != "" {
		return "kept because " + p.SharedWith + " uses the same account"
	}
	return "all measurements, also those that were imported; `vitals2mqtt export` saves them before"
}

// rest describes everything but the topics.
func (p purgePlan) rest() string {
	consent := map[string]string{
		consentNone:    "consent   none: not signed in",
		consentKept:    "tokens    deleted; consent kept because " + p.SharedWith + " uses the same account",
		consentRevoked: "consent   revoked with its notification subscriptions; tokens deleted",
	}[p.Consent]
	return strings.Join([]string{
		"  " + consent,
		"  archive   " + p.archive(),
		"  state     the list of retained topics, in " + p.StateDir,
		"Measurements in the Withings app are not affected. ",
	}, "\n")
}
