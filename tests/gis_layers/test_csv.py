"""Tables of text: cells, and where their rows lie."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import StudyError, SurveyError
from gis_layers.readers.csv_text import parse_text
from tests.gis_layers.files import codes, found, read
from tests.real_data import real_data

LAMBERT = {"crs": "EPSG:2154"}
DEGREES = {"crs": "EPSG:4326"}
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
WKT = "POINT (666000 6359000)"


def write_csv(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def test_codes_stay_text_and_places_are_read(tmp_path: Path) -> None:
    layer = read(write_csv(tmp_path, "id,x,y,insee\n007,666000,6359000,01004\n"), "parking_meter", **LAMBERT)
    assert layer.frame["id"].tolist() == ["007"]
    assert layer.frame["insee"].tolist() == ["01004"]
    assert (layer.frame.geometry.x[0], layer.frame.geometry.y[0]) == (666000, 6359000)
    assert "{x: x, y: y}" in found(layer, "column-alias")[0].message


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_come_from_the_content(tmp_path: Path, delimiter: str, ending: str) -> None:
    rows = [
        ["id", "x", "y", "nom"],
        ["007", "666000", "6359000", f'"a{delimiter}b""c"'],
        ["008", "666001", "6359000", "d"],
    ]
    text = ending.join(delimiter.join(row) for row in rows)
    layer = read(write_csv(tmp_path, text), "parking_meter", **LAMBERT)
    assert layer.frame["nom"].tolist() == [f'a{delimiter}b"c', "d"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"])
def test_the_encoding_comes_from_the_content(tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path, "id;x;y;nom\n1;666000;6359000;Hôtel de ville, école\n".encode(encoding))
    layer = read(path, "parking_meter", **LAMBERT)
    assert layer.frame["nom"].tolist() == ["Hôtel de ville, école"]
    assert ("encoding-guessed" in codes(layer)) == (encoding in ("cp1252", "cp850"))
    assert layer.frame["id"].tolist() == ["1"]


def test_the_encoding_of_the_study_wins(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "id;x;y;nom\n1;666000;6359000;Hôtel\n".encode("cp850"))
    assert read(path, "parking_meter", encoding="cp850", **LAMBERT).frame["nom"].tolist() == ["Hôtel"]
    with pytest.raises(SurveyError, match="not utf-8"):
        read(path, "parking_meter", encoding="utf-8", **LAMBERT)
    with pytest.raises(StudyError, match="unknown encoding klingon"):
        read(path, "parking_meter", encoding="klingon", **LAMBERT)


def test_rows_that_do_not_fit_the_header_are_told_and_never_shifted(tmp_path: Path) -> None:
    text = "id,x,y,nom\na,666000,6359000\nb,666001,6359000,Rue, 4\nc,666002,6359000,d\nd,666003,6359000,e,,\n"
    layer = read(write_csv(tmp_path, text), "parking_meter", **LAMBERT)
    assert layer.set_aside == {"row-too-long": 1}
    assert "line 3 has 5 cells, the header 4" in found(layer, "row-too-long")[0].message
    assert "line 2 has 3 cells" in found(layer, "row-too-short")[0].message
    assert layer.frame["id"].tolist() == ["a", "c", "d"]
    assert layer.delivered is not None
    assert layer.delivered.columns["surplus_cells"].tolist() == [None, " 4", None, None]


def test_untidy_tables(tmp_path: Path) -> None:
    text = "sep=;\n id ; x ;y;nom;nom;\n\n 007 ;666000,5; 6 359 000 ;b;c;\n;;;;;\n"
    layer = read(write_csv(tmp_path, text), "parking_meter", columns={"name": "nom_2"}, **LAMBERT)
    assert layer.frame["id"].tolist() == ["007"]
    assert layer.frame["name"].tolist() == ["c"]
    assert (layer.frame.geometry.x[0], layer.frame.geometry.y[0]) == (666000.5, 6359000)
    assert {"empty-lines", "duplicate-column", "untrimmed", "number-format"} <= codes(layer)
    assert found(layer, "empty-lines")[0].message.startswith("2 lines")


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        ("", SurveyError, "is empty"),
        ("\n \n", SurveyError, "is empty"),
        ('id,x,y\n1,2,3\n2,"3,4\n5,6,7\n', SurveyError, "quote opened in the record of line 3 is never closed"),
        ("a,b\n1,2\n", StudyError, "no column tells where its rows lie"),
        ("x,y,lon,lat\n1,2,3,4\n", StudyError, r"\{x: x, y: y\}; \{x: lon, y: lat\}"),
        ("lon,lat\n2.5,44.5\n", StudyError, 'crs: "EPSG:4326"'),
        ("geom\nSRID=2154;POINT (1 2)\nSRID=4326;POINT (1 2)\n", SurveyError, "several CRS"),
        ("geom\nSRID=999999;POINT (1 2)\n", SurveyError, "no EPSG code"),
    ],
)
def test_what_cannot_be_used_says_why(tmp_path: Path, text: str, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        read(write_csv(tmp_path, text), "parking_meter")


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"x": "x"}, "does not tell the place"),
        ({"x": "x", "y": "y", "geometry": "x"}, "does not tell the place"),
        ({"x": "x", "y": "yy"}, "did you mean y"),
    ],
)
def test_place_columns_of_the_study_are_checked(tmp_path: Path, columns: dict[str, str], why: str) -> None:
    with pytest.raises(StudyError) as caught:
        read(write_csv(tmp_path, "x,y\n1,2\n"), "parking_meter", columns=columns, **LAMBERT)
    assert why in str(caught.value)


def test_a_header_alone_is_an_empty_layer(tmp_path: Path) -> None:
    assert codes(read(write_csv(tmp_path, "id,x,y\n"), "parking_meter", **LAMBERT)) >= {"empty-layer"}


@pytest.mark.parametrize(
    "header",
    ["x,y", "X,Y", "lon,lat", "Longitude,Latitude", "long,lat", "coord_x,coord_y", "x_l93,y_l93", "Easting,Northing"],
)
def test_usual_names_are_recognised(tmp_path: Path, header: str) -> None:
    layer = read(write_csv(tmp_path, f"id,{header}\na,666000,6359000\n"), "parking_meter", **LAMBERT)
    assert layer.rows_kept == 1
    assert header.split(",", maxsplit=1)[0] in found(layer, "column-alias")[0].message


@pytest.mark.parametrize(
    "cell",
    [
        WKT,
        "point(666000 6359000)",
        f"SRID=2154;{WKT}",
        '{"type":"Point","coordinates":[666000,6359000]}',
        shapely.from_wkt(WKT).wkb_hex,
        shapely.to_wkb(shapely.set_srid(shapely.from_wkt(WKT), 2154), hex=True, include_srid=True),
        "(666000, 6359000)",
        "666000.0;6359000.0",
    ],
)
@pytest.mark.parametrize("stated", [True, False])
def test_every_way_to_write_a_point_in_a_cell(tmp_path: Path, cell: str, stated: bool) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([["id", "geom"], ["a", cell], ["b", cell.replace("666000", "666001")], ["c", ""]])
    columns = {"geometry": "geom"} if stated else {}
    layer = read(write_csv(tmp_path, stream.getvalue()), "parking_meter", columns=columns, **LAMBERT)
    assert layer.set_aside["null-geometry"] == 1
    assert (layer.frame.geometry.x[0], layer.frame.geometry.y[0]) == (666000, 6359000)


def test_ewkt_brings_its_crs(tmp_path: Path) -> None:
    layer = read(write_csv(tmp_path, f"geom\nSRID=2154;{WKT}\n"), "parking_meter")
    assert layer.frame.geometry.x[0] == 666000


def test_lat_lon_text_takes_the_customary_order_and_says_so(tmp_path: Path) -> None:
    text = 'LOCATION\n"(44.35, 2.57)"\n"(44.36, 2.58)"\n'
    layer = read(write_csv(tmp_path, text), "parking_meter", **DEGREES)
    assert layer.rows_kept == 2
    assert found(layer, "lat-lon-text")[0].done == "read as latitude, longitude: that is the custom"


def test_bad_cells_are_set_aside_with_their_text(tmp_path: Path) -> None:
    text = "id,lon,lat\na,2.57,44.35\nb,2°34'12\"E,44.35\nc,,44.35\nd,nan,44.35\ne,,\nf,0,0\ng,2.58,44.35\nh,2.59,44\n"
    layer = read(write_csv(tmp_path, text), "parking_meter", **DEGREES)
    assert layer.set_aside == {"bad-coordinate": 3, "null-geometry": 1, "outside-area": 1}
    assert "2°34" in found(layer, "bad-coordinate")[0].message
    assert found(layer, "bad-coordinate")[0].feature == "1"


@pytest.mark.parametrize(
    "cell",
    [
        "GEOMETRYCOLLECTION(" * 60_000 + "POINT(0 0)" + ")" * 60_000,
        '{"type":"GeometryCollection","geometries":[' * 60_000 + WKT + "]}" * 60_000,
        "010700000001000000" * 60_000 + shapely.Point(0, 0).wkb_hex,
        "000000000700000001" * 60_000 + shapely.Point(0, 0).wkb_hex,
        "0106000000010000000104000000ffffff7f" * 30_000,
    ],
    ids=["wkt", "geojson", "wkb", "big-endian", "mixed"],
)
def test_nesting_that_would_overflow_the_stack_is_set_aside(tmp_path: Path, cell: str) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([["geom"], [WKT], [cell]])
    layer = read(write_csv(tmp_path, stream.getvalue()), "parking_meter", **LAMBERT)
    assert layer.set_aside == {"unreadable-geometry": 1}


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)] * 3),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_every_table_written_by_the_csv_module_is_read_back(rows: list[tuple[str, ...]], delimiter: str) -> None:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
    table = parse_text(stream.getvalue(), where="test")
    filled = [row for row in rows if any(row)]
    assert [tuple(cell or "" for cell in row) for row in zip(*table.columns.values(), strict=True)] == filled
    assert not any(len(note.rows) for note in table.row_notes)


def test_real_meters_in_lat_lon_text() -> None:
    path = real_data("sf_parking_meters/Parking_meters.csv")
    layer = read(path, "parking_meter", study_crs="EPSG:26910", columns={"id": "POST_ID"}, **DEGREES)
    assert layer.rows_read == 29360
    assert "latitude, longitude" in found(layer, "lat-lon-text")[0].done
    assert layer.rows_kept > 29000


def test_real_addresses() -> None:
    layer = read(real_data("montpellier_adresses/adresses_montpellier.csv"), "address", **LAMBERT)
    assert layer.rows_read == 36305
    assert layer.rows_kept + layer.set_aside.get("duplicate", 0) == 36305


@pytest.mark.parametrize(
    ("name", "error"), [("empty.csv", SurveyError), ("sample-latin1.csv", StudyError), ("not-trimmed.csv", StudyError)]
)
def test_tables_without_a_place_are_refused(name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(real_data("nasty/csv") / name, "parking_meter", **LAMBERT)


def test_real_wkt_of_a_city_in_germany() -> None:
    path, columns = real_data("nasty/csv/bielefeld.csv"), {"id": "gid", "places": "kapazitaet"}
    layer = read(path, "parking_bay", study_crs="EPSG:25832", columns=columns, **DEGREES)
    assert layer.rows_read == layer.rows_kept + sum(layer.set_aside.values()) > 700
    assert "Straße" in "".join(str(cell) for cell in layer.frame["zufahrt"])


def test_real_wkt_with_faults() -> None:
    options = {"study_crs": "EPSG:32631", "crs": "EPSG:4326", "columns": {"geometry": "geom", "name": "reason"}}
    broken = read(real_data("nasty/csv/broken_geometries.csv"), "zone", **options)
    assert broken.set_aside == {"unreadable-geometry": 1}
    assert "'POLYGON non wkt' cannot be read" in found(broken, "unreadable-geometry")[0].message
    dubious = read(real_data("nasty/csv/dubious_geometries.csv"), "zone", **options)
    assert [finding.feature for finding in found(dubious, "invalid-polygon")] == ["0", "2"]
    assert dubious.set_aside == {"invalid-polygon": 1}  # the flat outline is no longer quite flat once reprojected


def test_an_unclosed_ring_is_closed_and_kept_as_delivered(tmp_path: Path) -> None:
    cell = "POLYGON ((666000 6359000, 666009 6359000, 666009 6359009))"
    layer = read(write_csv(tmp_path, f'geom\n"{cell}"\n'), "building", **LAMBERT)
    assert layer.frame.geometry.area.tolist() == [40.5]
    assert found(layer, "unclosed-ring")[0].severity == "repaired"
    assert layer.delivered is not None
    assert layer.delivered.columns["geom"].tolist() == [cell]


@pytest.mark.parametrize(
    ("xs", "read_as"),
    [
        (["666000,5", "666009"], [666000.5, 666009.0]),
        (["666,000.5", "666,009.0"], [666000.5, 666009.0]),
        (["666.000,5", "666.009"], [666000.5, 666009.0]),
        (["666 000,5", "666\u202f009"], [666000.5, 666009.0]),
        (["666'000.5", "666009"], [666000.5, 666009.0]),
    ],
)
def test_coordinates_are_numbers_written_as_in_any_column(tmp_path: Path, xs: list[str], read_as: list[float]) -> None:
    rows = "".join(f"p{k};{x};6359000\n" for k, x in enumerate(xs))
    layer = read(write_csv(tmp_path, "id;x;y\n" + rows), "parking_meter", **LAMBERT)
    assert layer.frame.geometry.x.tolist() == read_as
    assert len(found(layer, "number-format")) == 1
    assert not found(layer, "ambiguous-number")


def test_a_coordinate_that_can_be_two_numbers_is_told(tmp_path: Path) -> None:
    layer = read(write_csv(tmp_path, "id;x;y\na;2,573;44,351\n"), "parking_meter", **DEGREES)
    (finding,) = found(layer, "ambiguous-number")
    assert layer.rows_kept == 1 and finding.done == "read as 2.573, 44.351"
