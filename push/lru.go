package push

import "container/list"

// lru is a table that forgets the entry that was longest out of use rather
// than grow. It is not safe for concurrent use.
type lru[K comparable, V any] struct {
	limit    int
	order    *list.List // of entry[K, V], the freshest first
	elements map[K]*list.Element
}

type lruEntry[K comparable, V any] struct {
	key   K
	value V
}

func newLRU[K comparable, V any](limit int) *lru[K, V] {
	return &lru[K, V]{limit: limit, order: list.New(), elements: make(map[K]*list.Element)}
}

// get returns what put stored, and counts as use.
func (b *lru[K, V]) get(key K) (value V, ok bool) {
	element, ok := b.elements[key]
	if !ok {
		return value, false
	}
	b.order.MoveToFront(element)
	kept, _ := element.Value.(lruEntry[K, V])
	return kept.value, true
}

func (b *lru[K, V]) put(key K, value V) {
	if element, ok := b.elements[key]; ok {
		element.Value = lruEntry[K, V]{key, value}
		b.order.MoveToFront(element)
		return
	}
	if oldest := b.order.Back(); b.order.Len() >= b.limit && oldest != nil {
		gone, _ := b.order.Remove(oldest).(lruEntry[K, V])
		delete(b.elements, gone.key)
	}
	b.elements[key] = b.order.PushFront(lruEntry[K, V]{key, value})
}
