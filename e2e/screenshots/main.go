// SPDX-License-Identifier: MIT

// Command screenshots makes the pictures of docs/images from the demo: every view
// of the page on a phone and at a desk, in the light and the dark theme. It needs
// Debian's package chromium. Run it from the top of the repository:
//
//	go run ./e2e/screenshots             makes all pictures
//	go run ./e2e/screenshots sleep heart only those of some views
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"vitals2mqtt/e2e/browser"
)

// folder holds the pictures.
const folder = "docs/images"

// quality of the pictures, from 0 to 100: text stays sharp, and all of them
// together stay below 1.5 MB.
const quality = 70

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout, os.Args[1:])
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, names []string) (err error) {
	programs, err := browser.StartPrograms(ctx, ".")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, programs.Stop(context.WithoutCancel(ctx))) }()
	chromium, err := browser.Start(ctx)
	if err != nil {
		return err
	}
	defer chromium.Close()
	total := 0
	for _, view := range browser.Views() {
		if len(names) > 0 && !slices.Contains(names, view.Name) {
			continue
		}
		for _, picture := range view.Pictures() {
			size, err := take(chromium, picture, programs.Address(view)) //nolint:contextcheck // Chromium has it
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(out, "%-28s %4d kB\n", picture.File, (size+999)/1000)
			total += size
		}
	}
	_, _ = fmt.Fprintf(out, "%-28s %4d kB\n", "together", (total+999)/1000)
	return nil
}

// take writes a picture and returns its size in bytes.
func take(chromium *browser.Chromium, picture browser.Picture, address string) (size int, err error) {
	tab, err := chromium.Open(picture.Screen)
	if err != nil {
		return 0, err
	}
	defer tab.Close()
	if err := tab.Go(address); err != nil {
		return 0, err
	}
	image, err := browser.Run(tab, browser.Photograph(quality))
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // everybody may see them
		return 0, err
	}
	return len(image), os.WriteFile(filepath.Join(folder, picture.File), image, 0o644) //nolint:gosec // the same
}
