package bridge

// poke asks for a fetch as soon as possible.
func (p *person) poke(done func(string, error)) {
	if done != nil && !p.enqueue(done) {
		done(p.Slug, errCrowded)
		return
	}
	select {
	case p.pokes <- struct{}{}:
	default: // one is pending already and will serve this one as well
	}
}

// enqueue adds one who waits for a fetch, unless there are too many.
func (p *person) enqueue(done func(string, error)) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) >= maxWaiting {
		return false
	}
	p.waiting = append(p.waiting, done)
	return true
}

// queue takes out everybody who waits for a fetch. First goes what wakes the
// loop for them: whoever comes in between leaves another wake-up behind.
func (p *person) queue() []func(string, error) {
	select {
	case <-p.pokes:
	default:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting := p.waiting
	p.waiting = nil
	return waiting
}

// answer tells those who asked for a fetch how it went.
func (p *person) answer(waiting []func(string, error), err error) {
	for _, done := range waiting {
		done(p.Slug, err)
	}
}
