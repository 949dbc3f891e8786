package push

import "container/list"

// bounded is a table that forgets the entry that was longest out of use rather
// than grow. It is not safe for concurrent use.
type bounded[K comparable, V any] struct {
	limit int
	order *list.List // of entry[K, V], the freshest first
	at    map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newBounded[K comparable, V any](limit int) *bounded[K, V] {
	return &bounded[K, V]{limit: limit, order: list.New(), at: make(map[K]*list.Element)}
}

// get returns what put stored, and counts as use.
func (b *bounded[K, V]) get(key K) (value V, ok bool) {
	element, ok := b.at[key]
	if !ok {
		return value, false
	}
	b.order.MoveToFront(element)
	kept, _ := element.Value.(entry[K, V])
	return kept.value, true
}

func (b *bounded[K, V]) put(key K, value V) {
	if element, ok := b.at[key]; ok {
		element.Value = entry[K, V]{key, value}
		b.order.MoveToFront(element)
		return
	}
	if oldest := b.order.Back(); b.order.Len() >= b.limit && oldest != nil {
		gone, _ := b.order.Remove(oldest).(entry[K, V])
		delete(b.at, gone.key)
	}
	b.at[key] = b.order.PushFront(entry[K, V]{key, value})
}
