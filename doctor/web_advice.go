// SPDX-License-Identifier: MIT

package doctor

import "vitals2mqtt/internal/failure"

// apiAdvice is what to do when the Withings API cannot be reached.
func apiAdvice(c cause) string {
	switch c.Code {
	case failure.HostNotFound, failure.DNSFailure:
		return "check the DNS server of this machine or container, and its internet access"
	case failure.CertificateExpired:
		return "compare the clock of this machine with the time: it decides what has expired"
	case failure.CertificateUnknown:
		return "check for a proxy that inspects TLS, and that the certificate authorities are installed (ca-certificates)"
	}
	if c.IsTLS() {
		return "check for a proxy or a login page of the network: this is not the Withings API"
	}
	return "check that this machine has internet access"
}

// publicCertificateAdvice is what to do when https of the public address fails.
func publicCertificateAdvice(c cause) string {
	const proxy = "Withings does not accept it either: "
	switch c.Code {
	case failure.CertificateExpired:
		return proxy + "renew it at the proxy"
	case failure.CertificateName, failure.CertificateWithoutNames:
		return proxy + "the proxy needs one for the host name in notifications.public_url"
	case failure.CertificateUnknown:
		return proxy + "it must be of a public authority, with its intermediate certificates"
	case failure.NotTLS, failure.ClosedInHandshake, failure.TLSFailure:
		return "the proxy must serve https on that port"
	case failure.ClientCertificate:
		return "let the proxy forward /notify/ without a client certificate"
	}
	return proxy + "`openssl s_client -connect HOST:443` shows it"
}

// listenAdvice is what to do when an address cannot be listened on.
func listenAdvice(c cause) string {
	switch c.Code {
	case failure.AddressInUse:
		return "another program uses that port: stop it, or change web.listen"
	case failure.AddressNotLocal:
		return "the address is not of this machine: change web.listen"
	case failure.PermissionDenied:
		return "ports below 1024 are for root: change web.listen"
	}
	return "change web.listen"
}
