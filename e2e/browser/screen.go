// SPDX-License-Identifier: MIT

package browser

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Screen is what a person reads the page on, and how.
type Screen struct {
	// Width and Height of the window, in CSS pixels.
	Width, Height int64
	// Touch is a screen for fingers.
	Touch bool
	// Dark is the dark theme.
	Dark bool
	// Language is that of the browser; empty is English.
	Language string
	// NoScript switches JavaScript off.
	NoScript bool
	// ForcedColors and ReducedMotion are preferences of the system.
	ForcedColors, ReducedMotion bool
}

// Phone and Desk are the screens that every view is made for.
func Phone() Screen { return Screen{Width: 390, Height: 844, Touch: true} }

// Desk is the other one.
func Desk() Screen { return Screen{Width: 1280, Height: 800} }

// setUp returns the actions that make a tab such a screen.
func (s Screen) setUp() chromedp.Action[chromedp.Void] {
	language := s.Language
	if language == "" {
		language = "en"
	}
	return chromedp.Steps(
		s.viewport(),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: s.media()}),
		call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: s.NoScript}),
		call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
			Headers: network.Headers{"Accept-Language": language},
		}),
	)
}

func (s Screen) viewport() chromedp.Action[chromedp.Void] {
	if s.Touch {
		return chromedp.EmulateViewport(s.Width, s.Height, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	return chromedp.EmulateViewport(s.Width, s.Height)
}

// media are the preferences that style sheets can ask for.
func (s Screen) media() []*emulation.MediaFeature {
	choose := func(on bool, yes, no string) string {
		if on {
			return yes
		}
		return no
	}
	return []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: choose(s.Dark, "dark", "light")},
		{Name: "prefers-reduced-motion", Value: choose(s.ReducedMotion, "reduce", "no-preference")},
		{Name: "forced-colors", Value: choose(s.ForcedColors, "active", "none")},
	}
}
