package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/push"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// unsubscribeTime bounds removing the subscriptions of one person: they are ended
// a second apart, and there can be two dozen.
const unsubscribeTime = 45 * time.Second

// signOut ends the consent of a person: subscriptions first, while there is a
// token for it, then the consent at the cloud, then the tokens here. It returns
// false when there was nothing to end.
func (s *session) signOut(ctx context.Context, c *config.Config, slug, name string) (ended bool, err error) {
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return false, err
	}
	token, err := tokens.Load(ctx, slug)
	if errors.Is(err, withings.ErrNoToken) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	client, err := newClient(c, s.version(), bridge.NewBudget())
	if err != nil {
		return false, err
	}
	if err := unsubscribe(ctx, c, client.Account(slug, tokens)); err != nil {
		_, _ = fmt.Fprintf(s.Stderr, "note: the subscriptions to notifications of %s could not be removed one by one (%s); "+
			"the cloud removes them with the consent\n", name, push.Cause(err))
	}
	revoked := client.Revoke(ctx, token.UserID)
	unlock, err := tokens.Lock(ctx, slug)
	if err != nil {
		return false, err
	}
	defer unlock()
	if err := tokens.Delete(ctx, slug); err != nil {
		return false, err
	}
	if revoked != nil {
		return true, fmt.Errorf("the tokens of %s are forgotten here, but the cloud did not confirm the end of the consent; "+
			"end it in the vendor's app as well: %w", name, revoked)
	}
	return true, nil
}

// unsubscribe removes the subscriptions that are ours, by the secret in their
// address; without notifications there are none.
func unsubscribe(ctx context.Context, c *config.Config, account push.Account) error {
	if c.Notifications.PublicURL == "" {
		return nil
	}
	word, err := checkpoint.OpenReadOnly(c.StateDir).Secret(push.NewSecret)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no daemon has ever subscribed anything
	}
	if err != nil {
		return err
	}
	callback, err := push.CallbackURL(c.Notifications.PublicURL, word)
	if err != nil {
		return fmt.Errorf("notifications: %w", err)
	}
	keeper, err := push.NewKeeper(push.KeeperOptions{
		Account: account, CallbackURL: callback, Wanted: func() []push.Category { return nil },
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, unsubscribeTime)
	defer cancel()
	return keeper.Revoke(ctx)
}
