// SPDX-License-Identifier: MIT

package withings

import "context"

// Devices fetches the devices of the account as it lists them now. Data can
// name devices that it no longer lists.
func (a *Account) Devices(ctx context.Context) (Devices, error) {
	return call[Devices](ctx, a, "v2/user", "getdevice", nil)
}

// Goals fetches the user's own goals. A goal that is not set has OK false; that
// none is set is no error.
func (a *Account) Goals(ctx context.Context) (Goals, error) {
	response, err := call[GoalsResponse](ctx, a, "v2/user", "getgoals", nil)
	return response.Goals.Value, err
}
