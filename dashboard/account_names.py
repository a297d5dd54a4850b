"""Accounts and kinds of flows of the ledger in plain words, in the order in which they are read."""

from __future__ import annotations

from typing import Final

from dashboard.language import Texts
from dashboard.money import CASH, CASH_CHANGE
from simulator.codes import LEVELS, label

OTHER_ORGANISATIONS: Final = "other_organisations"
GATHERED: Final = "gathered"
ALL_PUBLIC: Final = "public"  # every public payer together
# The State and those it gives tax relief to stand first: that money passes beside organisations.
PAYERS: Final = (
    "etat", "securite_sociale", "departement", "bloc_communal", "region", "europe", "households",
    "companies", "foundations", "banks", "suppliers_and_taxes", "cooperative_movement",
    OTHER_ORGANISATIONS, CASH, GATHERED,
)  # fmt: skip
RECEIVERS: Final = (
    "companies", "households", "suppliers_and_taxes", "banks", "foundations",
    "cooperative_movement", *LEVELS, OTHER_ORGANISATIONS, CASH, GATHERED,
)  # fmt: skip
PUBLIC: Final = frozenset(LEVELS)


def payer_name(code: str, texts: Texts) -> str:
    """Who pays, short enough for a figure on a phone."""
    names = {
        "securite_sociale": texts("Sécurité sociale"),
        "departement": texts("Départements"),
        "bloc_communal": texts("Communes"),
        "region": texts("Régions"),
        "companies": texts("Entreprises"),
        "suppliers_and_taxes": texts("Fournisseurs, impôts"),
        "cooperative_movement": texts("Mouvement coopératif"),
        "banks": texts("Banques"),
        OTHER_ORGANISATIONS: texts("Organisations qui ferment"),
        CASH: texts("Trésorerie puisée"),
        GATHERED: texts("Autres"),
        ALL_PUBLIC: texts("Tous les financeurs publics"),
    }
    return names.get(code) or label(code, texts.language)


def receiver_name(code: str, texts: Texts) -> str:
    """Who receives, short enough for a figure on a phone."""
    if code == OTHER_ORGANISATIONS:
        return texts("Organisations qui reprennent")
    if code == CASH:
        return texts("Mis en trésorerie")
    return payer_name(code, texts)


def kind_name(kind: str, texts: Texts) -> str:
    """What a flow is."""
    if kind.startswith("programme: "):
        return _programme(kind.removeprefix("programme: "), texts)
    names = {
        "arrears": texts("Factures et cotisations en retard"),
        "asset_sales": texts("Vente de biens à la fermeture"),
        "boni": texts("Biens transmis à la fermeture"),
        "boni_to_movement": texts("Biens transmis au mouvement coopératif"),
        "bridge_credit": texts("Prêts relais, nets des remboursements"),
        "capital": texts("Parts de coopératives"),
        CASH_CHANGE: texts("Mis en trésorerie (moins : puisé)"),
        "charges": texts("Cotisations et impôts sur les salaires"),
        "corporate_gifts": texts("Mécénat d'entreprises"),
        "corporate_tax": texts("Impôt sur les sociétés"),
        "debt_repaid_at_exit": texts("Dettes remboursées à la fermeture"),
        "employment_aid": texts("Aides à l'emploi"),
        "foundation_grants": texts("Aides de fondations"),
        "founding_capital": texts("Apports à la création"),
        "gifts": texts("Dons"),
        "interest": texts("Intérêts"),
        "kept_by_volunteer_association": texts("Gardé par l'association redevenue bénévole"),
        "memberships": texts("Cotisations des adhérents"),
        "merger_cost": texts("Coût des fusions"),
        "mutualisation_cost": texts("Coût de la mise en commun"),
        "net_wages": texts("Salaires nets"),
        "overdraft": texts("Découverts, nets des remboursements"),
        "purchases": texts("Achats et charges courantes"),
        "quasi_equity": texts("Quasi-fonds propres"),
        "restricted_returned": texts("Fonds dédiés rendus"),
        "scic_cost": texts("Coût du passage en Scic"),
        "severance": texts("Indemnités de licenciement"),
        "tax_relief": texts("Réductions d'impôt sur les dons"),
        "term_loans": texts("Prêts, nets des remboursements"),
        "user_sales": texts("Ventes aux usagers"),
        "write_offs": texts("Dettes abandonnées"),
    }
    return names.get(kind) or label(kind, texts.language)


def _programme(kind: str, texts: Texts) -> str:
    names = {
        "administration": texts("Gestion d'un dispositif"),
        "core_funding": texts("Financement de fonctionnement"),
        "emergency_fund": texts("Fonds d'urgence"),
        "guarantee": texts("Garantie de prêts"),
        "market_support": texts("Aide aux projets marchands"),
        "merger_support": texts("Aide aux fusions"),
        "mutualisation_subsidy": texts("Aide à la mise en commun"),
        "quasi_equity": texts("Quasi-fonds propres"),
    }
    return names.get(kind) or texts("Accompagnement")
