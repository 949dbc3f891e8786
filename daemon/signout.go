// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/push"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// unsubscribeTimeout bounds removing the subscriptions of a profile: up to two
// dozen, a second apart.
const unsubscribeTimeout = 45 * time.Second

// SignOutOutcome is what has become of a profile that was signed out.
type SignOutOutcome string

// The outcomes. Except with SignOutKept and SignOutNone the tokens are deleted.
const (
	SignOutNone        SignOutOutcome = "none"        // it was not signed in
	SignOutKept        SignOutOutcome = "kept"        // nothing has changed, see the error
	SignOutRevoked     SignOutOutcome = "revoked"     // the consent is revoked
	SignOutShared      SignOutOutcome = "shared"      // another profile needs the consent
	SignOutUnconfirmed SignOutOutcome = "unconfirmed" // the API has not confirmed it, see the error
)

// SignOut ends the consent of profiles.
type SignOut struct {
	Config *config.Config
	Client *withings.Client
	// Force deletes the tokens even if the API does not confirm.
	Force bool
	// Note is called with what did not work and does not matter.
	Note func(text string)
}

// Run ends the consent of a profile: first the subscriptions, which need a
// token, then the consent, then the tokens. other is the profile that shares the
// account. Unless forced, the tokens are kept until the Withings API confirms, so
// that it can be repeated.
func (o SignOut) Run(ctx context.Context, slug, name string) (outcome SignOutOutcome, other string, err error) {
	others, signedIn, err := ProfilesSharingAccount(o.Config, slug)
	if err != nil {
		return SignOutKept, "", err
	}
	if !signedIn {
		return SignOutNone, "", nil
	}
	tokens, err := tokenstore.New(o.Config.StateDir)
	if err != nil {
		return SignOutKept, "", err
	}
	if err := checkDeletable(ctx, tokens, slug); err != nil {
		return SignOutKept, "", err
	}
	if len(others) > 0 {
		return SignOutShared, others[0], DeleteTokens(ctx, tokens, slug)
	}
	token, err := tokens.Load(ctx, slug)
	if err != nil {
		return SignOutKept, "", err
	}
	if err := unsubscribe(ctx, o.Config, o.Client.Account(slug, tokens)); err != nil {
		o.Note(fmt.Sprintf("could not remove the notification subscriptions of %s (%s); "+
			"Withings removes them with the consent", name, push.Cause(err)))
	}
	revokeErr := o.revoke(ctx, token.UserID)
	if isOutcomeUnknown(revokeErr) && !o.Force {
		return SignOutKept, "", fmt.Errorf("%w of %s; the tokens are kept: %w", ErrNotConfirmed, name, revokeErr)
	}
	if err := DeleteTokens(ctx, tokens, slug); err != nil {
		return SignOutKept, "", err
	}
	if revokeErr != nil {
		return SignOutUnconfirmed, "", fmt.Errorf("tokens of %s deleted, "+
			"but the Withings API did not confirm revoking the consent; revoke it in the Withings app: %w",
			name, revokeErr)
	}
	return SignOutRevoked, "", nil
}

// ErrNotConfirmed means that the API has neither confirmed nor refused to revoke
// a consent.
var ErrNotConfirmed = errors.New("the Withings API did not confirm revoking the consent")

// ProfilesSharingAccount lists the other profiles that use the same account, as
// after a rename, and reports whether this one is signed in.
func ProfilesSharingAccount(c *config.Config, slug string) (others []string, signedIn bool, err error) {
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

// CheckSignOut proves that the tokens of a profile, if any, can be deleted.
func CheckSignOut(ctx context.Context, c *config.Config, slug string) error {
	_, signedIn, err := ProfilesSharingAccount(c, slug)
	if err != nil || !signedIn {
		return err
	}
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return err
	}
	return checkDeletable(ctx, tokens, slug)
}

// checkDeletable proves that DeleteTokens will work, before an irreversible
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

// DeleteTokens deletes the tokens of a profile under its lock.
func DeleteTokens(ctx context.Context, tokens *tokenstore.File, slug string) error {
	unlock, err := tokens.Lock(ctx, slug)
	if err != nil {
		return err
	}
	defer unlock()
	return tokens.Delete(ctx, slug)
}

// revoke revokes a consent, and waits where the API asks for it.
func (o SignOut) revoke(ctx context.Context, userID string) error {
	for tries := 2; ; tries-- {
		err := o.Client.Revoke(ctx, userID)
		wait := withings.RetryAfter(err)
		if err == nil || tries == 0 || wait == 0 || wait > maxRevokeWait {
			return err
		}
		o.Note("the Withings API asks to wait " + wait.Round(time.Second).String())
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
		FormerSecrets:    SecretTexts(former),
		WantedCategories: func() []withings.Category { return nil },
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, unsubscribeTimeout)
	defer cancel()
	return manager.Revoke(ctx)
}
