// SPDX-License-Identifier: MIT

package browser

import (
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Point is a place in the window, in CSS pixels.
type Point struct{ X, Y float64 }

// Finger is where a finger touches the screen, and where it leaves it.
type Finger struct{ From, To Point }

// touchSteps is in how many steps fingers move.
const touchSteps = 8

// Touch moves fingers over the screen, all at the same time: one drags, two
// pinch.
func (t *Tab) Touch(fingers ...Finger) error {
	at := func(step int) []*input.TouchPoint {
		points := make([]*input.TouchPoint, 0, len(fingers))
		for i, finger := range fingers {
			id, part := float64(i), float64(step)/touchSteps
			points = append(points, &input.TouchPoint{
				X:  finger.From.X + part*(finger.To.X-finger.From.X),
				Y:  finger.From.Y + part*(finger.To.Y-finger.From.Y),
				ID: &id,
			})
		}
		return points
	}
	touch := func(kind input.DispatchTouchEventType, points []*input.TouchPoint) chromedp.Action[chromedp.Void] {
		return call(input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
	}
	actions := []chromedp.Action[chromedp.Void]{touch(input.DispatchTouchEventTypeTouchStart, at(0))}
	for step := range touchSteps {
		actions = append(actions, touch(input.DispatchTouchEventTypeTouchMove, at(step+1)))
	}
	return t.Do(append(actions, touch(input.DispatchTouchEventTypeTouchEnd, []*input.TouchPoint{}))...)
}

// Wheel turns the wheel of a mouse over a place: positive pixels are down.
func (t *Tab) Wheel(over Point, down float64) error {
	const still = 1e-6 // Chromium wants both directions, and a 0 is left out
	return t.Do(call(input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: input.DispatchMouseEventTypeMouseWheel, X: over.X, Y: over.Y, DeltaX: still, DeltaY: down,
	}))
}
