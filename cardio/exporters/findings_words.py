"""Words around findings about the data, in French and English."""

FINDINGS_WORDS: dict[str, tuple[str, str]] = {
    "finding.error": ("Erreurs", "Errors"),
    "finding.warning": ("Avertissements", "Warnings"),
    "finding.repaired": ("Réparations", "Repairs"),
    "finding.note": ("Remarques", "Notes"),
    "finding.unplaced": ("{count} sans lieu, dans findings.csv", "{count} without a place, in findings.csv"),
    # how many: several, one
    "count.error": ("{count} erreurs", "{count} errors"),
    "count.error_one": ("{count} erreur", "{count} error"),
    "count.warning": ("{count} avertissements", "{count} warnings"),
    "count.warning_one": ("{count} avertissement", "{count} warning"),
    "count.repaired": ("{count} réparations", "{count} repairs"),
    "count.repaired_one": ("{count} réparation", "{count} repair"),
    "count.note": ("{count} remarques", "{count} notes"),
    "count.note_one": ("{count} remarque", "{count} note"),
    "finding.title": ("Constat", "Finding"),
    "finding.meaning": ("Ce que cela signifie", "What it means"),
    "finding.what_to_do": ("Que faire", "What to do"),
    "finding.detail": ("Détail (en anglais)", "Detail"),
    "severity.error": ("erreur", "error"),
    "severity.warning": ("avertissement", "warning"),
    "severity.repaired": ("réparé", "repaired"),
    "severity.note": ("remarque", "note"),
    "findings": ("Constats sur les données", "Findings about the data"),
    "worst_findings": ("Les plus graves", "The worst"),
    "no_findings": ("Aucun constat.", "No findings."),
    "all_findings": (
        "{shown} constats sur {total} ; tous sont dans findings.csv.",
        "{shown} findings of {total}; all are in findings.csv.",
    ),
    "more_rows": (
        "{count} autres constats se trouvent dans findings.csv.",
        "{count} more findings are in findings.csv.",
    ),
    "more_rows_one": (
        "{count} autre constat se trouve dans findings.csv.",
        "{count} more finding is in findings.csv.",
    ),
}
