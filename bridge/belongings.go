package bridge

import "slices"

// Belongings lists the topics of a profile that lie on the broker as far as is
// remembered, for looking at it without a daemon; none when nothing is.
func Belongings(m Memory, slug string) ([]string, error) {
	kept := newRemembered()
	if found, err := m.Load(slug, &kept); err != nil || !found {
		return nil, err
	}
	return kept.Topics, nil
}

// Forget has topics that were removed from the broker no longer remembered as
// the bridge's own, such as the document of a person who is gone.
func Forget(m Memory, topics []string) error {
	var own lying
	if found, err := m.Load(ownSlot, &own); err != nil || !found {
		return err
	}
	gone := func(topic string) bool { return slices.Contains(topics, topic) }
	own.Topics, own.Clears = slices.DeleteFunc(own.Topics, gone), slices.DeleteFunc(own.Clears, gone)
	return m.Save(ownSlot, own)
}
