// SPDX-License-Identifier: MIT

// Package release asks a releases API whether there is a newer version of the
// program. It downloads and installs nothing.
package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/jitter"
)

// Release is a version of the program.
type Release struct {
	// Version has no "v" before it.
	Version string
	// URL is the page about it, "" for none.
	URL string
}

// Checker asks for the latest release once a day.
type Checker struct {
	// URL answers with the latest release in the form of GitHub's API, see
	// https://docs.github.com/en/rest/releases/releases#get-the-latest-release.
	URL string
	// UserAgent is all that the request says about its sender.
	UserAgent string
	// Transport is nil for the usual one.
	Transport http.RoundTripper
	Jitter    *jitter.Source
	// Found is called with each answer.
	Found func(Release)
	Log   zerolog.Logger
}

const (
	// The first request waits, so that a program in a loop of restarts asks little.
	firstLeast, firstMost = time.Minute, 10 * time.Minute
	interval, spread      = 24 * time.Hour, 0.1
	requestTimeout        = 30 * time.Second
	maxAnswer             = 1 << 20
	maxRedirects          = 3
)

// Run asks until the context ends. A failure is logged at debug, and there is
// another attempt the next day.
func (c Checker) Run(ctx context.Context) {
	wait := c.Jitter.Between(firstLeast, firstMost)
	for {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		if latest, err := c.Latest(ctx); err == nil {
			c.Found(latest)
		} else if ctx.Err() == nil {
			c.Log.Debug().Err(err).Msg("release check failed")
		}
		wait = c.Jitter.Around(interval, spread)
	}
}

// versionPattern is what a version can be: nothing that needs quoting.
var versionPattern = regexp.MustCompile(`^\d[0-9A-Za-z.+-]{0,40}$`)

// Latest asks once.
func (c Checker) Latest(ctx context.Context) (Release, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL, http.NoBody)
	if err != nil {
		return Release{}, fmt.Errorf("release: %w", err)
	}
	request.Header.Set("User-Agent", c.UserAgent)
	request.Header.Set("Accept", "application/json")
	client := http.Client{Transport: c.Transport, CheckRedirect: checkRedirect}
	defer client.CloseIdleConnections() // the next request is tomorrow
	answer, err := client.Do(request)
	if err != nil {
		return Release{}, fmt.Errorf("release: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return Release{}, fmt.Errorf("release: HTTP status %d", answer.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return Release{}, fmt.Errorf("release: %w", err)
	}
	if len(body) > maxAnswer {
		return Release{}, errors.New("release: the answer is too long")
	}
	return parse(body)
}

func checkRedirect(next *http.Request, before []*http.Request) error {
	if len(before) > maxRedirects {
		return errors.New("too many redirects")
	}
	if before[0].URL.Scheme == "https" && next.URL.Scheme != "https" {
		return errors.New("redirected to an address that is not encrypted")
	}
	return nil
}

func parse(body []byte) (Release, error) {
	var answer struct {
		TagName string `json:"tag_name"`
		HTMLURL string `json:"html_url"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return Release{}, errors.New("release: the answer is not a release")
	}
	latest := Release{Version: strings.TrimPrefix(answer.TagName, "v")}
	if !versionPattern.MatchString(latest.Version) {
		return Release{}, errors.New("release: the answer has no version")
	}
	if page, err := url.Parse(answer.HTMLURL); err == nil && page.Scheme == "https" && page.Host != "" && page.User == nil {
		latest.URL = page.String()
	}
	return latest, nil
}
