// SPDX-License-Identifier: MIT

package find_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/dns/dnsmessage"

	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const timeout = 5 * time.Second

func started(t *testing.T, o broker.Options) *broker.Broker {
	t.Helper()
	running, err := broker.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	return running
}

func TestHere(t *testing.T) {
	t.Parallel()
	open := started(t, broker.Options{})
	shut := started(t, broker.Options{Username: "u", Password: secret.New("p")})
	gone := started(t, broker.Options{})
	_ = gone.Close()
	found := find.Everywhere(t.Context(), timeout,
		find.Here(gone.Addr(), "gone"), find.Here(open.Addr(), "open"),
		find.Here(shut.Addr(), "shut"), find.Here(open.Addr(), "again"))
	if len(found) != 2 || found[0].Origin != "open" || found[0].Asks || found[1].Origin != "shut" || !found[1].Asks ||
		found[0].URL != open.URL() {
		t.Errorf("%+v", found)
	}
}

func TestSupervisor(t *testing.T) {
	t.Parallel()
	answer := func(text string, status int) *httptest.Server {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/services/mqtt" || r.Header.Get("Authorization") != "Bearer token" {
				t.Errorf("asked %s with %q", r.URL.Path, r.Header.Get("Authorization"))
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(text))
		}))
		t.Cleanup(server.Close)
		return server
	}
	const whole = `{"result":"ok","data":{"addon":"core_mosquitto","host":"core-mosquitto","port":1883,"ssl":false,` +
		`"username":"addons","password":"s3cret","protocol":"3.1.1"}}`
	good := answer(whole, 200)
	found := find.Everywhere(t.Context(), timeout, find.Supervisor(good.URL, secret.New("token")))
	if len(found) != 1 || found[0].URL != "mqtt://core-mosquitto:1883" || found[0].Username != "addons" ||
		found[0].Password.Reveal() != "s3cret" || found[0].Asks {
		t.Errorf("%+v", found)
	}
	encrypted := answer(strings.Replace(whole, `"ssl":false`, `"ssl":true`, 1), 200)
	found = find.Supervisor(encrypted.URL, secret.New("token"))(t.Context())
	if len(found) != 1 || !strings.HasPrefix(found[0].URL, "mqtts://") {
		t.Errorf("%+v", found)
	}
	for _, bad := range []string{
		answer(whole, 403).URL, answer("{}", 200).URL, answer("<html>", 200).URL,
		"http://127.0.0.1:9", ":",
	} {
		if found := find.Supervisor(bad, secret.New("token"))(t.Context()); found != nil {
			t.Errorf("%s: %+v", bad, found)
		}
	}
	if found := find.Supervisor(good.URL, secret.Text{})(t.Context()); found != nil {
		t.Errorf("without a token: %+v", found)
	}
}

// responder is a machine that answers queries with a packet for each of some
// messages.
func responder(t *testing.T, answers ...dnsmessage.Message) string {
	t.Helper()
	socket, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		packet := make([]byte, 9000)
		for {
			n, from, err := socket.ReadFrom(packet)
			if err != nil {
				return
			}
			var asked dnsmessage.Message
			if err := asked.Unpack(packet[:n]); err != nil || len(asked.Questions) != 2 ||
				asked.Questions[0].Type != dnsmessage.TypePTR {
				t.Errorf("asked %+v, %v", asked, err)
			}
			_, _ = socket.WriteTo([]byte("no DNS"), from)
			_, _ = socket.WriteTo(packet[:n], from) // a query is not a reply
			for _, answer := range answers {
				answer.Response = true
				if text, err := answer.Pack(); err != nil {
					t.Error(err)
				} else {
					_, _ = socket.WriteTo(text, from)
				}
			}
		}
	}()
	t.Cleanup(func() {
		_ = socket.Close()
		<-done
	})
	return socket.LocalAddr().String()
}

func announcement(address string) dnsmessage.Message {
	at := netip.MustParseAddrPort(address)
	header := func(name string, kind dnsmessage.Type) dnsmessage.ResourceHeader {
		return dnsmessage.ResourceHeader{
			Name:  dnsmessage.MustNewName(name),
			Type:  kind,
			Class: dnsmessage.ClassINET | 1<<15,
			TTL:   120,
		}
	}
	return dnsmessage.Message{
		Answers: []dnsmessage.Resource{{
			Header: header("_mqtt._tcp.local.", dnsmessage.TypePTR),
			Body:   &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName("Attic._mqtt._tcp.local.")},
		}},
		Additionals: []dnsmessage.Resource{
			{
				Header: header("attic._mqtt._tcp.local.", dnsmessage.TypeSRV),
				Body:   &dnsmessage.SRVResource{Port: at.Port(), Target: dnsmessage.MustNewName("homeserver.local.")},
			},
			{Header: header("homeserver.local.", dnsmessage.TypeA), Body: &dnsmessage.AResource{A: at.Addr().As4()}},
		},
	}
}

func TestAnnounced(t *testing.T) {
	t.Parallel()
	running := started(t, broker.Options{})
	gone := started(t, broker.Options{})
	_ = gone.Close()
	lost := announcement(running.Addr())
	lost.Additionals = nil // without the target
	to := responder(t, lost, announcement(running.Addr()), announcement(running.Addr()))
	found := find.Everywhere(t.Context(), timeout, find.Announced(to))
	if len(found) != 1 || found[0].URL != running.URL() || !strings.Contains(found[0].Origin, "homeserver.local") {
		t.Errorf("%+v", found)
	}
	if found := find.Announced(responder(t, announcement(gone.Addr())))(t.Context()); found != nil {
		t.Errorf("a broker that is gone: %+v", found)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if found := find.Announced(responder(t))(ctx); found != nil {
		t.Errorf("no reply: %+v", found)
	}
	if found := find.Announced("nonsense")(t.Context()); found != nil {
		t.Errorf("%+v", found)
	}
}

// Announced names are untrusted: they must not contain control characters.
func TestAnnouncedNamesArePlain(t *testing.T) {
	t.Parallel()
	running := started(t, broker.Options{})
	var answers []dnsmessage.Message
	names := []string{
		"x\x1b[2Jevil.local.", "a b.local.", "a\"b.local.", "a$b.local.", "-a.local.", "höhle.local.",
		"fine.local.",
	}
	for i, name := range names {
		answer := announcement(running.Addr())
		instance := dnsmessage.MustNewName(fmt.Sprintf("strange%d._mqtt._tcp.local.", i))
		answer.Answers[0].Body = &dnsmessage.PTRResource{PTR: instance}
		answer.Additionals[0].Header.Name = instance
		if service, ok := answer.Additionals[0].Body.(*dnsmessage.SRVResource); ok {
			service.Target = dnsmessage.MustNewName(name)
		}
		answer.Additionals[1].Header.Name = dnsmessage.MustNewName(name)
		answers = append(answers, answer)
	}
	found := find.Announced(responder(t, answers...))(t.Context())
	if len(found) != 1 || !strings.HasSuffix(found[0].Origin, "fine.local") {
		t.Errorf("%+v", found)
	}
}

// A broker that accepts the connection and does not answer must not use up the
// time of the others.
func TestAnnouncedAsksAllAtOnce(t *testing.T) {
	t.Parallel()
	running := started(t, broker.Options{})
	var answers []dnsmessage.Message
	for i := range 4 {
		silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = silent.Close() })
		answer := announcement(silent.Addr().String())
		instance := dnsmessage.MustNewName(fmt.Sprintf("silent%d._mqtt._tcp.local.", i))
		answer.Answers[0].Body = &dnsmessage.PTRResource{PTR: instance}
		answer.Additionals[0].Header.Name = instance
		answers = append(answers, answer)
	}
	to := responder(t, append(answers, announcement(running.Addr()))...)
	found := find.Everywhere(t.Context(), timeout, find.Announced(to))
	if len(found) != 1 || found[0].URL != running.URL() || !found[0].Announced {
		t.Errorf("%+v", found)
	}
}
