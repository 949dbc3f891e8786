package withings

import "context"

// backgroundKey marks a context.
type backgroundKey struct{}

// WithBackground marks the requests of a context as less urgent than all
// others: they wait behind them, and take no more than half of the budget.
func WithBackground(ctx context.Context) context.Context {
	return context.WithValue(ctx, backgroundKey{}, true)
}

func isBackground(ctx context.Context) bool { return ctx.Value(backgroundKey{}) != nil }
