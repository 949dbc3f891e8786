// SPDX-License-Identifier: MIT

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
	"sync"
	"testing"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// startWebsocketProxy starts a websocket server in front of a broker, which
// supports unfragmented binary frames only.
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
		return errors.New("not a websocket request")
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

// writeFrames sends a broker's answers in small frames.
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
	o := mqtt.Options{URL: address, ClientID: "probe", StateTopic: stateTopic}
	if err := mqtt.CheckConnection(t.Context(), o); err != nil {
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
