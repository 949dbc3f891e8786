// SPDX-License-Identifier: MIT

package bridge

import "vitals2mqtt/topics"

// formerProfile is a profile that was taken out of the configuration, and has
// stored state.
type formerProfile struct {
	*shared

	slug    string
	userID  string
	state   profileState
	changed bool // state is not stored
}

// loadFormerProfiles returns the profiles that are no longer configured.
func loadFormerProfiles(s *shared, isConfigured func(slug string) bool) []*formerProfile {
	slugs, err := s.store.Profiles()
	if err != nil {
		s.log.Warn().Err(err).Msg("could not list stored profiles")
		return nil
	}
	var former []*formerProfile
	for _, slug := range slugs {
		if isConfigured(slug) || topics.IsReserved(slug) {
			continue
		}
		profile := &formerProfile{shared: s, slug: slug, state: newProfileState()}
		if found, err := s.store.Load(slug, &profile.state); err == nil && found {
			profile.userID = profile.state.UserID
			former = append(former, profile)
		}
	}
	return former
}

// clearTopics clears the retained topics, now and at every start, and forgets
// the rest of the state but the devices.
func (f *formerProfile) clearTopics() {
	if len(f.state.Topics) > 0 {
		f.log.Info().Str("profile", f.slug).Msg("removing the topics of a profile that is no longer configured")
	}
	f.changed = f.state.purge()
	for _, topic := range f.state.Clears {
		f.publisher.Clear(topic)
	}
}

// remove removes the documents, and deletes the stored state.
func (f *formerProfile) remove() {
	f.devices.set(f.slug, profileDevices{devices: f.state.Devices}) // without keys, so none is published
	if f.userID != "" {
		f.documents.removeAccount(f.slug, f.userID) // not that of a renamed profile, which keeps its device
	}
	if !f.changed {
		return
	}
	f.ledger.save()
	if err := f.store.Save(f.slug, f.state); err != nil {
		f.log.Warn().Err(err).Str("profile", f.slug).Msg("could not delete the stored state of a removed profile")
	}
}
