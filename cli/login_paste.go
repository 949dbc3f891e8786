// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"vitals2mqtt/daemon"
	"vitals2mqtt/signin"
	"vitals2mqtt/withings"
)

// maxPastes is how many addresses are accepted in one run.
const maxPastes = 5

// errNoPaste is the end of the input.
var errNoPaste = errors.New("no address pasted")

// loginByPaste is for servers that the browser cannot be redirected to. After a
// mistake it asks again, with a new link if the former one is spent.
func (t *terminalLogin) loginByPaste(ctx context.Context) error {
	if err := t.printPasteInstructions(); err != nil {
		return err
	}
	pasted := newPrompter(ctx, t.session)
	var last error
	for attempt := 1; ; attempt++ {
		t.printf("> ")
		line, err := pasted.nextLine()
		if errors.Is(err, io.EOF) && last != nil {
			return last // a script has nothing more to say
		}
		if errors.Is(err, io.EOF) {
			return errNoPaste
		}
		if err != nil {
			return err
		}
		spent, problem := t.finishPaste(ctx, line)
		switch {
		case problem == nil:
			return t.printResult(ctx)
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !isPasteRepeatable(problem):
			return problem
		case attempt == maxPastes:
			return fmt.Errorf("gave up after %d attempts, nothing was changed; start again with "+
				"`vitals2mqtt login %s --paste`. The last problem: %w", maxPastes, t.profile.Slug, problem)
		}
		last = problem
		t.printf("\n%s.\n", capitalize(problem.Error()))
		if spent {
			if err := t.printNewLink(); err != nil {
				return err
			}
		} else {
			t.printf("Paste the address again (Ctrl-C to stop).\n")
		}
	}
}

func (t *terminalLogin) printPasteInstructions() error {
	consent, logout, err := t.signIn.Start(t.profile.Slug)
	if err != nil {
		return err
	}
	t.printf("1. Open this address in a browser, choose %s and allow access:\n\n   %s\n\n", t.profile.Name, consent)
	t.printf("   If another account is signed in there, use this one instead:\n\n   %s\n\n", logout)
	t.printf("2. The browser then goes to %s…\n   (even if no page appears). Copy that address from the address bar and paste\n"+
		"   it here within 30 seconds. If a page says redirect_uri_mismatch instead,\n"+
		"   another address is registered in the developer portal: put that one into\n"+
		"   withings.callback_url.\n\n",
		daemon.RedirectURL(t.config))
	return nil
}

// printNewLink replaces a link that is spent.
func (t *terminalLogin) printNewLink() error {
	consent, logout, err := t.signIn.Start(t.profile.Slug)
	if err != nil {
		return err
	}
	t.printf("Open this new link, and paste the address within 30 seconds (Ctrl-C to stop):\n\n   %s\n\n", consent)
	t.printf("   With another account signed in there:\n\n   %s\n\n", logout)
	return nil
}

// finishPaste signs in with a pasted address. spent reports whether the link
// works no more.
func (t *terminalLogin) finishPaste(ctx context.Context, line string) (spent bool, err error) {
	state, code, err := signin.ParseRedirect(line)
	if errors.Is(err, signin.ErrOtherSite) || errors.Is(err, signin.ErrInvalidPaste) {
		return false, fmt.Errorf("%w. It begins with %s", err, daemon.RedirectURL(t.config))
	}
	if err != nil {
		return errors.Is(err, signin.ErrDenied) || errors.Is(err, signin.ErrConsentPage), err
	}
	_, err = t.signIn.Finish(ctx, state, code)
	if other, ok := errors.AsType[*signin.OtherAccountError](err); ok {
		return true, t.answerOtherAccount(ctx, other)
	}
	return true, err
}

// answerOtherAccount asks at a terminal whether another account may replace the
// previous one.
func (t *terminalLogin) answerOtherAccount(ctx context.Context, other *signin.OtherAccountError) error {
	if isTerminal(t.Stdin) {
		t.printf("\n%s.\n", capitalize(other.Error()))
		err := t.confirm(ctx, "Replace the account? The values of the previous one are removed.")
		if err == nil {
			_, err = t.signIn.Confirm(ctx, other.ConfirmationID(), true)
			return err
		}
	}
	_, _ = t.signIn.Confirm(ctx, other.ConfirmationID(), false)
	return fmt.Errorf("%w; if the wrong account was signed in at Withings, try again with the second link; "+
		"if this account should replace the previous one (its values are removed), "+
		"use `vitals2mqtt login %s --paste --replace`",
		other, t.profile.Slug)
}

// isPasteRepeatable reports whether another address may help.
func isPasteRepeatable(err error) bool {
	for _, mistake := range []error{
		signin.ErrInvalidPaste, signin.ErrConsentAddress, signin.ErrOtherSite, signin.ErrConsentPage,
		signin.ErrDenied, signin.ErrUnknownState, signin.ErrExpiredState, signin.ErrCodeRefused,
		signin.ErrAccountInUse, signin.ErrMissingScope,
	} {
		if errors.Is(err, mistake) {
			return true
		}
	}
	class := withings.ClassOf(err)
	return class == withings.Temporary || class == withings.Limited
}
