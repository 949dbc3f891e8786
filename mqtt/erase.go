package mqtt

import (
	"context"
	"errors"
)

// eraseBatchSize is how many messages are under way at a time.
const eraseBatchSize = 50

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
		batch := topics[:min(eraseBatchSize, len(topics))]
		topics = topics[len(batch):]
		var waits []func() error
		for _, topic := range batch {
			waits = append(waits, connection.send(ctx, topic, 1, true, nil))
		}
		var failed []error
		for _, wait := range waits {
			failed = append(failed, wait())
		}
		if err := errors.Join(failed...); err != nil {
			return err
		}
	}
	return nil
}
