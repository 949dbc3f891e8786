// SPDX-License-Identifier: MIT

package web

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestCompressionWritersAreReleased(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGzipWriters()
		for range 3 { // pages, a few seconds apart
			first := g.take()
			g.put(first)
			<-time.After(keptFor / 2)
			synctest.Wait()
			if again := g.take(); again != first {
				t.Fatal("a writer is not kept for the next page")
			}
			g.put(first)
		}
		g.put(g.take())
		<-time.After(keptFor)
		synctest.Wait()
		if n := len(g.kept); n != 0 {
			t.Errorf("%d writers are kept while no page is open", n)
		}
	})
}
