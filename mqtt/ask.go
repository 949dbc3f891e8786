// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrDenied means that the broker does not let this user read the response.
var ErrDenied = errors.New("the broker denies reading the response topic")

// Request is a message to another client that responds on a topic.
type Request struct {
	Topic         string
	Payload       []byte
	ResponseTopic string
	// IsResponse recognises the response to this request among others.
	IsResponse func(payload []byte) bool
}

// Ask connects, sends a request and returns its response. The error wraps
// ErrNotAuthorized, ErrUnreachable or ErrDenied, or is the cause of the end of
// ctx: a broker that denies the request or a client that is not there does not
// respond. The client id must not be the daemon's.
func Ask(ctx context.Context, o Options, r Request) ([]byte, error) {
	p, err := newProber(ctx, o)
	if err != nil {
		return nil, err
	}
	defer p.close()
	allowed, err := p.subscribe(ctx, r.ResponseTopic)
	if err != nil {
		return nil, err
	}
	if !allowed {
		return nil, fmt.Errorf("%w %s", ErrDenied, r.ResponseTopic)
	}
	if err := p.link.publish(ctx, r.Topic, 1, false, r.Payload); err != nil {
		return nil, unreachable(err)
	}
	isResponse := func(m Message) bool {
		return m.Topic == r.ResponseTopic && !m.Retained && r.IsResponse(m.Payload)
	}
	if !p.waitUntil(ctx, isResponse) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, unreachable(p.link.lostError())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.received[slices.IndexFunc(p.received, isResponse)].Payload, nil
}
