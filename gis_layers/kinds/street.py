"""Street centre lines."""

from gis_layers.kinds.kind import LINE, Column, Kind, identity_columns

KIND = Kind(
    name="street",
    title="streets and paths that works may follow",
    families=LINE,
    columns=(
        *identity_columns(name_aliases=("nom_voie", "nom_voie_g", "nom_1_g", "nom_coll_g")),
        Column("surface", "surface that a trench would open", aliases=("revetement",)),
        Column("bridge", "says that the line is on a bridge", aliases=("pont",)),
        Column("tunnel", "says that the line is in a tunnel"),
        Column(
            "level",
            "level above (+) or below (-) the ground",
            dtype="number",
            aliases=("layer", "pos_sol"),
            minimum=-20.0,
            maximum=20.0,
        ),
    ),
    unmarked_exists=True,
)
