"""Words of codespell's dictionary that are right after all: rarer spellings that dictionaries accept, and surnames."""

from pipeline.checks.language_prose import words_in

RARER_SPELLINGS = words_in(
    """
    aline alined altho ameba amebae amebas arbitral brusk cancelation cancelations combatting commandoes connexion
    conveyer crystalize crystalized crystalizes crystalizing demagog demagogs dependance despatch despatched despatches
    despatching enflamed floatation forbad funguses gage gages glamourous heros highjack highjacked highjacker highjackers
    highjacking highjacks homogenous imbed imbedded imbedding instal instals intrusted larvas liquify millepede miniscule
    monickers parrakeets pease quitted racoon racoons raison
    reenforce reenforced reenforcement reenforces reenforcing requestor
    requestors restauranteurs synching synthetize synthetized synthetizes technic technics tieing tormenters torpedos
    trolly useability useable vender venders vermillion
    """
)
"""What Debian's word lists wamerican and wbritish (2020.12.07) have, and a few technical terms besides. The list of
misspellings is meant for program code; a map's editors may choose the rarer of two spellings."""

SURNAMES = words_in(
    """
    Berkley Chanel Claus Collet Cornel Donn Fromm Gage Gere Handel Ines Leary Malcom Patten Pinter Sade Shepard Somme
    Thant Waring Weill
    """
)
"""Names of people and places that are misspellings only in small letters."""
