# SPDX-License-Identifier: MIT
"""Lets Home Assistant's own integration for this cloud run beside ours.

Python imports this module at its start when its folder is in PYTHONPATH.
Nothing of Home Assistant or aiowithings is changed but where they find the
cloud: the address in V2M_CLOUD. Two modules for voices, which the integration
imports on its way and does not use, have to be compiled and may be missing.
"""

import importlib.util
import os
import sys
import types

for name, member in (("pymicro_vad", "MicroVad"), ("pyspeex_noise", "AudioProcessor")):
    if importlib.util.find_spec(name) is None:
        sys.modules[name] = types.ModuleType(name)
        setattr(sys.modules[name], member, type(member, (), {}))

CLOUD = os.environ.get("V2M_CLOUD")
if CLOUD and importlib.util.find_spec("aiowithings"):
    import aiowithings
    import aiowithings.withings
    from yarl import URL

    class Elsewhere:
        """Stands in for yarl's URL where aiowithings builds the cloud's address."""

        @staticmethod
        def build(**_):
            """Return the address of the cloud that is asked instead."""
            return URL(CLOUD)

    aiowithings.AUTHORIZATION_URL = CLOUD + "/oauth2_user/authorize2"
    aiowithings.TOKEN_URL = CLOUD + "/v2/oauth2"
    aiowithings.withings.URL = Elsewhere
