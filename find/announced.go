// SPDX-License-Identifier: MIT

package find

import (
	"context"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Multicast is the mDNS address of the local network.
const Multicast = "224.0.0.251:5353"

const (
	// replyTimeout bounds the wait for mDNS replies, which are quick.
	replyTimeout = 1200 * time.Millisecond
	// checkTimeout bounds the check of all announced brokers, of which at most
	// maxBrokers are checked.
	checkTimeout = 1500 * time.Millisecond
	maxBrokers   = 16
	// maxPacket is the largest size of an mDNS packet.
	maxPacket = 9000
	// unicast requests a unicast reply.
	unicast = 1 << 15
)

// services returns the service types with the URL schemes of their brokers.
func services() map[string]string {
	return map[string]string{"_mqtt._tcp.local.": "mqtt", "_secure-mqtt._tcp.local.": "mqtts"}
}

// Announced finds the brokers that announce themselves in the local network
// (DNS-SD), and checks whether they answer. Any machine can announce one: the
// user should confirm it. address is Multicast, except in tests.
func Announced(address string) Finder {
	return func(ctx context.Context) []Broker {
		announced := query(ctx, address)
		announced = announced[:min(len(announced), maxBrokers)]
		answers := make([]bool, len(announced))
		ctx, cancel := context.WithTimeout(ctx, checkTimeout)
		defer cancel()
		var group sync.WaitGroup
		for i := range announced {
			group.Go(func() { answers[i] = announced[i].check(ctx) }) // a silent one must not use up the time
		}
		group.Wait()
		var found []Broker
		for i, broker := range announced {
			if answers[i] {
				found = append(found, broker)
			}
		}
		return found
	}
}

// hostName restricts host names: they are printed to a terminal and written to
// a file.
var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)

// query sends one query and collects the replies.
func query(ctx context.Context, address string) []Broker {
	destination, err := net.ResolveUDPAddr("udp4", address)
	if err != nil {
		return nil
	}
	socket, err := (&net.ListenConfig{}).ListenPacket(ctx, "udp4", ":0")
	if err != nil {
		return nil
	}
	defer func() { _ = socket.Close() }()
	question, err := packQuestion()
	if err != nil {
		return nil
	}
	if _, err := socket.WriteTo(question, destination); err != nil {
		return nil
	}
	end := time.Now().Add(replyTimeout)
	if limit, ok := ctx.Deadline(); ok && limit.Before(end) {
		end = limit
	}
	_ = socket.SetReadDeadline(end)
	replies := records{map[string][]string{}, map[string]target{}, map[string]netip.Addr{}}
	packet := make([]byte, maxPacket)
	for {
		n, _, err := socket.ReadFrom(packet)
		if err != nil {
			return replies.brokers()
		}
		replies.add(packet[:n])
	}
}

func packQuestion() ([]byte, error) {
	message := dnsmessage.Message{}
	for name := range services() {
		service, err := dnsmessage.NewName(name)
		if err != nil {
			return nil, err
		}
		message.Questions = append(message.Questions, dnsmessage.Question{
			Name: service, Type: dnsmessage.TypePTR, Class: dnsmessage.ClassINET | unicast,
		})
	}
	return message.Pack()
}

// target is where a service runs.
type target struct {
	host string
	port uint16
}

// records are the DNS records of the replies, names in lower case.
type records struct {
	services  map[string][]string // service type to instances
	targets   map[string]target   // instance to target
	addresses map[string]netip.Addr
}

// add adds a reply. Other packets are ignored.
func (r *records) add(packet []byte) {
	var message dnsmessage.Message
	if message.Unpack(packet) != nil || !message.Response {
		return
	}
	for _, row := range slices.Concat(message.Answers, message.Additionals) {
		name := strings.ToLower(row.Header.Name.String())
		switch body := row.Body.(type) {
		case *dnsmessage.PTRResource:
			if instance := strings.ToLower(body.PTR.String()); !slices.Contains(r.services[name], instance) {
				r.services[name] = append(r.services[name], instance)
			}
		case *dnsmessage.SRVResource:
			r.targets[name] = target{strings.ToLower(body.Target.String()), body.Port}
		case *dnsmessage.AResource:
			r.addresses[name] = netip.AddrFrom4(body.A)
		}
	}
}

// brokers combines the records. It prefers addresses to names: few programs can
// resolve names of the local network.
func (r *records) brokers() []Broker {
	var found []Broker
	for service, scheme := range services() {
		for _, instance := range r.services[service] {
			at, ok := r.targets[instance]
			if !ok || at.port == 0 {
				continue
			}
			name := strings.TrimSuffix(at.host, ".")
			host := name
			if address, known := r.addresses[at.host]; known && scheme == "mqtt" { // a certificate contains the name
				host = address.String()
			}
			if !hostName.MatchString(name) {
				continue
			}
			found = append(found, Broker{
				URL:    scheme + "://" + net.JoinHostPort(host, strconv.Itoa(int(at.port))),
				Origin: "announced in the local network as " + name, Announced: true,
			})
		}
	}
	slices.SortFunc(found, func(a, b Broker) int { return strings.Compare(a.URL, b.URL) })
	return found
}
