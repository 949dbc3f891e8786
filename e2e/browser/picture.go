// SPDX-License-Identifier: MIT

package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Picture is a picture of a view.
type Picture struct {
	File   string // its name
	Screen Screen
}

// Pictures are those of a view: on a phone and at a desk, in both themes.
func (v View) Pictures() []Picture {
	phone, desk := Phone(), Desk()
	darkPhone, darkDesk := phone, desk
	darkPhone.Dark, darkDesk.Dark = true, true
	return []Picture{
		{v.Name + "-phone.webp", phone},
		{v.Name + "-phone-dark.webp", darkPhone},
		{v.Name + "-desk.webp", desk},
		{v.Name + "-desk-dark.webp", darkDesk},
	}
}

// Photograph is a picture of what the window shows, in WebP. Quality goes from 0
// to 100.
func Photograph(quality int) chromedp.Action[[]byte] {
	return func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
		wanted := int64(quality)
		taken, err := cdp.Call(ctx, target, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatWebp, Quality: &wanted,
		})
		return taken.Data, err
	}
}
