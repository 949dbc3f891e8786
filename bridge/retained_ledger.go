// SPDX-License-Identifier: MIT

package bridge

import "slices"

// retainedLedger lists the retained topics of one owner, and the topics that
// were cleared.
type retainedLedger struct {
	Topics []string `json:"topics"` // retained, sorted
	// Clears are the cleared topics, oldest first. They are cleared again at every
	// start: the broker may have been unreachable until the daemon stopped, or may
	// have lost the change in a power cut. Clearing an empty topic changes
	// nothing.
	Clears []string `json:"clears,omitempty"`
}

// maxClears is how many topics are cleared again at every start.
const maxClears = 5000

// Add records a topic as retained and reports whether that is new.
func (l *retainedLedger) Add(topic string) bool {
	if !insertSorted(&l.Topics, topic) {
		return false // then it is not in Clears
	}
	if at := slices.Index(l.Clears, topic); at >= 0 {
		l.Clears = slices.Delete(l.Clears, at, at+1)
	}
	return true
}

// Remove moves a topic from the retained to the cleared ones, and reports
// whether it was retained.
func (l *retainedLedger) Remove(topic string) bool {
	_, found := slices.BinarySearch(l.Topics, topic)
	return found && l.MarkCleared(topic)
}

// MarkCleared records topics as cleared, and reports whether that is new.
func (l *retainedLedger) MarkCleared(topics ...string) bool {
	changed := false
	for _, topic := range topics {
		if at, found := slices.BinarySearch(l.Topics, topic); found {
			l.Topics, changed = slices.Delete(l.Topics, at, at+1), true
		}
		if !slices.Contains(l.Clears, topic) {
			l.Clears, changed = append(l.Clears, topic), true
		}
	}
	if over := len(l.Clears) - maxClears; over > 0 {
		l.Clears = slices.Delete(l.Clears, 0, over)
	}
	return changed
}

// drop removes topics from both lists.
func (l *retainedLedger) drop(topics []string) {
	gone := func(topic string) bool { return slices.Contains(topics, topic) }
	l.Topics = slices.DeleteFunc(l.Topics, gone)
	l.Clears = slices.DeleteFunc(l.Clears, gone)
}

// clone returns an independent copy.
func (l *retainedLedger) clone() retainedLedger {
	return retainedLedger{slices.Clone(l.Topics), slices.Clone(l.Clears)}
}

// insertSorted adds a text to a sorted list and reports whether it is new.
func insertSorted(list *[]string, text string) bool {
	at, found := slices.BinarySearch(*list, text)
	if !found {
		*list = slices.Insert(*list, at, text)
	}
	return !found
}
