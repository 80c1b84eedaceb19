"""Zones: districts, IRIS, perimeters."""

from gis_layers.kinds.kind import POLYGON, Kind, identity_columns

KIND = Kind(
    name="zone",
    title="zones in which targets are set",
    families=POLYGON,
    columns=identity_columns(
        id_aliases=("code_iris", "insee", "code_insee", "zn_code", "zs_code", "zp_code", "zd_code"),
        name_aliases=("nom_iris", "zs_refpm", "zn_nroref"),
    ),
    unmarked_exists=True,
)
