// SPDX-License-Identifier: MIT

package broker_test

import (
	"bufio"
	"bytes"
	"net"
	"testing"
	"time"

	"vitals2mqtt/mqtt/broker"
)

// A client may use the packet ids of the messages that it has not acknowledged
// yet for its own requests: each side counts on its own.
func TestPacketIDsOfBothSidesAreIndependent(t *testing.T) {
	t.Parallel()
	b, err := broker.Start(broker.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil { // clock: a bound for a broken broker
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	for _, step := range []struct {
		name string
		send string
		want []string
	}{
		{"connect", "\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01c", []string{"\x20\x02\x00\x00"}},
		{"subscribe with id 5", "\x82\x06\x00\x05\x00\x01a\x01", []string{"\x90\x03\x00\x05\x01"}},
		{
			"publish with id 6; the broker's message has id 1", "\x32\x06\x00\x01a\x00\x06!",
			[]string{"\x32\x06\x00\x01a\x00\x01!", "\x40\x02\x00\x06"},
		},
		{"subscribe with id 1", "\x82\x06\x00\x01\x00\x01b\x01", []string{"\x90\x03\x00\x01\x01"}},
		{"unsubscribe with id 1", "\xa2\x05\x00\x01\x00\x01a", []string{"\xb0\x02\x00\x01"}},
		{"nothing comes from there", "\x32\x06\x00\x01a\x00\x07?\xc0\x00", []string{"\x40\x02\x00\x07", "\xd0\x00"}},
	} {
		if _, err := conn.Write([]byte(step.send)); err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for _, packet := range step.want {
			want[packet] = true
		}
		for range step.want { // a message and an acknowledgement come in any order
			got := readPacket(t, r)
			if !want[got] {
				t.Fatalf("%s: got % x, want one of % x", step.name, got, step.want)
			}
			delete(want, got)
		}
	}
}

// readPacket reads a packet of less than 128 bytes.
func readPacket(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	var packet bytes.Buffer
	for size := 2; packet.Len() < size; {
		b, err := r.ReadByte()
		if err != nil {
			t.Fatalf("after % x: %v", packet.Bytes(), err)
		}
		packet.WriteByte(b)
		if packet.Len() == 2 {
			size += int(b)
		}
	}
	return packet.String()
}
