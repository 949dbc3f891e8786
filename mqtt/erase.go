package mqtt

import (
	"context"
	"errors"
)

// eraseAtOnce is how many messages are under way at a time.
const eraseAtOnce = 50

// Erase connects once, without birth and without a will, and removes what is
// retained on topics. It returns when the broker has confirmed all of it, with
// ErrRefused or ErrUnreachable when it does not. Run must not be running.
func (c *Client) Erase(ctx context.Context, topics []string) error {
	connection, err := c.connectWithoutWill(ctx)
	if err != nil {
		return err
	}
	defer connection.close()
	for len(topics) > 0 {
		now := topics[:min(eraseAtOnce, len(topics))]
		topics = topics[len(now):]
		var words []func() error
		for _, topic := range now {
			words = append(words, connection.send(ctx, topic, 1, true, nil))
		}
		var failed []error
		for _, word := range words {
			failed = append(failed, word())
		}
		if err := errors.Join(failed...); err != nil {
			return err
		}
	}
	return nil
}
