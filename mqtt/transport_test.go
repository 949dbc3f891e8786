package mqtt_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// startWebsocketProxy is a websocket server in front of a broker, just good enough for whole
// binary frames.
func startWebsocketProxy(t *testing.T, to string) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer func() { _ = near.Close() }()
				far, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", to)
				if err != nil {
					return
				}
				defer func() { _ = far.Close() }()
				reader := bufio.NewReader(near)
				if upgradeWebsocket(reader, near) != nil {
					return
				}
				group.Go(func() { writeFrames(far, near); _ = near.Close() })
				_ = readFrames(reader, far)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		group.Wait()
	})
	return "ws://" + listener.Addr().String() + "/mqtt"
}

func upgradeWebsocket(from *bufio.Reader, to io.Writer) error {
	request, err := http.ReadRequest(from)
	if err != nil {
		return err
	}
	if request.URL.Path != "/mqtt" || request.Header.Get("Sec-Websocket-Protocol") != "mqtt" {
		return errors.New("not what was asked for")
	}
	sum := sha1.Sum([]byte(request.Header.Get("Sec-Websocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, err = fmt.Fprintf(to, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	return err
}

// readFrames reads a client's masked frames.
func readFrames(from io.Reader, to io.Writer) error {
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(from, head); err != nil {
			return err
		}
		size := uint64(head[1] & 0x7f)
		for code, width := range map[uint64]int{126: 2, 127: 8} {
			if size == code {
				long := make([]byte, 8)
				if _, err := io.ReadFull(from, long[8-width:]); err != nil {
					return err
				}
				size = binary.BigEndian.Uint64(long)
				break
			}
		}
		mask := make([]byte, 4)
		if _, err := io.ReadFull(from, mask); err != nil {
			return err
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(from, body); err != nil {
			return err
		}
		if head[0]&0x0f == 8 {
			return nil
		}
		for i := range body {
			body[i] ^= mask[i%4]
		}
		if _, err := to.Write(body); err != nil {
			return err
		}
	}
}

// writeFrames sends what a broker says, in small writeFrames.
func writeFrames(from io.Reader, to io.Writer) {
	body := make([]byte, 125)
	for {
		n, err := from.Read(body)
		if n > 0 {
			_, _ = to.Write(append([]byte{0x82, byte(n)}, body[:n]...))
		}
		if err != nil {
			return
		}
	}
}

func TestWebsocket(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	address := startWebsocketProxy(t, b.Addr())
	if err := mqtt.CheckConnection(t.Context(), mqtt.Options{URL: address, ClientID: "probe", StateTopic: stateTopic}); err != nil {
		t.Fatal(err)
	}
	c, stop := client(t, mqtt.Options{URL: address}, nil)
	long := bytes.Repeat([]byte("x"), 100_000)
	c.Set("v/long", long)
	flush(t, c)
	if retainedOwn(b)["v/long"] != string(long) {
		t.Error("the long payload did not arrive whole")
	}
	stop(nil)
	if got := retainedOwn(b)[stateTopic]; got != "offline" {
		t.Errorf("after the stop the state is %q", got)
	}
}

func TestMessageOrderIsPreserved(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	var mu sync.Mutex
	var got, want []string
	c, _ := client(t, mqtt.Options{URL: b.URL()}, func(c *mqtt.Client) {
		c.Handle("v/ask", func(m mqtt.Message) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, string(m.Payload))
		})
	})
	c.Set("v/x", []byte("1"))
	flush(t, c)
	asking, _ := client(t, mqtt.Options{URL: b.URL(), ClientID: "asking"}, nil)
	for i := range 200 {
		asking.Send("v/ask", fmt.Append(nil, i))
		want = append(want, strconv.Itoa(i))
	}
	flush(t, asking)
	waitUntil(t, "all arrived", func() bool { mu.Lock(); defer mu.Unlock(); return len(got) == len(want) })
	if !slices.Equal(got, want) {
		t.Errorf("order %v", got)
	}
}

// lines is a log that several goroutines write.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// Two programs with one client id throw each other out for ever; that must be
// said, and once. The broker here throws everybody out that it has welcomed.
func TestClientIDConflictIsReported(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	defer group.Wait()
	defer func() { _ = listener.Close() }()
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = conn.Write([]byte{0x20, 2, 0, 0}) // CONNACK: accepted
			_ = conn.Close()
		}
	})
	log := &lines{}
	c, err := mqtt.New(mqtt.Options{
		URL: "mqtt://" + listener.Addr().String(), ClientID: "twin", StateTopic: stateTopic, QoS: 1, Log: zerolog.New(log),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	group.Go(func() { _ = c.Run(ctx) })
	defer cancel()
	waitUntil(t, "it is said", func() bool { return log.count("the same client id") > 0 })
	if n := log.count("the same client id"); n != 1 {
		t.Errorf("said %d times", n)
	}
}

// What changes while its old value is under way is sent again, and so is what
// Home Assistant's birth asks for.
func TestRepublishResendsInflightMessages(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	d := watchMessages(t, b, "v/x")
	r := newRelay(t, b.Addr())
	c, _ := client(t, mqtt.Options{URL: r.url()}, nil)
	c.Set("v/y", []byte("1"))
	flush(t, c)
	r.holdResponses()
	c.Set("v/x", []byte("1"))
	waitUntil(t, "the value is on its way", func() bool { return d.count("v/x=1") == 1 })
	c.Republish()
	r.releaseResponses()
	flush(t, c)
	waitUntil(t, "it is handed on again", func() bool { return d.count("v/x=1") >= 2 })
	if n := d.count("v/x=1"); n != 2 {
		t.Errorf("published %d times, want twice", n)
	}
}

func TestRetainedBirthIsIgnored(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	births := watchMessages(t, b, "homeassistant/status")
	assistant, _ := client(t, mqtt.Options{URL: b.URL(), ClientID: "assistant"}, nil)
	assistant.Set("homeassistant/status", []byte("online"))
	flush(t, assistant)
	// The broker confirms before it hands on: who subscribes in between gets a
	// live birth as well.
	waitUntil(t, "the retained birth was handed on", func() bool { return births.count("homeassistant/status=online") == 1 })
	d := watchMessages(t, b, "v/x")
	asked := make(chan struct{}, 8)
	c, _ := client(t, mqtt.Options{
		URL: b.URL(), BirthTopic: "homeassistant/status", BirthPayload: "online",
		BirthDelay: func() time.Duration { asked <- struct{}{}; return 0 },
	}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	assistant.Send("homeassistant/status", []byte("online"))
	waitUntil(t, "the live birth is answered", func() bool { return d.count("v/x=1") == 2 })
	if len(asked) != 1 {
		t.Errorf("%d births counted, want the live one alone", len(asked))
	}
}
