# syntax=docker/dockerfile:1
# SPDX-License-Identifier: MIT
# One static binary in an otherwise empty image, without a shell or a package
# manager. Build it with
#   docker build --build-arg VERSION=1.2.3 -t vitals2mqtt .
# and for other platforms with --platform linux/arm64 or linux/arm/v7. A release has
# the same image for all of them, made by deploy/image from the last stage below.

# Any image with Go, a shell and a CA bundle works; deploy/container/check assembles
# its own, because it uses no registry.
ARG GO_IMAGE=golang:1.26

FROM --platform=$BUILDPLATFORM $GO_IMAGE AS build
WORKDIR /src
# Dependencies first: they change less often than the program.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=""
ARG TARGETOS TARGETARCH TARGETVARIANT
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOARM=${TARGETVARIANT#v} \
    go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /out/vitals2mqtt .
RUN go run ./deploy/pack licences /out/vitals2mqtt /out/THIRD-PARTY-LICENSES.txt
# Tokens are private: only the user of the program has access to the folder.
RUN mkdir /out/lib && mkdir -m 0700 /out/lib/vitals2mqtt

FROM scratch
ARG VERSION=""
ARG REVISION=""
# The address of the repository.
ARG SOURCE=""
LABEL org.opencontainers.image.title="vitals2mqtt" \
      org.opencontainers.image.description="Weight, blood pressure, sleep and more, as MQTT topics and Home Assistant entities" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.base.name="scratch"
# Certificates for TLS. Time zones are embedded in the program.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# The parent folder is copied, because COPY keeps the modes of its contents only.
COPY --from=build --chown=65532:65532 /out/lib/ /var/lib/
COPY --from=build /src/LICENSE /out/THIRD-PARTY-LICENSES.txt /
COPY --from=build /out/vitals2mqtt /vitals2mqtt
# Not root; by number, because there is no /etc/passwd.
USER 65532:65532
WORKDIR /var/lib/vitals2mqtt
# The only folder that is written to: the root can be read-only.
VOLUME /var/lib/vitals2mqtt
EXPOSE 8099
HEALTHCHECK --interval=60s --timeout=10s --start-period=30s CMD ["/vitals2mqtt", "healthcheck"]
ENTRYPOINT ["/vitals2mqtt"]
CMD ["run"]
