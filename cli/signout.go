package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/push"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// unsubscribeTimeout bounds removing the subscriptions of a profile: up to two
// dozen, a second apart.
const unsubscribeTimeout = 45 * time.Second

// signOut ends the consent of a profile: first the subscriptions, which need a
// token, then the consent, then the tokens. It returns a message, "" when the
// profile was not signed in. Unless forced, the tokens are kept until the
// Withings API confirms, so that it can be repeated.
func (s *session) signOut(
	ctx context.Context, c *config.Config, slug, name string, force bool,
) (message string, err error) {
	others, signedIn, err := profilesSharingAccount(c, slug)
	if err != nil || !signedIn {
		return "", err
	}
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return "", err
	}
	if err := checkDeletable(ctx, tokens, slug); err != nil {
		return "", err
	}
	if len(others) > 0 {
		return fmt.Sprintf("Tokens of %s deleted. The consent is kept because %s uses the same account.\n", name,
				others[0]),
			deleteTokens(ctx, tokens, slug)
	}
	token, err := tokens.Load(ctx, slug)
	if err != nil {
		return "", err
	}
	client, err := s.newCloud(c)
	if err != nil {
		return "", err
	}
	if err := unsubscribe(ctx, c, client.Account(slug, tokens)); err != nil {
		_, _ = fmt.Fprintf(s.Stderr, "note: could not remove the notification subscriptions of %s (%s); "+
			"Withings removes them with the consent\n", name, push.Cause(err))
	}
	revokeErr := revoke(ctx, s.Stderr, client, token.UserID)
	if isOutcomeUnknown(revokeErr) && !force {
		return "", fmt.Errorf("the Withings API did not confirm revoking the consent of %s; "+
			"the tokens are kept. Try again later, "+
			"or use --forget-anyway and revoke the consent in the Withings app: %w",
			name, revokeErr)
	}
	if err := deleteTokens(ctx, tokens, slug); err != nil {
		return "", err
	}
	if revokeErr != nil {
		return "Tokens deleted.\n", fmt.Errorf("tokens of %s deleted, "+
			"but the Withings API did not confirm revoking the consent; revoke it in the Withings app: %w",
			name, revokeErr)
	}
	return "Consent revoked and tokens deleted.\n", nil
}

// profilesSharingAccount lists the other profiles that use the same account, as
// after a rename, and reports whether this one is signed in.
func profilesSharingAccount(c *config.Config, slug string) (others []string, signedIn bool, err error) {
	token, _, err := tokenstore.Peek(c.StateDir, slug)
	if errors.Is(err, withings.ErrNoToken) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	for _, p := range c.Withings.Profiles {
		other, _, err := tokenstore.Peek(c.StateDir, p.Slug)
		if p.Slug != slug && err == nil && other.UserID == token.UserID {
			others = append(others, p.Name)
		}
	}
	return others, true, nil
}

// checkSignOut proves that the tokens of a profile, if any, can be deleted.
func checkSignOut(ctx context.Context, c *config.Config, slug string) error {
	_, signedIn, err := profilesSharingAccount(c, slug)
	if err != nil || !signedIn {
		return err
	}
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return err
	}
	return checkDeletable(ctx, tokens, slug)
}

// checkDeletable proves that deleteTokens will work, before an irreversible
// step: it needs the lock and a writable folder.
func checkDeletable(ctx context.Context, tokens *tokenstore.File, slug string) error {
	unlock, err := tokens.Lock(ctx, slug)
	if err != nil {
		return fmt.Errorf("nothing changed: cannot delete tokens: %w", err)
	}
	defer unlock()
	if err := tokens.CheckWritable(ctx, slug); err != nil {
		return fmt.Errorf("nothing changed: cannot delete tokens: %w", err)
	}
	return nil
}

// deleteTokens deletes the tokens of a profile under its lock.
func deleteTokens(ctx context.Context, tokens *tokenstore.File, slug string) error {
	unlock, err := tokens.Lock(ctx, slug)
	if err != nil {
		return err
	}
	defer unlock()
	return tokens.Delete(ctx, slug)
}

// revoke revokes a consent, and waits where the API asks for it.
func revoke(ctx context.Context, notes io.Writer, client *withings.Client, userID string) error {
	for tries := 2; ; tries-- {
		err := client.Revoke(ctx, userID)
		wait := withings.RetryAfter(err)
		if err == nil || tries == 0 || wait == 0 || wait > maxRevokeWait {
			return err
		}
		printTo(notes, "note: the Withings API asks to wait %s\n", wait.Round(time.Second))
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}

// maxRevokeWait bounds the wait of a user who signs out.
const maxRevokeWait = 2 * time.Minute

// isOutcomeUnknown reports whether the API has neither confirmed nor refused.
func isOutcomeUnknown(err error) bool {
	switch withings.ClassOf(err) {
	case withings.Temporary, withings.Limited:
		return true
	case withings.OK:
		return err != nil
	case withings.Auth, withings.Forbidden, withings.Params, withings.Unsupported, withings.Application:
	}
	return false
}

// neverSchedule is a schedule that is never due.
type neverSchedule struct{}

// Next implements bridge.Schedule.
func (neverSchedule) Next(after time.Time) time.Time { return after.AddDate(100, 0, 0) }

// unsubscribe removes our subscriptions, recognised by the secret in their
// address.
func unsubscribe(ctx context.Context, c *config.Config, account push.Account) error {
	if c.Notifications.PublicURL == "" {
		return nil
	}
	folder := checkpoint.OpenReadOnly(c.StateDir)
	plain, err := folder.Secret(push.NewSecret)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no daemon has run yet
	}
	if err != nil {
		return err
	}
	callback, err := push.CallbackURL(c.Notifications.PublicURL, plain)
	if err != nil {
		return fmt.Errorf("notifications: %w", err)
	}
	former, err := folder.FormerSecrets()
	if err != nil {
		return err
	}
	manager, err := push.NewSubscriptionManager(push.ManagerOptions{
		Account:          account,
		CallbackURL:      callback,
		FormerSecrets:    daemon.SecretTexts(former),
		WantedCategories: func() []withings.Category { return nil },
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, unsubscribeTimeout)
	defer cancel()
	return manager.Revoke(ctx)
}
