// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vitals2mqtt/internal/secret"
)

const (
	notifyService = "notify"
	// notifyComment is what our subscriptions are called in the cloud's list.
	notifyComment = "vitals2mqtt"
	// addressPartLength is how many characters of an address are enough to give
	// it away, and how many a part of it must have to be worth hiding.
	addressPartLength = 8
)

// Subscriptions lists all subscriptions of this application for the user, those
// of other installations with the same client id too. URLs can come back
// written differently, with or without a slash at the end.
func (a *Account) Subscriptions(ctx context.Context) ([]Subscription, error) {
	response, err := call[Subscriptions](ctx, a, notifyService, "list", nil)
	isUnusable := func(s Subscription) bool { return !s.Category.OK && s.CallbackURL == "" }
	return slices.DeleteFunc(response.Profiles, isUnusable), err
}

// Subscribe requests notifications of a category ("appli") at an address. The
// cloud first sends a HEAD request to the address: unless it returns 200, the
// error's Status is 293, and nothing is retried. Status 305 is one subscription
// too many, 403 a scope that was not granted. Subscribing twice is not an
// error. No error contains the address.
func (a *Account) Subscribe(ctx context.Context, callbackURL string, category int) error {
	form := subscriptionForm(callbackURL, category)
	form.Set("comment", notifyComment)
	_, err := call[noData](ctx, a, notifyService, "subscribe", form)
	return maskAddress(err, callbackURL)
}

// Unsubscribe removes a subscription. If there is none, the error's Status is
// 286, 294 or 343. No error contains the address.
func (a *Account) Unsubscribe(ctx context.Context, callbackURL string, category int) error {
	_, err := call[noData](ctx, a, notifyService, "revoke", subscriptionForm(callbackURL, category))
	return maskAddress(err, callbackURL)
}

func subscriptionForm(callbackURL string, category int) url.Values {
	return url.Values{"callbackurl": {callbackURL}, "appli": {strconv.Itoa(category)}}
}

// maskAddress masks a callback URL in an error, because it is a secret. The
// text may hold it escaped, or cut short, so each word is checked.
func maskAddress(err error, address string) error {
	failure, ours := errors.AsType[*Error](err)
	if !ours || failure.Service != notifyService || failure.Text == "" {
		return err // contains no address
	}
	telling := addressParts(address)
	words := strings.Fields(failure.Text)
	for i, word := range words {
		for _, part := range telling {
			if strings.Contains(strings.ToLower(word), part) {
				words[i] = secret.Mask
			}
		}
	}
	masked := *failure // others may hold the same error
	masked.Text = strings.Join(words, " ")
	return &masked
}

// addressParts are the beginnings of all that is long in an address, and what
// makes a word one.
func addressParts(address string) []string {
	parts := []string{"://", "%3a%2f%2f"}
	split := func(r rune) bool { return strings.ContainsRune("/?&=#", r) }
	for _, part := range strings.FieldsFunc(address, split) {
		if len(part) >= addressPartLength {
			parts = append(parts, strings.ToLower(part[:addressPartLength]))
		}
	}
	return parts
}
