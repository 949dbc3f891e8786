package bridge

import "vitals2mqtt/topics"

// removeFormerProfiles removes the retained topics of profiles that were taken
// out of the configuration while the daemon was stopped.
func removeFormerProfiles(s *shared, isConfigured func(slug string) bool) {
	slugs, err := s.store.Profiles()
	if err != nil {
		s.log.Warn().Err(err).Msg("could not list stored profiles")
		return
	}
	for _, slug := range slugs {
		if !isConfigured(slug) && !topics.IsReserved(slug) {
			removeProfile(s, slug)
		}
	}
}

// removeProfile clears the topics of a former profile, now and at every start,
// and deletes the rest of its stored state.
func removeProfile(s *shared, slug string) {
	former := newProfileState()
	if found, err := s.store.Load(slug, &former); err != nil || !found {
		return
	}
	s.devices.set(slug, profileDevices{devices: former.Devices}) // without keys, so none is published
	userID := former.UserID
	if len(former.Topics) > 0 {
		s.log.Info().Str("profile", slug).Msg("removing the topics of a profile that is no longer configured")
	}
	changed := former.purge()
	for _, topic := range former.Clears {
		s.publisher.Clear(topic)
	}
	if userID != "" {
		s.documents.removeAccount(slug, userID) // not that of a renamed profile, which keeps its device
	}
	if !changed {
		return
	}
	s.ledger.save()
	if err := s.store.Save(slug, former); err != nil {
		s.log.Warn().Err(err).Str("profile", slug).Msg("could not delete the stored state of a removed profile")
	}
}
