# Where this repository is hosted and by whom: nothing else in it depends on that.
# Empty means unknown; then a release does not name it. The workflow sets these from
# the repository that it runs in (.github/workflows/release.yaml). To be read by bash.

# Who publishes it, as in "Name <address>": for Debian packages.
: "${MAINTAINER:=}"
# The address of the repository in a browser.
: "${HOMEPAGE:=}"
# The name of the container image at its registry, without a tag. That of the Home
# Assistant app is the same followed by -app.
: "${IMAGE:=}"
