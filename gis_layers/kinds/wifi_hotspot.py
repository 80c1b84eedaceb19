"""Public wifi hotspots."""

from gis_layers.kinds.kind import POINT, Kind, identity_columns

KIND = Kind(
    name="wifi_hotspot",
    title="public wifi hotspots",
    families=POINT,
    columns=identity_columns(id_aliases=("se_code",), name_aliases=("ssid",)),
)
