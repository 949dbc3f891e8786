// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/internal/secret"
)

// sign joins the signed values and returns their HMAC-SHA256 in lower-case hex.
func sign(key secret.Text, values ...string) string {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write([]byte(strings.Join(values, ",")))
	return hex.EncodeToString(mac.Sum(nil))
}

// nonce is the response of v2/signature getnonce.
type nonce struct {
	Nonce Text `json:"nonce"`
}

// noData is a response that carries no data.
type noData struct{}

// Probe requests a nonce. It proves that the client id and secret are right and
// that the cloud can be reached, before any sign-in.
func (c *Client) Probe(ctx context.Context) error {
	_, err := c.nonce(ctx)
	return err
}

// Revoke withdraws the consent of a user: both tokens become invalid and the
// notifications are unsubscribed.
func (c *Client) Revoke(ctx context.Context, userID string) error {
	once, err := c.nonce(ctx)
	if err != nil {
		return err
	}
	const action = "revoke"
	_, err = send[noData](ctx, c, apiRequest{
		service: tokenService, action: action, secrets: []secret.Text{c.options.ClientSecret},
		form: url.Values{
			"client_id": {c.options.ClientID}, "nonce": {once}, "userid": {userID},
			"signature": {sign(c.options.ClientSecret, action, c.options.ClientID, once)},
		},
		// A nonce works once, so the call cannot be repeated.
		retry: retryPolicy{maxTries: 1},
	})
	return err
}

// nonce fetches the nonce that signs one call.
func (c *Client) nonce(ctx context.Context) (string, error) {
	const service, action = "v2/signature", "getnonce"
	now := strconv.FormatInt(time.Now().Unix(), 10)
	response, err := send[nonce](ctx, c, apiRequest{
		service: service, action: action, retry: dataRetryPolicy(), secrets: []secret.Text{c.options.ClientSecret},
		form: url.Values{
			"client_id": {c.options.ClientID}, "timestamp": {now},
			"signature": {sign(c.options.ClientSecret, action, c.options.ClientID, now)},
		},
	})
	if err != nil {
		return "", err
	}
	if response.Nonce == "" {
		return "", &Error{
			Service: service, Action: action, Status: 0, HTTP: 200, Class: Temporary,
			Err: errors.New("response without a nonce"),
		}
	}
	return string(response.Nonce), nil
}
