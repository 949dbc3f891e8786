package bridge

import "slices"

// Retained lists the topics of a profile that lie on the broker as far as is
// remembered, for looking at it without a daemon; none when nothing is.
func Retained(m StateStore, slug string) ([]string, error) {
	state := newProfileState()
	if found, err := m.Load(slug, &state); err != nil || !found {
		return nil, err
	}
	return state.Topics, nil
}

// Prune has topics that were removed from the broker no longer remembered as
// the bridge's own, such as the document of a person who is gone.
func Prune(m StateStore, topics []string) error {
	var ledger retainedLedger
	if found, err := m.Load(ledgerKey, &ledger); err != nil || !found {
		return err
	}
	gone := func(topic string) bool { return slices.Contains(topics, topic) }
	ledger.Topics, ledger.Clears = slices.DeleteFunc(ledger.Topics, gone), slices.DeleteFunc(ledger.Clears, gone)
	return m.Save(ledgerKey, ledger)
}
