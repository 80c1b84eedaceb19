"""Which fields of a plan may be published, and which are published unless the policy says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

# never published, whatever a policy says: counts of those whom one site serves, and sentences that hold them
PUBLISHABLE: Mapping[str, tuple[str, ...]] = {
    "sites": (
        "id", "option", "service", "backhaul", "place_layer", "place_id", "cost_eur", "share_eur",
        "standalone_eur", "year",
    ),
    "routes": ("id", "method", "price_keys", "street", "length_m", "cost_eur", "services", "shares", "year"),
    "zones": ("layer", "id", "name", "target", "required", "met", "year"),
}  # fmt: skip
# without amounts (they tell the prices that a call for tenders is about to ask for) and without ids of the survey
DEFAULT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "sites": ("option", "service", "backhaul", "place_layer", "year"),
    "routes": ("method", "street", "length_m", "services", "year"),
    "zones": ("id", "name", "target", "required", "met", "year"),
}
JUNCTIONS = "junctions"
# kinds of place that stand in public space, and junctions of streets
PUBLIC_KINDS = (
    JUNCTIONS, "street_light", "street_cabinet", "parking_meter", "wifi_hotspot", "fibre_node", "public_building",
)  # fmt: skip
