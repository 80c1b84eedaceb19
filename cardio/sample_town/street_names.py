"""Names for the streets of the sample town: the well-known squares, and plain French street names for the rest."""

from __future__ import annotations

from itertools import product

_OF_THE = {
    "de la": (
        "Abbaye Arche Batterie Braderie Brasserie Caronnerie Chapelle Charité Chaudronnerie Corderie Croix Cloche "
        "Dentelle Douane Fontaine Forge Fourche Gouvernance Halle Herse Housse Lanterne Madeleine Marche Monnaie "
        "Orangerie Paix Porte Poterne Préfecture Providence République Rosière Source Taillerie Tannerie Teinturerie "
        "Tour Tuilerie Vigne"
    ),
    "du": (
        "Bastion Beffroi Bourg Cardinal Carrousel Chanoine Charron Chêne Clocher Cloître Couvent Coclipas Crinchon "
        "Donjon Drapier Faisan Four Gouverneur Grenier Guet Haut-Pas Lavoir Levant Lion Marché Mail Marteau Moulin "
        "Noyer Paradis Parvis Pressoir Puits Relais Rempart Rivage Saumon Sellier Soleil Temple Théâtre Verger Vivier"
    ),
    "des": (
        "Agaches Alouettes Ardoises Augustines Balances Barbiers Bateliers Bergers Bouchers Boulangers Brasseurs "
        "Capucins Carmes Chanterelles Charpentiers Cordiers Coutures Drapiers Écoles Étuves Fileuses Fleurs Gantiers "
        "Glaneuses Halles Hortillons Jardins Jongleurs Lavandières Lices Louez-Dieu Maçons Meuniers Murs Orfèvres "
        "Ormes Petits-Vieziers Pigeons Porteurs Potiers Promenades Rosati Sayeteurs Sept-Clefs Tanneurs Teinturiers "
        "Templiers Tilleuls Tisserands Tonneliers Trois-Visages Trouvères Vergers Vignerons"
    ),
}
_KINDS_OF_STREET = ("Rue", "Allée", "Impasse")


def street_names() -> tuple[str, ...]:
    """Return some 400 different street names, ``Rue`` first; accents and apostrophes as people write them."""
    ends = [(article, noun) for article, nouns in _OF_THE.items() for noun in nouns.split()]
    shuffled = sorted(ends, key=lambda end: end[1][::-1])  # by last letters: neighbours in town do not share an article
    return tuple(f"{kind} {article} {noun}" for kind, (article, noun) in product(_KINDS_OF_STREET, shuffled))
